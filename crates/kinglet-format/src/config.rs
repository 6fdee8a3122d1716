use std::{collections::BTreeMap, ops::RangeInclusive};

use serde_json::{Map, Value};

use crate::FormatError;

/// A JSON object of `config.json` or a file like it, read key by key, each value checked against what it may be.
#[derive(Clone, Debug)]
pub struct Config {
    /// The file, for messages.
    file: String,
    /// The sections that lead here, each with a dot behind it.
    path: String,
    values: Map<String, Value>,
    /// What some keys, with their sections, are called in the file.
    names: BTreeMap<String, String>,
}

impl Config {
    /// Reads the text of a `config.json`.
    pub fn parse(text: &[u8]) -> Result<Config, FormatError> {
        Config::parse_file("config.json", text)
    }

    /// Reads the text of a file of this name.
    pub fn parse_file(file: &str, text: &[u8]) -> Result<Config, FormatError> {
        let file = file.to_owned();
        match serde_json::from_slice(text) {
            Ok(Value::Object(values)) => Ok(Config::from_values(&file, values)),
            Ok(other) => Err(FormatError::Value {
                file,
                key: "the whole".to_owned(),
                found: describe(&other),
                expected: "an object".to_owned(),
            }),
            Err(source) => Err(FormatError::Json { source, file }),
        }
    }

    /// Values that come from a file of another format.
    pub fn from_values(file: &str, values: Map<String, Value>) -> Config {
        Config { file: file.to_owned(), path: String::new(), values, names: BTreeMap::new() }
    }

    /// Gives a key a value. Dots in the key lead through sections, which are made where they are missing.
    pub fn set(&mut self, key: &str, value: Value) {
        let mut values = &mut self.values;
        let mut parts = key.split('.').peekable();
        while let Some(part) = parts.next() {
            if parts.peek().is_none() {
                values.insert(part.to_owned(), value);
                return;
            }
            let section = values.entry(part).or_insert(Value::Null);
            if !section.is_object() {
                *section = Value::Object(Map::new());
            }
            let Value::Object(section) = section else { return };
            values = section;
        }
    }

    /// Says what a key, with its sections, is called in the file; errors call it that.
    pub fn rename(&mut self, key: &str, name: &str) {
        self.names.insert(key.to_owned(), name.to_owned());
    }

    /// The file, for messages.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The architectures that the file names, best first.
    pub fn architectures(&self) -> Vec<&str> {
        let names = self.values.get("architectures").and_then(Value::as_array);
        names.into_iter().flatten().filter_map(Value::as_str).collect()
    }

    /// A whole number that must be there.
    pub fn count(&self, key: &str, range: RangeInclusive<usize>) -> Result<usize, FormatError> {
        let expected = whole(&range);
        self.optional_count(key, range)?.ok_or_else(|| self.wrong(key, "missing", &expected))
    }

    /// Whether the key is there, and holds null.
    pub fn is_null(&self, key: &str) -> bool {
        self.values.get(key).is_some_and(Value::is_null)
    }

    /// A whole number that may be missing or null.
    pub fn optional_count(&self, key: &str, range: RangeInclusive<usize>) -> Result<Option<usize>, FormatError> {
        let Some(value) = self.value(key) else { return Ok(None) };
        let count = value.as_u64().and_then(|count| usize::try_from(count).ok());
        match count.filter(|count| range.contains(count)) {
            Some(count) => Ok(Some(count)),
            None => Err(self.wrong(key, &describe(value), &whole(&range))),
        }
    }

    /// A number that may be missing or null.
    pub fn optional_number(&self, key: &str, range: RangeInclusive<f64>) -> Result<Option<f64>, FormatError> {
        let Some(value) = self.value(key) else { return Ok(None) };
        match value.as_f64().filter(|number| range.contains(number)) {
            Some(number) => Ok(Some(number)),
            None => Err(self.wrong(key, &describe(value), &between(&range))),
        }
    }

    /// A number that must be there.
    pub fn number(&self, key: &str, range: RangeInclusive<f64>) -> Result<f64, FormatError> {
        let expected = between(&range);
        self.optional_number(key, range)?.ok_or_else(|| self.wrong(key, "missing", &expected))
    }

    /// A list of numbers that must be there.
    pub fn numbers(&self, key: &str, range: RangeInclusive<f64>) -> Result<Vec<f64>, FormatError> {
        let wrong = |found: &str| self.wrong(key, found, &format!("a list of {}", between(&range)));
        let Some(Value::Array(values)) = self.value(key) else { return Err(wrong("missing or no list")) };
        let number = |value: &Value| value.as_f64().filter(|number| range.contains(number));
        values.iter().map(|value| number(value).ok_or_else(|| wrong(&describe(value)))).collect()
    }

    /// True or false; false where it is missing or null.
    pub fn flag(&self, key: &str) -> Result<bool, FormatError> {
        Ok(self.optional_flag(key)?.unwrap_or(false))
    }

