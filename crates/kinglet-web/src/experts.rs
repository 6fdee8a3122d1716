//! The experts. Their weights are no part of the engine: a page loads them as any model. A call goes on until `stopped`
//! settles, which it must in the end, and yields nothing where that comes first.

use js_sys::Promise;
use kinglet_experts::{
    Error,
    redact::{self, Map},
};
use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::{
    RedactOptions, Redaction,
    error::{ErrorCode, coded, sent},
    files::PageSource,
    model::Model,
    options::{read, refused},
    stop::Stop,
};

/// Takes personal data out of texts.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Redactor {
    redactor: redact::Redactor,
    files: PageSource,
}

/// Reads phrases about time. Its answers keep to a grammar: in the engine that has none, nobody gets one.
#[wasm_bindgen]
#[derive(Debug)]
pub struct When {
    reader: Reader,
    files: PageSource,
}

#[cfg(feature = "grammar")]
type Reader = kinglet_experts::when::When;
#[cfg(not(feature = "grammar"))]
type Reader = std::convert::Infallible;

#[wasm_bindgen]
impl Model {
    /// Opens what takes personal data out of texts.
    pub async fn redactor(&self) -> Result<Redactor, JsValue> {
        let redactor = redact::Redactor::of(&self.model, redact::RedactOptions::default()).await;
        let redactor = redactor.map_err(|error| failed(&self.files, error))?;
        Ok(Redactor { redactor, files: self.files.clone() })
    }

    /// Opens what reads phrases about time.
    pub async fn when(&self) -> Result<When, JsValue> {
        Ok(When { reader: reader(self).await?, files: self.files.clone() })
    }
}

#[wasm_bindgen]
impl Redactor {
    /// A text without personal data, given the map of the texts before as JSON.
    pub async fn redact(
        &mut self,
        text: &str,
        options: Ts<RedactOptions>,
        map: &str,
        #[wasm_bindgen(unchecked_param_type = "Promise<void>")] stopped: Promise,
    ) -> Result<Option<Ts<Redaction>>, JsValue> {
        let options = redact::RedactOptions::from(read::<RedactOptions>(&options)?);
        let map = read_map(map)?;
        self.redactor.set_kinds(options.kinds);
        let found = Stop::new(stopped).or(self.redactor.redact_with(text, map)).await;
        let found = found.transpose().map_err(|error| failed(&self.files, error))?;
        found.map(|found| sent(&Redaction::from(found))).transpose()
    }
}

/// Puts the values of a map, which is JSON, in the place of their placeholders.
#[wasm_bindgen]
pub fn restore(text: &str, map: &str) -> Result<String, JsValue> {
    Ok(redact::restore(text, &read_map(map)?))
}

#[wasm_bindgen]
impl When {
    /// What a phrase means where it is `now`, such as `2026-11-20T09:00`: a `WhenAnswer` as JSON.
    pub async fn read(
        &mut self,
        phrase: &str,
        now: &str,
        #[wasm_bindgen(unchecked_param_type = "Promise<void>")] stopped: Promise,
    ) -> Result<Option<String>, JsValue> {
        Stop::new(stopped).or(answer(&mut self.reader, phrase, now, &self.files)).await.transpose()
    }
}

#[cfg(feature = "grammar")]
async fn reader(model: &Model) -> Result<Reader, JsValue> {
    Reader::of(&model.model).await.map_err(|error| failed(&model.files, error))
}

#[cfg(not(feature = "grammar"))]
async fn reader(_: &Model) -> Result<Reader, JsValue> {
    Err(crate::error::thrown(kinglet::TextError::NoGrammars))
}

#[cfg(feature = "grammar")]
async fn answer(reader: &mut Reader, phrase: &str, now: &str, files: &PageSource) -> Result<String, JsValue> {
    let wrong = || refused(&format!("now is {now:?}; it must be a date and a time such as \"2026-11-20T09:00\""));
    let now = kinglet_experts::when::parse_now(now).ok_or_else(wrong)?;
    let answer = reader.read(phrase, now).await.map_err(|error| failed(files, error))?;
    serde_json::to_string(&answer).map_err(|error| coded(ErrorCode::Internal, &error.to_string()))
}

#[cfg(not(feature = "grammar"))]
async fn answer(reader: &mut Reader, _: &str, _: &str, _: &PageSource) -> Result<String, JsValue> {
    match *reader {}
}

fn read_map(json: &str) -> Result<Map, JsValue> {
    Map::from_json(json).map_err(|error| refused(&error.to_string()))
}

fn failed(files: &PageSource, error: Error) -> JsValue {
    match error {
        Error::Engine(error) => files.error(error),
        Error::Labels { .. } => coded(ErrorCode::UnsupportedModel, &error.to_string()),
        Error::Kind { .. } | Error::Map(_) => refused(&error.to_string()),
        _ => coded(ErrorCode::Internal, &error.to_string()),
    }
}
