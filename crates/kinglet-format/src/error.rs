use kinglet_tensor::DType;

use crate::{NetworkError, gguf::GgufError, int4::Int4Error};

/// Why a model file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The operating system refuses.
    #[error("cannot read {path}: {source}")]
    Io {
        /// What it said.
        source: std::io::Error,
        /// The file or folder.
        path: String,
    },
    /// The operating system does not let a file be kept.
    #[error("cannot write {path}: {source}")]
    Write {
        /// What it said.
        source: std::io::Error,
        /// The file or folder.
        path: String,
    },
    /// A source that is not a folder fails.
    #[error("cannot read {path}: {why}")]
    Read {
        /// The file.
        path: String,
        /// What the source says.
        why: String,
    },
    /// A place that no model can be at.
    #[error("{place}: {why}")]
    Place {
        /// As it was given.
        place: String,
        /// What is wrong with it.
        why: String,
    },
    /// The network, or the hub's cache.
    #[error("{place}: {why}")]
    Network {
        /// The URL, the model or the file.
        place: String,
        /// What went wrong.
        why: NetworkError,
    },
    /// The folder lacks a file.
    #[error("no {file} in {place}")]
    MissingFile {
        /// The file.
        file: String,
        /// The folder, or what stands for one.
        place: String,
    },
    /// A GGUF file without a vocabulary.
    #[error("{file} has no tokenizer (no_vocab); take that of the model it was made from")]
    NoTokenizer {
        /// The file.
        file: String,
    },
    /// A file ends before what should be read of it.
    #[error("{file} has {size} bytes, and those up to {end} are needed")]
    Short {
        /// The file.
        file: String,
        /// Its length.
        size: u64,
        /// Where the part that is needed ends.
        end: u64,
    },
    /// Text that should be JSON is not.
    #[error("{file} is not valid JSON: {source}")]
    Json {
        /// Where and why.
        source: serde_json::Error,
        /// The file.
        file: String,
    },
    /// A value of `config.json`, a file like it or a GGUF file's metadata cannot be.
    #[error("{file}: {key} is {found}, expected {expected}")]
    Value {
        /// The file.
        file: String,
        /// The key, with the sections it lies in.
        key: String,
        /// The value.
        found: String,
        /// What it may be.
        expected: String,
    },
    /// A weight file breaks its format.
    #[error("{file}: {why}")]
    Weights {
        /// The file.
        file: String,
        /// What is wrong.
        why: String,
    },
    /// A GGUF file breaks its format.
    #[error("{file}: {why}")]
    Gguf {
        /// The file.
        file: String,
        /// What is wrong.
        why: GgufError,
    },
    /// A matrix that GPTQ or AWQ quantized is not whole.
    #[error("{module}: {why}")]
    Int4 {
        /// The module that it is the weight of.
        module: String,
        /// What is wrong.
        why: Int4Error,
    },
    /// The model lacks a weight that its architecture needs.
    #[error("tensor {name} with shape {shape} is missing from the model")]
    MissingTensor {
        /// The tensor.
        name: String,
        /// The shape that the configuration asks for.
        shape: String,
    },
    /// A weight contradicts the configuration.
    #[error("tensor {name} has shape {found} where {description} asks for {expected}")]
    TensorShape {
        /// The tensor.
        name: String,
        /// Its shape in the file.
        found: String,
        /// What describes the model: `config.json`, or the name of a GGUF file.
        description: String,
        /// The shape that the configuration asks for.
        expected: String,
    },
    /// A weight has an element type that Kinglet cannot compute with.
    #[error("tensor {name} has type {dtype}, and only {supported} are supported")]
    TensorType {
        /// The tensor.
        name: String,
        /// Its type.
        dtype: String,
        /// The types that files of this format may have.
        supported: String,
    },
    /// A scale of a quantized weight is infinite or no number.
    #[error("tensor {name} of type {dtype}: row {row} has a scale that is no finite number; the file is damaged")]
    Scale {
        /// The tensor.
        name: String,
        /// Its type.
        dtype: DType,
        /// The file's row.
        row: usize,
    },
    /// A weight's rows are not what was asked of them.
    #[error("tensor {name} with shape {shape}: {why}")]
    Rows {
        /// The tensor.
        name: String,
        /// Its shape.
        shape: String,
        /// What cannot be.
        why: String,
    },
}
