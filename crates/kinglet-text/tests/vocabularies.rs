//! Small vocabularies of each kind that GGUF files have, with encodings worked out by hand after llama.cpp's rules.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic")]

use kinglet_text::{EncodeOptions, SpecialIds, SpecialText, TextError, Tokenizer, Vocabulary};

const NORMAL: i32 = 1;
const UNKNOWN: i32 = 2;
const CONTROL: i32 = 3;
const USER_DEFINED: i32 = 4;
const BYTE: i32 = 6;

/// Encodes with special tokens and without.
fn encoded(tokenizer: &Tokenizer, text: &str) -> (Vec<u32>, Vec<u32>) {
    let encode = |options| tokenizer.encode(text, options).unwrap().ids;
    (encode(EncodeOptions::default()), encode(EncodeOptions::PLAIN))
}

fn decoded(tokenizer: &Tokenizer, ids: &[u32]) -> String {
    tokenizer.decode(ids, SpecialText::Skip).unwrap()
}

fn byte_level() -> Vocabulary<'static> {
    Vocabulary {
        model: "gpt2",
        pre: Some("llama-bpe"),
        //            0      1    2    3    4    5    6     7      8     9    10   11      12
        tokens: vec!["<s>", "a", "b", "c", "Ġ", "Ã", "¤", "ab", "abc", "Ġa", "Ċ", "<x>", "</s>"],
        token_type: vec![CONTROL, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, USER_DEFINED, CONTROL],
        merges: vec!["b c", "a b", "Ġ a"],
        special: SpecialIds { bos: Some(0), eos: Some(12), ..SpecialIds::default() },
        ..Vocabulary::default()
    }
}

#[test]
fn byte_level_vocabularies() {
    let tokenizer = Tokenizer::from_vocabulary(&byte_level()).unwrap();
    // "bc" is no token, so it comes apart again; "abc" is one, and stays whole whatever the merges say.
    assert_eq!(encoded(&tokenizer, "abc abc"), (vec![0, 8, 9, 2, 3], vec![8, 9, 2, 3]));
    assert_eq!(encoded(&tokenizer, "ä\n"), (vec![0, 5, 6, 10], vec![5, 6, 10]));
    assert_eq!(encoded(&tokenizer, "<s>a<x>").0, [0, 0, 1, 11]);
    // Letters that the vocabulary lacks are lost, as in llama.cpp.
    assert_eq!(encoded(&tokenizer, "<s>a<x>").1, [1, 11]);
    assert_eq!(decoded(&tokenizer, &[0, 9, 5, 6, 11, 12]), " aä<x>");
    assert_eq!(tokenizer.decode(&[0, 5, 1], SpecialText::Keep).unwrap(), "<s>\u{fffd}a");
    assert_eq!(tokenizer.token_bytes(9).unwrap(), b" a");
    // The pieces that only merges know are no tokens.
    assert_eq!(tokenizer.vocab(), 13);
    assert_eq!(tokenizer.token_bytes(13), Err(TextError::Token { id: 13, vocab: 13 }));
    let no_bos = Vocabulary { add_bos_token: Some(false), add_eos_token: Some(true), ..byte_level() };
    assert_eq!(encoded(&Tokenizer::from_vocabulary(&no_bos).unwrap(), "ab").0, [7, 12]);
}

#[test]
fn vocabularies_of_characters_with_merges() {
    let tokenizer = Tokenizer::from_vocabulary(&Vocabulary {
        model: "gemma4",
        tokens: vec!["<bos>", "a", "▁", "▁a", "\n", "\n\n", "<0xC3>", "<0xA4>", "<0x0A>", "a▁a"],
        token_type: vec![CONTROL, 1, 1, 1, 1, 1, BYTE, BYTE, BYTE, 1],
        merges: vec!["▁ a", "a ▁a"],
        special: SpecialIds { bos: Some(0), ..SpecialIds::default() },
        ..Vocabulary::default()
    })
    .unwrap();
    assert_eq!(encoded(&tokenizer, "a a a\n\nä"), (vec![0, 9, 3, 5, 6, 7], vec![9, 3, 5, 6, 7]));
    let encoding = tokenizer.encode("a a ä", EncodeOptions::PLAIN).unwrap();
    assert_eq!(encoding.ids, [9, 2, 6, 7]);
    assert_eq!(encoding.offsets, [0..3, 3..4, 4..6, 4..6]);
    assert_eq!(decoded(&tokenizer, &[0, 9, 3, 5, 6, 7, 8]), "a a a\n\nä\n");
}

fn scored() -> Vocabulary<'static> {
    Vocabulary {
        model: "llama",
        //            0        1      2       3    4    5    6     7      8      9         10        11
        tokens: vec!["<unk>", "<s>", "</s>", "▁", "a", "b", "ab", "▁a", "▁ab", "<0xC3>", "<0xA4>", "<|u|>"],
        token_type: vec![UNKNOWN, CONTROL, CONTROL, 1, 1, 1, 1, 1, 1, BYTE, BYTE, USER_DEFINED],
        scores: vec![0.0, 0.0, 0.0, -3.0, -4.0, -5.0, -2.0, -1.0, -6.0, 0.0, 0.0, 0.0],
        ..Vocabulary::default()
    }
}

