use js_sys::Function;
use kinglet::Rows;
use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::{
    Chat, ChatOptions, ComparisonFacts, Generator, LoadFacts, LoadProgress, ModelFacts,
    encoder::rows_by_name,
    error::{sent, thrown},
    files::PageSource,
    options::read,
    progress::{self, Stage},
};

/// A model on a device.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Model {
    pub(crate) model: kinglet::Model,
    /// A model's tokenizer and its templates are read when they are first wanted.
    pub(crate) files: PageSource,
    loading: LoadFacts,
}

#[wasm_bindgen]
impl Model {
    /// What the model is.
    pub fn info(&self) -> Result<Ts<ModelFacts>, JsValue> {
        sent(&ModelFacts::new(&self.model))
    }

    /// How long its load took.
    pub fn loading(&self) -> Result<Ts<LoadFacts>, JsValue> {
        sent(&self.loading)
    }

    /// Runs a sequence once and returns the rows of every output: `logits`, then the taps. `last`: only those of the
    /// last position.
    #[wasm_bindgen(unchecked_return_type = "Record<string, Float32Array<ArrayBuffer>[]>")]
    pub async fn forward(&self, tokens: Vec<u32>, last: bool) -> Result<JsValue, JsValue> {
        let rows = if last { Rows::Last } else { Rows::All };
        let outputs = self.model.forward(&tokens, rows).await.map_err(thrown)?;
        rows_by_name(&outputs, last)
    }

    /// Generates from prompts.
    pub async fn generator(&self) -> Result<Generator, JsValue> {
        let generator = self.model.generator().await.map_err(thrown)?;
        Ok(Generator::new(self.model.clone(), generator, self.files.clone()))
    }

    /// A conversation with the model.
    pub async fn chat(&self, options: Ts<ChatOptions>) -> Result<Chat, JsValue> {
        let options = kinglet::ChatOptions::try_from(read::<ChatOptions>(&options)?)?;
        let chat = self.model.chat(options).await.map_err(|error| self.files.error(error))?;
        Ok(Chat::new(chat, self.files.clone()))
    }

    /// Compares predictions with those of a reference, over windows of a text, and tells `each` how far it has come.
    pub async fn compare(
        &self,
        reference: &Model,
        tokens: Vec<u32>,
        window: usize,
        #[wasm_bindgen(unchecked_param_type = "(progress: LoadProgress) => void")] each: Function,
    ) -> Result<Ts<ComparisonFacts>, JsValue> {
        let reference = &reference.model;
        let window = window.min(self.model.info().context).min(reference.info().context);
        let total = tokens.len() as u64;
        let told = |done: usize| {
            let name = String::new();
            progress::tell(&each, &LoadProgress { stage: Stage::Compare, name, done: done as u64, total });
        };
        let comparison = self.model.compare(reference, &tokens, window, told).await.map_err(thrown)?;
        sent(&ComparisonFacts::from(comparison))
    }
}

impl Model {
    pub(crate) fn new(model: kinglet::Model, files: PageSource, loading: LoadFacts) -> Model {
        Model { model, files, loading }
    }
}
