//! What holds of every vocabulary and every text.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::sync::LazyLock;

use kinglet_text::{EncodeOptions, SpecialIds, SpecialText, TextError, Tokenizer, Vocabulary};
use proptest::{prelude::*, sample::select, test_runner::Config};
use support::{every, gguf, json};

/// Made once: there are hundreds of cases.
static EVERY: LazyLock<Vec<(&str, Tokenizer)>> = LazyLock::new(every);

/// Texts with what tokenizers trip over.
fn texts() -> impl Strategy<Value = String> {
    let parts =
        ["a", "b", " ", "  ", "\n", "é", "e\u{301}", "🐦", "▁", "<s>", "<0x0A>", "it's", "123", "日本", "\u{fffd}"];
    let part = prop_oneof![4 => select(parts.to_vec()).prop_map(str::to_owned), 1 => ".{0,3}"];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

/// Any tokens, whether they make sense or not.
fn ids(tokenizer: &Tokenizer) -> impl Strategy<Value = Vec<u32>> + use<> {
    prop::collection::vec(0..u32::try_from(tokenizer.vocab()).unwrap(), 0..24)
}

fn check_stream(tokenizer: &Tokenizer, ids: &[u32], special: SpecialText) -> Result<(), TestCaseError> {
    let whole = tokenizer.decode(ids, special).unwrap();
    let mut stream = tokenizer.decode_stream(special);
    let mut streamed = String::new();
    for &id in ids {
        let text = stream.push(id).unwrap();
        prop_assert_ne!(text.as_deref(), Some(""));
        streamed += &text.unwrap_or_default();
        prop_assert!(whole.starts_with(&streamed), "{:?} is not how {:?} begins", streamed, whole);
    }
    streamed += &stream.finish().unwrap_or_default();
    prop_assert_eq!(streamed, whole);
    Ok(())
}

/// Encodes, and checks what holds of all encodings.
fn check_encoding(tokenizer: &Tokenizer, text: &str, options: EncodeOptions) -> Result<Vec<u32>, TestCaseError> {
    let encoding = tokenizer.encode(text, options).unwrap();
    prop_assert_eq!(encoding.ids.len(), encoding.offsets.len());
    prop_assert!(encoding.ids.iter().all(|&id| usize::try_from(id).unwrap() < tokenizer.vocab()));
    prop_assert!(encoding.offsets.iter().all(|range| range.start <= range.end && range.end <= text.len()));
    let count = text.chars().count();
    prop_assert!(encoding.character_offsets(text).iter().all(|range| range.start <= range.end && range.end <= count));
    Ok(encoding.ids)
}

proptest! {
    #![proptest_config(Config::with_cases(192))]

    #[test]
    fn text_survives(text in texts(), model in select(&["llama", "gemma4"][..])) {
        let tokenizer = gguf(model);
        let ids = check_encoding(&tokenizer, &text, EncodeOptions::PLAIN)?;
        // U+2581 is how these vocabularies write a space.
        prop_assert_eq!(tokenizer.decode(&ids, SpecialText::Skip).unwrap(), text.replace('▁', " "));
        check_stream(&tokenizer, &ids, SpecialText::Skip)?;
    }

    #[test]
    fn byte_level_text_survives(text in texts().prop_filter("composed", |text| !text.contains('\u{301}') && text.is_ascii())) {
        let tokenizer = json("byte_level");
        let ids = check_encoding(&tokenizer, &text, EncodeOptions::PLAIN)?;
        prop_assert_eq!(tokenizer.decode(&ids, SpecialText::Keep).unwrap(), text);
        check_encoding(&tokenizer, "é 🐦", EncodeOptions::default())?;
    }

    #[test]
    fn streams_yield_what_decoding_at_once_does(
        model in select(&["llama", "gemma4"][..]),
        special in select(&[SpecialText::Skip, SpecialText::Keep][..]),
        seed in ids(&gguf("llama")),
    ) {
        check_stream(&gguf(model), &seed, special)?;
    }

    #[test]
    fn streams_of_byte_level_tokens_do_too(seed in ids(&json("byte_level"))) {
        check_stream(&json("byte_level"), &seed, SpecialText::Skip)?;
    }

    /// Whatever a model comes up with, tokens that there are become text, and others an error that names them.
    #[test]
    fn any_tokens_become_text_or_an_error(
        ids in prop::collection::vec(prop_oneof![9 => 0..450u32, 1 => any::<u32>()], 0..24),
        special in select(&[SpecialText::Skip, SpecialText::Keep][..]),
    ) {
        for (name, tokenizer) in &*EVERY {
            let vocab = tokenizer.vocab();
            let (known, missing): (Vec<u32>, Vec<u32>) =
                ids.iter().partition(|&&id| usize::try_from(id).is_ok_and(|id| id < vocab));
            check_stream(tokenizer, &known, special)?;
            let Some(&id) = missing.first() else { continue };
            let error = TextError::Token { id, vocab };
            prop_assert_eq!(tokenizer.decode(&ids, special), Err(error.clone()), "{}", name);
            prop_assert_eq!(tokenizer.token_bytes(id), Err(error.clone()), "{}", name);
            // A stream goes on as if the token had not come.
            let mut stream = tokenizer.decode_stream(special);
            let mut streamed = String::new();
            for &id in &ids {
                match stream.push(id) {
                    Ok(text) => streamed += &text.unwrap_or_default(),
                    Err(_) => prop_assert!(missing.contains(&id), "{}: {}", name, id),
                }
            }
            streamed += &stream.finish().unwrap_or_default();
            prop_assert_eq!(streamed, tokenizer.decode(&known, special).unwrap(), "{}", name);
        }
    }

    /// A vocabulary with a token for each byte can say every sequence of them, of which text is what is UTF-8.
    #[test]
    fn any_bytes_become_text(bytes in prop::collection::vec(prop_oneof![any::<u8>(), select(&b"\xf0\x9f\x90\xa6\xe2\x82\xac a"[..])], 0..24)) {
        for name in ["byte_level", "byte_fallback", "gpt2", "llama", "gemma4"] {
            let (_, tokenizer) = EVERY.iter().find(|(known, _)| *known == name).unwrap();
            let all = 0..u32::try_from(tokenizer.vocab()).unwrap();
            let token = |byte: &u8| all.clone().find(|&id| tokenizer.token_bytes(id).unwrap() == [*byte]).unwrap();
            let ids: Vec<u32> = bytes.iter().map(token).collect();
            // These put a space before a text, and take it away again.
            let own = ["byte_fallback", "llama"].contains(&name);
            let text = bytes.strip_prefix(b" ").filter(|_| own).unwrap_or(&bytes);
            prop_assert_eq!(tokenizer.decode(&ids, SpecialText::Skip).unwrap(), String::from_utf8_lossy(text), "{}", name);
            check_stream(tokenizer, &ids, SpecialText::Skip)?;
        }
    }

    /// Characters come whole: none of a text without U+FFFD is ever replaced by it.
    #[test]
    fn characters_are_never_split(text in "[aé🐦日 ]{0,12}") {
        for tokenizer in [gguf("llama"), json("byte_level")] {
            let mut stream = tokenizer.decode_stream(SpecialText::Skip);
            for id in tokenizer.encode(&text, EncodeOptions::PLAIN).unwrap().ids {
                let piece = stream.push(id).unwrap().unwrap_or_default();
                prop_assert!(!piece.contains(char::REPLACEMENT_CHARACTER));
            }
            prop_assert_eq!(stream.finish(), None);
        }
    }

    /// Files may hold anything. What opens must encode and decode without a panic.
    #[test]
    fn hostile_vocabularies_end_in_errors_or_work(
        model in select(&["gpt2", "gemma4", "llama", "bert", "t5"][..]),
        pre in select(&[None, Some("gpt-2"), Some("llama-bpe"), Some("sarvam-moe"), Some("superbpe"), Some("x")][..]),
        tokens in prop::collection::vec(select(&["", "a", "b", "ab", "▁", "▁a", "Ġ", "Ġa", " ", "<s>", "<0x61>", "日", "a a", "bab"][..]), 0..12),
        token_type in prop::collection::vec(-1..9i32, 0..14),
        scores in prop::collection::vec(select(&[0.0, -1.0, 3.0, f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX][..]), 0..14),
        merges in prop::collection::vec(select(&["a b", "b a", "ab a", "a ba", "b ab", "Ġ a", "a", " a", "a ", "  ", "日 a", "▁ a", "x y", "a a a"][..]), 0..6),
        charsmap in prop::collection::vec(any::<u8>(), 0..40),
        special in prop::collection::vec(prop::option::of(0..20u32), 7),
        flags in prop::collection::vec(prop::option::of(any::<bool>()), 7),
        text in texts(),
    ) {
        let special = SpecialIds {
            bos: special[0], eos: special[1], unknown: special[2], separator: special[3], class: special[4],
            mask: special[5], padding: special[6],
        };
        let vocabulary = Vocabulary {
            model, pre, tokens, token_type, scores, merges, special,
            add_bos_token: flags[0], add_eos_token: flags[1], add_space_prefix: flags[2],
            remove_extra_whitespaces: flags[3], precompiled_charsmap: charsmap,
            lowercase: flags[4], strip_accents: flags[5], add_sep_token: flags[6], name: "phi-3", architecture: "x",
        };
        if let Ok(tokenizer) = Tokenizer::from_vocabulary(&vocabulary) {
            for options in [EncodeOptions::PLAIN, EncodeOptions::default()] {
                if tokenizer.encode(&text, options).is_ok() {
                    let ids = check_encoding(&tokenizer, &text, options)?;
                    check_stream(&tokenizer, &ids, SpecialText::Keep)?;
                }
            }
            let all: Vec<u32> = (0..u32::try_from(tokenizer.vocab()).unwrap()).collect();
            check_stream(&tokenizer, &all, SpecialText::Skip)?;
        }
    }
}
