use std::ops::RangeInclusive;

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
            Ok(Value::Object(values)) => Ok(Config { file, path: String::new(), values }),
            Ok(other) => Err(FormatError::Value {
                file,
                key: "the whole".to_owned(),
                found: describe(&other),
                expected: "an object".to_owned(),
            }),
            Err(source) => Err(FormatError::Json { source, file }),
        }
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
            None => {
                let expected = format!("a number from {} to {}", range.start(), range.end());
                Err(self.wrong(key, &describe(value), &expected))
            }
        }
    }

    /// A number that must be there.
    pub fn number(&self, key: &str, range: RangeInclusive<f64>) -> Result<f64, FormatError> {
        let expected = format!("a number from {} to {}", range.start(), range.end());
        self.optional_number(key, range)?.ok_or_else(|| self.wrong(key, "missing", &expected))
    }

    /// True or false; false where it is missing or null.
    pub fn flag(&self, key: &str) -> Result<bool, FormatError> {
        match self.value(key) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => Err(self.wrong(key, &describe(other), "true or false")),
        }
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
                let (file, path) = (self.file.clone(), format!("{}{key}.", self.path));
                Ok(Some(Config { file, path, values: values.clone() }))
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
        FormatError::Value {
            file: self.file.clone(),
            key: format!("{}{key}", self.path),
            found: found.to_owned(),
            expected: expected.to_owned(),
        }
    }

    fn value(&self, key: &str) -> Option<&Value> {
        self.values.get(key).filter(|value| !value.is_null())
    }
}

fn whole(range: &RangeInclusive<usize>) -> String {
    format!("a whole number from {} to {}", range.start(), range.end())
}

/// A value on one line, cut where it is long.
fn describe(value: &Value) -> String {
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
