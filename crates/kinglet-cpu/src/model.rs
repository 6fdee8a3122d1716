use kinglet_graph::{Graph, GraphError, SamplingError, StepError};
use kinglet_tensor::Tensor;

use crate::Precision;

/// A graph with its weights, which stay as they lie in their file.
#[derive(Debug)]
pub struct Model {
    pub(crate) graph: Graph,
    pub(crate) weights: Vec<Tensor>,
    pub(crate) precision: Precision,
    /// Tokens that the embedding knows.
    pub(crate) vocab: usize,
}

/// Why a graph cannot run on the CPU.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CpuError {
    /// The step.
    #[error(transparent)]
    Step(#[from] StepError),
    /// How tokens are to be picked.
    #[error(transparent)]
    Sampling(#[from] SamplingError),
    /// The weights.
    #[error(transparent)]
    Graph(#[from] GraphError),
}

impl Model {
    /// Takes the weights in the order of `graph.weights`.
    pub fn new(graph: Graph, weights: Vec<Tensor>, precision: Precision) -> Result<Model, CpuError> {
        graph.check_weights(weights.iter().map(Tensor::shape))?;
        let vocab = graph.vocab();
        Ok(Model { graph, weights, precision, vocab })
    }

    /// Another graph of the same weights.
    pub fn with_graph(&self, graph: Graph) -> Result<Model, CpuError> {
        Model::new(graph, self.weights.clone(), self.precision)
    }

    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }
}
