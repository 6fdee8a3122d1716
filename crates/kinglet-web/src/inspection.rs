//! What a model takes, as JavaScript is told.

use kinglet::{Engine, Inspection, TensorFacts};
use serde::Serialize;
use tsify::Tsify;

use crate::{DeviceFacts, facts::tokenizer_name};

/// What a model is and what it takes, read without its weights.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct InspectionFacts {
    /// What it would run on.
    pub device: DeviceFacts,
    /// Its architecture.
    pub architecture: String,
    /// Weights, counted one by one.
    pub parameters: u64,
    /// Decoder layers.
    pub layers: usize,
    /// Tokens in its vocabulary.
    pub vocab: usize,
    /// The longest sequence of a load with these options.
    pub context: usize,
    /// The longest sequence it was made for.
    pub trained_context: usize,
    /// The tokens that end a generation.
    pub end_tokens: Vec<u32>,
    /// What turns text into tokens, or null where the model has nothing for that.
    #[tsify(type = "string | null")]
    pub tokenizer: Option<String>,
    /// What it takes.
    pub bytes: InspectionBytes,
    /// Whether the adapter's limits allow it.
    pub fits: bool,
    /// The limit that stands in the way, or null.
    #[tsify(type = "string | null")]
    pub why_not: Option<String>,
    /// Every tensor of its files.
    pub tensors: Vec<Tensor>,
}

/// Bytes that a model takes.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct InspectionBytes {
    /// Weights that the architecture uses, as they lie in the files.
    pub weights: u64,
    /// The largest of them.
    pub largest_tensor: u64,
    /// Keys and values of a token, in each format that they can have.
    pub kv_per_token: KvBytes,
    /// Activations and other buffers of the engine; null where the model does not fit.
    #[tsify(type = "number | null")]
    pub scratch: Option<u64>,
    /// Weights, keys and values of the whole context, and scratch.
    pub total: u64,
}

/// Bytes of keys and values.
#[derive(Clone, Copy, Debug, Serialize, Tsify)]
pub struct KvBytes {
    /// As 32-bit floats.
    pub f32: u64,
    /// As 16-bit floats.
    pub f16: u64,
}

/// One tensor of a model's files.
#[derive(Clone, Debug, Serialize, Tsify)]
pub struct Tensor {
    /// Its name.
    pub name: String,
    /// The type of its elements, in the file's own words.
    #[serde(rename = "type")]
    pub dtype: String,
    /// The dimensions, outermost first.
    pub shape: Vec<usize>,
    /// Bytes in the file.
    pub bytes: u64,
    /// The architecture asks for it.
    pub used: bool,
}

impl InspectionFacts {
    pub(crate) fn new(inspection: Inspection, engine: &Engine) -> InspectionFacts {
        let (footprint, why_not) = match inspection.footprint(engine).transpose() {
            Ok(footprint) => (footprint, None),
            Err(error) => (None, Some(error.to_string())),
        };
        let weights = inspection.weight_bytes();
        let kv = |tokens| KvBytes { f32: inspection.kv_bytes(tokens, 4), f16: inspection.kv_bytes(tokens, 2) };
        // Where there is no plan for it, the least that it would take.
        let least = weights.saturating_add(kv(inspection.info.context).f32);
        let bytes = InspectionBytes {
            weights,
            largest_tensor: inspection.largest().map_or(0, |tensor| tensor.bytes),
            kv_per_token: kv(1),
            scratch: footprint.map(|footprint| footprint.scratch),
            total: footprint.map_or(least, |footprint| footprint.total()),
        };
        let info = inspection.info;
        InspectionFacts {
            device: DeviceFacts::from(engine.device()),
            architecture: info.architecture.to_owned(),
            parameters: info.parameters,
            layers: info.layers,
            vocab: info.vocab,
            context: info.context,
            trained_context: info.trained_context,
            end_tokens: info.end_tokens,
            tokenizer: info.tokenizer.map(tokenizer_name),
            bytes,
            fits: why_not.is_none(),
            why_not,
            tensors: inspection.tensors.into_iter().map(Tensor::from).collect(),
        }
    }
}

impl From<TensorFacts> for Tensor {
    fn from(facts: TensorFacts) -> Tensor {
        let TensorFacts { name, dtype, shape, bytes, used } = facts;
        Tensor { name, dtype, shape, bytes, used }
    }
}
