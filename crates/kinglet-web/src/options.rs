//! What JavaScript may choose. Each struct mirrors one of `kinglet`, with the names and defaults of a web page.

use js_sys::{Object, Reflect};
use kinglet::{AdapterFacts, DeviceChoice, EngineOptions};
use serde::{Deserialize, de::DeserializeOwned};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::error::{ErrorCode, coded};

/// Options as JavaScript writes them.
pub(crate) trait Options: DeserializeOwned + Tsify {
    /// The name of each, and what it may be.
    const MAY_BE: &'static [(&'static str, &'static str)];
}

pub(crate) const WHOLE: &str = "a whole number from 0 to 4294967295";
pub(crate) const NUMBER: &str = "a number";
pub(crate) const FLAG: &str = "true or false";
pub(crate) const TEXT: &str = "a string";
pub(crate) const TOKENS: &str = "an array of token ids";
pub(crate) const TEXTS: &str = "an array of strings";

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

pub(crate) fn refused(message: &str) -> JsValue {
    coded(ErrorCode::InvalidArgument, message)
}

/// What JSON text stands for.
pub(crate) fn from_json<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, JsValue> {
    serde_json::from_str(text).map_err(|error| refused(&format!("{name} is not the JSON that it must be: {error}")))
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
        ("name", TEXT),
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
    /// The longest sequence, in tokens. By default what the model reaches, its own scaling included, at most 4,096.
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
    const MAY_BE: &'static [(&'static str, &'static str)] =
        &[("context", WHOLE), ("kv", "\"f16\" or \"f32\""), ("quant", "\"keep\", \"q8\" or \"q4\""), ("taps", TEXTS)];
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
            ..defaults
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
        &[("types", "the name of a type or of a mixture"), ("pure", FLAG), ("name", TEXT)];
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
