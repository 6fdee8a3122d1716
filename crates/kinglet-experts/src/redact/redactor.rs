use std::ops::Range;

use kinglet::{Aggregation, Engine, LoadOptions, Model, Source, Tagger};
use serde::Serialize;

use super::{Error, Kind, Map, RedactStream, TokenTagger, labels::Labels};
use crate::models;

/// What is taken out of texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedactOptions {
    /// The kinds of personal data; all of them by default.
    pub kinds: Vec<Kind>,
}

impl Default for RedactOptions {
    fn default() -> RedactOptions {
        RedactOptions { kinds: Kind::ALL.to_vec() }
    }
}

/// A piece of personal data that was replaced.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Span {
    /// Where it begins in the text as it was, in code points.
    pub start: usize,
    /// Where it ends, in code points.
    pub end: usize,
    /// The same in bytes.
    #[serde(skip)]
    pub bytes: Range<usize>,
    /// What it is.
    pub kind: Kind,
    /// How likely that is; 1 where it is proved.
    pub score: f64,
    /// The piece itself.
    pub text: String,
    /// What stands for it now.
    pub placeholder: String,
}

/// A text without personal data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Redaction {
    /// The text, with placeholders.
    pub text: String,
    /// What was replaced, in its order.
    pub spans: Vec<Span>,
    /// What the placeholders stand for.
    pub map: Map,
    /// Tokens that the model has read, those around its windows included.
    pub tokens: usize,
}

/// Takes personal data out of texts.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use kinglet::{Engine, EngineOptions};
/// use kinglet_experts::redact::{RedactOptions, Redactor, restore};
///
/// let engine = Engine::new(EngineOptions::default()).await?;
/// let mut redactor = Redactor::new(&engine, RedactOptions::default()).await?;
/// let redaction = redactor.redact("Anna Meyer lives in Berlin.").await?;
/// assert_eq!(redaction.text, "[NAME_1] lives in Berlin.");
/// // A conversation goes on with the same placeholders.
/// let next = redactor.redact_with("Call Anna Meyer.", redaction.map).await?;
/// assert_eq!(next.text, "Call [NAME_1].");
/// assert_eq!(restore("I have called [NAME_1].", &next.map), "I have called Anna Meyer.");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Redactor<T = Tagger> {
    pub(super) tagger: T,
    pub(super) labels: Labels,
    pub(super) kinds: Vec<Kind>,
}

impl Redactor {
    /// With the weights that come with this crate (feature `bundled`).
    pub async fn new(engine: &Engine, options: RedactOptions) -> Result<Redactor, Error> {
        let source = models::redact().ok_or(Error::NoWeights { expert: "redact" })?;
        Redactor::load(engine, &source, options).await
    }

    /// With other weights.
    pub async fn load(engine: &Engine, source: &Source, options: RedactOptions) -> Result<Redactor, Error> {
        Redactor::of(&engine.load(source, LoadOptions::default()).await?, options).await
    }

    /// With a model that is loaded.
    pub async fn of(model: &Model, options: RedactOptions) -> Result<Redactor, Error> {
        Redactor::with(model.tagger(Aggregation::Simple).await?, options)
    }
}

impl<T: TokenTagger> Redactor<T> {
    /// With any tagger.
    pub fn with(tagger: T, options: RedactOptions) -> Result<Redactor<T>, Error> {
        let labels = Labels::new(tagger.labels())?;
        Ok(Redactor { tagger, labels, kinds: options.kinds })
    }

    /// From now on only these kinds are taken out. The model stays as it is.
    pub fn set_kinds(&mut self, kinds: Vec<Kind>) {
        self.kinds = kinds;
    }

    /// Takes personal data out of a text.
    ///
    /// A name or an organisation that is found once for sure is also found where the model misses it: in what is read
    /// together with it, some kilobytes, and in all that follows.
    pub async fn redact(&mut self, text: &str) -> Result<Redaction, Error> {
        self.redact_with(text, Map::default()).await
    }

    /// The same with what is known from texts before.
    pub async fn redact_with(&mut self, text: &str, map: Map) -> Result<Redaction, Error> {
        let mut stream = self.stream(map);
        let mut part = stream.push(text).await?;
        let (last, map) = stream.finish().await?;
        part.text += &last.text;
        part.spans.extend(last.spans);
        Ok(Redaction { text: part.text, spans: part.spans, map, tokens: part.tokens + last.tokens })
    }

    /// For a text that comes in parts, with what is known from texts before.
    pub fn stream(&mut self, map: Map) -> RedactStream<'_, T> {
        RedactStream::new(self, map)
    }
}
