//! The engine as a browser's JavaScript sees it: the npm package `kinglet` runs it in a worker.
//!
//! Nothing here but names, numbers and bytes on their way across. The types of options and results are generated for
//! TypeScript from the structs in this crate.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code, reason = "loading a model is for browsers alone"))]

#[cfg(target_arch = "wasm32")]
mod chat;
mod chat_options;
#[cfg(target_arch = "wasm32")]
mod choice;
mod console;
#[cfg(target_arch = "wasm32")]
mod encoder;
// JavaScript's objects stay on their thread, and natively a source may not.
#[cfg(target_arch = "wasm32")]
mod engine;
mod error;
mod expert_facts;
#[cfg(target_arch = "wasm32")]
mod experts;
mod facts;
#[cfg(target_arch = "wasm32")]
mod files;
mod generate_options;
mod generation;
#[cfg(target_arch = "wasm32")]
mod generator;
mod inspection;
#[cfg(target_arch = "wasm32")]
mod model;
mod options;
mod progress;
#[cfg(target_arch = "wasm32")]
mod quantize;
#[cfg(target_arch = "wasm32")]
mod stop;
mod task_facts;
mod task_options;
#[cfg(target_arch = "wasm32")]
mod tasks;
#[cfg(target_arch = "wasm32")]
mod template;
#[cfg(target_arch = "wasm32")]
mod tokenizer;

#[cfg(target_arch = "wasm32")]
pub use chat::Chat;
pub use chat_options::{ChatOptions, LocalTime, RenderOptions};
#[cfg(target_arch = "wasm32")]
pub use choice::{choose_model, only_model};
#[cfg(target_arch = "wasm32")]
pub use encoder::Encoder;
#[cfg(target_arch = "wasm32")]
pub use engine::Engine;
pub use error::ErrorCode;
pub use expert_facts::{RedactKind, RedactOptions, RedactedSpan, Redaction};
#[cfg(target_arch = "wasm32")]
pub use experts::{Redactor, When, restore};
pub use facts::{ComparisonFacts, DeviceFacts, LoadFacts, ModelFacts, QuantizedFacts, QuantizedTensorFacts};
#[cfg(target_arch = "wasm32")]
pub use files::PageFiles;
pub use generate_options::GenerateOptions;
pub use generation::{EndFacts, FinishReason, GenerationFacts, Logprobs, PerToken, Token};
#[cfg(target_arch = "wasm32")]
pub use generator::Generator;
pub use inspection::{InspectionBytes, InspectionFacts, KvBytes, Tensor};
#[cfg(target_arch = "wasm32")]
pub use model::Model;
pub use options::{DeviceOptions, KvFormat, Limits, LoadOptions, Quant, QuantizeOptions, Tier, TokenizeOptions};
pub use progress::{LoadProgress, Stage};
#[cfg(target_arch = "wasm32")]
pub use quantize::quantize;
pub use task_facts::{
    Answer, Classifications, Entities, Entity, Fill, Fills, Head, LabelScore, RankedDocument, Ranking,
};
pub use task_options::{Aggregation, AnswerOptions, EmbedOptions, FillOptions, Pooling, TagOptions};
#[cfg(target_arch = "wasm32")]
pub use tasks::{Answerer, Classifier, Embedder, Filler, Reranker, Tagger};
#[cfg(target_arch = "wasm32")]
pub use template::ChatTemplates;
#[cfg(target_arch = "wasm32")]
pub use tokenizer::Tokenizer;
