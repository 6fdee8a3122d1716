//! A model's files: what they describe, and where the weights of its graph lie in them.

use kinglet_format::{Checkpoint, SentenceSettings, TensorView};
use kinglet_graph::Weight;
use kinglet_models::{Architecture, Blueprint, Described, Head};
use kinglet_tensor::Shape;

use crate::{Error, Quant, Source};

/// A model that was opened and not loaded: no weight is touched.
pub(crate) struct ModelFiles {
    pub(crate) checkpoint: Checkpoint,
    pub(crate) described: Described,
    pub(crate) blueprint: Blueprint,
    /// The weights of the graph, in its order.
    pub(crate) weights: Vec<TensorView>,
}

impl ModelFiles {
    /// Reads descriptions and tables, and checks that each weight is there. The graph's weights get the types that they
    /// will have.
    pub(crate) async fn open(
        source: &Source,
        quant: Quant,
        architectures: &[&'static Architecture],
    ) -> Result<ModelFiles, Error> {
        let checkpoint = Checkpoint::open(source).await?;
        let mut described = Described::new(&checkpoint, architectures)?;
        // Folders of sentences may name the class that a model was trained as; its rows are what they are for.
        if described.head() == Head::Fill && SentenceSettings::open(source).await?.pooling.is_some() {
            described.without_head();
        }
        for name in described.rope_tensors() {
            let shape = checkpoint.tensor(name).map_or_else(|| Shape::from([0]), |tensor| tensor.shape.clone());
            described.set_rope_tensor(name, &checkpoint.view(name, &shape)?.read().await?.to_f32());
        }
        let mut blueprint = described.build()?;
        let view = |weight: &Weight| -> Result<TensorView, Error> {
            let stored = described.stored(&weight.name)?;
            Ok(checkpoint.view_in_order(&stored.name, &weight.shape, stored.order)?)
        };
        let weights = blueprint.graph.weights.iter().map(view).collect::<Result<Vec<_>, _>>()?;
        blueprint.graph.set_dtypes(weights.iter().map(|view| quant.of(view)));
        Ok(ModelFiles { checkpoint, described, blueprint, weights })
    }
}
