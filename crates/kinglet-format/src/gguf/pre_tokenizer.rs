//! How text is split before it is merged, by the names that llama.cpp has for it.

use serde_json::Value;

/// A way to split: what it is made of, whether whole words of the vocabulary stay together, and its name.
type Known = (&'static [&'static str], Option<bool>, &'static str);

const DIGITS: &str = "each digit";
const GPT2: &str = "byte level with GPT-2's pattern";

const KNOWN: &[Known] = &[
    (&[GPT2], None, "gpt-2"),
    (&[DIGITS, GPT2], None, "smollm"),
    (&[LLAMA3], Some(true), "llama-bpe"),
    (&[LLAMA3], Some(false), "smaug-bpe"),
    (&[QWEN2], None, "qwen2"),
    (&[TEKKEN], Some(true), "tekken"),
    (&[GPT_4O], None, "gpt-4o"),
];

// The patterns as they stand in published tokenizers.
const LLAMA3: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const QWEN2: &str =
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const TEKKEN: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";
const GPT_4O: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// What the `pre_tokenizer` of a `tokenizer.json` does.
#[derive(Debug, Default)]
pub(super) struct PreTokenizer<'t> {
    /// Its steps, but for the one that writes bytes as letters.
    steps: Vec<&'t str>,
    /// It writes bytes as letters.
    pub(super) byte_level: bool,
}

impl<'t> PreTokenizer<'t> {
    pub(super) fn new(value: &'t Value) -> PreTokenizer<'t> {
        let mut found = PreTokenizer::default();
        found.add(value, 0);
        found
    }

    fn add(&mut self, value: &'t Value, depth: usize) {
        let text = |key: &str| value.get(key).and_then(Value::as_str);
        let flag = |key: &str, missing| value.get(key).and_then(Value::as_bool).unwrap_or(missing);
        match text("type") {
            // Nobody nests them; a file that does so without end is not followed.
            Some("Sequence") if depth < 4 => {
                let steps = value.get("pretokenizers").and_then(Value::as_array);
                steps.into_iter().flatten().for_each(|step| self.add(step, depth + 1));
            }
            Some("ByteLevel") => {
                self.byte_level = true;
                if flag("use_regex", true) {
                    self.steps.push(GPT2);
                }
            }
            Some("Digits") if flag("individual_digits", false) => self.steps.push(DIGITS),
            Some("Split") if text("behavior") == Some("Isolated") && !flag("invert", false) => {
                let pattern = value.get("pattern").and_then(|pattern| pattern.get("Regex")).and_then(Value::as_str);
                self.steps.push(pattern.unwrap_or_default());
            }
            _ => self.steps.push(""),
        }
    }

    /// The name, where it is one of those that have one.
    pub(super) fn name(&self, ignore_merges: bool) -> Option<&'static str> {
        let same = |(steps, merges, _): &&Known| {
            self.steps == *steps && merges.is_none_or(|expected| expected == ignore_merges)
        };
        KNOWN.iter().find(same).map(|(_, _, name)| *name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn published_ways_to_split_have_names() {
        let split = |pattern: &str| json!({"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated"});
        let bytes = json!({"type": "ByteLevel", "use_regex": false});
        let sequence = |steps: &[Value]| json!({"type": "Sequence", "pretokenizers": steps});
        let name = |value: &Value, ignore| PreTokenizer::new(value).name(ignore);
        assert_eq!(name(&sequence(&[split(LLAMA3), bytes.clone()]), true), Some("llama-bpe"));
        assert_eq!(name(&sequence(&[split(LLAMA3), bytes.clone()]), false), Some("smaug-bpe"));
        assert_eq!(name(&sequence(&[split(QWEN2), bytes.clone()]), false), Some("qwen2"));
        assert_eq!(name(&json!({"type": "ByteLevel"}), false), Some("gpt-2"));
        let digits = json!({"type": "Digits", "individual_digits": true});
        assert_eq!(name(&sequence(&[digits, json!({"type": "ByteLevel"})]), false), Some("smollm"));
        assert_eq!(name(&sequence(&[split("x"), bytes.clone()]), true), None);
        assert!(!PreTokenizer::new(&json!({"type": "Metaspace"})).byte_level);
        assert!(PreTokenizer::new(&sequence(&[bytes])).byte_level);
    }
}
