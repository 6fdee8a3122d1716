//! Small tokenizers of every kind, as they come in both formats.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::{fs, path::Path};

use kinglet_text::{SpecialIds, Tokenizer, Vocabulary};

/// A file of `tests/tokenizers`.
pub fn read(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tokenizers").join(name)).unwrap()
}

/// Those of a `tokenizer.json`.
pub const JSON: [&str; 4] = ["byte_level", "byte_fallback", "word_piece", "unigram"];

pub fn json(name: &str) -> Tokenizer {
    Tokenizer::from_json(&read(&format!("{name}.json")), None).unwrap()
}

/// Those of GGUF files.
pub const GGUF: [&str; 5] = ["gpt2", "llama", "gemma4", "bert", "t5"];

pub fn gguf(model: &'static str) -> Tokenizer {
    match model {
        "gpt2" => letters(),
        "bert" | "t5" => words(model),
        _ => with_bytes(model),
    }
}

pub fn every() -> Vec<(&'static str, Tokenizer)> {
    let json = JSON.into_iter().map(|name| (name, json(name)));
    json.chain(GGUF.into_iter().map(|model| (model, gguf(model)))).collect()
}

/// A vocabulary with all bytes, and some tokens that are parts of characters.
fn with_bytes(model: &'static str) -> Tokenizer {
    let bytes: Vec<String> = (0..=255u8).map(|byte| format!("<0x{byte:02X}>")).collect();
    let mut tokens: Vec<&str> = vec!["<unk>", "<s>", "</s>", "▁", "a", "b", "ab", "▁a", "é", "🐦", "▁▁"];
    tokens.extend(bytes.iter().map(String::as_str));
    let mut token_type = vec![2, 3, 3, 1, 1, 1, 1, 1, 1, 1, 1];
    token_type.resize(tokens.len(), 6);
    let scores = (0..tokens.len()).map(|id| -(id as f32)).collect();
    let merges = vec!["▁ a", "a b", "▁ ▁"];
    let vocabulary = Vocabulary { model, tokens, token_type, scores, merges, ..Vocabulary::default() };
    Tokenizer::from_vocabulary(&vocabulary).unwrap()
}

/// A vocabulary whose letters stand for bytes: those that print for themselves, others for the rest.
fn letters() -> Tokenizer {
    let own = |byte: &u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..);
    let others = (0..=255u8).filter(|byte| !own(byte)).zip(256u32..).map(|(_, code)| char::from_u32(code).unwrap());
    let letters = (0..=255u8).filter(own).map(char::from).chain(others);
    let mut tokens: Vec<String> = letters.map(String::from).collect();
    let mut token_type = vec![1; tokens.len()];
    // Parts of characters, and of words.
    tokens.extend(["ðŁ", "Ã©", "Ġa", "ab", "aa", "aaaa", "ãĥ", "<s>"].map(str::to_owned));
    token_type.resize(tokens.len() - 1, 1);
    token_type.push(3);
    let vocabulary = Vocabulary {
        model: "gpt2",
        pre: Some("llama-bpe"),
        tokens: tokens.iter().map(String::as_str).collect(),
        token_type,
        merges: vec!["ð Ł", "Ã ©", "Ġ a", "a b", "a a", "aa aa", "ã ĥ"],
        ..Vocabulary::default()
    };
    Tokenizer::from_vocabulary(&vocabulary).unwrap()
}

fn words(model: &'static str) -> Tokenizer {
    let tokens =
        vec!["[UNK]", "<s>", "</s>", "▁a", "▁", "a", "b", "ab", "é", "日", "🐦", "▁the", "s", "▁kinglet", "aaaa"];
    let mut token_type = vec![2, 3, 3];
    token_type.resize(tokens.len(), 1);
    let vocabulary = Vocabulary {
        model,
        scores: (0..tokens.len()).map(|id| -1.0 - id as f32).collect(),
        tokens,
        token_type,
        special: SpecialIds { unknown: Some(0), ..SpecialIds::default() },
        ..Vocabulary::default()
    };
    Tokenizer::from_vocabulary(&vocabulary).unwrap()
}
