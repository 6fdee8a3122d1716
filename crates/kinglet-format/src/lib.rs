//! Model files: where their bytes come from, what the model is, and where its tensors lie.
//!
//! A [`Source`] is a set of named files, whose bytes are asked for range by range. A [`Checkpoint`] is what their
//! tables say: of a Hugging Face folder with safetensors files, or of a GGUF file, in one part or in many. Opening one
//! reads no weight; a [`TensorView`] does, as many rows at a time as its user wants.
//!
//! ```no_run
//! use kinglet_format::{Checkpoint, Description, Source};
//!
//! # pollster::block_on(async {
//! let checkpoint = Checkpoint::open(&Source::path("Llama-3.2-1B-Q4_K_M.gguf")?).await?;
//! match checkpoint.description() {
//!     Description::HuggingFace(config) => println!("{:?}", config.architectures()),
//!     Description::Gguf(metadata) => println!("{:?}", metadata.text("general.architecture")?),
//! }
//! for (name, info) in checkpoint.tensors() {
//!     println!("{name} {} {}", info.dtype_name, info.shape);
//! }
//! # Ok::<(), kinglet_format::FormatError>(())
//! # }).unwrap();
//! ```
#![deny(clippy::as_conversions)]

mod chat_templates;
mod checkpoint;
mod choice;
mod config;
mod error;
pub mod gguf;
mod hugging_face;
mod int4;
mod number;
mod progress;
mod safetensors;
mod sentences;
mod shown;
mod source;
mod tokenizer_files;
mod view;

pub use chat_templates::ChatTemplates;
pub use checkpoint::{Checkpoint, Description, TensorInfo, TokenizerKind};
pub use choice::{choose_model, only_model};
pub use config::Config;
pub use error::FormatError;
pub use gguf::Metadata;
pub use int4::Int4Error;
pub use progress::{OnProgress, Progress, Stage};
pub use sentences::{SentencePooling, SentenceSettings};
pub use source::{
    Files, Reading, Source, Threads,
    network::{self, NetworkError},
};
pub use tokenizer_files::TokenizerFiles;
pub use view::{RowOrder, TensorView};
