//! Tokenizers with the parts of published ones against what the Python package `tokenizers` makes of texts.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic")]

use std::{fs, path::Path};

use kinglet_text::{EncodeOptions, SpecialIds, SpecialText, TextError, Tokenizer};
use serde_json::{Value, json};

const NAMES: [&str; 4] = ["byte_level", "byte_fallback", "word_piece", "unigram"];

fn read(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tokenizers");
    fs::read_to_string(folder.join(name)).unwrap()
}

fn ids(value: &Value) -> Vec<u32> {
    value.as_array().unwrap().iter().map(|id| id.as_u64().unwrap().try_into().unwrap()).collect()
}

#[test]
fn texts_become_the_tokens_that_they_should() {
    for name in NAMES {
        let tokenizer = Tokenizer::from_json(read(&format!("{name}.json")).as_bytes(), None).unwrap();
        let cases: Value = serde_json::from_str(&read(&format!("{name}.expected.json"))).unwrap();
        for case in cases.as_array().unwrap() {
            let text = case["text"].as_str().unwrap();
            let encoding = tokenizer.encode(text, EncodeOptions::default()).unwrap();
            assert_eq!(encoding.ids, ids(&case["ids"]), "{name}: {text:?}");
            let plain = tokenizer.encode(text, EncodeOptions::PLAIN).unwrap();
            assert_eq!(plain.ids, ids(&case["plain"]), "{name}: {text:?}");
            let ranges: Vec<Value> =
                encoding.character_offsets(text).iter().map(|range| json!([range.start, range.end])).collect();
            assert_eq!(Value::Array(ranges), case["characters"], "{name}: {text:?}");
            for (special, key) in [(SpecialText::Skip, "skipped"), (SpecialText::Keep, "kept")] {
                let decoded = tokenizer.decode(&encoding.ids, special).unwrap();
                assert_eq!(decoded, case[key].as_str().unwrap(), "{name}: {text:?}");
            }
        }
    }
}

#[test]
fn tokenizer_config_names_tokens() {
    let text = read("byte_level.json");
    let config =
        json!({"bos_token": "<s>", "eos_token": {"content": "</s>"}, "mask_token": "[MASK]", "pad_token": "?!"});
    let tokenizer = Tokenizer::from_json(text.as_bytes(), Some(&config)).unwrap();
    let expected = SpecialIds { bos: Some(1), eos: Some(2), mask: Some(4), ..SpecialIds::default() };
    assert_eq!(tokenizer.special(), expected);
    assert_eq!(tokenizer.vocab(), 421);
    assert_eq!(tokenizer.token_bytes(1).unwrap(), b"<s>");
    assert_eq!(tokenizer.decode(&[421], SpecialText::Keep), Err(TextError::Token { id: 421, vocab: 421 }));
}

#[test]
fn tokens_of_bert_are_known_by_their_names() {
    let text = read("word_piece.json");
    let special = |config: Option<Value>| Tokenizer::from_json(text.as_bytes(), config.as_ref()).unwrap().special();
    let usual =
        SpecialIds { class: Some(2), separator: Some(3), mask: Some(4), padding: Some(0), ..SpecialIds::default() };
    assert_eq!(special(None), usual);
    // As of bert-base-uncased.
    assert_eq!(special(Some(json!({"do_lower_case": true, "mask_token": null}))), usual);
    assert_eq!(special(Some(json!({"mask_token": "<s>"}))), SpecialIds { mask: Some(5), ..usual });
    // Only what the file adds as a special token is one.
    let text = read("byte_level.json").replace("[MASK]", "<mask>").replace("<bird>", "[PAD]");
    let special = Tokenizer::from_json(text.as_bytes(), None).unwrap().special();
    assert_eq!(special, SpecialIds { mask: Some(4), ..SpecialIds::default() });
}

