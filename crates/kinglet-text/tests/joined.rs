//! Texts and pairs of texts with special tokens around them, whole and cut, against what the Python packages make of
//! them.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic")]

use std::ops::Range;

use kinglet_text::{
    CodePoints, EncodeOptions, Encoding, Joined, SpecialIds, TextError, Tokenizer, Vocabulary, longest_first, windows,
};
use serde_json::{Value, json};

#[path = "support/mod.rs"]
mod support;

fn expected() -> Value {
    serde_json::from_slice(&support::read("joined.json")).unwrap()
}

fn list<'v>(value: &'v Value, key: &str) -> &'v Vec<Value> {
    value[key].as_array().unwrap()
}

fn number(value: &Value) -> usize {
    value.as_u64().unwrap().try_into().unwrap()
}

/// The tokenizer of a file in which some parts are others.
fn with(base: &str, changes: &Value) -> Result<Tokenizer, TextError> {
    let mut file: Value = serde_json::from_slice(&support::read(&format!("{base}.json"))).unwrap();
    file.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    Tokenizer::from_json(file.to_string().as_bytes(), None)
}

/// The tokenizers of `joined.json`, by their names.
fn tokenizers() -> Vec<(String, Tokenizer, Value)> {
    let made = |case: &Value| {
        let tokenizer = with(case["base"].as_str().unwrap(), &case["changes"]).unwrap();
        (case["name"].as_str().unwrap().to_owned(), tokenizer, case.clone())
    };
    list(&expected(), "tokenizers").iter().map(made).collect()
}

fn encode(tokenizer: &Tokenizer, text: &str) -> Encoding {
    tokenizer.encode(text, EncodeOptions { add_special: false, parse_special: true }).unwrap()
}

fn texts(case: &Value) -> Vec<&str> {
    list(case, "texts").iter().map(|text| text.as_str().unwrap()).collect()
}

fn encodings(tokenizer: &Tokenizer, texts: &[&str]) -> Vec<Encoding> {
    texts.iter().map(|text| encode(tokenizer, text)).collect()
}

/// What the packages say of the same: places in code points.
fn shown(joined: &Joined, texts: &[&str]) -> Value {
    let points: Vec<CodePoints> = texts.iter().map(|text| CodePoints::of(text)).collect();
    let places = joined.places.iter().map(|place| {
        let place = place.as_ref()?;
        let range = points[usize::from(place.second)].range(&place.range);
        Some(json!([u8::from(place.second), range.start, range.end]))
    });
    json!({"ids": joined.ids, "segments": joined.segments, "places": places.collect::<Vec<_>>()})
}

fn assert_same(name: &str, joined: &Joined, texts: &[&str], case: &Value) {
    let found = shown(joined, texts);
    for key in ["ids", "segments", "places"] {
        assert_eq!(found[key], case[key], "{name}: the {key} of {texts:?}");
    }
}

#[test]
fn texts_and_pairs_are_joined_as_they_should_be() {
    for (name, tokenizer, case) in tokenizers() {
        for (pair, added) in [false, true].into_iter().zip(list(&case, "added")) {
            assert_eq!(tokenizer.added(pair).unwrap(), number(added), "{name}");
        }
        for whole in list(&case, "whole") {
            let texts = texts(whole);
            let encodings = encodings(&tokenizer, &texts);
            let joined = tokenizer.join(&encodings[0], encodings.get(1)).unwrap();
            assert_same(&name, &joined, &texts, whole);
            if texts.len() == 1 {
                assert_eq!(joined.ids, tokenizer.encode(texts[0], EncodeOptions::default()).unwrap().ids, "{name}");
            }
        }
    }
}

#[test]
fn long_texts_are_cut_into_windows() {
    for (name, tokenizer, case) in tokenizers() {
        for long in list(&case, "windows") {
            let texts = texts(long);
            let encodings = encodings(&tokenizer, &texts);
            let (last, before) = encodings.split_last().unwrap();
            let taken = before.iter().map(|first| first.ids.len()).sum::<usize>();
            let room = number(&long["room"]) - tokenizer.added(texts.len() == 2).unwrap() - taken;
            let cuts: Vec<Range<usize>> = windows(last.ids.len(), room, number(&long["overlap"])).collect();
            assert_eq!(cuts.len(), list(long, "windows").len(), "{name}: {texts:?}");
            assert!(cuts.len() > 1, "{name}: {texts:?}");
            for (cut, window) in cuts.into_iter().zip(list(long, "windows")) {
                let last = last.cut(cut);
                let joined = match before.first() {
                    Some(first) => tokenizer.join(first, Some(&last)),
                    None => tokenizer.join(&last, None),
                };
                assert_same(&name, &joined.unwrap(), &texts, window);
            }
        }
    }
}

