//! Why a `tokenizer.json` could not be read: what the crate `tokenizers` says of a part that it does not know is which of
//! its own types it is not.

use serde_json::Value;

use crate::{TextError, error::shown};

/// The parts, and the types that each may have.
const PARTS: [(&str, &[&str]); 5] = [
    ("model", &["BPE", "WordPiece", "WordLevel", "Unigram"]),
    (
        "normalizer",
        &[
            "Sequence",
            "BertNormalizer",
            "Strip",
            "StripAccents",
            "NFC",
            "NFD",
            "NFKC",
            "NFKD",
            "Lowercase",
            "Nmt",
            "Precompiled",
            "Replace",
            "Prepend",
            "ByteLevel",
        ],
    ),
    (
        "pre_tokenizer",
        &[
            "Sequence",
            "BertPreTokenizer",
            "ByteLevel",
            "CharDelimiterSplit",
            "Metaspace",
            "Whitespace",
            "WhitespaceSplit",
            "Split",
            "Punctuation",
            "Digits",
            "UnicodeScripts",
            "FixedLength",
        ],
    ),
    ("post_processor", &["Sequence", "RobertaProcessing", "BertProcessing", "ByteLevel", "TemplateProcessing"]),
    (
        "decoder",
        &[
            "Sequence",
            "BPEDecoder",
            "ByteLevel",
            "WordPiece",
            "Metaspace",
            "CTC",
            "Replace",
            "Fuse",
            "Strip",
            "ByteFallback",
        ],
    ),
];

/// The error of a file that could not be read: `why`, unless the file itself says it better.
pub(crate) fn explained(text: &[u8], why: &str) -> TextError {
    let json = |why: &str| TextError::Json { why: shown(why) };
    let file: Value = match serde_json::from_slice(text) {
        Ok(file) => file,
        Err(error) => return json(&error.to_string()),
    };
    if !file.get("model").is_some_and(Value::is_object) {
        return json("it has no model");
    }
    let unknown = PARTS.iter().find_map(|&(part, known)| Some((part, unknown(file.get(part)?, known)?)));
    unknown.map_or_else(|| json(why), |(part, found)| TextError::Part { part, found: shown(found) })
}

/// The type of a part that is none of these, or that of one within it.
fn unknown<'p>(part: &'p Value, known: &[&str]) -> Option<&'p str> {
    let own = part.get("type").and_then(Value::as_str).filter(|found| !known.contains(found));
    let lists = ["normalizers", "pretokenizers", "processors", "decoders"];
    let mut inner = lists.iter().filter_map(|key| part.get(key)?.as_array()).flatten();
    own.or_else(|| inner.find_map(|part| unknown(part, known)))
}
