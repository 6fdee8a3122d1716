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

mod bert;
mod blocks;
mod description;
mod distilbert;
mod gemma2;
mod gemma3;
mod gguf;
mod gpt2;
mod gpt_neo;
mod gpt_neox;
mod granite;
mod granite_hybrid;
mod heads;
mod llama;
mod mistral;
mod mobilebert;
mod modernbert;
mod nomic_bert;
mod phi3;
mod qwen2;
mod qwen3;
mod rope;
mod settings;
mod smollm3;

use std::fmt;

pub use description::{Described, Stored, WrittenSettings};
pub use heads::{Head, LabelKind, Labels};
use kinglet_format::{Config, FormatError, SentencePooling};
use kinglet_graph::{Graph, GraphError};
pub use settings::Settings;

/// One architecture.
#[derive(Debug)]
pub struct Architecture {
    /// What people call it.
    pub title: &'static str,
    /// The names that `config.json` uses for it, each with what stands on the model then.
    pub classes: &'static [(&'static str, Head)],
    /// What its GGUF files call things.
    gguf: Option<&'static gguf::Family>,
    /// The tokens that end its texts, where the model's files say nothing of them.
    end_tokens: &'static [u32],
    /// The section of `config.json` that describes the model of text, where a file has one.
    text_section: Option<&'static str>,
    /// What names of weights may begin with instead: files differ in what they leave out and put before.
    renames: &'static [(&'static str, &'static str)],
    /// Weights, by the ends of their names, whose rows files have in another order.
    orders: &'static [(&'static str, Order)],
    /// Its graph, from a configuration.
    build: fn(Settings<'_>) -> Result<Blueprint, ModelError>,
}

/// An order of rows, with the key of the configuration that counts their heads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// See [`kinglet_format::RowOrder::Halves`].
    Halves(&'static str),
    /// See [`kinglet_format::RowOrder::Threes`].
    Threes(&'static str),
    /// See [`kinglet_format::RowOrder::Transposed`].
    Transposed,
}

impl Architecture {
    /// An architecture whose weights lie in files as the graph names them.
    ///
    /// `classes` are the names that `config.json` uses for it; `build` makes the graph. To be known to a load, it goes into the
    /// load's options.
    pub const fn new(
        title: &'static str,
        classes: &'static [(&'static str, Head)],
        build: fn(Settings<'_>) -> Result<Blueprint, ModelError>,
    ) -> Architecture {
        let (gguf, end_tokens, text_section): (_, &[u32], _) = (None, &[], None);
        Architecture { title, classes, gguf, end_tokens, text_section, renames: &[], orders: &[], build }
    }

    /// Its name with this head.
    fn class(&self, head: Head) -> &'static str {
        let class = self.classes.iter().find(|(_, known)| *known == head).or(self.classes.first());
        class.map(|(name, _)| *name).unwrap_or_default()
    }

    /// Whether GGUF files hold it.
    pub fn has_gguf(&self) -> bool {
        self.gguf.is_some()
    }
}

/// What a configuration describes.
#[derive(Clone, Debug)]
pub struct Blueprint {
    /// The architecture's name.
    pub architecture: &'static str,
    /// What it is for.
    pub head: Head,
    /// What the columns of a classifier or a tagger mean.
    pub labels: Labels,
    /// The graph, as the model file states it.
    pub graph: Graph,
    /// Decoder layers.
    pub layers: usize,
    /// The number of tokens in the vocabulary.
    pub vocab: usize,
    /// The longest sequence it was made for.
    pub context: usize,
    /// The longest sequence that it can be asked for: rotations may be scaled to go further.
    pub longest: usize,
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
    /// Yes or no.
    Flag(bool),
    /// A word, where it is not the usual one.
    Text(String),
    /// Words, in their order.
    Texts(Vec<String>),
    /// How a text's rows become one.
    Pooling(SentencePooling),
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Setting::Count(count) => count.fmt(f),
            Setting::Number(number) => number.fmt(f),
            Setting::Numbers(numbers) => write!(f, "of {} numbers", numbers.len()),
            Setting::Flag(flag) => flag.fmt(f),
            Setting::Text(text) => text.fmt(f),
            Setting::Texts(texts) => write!(f, "of {} texts", texts.len()),
            Setting::Pooling(pooling) => pooling.name().fmt(f),
        }
    }
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
    /// A setting that GGUF files have no word for.
    #[error("{file}: a GGUF file of the family {family} cannot say {setting}")]
    NoGgufKey {
        /// The file that says it.
        file: String,
        /// The setting and its value.
        setting: String,
        /// The family.
        family: &'static str,
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

/// Every architecture. Loading, `kinglet inspect`, the README's table and the tests read this list.
pub const ARCHITECTURES: &[&Architecture] = &[
    &llama::ARCHITECTURE,
    &mistral::ARCHITECTURE,
    &phi3::ARCHITECTURE,
    &granite::ARCHITECTURE,
    &granite_hybrid::ARCHITECTURE,
    &qwen2::ARCHITECTURE,
    &qwen3::ARCHITECTURE,
    &gemma2::ARCHITECTURE,
    &gemma3::ARCHITECTURE,
    &smollm3::ARCHITECTURE,
    &gpt2::ARCHITECTURE,
    &gpt_neo::ARCHITECTURE,
    &gpt_neox::ARCHITECTURE,
    &bert::BERT,
    &bert::ROBERTA,
    &bert::XLM_ROBERTA,
    &distilbert::ARCHITECTURE,
    &mobilebert::ARCHITECTURE,
    &modernbert::ARCHITECTURE,
    &nomic_bert::ARCHITECTURE,
];

/// The graph that a `config.json` describes.
pub fn build(config: &Config) -> Result<Blueprint, ModelError> {
    let (architecture, head, config) = description::of_config(config, &[])?;
    (architecture.build)(Settings::new(&config, head))
}
