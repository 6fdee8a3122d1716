//! How a page may have prompts continued.

use kinglet::{Dry, Grammar, Penalties, Sampling};
use serde::Deserialize;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

use crate::options::{FLAG, NUMBER, Options, TEXT, TEXTS, TOKENS, WHOLE, from_json, refused};

/// How to continue a prompt.
#[derive(Clone, Debug, Default, Deserialize, Tsify)]
#[serde(default, rename_all = "camelCase")]
pub struct GenerateOptions {
    /// The most tokens to generate. By default 256, or what the context has room for; in a chat, all of that.
    #[tsify(optional)]
    pub max_tokens: Option<usize>,
    /// 0, the default, takes the likeliest token each time.
    #[tsify(optional)]
    pub temperature: Option<f32>,
    /// Draw from so many of the likeliest tokens. By default 0: from all.
    #[tsify(optional)]
    pub top_k: Option<u32>,
    /// Draw from the likeliest tokens that have this share of the probability. By default 1.
    #[tsify(optional)]
    pub top_p: Option<f32>,
    /// Draw from tokens at least this likely, as a share of the likeliest's probability. By default 0.
    #[tsify(optional)]
    pub min_p: Option<f32>,
    /// Draw from the tokens next to the expected surprise that have this share of the probability. By default 1.
    #[tsify(optional)]
    pub typical: Option<f32>,
    /// What draws begin with. By default 0.
    #[tsify(optional)]
    pub seed: Option<u32>,
    /// Which of several continuations with one seed. By default 0.
    #[tsify(optional)]
    pub sequence: Option<u32>,
    /// Divides positive logits of tokens that have come before, and multiplies negative ones. By default 1.
    #[tsify(optional)]
    pub repeat_penalty: Option<f32>,
    /// How many of the last tokens penalties look at. By default 64.
    #[tsify(optional)]
    pub repeat_last_n: Option<usize>,
    /// Subtracted from the logits of tokens that have come before. By default 0.
    #[tsify(optional)]
    pub presence_penalty: Option<f32>,
    /// Subtracted from the logit of a token as often as it has come before. By default 0.
    #[tsify(optional)]
    pub frequency_penalty: Option<f32>,
    /// Subtracted from the logit of a token that would repeat a sequence. By default 0.
    #[tsify(optional)]
    pub dry_multiplier: Option<f32>,
    /// How many times more each further token of a repeated sequence costs. By default 1.75.
    #[tsify(optional)]
    pub dry_base: Option<f32>,
    /// The longest sequence whose repetition costs no more. By default 2.
    #[tsify(optional)]
    pub dry_allowed_length: Option<usize>,
    /// How many of the last tokens to look through for repetitions. By default all.
    #[tsify(optional)]
    pub dry_penalty_last_n: Option<usize>,
    /// Tokens that no repeated sequence goes across.
    #[tsify(optional)]
    pub dry_sequence_breakers: Option<Vec<u32>>,
    /// Added to the logits of tokens: pairs of an id and a number. `-Infinity` forbids a token.
    #[tsify(optional)]
    pub logit_bias: Option<Vec<(u32, f32)>>,
    /// Return how likely each token was, and so many of the likeliest, at most 20.
    #[tsify(optional)]
    pub logprobs: Option<u32>,
    /// Texts that end the generation. They are not part of it.
    #[tsify(optional)]
    pub stop: Option<Vec<String>>,
    /// Tokens that end the generation, beside the model's own.
    #[tsify(optional)]
    pub stop_tokens: Option<Vec<u32>>,
    /// Go on after a token that ends the text.
    #[tsify(optional)]
    pub ignore_end: Option<bool>,
    /// Write JSON that this schema, an object or its JSON text, allows. This and the next two are for models that were
    /// loaded with `grammars`, and exclude one another.
    #[tsify(optional, type = "object | string")]
    pub json_schema: Option<String>,
    /// Write what this regular expression matches.
    #[tsify(optional)]
    pub regex: Option<String>,
    /// Write what this grammar describes, in the notation of Lark or of GBNF.
    #[tsify(optional)]
    pub grammar: Option<String>,
    /// Give the text of each token where the prompt is tokens, too. Where it is text, that is done anyway.
    #[tsify(optional)]
    pub text: Option<bool>,
    /// Return the logits that each token was chosen from.
    #[tsify(optional)]
    pub logits: Option<bool>,
}

