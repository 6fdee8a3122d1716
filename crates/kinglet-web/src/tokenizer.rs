//! A model's tokenizer as JavaScript sees it.

use kinglet::{EncodeOptions, Error, SpecialText};
use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::{
    TokenizeOptions,
    error::thrown,
    files::{PageFiles, PageSource},
    options::read,
};

/// What turns text into tokens and back.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Tokenizer {
    tokenizer: kinglet::Tokenizer,
}

#[wasm_bindgen]
impl Tokenizer {
    /// Opens that of a model, and nothing else of it.
    pub async fn open(files: PageFiles) -> Result<Tokenizer, JsValue> {
        let files = PageSource::new(files);
        let tokenizer = kinglet::open_tokenizer(&files.source()).await.map_err(|error| files.error(error))?;
        Ok(Tokenizer { tokenizer })
    }

    /// The tokens of a text.
    pub fn encode(&self, text: &str, options: Ts<TokenizeOptions>) -> Result<Vec<u32>, JsValue> {
        let options = EncodeOptions::from(read::<TokenizeOptions>(&options)?);
        Ok(self.tokenizer.encode(text, options).map_err(Error::from).map_err(thrown)?.ids)
    }

    /// The text of tokens, without special ones.
    pub fn decode(&self, tokens: &[u32]) -> Result<String, JsValue> {
        self.tokenizer.decode(tokens, SpecialText::Skip).map_err(Error::from).map_err(thrown)
    }

    /// The text of each token; what is no UTF-8 by itself is replaced.
    pub fn texts(&self, tokens: &[u32]) -> Result<Vec<String>, JsValue> {
        let text = |&id| self.tokenizer.token_bytes(id).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        tokens.iter().map(text).collect::<Result<_, _>>().map_err(Error::from).map_err(thrown)
    }
}
