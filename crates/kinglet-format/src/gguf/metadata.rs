use std::{
    ops::{Range, RangeInclusive},
    sync::Arc,
};

use kinglet_tensor::Bytes;
use serde_json::Map;

use super::value::{Array, Value, ValueType};
use crate::{Config, FormatError, config, shown::shown};

/// The metadata of a GGUF file, read key by key, each value checked against what it may be.
///
/// Values stay as they lie in the file: a vocabulary takes no more memory than there.
#[derive(Clone)]
pub struct Metadata {
    file: String,
    /// The file up to its data.
    bytes: Bytes,
    /// In order of their keys.
    entries: Arc<[Entry]>,
}

/// Where a key and its value lie.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Range<usize>,
    pub(crate) kind: ValueType,
    pub(crate) value: Range<usize>,
}

impl Metadata {
    /// Entries that were checked, in order of their keys.
    pub(crate) fn new(file: &str, bytes: Bytes, entries: Vec<Entry>) -> Metadata {
        Metadata { file: file.to_owned(), bytes, entries: entries.into() }
    }

    /// The file that they are in: the first one of a split model.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Whether the file says that it has no vocabulary, in either of llama.cpp's words for it.
    pub(crate) fn lacks_vocabulary(&self) -> Result<bool, FormatError> {
        Ok(self.text("tokenizer.ggml.model")?.is_some_and(|model| ["no_vocab", "none"].contains(&model)))
    }

    /// All keys with their values, in order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Value<'_>)> {
        self.entries.iter().filter_map(|entry| {
            let key = str::from_utf8(self.bytes.get(entry.key.clone())?).ok()?;
            Some((key, entry.value(&self.bytes)?))
        })
    }

    /// The value of a key, where it is there.
    pub fn get(&self, key: &str) -> Option<Value<'_>> {
        let bytes: &[u8] = &self.bytes;
        let found = |entry: &Entry| bytes.get(entry.key.clone()).unwrap_or_default().cmp(key.as_bytes());
        let index = self.entries.binary_search_by(found).ok()?;
        self.entries.get(index)?.value(bytes)
    }

    /// A whole number that must be there.
    pub fn count(&self, key: &str, range: RangeInclusive<usize>) -> Result<usize, FormatError> {
        let expected = config::whole(&range);
        self.optional_count(key, range)?.ok_or_else(|| self.wrong(key, "missing", &expected))
    }

    /// A whole number that may be missing.
    pub fn optional_count(&self, key: &str, range: RangeInclusive<usize>) -> Result<Option<usize>, FormatError> {
        let count = |value: Value<'_>| value.as_u64().and_then(|count| usize::try_from(count).ok());
        self.checked(key, || config::whole(&range), |value| count(value).filter(|count| range.contains(count)))
    }

    /// A number that must be there.
    pub fn number(&self, key: &str, range: RangeInclusive<f64>) -> Result<f64, FormatError> {
        let expected = config::between(&range);
        self.optional_number(key, range)?.ok_or_else(|| self.wrong(key, "missing", &expected))
    }

    /// A number that may be missing.
    pub fn optional_number(&self, key: &str, range: RangeInclusive<f64>) -> Result<Option<f64>, FormatError> {
        let number = |value: Value<'_>| value.as_f64().filter(|number| range.contains(number));
        self.checked(key, || config::between(&range), number)
    }

    /// True or false; `None` where it is missing, as defaults differ.
    pub fn flag(&self, key: &str) -> Result<Option<bool>, FormatError> {
        self.checked(
            key,
            || "true or false".to_owned(),
            |value| match value {
                Value::Flag(flag) => Some(flag),
                _ => None,
            },
        )
    }

    /// Text that may be missing.
    pub fn text(&self, key: &str) -> Result<Option<&str>, FormatError> {
        self.checked(
            key,
            || "text".to_owned(),
            |value| match value {
                Value::Text(text) => Some(text),
                _ => None,
            },
        )
    }

    /// An array that may be missing.
    pub fn array(&self, key: &str) -> Result<Option<Array<'_>>, FormatError> {
        self.checked(
            key,
            || "an array".to_owned(),
            |value| match value {
                Value::Array(array) => Some(array),
                _ => None,
            },
        )
    }

    /// An array of text that may be missing, such as a vocabulary. All of it is checked to be UTF-8.
    pub fn texts(&self, key: &str) -> Result<Option<Texts<'_>>, FormatError> {
        let expected = "an array of text";
        let Some(array) = self.checked(
            key,
            || expected.to_owned(),
            |value| match value {
                Value::Array(array) if array.value_type() == ValueType::Text || array.is_empty() => Some(array),
                _ => None,
            },
        )?
        else {
            return Ok(None);
        };
        let texts = Texts { bytes: array.bytes(), len: array.len() };
        if let Some(index) = texts.raw().position(|text| str::from_utf8(text).is_err()) {
            return Err(self.wrong(&format!("{key}[{index}]"), "not UTF-8", "text"));
        }
        Ok(Some(texts))
    }

    /// A token id that may be missing.
    pub fn token(&self, key: &str) -> Result<Option<u32>, FormatError> {
        let id = |value: Value<'_>| value.as_u64().and_then(|id| u32::try_from(id).ok());
        self.checked(key, || "a token id".to_owned(), id)
    }

    /// Chosen values under the names that they have in a `config.json`: pairs of the latter, with dots where there are
    /// sections, and the keys here. Keys that are missing stay missing. Errors of the result name this file and its
    /// keys.
    pub fn config(&self, pairs: &[(&str, &str)]) -> Config {
        let mut config = Config::from_values(&self.file, Map::new());
        for (name, key) in pairs {
            config.rename(name, key);
            if let Some(value) = self.get(key) {
                config.set(name, value.to_json());
            }
        }
        config
    }

    /// The error that says what a key holds and what it may hold.
    pub fn wrong(&self, key: &str, found: &str, expected: &str) -> FormatError {
        FormatError::Value {
            file: self.file.clone(),
            key: shown(key),
            found: found.to_owned(),
            expected: expected.to_owned(),
        }
    }

    /// The value of a key where it is what it should be.
    fn checked<'a, T>(
        &'a self,
        key: &str,
        expected: impl Fn() -> String,
        convert: impl Fn(Value<'a>) -> Option<T>,
    ) -> Result<Option<T>, FormatError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let wrong = || self.wrong(key, &config::describe(&value.to_json()), &expected());
        convert(value).map(Some).ok_or_else(wrong)
    }
}

impl std::fmt::Debug for Metadata {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Metadata({}, {} keys)", self.file, self.entries.len())
    }
}

/// An array of text, which stays as it lies in the file.
#[derive(Clone, Copy)]
pub struct Texts<'a> {
    bytes: &'a [u8],
    len: usize,
}

impl<'a> Texts<'a> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// One after another.
    pub fn iter(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        // They were checked when this was made.
        self.raw().map(|text| str::from_utf8(text).unwrap_or_default())
    }

    fn raw(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        let mut cursor = super::cursor::Cursor::over(self.bytes);
        (0..self.len).map_while(move |_| cursor.text().ok())
    }
}

impl std::fmt::Debug for Texts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} texts", self.len)
    }
}
