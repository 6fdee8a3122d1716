//! Texts, with what is personal in them marked.

use std::{collections::BTreeMap, error::Error, fs, ops::Range, time::Instant};

use kinglet::{Engine, Source};
use kinglet_experts::redact::{Kind, RedactOptions, Redactor, restore};
use serde_json::Value;

use super::{Gate, Options, print_all};

/// A text, with the places of what is personal, in code points.
struct Text {
    id: String,
    sort: String,
    text: String,
    marked: Vec<(Range<usize>, Kind)>,
}

/// What was found in a text; a peer does not say of which kind it is.
type Found = Vec<(Range<usize>, Option<Kind>)>;

/// Characters of a kind, and how many of them were found: at all, and as that kind.
#[derive(Clone, Copy, Default)]
struct Recall {
    all: usize,
    found: usize,
    strict: usize,
}

impl Recall {
    fn add(&mut self, other: Recall) {
        self.all += other.all;
        self.found += other.found;
        self.strict += other.strict;
    }

    fn share(self) -> f64 {
        self.found as f64 / self.all.max(1) as f64
    }

    fn strict_share(self) -> f64 {
        self.strict as f64 / self.all.max(1) as f64
    }
}

pub(super) async fn measure(engine: &Engine, options: &Options) -> Result<bool, Box<dyn Error>> {
    let texts = read(&options.text("redact.txt")?)?;
    if let Some(folder) = &options.peers {
        let spans: Value = serde_json::from_str(&fs::read_to_string(format!("{folder}/redact.json"))?)?;
        let of = |text: &Text| places(&spans[&text.id]);
        return report("redact-pii", &texts, &texts.iter().map(of).collect::<Vec<_>>(), options);
    }
    let mut redactor = match &options.model {
        Some(path) => Redactor::load(engine, &Source::path(path)?, RedactOptions::default()).await?,
        None => Redactor::new(engine, RedactOptions::default()).await?,
    };
    let begun = Instant::now();
    let mut found = Vec::with_capacity(texts.len());
    for text in &texts {
        let redaction = redactor.redact(&text.text).await?;
        if restore(&redaction.text, &redaction.map) != text.text {
            return Err(format!("{} is not itself when it is restored", text.id).into());
        }
        found.push(redaction.spans.into_iter().map(|span| (span.start..span.end, Some(span.kind))).collect());
    }
    println!("redact: {} texts in {:.1} s, each restored byte for byte", texts.len(), begun.elapsed().as_secs_f64());
    report("redact", &texts, &found, options)
}

/// The texts of a file, brackets taken away.
fn read(file: &str) -> Result<Vec<Text>, Box<dyn Error>> {
    let mut texts = Vec::new();
    for block in file.split("\n=== ").map(|block| block.trim_start_matches("=== ")) {
        let (header, body) = block.split_once('\n').ok_or("a text without a body")?;
        let mut words = header.split(' ').map(str::to_owned);
        let (id, sort) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let (mut text, mut marked, mut rest) = (String::new(), Vec::new(), body.trim());
        while let Some((before, behind)) = rest.split_once('⟦') {
            let (inside, behind) = behind.split_once('⟧').ok_or_else(|| format!("{id}: a bracket stays open"))?;
            let (kind, value) = inside.split_once(':').ok_or_else(|| format!("{id}: a bracket without a kind"))?;
            text += before;
            let start = text.chars().count();
            marked.push((start..start + value.chars().count(), kind.parse::<Kind>()?));
            text += value;
            rest = behind;
        }
        text += rest;
        texts.push(Text { id, sort, text, marked });
    }
    Ok(texts)
}

fn places(spans: &Value) -> Found {
    let place = |span: &Value| Some((span[0].as_u64()? as usize..span[1].as_u64()? as usize, None));
    spans.as_array().into_iter().flatten().filter_map(place).collect()
}

