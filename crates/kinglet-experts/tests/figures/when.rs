//! Phrases, each with what it means.

use std::{error::Error, time::Instant};

use jiff::Span;
use kinglet::{Engine, Source};
use kinglet_experts::when::{Time, When, parse_now};
use serde_json::Value;

use super::{Gate, Options};

pub(super) async fn measure(engine: &Engine, options: &Options) -> Result<bool, Box<dyn Error>> {
    let mut when = match &options.model {
        Some(path) => When::load(engine, &Source::path(path)?).await?,
        None => When::new(engine).await?,
    };
    let (mut phrases, mut answered, mut right, mut nones, mut silent, mut tokens) = (0, 0, 0, 0, 0, 0);
    let begun = Instant::now();
    for line in options.text("when.jsonl")?.lines() {
        let case: Value = serde_json::from_str(line)?;
        let (phrase, now) = (case["phrase"].as_str().unwrap_or_default(), case["now"].as_str().unwrap_or_default());
        let answer = when.read(phrase, parse_now(now).ok_or("a time that is none")?).await?;
        let given = serde_json::to_value(&answer)?;
        let same = |expected: &Value| agree(&given, expected);
        let is_right = same(&case["answer"]) || case["or"].as_array().is_some_and(|others| others.iter().any(same));
        let none = case["answer"]["kind"] == "none";
        phrases += 1;
        tokens += answer.tokens;
        answered += usize::from(answer.time != Time::Unsure);
        right += usize::from(is_right);
        nones += usize::from(none);
        silent += usize::from(none && answer.time == Time::None);
        if options.wrong && !is_right {
            println!("  {phrase:?} at {now}: {given}\n    instead of {}", case["answer"]);
        }
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!("when: {phrases} phrases, {tokens} tokens written in {seconds:.1} s");
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    let gates = [
        Gate { name: "right, of what is answered", value: share(right, answered), at_least: Some(0.97), at_most: None },
        Gate { name: "answered", value: share(answered, phrases), at_least: Some(0.85), at_most: None },
        Gate { name: "none, of phrases not about time", value: share(silent, nones), at_least: Some(0.9), at_most: None },
    ];
    Ok(gates.iter().fold(true, |kept, gate| gate.print() && kept))
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
    parts.sort();
    parts.join(";")
}
