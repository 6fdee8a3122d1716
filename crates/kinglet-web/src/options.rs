//! What JavaScript may choose. Each struct mirrors one of `kinglet`, with the names and defaults of a web page.

use js_sys::{Object, Reflect};
use kinglet::{AdapterFacts, Conversation, DeviceChoice, Dry, EngineOptions, Penalties, Sampling};
use serde::{Deserialize, de::DeserializeOwned};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::error::{ErrorCode, coded};

/// Options as JavaScript writes them.
pub(crate) trait Options: DeserializeOwned + Tsify {
    /// The name of each, and what it may be.
    const MAY_BE: &'static [(&'static str, &'static str)];
}

const WHOLE: &str = "a whole number from 0 to 4294967295";
const NUMBER: &str = "a number";
const FLAG: &str = "true or false";
const TOKENS: &str = "an array of token ids";

/// Reads options. An error names the one that is not as it may be: serde knows its type alone, and passes over names
/// that it does not know.
pub(crate) fn read<T: Options>(given: &Ts<T>) -> Result<T, JsValue>
where
    T::JsType: JsCast + Clone,
{
    let object: Object = given.js_value().dyn_into().map_err(|_| refused("options are an object"))?;
    for name in Object::keys(&object).iter() {
        let value = Reflect::get(&object, &name)?;
        let text = name.as_string().unwrap_or_default();
        let Some((_, may_be)) = T::MAY_BE.iter().find(|(known, _)| *known == text) else {
            let known: Vec<&str> = T::MAY_BE.iter().map(|(known, _)| *known).collect();
            return Err(refused(&format!("there is no option {text:?}; there are {}", known.join(", "))));
        };
        let alone = Object::new();
        Reflect::set(&alone, &name, &value)?;
        if Ts::<T>::new_unchecked(alone.into()).to_rust().is_err() {
            return Err(refused(&format!("{text} is {}; it must be {may_be}", spelled(&value))));
        }
    }
    given.to_rust().map_err(|error| refused(&error.to_string()))
}

fn refused(message: &str) -> JsValue {
    coded(ErrorCode::InvalidArgument, message)
}

/// A value as one would write it.
fn spelled(value: &JsValue) -> String {
    let text = value.as_string().map(|text| format!("{text:?}"));
    let text = text.or_else(|| value.as_f64().map(|number| number.to_string()));
    let text = text.or_else(|| value.as_bool().map(|flag| flag.to_string()));
    text.unwrap_or_else(|| String::from(Object::from(value.clone()).to_string()))
}

/// What to run on.
#[derive(Clone, Debug, Default, Deserialize, Tsify)]
#[serde(default, rename_all = "camelCase")]
pub struct DeviceOptions {
    /// Use no tier of kernels above this one.
    #[tsify(optional)]
    pub tier: Option<Tier>,
    /// `default`: ask for WebGPU's default limits, even where the adapter offers more.
    #[tsify(optional)]
    pub limits: Option<Limits>,
    /// The adapter's name.
    #[tsify(optional)]
    pub name: Option<String>,
    /// The adapter is a program that runs on the CPU.
    pub software: bool,
    /// Devices are opened with the feature `subgroups`.
    pub subgroups: bool,
}

impl Options for DeviceOptions {
    const MAY_BE: &'static [(&'static str, &'static str)] = &[
        ("tier", "\"baseline\" or \"subgroups\""),
        ("limits", "\"adapter\" or \"default\""),
        ("name", "a string"),
        ("software", FLAG),
        ("subgroups", FLAG),
    ];
}

/// A tier of kernels that has kernels of its own.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Tier {
    /// WebGPU without optional features.
    Baseline,
    /// Reductions by subgroup operations.
    Subgroups,
}

/// Which limits to open a device with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Limits {
    /// What the adapter offers.
    Adapter,
    /// What WebGPU promises everywhere.
    Default,
}

