//! Vocabularies of SentencePiece's BPE kind: neighbours are joined where the result is a token, the one with the
//! highest score first.

use std::ops::Range;

use crate::{
    TextError,
    aligned::Aligned,
    merge::{Joins, Merger, NONE, Symbol},
    pieces::Pieces,
};

#[derive(Debug)]
pub(crate) struct Scored {
    /// In an order that whole numbers have; NaN is the least.
    scores: Vec<i32>,
    /// A text, and what follows a special token, begins with a space.
    pub(crate) space_prefix: bool,
    unknown: Option<u32>,
}

impl Scored {
    pub(crate) fn new(
        scores: &[f32],
        tokens: usize,
        space_prefix: bool,
        unknown: Option<u32>,
    ) -> Result<Scored, TextError> {
        if scores.len() < tokens {
            return Err(TextError::vocabulary(format!("has {tokens} tokens and {} scores", scores.len())));
        }
        Ok(Scored { scores: scores.iter().map(|&score| ordered(score)).collect(), space_prefix, unknown })
    }

    /// Adds the tokens of a text that lies at `at` of the original.
    pub(crate) fn encode(
        &self,
        pieces: &Pieces,
        text: &str,
        at: usize,
        prefix: bool,
        found: &mut Vec<(u32, Range<usize>)>,
    ) {
        let aligned = Aligned::with_spaces(text, prefix && self.space_prefix);
        let text = aligned.text();
        let rule = Rule { scored: self, pieces, text: text.as_bytes() };
        let mut merger = Merger::new();
        for (start, character) in text.char_indices() {
            let end = start + character.len_utf8();
            merger.push(pieces.find(&rule.text[start..end]).unwrap_or(NONE), start, end);
        }
        let mut add = |id: u32, range: Range<usize>| {
            let range = aligned.original(range);
            found.push((id, range.start + at..range.end + at));
        };
        merger.finish(&rule, |symbol| match symbol.id {
            // Joined symbols are tokens, so this is a single character.
            NONE => {
                for place in symbol.start..symbol.end {
                    if let Some(id) = pieces.find_byte(rule.text[place]).or(self.unknown) {
                        add(id, symbol.start..symbol.end);
                    }
                }
            }
            id => add(id, symbol.start..symbol.end),
        });
    }
}

/// A whole number that compares as the score does.
fn ordered(score: f32) -> i32 {
    if score.is_nan() {
        return i32::MIN;
    }
    // Zeros are equal.
    let bits = (score + 0.0).to_bits().cast_signed();
    // Of two negative numbers the one with the larger magnitude is the lesser.
    if bits < 0 { bits ^ i32::MAX } else { bits }
}

struct Rule<'a> {
    scored: &'a Scored,
    pieces: &'a Pieces,
    text: &'a [u8],
}

impl Joins for Rule<'_> {
    type Priority = i32;

    fn join(&self, left: &Symbol, right: &Symbol) -> Option<(i32, u32)> {
        let id = self.pieces.find(self.text.get(left.start..right.end)?)?;
        Some((*self.scored.scores.get(usize::try_from(id).ok()?)?, id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_keep_their_order() {
        let scores = [f32::NEG_INFINITY, -31735.0, -1.0, -0.0, 0.0, 1e-9, 3.5, f32::INFINITY];
        assert!(scores.map(ordered).is_sorted());
        assert_eq!(ordered(-0.0), ordered(0.0));
        assert!(ordered(f32::NAN) < ordered(f32::NEG_INFINITY));
    }
}