#[test]
fn scored_vocabularies() {
    let tokenizer = Tokenizer::from_vocabulary(&scored()).unwrap();
    assert_eq!(encoded(&tokenizer, "ab ab"), (vec![1, 8, 8], vec![8, 8]));
    assert_eq!(encoded(&tokenizer, "ä?"), (vec![1, 3, 9, 10, 0], vec![3, 9, 10, 0]));
    // A space comes before what follows a special token, too.
    assert_eq!(encoded(&tokenizer, "a<|u|>a</s>a"), (vec![1, 7, 11, 7, 2, 7], vec![7, 11, 7, 0, 0, 0, 0, 4]));
    assert_eq!(encoded(&tokenizer, ""), (vec![1], vec![]));
    assert_eq!(decoded(&tokenizer, &[1, 8, 9, 10, 7, 2]), "abä a");
    let encoding = tokenizer.encode("ab ä", EncodeOptions::default()).unwrap();
    assert_eq!(encoding.offsets, [0..0, 0..2, 2..3, 3..5, 3..5]);
    let bare = Vocabulary { add_space_prefix: Some(false), add_bos_token: Some(false), ..scored() };
    let tokenizer = Tokenizer::from_vocabulary(&bare).unwrap();
    assert_eq!(encoded(&tokenizer, "ab ab").0, [6, 8]);
    assert_eq!(decoded(&tokenizer, &[8]), " ab");
}

#[test]
fn word_piece_vocabularies() {
    let tokenizer = Tokenizer::from_vocabulary(&Vocabulary {
        model: "bert",
        tokens: vec!["[PAD]", "[UNK]", "[CLS]", "[SEP]", "▁bird", "s", "▁,", "▁é", "▁e", "▁ein"],
        token_type: vec![CONTROL, CONTROL, CONTROL, CONTROL, 1, 1, 1, 1, 1, 1],
        special: SpecialIds { unknown: Some(1), class: Some(2), separator: Some(3), ..SpecialIds::default() },
        ..Vocabulary::default()
    })
    .unwrap();
    assert_eq!(encoded(&tokenizer, "Birds, É  eins?"), (vec![2, 4, 5, 6, 8, 9, 5, 1, 3], vec![4, 5, 6, 8, 9, 5, 1]));
    assert_eq!(encoded(&tokenizer, "[SEP]").0, [2, 3, 3]);
    assert_eq!(decoded(&tokenizer, &[2, 4, 5, 8, 3]), "birds e");
    assert_eq!(tokenizer.special().bos, Some(2));
}

#[test]
fn unigram_vocabularies() {
    let tokenizer = Tokenizer::from_vocabulary(&Vocabulary {
        model: "t5",
        tokens: vec!["<pad>", "</s>", "<unk>", "▁", "a", "b", "ab", "▁a", "▁b"],
        token_type: vec![CONTROL, CONTROL, UNKNOWN, NORMAL, 1, 1, 1, 1, 1],
        scores: vec![0.0, 0.0, 0.0, -2.0, -3.0, -3.0, -3.5, -2.5, -9.0],
        add_space_prefix: Some(true),
        remove_extra_whitespaces: Some(true),
        ..Vocabulary::default()
    })
    .unwrap();
    // ▁ + ab scores -5.5 and ▁a + b too: what begins first stays.
    assert_eq!(encoded(&tokenizer, "ab  b ??"), (vec![3, 6, 3, 5, 3, 2, 1], vec![3, 6, 3, 5, 3, 2]));
    assert_eq!(decoded(&tokenizer, &[7, 5, 3, 5, 1]), "ab b");
}

#[test]
fn what_cannot_be_is_an_error() {
    let fault = |vocabulary: Vocabulary<'_>| Tokenizer::from_vocabulary(&vocabulary).unwrap_err().to_string();
    let cases = [
        (Vocabulary { model: "rwkv", ..byte_level() }, "the kind rwkv is not supported; those that are: gpt2"),
        (Vocabulary { pre: Some("magpie"), ..byte_level() }, "the pre-tokenizer magpie is not known"),
        (Vocabulary { tokens: vec![], token_type: vec![], ..byte_level() }, "has no tokens"),
        (Vocabulary { token_type: vec![1], ..byte_level() }, "has 13 tokens and 1 token types"),
        (Vocabulary { scores: vec![1.0], ..scored() }, "has 12 tokens and 1 scores"),
        (Vocabulary { merges: vec!["ab"], ..byte_level() }, "merge 0, which is not a pair"),
        (Vocabulary { merges: vec!["a b", "日 b"], ..byte_level() }, "merge 1, whose letters stand for no bytes"),
        (Vocabulary { model: "bert", ..byte_level() }, "has no unknown token"),
        (Vocabulary { model: "t5", precompiled_charsmap: vec![9], ..scored() }, "precompiled_charsmap that is cut off"),
    ];
    for (vocabulary, expected) in cases {
        let error = fault(vocabulary);
        assert!(error.contains(expected), "{error}");
    }
}