impl From<DeviceOptions> for EngineOptions {
    fn from(options: DeviceOptions) -> EngineOptions {
        let DeviceOptions { tier, limits, name, software, subgroups } = options;
        EngineOptions {
            device: DeviceChoice::Gpu,
            tier: tier.map(|tier| match tier {
                Tier::Baseline => kinglet::Tier::Baseline,
                Tier::Subgroups => kinglet::Tier::Subgroups,
            }),
            default_limits: limits == Some(Limits::Default),
            facts: AdapterFacts { name, software, subgroups },
            ..EngineOptions::default()
        }
    }
}

/// How to load a model.
#[derive(Clone, Debug, Default, Deserialize, Tsify)]
#[serde(default, rename_all = "camelCase")]
pub struct LoadOptions {
    /// The longest sequence, in tokens. By default what the model was made for, at most 4,096.
    #[tsify(optional)]
    pub context: Option<usize>,
    /// How keys and values are stored. By default `f16`.
    #[tsify(optional)]
    pub kv: Option<KvFormat>,
    /// What becomes of matrices of floats. By default `keep`.
    #[tsify(optional)]
    pub quant: Option<Quant>,
    /// Intermediate values that `forward` returns beside the logits.
    #[tsify(optional)]
    pub taps: Option<Vec<String>>,
}

impl Options for LoadOptions {
    const MAY_BE: &'static [(&'static str, &'static str)] = &[
        ("context", WHOLE),
        ("kv", "\"f16\" or \"f32\""),
        ("quant", "\"keep\", \"q8\" or \"q4\""),
        ("taps", "an array of strings"),
    ];
}

/// What becomes of matrices that a model's files hold as floats.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Quant {
    /// They stay floats.
    Keep,
    /// 8 bits for each element and a scale for 32.
    Q8,
    /// 4 bits for each element and a scale for 32.
    Q4,
}

/// How keys and values are stored.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum KvFormat {
    /// 32-bit floats.
    F32,
    /// 16-bit floats.
    F16,
}

impl From<LoadOptions> for kinglet::LoadOptions {
    fn from(options: LoadOptions) -> kinglet::LoadOptions {
        let defaults = kinglet::LoadOptions::default();
        kinglet::LoadOptions {
            context: options.context,
            taps: options.taps.unwrap_or_default(),
            quant: match options.quant {
                Some(Quant::Q8) => kinglet::Quant::Q8,
                Some(Quant::Q4) => kinglet::Quant::Q4,
                Some(Quant::Keep) | None => kinglet::Quant::Keep,
            },
            kv: match options.kv {
                Some(KvFormat::F32) => kinglet::KvFormat::F32,
                Some(KvFormat::F16) => kinglet::KvFormat::F16,
                None => defaults.kv,
            },
            on_progress: defaults.on_progress,
        }
    }
}

/// What a quantized file should be.
#[derive(Clone, Debug, Default, Deserialize, Tsify)]
#[serde(default, rename_all = "camelCase")]
pub struct QuantizeOptions {
    /// The type of matrices, such as `Q8_0` or `Q4_K`, or a mixture, such as `Q4_K_M`. Vectors are always F32.
    pub types: String,
    /// Every matrix gets that type. By default the one that makes the logits gets `Q6_K` where that is better.
    #[tsify(optional)]
    pub pure: Option<bool>,
    /// The model's name, where its files have none.
    #[tsify(optional)]
    pub name: Option<String>,
}

impl Options for QuantizeOptions {
    const MAY_BE: &'static [(&'static str, &'static str)] =
        &[("types", "the name of a type or of a mixture"), ("pure", FLAG), ("name", "a string")];
}

