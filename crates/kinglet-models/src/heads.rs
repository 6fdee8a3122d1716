//! What stands on an encoder: the heads that tasks need. Their weights' names differ, what they compute does not.

use kinglet_format::Config;
use kinglet_graph::{Builder, NormKind, NormOptions, Pool, Scope, Unary, Var};

use crate::{ModelError, settings::Settings};

/// What a model is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Head {
    /// Text that goes on: `logits` of the next token.
    Generate,
    /// Nothing but `hidden`, a row for each token.
    Base,
    /// One row of `logits` for each text.
    Classify,
    /// A row of `logits` for each token.
    Tag,
    /// `start` and `end`, a number for each token.
    Answer,
    /// A row of `logits` over the vocabulary for each token.
    Fill,
}

/// What the columns of a classifier or a tagger mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// A name for each column.
    pub names: Vec<String>,
    /// How the columns are to be read.
    pub kind: LabelKind,
    /// What ranks texts gives its logit as it is, instead of a probability.
    pub plain_scores: bool,
}

/// How a classifier's logits become scores.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LabelKind {
    /// One label is right: their probabilities add up to 1.
    #[default]
    One,
    /// Each label may be right: each has a probability.
    Several,
    /// The logits are what is asked for.
    Number,
}

impl LabelKind {
    /// Its name as the `problem_type` of a `config.json`.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            LabelKind::One => "single_label_classification",
            LabelKind::Several => "multi_label_classification",
            LabelKind::Number => "regression",
        }
    }

    /// What is meant with so many labels where nothing is said.
    pub(crate) const fn usual(labels: usize) -> LabelKind {
        if labels > 1 { LabelKind::One } else { LabelKind::Several }
    }
}

impl Labels {
    /// Labels as `config.json` has them; two without names where it says nothing.
    pub(crate) fn read(config: &Config) -> Result<Labels, ModelError> {
        const MOST: usize = 1 << 16;
        let names = match config.numbered_texts("id2label", MOST)? {
            Some(names) if !names.is_empty() => names,
            _ => {
                let count = config.optional_count("num_labels", 1..=MOST)?.unwrap_or(2);
                (0..count).map(|label| format!("LABEL_{label}")).collect()
            }
        };
        let kind = match config.text("problem_type")? {
            Some("regression") => LabelKind::Number,
            Some("multi_label_classification") => LabelKind::Several,
            Some("single_label_classification") | None => LabelKind::usual(names.len()),
            Some(other) => {
                let expected = "regression, single_label_classification or multi_label_classification";
                return Err(config.wrong("problem_type", other, expected).into());
            }
        };
        // What `sentence-transformers` writes, now and before.
        let now = config.section("sentence_transformers")?;
        let now = now.as_ref().map(|section| section.text("activation_fn")).transpose()?.flatten();
        let function = now.or(config.text("sbert_ce_default_activation_function")?);
        let plain_scores = function.is_some_and(|function| function.ends_with("Identity"));
        Ok(Labels { names, kind, plain_scores })
    }
}

/// The hidden rows of a model without a head.
pub(crate) fn base(g: &Builder, x: Var<'_>) {
    g.output("hidden", x);
}

/// `tanh(dense · x)` of the first token.
pub(crate) fn pooler<'g>(g: &Scope<'g>, x: Var<'g>) -> Var<'g> {
    g.linear("pooler.dense", x.pool(Pool::First), x.width(), true).map(Unary::Tanh)
}

/// A row of logits for each text.
pub(crate) fn classify<'g>(c: &Settings<'_>, g: &'g Builder, pooled: Var<'g>, path: &str) -> Result<(), ModelError> {
    let labels = c.labels()?;
    g.output("logits", g.linear(path, pooled, labels, true));
    Ok(())
}

/// A row of logits for each token.
pub(crate) fn tag<'g>(c: &Settings<'_>, g: &'g Builder, x: Var<'g>, path: &str) -> Result<(), ModelError> {
    let labels = c.labels()?;
    g.output("logits", g.linear(path, x, labels, true));
    Ok(())
}

/// Where an answer starts and where it ends.
pub(crate) fn answer<'g>(g: &'g Builder, x: Var<'g>, path: &str) {
    let both = g.linear(path, x, 2, true);
    g.output("start", both.slice(0, 1));
    g.output("end", both.slice(1, 1));
}

/// A guess at each token that is wanted: a product, a function, a layer norm, and the table of tokens once more.
pub(crate) fn fill<'g>(
    c: &Settings<'_>,
    g: &'g Builder,
    x: Var<'g>,
    vocab: usize,
    head: &FillHead<'_>,
) -> Result<(), ModelError> {
    let (weight, bias) = head.output(c)?;
    let logits = transformed(g, x, head).linear_with(&weight, bias.as_deref(), vocab, "logits");
    g.output("logits", logits.wanted_rows());
    Ok(())
}

/// The first half of [`fill`].
pub(crate) fn transformed<'g>(g: &'g Builder, x: Var<'g>, head: &FillHead<'_>) -> Var<'g> {
    let t = g.linear(head.dense, x, x.width(), head.dense_bias).map(head.function);
    g.norm(head.norm, t, head.norm_options)
}

/// What a head that fills in tokens calls its weights.
pub(crate) struct FillHead<'n> {
    pub(crate) dense: &'n str,
    pub(crate) dense_bias: bool,
    pub(crate) function: Unary,
    pub(crate) norm: &'n str,
    pub(crate) norm_options: NormOptions,
    /// The table of tokens, and what is added where it is the output.
    pub(crate) table: &'n str,
    pub(crate) bias: Option<&'n str>,
    /// The output, where it is not that table.
    pub(crate) own: &'n str,
}

impl FillHead<'_> {
    /// The matrix of the output, and its bias.
    pub(crate) fn output(&self, c: &Settings<'_>) -> Result<(String, Option<String>), ModelError> {
        Ok(match c.flag_or("tie_word_embeddings", true)? {
            true => (self.table.to_owned(), self.bias.map(str::to_owned)),
            false => (format!("{}.weight", self.own), self.bias.map(|_| format!("{}.bias", self.own))),
        })
    }
}

/// A layer norm with a bias.
pub(crate) fn layer_norm(eps: f32) -> NormOptions {
    NormOptions { kind: NormKind::Layer, bias: true, ..NormOptions::rms(eps) }
}
