use kinglet_format::SentencePooling;
use kinglet_graph::Pool;
use kinglet_models::Head;

use super::{Prepared, TextEncoder};
use crate::{Error, Model};

/// Below this a vector has no direction.
const SMALLEST: f64 = 1e-12;

/// How texts become vectors.
#[derive(Clone, Debug, Default)]
pub struct EmbedOptions {
    /// How the rows of a text's tokens become one; by default what the model's files say, else their mean.
    pub pooling: Option<Pooling>,
    /// Whether vectors are made as long as 1; by default what the model's files say.
    pub normalize: Option<bool>,
    /// The name of a prompt of the model's files, which is put before each text; by default the one that they say, if any.
    pub prompt: Option<String>,
}

/// How the rows of a text's tokens become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pooling {
    /// Their mean.
    #[default]
    Mean,
    /// The first of them.
    Cls,
    /// The last of them.
    Last,
    /// They stay as they are.
    None,
}

impl Pooling {
    /// All of them.
    pub const ALL: &[Pooling] = &[Pooling::Mean, Pooling::Cls, Pooling::Last, Pooling::None];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Pooling::Mean => "mean",
            Pooling::Cls => "cls",
            Pooling::Last => "last",
            Pooling::None => "none",
        }
    }
}

/// A text as a vector.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedding {
    /// The vector; with [`Pooling::None`] one for each token.
    pub rows: Vec<Vec<f32>>,
    /// The tokens that it was made of.
    pub tokens: usize,
    /// The text had more of them than the model takes; those behind were left out.
    pub truncated: bool,
}

impl Embedding {
    /// The vector.
    pub fn vector(&self) -> &[f32] {
        self.rows.first().map_or(&[], Vec::as_slice)
    }
}

/// Turns texts into vectors that are near each other where the texts mean alike.
///
/// ```no_run
/// # async fn example() -> Result<(), kinglet::Error> {
/// use kinglet::{EmbedOptions, Engine, EngineOptions, LoadOptions, Source};
///
/// let engine = Engine::new(EngineOptions::default()).await?;
/// let model = engine.load(&Source::path("all-MiniLM-L6-v2")?, LoadOptions::default()).await?;
/// let mut embedder = model.embedder(EmbedOptions::default()).await?;
/// for embedding in embedder.embed(&["a small bird", "a kinglet"]).await? {
///     println!("{:?}", embedding.vector());
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Embedder {
    texts: TextEncoder,
    pooling: Pooling,
    normalize: bool,
    prompt: String,
}

impl Embedder {
    pub(super) async fn new(model: &Model, options: EmbedOptions) -> Result<Embedder, Error> {
        model.expect(Head::Base)?;
        let settings = model.shared().texts.sentences().await?;
        let of_files = settings.pooling.map(|pooling| match pooling {
            SentencePooling::Mean => Pooling::Mean,
            SentencePooling::Cls => Pooling::Cls,
            SentencePooling::Last => Pooling::Last,
        });
        let pooling = options.pooling.or(of_files).unwrap_or_default();
        let prompt = match options.prompt.as_ref().or(settings.default_prompt.as_ref()) {
            Some(name) => settings.prompts.get(name).cloned().ok_or_else(|| Error::PromptName {
                name: name.clone(),
                known: match settings.prompts.is_empty() {
                    true => "none".to_owned(),
                    false => settings.prompts.keys().cloned().collect::<Vec<_>>().join(", "),
                },
            })?,
            None => String::new(),
        };
        let graph = model.shared().graph();
        let graph = match pooling {
            Pooling::Mean => graph.pooled("hidden", Some(Pool::Mean)),
            Pooling::Cls => graph.pooled("hidden", Some(Pool::First)),
            Pooling::Last => graph.pooled("hidden", None),
            Pooling::None => None,
        };
        let texts = TextEncoder::new(model, Head::Base, graph).await?;
        Ok(Embedder { texts, pooling, normalize: options.normalize.unwrap_or(settings.normalize), prompt })
    }

    /// The vectors of these texts, in their order.
    pub async fn embed(&mut self, texts: &[&str]) -> Result<Vec<Embedding>, Error> {
        self.embed_with(texts, |_| {}).await
    }

    /// As [`Embedder::embed`]; says now and then how many texts are done.
    pub async fn embed_with(&mut self, texts: &[&str], on_done: impl FnMut(usize)) -> Result<Vec<Embedding>, Error> {
        let prepare = |text: &&str| self.texts.one(&format!("{}{text}", self.prompt));
        let prepared: Vec<Prepared> = texts.iter().map(prepare).collect::<Result<_, _>>()?;
        let outputs = self.texts.run(&prepared, on_done).await?;
        let embeddings = prepared.iter().zip(outputs).map(|(prepared, outputs)| {
            let mut rows = outputs.get("hidden").unwrap_or_default().to_vec();
            if self.normalize {
                rows.iter_mut().for_each(|row| normalize(row));
            }
            Embedding { rows, tokens: prepared.input.tokens.len(), truncated: prepared.truncated }
        });
        Ok(embeddings.collect())
    }

    /// How the rows of a text's tokens become one.
    pub fn pooling(&self) -> Pooling {
        self.pooling
    }

    /// The most tokens of a text, with those that are added.
    pub fn limit(&self) -> usize {
        self.texts.limit
    }
}

/// Makes a vector as long as 1.
fn normalize(row: &mut [f32]) {
    let squares: f64 = row.iter().map(|&value| f64::from(value) * f64::from(value)).sum();
    let length = squares.sqrt().max(SMALLEST);
    row.iter_mut().for_each(|value| *value = (f64::from(*value) / length) as f32);
}
