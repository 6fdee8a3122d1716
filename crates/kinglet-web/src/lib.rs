//! The engine as a browser's JavaScript sees it: the npm package `kinglet` runs it in a worker.
//!
//! Nothing here but names, numbers and bytes on their way across. The types of options and results are generated for
//! TypeScript from the structs in this crate.

mod console;
mod engine;
mod error;
mod facts;
mod files;
mod generator;
mod model;
mod options;

pub use engine::Engine;
pub use error::ErrorCode;
pub use facts::{DeviceFacts, ModelFacts, PerToken};
pub use files::ModelFiles;
pub use generator::Generator;
pub use model::Model;
pub use options::{DeviceOptions, GenerateOptions, KvFormat, Limits, LoadOptions, Quant, Tier};
