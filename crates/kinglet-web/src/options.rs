//! What JavaScript may choose. Each struct mirrors one of `kinglet`, with the names and defaults of a web page.

use kinglet::{AdapterFacts, DeviceChoice, EngineOptions};
use serde::Deserialize;
use tsify::Tsify;

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
        }
    }
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
    /// Go on after a token that ends the text.
    #[tsify(optional)]
    pub ignore_end: Option<bool>,
    /// Return the logits that each token was chosen from.
    #[tsify(optional)]
    pub logits: Option<bool>,
}

impl From<GenerateOptions> for kinglet::GenerateOptions {
    fn from(options: GenerateOptions) -> kinglet::GenerateOptions {
        let defaults = kinglet::GenerateOptions::default();
        kinglet::GenerateOptions {
            max_tokens: options.max_tokens,
            temperature: options.temperature.unwrap_or(defaults.temperature),
            ignore_end: options.ignore_end.unwrap_or(defaults.ignore_end),
            logits: options.logits.unwrap_or(defaults.logits),
        }
    }
}