#[test]
fn long_pairs_lose_of_the_longer_first() {
    for (name, tokenizer, case) in tokenizers() {
        for long in list(&case, "longest") {
            let texts = texts(long);
            let [first, second] = encodings(&tokenizer, &texts).try_into().unwrap();
            let room = number(&long["room"]) - tokenizer.added(true).unwrap();
            let kept = longest_first(first.ids.len(), second.ids.len(), room);
            let joined = tokenizer.join(&first.cut(0..kept.0), Some(&second.cut(0..kept.1))).unwrap();
            assert_same(&name, &joined, &texts, long);
        }
    }
}

#[test]
fn lengths_are_those_of_the_package() {
    let expected = expected();
    for case in list(&expected, "longest") {
        let [first, second, room, kept_first, kept_second] = std::array::from_fn(|at| number(&case[at]));
        assert_eq!(longest_first(first, second, room), (kept_first, kept_second), "{first} and {second} in {room}");
    }
    for case in list(&expected, "windows") {
        let [tokens, room, overlap] = std::array::from_fn(|at| number(&case[at]));
        let found: Vec<Value> = windows(tokens, room, overlap).map(|range| json!([range.start, range.end])).collect();
        assert_eq!(Value::Array(found), case[3], "{tokens} in {room} with {overlap}");
    }
}

#[test]
fn lengths_without_sense_end_too() {
    let cuts =
        |tokens, room, overlap| windows(tokens, room, overlap).map(|cut| (cut.start, cut.end)).collect::<Vec<_>>();
    assert_eq!(cuts(5, 0, 0), [(0, 0)]);
    assert_eq!(cuts(4, 2, 9), [(0, 2), (1, 3), (2, 4)]);
    assert_eq!(cuts(usize::MAX, usize::MAX, 0), [(0, usize::MAX)]);
    assert_eq!(cuts(3, usize::MAX, 1), [(0, 3)]);
    assert_eq!(longest_first(usize::MAX, usize::MAX, 5), (2, 3));
    assert_eq!(longest_first(4, 4, 0), (0, 0));
    let encoding = Encoding { ids: vec![1, 2], offsets: vec![0..1, 1..2] };
    for (start, end) in [(2, 2), (5, 9), (2, 1)] {
        assert_eq!(encoding.cut(start..end), Encoding::default());
    }
}

/// A template of `tokenizer.json`: `A` and `B` are texts, everything else tokens.
fn template(single: &[&str], pair: &[&str], defined: &[&str]) -> Value {
    let piece = |name: &&str| match *name {
        "A" | "B" => json!({"Sequence": {"id": name, "type_id": 0}}),
        _ => json!({"SpecialToken": {"id": name, "type_id": 0}}),
    };
    let token = |name: &&str| ((*name).to_owned(), json!({"id": name, "ids": [1], "tokens": [name]}));
    let pieces = |names: &[&str]| names.iter().map(piece).collect::<Vec<_>>();
    let tokens = Value::Object(defined.iter().map(token).collect());
    json!({"type": "TemplateProcessing", "single": pieces(single), "pair": pieces(pair), "special_tokens": tokens})
}

fn with_processor(processor: &Value) -> Result<Tokenizer, TextError> {
    with("byte_level", &json!({"post_processor": processor}))
}

#[test]
fn templates_without_a_second_text_are_errors_of_pairs_alone() {
    let cases = [
        (template(&["A"], &["A", "<s>"], &["<s>"]), "its post_processor has no place for the second"),
        (template(&["A"], &["A", "?", "B"], &[]), "its post_processor adds the token ?, which it does not define"),
    ];
    for (processor, why) in cases {
        let tokenizer = with_processor(&processor).unwrap();
        let text = encode(&tokenizer, "ab");
        assert_eq!(tokenizer.join(&text, None).unwrap().ids, text.ids);
        let error = TextError::Pair { by: "tokenizer.json", why: why.to_owned() };
        assert_eq!(tokenizer.join(&text, Some(&text)), Err(error.clone()));
        assert_eq!(tokenizer.added(true), Err(error));
        assert_eq!(tokenizer.added(false), Ok(0));
    }
}

#[test]
fn templates_of_what_is_no_text_are_errors() {
    // The crate would panic at both.
    let one = template(&["<s>", "A", "<s>"], &["A", "B"], &["<s>"]);
    let twice = json!({"type": "Sequence", "processors": [one, one]});
    let error = with_processor(&twice).unwrap_err();
    assert_eq!(error.to_string(), "tokenizer.json: its post_processor has a template for 3 parts");
    let one = template(&["A"], &["A", "<s>", "B"], &["<s>"]);
    let tokenizer = with_processor(&json!({"type": "Sequence", "processors": [one, one]})).unwrap();
    assert_eq!(
        tokenizer.added(true).unwrap_err().to_string(),
        "two texts cannot be joined by tokenizer.json: its post_processor has a template for 3 parts"
    );
}

