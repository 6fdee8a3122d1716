//! Takes personal data out of texts, and puts it back.
//!
//! [`Redactor`] replaces what a small model finds, and what [`checks`] prove, by placeholders; [`restore`] puts the values of a
//! [`Map`] back, also into a text that somebody else made of it.

mod blocks;
pub mod checks;
mod kind;
mod known;
mod labels;
mod map;
mod merge;
mod placeholder;
mod redactor;
mod restore;
mod spans;
mod stream;
mod tagger;
mod viterbi;
mod words;

#[cfg(test)]
mod tests;

pub use crate::error::{Error, MapError};
pub use kind::Kind;
pub use map::Map;
pub use redactor::{RedactOptions, Redaction, Redactor, Span};
pub use restore::{Restorer, restore};
pub use stream::{Part, RedactStream};
pub use tagger::TokenTagger;
