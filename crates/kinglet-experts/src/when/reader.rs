use jiff::civil::DateTime;
use kinglet::{EncodeOptions, Engine, GenerateOptions, Generator, Grammar, LoadOptions, Model, Sampling, Source};
use serde::Serialize;

use super::{Meaning, Time, resolve::resolve};
use crate::Error;

/// Tokens of a phrase that the model has learned to read.
const PHRASE_TOKENS: usize = 128;
/// Tokens of a meaning, more than any has.
const MEANING_TOKENS: usize = 120;
/// Below this an answer is not given.
const SURE: f64 = 0.6;

/// Reads phrases about time.
///
/// ```no_run
/// # async fn example() -> Result<(), kinglet_experts::Error> {
/// use kinglet::{Engine, EngineOptions};
/// use kinglet_experts::when::{When, parse_now};
///
/// let engine = Engine::new(EngineOptions::default()).await?;
/// let mut when = When::new(&engine).await?;
/// let now = parse_now("2026-11-20T09:00").unwrap_or_default();
/// let answer = when.read("a week from friday at noon", now).await?;
/// assert_eq!(answer.time.to_string(), "2026-12-04T12:00");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct When {
    generator: Generator,
    model: Model,
    grammar: Grammar,
}

/// What a phrase means.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// When that is.
    #[serde(flatten)]
    pub time: Time,
    /// How likely the answer is right.
    pub confidence: f64,
    /// What the model has read; absent where it was no meaning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<Meaning>,
    /// Tokens that the model has written.
    #[serde(skip)]
    pub tokens: usize,
}

impl When {
    /// With the weights that this crate comes with.
    pub async fn new(engine: &Engine) -> Result<When, Error> {
        let source = crate::models::when().ok_or(Error::NoWeights { expert: "when" })?;
        When::load(engine, &source).await
    }

    /// With other weights.
    pub async fn load(engine: &Engine, source: &Source) -> Result<When, Error> {
        When::of(&engine.load(source, LoadOptions::default()).await?).await
    }

    /// With a model that is loaded.
    pub async fn of(model: &Model) -> Result<When, Error> {
        let generator = model.generator().await?;
        Ok(When { generator, model: model.clone(), grammar: Grammar::JsonSchema(Meaning::schema()) })
    }

    /// The model behind it.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// What the phrase means where it is `now`.
    pub async fn read(&mut self, phrase: &str, now: DateTime) -> Result<Answer, Error> {
        let phrase = plain(phrase);
        if phrase.is_empty() {
            return Ok(Answer { time: Time::None, confidence: 1.0, meaning: Some(Meaning::None), tokens: 0 });
        }
        let tokenizer = self.model.tokenizer().await?;
        let tokens =
            tokenizer.encode(&format!("{phrase}\n"), EncodeOptions::default()).map_err(kinglet::Error::from)?.ids;
        if tokens.len() > PHRASE_TOKENS {
            return Ok(Answer { time: Time::Unsure, confidence: 0.0, meaning: None, tokens: 0 });
        }
        let options = GenerateOptions {
            max_tokens: Some(MEANING_TOKENS),
            grammar: Some(self.grammar.clone()),
            sampling: Sampling { logprobs: Some(0), ..Sampling::default() },
            text: true,
            ..GenerateOptions::default()
        };
        let mut stream = self.generator.generate(&tokens, options).await?;
        let (mut text, mut sum, mut written) = (String::new(), 0.0, 0);
        while let Some(token) = stream.next().await? {
            text += &token.text;
            sum += token.logprobs.map_or(0.0, |logprobs| f64::from(logprobs.picked));
            written += 1;
        }
        let meaning: Option<Meaning> = serde_json::from_str(&text).ok();
        let confidence = calibrated(sum);
        let time = meaning.as_ref().and_then(|meaning| resolve(meaning, now)).filter(|_| confidence >= SURE);
        // A meaning that makes no sense is not right, however likely the model takes it to be.
        let confidence = if time.is_none() && confidence >= SURE { 0.0 } else { confidence };
        Ok(Answer { time: time.unwrap_or(Time::Unsure), confidence, meaning, tokens: written })
    }
}

/// As the model was taught to read: lower case, one space between words.
fn plain(phrase: &str) -> String {
    phrase.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How often a meaning of this log-probability is right: measured by `training/when_calibrate.py` on misspelled phrases, which
/// is harder than what most people write.
fn calibrated(logprob: f64) -> f64 {
    const BIAS: f64 = -1.253;
    const SLOPE: f64 = 0.378;
    let odds = (logprob.exp().max(1e-9) / (-logprob.exp_m1()).max(1e-6)).ln();
    1.0 / (1.0 + (-(BIAS + SLOPE * odds)).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn confidence_grows_with_probability() {
        let confidences = [-40.0, -3.0, -0.5, -0.01, -1e-9, 0.0].map(calibrated);
        assert!(confidences.is_sorted(), "{confidences:?}");
        assert!(confidences[0] < 0.01 && confidences[5] > 0.95, "{confidences:?}");
    }

    #[test]
    fn phrases_are_read_in_small_letters() {
        assert_eq!(plain("  Next\tFRIDAY \n"), "next friday");
        assert_eq!(plain(" \n"), "");
    }
}
