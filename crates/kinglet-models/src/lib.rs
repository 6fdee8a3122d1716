//! The architectures that Kinglet knows: one file each, which states configuration, weight names and graph once.
//!
//! ```
//! let config = kinglet_format::Config::parse(br#"{
//!     "architectures": ["LlamaForCausalLM"], "vocab_size": 256, "hidden_size": 64, "intermediate_size": 96,
//!     "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 512
//! }"#)?;
//! let blueprint = kinglet_models::build(&config)?;
//! assert_eq!(blueprint.graph.caches.len(), 2);
//! assert!(blueprint.graph.weights.iter().any(|w| w.name == "model.layers.1.self_attn.q_proj.weight"));
//! # Ok::<(), kinglet_models::ModelError>(())
//! ```

mod description;
mod gguf;
mod llama;
mod rope;

pub use description::{Described, Stored, WrittenSettings};
use kinglet_format::{Config, FormatError};
use kinglet_graph::{Graph, GraphError};

/// One architecture.
#[derive(Debug)]
pub struct Architecture {
    /// The names that `config.json` uses for it.
    pub names: &'static [&'static str],
    /// What its GGUF files call things.
    gguf: Option<&'static gguf::Family>,
    /// The tokens that end its texts, where the model's files say nothing of them.
    end_tokens: &'static [u32],
    /// Its graph, from a configuration.
    build: fn(&Config) -> Result<Blueprint, ModelError>,
}

/// What a configuration describes.
#[derive(Clone, Debug)]
pub struct Blueprint {
    /// The architecture's name.
    pub architecture: &'static str,
    /// The graph, as the model file states it.
    pub graph: Graph,
    /// Decoder layers.
    pub layers: usize,
    /// The number of tokens in the vocabulary.
    pub vocab: usize,
    /// The longest sequence it was made for.
    pub context: usize,
    /// The tokens that end a generation, where the model's files say nothing of them.
    pub end_tokens: &'static [u32],
    /// What was read of the configuration, under the names of `config.json`, with what the file left out.
    pub settings: Vec<(&'static str, Setting)>,
}

/// A value of a configuration.
#[derive(Clone, Debug, PartialEq)]
pub enum Setting {
    /// A whole number.
    Count(usize),
    /// A number.
    Number(f64),
    /// Numbers.
    Numbers(Vec<f32>),
}

/// Why a configuration makes no graph.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A value of the configuration.
    #[error(transparent)]
    Config(#[from] FormatError),
    /// The configuration contradicts itself.
    #[error("{file}: {error}")]
    Graph {
        /// The file.
        file: String,
        /// The contradiction.
        error: GraphError,
    },
    /// An architecture that no GGUF file holds.
    #[error("{architecture} has no form in GGUF files")]
    NoGguf {
        /// The architecture.
        architecture: &'static str,
    },
    /// No file for this architecture.
    #[error("{file}: architecture {found} is not supported; supported are {supported}")]
    Architecture {
        /// The file that names it.
        file: String,
        /// What the configuration names.
        found: String,
        /// What there is.
        supported: String,
    },
}

/// Every architecture. Loading, `kinglet inspect` and the tests read this list.
pub const ARCHITECTURES: &[&Architecture] = &[&llama::ARCHITECTURE];

/// The graph that a `config.json` describes.
pub fn build(config: &Config) -> Result<Blueprint, ModelError> {
    (description::of_config(config)?.build)(config)
}
