use js_sys::{Function, Promise};
use serde_json::{Map, Value};
use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::{
    EndFacts, GenerateOptions, GenerationFacts, PerToken,
    error::sent,
    files::PageSource,
    generator::hand_over,
    options::{from_json, read},
    stop::Stop,
};

/// A conversation. Messages are JSON on their way across: as values of JavaScript, 1.0 and 1 would be one number.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Chat {
    chat: kinglet::Chat,
    files: PageSource,
}

#[wasm_bindgen]
impl Chat {
    /// Says something, or nothing, and has the model reply. `each` and `stopped` are as with a generator.
    pub async fn say(
        &mut self,
        text: Option<String>,
        options: Ts<GenerateOptions>,
        #[wasm_bindgen(unchecked_param_type = "(index: number, token: Token, logits?: Float32Array) => boolean")]
        each: Function,
        #[wasm_bindgen(unchecked_param_type = "Promise<void>")] stopped: Promise,
    ) -> Result<Ts<GenerationFacts>, JsValue> {
        let options = kinglet::GenerateOptions::try_from(read::<GenerateOptions>(&options)?)?;
        let mut stop = Stop::new(stopped);
        let started = match &text {
            Some(text) => stop.or(self.chat.say(text, options)).await,
            None => stop.or(self.chat.reply(options)).await,
        };
        let Some(started) = started else {
            return sent(&GenerationFacts { ends: vec![EndFacts::default()], per_token: PerToken::default() });
        };
        let mut reply = started.map_err(|error| self.files.error(error))?;
        while let Some(next) = stop.or(reply.next()).await {
            let Some(token) = next.map_err(|error| self.files.error(error))? else { break };
            if !hand_over(&each, 0, token)? {
                break;
            }
        }
        let end = EndFacts {
            text: Some(reply.text().to_owned()),
            finish_reason: reply.finish_reason().map(Into::into),
            valid: reply.valid(),
            prompt_tokens: reply.prompt_tokens(),
            reused_tokens: reply.reused_tokens(),
        };
        sent(&GenerationFacts { ends: vec![end], per_token: reply.per_step().map(PerToken::from).unwrap_or_default() })
    }

    /// Adds a message, which is JSON.
    pub fn push(&mut self, message: &str) -> Result<(), JsValue> {
        self.chat.push(from_json::<Map<String, Value>>("the message", message)?);
        Ok(())
    }

    /// The messages so far, as JSON.
    pub fn messages(&self) -> String {
        Value::from_iter(self.chat.messages().iter().cloned()).to_string()
    }

    /// Forgets all but the system message.
    pub fn clear(&mut self) {
        self.chat.clear();
    }

    /// Says something else to the model before all else, or nothing, and forgets the rest.
    #[wasm_bindgen(js_name = setSystem)]
    pub fn set_system(&mut self, system: Option<String>) {
        self.chat.set_system(system.as_deref());
    }
}

impl Chat {
    pub(crate) fn new(chat: kinglet::Chat, files: PageSource) -> Chat {
        Chat { chat, files }
    }
}
