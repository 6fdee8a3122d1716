//! What JavaScript is told.

use kinglet::{DeviceInfo, ModelInfo, PerStep};
use serde::Serialize;
use tsify::Tsify;

/// What a result is computed on.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct DeviceFacts {
    /// `gpu`.
    pub kind: String,
    /// The adapter's name.
    #[tsify(type = "string")]
    pub adapter: Option<String>,
    /// The tier of kernels in use.
    #[tsify(type = "string")]
    pub tier: Option<String>,
    /// The adapter is a program that runs on the CPU; its times say nothing about GPUs.
    pub software: bool,
}

impl From<&DeviceInfo> for DeviceFacts {
    fn from(info: &DeviceInfo) -> DeviceFacts {
        DeviceFacts {
            kind: info.kind.name().to_owned(),
            adapter: info.adapter.clone(),
            tier: info.tier.map(str::to_owned),
            software: info.software,
        }
    }
}

/// What a model is.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct ModelFacts {
    /// Its architecture.
    pub architecture: String,
    /// Weights, counted one by one.
    pub parameters: u64,
    /// Decoder layers.
    pub layers: usize,
    /// Tokens in its vocabulary.
    pub vocab: usize,
    /// The longest sequence of this load.
    pub context: usize,
    /// The longest sequence it was made for.
    pub trained_context: usize,
    /// The tokens that end a generation.
    pub end_tokens: Vec<u32>,
    /// The names of all values that the option `taps` of `load` can ask for.
    pub taps: Vec<String>,
}

impl ModelFacts {
    pub(crate) fn new(info: &ModelInfo, taps: &[String]) -> ModelFacts {
        ModelFacts {
            architecture: info.architecture.to_owned(),
            parameters: info.parameters,
            layers: info.layers,
            vocab: info.vocab,
            context: info.context,
            trained_context: info.trained_context,
            end_tokens: info.end_tokens.clone(),
            taps: taps.to_vec(),
        }
    }
}

/// What each decoded token asked of the GPU, on average; absent where no token was decoded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct PerToken {
    /// Kernel launches.
    #[tsify(optional)]
    pub dispatches: Option<f64>,
    /// The most kernel launches that a decoder layer takes.
    #[tsify(optional)]
    pub dispatches_per_layer: Option<f64>,
    /// Queue submissions.
    #[tsify(optional)]
    pub submits: Option<f64>,
    /// Buffer writes.
    #[tsify(optional)]
    pub uploads: Option<f64>,
    /// Bytes copied back.
    #[tsify(optional)]
    pub readback_bytes: Option<f64>,
    /// GPU objects created.
    #[tsify(optional)]
    pub objects_created: Option<f64>,
}

impl From<PerStep> for PerToken {
    fn from(per_step: PerStep) -> PerToken {
        PerToken {
            dispatches: Some(per_step.dispatches),
            dispatches_per_layer: per_step.dispatches_per_layer.map(|count| count as f64),
            submits: Some(per_step.submits),
            uploads: Some(per_step.uploads),
            readback_bytes: Some(per_step.readback_bytes),
            objects_created: Some(per_step.objects_created),
        }
    }
}
