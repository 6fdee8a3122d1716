//! Model files: where their bytes come from, `config.json`, and the tensors of safetensors files.
//!
//! ```no_run
//! use kinglet_format::{Checkpoint, Source};
//!
//! let checkpoint = Checkpoint::open(&Source::path("Llama-3.2-1B")?)?;
//! println!("{:?}", checkpoint.config().architectures());
//! for (name, info) in checkpoint.tensors() {
//!     println!("{name} {} {}", info.dtype_name, info.shape);
//! }
//! # Ok::<(), kinglet_format::FormatError>(())
//! ```
#![deny(clippy::as_conversions)]

mod checkpoint;
mod config;
mod error;
mod safetensors_file;
mod source;

pub use checkpoint::{Checkpoint, TensorInfo, TokenizerKind};
pub use config::Config;
pub use error::FormatError;
pub use source::Source;
