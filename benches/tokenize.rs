//! How fast text becomes tokens and tokens become text, on one core.
//!
//! `cargo bench --bench tokenize [-- MODEL [FILE]]`; without a model it takes the small tokenizers that tests have, each
//! kind as a `tokenizer.json` and as a GGUF vocabulary, and without a file 10 MB of text in several scripts, made on the
//! fly. What has no spaces is measured apart: it must take no longer than other text of its length.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints, and may panic")]

use std::{
    env, fs,
    path::{Path, PathBuf},
    time::Instant,
};

use kinglet::{EncodeOptions, Error, Source, SpecialText, Tokenizer, blocking};
use kinglet_text::{SpecialIds, Vocabulary};
use serde_json::Value;

const BYTES: usize = 10_000_000;
/// Of text without a space.
const LONG: usize = 1_000_000;

fn main() -> Result<(), Error> {
    let mut arguments = env::args().skip(1).filter(|argument| !argument.starts_with("--"));
    let (model, file) = (arguments.next(), arguments.next());
    let text = file.map_or_else(|| mixed(BYTES), |file| fs::read_to_string(file).unwrap());
    println!("{:.1} MB of text; MB/s and thousands of tokens a second", text.len() as f64 / 1e6);
    println!("{:24} {:>17} {:>17} {:>17}", "", "encoding", "decoding", "as it comes");
    match model {
        Some(model) => case(&name(&model), &blocking::open_tokenizer(&Source::path(model)?)?, &text),
        None => all().iter().for_each(|(name, tokenizer)| case(name, tokenizer, &text)),
    }
    Ok(())
}

