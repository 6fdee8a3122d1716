//! Vocabularies of SentencePiece's unigram kind: a text becomes the tokens whose scores sum up to the most.

use std::ops::Range;

use crate::{
    TextError,
    aligned::{Aligned, SPACE},
    charsmap::Charsmap,
    pieces::{Kind, Pieces},
};

/// What an unknown character scores below the unlikeliest token.
const UNKNOWN_PENALTY: f64 = 10.0;

#[derive(Debug)]
pub(crate) struct Unigram {
    scores: Vec<f64>,
    unknown_score: f64,
    unknown: Option<u32>,
    /// The tokens that texts may have, in the order of their bytes.
    sorted: Vec<u32>,
    /// Where the tokens with each first byte begin in it, and where the last ones end.
    first: Vec<usize>,
    charsmap: Charsmap,
    /// What a vocabulary says of spaces.
    spaces: Spaces,
}

/// What becomes of spaces.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spaces {
    /// A text begins with one.
    pub(crate) prefix: bool,
    /// Each word begins with one, and there are no others.
    pub(crate) merge: bool,
}

/// The best tokens up to a place: the last of them, where it begins, and the score.
#[derive(Clone, Copy)]
struct Best {
    id: Option<u32>,
    start: usize,
    score: f64,
}

impl Unigram {
    pub(crate) fn new(
        pieces: &Pieces,
        scores: &[f32],
        unknown: Option<u32>,
        charsmap: Charsmap,
        spaces: Spaces,
    ) -> Result<Unigram, TextError> {
        if scores.len() < pieces.len() {
            return Err(TextError::vocabulary(format!("has {} tokens and {} scores", pieces.len(), scores.len())));
        }
        let mut sorted: Vec<u32> =
            pieces.of_kind(|kind| matches!(kind, Kind::Normal | Kind::UserDefined | Kind::Unused)).collect();
        sorted.retain(|&id| !pieces.text(id).is_empty());
        // Of tokens with the same text the last one counts.
        sorted.sort_by(|&a, &b| pieces.text(a).cmp(pieces.text(b)).then(b.cmp(&a)));
        sorted.dedup_by(|a, b| pieces.text(*a) == pieces.text(*b));
        let begins_below = |byte: usize| sorted.partition_point(|&id| usize::from(pieces.text(id)[0]) < byte);
        let first = (0..=256).map(begins_below).collect();
        let score = |(id, score): (u32, &f32)| match pieces.kind(id) {
            Some(Kind::UserDefined) => 0.0,
            _ if score.is_nan() => f64::NEG_INFINITY,
            _ => f64::from(*score),
        };
        let scores: Vec<f64> = (0u32..).zip(scores).map(score).collect();
        let normal = pieces.of_kind(|kind| kind == Kind::Normal).filter_map(|id| scores.get(usize::try_from(id).ok()?));
        let least = normal.copied().filter(|score| score.is_finite()).fold(f64::INFINITY, f64::min);
        let unknown_score = if least.is_finite() { least - UNKNOWN_PENALTY } else { -UNKNOWN_PENALTY };
        Ok(Unigram { scores, unknown_score, unknown, sorted, first, charsmap, spaces })
    }

    /// Adds the tokens of a text that lies at `at` of the original.
    pub(crate) fn encode(&self, pieces: &Pieces, text: &str, at: usize, found: &mut Vec<(u32, Range<usize>)>) {
        let aligned = self.normalize(text);
        let text = aligned.text();
        let mut best = vec![Best { id: None, start: 0, score: f64::NEG_INFINITY }; text.len() + 1];
        best[0].score = 0.0;
        for (start, character) in text.char_indices() {
            let score = best[start].score;
            let mut offer = |id, end: usize, more: f64| {
                if score + more > best[end].score {
                    best[end] = Best { id, start, score: score + more };
                }
            };
            let next = start + character.len_utf8();
            let mut known = false;
            self.prefixes(pieces, &text.as_bytes()[start..], |id, length| {
                known |= start + length == next;
                if text.is_char_boundary(start + length) {
                    offer(Some(id), start + length, self.score(id));
                }
            });
            if !known {
                offer(None, next, self.unknown_score);
            }
        }
        let mut tokens: Vec<(Option<u32>, Range<usize>)> = Vec::new();
        let mut end = text.len();
        while end > 0 {
            let Best { id, start, .. } = best[end];
            // Unknown characters one after another are one token.
            match tokens.last_mut() {
                Some((None, range)) if id.is_none() => *range = start..range.end,
                _ => tokens.push((id, start..end)),
            }
            end = start;
        }
        for (id, range) in tokens.into_iter().rev() {
            let range = aligned.original(range);
            if let Some(id) = id.or(self.unknown) {
                found.push((id, range.start + at..range.end + at));
            }
        }
    }

    fn score(&self, id: u32) -> f64 {
        usize::try_from(id).ok().and_then(|id| self.scores.get(id)).copied().unwrap_or(f64::NEG_INFINITY)
    }

    /// All tokens that the text begins with, the shortest first.
    fn prefixes(&self, pieces: &Pieces, text: &[u8], mut each: impl FnMut(u32, usize)) {
        let Some(&byte) = text.first() else { return };
        let mut range = self.first[usize::from(byte)]..self.first[usize::from(byte) + 1];
        for length in 1..=text.len() {
            // Tokens that share a prefix of this length are neighbours, the prefix itself the first of them.
            let Some(&id) = self.sorted.get(range.clone()).and_then(<[u32]>::first) else { return };
            if pieces.text(id).len() == length {
                each(id, length);
                range.start += 1;
            }
            let Some(next) = text.get(length) else { return };
            let Some(candidates) = self.sorted.get(range.clone()) else { return };
            let byte = |id: &u32| pieces.text(*id)[length];
            let start = candidates.partition_point(|id| byte(id) < *next);
            let end = start + candidates[start..].partition_point(|id| byte(id) == *next);
            range = range.start + start..range.start + end;
        }
    }

    /// Replaces characters, and rewrites spaces.
    fn normalize(&self, text: &str) -> Aligned {
        let mut aligned = Aligned::empty(text.len());
        let (mut in_word, mut began) = (false, false);
        let mut at = 0;
        while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
            let own = rest.chars().next().map_or(1, char::len_utf8);
            let (length, normal) = match self.charsmap.replace(rest) {
                Some((length, normal)) if rest.is_char_boundary(length) => (length, normal),
                _ => (own, rest.get(..own).unwrap_or_default()),
            };
            for character in normal.chars() {
                if character == ' ' {
                    in_word = false;
                    if !self.spaces.merge {
                        aligned.push(SPACE, at);
                    }
                    continue;
                }
                if !in_word && (self.spaces.merge || self.spaces.prefix && !began) {
                    aligned.push(SPACE, at);
                }
                (in_word, began) = (true, true);
                aligned.push(character.encode_utf8(&mut [0; 4]), at);
            }
            at += length;
        }
        aligned
    }
}
