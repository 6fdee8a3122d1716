//! Places in a schema.

use crate::{TextError, error::shown};

/// Where in a schema, and how deep.
pub(super) struct Place {
    pub(super) pointer: String,
    pub(super) depth: usize,
}

impl Place {
    pub(super) fn root() -> Place {
        Place { pointer: String::new(), depth: 0 }
    }

    pub(super) fn below(&self, keyword: &str, name: &str) -> Place {
        Place { pointer: format!("{}/{keyword}/{}", self.pointer, escaped(name)), depth: self.depth + 1 }
    }

    pub(super) fn under(&self, keyword: &str) -> Place {
        Place { pointer: format!("{}/{keyword}", self.pointer), depth: self.depth + 1 }
    }

    pub(super) fn definition(&self, pointer: &str) -> Place {
        Place { pointer: pointer.to_owned(), depth: self.depth + 1 }
    }

    pub(super) fn fault(&self, keyword: &str, why: impl Into<String>) -> TextError {
        let at = if self.pointer.is_empty() { "its root".to_owned() } else { shown(&self.pointer) };
        TextError::SchemaKeyword { at, keyword: shown(keyword), why: why.into() }
    }
}

/// A name as it stands in a pointer.
pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A pointer in a URI has characters written as %41.
pub(super) fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        let code = tail.get(..2).filter(|_| byte == b'%').and_then(|code| str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(code) => {
                bytes.push(code);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(byte);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
