//! What encoders are for, a class for each task. Whatever makes plans is done once for an object. A call goes on until
//! `stopped` settles, which it must in the end, and yields nothing where that comes first.

use js_sys::{Array, Float32Array, Function, Object, Promise, Reflect};
use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::{
    Answer, AnswerOptions, Classifications, EmbedOptions, Entities, Entity, Fill, FillOptions, Fills, LoadProgress,
    Ranking, Stage, TagOptions,
    error::{sent, thrown},
    model::Model,
    options::read,
    progress,
    stop::Stop,
    task_facts::places,
};

/// Turns texts into vectors.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Embedder(kinglet::Embedder);

/// Sorts documents by how well they answer a query.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Reranker(kinglet::Reranker);

/// Gives texts labels.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Classifier(kinglet::Classifier);

/// Finds parts of texts.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Tagger(kinglet::Tagger);

/// Finds answers in texts.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Answerer(kinglet::Answerer);

/// Fills in what is missing in texts.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Filler(kinglet::Filler);

#[wasm_bindgen]
impl Model {
    /// Opens what turns texts into vectors.
    pub async fn embedder(&self, options: Ts<EmbedOptions>) -> Result<Embedder, JsValue> {
        let options = read::<EmbedOptions>(&options)?.into();
        self.model.embedder(options).await.map(Embedder).map_err(|error| self.files.error(error))
    }

    /// Opens what sorts documents.
    pub async fn reranker(&self) -> Result<Reranker, JsValue> {
        self.model.reranker().await.map(Reranker).map_err(|error| self.files.error(error))
    }

    /// Opens what gives texts labels.
    pub async fn classifier(&self) -> Result<Classifier, JsValue> {
        self.model.classifier().await.map(Classifier).map_err(|error| self.files.error(error))
    }

    /// Opens what finds parts of texts.
    pub async fn tagger(&self, options: Ts<TagOptions>) -> Result<Tagger, JsValue> {
        let aggregation = read::<TagOptions>(&options)?.into();
        self.model.tagger(aggregation).await.map(Tagger).map_err(|error| self.files.error(error))
    }

    /// Opens what finds answers.
    pub async fn answerer(&self, options: Ts<AnswerOptions>) -> Result<Answerer, JsValue> {
        let options = read::<AnswerOptions>(&options)?.into();
        self.model.answerer(options).await.map(Answerer).map_err(|error| self.files.error(error))
    }

    /// Opens what fills in tokens.
    pub async fn filler(&self, options: Ts<FillOptions>) -> Result<Filler, JsValue> {
        let options = read::<FillOptions>(&options)?.into();
        self.model.filler(options).await.map(Filler).map_err(|error| self.files.error(error))
    }
}

#[wasm_bindgen]
impl Embedder {
    /// The vectors of texts, a list for each: where rows are not pooled it has one for each token.
    #[wasm_bindgen(
        unchecked_return_type = "{ rows: Float32Array<ArrayBuffer>[][], tokens: number[], truncated: number[] } | undefined"
    )]
    pub async fn embed(
        &mut self,
        texts: Vec<String>,
        #[wasm_bindgen(unchecked_param_type = "(progress: LoadProgress) => void")] each: Function,
        #[wasm_bindgen(unchecked_param_type = "Promise<void>")] stopped: Promise,
    ) -> Result<JsValue, JsValue> {
        let (texts, told) = (slices(&texts), told(&each, texts.len()));
        let Some(found) = Stop::new(stopped).or(self.0.embed_with(&texts, told)).await else {
            return Ok(JsValue::UNDEFINED);
        };
        let found = found.map_err(thrown)?;
        let truncated = places(found.iter().map(|it| it.truncated));
        let tokens = found.iter().map(|it| it.tokens);
        let row = |row: &Vec<f32>| Float32Array::from(row.as_slice());
        let rows: Array = found.iter().map(|it| it.rows.iter().map(row).collect::<Array>()).collect();
        let object = Object::new();
        Reflect::set(&object, &"rows".into(), &rows)?;
        Reflect::set(&object, &"tokens".into(), &tokens.map(JsValue::from).collect::<Array>())?;
        Reflect::set(&object, &"truncated".into(), &truncated.into_iter().map(JsValue::from).collect::<Array>())?;
        Ok(object.into())
    }
}

