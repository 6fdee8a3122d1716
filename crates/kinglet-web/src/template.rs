//! A model's chat templates as JavaScript sees them.

use kinglet::Conversation;
use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::{
    RenderOptions,
    error::{ErrorCode, coded, thrown},
    files::{PageFiles, PageSource},
    options::read,
};

/// What writes conversations as text.
#[wasm_bindgen]
#[derive(Debug)]
pub struct ChatTemplates {
    templates: kinglet::ChatTemplates,
}

#[wasm_bindgen]
impl ChatTemplates {
    /// Opens those of a model, and nothing else of it.
    pub async fn open(files: PageFiles) -> Result<ChatTemplates, JsValue> {
        let files = PageSource::new(files);
        let templates = kinglet::ChatTemplates::open(&files.source()).await.map_err(|error| files.error(error))?;
        Ok(ChatTemplates { templates })
    }

    /// The text of a conversation, which is given as JSON: as values of JavaScript, 1.0 and 1 would be one number.
    pub fn render(&self, chat: &str, options: Ts<RenderOptions>) -> Result<String, JsValue> {
        let options = read::<RenderOptions>(&options)?;
        let wrong = |error| coded(ErrorCode::InvalidArgument, &format!("the chat is not JSON: {error}"));
        let chat = Conversation::from_json(serde_json::from_str(chat).map_err(wrong)?).map_err(kinglet::Error::from);
        let chat = options.applied(chat.map_err(thrown)?);
        Ok(self.templates.render(&chat).map_err(thrown)?.text)
    }
}
