use kinglet_graph::{Graph, Op};
use kinglet_tensor::{DType, Tensor};

use crate::{Device, GpuError, layout::Layout, weights::Weights};

/// A graph with its weights on a device.
#[derive(Debug)]
pub struct Model {
    pub(crate) device: Device,
    pub(crate) graph: Graph,
    pub(crate) layout: Layout,
    pub(crate) weights: Weights,
    /// Rows of the smallest embedding table.
    pub(crate) vocab: usize,
}

impl Model {
    /// Uploads the weights, which are in the order of `graph.weights`.
    pub async fn new(device: Device, graph: Graph, tensors: &[Tensor]) -> Result<Model, GpuError> {
        for (index, weight) in graph.weights.iter().enumerate() {
            let found = tensors.get(index).map(Tensor::shape);
            if found != Some(&weight.shape) {
                let found = found.map_or("none".to_owned(), ToString::to_string);
                let why = format!("weight has shape {found}, and the graph says {}", weight.shape);
                return Err(GpuError::Unsupported { node: weight.name.clone(), why });
            }
        }
        let dtypes: Vec<DType> = tensors.iter().map(Tensor::dtype).collect();
        let layout = Layout::new(&graph, &dtypes, device.caps())?;
        let weights = Weights::upload(&device, &graph, &layout, tensors).await?;
        let vocabs = graph.nodes.iter().filter_map(|node| match node.op {
            Op::Embed { table } => graph.weights[table.0].shape.dims().first().copied(),
            _ => None,
        });
        let vocab = vocabs.min().unwrap_or(usize::MAX);
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
