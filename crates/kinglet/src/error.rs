use kinglet_cpu::CpuError;
use kinglet_format::FormatError;
use kinglet_gpu::GpuError;
use kinglet_graph::{SamplingError, StepError};
use kinglet_models::{Head, ModelError};
use kinglet_text::TextError;

/// Whatever can go wrong, on one line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The model's files.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The model's architecture or configuration.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The model's tokenizer, or what it was given.
    #[error(transparent)]
    Text(#[from] TextError),
    /// A step on the CPU.
    #[error(transparent)]
    Cpu(#[from] CpuError),
    /// The GPU.
    #[error(transparent)]
    Gpu(#[from] GpuError),
    /// A file that is being written.
    #[error("cannot write the file: {0}")]
    Write(std::io::Error),
    /// A type that only memory holds.
    #[error("no GGUF file holds {name}; choose another type")]
    QuantizeType {
        /// The type asked for.
        name: &'static str,
    },
    /// A prompt without tokens.
    #[error("the prompt has no tokens")]
    EmptyPrompt,
    /// A text without letters that is to end a generation.
    #[error("a text that ends a generation must not be empty")]
    EmptyStop,
    /// Logits of which a processor or a grammar left none that is a number.
    #[error(
        "no token is left to pick from at position {position}: a processor, a grammar or the model made all logits NaN"
    )]
    NothingToPick {
        /// Where the token would stand.
        position: usize,
    },
    /// A conversation longer than the session has room for.
    #[error(
        "the conversation has {tokens} tokens, which leave no room for a reply in a context of {context}; begin a new \
         one, or load the model with a longer `context`"
    )]
    Conversation {
        /// The tokens of the conversation.
        tokens: usize,
        /// The longest sequence.
        context: usize,
    },
    /// A sequence longer than the session has room for.
    #[error(
        "{tokens} tokens do not fit into a context of {context}; ask for fewer, or load the model with a longer `context`"
    )]
    Context {
        /// The tokens that the sequence would have.
        tokens: usize,
        /// The longest sequence.
        context: usize,
    },
    /// The context asked for is longer than the model's positions.
    #[error("a context of {asked} is out of range: this model takes from 1 to {limit} tokens")]
    ContextOption {
        /// The context asked for.
        asked: usize,
        /// What the model was made for.
        limit: usize,
    },
    /// The graph has no such value.
    #[error("no tap is called {name}")]
    Tap {
        /// The name asked for.
        name: String,
    },
    /// Models that cannot be compared.
    #[error("the model has {vocab} tokens in its vocabulary and the reference {reference}")]
    Vocabularies {
        /// Of the model.
        vocab: usize,
        /// Of the reference.
        reference: usize,
    },
    /// A model that is for something else.
    #[error("{architecture} cannot {}; it can {}", task(*wanted), task(*found))]
    Head {
        /// The model's architecture.
        architecture: &'static str,
        /// What it is for.
        found: Head,
        /// What it was asked for.
        wanted: Head,
    },
    /// A model with another number of labels than a task needs.
    #[error("{architecture} has {found} labels, and reranking needs a model with one")]
    RerankLabels {
        /// The model's architecture.
        architecture: &'static str,
        /// How many it has.
        found: usize,
    },
    /// A prompt that the model does not have.
    #[error("no prompt is called {name}; there are {known}")]
    PromptName {
        /// The name asked for.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// A text without a token to be guessed.
    #[error("there is no {mask} in the text, which stands for what is to be filled in")]
    NoMask {
        /// The text of the token.
        mask: String,
    },
    /// A text with gaps that the model cannot take as a whole.
    #[error("the text has more than the {limit} tokens that the model takes; give it a shorter one")]
    TextTooLong {
        /// The most tokens.
        limit: usize,
    },
    /// A tokenizer without a token that a task needs.
    #[error("the model's tokenizer has no {what} token")]
    NoToken {
        /// What it is for.
        what: &'static str,
    },
    /// A text that leaves no room for another.
    #[error("{what} has {tokens} tokens, which leave no room in {limit} for anything else")]
    NoRoom {
        /// The text.
        what: &'static str,
        /// Its tokens.
        tokens: usize,
        /// What the model takes.
        limit: usize,
    },
    /// A text that no step of the model takes.
    #[error(transparent)]
    Step(#[from] StepError),
    /// How tokens are to be picked.
    #[error(transparent)]
    Sampling(#[from] SamplingError),
}

/// What models with a head can do, in a word or two.
fn task(head: Head) -> &'static str {
    match head {
        Head::Generate => "generate",
        Head::Base => "embed",
        Head::Classify => "classify",
        Head::Tag => "tag",
        Head::Answer => "answer",
        Head::Fill => "fill in",
    }
}
