//! The tokenizer of a model's files.

use kinglet_format::{
    Description, FormatError, Metadata,
    gguf::{Value, ValueType},
};
pub use kinglet_text::Tokenizer;
use kinglet_text::{SpecialIds, Vocabulary};
