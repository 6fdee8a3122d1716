use js_sys::Function;
use kinglet::{OnProgress, Progress, StageTimes};
use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::{
    DeviceFacts, DeviceOptions, InspectionFacts, LoadFacts, LoadOptions, LoadProgress, Model,
    error::{sent, thrown},
    files::{PageFiles, PageSource},
    options::read,
    progress,
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

    /// Loads a model, and tells `each` how far it has come.
    pub async fn load(
        &self,
        files: PageFiles,
        options: Ts<LoadOptions>,
        #[wasm_bindgen(unchecked_param_type = "(progress: LoadProgress) => void")] each: Function,
    ) -> Result<Model, JsValue> {
        let mut options: kinglet::LoadOptions = read::<LoadOptions>(&options)?.into();
        let files = PageSource::new(files);
        let times = StageTimes::new(progress::clock);
        options.on_progress = times.on_progress(told(each));
        let start = progress::clock();
        let model = self.engine.load(&files.source(), options).await.map_err(|error| files.error(error))?;
        let took = progress::clock().saturating_sub(start);
        Ok(Model::new(model, files, LoadFacts::new(took, &times)))
    }

    /// Says what a model is and what it takes, without its weights.
    pub async fn inspect(&self, files: PageFiles, options: Ts<LoadOptions>) -> Result<Ts<InspectionFacts>, JsValue> {
        let options: kinglet::LoadOptions = read::<LoadOptions>(&options)?.into();
        let files = PageSource::new(files);
        let inspection = kinglet::inspect(&files.source(), &options).await.map_err(|error| files.error(error))?;
        sent(&InspectionFacts::new(inspection, &self.engine))
    }
}

/// Tells a function of the page.
pub(crate) fn told(each: Function) -> OnProgress {
    OnProgress::new(move |Progress { stage, name, done, total }| {
        progress::tell(&each, &LoadProgress { stage: stage.into(), name: name.to_owned(), done, total });
    })
}