    /// True or false, if it is there and not null.
    pub fn optional_flag(&self, key: &str) -> Result<Option<bool>, FormatError> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(other) => Err(self.wrong(key, &describe(other), "true or false")),
        }
    }

    /// A list of whole numbers that may be missing or null.
    pub fn counts(&self, key: &str, range: RangeInclusive<usize>) -> Result<Option<Vec<usize>>, FormatError> {
        let Some(value) = self.value(key) else { return Ok(None) };
        let count = |value: &Value| value.as_u64().and_then(|count| usize::try_from(count).ok());
        let in_range = |value| count(value).filter(|count| range.contains(count));
        let counts = value.as_array().and_then(|values| values.iter().map(in_range).collect());
        let expected = || format!("a list, each entry {}", whole(&range));
        counts.map(Some).ok_or_else(|| self.wrong(key, &describe(value), &expected()))
    }

    /// Texts under the numbers from 0 on, as labels are written, or a list of them, if they are there and not null; at
    /// most `most`.
    pub fn numbered_texts(&self, key: &str, most: usize) -> Result<Option<Vec<String>>, FormatError> {
        let Some(value) = self.value(key) else { return Ok(None) };
        let expected = format!("at most {most} texts under the numbers from 0 on");
        let wrong = || self.wrong(key, &describe(value), &expected);
        let count = match value {
            Value::Object(entries) => entries.len(),
            Value::Array(entries) => entries.len(),
            _ => return Err(wrong()),
        };
        let entry = |number: usize| value.get(number).or_else(|| value.get(number.to_string()));
        let text = |number: usize| entry(number)?.as_str().map(str::to_owned);
        let texts: Option<Vec<String>> = if count <= most { (0..count).map(text).collect() } else { None };
        texts.map(Some).ok_or_else(wrong)
    }

    /// Texts by their names, if they are there and not null.
    pub fn named_texts(&self, key: &str) -> Result<Option<BTreeMap<String, String>>, FormatError> {
        let Some(value) = self.value(key) else { return Ok(None) };
        let text = |(name, text): (&String, &Value)| Some((name.clone(), text.as_str()?.to_owned()));
        let texts = value.as_object().and_then(|texts| texts.iter().map(text).collect());
        texts.map(Some).ok_or_else(|| self.wrong(key, &describe(value), "texts by their names"))
    }

    /// A list of texts that may be missing or null.
    pub fn texts(&self, key: &str) -> Result<Option<Vec<&str>>, FormatError> {
        let Some(value) = self.value(key) else { return Ok(None) };
        let texts = value.as_array().and_then(|values| values.iter().map(Value::as_str).collect());
        texts.map(Some).ok_or_else(|| self.wrong(key, &describe(value), "a list of texts"))
    }

    /// A list of texts that is written as runs, `[[["a", "b"], 2], [["c"], 1]]` for a, b, a, b, c, if it is there and not
    /// null. It has no more than `most` of them.
    pub fn runs_of_texts(&self, key: &str, most: usize) -> Result<Option<Vec<&str>>, FormatError> {
        let Some(value) = self.value(key) else { return Ok(None) };
        let wrong = || self.wrong(key, &describe(value), &format!("runs of at most {most} texts"));
        let mut all = Vec::new();
        for run in value.as_array().ok_or_else(wrong)? {
            let (Some(Value::Array(texts)), Some(times)) = (run.get(0), run.get(1).and_then(Value::as_u64)) else {
                return Err(wrong());
            };
            let texts: Vec<&str> = texts.iter().map(Value::as_str).collect::<Option<_>>().ok_or_else(wrong)?;
            for _ in 0..times {
                if texts.is_empty() || all.len() + texts.len() > most {
                    return Err(wrong());
                }
                all.extend(&texts);
            }
        }
        Ok(Some(all))
    }

    /// Text that may be missing or null.
    pub fn text(&self, key: &str) -> Result<Option<&str>, FormatError> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(key, &describe(other), "text")),
        }
    }

    /// An object that may be missing or null.
    pub fn section(&self, key: &str) -> Result<Option<Config>, FormatError> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::Object(values)) => {
                let path = format!("{}{key}.", self.path);
                let (file, names) = (self.file.clone(), self.names.clone());
                Ok(Some(Config { file, path, values: values.clone(), names }))
            }
            Some(other) => Err(self.wrong(key, &describe(other), "an object")),
        }
    }

    /// Token ids under a key that holds one id, a list of them, or null; `None` where the key is missing.
    pub fn ids(&self, key: &str) -> Result<Option<Vec<u32>>, FormatError> {
        let id = |value: &Value| {
            let id = value.as_u64().and_then(|id| u32::try_from(id).ok());
            id.ok_or_else(|| self.wrong(key, &describe(value), "a token id or a list of them"))
        };
        self.values
            .get(key)
            .map(|value| match value {
                Value::Null => Ok(Vec::new()),
                Value::Array(values) => values.iter().map(id).collect(),
                value => Ok(vec![id(value)?]),
            })
            .transpose()
    }

    /// The error that says what a key holds and what it may hold.
    pub fn wrong(&self, key: &str, found: &str, expected: &str) -> FormatError {
        let key = format!("{}{key}", self.path);
        FormatError::Value {
            file: self.file.clone(),
            key: self.names.get(&key).cloned().unwrap_or(key),
            found: found.to_owned(),
            expected: expected.to_owned(),
        }
    }

    fn value(&self, key: &str) -> Option<&Value> {
        self.values.get(key).filter(|value| !value.is_null())
    }
}

