//! The JSON that `--json` prints. Every shape of it is a struct here.

use kinglet::{DeviceInfo, Outputs};
use kinglet_experts::redact::{Map, Span};
use serde::{Serialize, Serializer};

/// What a result was computed on.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Device {
    pub(crate) kind: &'static str,
    pub(crate) adapter: Option<String>,
    pub(crate) tier: Option<&'static str>,
    pub(crate) software: bool,
}

impl From<&DeviceInfo> for Device {
    fn from(info: &DeviceInfo) -> Device {
        Device { kind: info.kind.name(), adapter: info.adapter.clone(), tier: info.tier, software: info.software }
    }
}

impl Device {
    /// What people call it.
    pub(crate) fn label(&self) -> String {
        let software = if self.software { ", software" } else { "" };
        match (&self.adapter, self.tier) {
            (Some(adapter), Some(tier)) => format!("{adapter} ({tier}{software})"),
            (Some(adapter), None) => adapter.clone(),
            (None, _) => self.kind.to_uppercase(),
        }
    }
}

/// `kinglet devices`.
#[derive(Debug, Serialize)]
pub(crate) struct Devices {
    pub(crate) devices: Vec<Adapter>,
}

/// One adapter.
#[derive(Debug, Serialize)]
pub(crate) struct Adapter {
    pub(crate) index: usize,
    pub(crate) name: String,
    pub(crate) backend: String,
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) driver: String,
    pub(crate) tier: &'static str,
    pub(crate) software: bool,
    pub(crate) features: Vec<String>,
    pub(crate) limits: Limits,
}

/// What the engine would ask an adapter for.
#[derive(Debug, Serialize)]
pub(crate) struct Limits {
    pub(crate) storage_binding_bytes: u64,
    pub(crate) buffer_bytes: u64,
    pub(crate) storage_buffers: u32,
    pub(crate) workgroup_bytes: u32,
    pub(crate) workgroup_threads: u32,
    pub(crate) grid_side: u32,
    pub(crate) uniform_alignment: u32,
}

/// `kinglet inspect`.
#[derive(Debug, Serialize)]
pub(crate) struct Inspect {
    pub(crate) device: Device,
    pub(crate) architecture: &'static str,
    pub(crate) parameters: u64,
    pub(crate) layers: usize,
    pub(crate) vocab: usize,
    pub(crate) context: usize,
    pub(crate) trained_context: usize,
    pub(crate) end_tokens: Vec<u32>,
    pub(crate) tokenizer: Option<String>,
    pub(crate) bytes: InspectBytes,
    pub(crate) fits: Fits,
    pub(crate) tensors: Vec<Tensor>,
}

/// What a model takes.
#[derive(Debug, Serialize)]
pub(crate) struct InspectBytes {
    pub(crate) weights: u64,
    /// The largest tensor, which a binding of the adapter may have to hold.
    pub(crate) largest_tensor: u64,
    pub(crate) kv_per_1024_tokens: KvBytes,
    /// Activations and other buffers of the plans; null where there are no plans.
    pub(crate) scratch: Option<u64>,
    /// Weights, KV cache of the whole context and scratch.
    pub(crate) total: u64,
}

/// The KV cache, for each format it can have.
#[derive(Debug, Serialize)]
pub(crate) struct KvBytes {
    pub(crate) f32: u64,
    pub(crate) f16: u64,
}

/// Whether a model fits; null where there is no such limit.
#[derive(Debug, Serialize)]
pub(crate) struct Fits {
    pub(crate) adapter: Option<bool>,
    /// The limit of the adapter that stands in the way.
    pub(crate) why_not: Option<String>,
    pub(crate) memory_limit: Option<MemoryLimit>,
}

/// A limit that the caller gave.
#[derive(Debug, Serialize)]
pub(crate) struct MemoryLimit {
    pub(crate) bytes: u64,
    pub(crate) fits: bool,
}

/// One tensor of the model's files.
#[derive(Debug, Serialize)]
pub(crate) struct Tensor {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) dtype: String,
    pub(crate) shape: Vec<usize>,
    pub(crate) bytes: u64,
    pub(crate) used: bool,
}

/// `kinglet forward`.
#[derive(Debug, Serialize)]
pub(crate) struct Forward {
    pub(crate) device: Device,
    pub(crate) outputs: Named,
}

