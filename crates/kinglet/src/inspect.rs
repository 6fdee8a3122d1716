use std::collections::HashSet;

use kinglet_format::TensorView;
use kinglet_gpu::{Footprint, GpuError, KvFormat};
use kinglet_graph::{Graph, optimise};

use crate::{Engine, Error, LoadOptions, ModelInfo, Source, files::ModelFiles, model};

/// What a model is and what it takes, read from its files alone: no device, and no weight is touched.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Inspection {
    /// What a load with the same options would say.
    pub info: ModelInfo,
    /// Every tensor of the files, by name.
    pub tensors: Vec<TensorFacts>,
    /// Keys and values that one token leaves in the cache, counted one by one.
    pub kv_elements: u64,
    graph: Graph,
    kv: KvFormat,
}

/// One tensor of a model file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TensorFacts {
    /// Its name.
    pub name: String,
    /// The element type in the file's own words.
    pub dtype: String,
    /// The dimensions, outermost first.
    pub shape: Vec<usize>,
    /// Bytes in the file.
    pub bytes: u64,
    /// The architecture asks for it; others stay in the file.
    pub used: bool,
}

/// Reads what a model is. Fails wherever a load would: a weight is missing, has the wrong shape or an unknown type.
pub async fn inspect(source: &Source, options: &LoadOptions) -> Result<Inspection, Error> {
    let files = ModelFiles::open(source, options.quant, &options.architectures).await?;
    let info = ModelInfo::new(&files, options.context(&files.blueprint)?)?;
    let used: HashSet<&str> = files.weights.iter().map(TensorView::name).collect();
    let facts = |(name, tensor): (&str, &kinglet_format::TensorInfo)| TensorFacts {
        name: name.to_owned(),
        dtype: tensor.dtype_name.clone(),
        shape: tensor.shape.dims().to_vec(),
        bytes: tensor.bytes(),
        used: used.contains(name),
    };
    let tensors = files.checkpoint.tensors().map(facts).collect();
    let kv_elements = files.blueprint.graph.cache_elements() as u64;
    let (graph, _) = optimise(files.blueprint.graph.clone());
    Ok(Inspection { info, tensors, kv_elements, graph, kv: options.kv })
}

impl Inspection {
    /// Bytes of the weights that the architecture uses, as they lie in the files.
    pub fn weight_bytes(&self) -> u64 {
        self.tensors.iter().filter(|tensor| tensor.used).map(|tensor| tensor.bytes).sum()
    }

    /// Bytes of the cache for this many tokens, with elements of this size.
    pub fn kv_bytes(&self, tokens: usize, element_bytes: u64) -> u64 {
        self.kv_elements.saturating_mul(element_bytes).saturating_mul(tokens as u64)
    }

    /// What the model takes on an engine's GPU; an error where the adapter's limits do not allow it, and `None` on the
    /// CPU backend.
    pub fn footprint(&self, engine: &Engine) -> Option<Result<Footprint, GpuError>> {
        let caps = engine.gpu.as_ref()?.caps();
        let options = model::session_options(self.info.context, self.kv);
        Some(Footprint::new(&self.graph, caps, &options))
    }

    /// The largest tensor that the architecture uses.
    pub fn largest(&self) -> Option<&TensorFacts> {
        self.tensors.iter().filter(|tensor| tensor.used).max_by_key(|tensor| tensor.bytes)
    }
}
