use kinglet_graph::Graph;
use kinglet_tensor::Tensor;

use crate::{
    Device, GpuError,
    layout::Layout,
    weights::{Upload, Wanted, Weights},
};

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
    /// Uploads weights that are in memory, in the order of `graph.weights`; [`Upload`] takes them from anywhere.
    pub async fn new(device: Device, graph: Graph, tensors: &[Tensor]) -> Result<Model, GpuError> {
        graph.check_weights(tensors.iter().map(Tensor::shape))?;
        let mut upload = Upload::new(device, graph, tensors.iter().map(Tensor::dtype).collect()).await?;
        let wanted: Vec<Wanted> = upload.wanted().cloned().collect();
        for wanted in wanted {
            let tensor = &tensors[wanted.weight.0];
            let rows = wanted.rows.start * tensor.row_bytes()..wanted.rows.end * tensor.row_bytes();
            upload.give(tensor.bytes().get(rows).unwrap_or_default())?;
            upload.write().await?;
        }
        upload.finish().await
    }

    pub(crate) fn loaded(device: Device, graph: Graph, layout: Layout, weights: Weights) -> Model {
        let vocab = graph.vocab();
        Model { device, graph, layout, weights, vocab }
    }

    /// Another graph of the same weights, which lie on the device already.
    pub fn with_graph(&self, graph: Graph) -> Model {
        Model::loaded(self.device.clone(), graph, self.layout.clone(), self.weights.clone())
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
