//! What JavaScript is told of tokens that are generated.

use kinglet::PerStep;
use serde::Serialize;
use tsify::Tsify;

/// A generated token.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// Its id.
    pub id: u32,
    /// The text that is complete with it, which may be none and may be that of tokens before it. The texts of all tokens
    /// make the whole. Empty where nobody asked for text.
    pub text: String,
    /// How likely it was, where asked for.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub logprobs: Option<Logprobs>,
}

/// Why a generation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum FinishReason {
    /// The text is at its end: by the model's account, by a text or token that was to end it, or by the grammar.
    Stop,
    /// There were to be no more tokens.
    Length,
}

impl From<kinglet::FinishReason> for FinishReason {
    fn from(reason: kinglet::FinishReason) -> FinishReason {
        match reason {
            kinglet::FinishReason::Stop => FinishReason::Stop,
            kinglet::FinishReason::Length => FinishReason::Length,
        }
    }
}

/// A continuation that has ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct EndFacts {
    /// Its text, or null where nobody asked for it.
    #[tsify(type = "string | null")]
    pub text: Option<String>,
    /// Why it ended, or null where the caller ended it.
    #[tsify(type = "FinishReason | null")]
    pub finish_reason: Option<FinishReason>,
    /// Whether the text is what the grammar asks for, where there is one. What was cut is not.
    #[tsify(optional)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid: Option<bool>,
    /// The tokens of the prompt; in a chat, of the whole conversation up to the reply.
    pub prompt_tokens: usize,
    /// How many of them did not have to be computed: of earlier turns, or because another prompt begins with them.
    pub reused_tokens: usize,
}

/// Continuations that have ended.
#[derive(Clone, Debug, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct GenerationFacts {
    /// One for each prompt.
    pub ends: Vec<EndFacts>,
    /// What each token asked of the GPU.
    pub per_token: PerToken,
}

/// How likely a token was by the model's own account: logarithms of probabilities.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Logprobs {
    /// Of the token.
    pub logprob: f32,
    /// The likeliest tokens: pairs of an id and its logarithm, the likeliest first.
    pub top: Vec<(u32, f32)>,
}

impl From<kinglet::Logprobs> for Logprobs {
    fn from(logprobs: kinglet::Logprobs) -> Logprobs {
        Logprobs { logprob: logprobs.picked, top: logprobs.top }
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
    /// Bytes of weights that are read, as they lie on the GPU.
    #[tsify(optional)]
    pub weight_bytes: Option<u64>,
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
            weight_bytes: per_step.weight_bytes,
            submits: Some(per_step.submits),
            uploads: Some(per_step.uploads),
            readback_bytes: Some(per_step.readback_bytes),
            objects_created: Some(per_step.objects_created),
        }
    }
}
