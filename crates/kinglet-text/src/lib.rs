//! Text and tokens.
//!
//! A [`Tokenizer`] is made of a `tokenizer.json` or of the vocabulary of a GGUF file, both given as plain data. It turns
//! text into tokens, with where in the text each stands, and tokens into text: at once, or as they come.
#![deny(clippy::as_conversions)]

mod aligned;
mod alphabet;
mod bpe;
mod charsmap;
mod decoder;
mod error;
mod gguf;
mod json;
mod merge;
mod pieces;
mod pre_tokenizer;
mod scored;
mod special;
mod split;
mod tokenizer;
mod unigram;

pub use error::TextError;
pub use gguf::Vocabulary;
pub use tokenizer::{DecodeStream, EncodeOptions, Encoding, SpecialIds, SpecialText, Tokenizer};
