//! A configuration that remembers what was read of it: loading, `kinglet inspect` and GGUF files hear the same values.

use std::{
    cell::{Cell, RefCell},
    ops::RangeInclusive,
};

use kinglet_format::Config;
use kinglet_graph::{Attention, Builder, Unary};

use crate::{Architecture, Blueprint, Head, LabelKind, Labels, ModelError, Setting};

/// Dimensions are checked against these, so that no product of two overflows.
pub(crate) const VOCAB: RangeInclusive<usize> = 1..=1 << 24;
pub(crate) const HIDDEN: RangeInclusive<usize> = 1..=1 << 16;
pub(crate) const FF: RangeInclusive<usize> = 1..=1 << 20;
pub(crate) const LAYERS: RangeInclusive<usize> = 1..=512;
pub(crate) const HEADS: RangeInclusive<usize> = 1..=4096;
pub(crate) const HEAD_DIM: RangeInclusive<usize> = 1..=1024;
pub(crate) const CONTEXT: RangeInclusive<usize> = 1..=1 << 30;
/// Norms' epsilons.
pub(crate) const EPS: RangeInclusive<f64> = 0.0..=1.0;
/// Factors and caps.
pub(crate) const FACTORS: RangeInclusive<f64> = 1e-6..=1e6;

/// The values of a configuration.
#[derive(Debug)]
pub struct Settings<'c> {
    /// The configuration itself.
    pub config: &'c Config,
    /// What is to stand on the model.
    pub head: Head,
    read: RefCell<Vec<(&'static str, Setting)>>,
    /// A longer context than the one that is named, by scaling.
    stretched: Cell<usize>,
}

/// The numbers that every decoder has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    pub(crate) vocab: usize,
    pub(crate) hidden: usize,
    pub(crate) ff: usize,
    pub(crate) layers: usize,
    pub(crate) heads: usize,
    pub(crate) kv_heads: usize,
    pub(crate) head_dim: usize,
    pub(crate) context: usize,
}

/// What files may leave unsaid, and what is meant then.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unsaid {
    pub(crate) heads: Option<usize>,
    /// By default as many as heads.
    pub(crate) kv_heads: Option<usize>,
    /// By default what the hidden columns have for each head.
    pub(crate) head_dim: Option<usize>,
    pub(crate) context: usize,
}

impl Unsaid {
    pub(crate) const USUAL: Unsaid = Unsaid { heads: None, kv_heads: None, head_dim: None, context: 2048 };
}

impl Sizes {
    /// Under the names that most architectures use.
    pub(crate) fn read(c: &Settings<'_>, unsaid: Unsaid) -> Result<Sizes, ModelError> {
        let ff = c.count("intermediate_size", FF)?;
        Ok(Sizes { ff, ..Sizes::without_ff(c, unsaid)? })
    }

    /// All but `ff`, which is 1.
    pub(crate) fn without_ff(c: &Settings<'_>, unsaid: Unsaid) -> Result<Sizes, ModelError> {
        let hidden = c.count("hidden_size", HIDDEN)?;
        let heads = match unsaid.heads {
            Some(heads) => c.count_or("num_attention_heads", heads, HEADS)?,
            None => c.count("num_attention_heads", HEADS)?,
        };
        Ok(Sizes {
            vocab: c.count("vocab_size", VOCAB)?,
            hidden,
            ff: 1,
            layers: c.count("num_hidden_layers", LAYERS)?,
            heads,
            kv_heads: c.count_or("num_key_value_heads", unsaid.kv_heads.unwrap_or(heads), HEADS)?,
            head_dim: c.count_or("head_dim", unsaid.head_dim.unwrap_or(hidden / heads), HEAD_DIM)?,
            context: c.count_or("max_position_embeddings", unsaid.context, CONTEXT)?,
        })
    }

    /// Attention to everything before a token, without rotation.
    pub(crate) fn attention(&self) -> Attention {
        Attention::new(self.heads, self.kv_heads, self.head_dim)
    }
}

