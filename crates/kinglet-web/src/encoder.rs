use js_sys::{Array, Float32Array, Object, Reflect};
use kinglet::{EncoderInput, Head, Outputs};
use wasm_bindgen::prelude::*;

use crate::{error::thrown, model::Model};

/// Runs whole sequences through a model whose tokens see what follows them.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Encoder {
    encoder: kinglet::Encoder,
    head: Head,
}

#[wasm_bindgen]
impl Model {
    /// Opens what runs whole sequences.
    pub async fn encoder(&self) -> Result<Encoder, JsValue> {
        let encoder = self.model.encoder().await.map_err(thrown)?;
        Ok(Encoder { encoder, head: self.model.info().head })
    }
}

#[wasm_bindgen]
impl Encoder {
    /// As a model's `forward`. A sequence may have a segment for each token; without any, all are of the first.
    #[wasm_bindgen(unchecked_return_type = "Record<string, Float32Array<ArrayBuffer>[]>")]
    pub async fn forward(&mut self, tokens: Vec<u32>, segments: Vec<u32>, last: bool) -> Result<JsValue, JsValue> {
        let input = EncoderInput { segments, ..EncoderInput::new(self.head, tokens) };
        let input = if last { input.last_row() } else { input };
        let outputs = self.encoder.run(&[input]).await.map_err(thrown)?;
        rows_by_name(outputs.first().unwrap_or(&Outputs::default()), last)
    }
}

/// Outputs as an object. `last`: of each only the last row.
pub(crate) fn rows_by_name(outputs: &Outputs, last: bool) -> Result<JsValue, JsValue> {
    let object = Object::new();
    for (name, rows) in &outputs.values {
        // Some have a row for each token in any case.
        let skipped = if last { rows.len().saturating_sub(1) } else { 0 };
        let rows: Array = rows[skipped..].iter().map(|row| Float32Array::from(row.as_slice())).collect();
        Reflect::set(&object, &name.into(), &rows)?;
    }
    Ok(object.into())
}
