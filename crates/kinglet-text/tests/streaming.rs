//! Text as its tokens come, against what the Python package `tokenizers` decodes of all tokens so far.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic")]

mod support;

use kinglet_text::SpecialText;
use serde_json::Value;
use support::{JSON, json, read};

/// A case of `tests/tokenizers/*.streamed.json`.
struct Case {
    ids: Vec<u32>,
    special: SpecialText,
    /// What each token completes.
    pieces: Vec<String>,
    /// What there is when no token follows.
    rest: String,
}

fn cases(name: &str) -> Vec<Case> {
    let cases: Value = serde_json::from_slice(&read(&format!("{name}.streamed.json"))).unwrap();
    let case = |case: &Value| Case {
        ids: serde_json::from_value(case["ids"].clone()).unwrap(),
        special: if case["skip"] == true { SpecialText::Skip } else { SpecialText::Keep },
        pieces: serde_json::from_value(case["pieces"].clone()).unwrap(),
        rest: case["rest"].as_str().unwrap().to_owned(),
    };
    cases.as_array().unwrap().iter().map(case).collect()
}

#[test]
fn each_token_shows_what_it_completes() {
    let mut waited = 0;
    for name in JSON {
        let tokenizer = json(name);
        for Case { ids, special, pieces, rest } in cases(name) {
            let whole = tokenizer.decode(&ids, special).unwrap();
            let mut stream = tokenizer.decode_stream(special);
            let mut shown = String::new();
            for (&id, piece) in ids.iter().zip(&pieces) {
                let text = stream.push(id).unwrap();
                assert_eq!(
                    text.as_deref().unwrap_or_default(),
                    piece,
                    "{name}: token {id} after {shown:?} of {whole:?}"
                );
                assert_ne!(text.as_deref(), Some(""));
                shown += piece;
                // Nothing of it is ever taken back: neither a character that only seemed to be complete.
                assert!(whole.starts_with(&shown) && !shown.contains(char::REPLACEMENT_CHARACTER), "{name}: {shown:?}");
                waited += usize::from(text.is_none());
            }
            assert_eq!(stream.finish().unwrap_or_default(), rest, "{name}: {whole:?}");
            assert_eq!(shown + &rest, whole, "{name}");
        }
    }
    // Most tokens of such texts are parts of characters.
    assert!(waited > 300, "{waited} tokens completed nothing");
}
