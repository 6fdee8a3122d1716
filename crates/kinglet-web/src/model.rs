use js_sys::{Array, Float32Array, Object, Reflect};
use kinglet::Rows;
use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::{
    Generator, ModelFacts,
    error::{sent, thrown},
};

/// A model on a device.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Model {
    model: kinglet::Model,
}

#[wasm_bindgen]
impl Model {
    /// What the model is.
    pub fn info(&self) -> Result<Ts<ModelFacts>, JsValue> {
        sent(&ModelFacts::new(self.model.info(), self.model.taps()))
    }

    /// Runs a sequence once and returns the rows of every output: `logits`, then the taps. `last`: only those of the
    /// last position.
    #[wasm_bindgen(unchecked_return_type = "Record<string, Float32Array[]>")]
    pub async fn forward(&self, tokens: Vec<u32>, last: bool) -> Result<JsValue, JsValue> {
        let rows = if last { Rows::Last } else { Rows::All };
        let outputs = self.model.forward(&tokens, rows).await.map_err(thrown)?;
        let object = Object::new();
        for (name, rows) in &outputs.values {
            // Intermediate values have a row for each token in any case.
            let skipped = if last { rows.len().saturating_sub(1) } else { 0 };
            let rows: Array = rows[skipped..].iter().map(|row| Float32Array::from(row.as_slice())).collect();
            Reflect::set(&object, &name.into(), &rows)?;
        }
        Ok(object.into())
    }

    /// Generates from prompts, one after another.
    pub async fn generator(&self) -> Result<Generator, JsValue> {
        Ok(Generator::new(self.model.generator().await.map_err(thrown)?))
    }
}

impl Model {
    pub(crate) fn new(model: kinglet::Model) -> Model {
        Model { model }
    }
}
