use crate::redact::Kind;

/// Whatever can go wrong with an expert, on one line.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The engine or the model.
    #[error(transparent)]
    Engine(#[from] kinglet::Error),
    /// The weights are no part of this program.
    #[error("this program comes without the weights of {expert}: load a model of your own")]
    NoWeights {
        /// Whose weights.
        expert: &'static str,
    },
    /// A model whose labels say nothing that is wanted here.
    #[error(
        "none of the model's labels ({labels}) is one of redact's: B-name and I-name, or another kind ({})",
        kinds()
    )]
    Labels {
        /// The labels.
        labels: String,
    },
    /// A name that no kind has.
    #[error("there is no kind {name:?}; there are {}", kinds())]
    Kind {
        /// The name.
        name: String,
    },
    /// A map of placeholders that cannot be read.
    #[error(transparent)]
    Map(#[from] MapError),
}

/// What is wrong with a map of placeholders.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MapError {
    /// It is no JSON, or another value.
    #[error("the map is no JSON object of texts, such as {{\"[NAME_1]\": \"Anna Meyer\"}}: {0}")]
    Json(#[from] serde_json::Error),
    /// A key is no placeholder.
    #[error("{key:?} in the map is no placeholder, such as [NAME_1]")]
    Key {
        /// The key.
        key: String,
    },
    /// A placeholder stands for two values.
    #[error("{key} is in the map twice")]
    Twice {
        /// The placeholder.
        key: String,
    },
}

fn kinds() -> String {
    Kind::ALL.map(Kind::name).join(", ")
}