/// `kinglet forward --taps list`.
#[derive(Debug, Serialize)]
pub(crate) struct Taps {
    pub(crate) device: Device,
    pub(crate) taps: Vec<String>,
}

/// `kinglet generate`.
#[derive(Debug, Serialize)]
pub(crate) struct Generate {
    pub(crate) device: Device,
    #[serde(flatten)]
    pub(crate) first: Choice,
    /// Where several were asked for, all of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) choices: Vec<Choice>,
    pub(crate) timings: Timings,
}

/// One continuation of a prompt.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Choice {
    pub(crate) tokens: Vec<u32>,
    /// Null where the model has no tokenizer that Kinglet can use.
    pub(crate) text: Option<String>,
    /// `stop` or `length`.
    pub(crate) finish_reason: Option<&'static str>,
    /// Whether the text is what a grammar asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) valid: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) logits: Option<Rows>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) logprobs: Option<Vec<Logprobs>>,
}

/// A reply of `kinglet chat`.
#[derive(Debug, Serialize)]
pub(crate) struct ChatReply {
    pub(crate) device: Device,
    #[serde(flatten)]
    pub(crate) reply: Choice,
    /// Tokens of the conversation before the reply.
    pub(crate) prompt_tokens: usize,
    /// How many of them were there from earlier turns.
    pub(crate) reused_tokens: usize,
    pub(crate) timings: ReplyTimings,
}

/// How fast a reply was.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct ReplyTimings {
    pub(crate) first_token_ms: Option<f64>,
    pub(crate) prefill: Speed,
    pub(crate) decode: Speed,
}

/// What `kinglet tokenize` prints of a text.
#[derive(Debug, Serialize)]
pub(crate) struct Tokenized {
    pub(crate) ids: Vec<u32>,
}

/// What it prints of tokens.
#[derive(Debug, Serialize)]
pub(crate) struct Decoded {
    pub(crate) text: String,
}

/// How likely a token was.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Logprobs {
    pub(crate) logprob: f32,
    /// Ids and logarithms of probabilities of the likeliest tokens, the likeliest first.
    pub(crate) top: Vec<(u32, f32)>,
}

impl From<&kinglet::Logprobs> for Logprobs {
    fn from(logprobs: &kinglet::Logprobs) -> Logprobs {
        Logprobs { logprob: logprobs.picked, top: logprobs.top.clone() }
    }
}

/// `kinglet embed`.
#[derive(Debug, Serialize)]
pub(crate) struct Embed {
    pub(crate) device: Device,
    pub(crate) embeddings: Vec<Vectors>,
    /// Texts that were cut.
    pub(crate) truncated: Vec<usize>,
}

/// What a text became.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Vectors {
    One(Values),
    Rows(Rows),
}

/// `kinglet rerank`.
#[derive(Debug, Serialize)]
pub(crate) struct Rerank {
    pub(crate) device: Device,
    /// The best first.
    pub(crate) results: Vec<Scored>,
    pub(crate) truncated: Vec<usize>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Scored {
    pub(crate) index: usize,
    pub(crate) score: f64,
}

/// `kinglet classify`.
#[derive(Debug, Serialize)]
pub(crate) struct Classify {
    pub(crate) device: Device,
    /// Of each text, the likeliest first.
    pub(crate) labels: Vec<Vec<Label>>,
    pub(crate) truncated: Vec<usize>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Label {
    pub(crate) label: String,
    pub(crate) score: f64,
}

impl From<&kinglet::Label> for Label {
    fn from(label: &kinglet::Label) -> Label {
        Label { label: label.label.clone(), score: label.score }
    }
}

/// `kinglet tag`. Places are counted in code points.
#[derive(Debug, Serialize)]
pub(crate) struct Tag {
    pub(crate) device: Device,
    pub(crate) entities: Vec<Entity>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Entity {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) label: String,
    pub(crate) score: f64,
    pub(crate) text: String,
}

impl From<kinglet::Entity> for Entity {
    fn from(entity: kinglet::Entity) -> Entity {
        let kinglet::Entity { start, end, label, score, text } = entity;
        Entity { start, end, label, score, text }
    }
}

/// `kinglet redact`. Places are counted in code points of the text as it was.
#[derive(Debug, Serialize)]
pub(crate) struct Redact {
    pub(crate) device: Device,
    pub(crate) text: String,
    pub(crate) spans: Vec<Span>,
    pub(crate) map: Map,
}

/// `kinglet when`, and a line of what it was given.
#[derive(Debug, Serialize)]
pub(crate) struct When {
    #[serde(flatten)]
    pub(crate) answer: kinglet_experts::when::Answer,
    pub(crate) device: Device,
}

/// What `kinglet` shows without a command.
#[derive(Debug, Serialize)]
pub(crate) struct Demo {
    pub(crate) device: Device,
    /// Until both experts were ready.
    pub(crate) load_ms: f64,
    pub(crate) redact: Shown<String>,
    pub(crate) when: Vec<Shown<kinglet_experts::when::Answer>>,
}

/// An example, what came of it, and how fast.
#[derive(Debug, Serialize)]
pub(crate) struct Shown<T> {
    pub(crate) example: String,
    pub(crate) result: T,
    pub(crate) tokens: usize,
    pub(crate) ms: f64,
    pub(crate) tokens_per_s: Option<f64>,
}

/// `kinglet answer`. Places are counted in code points.
#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    pub(crate) device: Device,
    pub(crate) answer: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) score: f64,
}

