//! Vocabularies of SentencePiece's BPE kind: neighbours are joined where the result is a token, the one with the
//! highest score first.

use std::ops::Range;

use hashbrown::HashSet;

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
    /// Characters that follow each other in a token. Between others no join ever happens, so that what lies between
    /// two such places is encoded by itself: a word is joined much faster than a page.
    neighbours: HashSet<(char, char)>,
}

impl Scored {
    pub(crate) fn new(
        pieces: &Pieces,
        scores: &[f32],
        space_prefix: bool,
        unknown: Option<u32>,
    ) -> Result<Scored, TextError> {
        let tokens = pieces.len();
        if scores.len() < tokens {
            return Err(TextError::vocabulary(format!("has {tokens} tokens and {} scores", scores.len())));
        }
        let mut neighbours = HashSet::new();
        for text in pieces.of_kind(|_| true).filter_map(|id| str::from_utf8(pieces.text(id)).ok()) {
            neighbours.extend(text.chars().zip(text.chars().skip(1)));
        }
        let scores = scores.iter().map(|&score| ordered(score)).collect();
        Ok(Scored { scores, space_prefix, unknown, neighbours })
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
        let mut add = |symbol: &Symbol| {
            let range = aligned.original(symbol.start..symbol.end);
            let range = range.start + at..range.end + at;
            match symbol.id {
                // Joined symbols are tokens, so this is a single character.
                NONE => {
                    let bytes = &rule.text[symbol.start..symbol.end];
                    let ids = bytes.iter().filter_map(|&byte| pieces.find_byte(byte).or(self.unknown));
                    found.extend(ids.map(|id| (id, range.clone())));
                }
                id => found.push((id, range)),
            }
        };
        let mut before = None;
        for (start, character) in text.char_indices() {
            if before.is_some_and(|before| !self.neighbours.contains(&(before, character))) {
                merger.finish(&rule, &mut add);
            }
            before = Some(character);
            let end = start + character.len_utf8();
            merger.push(pieces.find(&rule.text[start..end]).unwrap_or(NONE), start, end);
        }
        merger.finish(&rule, &mut add);
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
