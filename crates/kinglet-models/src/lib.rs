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

mod llama;
mod rope;

use kinglet_format::{Config, FormatError};
use kinglet_graph::{Graph, GraphError};

/// One architecture.
#[derive(Debug)]
pub struct Architecture {
    /// The names that `config.json` uses for it.
    pub names: &'static [&'static str],
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
}

/// Why a configuration makes no graph.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A value of the configuration.
    #[error(transparent)]
    Config(#[from] FormatError),
    /// The configuration contradicts itself.
    #[error("config.json: {0}")]
    Graph(#[from] GraphError),
    /// No file for this architecture.
    #[error("config.json: architecture {found} is not supported; supported are {supported}")]
    Architecture {
        /// What the configuration names.
        found: String,
        /// What there is.
        supported: String,
    },
}

/// Every architecture. Loading, `kinglet inspect` and the tests read this list.
pub const ARCHITECTURES: &[&Architecture] = &[&llama::ARCHITECTURE];

/// The graph that a configuration describes.
pub fn build(config: &Config) -> Result<Blueprint, ModelError> {
    let found = config.architectures();
    let known = ARCHITECTURES.iter().find(|architecture| architecture.names.iter().any(|name| found.contains(name)));
    match known {
        Some(architecture) => (architecture.build)(config),
        None => {
            let names = ARCHITECTURES.iter().flat_map(|architecture| architecture.names);
            let supported = names.copied().collect::<Vec<_>>().join(", ");
            let found = if found.is_empty() { "(none named)".to_owned() } else { found.join(", ") };
            Err(ModelError::Architecture { found, supported })
        }
    }
}