/// `kinglet fill`.
#[derive(Debug, Serialize)]
pub(crate) struct Fills {
    pub(crate) device: Device,
    pub(crate) fills: Gaps,
}

/// What may stand in the gaps of a text.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Gaps {
    One(Vec<Fill>),
    Several(Vec<Vec<Fill>>),
}

#[derive(Debug, Serialize)]
pub(crate) struct Fill {
    pub(crate) token: u32,
    pub(crate) text: String,
    pub(crate) score: f64,
}

impl From<kinglet::Fill> for Fill {
    fn from(fill: kinglet::Fill) -> Fill {
        let kinglet::Fill { token, text, score } = fill;
        Fill { token, text, score }
    }
}

/// `kinglet eval`.
#[derive(Debug, Serialize)]
pub(crate) struct Eval {
    pub(crate) device: Device,
    pub(crate) tokens: usize,
    pub(crate) perplexity: f64,
    pub(crate) reference_perplexity: f64,
    pub(crate) kl_mean: f64,
    pub(crate) kl_p99: f64,
    pub(crate) top1_agreement: f64,
}

/// `kinglet bench`.
#[derive(Debug, Serialize)]
pub(crate) struct Bench {
    pub(crate) device: Device,
    pub(crate) architecture: &'static str,
    pub(crate) parameters: u64,
    pub(crate) load: Load,
    pub(crate) rounds: usize,
    pub(crate) prefill: Speed,
    pub(crate) decode: Speed,
    pub(crate) per_token: PerToken,
    pub(crate) bytes_per_token: BytesPerToken,
}

/// From the files to the device.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Load {
    pub(crate) ms: f64,
    /// Weights that the architecture uses, as they lie in the files.
    pub(crate) bytes: u64,
    /// Millions of bytes.
    pub(crate) mb_per_s: f64,
    /// Of the same bytes: the wait for the source, which reads on while other stages work.
    pub(crate) read_mb_per_s: Option<f64>,
    pub(crate) repack_mb_per_s: Option<f64>,
    pub(crate) upload_mb_per_s: Option<f64>,
}

/// What a decoding step reads, keys and values of the measured sequence's middle included.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct BytesPerToken {
    /// As weights lie on the device; null on the CPU.
    pub(crate) planned: Option<u64>,
    /// As they lie in the files.
    pub(crate) least: u64,
}

/// `kinglet quantize`.
#[derive(Debug, Serialize)]
pub(crate) struct Quantize {
    pub(crate) input: String,
    pub(crate) output: String,
    /// Bytes of the files.
    pub(crate) bytes_before: u64,
    pub(crate) bytes_after: u64,
    pub(crate) bits_per_weight: f64,
    pub(crate) tensors: Vec<QuantizeTensor>,
    pub(crate) warnings: Vec<String>,
}

/// What became of a tensor.
#[derive(Debug, Serialize)]
pub(crate) struct QuantizeTensor {
    pub(crate) name: String,
    pub(crate) from: &'static str,
    pub(crate) to: &'static str,
    pub(crate) shape: Vec<usize>,
    pub(crate) bytes_before: u64,
    pub(crate) bytes_after: u64,
    /// Null where values have no place in the type.
    pub(crate) nmse: Option<f64>,
}

/// How long things took.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Timings {
    pub(crate) load_ms: f64,
    pub(crate) first_token_ms: Option<f64>,
    pub(crate) prefill: Speed,
    pub(crate) decode: Speed,
    pub(crate) per_token: PerToken,
}