/// How to continue a prompt.
#[derive(Clone, Debug, Default, Deserialize, Tsify)]
#[serde(default, rename_all = "camelCase")]
pub struct GenerateOptions {
    /// The most tokens to generate. By default 256, or what the context has room for.
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
    /// Tokens that end the generation, beside the model's own.
    #[tsify(optional)]
    pub stop_tokens: Option<Vec<u32>>,
    /// Go on after a token that ends the text.
    #[tsify(optional)]
    pub ignore_end: Option<bool>,
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
        ("stopTokens", TOKENS),
        ("ignoreEnd", FLAG),
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

impl From<GenerateOptions> for kinglet::GenerateOptions {
    fn from(options: GenerateOptions) -> kinglet::GenerateOptions {
        let defaults = kinglet::GenerateOptions::default();
        kinglet::GenerateOptions {
            sampling: options.sampling(),
            penalties: options.penalties(),
            max_tokens: options.max_tokens,
            stop_tokens: options.stop_tokens.unwrap_or(defaults.stop_tokens),
            ignore_end: options.ignore_end.unwrap_or(defaults.ignore_end),
            logits: options.logits.unwrap_or(defaults.logits),
            ..defaults
        }
    }
}

/// What special tokens have to do with a text that is encoded.
#[derive(Clone, Copy, Debug, Default, Deserialize, Tsify)]
#[serde(default, rename_all = "camelCase")]
pub struct TokenizeOptions {
    /// Add those that the model wants around a text. By default true.
    #[tsify(optional)]
    pub add_special: Option<bool>,
    /// Read their names in the text as these tokens. By default true; what people write should not be read so.
    #[tsify(optional)]
    pub parse_special: Option<bool>,
}

impl Options for TokenizeOptions {
    const MAY_BE: &'static [(&'static str, &'static str)] = &[("addSpecial", FLAG), ("parseSpecial", FLAG)];
}

impl From<TokenizeOptions> for kinglet::EncodeOptions {
    fn from(options: TokenizeOptions) -> kinglet::EncodeOptions {
        let defaults = kinglet::EncodeOptions::default();
        kinglet::EncodeOptions {
            add_special: options.add_special.unwrap_or(defaults.add_special),
            parse_special: options.parse_special.unwrap_or(defaults.parse_special),
        }
    }
}

/// How to write a conversation as text.
#[derive(Clone, Debug, Default, Deserialize, Tsify)]
#[serde(default, rename_all = "camelCase")]
pub struct RenderOptions {
    /// End where the model's turn begins, so that it goes on from there. By default true.
    #[tsify(optional)]
    pub add_generation_prompt: Option<bool>,
    /// The text of the token that begins a sequence, instead of the model's.
    #[tsify(optional)]
    pub bos_token: Option<String>,
    /// The text of the token that ends a sequence, instead of the model's.
    #[tsify(optional)]
    pub eos_token: Option<String>,
    /// What the page's clock says, for templates that write the date.
    #[tsify(optional)]
    pub now: Option<LocalTime>,
}

impl Options for RenderOptions {
    const MAY_BE: &'static [(&'static str, &'static str)] = &[
        ("addGenerationPrompt", FLAG),
        ("bosToken", "a string"),
        ("eosToken", "a string"),
        ("now", "a time of day on a date"),
    ];
}

/// A time of day on a date, where the page is.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
pub struct LocalTime {
    /// 2026
    pub year: i32,
    /// 1 to 12
    pub month: u8,
    /// 1 to 31
    pub day: u8,
    /// 0 to 23
    pub hour: u8,
    /// 0 to 59
    pub minute: u8,
    /// 0 to 59
    pub second: u8,
    /// 0 to 999,999
    pub microsecond: u32,
}

impl RenderOptions {
    /// The conversation with what is said of it here.
    pub(crate) fn applied(self, mut chat: Conversation) -> Conversation {
        let RenderOptions { add_generation_prompt, bos_token, eos_token, now } = self;
        chat.add_generation_prompt = add_generation_prompt.unwrap_or(true);
        for (name, text) in [("bos_token", bos_token), ("eos_token", eos_token)] {
            chat.extra.extend(text.map(|text| (name.to_owned(), text.into())));
        }
        chat.now = now.map(|LocalTime { year, month, day, hour, minute, second, microsecond }| kinglet::LocalTime {
            year,
            month,
            day,
            hour,
            minute,
            second,
            microsecond,
        });
        chat
    }
}
