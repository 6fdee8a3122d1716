use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;

use crate::{
    DeviceFacts, DeviceOptions, LoadOptions, Model, ModelFiles,
    error::{refused, thrown},
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
        let engine = kinglet::Engine::new(options.to_rust().map_err(refused)?.into()).await.map_err(thrown)?;
        Ok(Engine { engine })
    }

    /// What was opened.
    pub fn device(&self) -> Result<Ts<DeviceFacts>, JsValue> {
        DeviceFacts::from(self.engine.device()).into_ts().map_err(refused)
    }

    /// Loads a model. The files are gone afterwards.
    pub async fn load(&self, files: ModelFiles, options: Ts<LoadOptions>) -> Result<Model, JsValue> {
        let options = options.to_rust().map_err(refused)?.into();
        let model = self.engine.load(&files.into_source(), options).await.map_err(thrown)?;
        Ok(Model::new(model))
    }
}