impl Options for GenerateOptions {
    const MAY_BE: &'static [(&'static str, &'static str)] = &[
        ("maxTokens", WHOLE),
        ("temperature", NUMBER),
        ("topK", WHOLE),
        ("topP", NUMBER),
        ("minP", NUMBER),
        ("typical", NUMBER),
        ("seed", WHOLE),
        ("sequence", WHOLE),
        ("repeatPenalty", NUMBER),
        ("repeatLastN", WHOLE),
        ("presencePenalty", NUMBER),
        ("frequencyPenalty", NUMBER),
        ("dryMultiplier", NUMBER),
        ("dryBase", NUMBER),
        ("dryAllowedLength", WHOLE),
        ("dryPenaltyLastN", WHOLE),
        ("drySequenceBreakers", TOKENS),
        ("logitBias", "an array of pairs of a token id and a number"),
        ("logprobs", WHOLE),
        ("stop", TEXTS),
        ("stopTokens", TOKENS),
        ("ignoreEnd", FLAG),
        ("jsonSchema", "a JSON schema, an object or its JSON text"),
        ("regex", TEXT),
        ("grammar", TEXT),
        ("text", FLAG),
        ("logits", FLAG),
    ];
}

impl GenerateOptions {
    fn sampling(&self) -> Sampling {
        let defaults = Sampling::default();
        Sampling {
            temperature: self.temperature.unwrap_or(defaults.temperature),
            top_k: self.top_k.unwrap_or(defaults.top_k),
            typical: self.typical.unwrap_or(defaults.typical),
            top_p: self.top_p.unwrap_or(defaults.top_p),
            min_p: self.min_p.unwrap_or(defaults.min_p),
            seed: self.seed.map_or(defaults.seed, u64::from),
            sequence: self.sequence.unwrap_or(defaults.sequence),
            logprobs: self.logprobs,
        }
    }

    fn penalties(&self) -> Penalties {
        let defaults = Penalties::default();
        Penalties {
            bias: self.logit_bias.clone().unwrap_or(defaults.bias),
            repeat: self.repeat_penalty.unwrap_or(defaults.repeat),
            presence: self.presence_penalty.unwrap_or(defaults.presence),
            frequency: self.frequency_penalty.unwrap_or(defaults.frequency),
            last_n: self.repeat_last_n.or(defaults.last_n),
            dry: Dry {
                multiplier: self.dry_multiplier.unwrap_or(defaults.dry.multiplier),
                base: self.dry_base.unwrap_or(defaults.dry.base),
                allowed_length: self.dry_allowed_length.unwrap_or(defaults.dry.allowed_length),
                last_n: self.dry_penalty_last_n.or(defaults.dry.last_n),
                breakers: self.dry_sequence_breakers.clone().unwrap_or(defaults.dry.breakers),
            },
        }
    }
}

impl TryFrom<GenerateOptions> for kinglet::GenerateOptions {
    type Error = JsValue;

    fn try_from(options: GenerateOptions) -> Result<kinglet::GenerateOptions, JsValue> {
        let defaults = kinglet::GenerateOptions::default();
        Ok(kinglet::GenerateOptions {
            sampling: options.sampling(),
            penalties: options.penalties(),
            max_tokens: options.max_tokens,
            grammar: grammar(options.json_schema, options.regex, options.grammar)?,
            stop: options.stop.unwrap_or(defaults.stop),
            stop_tokens: options.stop_tokens.unwrap_or(defaults.stop_tokens),
            ignore_end: options.ignore_end.unwrap_or(defaults.ignore_end),
            text: options.text.unwrap_or(defaults.text),
            logits: options.logits.unwrap_or(defaults.logits),
            ..defaults
        })
    }
}

/// The one of them that is given.
fn grammar(
    json_schema: Option<String>,
    regex: Option<String>,
    grammar: Option<String>,
) -> Result<Option<Grammar>, JsValue> {
    match (json_schema, regex, grammar) {
        (Some(schema), None, None) => Ok(Some(Grammar::JsonSchema(from_json("jsonSchema", &schema)?))),
        (None, Some(regex), None) => Ok(Some(Grammar::Regex(regex))),
        (None, None, Some(grammar)) => Ok(Some(Grammar::from_text(&grammar))),
        (None, None, None) => Ok(None),
        _ => Err(refused("jsonSchema, regex and grammar exclude one another; give one of them")),
    }
}
