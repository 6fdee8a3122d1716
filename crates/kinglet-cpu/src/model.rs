use kinglet_graph::{Graph, Op, StepError};
use kinglet_tensor::Tensor;

use crate::Precision;

/// A graph with its weights, which stay as they lie in their file.
#[derive(Debug)]
pub struct Model {
    pub(crate) graph: Graph,
    pub(crate) weights: Vec<Tensor>,
    pub(crate) precision: Precision,
    /// The number of rows of the embedding table.
    pub(crate) vocab: usize,
}

/// Why a graph cannot run on the CPU.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CpuError {
    /// The step.
    #[error(transparent)]
    Step(#[from] StepError),
    /// A weight has another shape than the graph says, or is missing.
    #[error("weight {name} has shape {found}, and the graph says {expected}")]
    Weight {
        /// The weight.
        name: String,
        /// What was given for it.
        found: String,
        /// What the graph says.
        expected: String,
    },
}

impl Model {
    /// Takes the weights in the order of `graph.weights`.
    pub fn new(graph: Graph, weights: Vec<Tensor>, precision: Precision) -> Result<Model, CpuError> {
        for (index, weight) in graph.weights.iter().enumerate() {
            let found = weights.get(index).map(Tensor::shape);
            if found != Some(&weight.shape) {
                let found = found.map_or("none".to_owned(), ToString::to_string);
                return Err(CpuError::Weight { name: weight.name.clone(), found, expected: weight.shape.to_string() });
            }
        }
        let vocabs = graph.nodes.iter().filter_map(|node| match node.op {
            Op::Embed { table } => graph.weights[table.0].shape.dims().first().copied(),
            _ => None,
        });
        let vocab = vocabs.min().unwrap_or(usize::MAX);
        Ok(Model { graph, weights, precision, vocab })
    }

    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }
}
