use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use super::{Grammar, Matcher};
use crate::TextError;

/// So many are kept.
const KEPT: usize = 4;
/// What is made of longer ones may be large.
const LONGEST: usize = 1 << 16;

/// What was made of the grammars that were asked for last: many outputs have one form, and to read it takes as long as to
/// write a few tokens.
#[derive(Debug, Default)]
pub(super) struct Recent {
    made: Mutex<VecDeque<(String, Matcher)>>,
}

impl Recent {
    /// A matcher that nothing was pushed to; `make` makes it where none is kept.
    pub(super) fn matcher(
        &self,
        grammar: &Grammar,
        make: impl FnOnce() -> Result<Matcher, TextError>,
    ) -> Result<Matcher, TextError> {
        let text = text(grammar);
        let made = || self.made.lock().unwrap_or_else(PoisonError::into_inner);
        {
            let mut made = made();
            let kept = made.iter().position(|(kept, _)| *kept == text);
            if let Some(kept) = kept.and_then(|at| made.remove(at)) {
                let matcher = kept.1.apart();
                made.push_front(kept);
                return Ok(matcher);
            }
        }
        let matcher = make()?;
        if text.len() <= LONGEST {
            let mut made = made();
            made.push_front((text, matcher.apart()));
            made.truncate(KEPT);
        }
        Ok(matcher)
    }
}

/// Texts of grammars that are the same: schemas are equal that order their properties differently, and ask for other texts.
fn text(grammar: &Grammar) -> String {
    match grammar {
        Grammar::JsonSchema(schema) => format!("schema {schema}"),
        Grammar::Regex(text) => format!("regex {text}"),
        Grammar::Lark(text) => format!("lark {text}"),
        Grammar::Gbnf(text) => format!("gbnf {text}"),
    }
}