/// The words for a whole number in a range.
pub(crate) fn whole(range: &RangeInclusive<usize>) -> String {
    format!("a whole number from {} to {}", range.start(), range.end())
}

/// The words for a number in a range.
pub(crate) fn between(range: &RangeInclusive<f64>) -> String {
    format!("a number from {} to {}", range.start(), range.end())
}

/// A value on one line, cut where it is long.
pub(crate) fn describe(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        Config::parse(text.as_bytes()).unwrap()
    }

    #[test]
    fn values_are_checked_and_named() {
        let c =
            config(r#"{"layers": 1000000000000, "hidden": -3, "heads": "8", "rope": {"base": "x"}, "head_dim": null}"#);
        let error = |result: Result<usize, FormatError>| result.unwrap_err().to_string();
        assert_eq!(
            error(c.count("layers", 1..=512)),
            "config.json: layers is 1000000000000, expected a whole number from 1 to 512"
        );
        assert_eq!(error(c.count("hidden", 1..=9)), "config.json: hidden is -3, expected a whole number from 1 to 9");
        assert_eq!(error(c.count("heads", 1..=9)), "config.json: heads is \"8\", expected a whole number from 1 to 9");
        assert_eq!(error(c.count("ff", 1..=9)), "config.json: ff is missing, expected a whole number from 1 to 9");
        assert_eq!(c.optional_count("head_dim", 1..=9).unwrap(), None);
        let rope = c.section("rope").unwrap().unwrap();
        assert_eq!(
            rope.number("base", 1.0..=1e12).unwrap_err().to_string(),
            "config.json: rope.base is \"x\", expected a number from 1 to 1000000000000"
        );
    }

    #[test]
    fn lists_are_read_whole_or_not_at_all() {
        let c = config(
            r#"{"kinds": ["a", "b"], "runs": [[["a", "b"], 2], [["c"], 1]], "counts": [1, 0], "empty": [[[], 9]]}"#,
        );
        assert_eq!(c.texts("kinds").unwrap(), Some(vec!["a", "b"]));
        assert_eq!(c.texts("none").unwrap(), None);
        assert_eq!(c.counts("counts", 0..=1).unwrap(), Some(vec![1, 0]));
        assert_eq!(c.runs_of_texts("runs", 5).unwrap(), Some(vec!["a", "b", "a", "b", "c"]));
        assert_eq!(
            c.counts("counts", 1..=1).unwrap_err().to_string(),
            "config.json: counts is [1,0], expected a list, each entry a whole number from 1 to 1"
        );
        let error = "config.json: counts is [1,0], expected a list of texts";
        assert_eq!(c.texts("counts").unwrap_err().to_string(), error);
        assert!(c.runs_of_texts("runs", 4).is_err() && c.runs_of_texts("empty", 4).is_err());
    }

    #[test]
    fn values_of_another_format_keep_their_names() {
        let mut c = Config::from_values("model.gguf", Map::new());
        c.rename("hidden_size", "llama.embedding_length");
        c.rename("rope.base", "llama.rope.freq_base");
        c.set("rope.base", Value::from(-1.0));
        c.set("rope.kind", Value::from("x"));
        let rope = c.section("rope").unwrap().unwrap();
        assert_eq!(rope.text("kind").unwrap(), Some("x"));
        assert_eq!(
            rope.number("base", 1.0..=2.0).unwrap_err().to_string(),
            "model.gguf: llama.rope.freq_base is -1.0, expected a number from 1 to 2"
        );
        assert_eq!(
            c.count("hidden_size", 1..=9).unwrap_err().to_string(),
            "model.gguf: llama.embedding_length is missing, expected a whole number from 1 to 9"
        );
        c.set("rope", Value::Null);
        c.set("rope.kind.of", Value::from(1));
        assert_eq!(
            c.section("rope").unwrap().unwrap().section("kind").unwrap().unwrap().count("of", 1..=1).unwrap(),
            1
        );
    }

    #[test]
    fn ids_are_one_or_many() {
        let c = config(r#"{"one": 2, "many": [1, 2], "null": null, "bad": [1, -2]}"#);
        assert_eq!(c.ids("one").unwrap(), Some(vec![2]));
        assert_eq!(c.ids("many").unwrap(), Some(vec![1, 2]));
        assert_eq!(c.ids("null").unwrap(), Some(vec![]));
        assert_eq!(c.ids("missing").unwrap(), None);
        let other = Config::parse_file("generation_config.json", br#"{"one": -2}"#).unwrap();
        assert_eq!(
            other.ids("one").unwrap_err().to_string(),
            "generation_config.json: one is -2, expected a token id or a list of them"
        );
        assert!(c.ids("bad").is_err());
    }

    #[test]
    fn whatever_is_not_an_object_is_refused() {
        assert!(Config::parse(b"[1]").is_err());
        assert!(Config::parse(b"{").is_err());
        assert!(Config::parse(&[0xff; 8]).is_err());
    }
}
