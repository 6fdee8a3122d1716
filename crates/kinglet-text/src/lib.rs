//! Text and tokens.
//!
//! A [`Tokenizer`] is made of a `tokenizer.json` or of the vocabulary of a GGUF file, both given as plain data. It turns
//! text into tokens, with where in the text each stands, and tokens into text: at once, or as they come. It joins texts
//! as an encoder reads them; [`windows`] and [`longest_first`] say how they are cut where they are too long. A
//! [`ChatTemplate`] writes a conversation as text, the way a model wants it.
#![deny(clippy::as_conversions)]

mod aligned;
mod alphabet;
mod bpe;
mod charsmap;
mod cut;
mod decoder;
mod encoding;
mod error;
mod gguf;
mod grammar;
mod join;
mod json;
mod merge;
mod parts;
mod pieces;
mod pre_tokenizer;
mod processor;
mod scored;
mod special;
mod split;
mod template;
mod tokenizer;
mod unigram;

pub use cut::{longest_first, windows};
pub use encoding::{CodePoints, Encoding};
pub use error::TextError;
pub use gguf::Vocabulary;
pub use grammar::{Grammar, GrammarTokens, Matcher, TokenMask};
pub use join::{Joined, Place};
pub use template::{ChatTemplate, Conversation, LocalTime, Rendered};
pub use tokenizer::{DecodeStream, EncodeOptions, SpecialIds, SpecialText, Tokenizer};
