//! Which of a model's files is meant, decided for browsers as everywhere else.

use wasm_bindgen::prelude::*;

use crate::error::{ErrorCode, coded};

/// The weight file of a model on the hub among the paths of its repository; undefined where their names say it all.
#[wasm_bindgen(js_name = chooseModel)]
pub fn choose_model(paths: Vec<String>, wanted: Option<String>, place: &str) -> Result<Option<String>, JsValue> {
    kinglet::choose_model(&paths.into_iter().collect(), wanted.as_deref())
        .map_err(|error| coded(ErrorCode::InvalidArgument, &format!("{place}: {error}")))
}

/// The GGUF model among the files of a folder; undefined where there is none, or other weights.
#[wasm_bindgen(js_name = onlyModel)]
pub fn only_model(files: Vec<String>, place: &str) -> Result<Option<String>, JsValue> {
    kinglet::only_model(&files, place).map_err(|error| coded(ErrorCode::InvalidArgument, &error.to_string()))
}
