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
    /// The folder lacks a file.
    #[error("no {file} in {place}")]
    MissingFile {
        /// The file.
        file: String,
        /// The folder, or what stands for one.
        place: String,
    },
    /// Text that should be JSON is not.
    #[error("{file} is not valid JSON: {source}")]
    Json {
        /// Where and why.
        source: serde_json::Error,
        /// The file.
        file: String,
    },
    /// A value of `config.json`, or a file like it, cannot be.
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
    /// The model lacks a weight that its architecture needs.
    #[error("tensor {name} with shape {shape} is missing from the model")]
    MissingTensor {
        /// The tensor.
        name: String,
        /// The shape that the configuration asks for.
        shape: String,
    },
    /// A weight contradicts the configuration.
    #[error("tensor {name} has shape {found} where config.json asks for {expected}")]
    TensorShape {
        /// The tensor.
        name: String,
        /// Its shape in the file.
        found: String,
        /// The shape that the configuration asks for.
        expected: String,
    },
    /// A weight has an element type that Kinglet cannot compute with.
    #[error("tensor {name} has type {dtype}, and only F32, F16 and BF16 are supported")]
    TensorType {
        /// The tensor.
        name: String,
        /// Its type.
        dtype: String,
    },
}