impl<'c> Settings<'c> {
    pub(crate) fn new(config: &'c Config, head: Head) -> Settings<'c> {
        Settings { config, head, read: RefCell::default(), stretched: Cell::new(0) }
    }

    /// Notes that sequences of this length are within reach.
    pub(crate) fn reaches(&self, context: f64) {
        self.stretched.set(self.stretched.get().max(context.min(*CONTEXT.end() as f64) as usize));
    }

    #[cfg(test)]
    pub(crate) fn into_read(self) -> Vec<(&'static str, Setting)> {
        self.read.into_inner()
    }

    pub(crate) fn note(&self, key: &'static str, setting: Setting) {
        self.read.borrow_mut().push((key, setting));
    }

    /// A whole number that must be there.
    pub fn count(&self, key: &'static str, range: RangeInclusive<usize>) -> Result<usize, ModelError> {
        let count = self.config.count(key, range)?;
        self.note(key, Setting::Count(count));
        Ok(count)
    }

    /// A whole number, or what it is where the file leaves it out.
    pub fn count_or(
        &self,
        key: &'static str,
        default: usize,
        range: RangeInclusive<usize>,
    ) -> Result<usize, ModelError> {
        let count = self.config.optional_count(key, range)?.unwrap_or(default);
        self.note(key, Setting::Count(count));
        Ok(count)
    }

    /// A whole number that may be missing.
    pub fn optional_count(&self, key: &'static str, range: RangeInclusive<usize>) -> Result<Option<usize>, ModelError> {
        let count = self.config.optional_count(key, range)?;
        count.into_iter().for_each(|count| self.note(key, Setting::Count(count)));
        Ok(count)
    }

    /// A number, or what it is where the file leaves it out.
    pub fn number_or(&self, key: &'static str, default: f64, range: RangeInclusive<f64>) -> Result<f64, ModelError> {
        let number = self.config.optional_number(key, range)?.unwrap_or(default);
        self.note(key, Setting::Number(number));
        Ok(number)
    }

    /// A number that may be missing or null.
    pub fn optional_number(&self, key: &'static str, range: RangeInclusive<f64>) -> Result<Option<f64>, ModelError> {
        let number = self.config.optional_number(key, range)?;
        number.into_iter().for_each(|number| self.note(key, Setting::Number(number)));
        Ok(number)
    }

    /// A number, what it is where the file leaves it out, or none where the file has null.
    pub fn number_unless_null(
        &self,
        key: &'static str,
        default: f64,
        range: RangeInclusive<f64>,
    ) -> Result<Option<f64>, ModelError> {
        if self.config.is_null(key) {
            return Ok(None);
        }
        self.number_or(key, default, range).map(Some)
    }

    /// A whole number, what it is where the file leaves it out, or none where the file has null.
    pub fn count_unless_null(
        &self,
        key: &'static str,
        default: usize,
        range: RangeInclusive<usize>,
    ) -> Result<Option<usize>, ModelError> {
        if self.config.is_null(key) {
            return Ok(None);
        }
        self.count_or(key, default, range).map(Some)
    }

    /// True or false, or what it is where the file leaves it out.
    pub fn flag_or(&self, key: &'static str, default: bool) -> Result<bool, ModelError> {
        let flag = self.config.optional_flag(key)?.unwrap_or(default);
        self.note(key, Setting::Flag(flag));
        Ok(flag)
    }

    /// True or false; false where it is missing.
    pub fn flag(&self, key: &'static str) -> Result<bool, ModelError> {
        self.flag_or(key, false)
    }

    /// The function that a text names, or what it is where the file leaves it out.
    pub fn function(&self, key: &'static str, default: &'static str) -> Result<Unary, ModelError> {
        let name = self.config.text(key)?.unwrap_or(default);
        let expected = "silu, gelu, gelu_new, gelu_pytorch_tanh, relu or tanh";
        let function = called(name).ok_or_else(|| self.wrong(key, name, expected))?;
        // GGUF files have no word for it: readers take the usual one.
        if called(default) != Some(function) {
            self.note(key, Setting::Text(name.to_owned()));
        }
        Ok(function)
    }

    /// Refuses a text other than those which mean what is computed.
    pub fn only(&self, key: &'static str, known: &[&str]) -> Result<(), ModelError> {
        match self.config.text(key)?.filter(|text| !known.contains(text)) {
            Some(other) => Err(self.wrong(key, other, &known.join(" or "))),
            None => Ok(()),
        }
    }

    /// The error that says what a key holds and what it may hold.
    pub fn wrong(&self, key: &str, found: &str, expected: &str) -> ModelError {
        self.config.wrong(key, found, expected).into()
    }

    /// For each layer whether it sees a window only: as `layer_types` says, else as `otherwise` does.
    pub(crate) fn windowed(&self, layers: usize, otherwise: impl Fn(usize) -> bool) -> Result<Vec<bool>, ModelError> {
        let Some(types) = self.config.texts("layer_types")? else { return Ok((0..layers).map(otherwise).collect()) };
        self.one_each("layer_types", types.len(), layers)?;
        let windowed = types.into_iter().map(|kind| match kind {
            "sliding_attention" => Ok(true),
            "full_attention" => Ok(false),
            other => Err(self.wrong("layer_types", other, "full_attention or sliding_attention")),
        });
        windowed.collect()
    }

    /// Refuses a list that does not have one entry for each layer.
    pub(crate) fn one_each(&self, key: &str, found: usize, layers: usize) -> Result<(), ModelError> {
        match found == layers {
            true => Ok(()),
            false => {
                Err(self.wrong(key, &format!("a list of {found}"), &format!("one entry for each of {layers} layers")))
            }
        }
    }

    /// How many labels a classifier or a tagger has.
    pub(crate) fn labels(&self) -> Result<usize, ModelError> {
        let Labels { names, kind, plain_scores } = Labels::read(self.config)?;
        let count = names.len();
        // GGUF files have no words for these: readers take the usual ones.
        if kind != LabelKind::usual(count) {
            self.note("problem_type", Setting::Text(kind.name().to_owned()));
        }
        if plain_scores {
            self.note("sentence_transformers.activation_fn", Setting::Text("Identity".to_owned()));
        }
        self.note("id2label", Setting::Texts(names));
        Ok(count)
    }

    pub(crate) fn blueprint(
        self,
        architecture: &Architecture,
        g: Builder,
        sizes: &Sizes,
    ) -> Result<Blueprint, ModelError> {
        self.finish(architecture, g, [sizes.layers, sizes.vocab, sizes.context])
    }

    /// What was built of the configuration: a graph with so many layers, for a vocabulary and a longest sequence.
    pub fn finish(
        self,
        architecture: &Architecture,
        g: Builder,
        [layers, vocab, context]: [usize; 3],
    ) -> Result<Blueprint, ModelError> {
        let labels = match self.head {
            Head::Classify | Head::Tag => Labels::read(self.config)?,
            Head::Generate | Head::Base | Head::Answer | Head::Fill => Labels::default(),
        };
        let graph = g.finish().map_err(|error| ModelError::Graph { file: self.config.file().to_owned(), error })?;
        Ok(Blueprint {
            architecture: architecture.class(self.head),
            head: self.head,
            labels,
            graph,
            layers,
            vocab,
            context,
            longest: context.max(self.stretched.get()),
            end_tokens: architecture.end_tokens,
            settings: self.read.into_inner(),
        })
    }
}

fn called(name: &str) -> Option<Unary> {
    match name {
        "silu" | "swish" => Some(Unary::Silu),
        "gelu" | "gelu_python" => Some(Unary::Gelu),
        "gelu_new" | "gelu_pytorch_tanh" | "gelu_python_tanh" | "gelu_fast" => Some(Unary::GeluTanh),
        "relu" => Some(Unary::Relu),
        "tanh" => Some(Unary::Tanh),
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    fn read<T>(text: &str, what: impl Fn(&Settings<'_>) -> T) -> (T, usize) {
        let config = Config::parse(text.as_bytes()).unwrap();
        let settings = Settings::new(&config, Head::Generate);
        (what(&settings), settings.into_read().len())
    }

    #[test]
    fn null_is_not_what_is_left_out() {
        let cap = |c: &Settings<'_>| c.number_unless_null("cap", 50.0, FACTORS).unwrap();
        assert_eq!(read("{}", cap), (Some(50.0), 1));
        assert_eq!(read(r#"{"cap": 3}"#, cap), (Some(3.0), 1));
        assert_eq!(read(r#"{"cap": null}"#, cap), (None, 0));
        let window = |c: &Settings<'_>| c.count_unless_null("window", 4096, CONTEXT).unwrap();
        assert_eq!(read("{}", window), (Some(4096), 1));
        assert_eq!(read(r#"{"window": null}"#, window), (None, 0));
    }

    /// GGUF files cannot say it, so it is a setting that they lack.
    #[test]
    fn an_unusual_function_is_noted() {
        let function = |c: &Settings<'_>| c.function("hidden_act", "silu").ok();
        assert_eq!(read("{}", function), (Some(Unary::Silu), 0));
        assert_eq!(read(r#"{"hidden_act": "swish"}"#, function), (Some(Unary::Silu), 0));
        assert_eq!(read(r#"{"hidden_act": "relu"}"#, function), (Some(Unary::Relu), 1));
        assert_eq!(read(r#"{"hidden_act": "sing"}"#, function), (None, 0));
    }
}
