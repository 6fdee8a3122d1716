//! Small AI models on any GPU that WebGPU reaches, and on the CPU where there is none.
//!
//! ```no_run
//! # async fn example() -> Result<(), kinglet::Error> {
//! use kinglet::{Engine, EngineOptions, GenerateOptions, LoadOptions, Source};
//!
//! let engine = Engine::new(EngineOptions::default()).await?;
//! let model = engine.load(&Source::path("Llama-3.2-1B")?, LoadOptions::default()).await?;
//! let mut generator = model.generator().await?;
//! let mut stream = generator.generate("A small bird", GenerateOptions::default()).await?;
//! while let Some(token) = stream.next().await? {
//!     print!("{}", token.text);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! [`Source::resolve`] takes what people type: a path, a URL, or a model of the Hugging Face hub.
//!
//! Programs without async code use [`blocking`].

/// What an architecture is made of, for those that Kinglet does not know; see `examples/custom_architecture.rs`.
pub mod architecture {
    pub use kinglet_graph::{
        Attention, Builder, GraphError, NormKind, NormOptions, Pool, Rope, Scope, Sees, Unary, Var,
    };
    pub use kinglet_models::{Architecture, Blueprint, Head, Labels, ModelError, Settings};
}
#[cfg(not(target_arch = "wasm32"))]
pub mod blocking;
mod chat;
mod chat_templates;
mod compare;
mod device;
mod encoder;
mod engine;
mod error;
mod files;
mod forward;
mod generate;
mod inspect;
mod load;
mod model;
mod per_step;
mod quantize;
mod session;
mod stage_times;
mod tasks;
mod texts;
mod tokenizer;
mod weights;
mod written;

pub use chat::{Chat, ChatOptions, Reply};
pub use chat_templates::ChatTemplates;
pub use compare::Comparison;
pub use device::{DeviceChoice, DeviceInfo, DeviceKind};
pub use encoder::{Encoder, EncoderInput};
pub use engine::{Engine, EngineOptions};
pub use error::Error;
pub use forward::{Outputs, Rows};
pub use generate::{FinishReason, GenerateOptions, Generations, Generator, Processor, Prompt, Token, TokenStream};
pub use inspect::{Inspection, TensorFacts, inspect};
pub use kinglet_format::{
    Checkpoint, Files, FormatError, NetworkError, OnProgress, Progress, Reading, Source, Stage, Threads, TokenizerKind,
    choose_model, network, only_model,
};
pub use kinglet_gpu::{
    AdapterDescription, AdapterFacts, BareStep, Caps, Counters, Event, Footprint, GpuError, KvFormat, Tier, adapters,
    wgpu,
};
pub use kinglet_graph::{Dry, Edit, Logprobs, Penalties, Pick, Sampling, SamplingError, Step, StepToken};
pub use kinglet_models::{Head, LabelKind, Labels};
pub use kinglet_tensor::{Bytes, DType};
pub use kinglet_text::{
    ChatTemplate, Conversation, DecodeStream, EncodeOptions, Encoding, Grammar, LocalTime, Rendered, SpecialIds,
    SpecialText, TextError, Tokenizer,
};
pub use load::{LoadOptions, Quant};
pub use model::{Model, ModelInfo};
pub use per_step::PerStep;
pub use quantize::{Mixture, QuantizeOptions, Quantized, QuantizedTensor, Quantizer};
pub use session::Session;
pub use stage_times::{StageTime, StageTimes};
pub use tasks::{
    Aggregation, Answer, AnswerOptions, Answerer, Classification, Classifier, EmbedOptions, Embedder, Embedding,
    Entity, Fill, FillOptions, Filler, Label, Pooling, Ranked, Reranker, Tagger, TokenScores,
};
pub use tokenizer::open_tokenizer;

/// The examples of the README compile.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
