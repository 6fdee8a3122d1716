//! Texts that are long where texts are short: a megabyte without a space, of one letter, of nothing but spaces. What takes
//! time that grows with the square of their length would not end here.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::{sync::mpsc, thread, time::Duration};

use kinglet_text::{EncodeOptions, SpecialText, Tokenizer};

const BYTES: usize = 1 << 20;

/// So long that a busy machine does not miss it, and far too short for 2^40 steps.
const PATIENCE: Duration = Duration::from_secs(120);

fn texts() -> Vec<(&'static str, String)> {
    let filled = |part: &str| part.repeat(BYTES / part.len());
    vec![
        ("one letter", filled("a")),
        ("two letters", filled("ab")),
        ("digits", filled("1234567890")),
        ("spaces, then a letter", filled(" ") + "a"),
        ("lines", filled("\n")),
        ("characters without spaces", filled("鳥は森で歌う")),
        ("marks in the wrong order", "e".to_owned() + &filled("\u{301}\u{323}")),
        ("beginnings of special tokens", filled("<s<s")),
        ("special tokens", filled("<s>")),
        ("what no vocabulary has", filled("\u{10ffff}")),
    ]
}

fn encode(name: &str, tokenizer: &Tokenizer) {
    for (what, text) in texts() {
        let (done, ended) = mpsc::channel();
        let tokenizer = tokenizer.clone();
        thread::spawn(move || {
            let ids = tokenizer.encode(&text, EncodeOptions::default()).map(|encoding| encoding.ids);
            // Nobody may wait any more.
            let _ = done.send(ids.and_then(|ids| tokenizer.decode(&ids, SpecialText::Skip)));
        });
        let decoded = ended.recv_timeout(PATIENCE).unwrap_or_else(|error| panic!("{name}: {what}: {error}"));
        decoded.unwrap_or_else(|error| panic!("{name}: {what}: {error}"));
    }
}

#[test]
fn long_texts_are_encoded_by_a_tokenizer_json() {
    support::JSON.into_iter().for_each(|name| encode(name, &support::json(name)));
}

#[test]
fn long_texts_are_encoded_by_the_vocabulary_of_a_gguf_file() {
    support::GGUF.into_iter().for_each(|model| encode(model, &support::gguf(model)));
}
