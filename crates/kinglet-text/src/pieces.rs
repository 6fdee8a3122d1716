use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use crate::TextError;

/// What a token of a GGUF vocabulary is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Normal,
    /// Stands for what the vocabulary lacks.
    Unknown,
    /// Steers a model; no text means it unless the caller says so.
    Control,
    /// Text that is never split.
    UserDefined,
    /// A byte, by its number in the token's text.
    Byte,
    /// Nothing the model has learned.
    Unused,
}

impl Kind {
    /// The kind of a number in a file.
    pub(crate) fn of(number: i32) -> Kind {
        match number {
            2 => Kind::Unknown,
            3 => Kind::Control,
            4 => Kind::UserDefined,
            5 => Kind::Unused,
            6 => Kind::Byte,
            _ => Kind::Normal,
        }
    }

    /// No part of a text, but what it is about.
    pub(crate) fn is_special(self) -> bool {
        matches!(self, Kind::Control | Kind::Unknown)
    }
}

/// The texts of tokens, each once, one after another, and the tokens by their texts.
pub(crate) struct Pieces {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    kinds: Vec<Kind>,
    index: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl Pieces {
    pub(crate) fn with_capacity(tokens: usize) -> Pieces {
        Pieces {
            bytes: Vec::with_capacity(tokens.saturating_mul(8)),
            ends: Vec::with_capacity(tokens),
            kinds: Vec::with_capacity(tokens),
            index: HashTable::with_capacity(tokens),
            hasher: DefaultHashBuilder::default(),
        }
    }

    /// Adds the next token.
    pub(crate) fn push(&mut self, text: &[u8], kind: Kind) -> Result<u32, TextError> {
        let too_large = |_| TextError::vocabulary("has more than 4 GiB of text");
        let id = u32::try_from(self.ends.len()).map_err(too_large)?;
        self.bytes.extend_from_slice(text);
        self.ends.push(u32::try_from(self.bytes.len()).map_err(too_large)?);
        self.kinds.push(kind);
        Ok(id)
    }

    /// Has a token be found by its text, unless another one has the same.
    pub(crate) fn list(&mut self, id: u32) {
        let Pieces { bytes, ends, index, hasher, .. } = self;
        let text = slice(bytes, ends, id);
        let hash = hasher.hash_one(text);
        if index.find(hash, |&other| slice(bytes, ends, other) == text).is_none() {
            index.insert_unique(hash, id, |&other| hasher.hash_one(slice(bytes, ends, other)));
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The text of a token; empty where there is no such token.
    pub(crate) fn text(&self, id: u32) -> &[u8] {
        slice(&self.bytes, &self.ends, id)
    }

    /// What a token is.
    pub(crate) fn kind(&self, id: u32) -> Option<Kind> {
        self.kinds.get(usize::try_from(id).ok()?).copied()
    }

    /// All tokens that are of a kind.
    pub(crate) fn of_kind(&self, wanted: impl Fn(Kind) -> bool) -> impl Iterator<Item = u32> {
        (0u32..).zip(&self.kinds).filter(move |(_, kind)| wanted(**kind)).map(|(id, _)| id)
    }

    /// The token with this text.
    pub(crate) fn find(&self, text: &[u8]) -> Option<u32> {
        self.index.find(self.hasher.hash_one(text), |&id| self.text(id) == text).copied()
    }

    /// The token that stands for a byte, as vocabularies of text have them.
    pub(crate) fn find_byte(&self, byte: u8) -> Option<u32> {
        self.find(format!("<0x{byte:02X}>").as_bytes()).or_else(|| self.find(&[byte]))
    }
}

impl std::fmt::Debug for Pieces {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} pieces", self.len())
    }
}

fn slice<'b>(bytes: &'b [u8], ends: &[u32], id: u32) -> &'b [u8] {
    let end = |index: usize| ends.get(index).and_then(|&end| usize::try_from(end).ok());
    let Ok(index) = usize::try_from(id) else { return &[] };
    let start = index.checked_sub(1).map_or(Some(0), end);
    start.zip(end(index)).and_then(|(start, end)| bytes.get(start..end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_found_by_their_texts() {
        let mut pieces = Pieces::with_capacity(2);
        for text in ["a", "", "bc", "a", "<0x0A>"] {
            let id = pieces.push(text.as_bytes(), Kind::Normal).unwrap();
            pieces.list(id);
        }
        assert_eq!((pieces.find(b"a"), pieces.find(b"bc"), pieces.find(b"b")), (Some(0), Some(2), None));
        assert_eq!((pieces.find_byte(b'\n'), pieces.find_byte(b'a'), pieces.find_byte(b'x')), (Some(4), Some(0), None));
        assert_eq!((pieces.text(2), pieces.text(3), pieces.text(5)), (&b"bc"[..], &b"a"[..], &b""[..]));
        assert_eq!((pieces.kind(4), pieces.kind(5)), (Some(Kind::Normal), None));
    }
}
