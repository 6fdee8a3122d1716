use std::{collections::BTreeMap, ops::Range};

use kinglet_models::Head;
use kinglet_text::{CodePoints, windows};

use super::{Prepared, TextEncoder, scores::softmax, words::Words};
use crate::{Error, Model, Outputs, TokenizerKind};

/// Tokens of question and context that are read together, where nothing else is said.
const WINDOW: usize = 384;
/// Tokens of the context that two windows have in common at the most, where nothing else is said.
const OVERLAP: usize = 128;
/// Spans of a window that are looked at.
const SPANS: usize = 12;
/// What a token that cannot be part of an answer gets for a logit.
const OUTSIDE: f32 = -10_000.0;

/// How answers are looked for.
#[derive(Clone, Copy, Debug)]
pub struct AnswerOptions {
    /// Tokens of question and context that are read together; by default 384, or what the model takes.
    pub window: Option<usize>,
    /// Tokens of the context that two windows have in common; by default 128, or half a window.
    pub overlap: Option<usize>,
    /// The most tokens of an answer.
    pub max_tokens: usize,
}

impl Default for AnswerOptions {
    fn default() -> AnswerOptions {
        AnswerOptions { window: None, overlap: None, max_tokens: 15 }
    }
}

/// A part of a context.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The part itself, in whole words; empty where the context has no word.
    pub answer: String,
    /// Where it begins, in code points.
    pub start: usize,
    /// Where it ends, in code points.
    pub end: usize,
    /// How likely it is. Places where the same stands add up, so that it may be more than 1.
    pub score: f64,
}

/// Finds answers in texts. A long one is read in windows that overlap.
///
/// ```no_run
/// # async fn example(model: kinglet::Model) -> Result<(), kinglet::Error> {
/// let mut answerer = model.answerer(kinglet::AnswerOptions::default()).await?;
/// let answer = answerer.answer("What does it weigh?", "A kinglet weighs five grams.").await?;
/// println!("{}", answer.answer);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Answerer {
    texts: TextEncoder,
    options: AnswerOptions,
    words: Words,
}

/// A run of tokens that may be the answer.
struct Span {
    score: f64,
    bytes: Range<usize>,
}

impl Answerer {
    pub(super) async fn new(model: &Model, options: AnswerOptions) -> Result<Answerer, Error> {
        let mut texts = TextEncoder::new(model, Head::Answer, None).await?;
        texts.limit = texts.limit.min(options.window.unwrap_or(WINDOW));
        let unigram = matches!(&model.info().tokenizer, Some(TokenizerKind::Json(kind)) if kind == "Unigram");
        let words = if unigram { Words::Spaces } else { Words::Letters };
        Ok(Answerer { texts, options, words })
    }

    /// The likeliest answer to a question.
    pub async fn answer(&mut self, question: &str, context: &str) -> Result<Answer, Error> {
        let prepared = self.prepare(question, context)?;
        let outputs = self.texts.run(&prepared, |_| {}).await?;
        let mut spans: Vec<Span> = Vec::new();
        for (prepared, outputs) in prepared.iter().zip(&outputs) {
            spans.extend(self.spans(prepared, outputs));
        }
        Ok(best(context, spans, self.words))
    }

    /// The windows of the context, each with the question.
    fn prepare(&self, question: &str, context: &str) -> Result<Vec<Prepared>, Error> {
        let (question, context) = (self.texts.plain(question)?, self.texts.plain(context)?);
        let (tokens, limit) = (question.ids.len(), self.texts.limit);
        let room = self.texts.room(true)?.checked_sub(tokens).filter(|room| *room > 0);
        let room = room.ok_or(Error::NoRoom { what: "the question", tokens, limit })?;
        let overlap = self.options.overlap.unwrap_or_else(|| OVERLAP.min(limit / 2)).min(room - 1);
        let runs = windows(context.ids.len(), room, overlap);
        runs.map(|run| self.texts.joined(&question, Some(&context.cut(run)), false)).collect()
    }

    /// The likeliest runs of a window's tokens.
    fn spans(&self, prepared: &Prepared, outputs: &Outputs) -> Vec<Span> {
        let range = |index: usize| prepared.places.get(index)?.as_ref().filter(|place| place.second);
        let probabilities = |name: &str| {
            let logit = |(index, row): (usize, &Vec<f32>)| match row.first() {
                // The first token says that there is no answer; it takes part and is not chosen.
                Some(&logit) if index == 0 || range(index).is_some() => logit,
                _ => OUTSIDE,
            };
            let rows = outputs.get(name).unwrap_or_default();
            softmax(&rows.iter().enumerate().map(logit).collect::<Vec<_>>())
        };
        let (starts, ends) = (probabilities("start"), probabilities("end"));
        let mut spans = Vec::new();
        for (first, start) in starts.iter().enumerate() {
            let Some(from) = range(first) else { continue };
            for (last, end) in ends.iter().enumerate().skip(first).take(self.options.max_tokens) {
                let Some(to) = range(last) else { break };
                spans.push(Span { score: start * end, bytes: from.range.start..to.range.end });
            }
        }
        spans.sort_by(|a, b| b.score.total_cmp(&a.score));
        spans.truncate(SPANS);
        spans
    }
}

/// Widens spans to whole words, adds up those of one text, and takes the likeliest.
fn best(context: &str, spans: Vec<Span>, words: Words) -> Answer {
    let mut merged: BTreeMap<String, (f64, usize, Range<usize>)> = BTreeMap::new();
    for (order, span) in spans.into_iter().enumerate() {
        let bytes = words.around(context, span.bytes);
        let text = context.get(bytes.clone()).unwrap_or_default().to_lowercase();
        merged.entry(text).or_insert((0.0, order, bytes)).0 += span.score;
    }
    let best = merged.into_values().max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    let Some((score, _, bytes)) = best else { return Answer::default() };
    let place = CodePoints::of(context).range(&bytes);
    let answer = context.get(bytes).unwrap_or_default().to_owned();
    Answer { answer, start: place.start, end: place.end, score }
}
