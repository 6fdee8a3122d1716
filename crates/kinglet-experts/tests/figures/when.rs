//! Phrases, each with what it means.

use std::{collections::BTreeMap, error::Error, fs, time::Instant};

use jiff::Span;
use kinglet::{Engine, Source};
use kinglet_experts::when::{When, parse_now};
use serde_json::Value;

use super::{Gate, Options, print_all};

pub(super) async fn measure(engine: &Engine, options: &Options) -> Result<bool, Box<dyn Error>> {
    let file = options.text("when.jsonl")?;
    let cases = file.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    if let Some(folder) = &options.peers {
        let answers: Vec<Value> = serde_json::from_str(&fs::read_to_string(format!("{folder}/when.json"))?)?;
        return Ok(report("chrono-node", &cases, &answers, options));
    }
    let mut when = match &options.model {
        Some(path) => When::load(engine, &Source::path(path)?).await?,
        None => When::new(engine).await?,
    };
    let (mut answers, mut tokens) = (Vec::with_capacity(cases.len()), 0);
    let begun = Instant::now();
    for case in &cases {
        let (phrase, now) = (case["phrase"].as_str().unwrap_or_default(), case["now"].as_str().unwrap_or_default());
        let answer = when.read(phrase, parse_now(now).ok_or("a time that is none")?).await?;
        tokens += answer.tokens;
        answers.push(serde_json::to_value(&answer)?);
    }
    println!("when: {} phrases, {tokens} tokens written in {:.1} s", cases.len(), begun.elapsed().as_secs_f64());
    Ok(report("when", &cases, &answers, options))
}

fn report(name: &str, cases: &[Value], answers: &[Value], options: &Options) -> bool {
    let mut kinds: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    for (case, answer) in cases.iter().zip(answers) {
        let same = |expected: &Value| agree(answer, expected);
        let is_right = same(&case["answer"]) || case["or"].as_array().is_some_and(|others| others.iter().any(same));
        let counts = kinds.entry(case["answer"]["kind"].as_str().unwrap_or_default()).or_default();
        counts[0] += 1;
        counts[1] += usize::from(answer["kind"] != "unsure");
        counts[2] += usize::from(is_right);
        if options.wrong && !is_right {
            println!("  {} at {}: {answer}\n    instead of {}", case["phrase"], case["now"], case["answer"]);
        }
    }
    println!("{name}: {} phrases\n  {:<16} {:>10} {:>8} {:>8}", cases.len(), "kind", "phrases", "answered", "right");
    for (kind, [all, answered, right]) in &kinds {
        println!("  {kind:<16} {all:>10} {answered:>8} {right:>8}");
    }
    let sum = |place: usize| kinds.values().map(|counts| counts[place]).sum::<usize>();
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    let [nones, _, silent] = kinds.get("none").copied().unwrap_or_default();
    let least = |name, value, least: f64| Gate { name, value, at_least: Some(least), at_most: None };
    let mut gates = [
        least("right, of what is answered", share(sum(2), sum(1)), 0.985),
        least("answered", share(sum(1), sum(0)), 0.93),
        least("none, of phrases not about time", share(silent, nones), 0.9),
    ];
    print_all(&mut gates, options)
}

/// Whether two answers say the same: durations by their length, rules in any order of their parts.
fn agree(given: &Value, expected: &Value) -> bool {
    let same = |field: &str, form: fn(&str) -> String| match (given[field].as_str(), expected[field].as_str()) {
        (Some(given), Some(expected)) => form(given) == form(expected),
        (given, expected) => given == expected,
    };
    same("kind", str::to_owned)
        && same("start", str::to_owned)
        && same("end", str::to_owned)
        && same("duration", length)
        && same("rule", parts)
}

/// Months, days and seconds of a duration.
fn length(text: &str) -> String {
    let span: Span = text.parse().unwrap_or_default();
    let months = i32::from(span.get_years()) * 12 + span.get_months();
    let days = span.get_weeks() * 7 + span.get_days();
    let seconds = i64::from(span.get_hours()) * 3600 + span.get_minutes() * 60 + span.get_seconds();
    format!("{months} {days} {seconds}")
}

fn parts(rule: &str) -> String {
    let mut parts: Vec<String> = rule.split(';').map(str::to_owned).collect();
    for part in &mut parts {
        if let Some((name, values)) = part.split_once('=') {
            let mut values: Vec<&str> = values.split(',').collect();
            values.sort_unstable();
            *part = format!("{name}={}", values.join(","));
        }
    }
    // The last day, with or without the last second of it.
    parts.iter_mut().for_each(|part| *part = part.trim_end_matches("T235959").to_owned());
    parts.sort();
    parts.join(";")
}