/// Tokens and their rate; null where nothing was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub(crate) struct Speed {
    pub(crate) tokens: usize,
    pub(crate) tokens_per_s: Option<f64>,
}

/// What the engine did for each decoded token; null on the CPU, which has none of it.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct PerToken {
    pub(crate) dispatches: Option<Average>,
    pub(crate) dispatches_per_layer: Option<Average>,
    pub(crate) submits: Option<Average>,
    pub(crate) uploads: Option<Average>,
    pub(crate) readback_bytes: Option<Average>,
    pub(crate) objects_created: Option<Average>,
    pub(crate) engine_allocations: Option<Average>,
}

/// A count for each token: a whole number wherever the tokens are alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Average(pub(crate) f64);

impl Serialize for Average {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.fract() == 0.0 {
            true => serializer.serialize_u64(self.0 as u64),
            false => serializer.serialize_f64(self.0),
        }
    }
}

/// Outputs under their names.
#[derive(Debug)]
pub(crate) struct Named(Vec<(String, Vectors)>);

impl From<Outputs> for Named {
    fn from(outputs: Outputs) -> Named {
        // Where an answer starts and ends there is a number for each token.
        let flat = |name: &str| name == "start" || name == "end";
        let values = |(name, rows): (String, Vec<Vec<f32>>)| match flat(&name) {
            true => (name, Vectors::One(Values(rows.concat()))),
            false => (name, Vectors::Rows(Rows(rows))),
        };
        Named(outputs.values.into_iter().map(values).collect())
    }
}

impl Serialize for Named {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, rows)| (name, rows)))
    }
}

/// Rows of values.
#[derive(Clone, Debug)]
pub(crate) struct Rows(pub(crate) Vec<Vec<f32>>);

impl Serialize for Rows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|row| Row(row)))
    }
}

impl From<Vec<Vec<f32>>> for Rows {
    fn from(rows: Vec<Vec<f32>>) -> Rows {
        Rows(rows)
    }
}

/// A row of values.
#[derive(Clone, Debug)]
pub(crate) struct Values(Vec<f32>);

impl From<Vec<f32>> for Values {
    fn from(values: Vec<f32>) -> Values {
        Values(values)
    }
}

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Row(&self.0).serialize(serializer)
    }
}

struct Row<'r>(&'r [f32]);

impl Serialize for Row<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|&value| Number(value)))
    }
}

/// A value that reads back as the same f32, also by way of f64; NaN and the infinities are null.
struct Number(f32);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // The shortest digits lie so close to the middle between two f32 now and then (7.038531e-26 is known for it)
        // that a reader who goes by f64, as JavaScript and Python do, rounds twice and gets the wrong one.
        let shortest: Option<f64> = format!("{:e}", self.0).parse().ok();
        match shortest.is_some_and(|read| read as f32 == self.0) {
            true => serializer.serialize_f32(self.0),
            false => serializer.serialize_f64(f64::from(self.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(values: &[f32]) -> String {
        serde_json::to_string(&Row(values)).unwrap()
    }

    #[test]
    fn numbers_are_short_and_what_is_no_number_is_null() {
        assert_eq!(json(&[0.1, -0.0, 1.0, 16_777_216.0]), "[0.1,-0.0,1.0,16777216.0]");
        assert_eq!(json(&[f32::NAN, f32::INFINITY, f32::NEG_INFINITY]), "[null,null,null]");
    }

    #[test]
    fn numbers_read_back_as_the_same_f32() {
        let mut random = fastrand::Rng::with_seed(7);
        let known = [f32::MAX, f32::MIN_POSITIVE, f32::from_bits(1), f32::from_bits(0x15ae_43fd)];
        let values: Vec<f32> = (0..20_000).map(|_| f32::from_bits(random.u32(..))).chain(known).collect();
        let values: Vec<f32> = values.into_iter().filter(|value| value.is_finite()).collect();
        let text = json(&values);
        let direct: Vec<f32> = serde_json::from_str(&text).unwrap();
        let by_f64: Vec<f64> = serde_json::from_str(&text).unwrap();
        for (index, value) in values.iter().enumerate() {
            assert_eq!(direct[index].to_bits(), value.to_bits(), "{value:e}");
            assert_eq!((by_f64[index] as f32).to_bits(), value.to_bits(), "{value:e}");
        }
    }
}
