//! What a page may say of a conversation beside its messages.

use kinglet::Conversation;
use serde::Deserialize;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

use crate::options::{FLAG, Options, TEXT, from_json};

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
    const MAY_BE: &'static [(&'static str, &'static str)] =
        &[("addGenerationPrompt", FLAG), ("bosToken", TEXT), ("eosToken", TEXT), ("now", "a time of day on a date")];
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
        chat.now = now.map(kinglet::LocalTime::from);
        chat
    }
}

impl From<LocalTime> for kinglet::LocalTime {
    fn from(time: LocalTime) -> kinglet::LocalTime {
        let LocalTime { year, month, day, hour, minute, second, microsecond } = time;
        kinglet::LocalTime { year, month, day, hour, minute, second, microsecond }
    }
}

/// What a conversation begins with.
#[derive(Clone, Debug, Default, Deserialize, Tsify)]
#[serde(default, rename_all = "camelCase")]
pub struct ChatOptions {
    /// What the model is told before all else.
    #[tsify(optional)]
    pub system: Option<String>,
    /// What the model may call: an array of JSON schemas, or its JSON text.
    #[tsify(optional, type = "object[] | string")]
    pub tools: Option<String>,
    /// Other names that the model's template knows, such as `enable_thinking`: an object, or its JSON text.
    #[tsify(optional, type = "object | string")]
    pub extra: Option<String>,
    /// What the page's clock says, for templates that write the date.
    #[tsify(optional)]
    pub now: Option<LocalTime>,
}

impl Options for ChatOptions {
    const MAY_BE: &'static [(&'static str, &'static str)] = &[
        ("system", TEXT),
        ("tools", "an array of JSON schemas"),
        ("extra", "an object"),
        ("now", "a time of day on a date"),
    ];
}

impl TryFrom<ChatOptions> for kinglet::ChatOptions {
    type Error = JsValue;

    fn try_from(options: ChatOptions) -> Result<kinglet::ChatOptions, JsValue> {
        let ChatOptions { system, tools, extra, now } = options;
        Ok(kinglet::ChatOptions {
            system,
            tools: tools.map(|tools| from_json("tools", &tools)).transpose()?,
            extra: extra.map(|extra| from_json("extra", &extra)).transpose()?.unwrap_or_default(),
            now: now.map(kinglet::LocalTime::from),
        })
    }
}