#[test]
fn vocabularies_of_words_join_texts_as_bert_does() {
    let tokenizer = Tokenizer::from_vocabulary(&Vocabulary {
        model: "bert",
        tokens: vec!["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "▁bird", "s", "▁é"],
        token_type: vec![3, 3, 3, 3, 3, 1, 1, 1],
        special: SpecialIds { unknown: Some(1), class: Some(2), separator: Some(3), ..SpecialIds::default() },
        strip_accents: Some(false),
        ..Vocabulary::default()
    })
    .unwrap();
    let texts = ["Birds 🐦", "é[MASK]"];
    let [first, second] = encodings(&tokenizer, &texts).try_into().unwrap();
    let joined = tokenizer.join(&first, Some(&second)).unwrap();
    let expected = json!({
        "ids": [2, 5, 6, 1, 3, 7, 4, 3],
        "segments": [0, 0, 0, 0, 0, 1, 1, 1],
        "places": [null, [0, 0, 4], [0, 4, 5], [0, 6, 7], null, [1, 0, 1], [1, 1, 7], null],
    });
    assert_eq!(shown(&joined, &texts), expected);
    assert_eq!((tokenizer.added(false), tokenizer.added(true)), (Ok(2), Ok(3)));
}

#[test]
fn vocabularies_of_other_kinds_say_what_ends_a_text() {
    let vocabulary = |separator, add_bos, add_eos| Vocabulary {
        model: "t5",
        tokens: vec!["<s>", "<pad>", "</s>", "<unk>", "<sep>", "▁", "a", "b"],
        token_type: vec![3, 3, 3, 2, 3, 1, 1, 1],
        scores: vec![0.0, 0.0, 0.0, 0.0, 0.0, -1.0, -2.0, -3.0],
        special: SpecialIds { bos: Some(0), eos: Some(2), unknown: Some(3), separator, ..SpecialIds::default() },
        add_bos_token: Some(add_bos),
        add_eos_token: Some(add_eos),
        ..Vocabulary::default()
    };
    let cases = [
        // XLM-RoBERTa: its separator ends texts, too.
        (vocabulary(Some(2), true, true), vec![0, 6, 2, 2, 7, 2]),
        (vocabulary(Some(4), true, true), vec![0, 6, 2, 4, 7, 2]),
        // T5, which has none.
        (vocabulary(None, false, true), vec![6, 2, 7, 2]),
    ];
    for (vocabulary, ids) in cases {
        let tokenizer = Tokenizer::from_vocabulary(&vocabulary).unwrap();
        let [first, second] = encodings(&tokenizer, &["a", "b"]).try_into().unwrap();
        let joined = tokenizer.join(&first, Some(&second)).unwrap();
        assert_eq!(joined.segments, vec![0; ids.len()]);
        assert_eq!(tokenizer.added(true), Ok(ids.len() - 2));
        assert_eq!(joined.ids, ids);
    }
    // ModernBERT: one that the file names, and that does not stand there.
    let modern = Vocabulary { add_sep_token: Some(false), ..vocabulary(Some(2), true, true) };
    let tokenizer = Tokenizer::from_vocabulary(&modern).unwrap();
    let [first, second] = encodings(&tokenizer, &["a", "b"]).try_into().unwrap();
    assert_eq!(tokenizer.join(&first, Some(&second)).unwrap().ids, [0, 6, 2, 7, 2]);
    let tokenizer = Tokenizer::from_vocabulary(&vocabulary(Some(4), true, false)).unwrap();
    let text = encode(&tokenizer, "a");
    let error = tokenizer.join(&text, Some(&text)).unwrap_err().to_string();
    let expected = "two texts cannot be joined by the vocabulary: it adds no token at the end of a text";
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn single_texts_are_what_encoding_makes_of_them() {
    for (name, tokenizer) in support::every() {
        for text in ["", "a kinglet", " é 🐦<s>"] {
            let joined = tokenizer.join(&encode(&tokenizer, text), None).unwrap();
            assert_eq!(joined.ids, tokenizer.encode(text, EncodeOptions::default()).unwrap().ids, "{name}: {text:?}");
            let added = joined.places.iter().filter(|place| place.is_none()).count();
            assert_eq!(tokenizer.added(false), Ok(added), "{name}");
        }
    }
}
