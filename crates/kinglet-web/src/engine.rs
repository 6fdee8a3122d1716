use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::{
    DeviceFacts, DeviceOptions, Model, ModelFiles,
    error::{sent, thrown},
    options::read,
};

/// A device that models are loaded on.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine {
    engine: kinglet::Engine,
}

#[wasm_bindgen]
impl Engine {
    /// Opens the browser's adapter.
    pub async fn open(options: Ts<DeviceOptions>) -> Result<Engine, JsValue> {
        let engine = kinglet::Engine::new(read::<DeviceOptions>(&options)?.into()).await.map_err(thrown)?;
        Ok(Engine { engine })
    }

    /// What was opened.
    pub fn device(&self) -> Result<Ts<DeviceFacts>, JsValue> {
        sent(&DeviceFacts::from(self.engine.device()))
    }

    /// Loads a model. The files are gone afterwards.
    pub async fn load(&self, files: ModelFiles) -> Result<Model, JsValue> {
        let (source, options) = files.into_parts();
        let model = self.engine.load(&source, options).await.map_err(thrown)?;
        Ok(Model::new(model))
    }
}
