//! GGUF, the format of llama.cpp: metadata, a table of tensors and their data in one file or in several.
//!
//! A file is untrusted. Its table is read from a prefix that grows as needed, and every count, length and offset in
//! it is checked against the file's size before anything is kept of it.

mod cursor;
mod error;
mod header;
mod metadata;
pub(crate) mod parts;
mod pre_tokenizer;
mod types;
mod value;
mod vocabulary;
mod writer;

pub use error::GgufError;
pub use metadata::{Metadata, Texts};
pub(crate) use parts::open;
pub(crate) use types::supported;
pub use types::types;
pub use value::{Array, Value, ValueType};
pub use vocabulary::Vocabulary;
pub use writer::GgufWriter;