#[wasm_bindgen]
impl Reranker {
    /// The documents, the best first.
    pub async fn rerank(
        &mut self,
        query: &str,
        documents: Vec<String>,
        #[wasm_bindgen(unchecked_param_type = "(progress: LoadProgress) => void")] each: Function,
        #[wasm_bindgen(unchecked_param_type = "Promise<void>")] stopped: Promise,
    ) -> Result<Option<Ts<Ranking>>, JsValue> {
        let (documents, told) = (slices(&documents), told(&each, documents.len()));
        let found = Stop::new(stopped).or(self.0.rerank_with(query, &documents, told)).await;
        found.map(|found| sent(&Ranking::from(found.map_err(thrown)?))).transpose()
    }
}

#[wasm_bindgen]
impl Classifier {
    /// The labels of texts.
    pub async fn classify(
        &mut self,
        texts: Vec<String>,
        #[wasm_bindgen(unchecked_param_type = "(progress: LoadProgress) => void")] each: Function,
        #[wasm_bindgen(unchecked_param_type = "Promise<void>")] stopped: Promise,
    ) -> Result<Option<Ts<Classifications>>, JsValue> {
        let (texts, told) = (slices(&texts), told(&each, texts.len()));
        let found = Stop::new(stopped).or(self.0.classify_with(&texts, told)).await;
        found.map(|found| sent(&Classifications::from(found.map_err(thrown)?))).transpose()
    }
}

#[wasm_bindgen]
impl Tagger {
    /// The labelled parts of a text.
    pub async fn tag(
        &mut self,
        text: &str,
        #[wasm_bindgen(unchecked_param_type = "Promise<void>")] stopped: Promise,
    ) -> Result<Option<Ts<Entities>>, JsValue> {
        let found = Stop::new(stopped).or(self.0.tag(text)).await;
        let entities = |found: Vec<kinglet::Entity>| Entities(found.into_iter().map(Entity::from).collect());
        found.map(|found| sent(&entities(found.map_err(thrown)?))).transpose()
    }
}

#[wasm_bindgen]
impl Answerer {
    /// The likeliest answer to a question.
    pub async fn answer(
        &mut self,
        question: &str,
        context: &str,
        #[wasm_bindgen(unchecked_param_type = "Promise<void>")] stopped: Promise,
    ) -> Result<Option<Ts<Answer>>, JsValue> {
        let found = Stop::new(stopped).or(self.0.answer(question, context)).await;
        found.map(|found| sent(&Answer::from(found.map_err(thrown)?))).transpose()
    }
}

#[wasm_bindgen]
impl Filler {
    /// For each gap of a text the tokens that are likeliest there.
    pub async fn fill(
        &mut self,
        text: &str,
        #[wasm_bindgen(unchecked_param_type = "Promise<void>")] stopped: Promise,
    ) -> Result<Option<Ts<Fills>>, JsValue> {
        let found = Stop::new(stopped).or(self.0.fill(text)).await;
        let gap = |gap: Vec<kinglet::Fill>| gap.into_iter().map(Fill::from).collect();
        let fills = |found: Vec<Vec<kinglet::Fill>>| Fills(found.into_iter().map(gap).collect());
        found.map(|found| sent(&fills(found.map_err(thrown)?))).transpose()
    }
}

fn slices(texts: &[String]) -> Vec<&str> {
    texts.iter().map(String::as_str).collect()
}

/// Tells a function of the page how many of so many texts are done.
fn told(each: &Function, total: usize) -> impl FnMut(usize) {
    move |done| {
        let (name, done, total) = (String::new(), done as u64, total as u64);
        progress::tell(each, &LoadProgress { stage: Stage::Encode, name, done, total });
    }
}
