//! What stands for grammars in a build that leaves them out.

use std::convert::Infallible;

use super::{Grammar, TokenMask};
use crate::{TextError, Tokenizer};

/// What each token of a model writes. This build leaves grammars out, so there is none.
#[derive(Clone, Debug)]
pub struct GrammarTokens(Infallible);

impl GrammarTokens {
    /// An error: this build leaves grammars out.
    pub fn new(_tokenizer: &Tokenizer, _vocab: usize, _end_tokens: &[u32]) -> Result<GrammarTokens, TextError> {
        Err(TextError::NoGrammars)
    }

    /// Follows a new output.
    pub fn matcher(&self, _grammar: &Grammar) -> Result<Matcher, TextError> {
        match self.0 {}
    }
}

/// Follows one output. This build leaves grammars out, so there is none.
#[derive(Clone, Debug)]
pub struct Matcher(Infallible);

impl Matcher {
    /// Which tokens may come next.
    pub fn allowed(&mut self) -> Result<&TokenMask, TextError> {
        match self.0 {}
    }

    /// Adds the token that came.
    pub fn push(&mut self, _id: u32) -> Result<(), TextError> {
        match self.0 {}
    }

    /// Whether the output may end here.
    pub fn is_complete(&self) -> bool {
        match self.0 {}
    }

    /// Whether the output must end here.
    pub fn is_ended(&self) -> bool {
        match self.0 {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Vocabulary;

    #[test]
    fn a_build_without_grammars_says_so() {
        let vocabulary = Vocabulary { model: "llama", tokens: vec!["a"], scores: vec![0.0], ..Vocabulary::default() };
        let tokenizer = Tokenizer::from_vocabulary(&vocabulary).unwrap();
        assert_eq!(GrammarTokens::new(&tokenizer, 1, &[]).unwrap_err(), TextError::NoGrammars);
    }
}
