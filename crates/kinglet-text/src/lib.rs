//! Text and tokens.
//!
//! A [`Tokenizer`] is made of a `tokenizer.json` or of the vocabulary of a GGUF file, both given as plain data. It turns
//! text into tokens, with where in the text each stands, and tokens into text: at once, or as they come. A
//! [`ChatTemplate`] writes a conversation as text, the way a model wants it.
#![deny(clippy::as_conversions)]

mod aligned;
mod alphabet;
mod bpe;
mod charsmap;
mod decoder;
mod error;
mod gguf;
mod grammar;
mod json;
mod merge;
mod parts;
mod pieces;
mod pre_tokenizer;
mod scored;
mod special;
mod split;
mod template;
mod tokenizer;
mod unigram;

pub use error::TextError;
pub use gguf::Vocabulary;
pub use grammar::{Grammar, GrammarTokens, Matcher, TokenMask};
pub use template::{ChatTemplate, Conversation, LocalTime, Rendered};
pub use tokenizer::{DecodeStream, EncodeOptions, Encoding, SpecialIds, SpecialText, Tokenizer};
