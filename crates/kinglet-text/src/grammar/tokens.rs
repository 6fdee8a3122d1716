use std::{fmt, sync::Arc};

use llguidance::{
    ParserFactory,
    earley::SlicedBiasComputer,
    toktrie::{ApproximateTokEnv, InferenceCapabilities, TokEnv, TokRxInfo, TokTrie},
};

use super::{Grammar, Matcher, TokenMask, compile, recent::Recent};
use crate::{TextError, Tokenizer};

/// More tokens than the table has numbers for.
const MOST_TOKENS: usize = 1 << 23;
/// Longer tokens are left out; the table has no room for them.
const LONGEST_TOKEN: usize = 1000;
/// What a mask may cost: some 50 ms. Grammars whose terminals are single characters, as GBNF's, need more than the
/// crate allows by itself.
const MOST_ITEMS: usize = 1_000_000;
/// How many ways to go on there may be.
const MOST_ALTERNATIVES: usize = 10_000;
/// A byte that no text in UTF-8 has. The table marks with it what is no text.
const NO_TEXT: u8 = 0xff;

/// What each token of a model writes, made once for a model. Clones share it.
///
/// ```
/// # #[cfg(feature = "grammar")] {
/// use kinglet_text::{Grammar, GrammarTokens, SpecialIds, Tokenizer, Vocabulary};
///
/// let vocabulary = Vocabulary {
///     model: "llama",
///     tokens: vec!["</s>", "▁", "y", "yes", "no", "maybe"],
///     token_type: vec![3, 1, 1, 1, 1, 1],
///     scores: vec![0.0; 6],
///     ..Vocabulary::default()
/// };
/// let tokenizer = Tokenizer::from_vocabulary(&vocabulary)?;
/// let tokens = GrammarTokens::new(&tokenizer, 6, &[0])?;
/// let mut matcher = tokens.matcher(&Grammar::Regex("yes|no".into()))?;
/// assert_eq!(matcher.allowed()?.iter().collect::<Vec<_>>(), [2, 3, 4]);
/// matcher.push(3)?;
/// assert!(matcher.is_complete() && matcher.is_ended());
/// assert_eq!(matcher.allowed()?.iter().collect::<Vec<_>>(), [0]);
/// # }
/// # Ok::<(), kinglet_text::TextError>(())
/// ```
#[derive(Clone)]
pub struct GrammarTokens {
    shared: Arc<Shared>,
    /// Not in `shared`, which each of these matchers holds.
    recent: Arc<Recent>,
}

pub(super) struct Shared {
    factory: ParserFactory,
    /// The tokens that end an output.
    pub(super) ends: Vec<u32>,
    /// How many logits the model has.
    pub(super) vocab: usize,
    /// What stands for all tokens that end an output: a number behind the vocabulary, so that it has no text.
    pub(super) end: u32,
    /// Tokens with digits, and their texts.
    pub(super) digits: Vec<(u32, Box<[u8]>)>,
}

impl fmt::Debug for GrammarTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GrammarTokens").field("vocab", &self.shared.vocab).finish_non_exhaustive()
    }
}

impl GrammarTokens {
    /// Looks up what the tokens of a model with `vocab` logits write. Special tokens and those of `end_tokens`, which
    /// end an output, write nothing.
    pub fn new(tokenizer: &Tokenizer, vocab: usize, end_tokens: &[u32]) -> Result<GrammarTokens, TextError> {
        let number = u32::try_from(vocab).ok().filter(|_| vocab <= MOST_TOKENS);
        let end = number.ok_or_else(|| TextError::vocabulary(format!("has {vocab} tokens, too many for grammars")))?;
        if let Some(&id) = end_tokens.iter().find(|id| **id >= end) {
            return Err(TextError::Token { id, vocab });
        }
        let mut words: Vec<Vec<u8>> = Vec::with_capacity(vocab.saturating_add(1));
        for id in 0..end {
            let known = usize::try_from(id).is_ok_and(|id| id < tokenizer.vocab());
            let text = known && !tokenizer.is_special(id) && !end_tokens.contains(&id);
            let bytes = if text { tokenizer.token_bytes(id)? } else { Vec::new() };
            words.push(if bytes.len() <= LONGEST_TOKEN && !bytes.contains(&NO_TEXT) { bytes } else { Vec::new() });
        }
        let digits = (0..end).zip(&words).filter(|(_, bytes)| bytes.iter().any(u8::is_ascii_digit));
        let digits = digits.map(|(id, bytes)| (id, bytes.as_slice().into())).collect();
        words.push(Vec::new());

        let trie = TokTrie::from(&TokRxInfo::new(end.saturating_add(1), end), &words);
        let environment: TokEnv = Arc::new(ApproximateTokEnv::new(trie));
        let strings = SlicedBiasComputer::general_slices();
        let mut factory = ParserFactory::new(&environment, InferenceCapabilities::default(), &strings)
            .map_err(|error| TextError::vocabulary(format!("is no use to grammars: {error}")))?;
        factory.quiet();
        let limits = factory.limits_mut();
        (limits.step_max_items, limits.max_items_in_row) = (MOST_ITEMS, MOST_ALTERNATIVES);
        limits.verbose_errors = false;
        let shared = Shared { factory, ends: end_tokens.to_vec(), vocab, end, digits };
        Ok(GrammarTokens { shared: Arc::new(shared), recent: Arc::default() })
    }

    /// Follows a new output. A grammar that nothing can match is an error.
    pub fn matcher(&self, grammar: &Grammar) -> Result<Matcher, TextError> {
        self.recent.matcher(grammar, || {
            let source = compile::source(grammar)?;
            let parser = self.shared.factory.create_parser(source.grammar.clone());
            Matcher::new(self.shared.clone(), parser.map_err(|error| source.error(&error))?, source.numbers)
        })
    }
}

impl Shared {
    /// Writes what the parser allows, for the model.
    pub(super) fn translate(&self, words: &[u32], mask: &mut TokenMask) {
        mask.set_words(words);
        let place = usize::try_from(self.end / 32).ok().and_then(|word| words.get(word));
        let complete = place.is_some_and(|word| word & (1 << (self.end % 32)) != 0);
        for &id in &self.ends {
            mask.set(id, complete);
        }
    }
}
