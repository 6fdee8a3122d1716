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
}
