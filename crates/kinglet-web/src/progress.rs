//! How far a load has come, as JavaScript is told.

use std::time::Duration;

use js_sys::Function;
use serde::Serialize;
use tsify::Tsify;
use wasm_bindgen::prelude::*;

/// What takes long.
#[derive(Clone, Copy, Debug, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// A file comes whole from a server that sends no parts.
    Download,
    /// Weights are read.
    Read,
    /// Weights are put in the order that the GPU reads them in.
    Repack,
    /// Weights are handed to the GPU.
    Upload,
    /// A file is written.
    Write,
    /// Tokens are compared.
    Compare,
    /// Texts go through the model.
    Encode,
}

/// How far a load has come. Reading, repacking and uploading take turns, a few megabytes at a time, so `done` of `total`
/// never goes back but where a file is downloaded whole before.
#[derive(Clone, Debug, Serialize, Tsify)]
pub struct LoadProgress {
    /// What is going on.
    pub stage: Stage,
    /// The file or the tensor that it is going on with.
    pub name: String,
    /// Bytes that are done; tokens where they are compared, and texts where these go through the model.
    pub done: u64,
    /// How many there are, as far as it is known.
    pub total: u64,
}

impl From<kinglet::Stage> for Stage {
    fn from(stage: kinglet::Stage) -> Stage {
        match stage {
            kinglet::Stage::Download => Stage::Download,
            kinglet::Stage::Read => Stage::Read,
            kinglet::Stage::Repack => Stage::Repack,
            kinglet::Stage::Upload => Stage::Upload,
            kinglet::Stage::Write => Stage::Write,
        }
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance)]
    fn now() -> f64;
}

/// The browser's clock.
pub(crate) fn clock() -> Duration {
    Duration::from_secs_f64(now().max(0.0) / 1e3)
}

/// Whoever is told can change nothing, not by an error either.
pub(crate) fn tell(each: &Function, progress: &LoadProgress) {
    if let Ok(progress) = progress.into_ts() {
        let _ = each.call1(&JsValue::NULL, &progress.js_value());
    }
}
