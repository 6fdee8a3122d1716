//! What JavaScript is told.

use std::time::Duration;

use kinglet::{Comparison, DeviceInfo, Model, Quantized, QuantizedTensor, Stage, StageTimes, TokenizerKind};
use serde::Serialize;
use tsify::Tsify;

use crate::Head;

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
    /// What it is for.
    pub head: Head,
    /// The labels of a model that classifies or tags, one for each column of its logits.
    pub labels: Vec<String>,
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
    /// What turns text into tokens, or null where the model has nothing for that.
    #[tsify(type = "string | null")]
    pub tokenizer: Option<String>,
    /// Bytes of weights that every token needs.
    pub weight_bytes_per_token: u64,
    /// Bytes that a token leaves in the cache, and that every later one reads.
    pub kv_bytes_per_token: u64,
    /// The names of all values that the option `taps` of `load` can ask for.
    pub taps: Vec<String>,
}

impl ModelFacts {
    pub(crate) fn new(model: &Model) -> ModelFacts {
        let info = model.info();
        let weights = model.bytes_per_token(0);
        ModelFacts {
            architecture: info.architecture.to_owned(),
            head: info.head.into(),
            labels: info.labels.names.clone(),
            parameters: info.parameters,
            layers: info.layers,
            vocab: info.vocab,
            context: info.context,
            trained_context: info.trained_context,
            end_tokens: info.end_tokens.clone(),
            tokenizer: info.tokenizer.clone().map(tokenizer_name),
            weight_bytes_per_token: weights,
            kv_bytes_per_token: model.bytes_per_token(1) - weights,
            taps: model.taps().to_vec(),
        }
    }
}

/// A tokenizer in the words of the files.
pub(crate) fn tokenizer_name(tokenizer: TokenizerKind) -> String {
    match tokenizer {
        TokenizerKind::Json(model) | TokenizerKind::Gguf(model) => model,
        TokenizerKind::SentencePiece => "SentencePiece".to_owned(),
    }
}

/// How long a load took, and what its stages did in the time that each had for itself.
#[derive(Clone, Copy, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct LoadFacts {
    /// From the first request to the model on the GPU.
    pub milliseconds: f64,
    /// Weights that the architecture uses, as they lie in the files.
    pub bytes: u64,
    /// Bytes for each second of waiting for the source; absent where there was no wait that the clock could measure.
    #[tsify(optional)]
    pub read_per_second: Option<f64>,
    /// Of the same bytes.
    #[tsify(optional)]
    pub repack_per_second: Option<f64>,
    /// Of the same bytes.
    #[tsify(optional)]
    pub upload_per_second: Option<f64>,
}

impl LoadFacts {
    pub(crate) fn new(took: Duration, times: &StageTimes) -> LoadFacts {
        let rate = |stage| times.of(stage).map(|time| time.bytes_per_second()).filter(|rate| rate.is_finite());
        LoadFacts {
            milliseconds: took.as_secs_f64() * 1e3,
            bytes: times.of(Stage::Read).map_or(0, |time| time.bytes),
            read_per_second: rate(Stage::Read),
            repack_per_second: rate(Stage::Repack),
            upload_per_second: rate(Stage::Upload),
        }
    }
}

/// How close a model's predictions are to a reference's.
#[derive(Clone, Copy, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct ComparisonFacts {
    /// Predicted tokens.
    pub tokens: usize,
    /// How many tokens the model hesitates between, on average.
    pub perplexity: f64,
    /// The same of the reference.
    pub reference_perplexity: f64,
    /// The mean of the Kullback-Leibler divergence of the model's distribution from the reference's.
    pub kl_mean: f64,
    /// What 99 % of these divergences do not exceed.
    #[serde(rename = "klP99")]
    pub kl_p99: f64,
    /// The share of positions where both find the same token likeliest.
    pub top1_agreement: f64,
}

impl From<Comparison> for ComparisonFacts {
    fn from(comparison: Comparison) -> ComparisonFacts {
        ComparisonFacts {
            tokens: comparison.tokens,
            perplexity: comparison.perplexity,
            reference_perplexity: comparison.reference_perplexity,
            kl_mean: comparison.kl_mean,
            kl_p99: comparison.kl_p99,
            top1_agreement: comparison.top1_agreement,
        }
    }
}

/// What became of a model's files.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct QuantizedFacts {
    /// Bytes of the files that were read.
    pub bytes_before: u64,
    /// Bytes of the file.
    pub bytes_after: u64,
    /// Bits that a weight takes on average.
    pub bits_per_weight: f64,
    /// Its tensors, in its order.
    pub tensors: Vec<QuantizedTensorFacts>,
    /// What is not as it was asked for, a sentence each.
    pub warnings: Vec<String>,
}

/// What became of a tensor.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct QuantizedTensorFacts {
    /// Its name in the file.
    pub name: String,
    /// Its type before.
    pub from: String,
    /// Its type now.
    pub to: String,
    /// The dimensions, outermost first.
    pub shape: Vec<usize>,
    /// Bytes before; 0 where it was made.
    pub bytes_before: u64,
    /// Bytes now.
    pub bytes_after: u64,
    /// The squared error over the squares of its values; absent where some have no place in the type.
    #[tsify(optional)]
    pub nmse: Option<f64>,
}

impl From<Quantized> for QuantizedFacts {
    fn from(quantized: Quantized) -> QuantizedFacts {
        let bits_per_weight = quantized.bits_per_weight();
        let Quantized { bytes_before, bytes_after, tensors, warnings } = quantized;
        let tensors = tensors.into_iter().map(QuantizedTensorFacts::from).collect();
        QuantizedFacts { bytes_before, bytes_after, bits_per_weight, tensors, warnings }
    }
}

impl From<QuantizedTensor> for QuantizedTensorFacts {
    fn from(tensor: QuantizedTensor) -> QuantizedTensorFacts {
        let QuantizedTensor { name, from, to, shape, bytes_before, bytes_after, nmse } = tensor;
        let [from, to] = [from, to].map(|dtype| dtype.name().to_owned());
        QuantizedTensorFacts { name, from, to, shape, bytes_before, bytes_after, nmse }
    }
}
