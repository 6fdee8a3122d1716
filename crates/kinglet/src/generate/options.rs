use std::{fmt, sync::Arc};

use kinglet_graph::{Penalties, Sampling};
use kinglet_text::Grammar;

/// How to continue a prompt. By default with the likeliest token each time.
///
/// ```
/// use kinglet::{GenerateOptions, Penalties, Sampling};
///
/// let options = GenerateOptions {
///     sampling: Sampling { temperature: 0.7, top_k: 40, top_p: 0.95, seed: 1, ..Sampling::default() },
///     penalties: Penalties { repeat: 1.1, ..Penalties::default() },
///     stop: vec!["\n\n".to_owned()],
///     ..GenerateOptions::default()
/// };
/// # assert_eq!(options.sampling.check(), Ok(()));
/// ```
#[derive(Clone, Debug, Default)]
pub struct GenerateOptions {
    /// The most tokens to generate; by default 256, or what the context has room for. A chat takes all of that by
    /// default, and never more.
    pub max_tokens: Option<usize>,
    /// How tokens are picked.
    pub sampling: Sampling,
    /// What makes tokens less likely, or more. Those that look back make the host see each token before the next one
    /// is picked; what is read back is the token all the same.
    pub penalties: Penalties,
    /// Texts that end the generation. They are not part of it.
    pub stop: Vec<String>,
    /// Tokens that end the generation, beside the model's own. The last token is one of them then.
    pub stop_tokens: Vec<u32>,
    /// Go on after a token that ends the text by the model's own account. Where a grammar says when a text may end, it
    /// ends all the same.
    pub ignore_end: bool,
    /// What the generated text must be. The host then sees the logits of each token before it is picked.
    pub grammar: Option<Grammar>,
    /// Changes logits before a token is picked from them, on the host.
    pub processor: Option<Processor>,
    /// Give the text of each token where the prompt is tokens, too. Where it is text, that is done anyway.
    pub text: bool,
    /// Return the logits that each token was chosen from.
    pub logits: bool,
}

/// Tokens that a caller gets who names no number.
pub(super) const DEFAULT_MAX_TOKENS: usize = 256;

impl GenerateOptions {
    /// Whether the host needs the logits of each token.
    pub(super) fn lock_step(&self) -> bool {
        self.logits || self.grammar.is_some() || self.processor.is_some()
    }
}

/// What a generation goes on with.
#[derive(Clone, Copy, Debug)]
pub enum Prompt<'p> {
    /// Text. The model's tokenizer makes tokens of it, with those that the model wants around a text; names of special
    /// tokens in it are read as these tokens.
    Text(&'p str),
    /// Tokens, as they are.
    Tokens(&'p [u32]),
}

impl<'p> From<&'p str> for Prompt<'p> {
    fn from(text: &'p str) -> Prompt<'p> {
        Prompt::Text(text)
    }
}

impl<'p> From<&'p String> for Prompt<'p> {
    fn from(text: &'p String) -> Prompt<'p> {
        Prompt::Text(text)
    }
}

impl<'p> From<&'p [u32]> for Prompt<'p> {
    fn from(tokens: &'p [u32]) -> Prompt<'p> {
        Prompt::Tokens(tokens)
    }
}

impl<'p, const N: usize> From<&'p [u32; N]> for Prompt<'p> {
    fn from(tokens: &'p [u32; N]) -> Prompt<'p> {
        Prompt::Tokens(tokens)
    }
}

impl<'p> From<&'p Vec<u32>> for Prompt<'p> {
    fn from(tokens: &'p Vec<u32>) -> Prompt<'p> {
        Prompt::Tokens(tokens)
    }
}

/// Why a generation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinishReason {
    /// The text is at its end: by the model's account, by a text or token that was to end it, or by the grammar.
    Stop,
    /// There were to be no more tokens.
    Length,
}

impl FinishReason {
    /// Its name, as other engines say it.
    pub const fn name(self) -> &'static str {
        match self {
            FinishReason::Stop => "stop",
            FinishReason::Length => "length",
        }
    }
}

/// A function that changes logits, told which tokens have come before, the prompt's included. What it makes NaN is not
/// picked.
///
/// ```
/// use kinglet::{GenerateOptions, Processor};
///
/// // Never the same token twice in a row.
/// let processor = Processor::new(|tokens, logits| {
///     if let Some(&last) = tokens.last() {
///         logits[last as usize] = f32::NAN;
///     }
/// });
/// let options = GenerateOptions { processor: Some(processor), ..GenerateOptions::default() };
/// ```
#[derive(Clone)]
pub struct Processor(Arc<Change>);

type Change = dyn Fn(&[u32], &mut [f32]) + Send + Sync;

impl Processor {
    /// Calls this function for each token.
    pub fn new(change: impl Fn(&[u32], &mut [f32]) + Send + Sync + 'static) -> Processor {
        Processor(Arc::new(change))
    }

    pub(super) fn change(&self, tokens: &[u32], logits: &mut [f32]) {
        (self.0)(tokens, logits);
    }
}

impl fmt::Debug for Processor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Processor")
    }
}