fn name(model: &str) -> String {
    Path::new(model).file_name().map_or_else(|| model.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// Prints the rates of a tokenizer.
fn case(name: &str, tokenizer: &Tokenizer, text: &str) {
    // The first text fills caches.
    let start = text.char_indices().map(|(at, _)| at).find(|&at| at >= 10_000).unwrap_or(text.len());
    tokenizer.encode(&text[..start], EncodeOptions::PLAIN).unwrap();
    let mut ids = Vec::new();
    let encode = seconds(|| ids = tokenizer.encode(text, EncodeOptions::PLAIN).unwrap().ids);
    let mut decoded = String::new();
    let decode = seconds(|| decoded = tokenizer.decode(&ids, SpecialText::Skip).unwrap());
    let mut streamed = 0;
    let stream = seconds(|| {
        let mut stream = tokenizer.decode_stream(SpecialText::Skip);
        for &id in &ids {
            streamed += stream.push(id).unwrap().map_or(0, |text| text.len());
        }
        streamed += stream.finish().map_or(0, |text| text.len());
    });
    assert_eq!(streamed, decoded.len());
    let rates = |bytes: usize, seconds: f64| {
        format!("{:7.1} {:9.0}", bytes as f64 / seconds / 1e6, ids.len() as f64 / seconds / 1e3)
    };
    let [encode, decode, stream] =
        [rates(text.len(), encode), rates(decoded.len(), decode), rates(decoded.len(), stream)];
    println!("{name:24} {encode} {decode} {stream}");
    for (what, text) in [("one letter", "a".repeat(LONG)), ("no spaces", text.split_whitespace().collect())] {
        let end = (0..=LONG.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or_default();
        let seconds = seconds(|| drop(tokenizer.encode(&text[..end], EncodeOptions::PLAIN).unwrap()));
        println!("  {what:22} {:7.1}", end as f64 / seconds / 1e6);
    }
}

fn seconds(work: impl FnOnce()) -> f64 {
    let start = Instant::now();
    work();
    start.elapsed().as_secs_f64()
}

/// A text of programs and prose in several scripts. It is the same each time.
fn mixed(bytes: usize) -> String {
    const WORDS: &str = "the of and a to in is it that kinglet bird woods sings never still weather mountain isn't \
                         they've unbelievable characteristically Regulus internationalisation 2026 3.14159 — “quoted” \
                         naïve Goldhähnchen überwintern très léger niño Đorđe İstanbul птица лес поёт королёк πουλί δάσος \
                         طائر غابة ציפור יער पक्षी जंगल นก ป่า 鳥は森で歌う 小鸟在树林里唱歌 새가 숲에서 🐦 👩‍👩‍👧 🇩🇪 é";
    const LINES: [&str; 6] = [
        "    for (let i = 0; i < values.length; i++) {\n        sum += values[i] * 0x1F;\n    }\n",
        "fn main() -> Result<(), Box<dyn std::error::Error>> {\n\tprintln!(\"{:?}\", args);\n}\n\n",
        "{\"id\": 12345678, \"tags\": [\"a\", \"b\"], \"url\": \"https://example.org/?q=1&r=%20\"}\n",
        "SELECT name, count(*) FROM birds WHERE weight_g < 7.5 GROUP BY name;\r\n",
        "| column | value |\n|--------|------:|\n| first  |     1 |\n",
        "================================================================================\n",
    ];
    let words: Vec<&str> = WORDS.split_whitespace().collect();
    let mut random = fastrand::Rng::with_seed(7);
    let mut text = String::with_capacity(bytes + 200);
    while text.len() < bytes {
        if random.u8(..) < 24 {
            text.push_str(LINES[random.usize(..LINES.len())]);
            continue;
        }
        for _ in 0..random.usize(4..24) {
            // The first words are far more frequent than the last.
            let share = random.f64();
            text.push_str(words[(share * share * words.len() as f64) as usize]);
            text.push(' ');
        }
        text.push_str([". ", ", ", "!\n", ".\n\n", ": "][random.usize(..5)]);
    }
    let end = (0..=bytes).rev().find(|&at| text.is_char_boundary(at)).unwrap_or_default();
    text.truncate(end);
    text
}

/// The small tokenizers, each kind as it comes in both formats.
fn all() -> Vec<(String, Tokenizer)> {
    let kinds = [
        ("byte_level", "gpt2", "merges"),
        ("byte_fallback", "llama", "scores"),
        ("word_piece", "bert", "words"),
        ("unigram", "t5", "unigram"),
    ];
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("crates/kinglet-text/tests/tokenizers");
    let mut tokenizers = Vec::new();
    for (name, model, kind) in kinds {
        let json = fs::read(folder.join(format!("{name}.json"))).unwrap();
        tokenizers.push((format!("{kind}, tokenizer.json"), Tokenizer::from_json(&json, None).unwrap()));
        tokenizers.push((format!("{kind}, GGUF"), vocabulary(model, &serde_json::from_slice(&json).unwrap())));
    }
    tokenizers
}

/// The vocabulary of a `tokenizer.json` as a GGUF file has it.
fn vocabulary(model: &str, json: &Value) -> Tokenizer {
    let id = |id: &Value| u32::try_from(id.as_u64().unwrap()).unwrap();
    let listed: Vec<(u32, String, f32)> = match &json["model"]["vocab"] {
        Value::Array(pairs) => (0..)
            .zip(pairs)
            .map(|(id, pair)| (id, pair[0].as_str().unwrap().to_owned(), pair[1].as_f64().unwrap() as f32))
            .collect(),
        vocab => vocab.as_object().unwrap().iter().map(|(text, at)| (id(at), text.clone(), -(id(at) as f32))).collect(),
    };
    let special: Vec<u32> = json["added_tokens"].as_array().unwrap().iter().map(|token| id(&token["id"])).collect();
    let mut listed = listed;
    listed.sort_by_key(|&(id, ..)| id);
    let texts: Vec<String> = listed.iter().map(|(id, text, _)| spelled(model, special.contains(id), text)).collect();
    let kind = |(id, text, _): &(u32, String, f32)| match text.strip_prefix("<0x") {
        Some(_) => 6,
        None if special.contains(id) => 3,
        None => 1,
    };
    let merges: Vec<String> = json["model"]["merges"].as_array().into_iter().flatten().map(joined).collect();
    let unknown = listed.iter().find(|(_, text, _)| text == "<unk>" || text == "[UNK]").map(|&(id, ..)| id);
    Tokenizer::from_vocabulary(&Vocabulary {
        model,
        pre: (model == "gpt2").then_some("llama-bpe"),
        tokens: texts.iter().map(String::as_str).collect(),
        scores: listed.iter().map(|&(.., score)| score).collect(),
        token_type: listed.iter().map(kind).collect(),
        merges: merges.iter().map(String::as_str).collect(),
        special: SpecialIds { unknown, ..SpecialIds::default() },
        ..Vocabulary::default()
    })
    .unwrap()
}

/// Words of BERT begin with a mark in these files, instead of those that go on.
fn spelled(model: &str, special: bool, text: &str) -> String {
    match text.strip_prefix("##") {
        _ if model != "bert" || special => text.to_owned(),
        Some(rest) => rest.to_owned(),
        None => format!("\u{2581}{text}"),
    }
}

fn joined(pair: &Value) -> String {
    let part = |at: usize| pair[at].as_str().unwrap();
    format!("{} {}", part(0), part(1))
}