fn report(name: &str, texts: &[Text], found: &[Found], options: &Options) -> Result<bool, Box<dyn Error>> {
    let mut kinds: BTreeMap<usize, Recall> = BTreeMap::new();
    let (mut words, mut false_spans, mut plain) = (0, 0, 0);
    let (mut true_chars, mut marked_chars) = (0, 0);
    for (text, found) in texts.iter().zip(found) {
        let characters: Vec<char> = text.text.chars().collect();
        for (place, kind) in &text.marked {
            kinds.entry(*kind as usize).or_default().add(recall(&characters, place, *kind, found));
        }
        if options.wrong {
            show(text, &characters, found);
        }
        for (place, _) in found {
            let visible = |at: &usize| !characters[*at].is_whitespace();
            let is_marked = |at: &usize| text.marked.iter().any(|(marked, _)| marked.contains(at));
            marked_chars += place.clone().filter(visible).count();
            true_chars += place.clone().filter(visible).filter(is_marked).count();
        }
        if text.sort == "plain" {
            plain += 1;
            words += text.text.split_whitespace().count();
            false_spans += found.len();
        }
    }
    println!("{name}: {} texts, {plain} of them plain with {words} words", texts.len());
    println!("  {:<16} {:>10} {:>8} {:>8}", "kind", "characters", "recall", "strict");
    for (kind, recall) in &kinds {
        let name = Kind::ALL[*kind].name();
        println!("  {name:<16} {:>10} {:>8.3} {:>8.3}", recall.all, recall.share(), recall.strict_share());
    }
    let of = |wanted: &[Kind]| {
        let mut sum = Recall::default();
        wanted.iter().filter_map(|kind| kinds.get(&(*kind as usize))).for_each(|recall| sum.add(*recall));
        sum.share()
    };
    let least = |name, value, least: f64| Gate { name, value, at_least: Some(least), at_most: None };
    let checked = [Kind::Email, Kind::Card, Kind::Iban, Kind::Ip, Kind::Url];
    let mut gates = [
        least("recall, of what code proves", of(&checked), 0.99),
        least("recall, names", of(&[Kind::Name]), 0.885),
        least("recall, addresses", of(&[Kind::Address]), 0.97),
        least("recall, all kinds", of(&Kind::ALL), 0.93),
        least("precision, characters", true_chars as f64 / marked_chars.max(1) as f64, 0.94),
        Gate {
            name: "false spans in 1,000 words of plain text",
            value: false_spans as f64 * 1000.0 / words.max(1) as f64,
            at_least: None,
            at_most: Some(2.0),
        },
    ];
    Ok(print_all(&mut gates, options))
}

fn recall(characters: &[char], place: &Range<usize>, kind: Kind, found: &Found) -> Recall {
    let mut recall = Recall::default();
    for at in place.clone().filter(|at| !characters[*at].is_whitespace()) {
        recall.all += 1;
        let here = || found.iter().filter(|(found, _)| found.contains(&at));
        recall.found += usize::from(here().next().is_some());
        recall.strict += usize::from(here().any(|(_, found)| *found == Some(kind)));
    }
    recall
}

/// What was missed, and what was found where there is nothing.
fn show(text: &Text, characters: &[char], found: &Found) {
    let part = |place: &Range<usize>| characters[place.clone()].iter().collect::<String>().replace('\n', "⏎");
    for (place, kind) in &text.marked {
        let recall = recall(characters, place, *kind, found);
        if recall.found < recall.all {
            println!("  {} missed {} {:?} ({} of {})", text.id, kind.name(), part(place), recall.found, recall.all);
        }
    }
    for (place, kind) in found {
        if text.marked.iter().all(|(marked, _)| marked.end <= place.start || place.end <= marked.start) {
            let around = place.start.saturating_sub(20)..(place.end + 20).min(characters.len());
            let kind = kind.map_or("", Kind::name);
            println!("  {} false {kind} {:?} in {:?}", text.id, part(place), part(&around));
        }
    }
}
