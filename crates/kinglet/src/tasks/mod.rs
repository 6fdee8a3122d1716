//! What encoders are for: a type for each task. All of them turn texts into tokens, cut them to what the model takes, and run
//! them together; texts of different length need no padding.

mod answer;
mod classify;
mod embed;
mod fill;
mod rerank;
mod scores;
mod tag;
mod words;

use std::borrow::Cow;

pub use answer::{Answer, AnswerOptions, Answerer};
pub use classify::{Classification, Classifier, Label};
pub use embed::{EmbedOptions, Embedder, Embedding, Pooling};
pub use fill::{Fill, FillOptions, Filler};
use kinglet_graph::Graph;
use kinglet_models::Head;
use kinglet_text::{EncodeOptions, Encoding, Place, Tokenizer, longest_first};
pub use rerank::{Ranked, Reranker};
pub use tag::{Aggregation, Entity, Tagger, TokenScores};

use crate::{Encoder, EncoderInput, Error, Model, Outputs};

/// An encoder with what turns text into its tokens.
#[derive(Debug)]
struct TextEncoder {
    encoder: Encoder,
    tokenizer: Tokenizer,
    head: Head,
    /// The most tokens of a text, with those that are added.
    limit: usize,
    lower_case: bool,
}

/// A text as an encoder takes it.
#[derive(Clone, Debug, Default)]
struct Prepared {
    input: EncoderInput,
    /// Where in its text each token stands; none for one that was added.
    places: Vec<Option<Place>>,
    truncated: bool,
}

impl TextEncoder {
    /// The model's own graph, or another of its weights.
    async fn new(model: &Model, head: Head, graph: Option<Graph>) -> Result<TextEncoder, Error> {
        model.expect(head)?;
        let shared = model.shared();
        let settings = shared.texts.sentences().await?;
        let limit = settings.max_tokens.unwrap_or(usize::MAX).min(shared.info.context);
        let tokenizer = shared.texts.tokenizer().await?.clone();
        let encoder = Encoder::new(shared.clone(), graph).await?;
        Ok(TextEncoder { encoder, tokenizer, head, limit, lower_case: settings.lower_case })
    }

    /// The tokens of a text alone. Each stands for whole characters: words begin and end with them.
    fn plain(&self, text: &str) -> Result<Encoding, Error> {
        const OPTIONS: EncodeOptions = EncodeOptions { add_special: false, parse_special: true };
        let text = if self.lower_case { Cow::Owned(text.to_lowercase()) } else { Cow::Borrowed(text) };
        Ok(self.tokenizer.encode(&text, OPTIONS)?.of_characters(&text))
    }

    /// The tokens that there is room for beside those that are added.
    fn room(&self, pair: bool) -> Result<usize, Error> {
        let added = self.tokenizer.added(pair)?;
        match self.limit.checked_sub(added) {
            Some(room) => Ok(room),
            None => Err(Error::NoRoom { what: "what is added to a text", tokens: added, limit: self.limit }),
        }
    }

    fn one(&self, text: &str) -> Result<Prepared, Error> {
        let (encoding, room) = (self.plain(text)?, self.room(false)?);
        let kept = encoding.ids.len().min(room);
        self.joined(&encoding.cut(0..kept), None, kept < encoding.ids.len())
    }

    /// Two texts; the longer one is cut first.
    fn pair(&self, first: &str, second: &str) -> Result<Prepared, Error> {
        let (first, second) = (self.plain(first)?, self.plain(second)?);
        let had = (first.ids.len(), second.ids.len());
        let kept = longest_first(had.0, had.1, self.room(true)?);
        self.joined(&first.cut(0..kept.0), Some(&second.cut(0..kept.1)), kept != had)
    }

    fn joined(&self, first: &Encoding, second: Option<&Encoding>, truncated: bool) -> Result<Prepared, Error> {
        let joined = self.tokenizer.join(first, second)?;
        let input = EncoderInput { segments: joined.segments, ..EncoderInput::new(self.head, joined.ids) };
        Ok(Prepared { input, places: joined.places, truncated })
    }

    async fn run(&mut self, prepared: &[Prepared], on_done: impl FnMut(usize)) -> Result<Vec<Outputs>, Error> {
        let inputs: Vec<EncoderInput> = prepared.iter().map(|prepared| prepared.input.clone()).collect();
        self.encoder.run_with(&inputs, on_done).await
    }
}

impl Model {
    /// Turns texts into vectors that are near each other where the texts mean alike.
    pub async fn embedder(&self, options: EmbedOptions) -> Result<Embedder, Error> {
        Embedder::new(self, options).await
    }

    /// Sorts texts by how well they answer a query.
    pub async fn reranker(&self) -> Result<Reranker, Error> {
        Reranker::new(self).await
    }

    /// Gives texts labels.
    pub async fn classifier(&self) -> Result<Classifier, Error> {
        Classifier::new(self).await
    }

    /// Finds names and other parts of texts.
    pub async fn tagger(&self, aggregation: Aggregation) -> Result<Tagger, Error> {
        Tagger::new(self, aggregation).await
    }

    /// Finds answers in texts.
    pub async fn answerer(&self, options: AnswerOptions) -> Result<Answerer, Error> {
        Answerer::new(self, options).await
    }

    /// Fills in what is missing in texts.
    pub async fn filler(&self, options: FillOptions) -> Result<Filler, Error> {
        Filler::new(self, options).await
    }
}