#[test]
fn broken_files_are_errors() {
    let text = read("unigram.json");
    for end in (0..text.len()).step_by(97).filter(|&end| text.is_char_boundary(end)) {
        let error = Tokenizer::from_json(&text.as_bytes()[..end], None).unwrap_err();
        assert!(error.to_string().starts_with("tokenizer.json: "), "{error}");
    }
    let mut file: Value = serde_json::from_str(&text).unwrap();
    file["decoder"] = json!({"type": "CTC", "pad_token": "<pad>", "word_delimiter_token": "|", "cleanup": true});
    let error = Tokenizer::from_json(file.to_string().as_bytes(), None).unwrap_err();
    assert_eq!(error.to_string(), "tokenizer.json: its decoder CTC is not supported");
    for part in ["model", "normalizer", "pre_tokenizer", "post_processor", "decoder"] {
        let mut file: Value = serde_json::from_str(&text).unwrap();
        file[part] = json!({"type": "Magpie\n", "vocab": {}});
        let error = Tokenizer::from_json(file.to_string().as_bytes(), None).unwrap_err();
        assert_eq!(error.to_string(), format!("tokenizer.json: its {part} Magpie\u{fffd} is not supported"));
    }
    let mut nested: Value = serde_json::from_str(&text).unwrap();
    nested["normalizer"] = json!({"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Magpie"}]});
    let error = Tokenizer::from_json(nested.to_string().as_bytes(), None).unwrap_err();
    assert_eq!(error.to_string(), "tokenizer.json: its normalizer Magpie is not supported");
    for (file, why) in [
        ("{}", "it has no model"),
        ("[1]", "it has no model"),
        ("{\"model\": {\"type\": \"BPE\"}}", "Missing vocab/merges at line 1 column 26"),
        ("{", "EOF while parsing an object at line 1 column 1"),
    ] {
        let error = Tokenizer::from_json(file.as_bytes(), None).unwrap_err();
        assert_eq!(error, TextError::Json { why: why.to_owned() });
    }
    file["model"] = json!({"type": "BPE", "vocab": {"a": 0}, "merges": ["a b"]});
    assert!(matches!(Tokenizer::from_json(file.to_string().as_bytes(), None), Err(TextError::Json { .. })));
}

/// Every value within a value, by the way to it.
fn places(value: &Value, way: &str, found: &mut Vec<String>) {
    let mut go = |key: &str, value| {
        let way = format!("{way}/{}", key.replace('~', "~0").replace('/', "~1"));
        found.push(way.clone());
        places(value, &way, found);
    };
    match value {
        // A few of many tokens are as good as all of them.
        Value::Object(entries) => entries.iter().take(9).for_each(|(key, value)| go(key, value)),
        Value::Array(values) => values.iter().take(2).enumerate().for_each(|(at, value)| go(&at.to_string(), value)),
        _ => {}
    }
}

#[test]
fn damaged_files_end_in_errors_or_work() {
    let others = [Value::Null, json!(-1), json!(1e9), json!("x"), json!(""), json!([]), json!({}), json!([["a", "b"]])];
    for name in NAMES {
        let file: Value = serde_json::from_str(&read(&format!("{name}.json"))).unwrap();
        let mut found = Vec::new();
        places(&file, "", &mut found);
        for place in &found {
            for other in &others {
                let mut file = file.clone();
                *file.pointer_mut(place).unwrap() = other.clone();
                let Ok(tokenizer) = Tokenizer::from_json(file.to_string().as_bytes(), None) else { continue };
                if let Ok(encoding) = tokenizer.encode("A kinglet  isn't <s>x", EncodeOptions::default()) {
                    // Any tokens that came out of it are its own.
                    tokenizer.decode(&encoding.ids, SpecialText::Skip).unwrap();
                    tokenizer.join(&encoding, None).unwrap();
                    // A pair may be what it has no place for.
                    let _ = tokenizer.join(&encoding, Some(&encoding));
                }
            }
        }
    }
}
