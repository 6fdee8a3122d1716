//! What a page may say of tasks.

use serde::Deserialize;
use tsify::Tsify;

use crate::options::{FLAG, Options, TEXT, WHOLE};

/// How texts become vectors.
#[derive(Clone, Debug, Default, Deserialize, Tsify)]
#[serde(default, rename_all = "camelCase")]
pub struct EmbedOptions {
    /// How the rows of a text's tokens become one. By default what the model's files say, else `mean`.
    #[tsify(optional)]
    pub pooling: Option<Pooling>,
    /// Make vectors as long as 1. By default what the model's files say.
    #[tsify(optional)]
    pub normalize: Option<bool>,
    /// The name of a prompt of the model's files, which is put before each text. By default the one that they say, if any.
    #[tsify(optional)]
    pub prompt: Option<String>,
}

impl Options for EmbedOptions {
    const MAY_BE: &'static [(&'static str, &'static str)] =
        &[("pooling", "\"mean\", \"cls\", \"last\" or \"none\""), ("normalize", FLAG), ("prompt", TEXT)];
}

/// How the rows of a text's tokens become one.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Pooling {
    /// Their mean.
    Mean,
    /// The first of them.
    Cls,
    /// The last of them.
    Last,
    /// They stay as they are.
    None,
}

impl From<EmbedOptions> for kinglet::EmbedOptions {
    fn from(options: EmbedOptions) -> kinglet::EmbedOptions {
        let EmbedOptions { pooling, normalize, prompt } = options;
        let pooling = pooling.map(|pooling| match pooling {
            Pooling::Mean => kinglet::Pooling::Mean,
            Pooling::Cls => kinglet::Pooling::Cls,
            Pooling::Last => kinglet::Pooling::Last,
            Pooling::None => kinglet::Pooling::None,
        });
        kinglet::EmbedOptions { pooling, normalize, prompt }
    }
}

/// How parts of texts are found.
#[derive(Clone, Copy, Debug, Default, Deserialize, Tsify)]
#[serde(default, rename_all = "camelCase")]
pub struct TagOptions {
    /// How the labels of tokens become those of words. By default `first`.
    #[tsify(optional)]
    pub aggregation: Option<Aggregation>,
}

impl Options for TagOptions {
    const MAY_BE: &'static [(&'static str, &'static str)] = &[("aggregation", "\"first\" or \"simple\"")];
}

/// How the labels of tokens become those of words.
#[derive(Clone, Copy, Debug, Deserialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Aggregation {
    /// A word has the label of its first token.
    First,
    /// Each token has its own, also within a word.
    Simple,
}

impl From<TagOptions> for kinglet::Aggregation {
    fn from(options: TagOptions) -> kinglet::Aggregation {
        match options.aggregation {
            Some(Aggregation::First) => kinglet::Aggregation::First,
            Some(Aggregation::Simple) => kinglet::Aggregation::Simple,
            None => kinglet::Aggregation::default(),
        }
    }
}

/// How answers are looked for.
#[derive(Clone, Copy, Debug, Default, Deserialize, Tsify)]
#[serde(default, rename_all = "camelCase")]
pub struct AnswerOptions {
    /// Tokens of question and context that are read together. By default 384, or what the model takes.
    #[tsify(optional)]
    pub window: Option<usize>,
    /// Tokens of the context that two windows have in common. By default 128, or half a window.
    #[tsify(optional)]
    pub overlap: Option<usize>,
    /// The most tokens of an answer. By default 15.
    #[tsify(optional)]
    pub max_tokens: Option<usize>,
}

impl Options for AnswerOptions {
    const MAY_BE: &'static [(&'static str, &'static str)] =
        &[("window", WHOLE), ("overlap", WHOLE), ("maxTokens", WHOLE)];
}

impl From<AnswerOptions> for kinglet::AnswerOptions {
    fn from(options: AnswerOptions) -> kinglet::AnswerOptions {
        let AnswerOptions { window, overlap, max_tokens } = options;
        let max_tokens = max_tokens.unwrap_or(kinglet::AnswerOptions::default().max_tokens);
        kinglet::AnswerOptions { window, overlap, max_tokens }
    }
}

/// How much is said of each gap.
#[derive(Clone, Copy, Debug, Default, Deserialize, Tsify)]
#[serde(default, rename_all = "camelCase")]
pub struct FillOptions {
    /// Tokens for each gap, the likeliest first. By default 5.
    #[tsify(optional)]
    pub top: Option<usize>,
}

impl Options for FillOptions {
    const MAY_BE: &'static [(&'static str, &'static str)] = &[("top", WHOLE)];
}

impl From<FillOptions> for kinglet::FillOptions {
    fn from(options: FillOptions) -> kinglet::FillOptions {
        kinglet::FillOptions { top: options.top.unwrap_or(kinglet::FillOptions::default().top) }
    }
}
