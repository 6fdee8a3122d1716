use kinglet_graph::Graph;
use kinglet_tensor::{DType, Tensor};

use crate::{Device, GpuError, layout::Layout, weights::Weights};

/// A graph with its weights on a device.
#[derive(Debug)]
pub struct Model {
    pub(crate) device: Device,
    pub(crate) graph: Graph,
    pub(crate) layout: Layout,
    pub(crate) weights: Weights,
    /// Tokens that the embedding knows.
    pub(crate) vocab: usize,
}

impl Model {
    /// Uploads the weights, which are in the order of `graph.weights`.
    pub async fn new(device: Device, graph: Graph, tensors: &[Tensor]) -> Result<Model, GpuError> {
        graph.check_weights(tensors.iter().map(Tensor::shape))?;
        let dtypes: Vec<DType> = tensors.iter().map(Tensor::dtype).collect();
        let layout = Layout::new(&graph, &dtypes, device.caps())?;
        let weights = Weights::upload(&device, &graph, &layout, tensors).await?;
        let vocab = graph.vocab();
        Ok(Model { device, graph, layout, weights, vocab })
    }

    /// The graph.
    pub fn graph(&self) -> &Graph {
        &self.graph
    }

    /// How the weights lie on the device.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The device.
    pub fn device(&self) -> &Device {
        &self.device
    }
}
