//! The post-processor of a `tokenizer.json`: which tokens stand around texts.

use serde_json::Value;
use tokenizers::{Encoding, PostProcessor, processors::PostProcessorWrapper};

use crate::{TextError, error::shown, join::Member};

/// Puts special tokens around one text, or around and between two.
pub(crate) fn join(
    processor: Option<&PostProcessorWrapper>,
    first: &[u32],
    second: Option<&[u32]>,
) -> Result<Vec<Member>, TextError> {
    let texts = (numbered(first, 0)?, second.map(|second| numbered(second, first.len())).transpose()?);
    let whole = match processor {
        Some(processor) => processor.process(texts.0, texts.1, true).map_err(|error| wrong(&error.to_string()))?,
        None => {
            let second = texts.1.map(|mut second| {
                second.set_type_ids(vec![1; second.len()]);
                second
            });
            Encoding::merge([texts.0].into_iter().chain(second), false)
        }
    };
    let from = |number: u32| {
        let number = usize::try_from(number).unwrap_or(usize::MAX);
        number.checked_sub(first.len()).map_or((false, number), |index| (true, index))
    };
    let tokens = whole.get_ids().iter().zip(whole.get_type_ids()).zip(whole.get_word_ids());
    let members: Vec<Member> =
        tokens.map(|((&id, &segment), word)| Member { id, segment, from: word.map(from) }).collect();
    // The crate takes a template for two texts without a place for the second, and leaves it out.
    let has_second = members.iter().any(|member| member.from.is_some_and(|(second, _)| second));
    if second.is_some_and(|second| !second.is_empty()) && !has_second {
        return Err(pair("its post_processor has no place for the second"));
    }
    Ok(members)
}

/// Tokens as the crate has them. Each is a word of its own, by whose number it is found again: no step touches that.
/// Texts and offsets are left out: offsets were trimmed when the texts were encoded, and are not trimmed again.
fn numbered(ids: &[u32], from: usize) -> Result<Encoding, TextError> {
    let number = |index: usize| u32::try_from(index).map(Some).map_err(|_| wrong("it has too many tokens"));
    let words = (from..from.saturating_add(ids.len())).map(number).collect::<Result<Vec<_>, _>>()?;
    let (zeros, ones) = (vec![0; ids.len()], vec![1; ids.len()]);
    let (texts, offsets) = (vec![String::new(); ids.len()], vec![(0, 0); ids.len()]);
    let sequences = ahash::AHashMap::new();
    Ok(Encoding::new(ids.to_vec(), zeros.clone(), texts, words, offsets, zeros, ones, Vec::new(), sequences))
}

/// Why two texts cannot be joined.
pub(crate) fn pair(why: &str) -> TextError {
    TextError::Pair { by: "tokenizer.json", why: why.to_owned() }
}

fn wrong(why: &str) -> TextError {
    TextError::Encode { why: shown(why) }
}

/// Into how many parts a post-processor puts this many. The crate takes it for granted that a template has tokens that
/// it defines, only texts that there are, and one or two of them.
pub(crate) fn check(processor: &Value, texts: usize, add: bool) -> Result<usize, String> {
    let list = |key: &str| processor.get(key).and_then(Value::as_array);
    if let Some(steps) = list("processors") {
        return steps.iter().try_fold(texts, |texts, step| check(step, texts, add));
    }
    let (Some(single), Some(pair)) = (list("single"), list("pair")) else { return Ok(texts) };
    let template = match texts {
        1 => single,
        2 => pair,
        _ => return Err(format!("its post_processor has a template for {texts} parts")),
    };
    let mut parts = 0;
    for piece in template {
        let token = piece.pointer("/SpecialToken/id").and_then(Value::as_str);
        let defined = |token| processor.get("special_tokens").is_some_and(|tokens| tokens.get(token).is_some());
        if let Some(token) = token.filter(|token| add && !defined(*token)) {
            return Err(format!("its post_processor adds the token {}, which it does not define", shown(token)));
        }
        if texts == 1 && piece.pointer("/Sequence/id").is_some_and(|id| id != "A") {
            return Err("its post_processor has no place for a single text".to_owned());
        }
        parts += usize::from(add || token.is_none());
    }
    Ok(parts)
}
