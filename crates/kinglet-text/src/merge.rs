//! Joins neighbours into tokens, the likeliest first, until there is nothing to join.

use std::{cmp::Reverse, collections::BinaryHeap};

/// Stands for a symbol that is no token.
pub(crate) const NONE: u32 = u32::MAX;

/// A run of bytes of the text that is a token, or will be a part of one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Symbol {
    /// The token, or [`NONE`].
    pub(crate) id: u32,
    /// Where it begins in the text.
    pub(crate) start: usize,
    /// Where it ends; one that was joined to the symbol before it is empty.
    pub(crate) end: usize,
    previous: usize,
    next: usize,
}

/// What may be joined.
pub(crate) trait Joins {
    /// How likely a join is; the greatest comes first.
    type Priority: Ord + Copy;

    /// What neighbours become, where they may be joined.
    fn join(&self, left: &Symbol, right: &Symbol) -> Option<(Self::Priority, u32)>;
}

/// A join that was possible when it was found. Equal ones are taken from left to right.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Candidate<P> {
    priority: P,
    left: Reverse<usize>,
    right: usize,
    /// Where the right symbol ended: it may have grown since.
    end: usize,
    id: u32,
}

/// The symbols of a word, and what can be joined. Used again and again, so that words cost no allocation.
pub(crate) struct Merger<P: Ord> {
    symbols: Vec<Symbol>,
    candidates: BinaryHeap<Candidate<P>>,
}

impl<P: Ord + Copy> Merger<P> {
    pub(crate) fn new() -> Merger<P> {
        Merger { symbols: Vec::new(), candidates: BinaryHeap::new() }
    }

    /// Adds a symbol at the end of the word.
    pub(crate) fn push(&mut self, id: u32, start: usize, end: usize) {
        let index = self.symbols.len();
        self.symbols.push(Symbol { id, start, end, previous: index.wrapping_sub(1), next: index + 1 });
    }

    /// Joins what can be joined, hands over what is left in order, and is empty again.
    pub(crate) fn finish(&mut self, joins: &impl Joins<Priority = P>, mut each: impl FnMut(&Symbol)) {
        for right in 1..self.symbols.len() {
            self.consider(joins, right - 1, right);
        }
        while let Some(Candidate { left: Reverse(left), right, end, id, .. }) = self.candidates.pop() {
            let (before, after) = (self.symbols[left], self.symbols[right]);
            if before.start == before.end || after.end != end {
                continue;
            }
            self.symbols[left] = Symbol { id, end, next: after.next, ..before };
            self.symbols[right].end = after.start;
            if let Some(next) = self.symbols.get_mut(after.next) {
                next.previous = left;
            }
            self.consider(joins, before.previous, left);
            self.consider(joins, left, after.next);
        }
        self.symbols.iter().filter(|symbol| symbol.start != symbol.end).for_each(&mut each);
        self.symbols.clear();
    }

    fn consider(&mut self, joins: &impl Joins<Priority = P>, left: usize, right: usize) {
        // Before the first symbol and after the last one there is none.
        let (Some(before), Some(after)) = (self.symbols.get(left), self.symbols.get(right)) else { return };
        if let Some((priority, id)) = joins.join(before, after) {
            self.candidates.push(Candidate { priority, left: Reverse(left), right, end: after.end, id });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Joins digits whose sum is below ten; large sums first.
    struct Sums;

    impl Joins for Sums {
        type Priority = u32;

        fn join(&self, left: &Symbol, right: &Symbol) -> Option<(u32, u32)> {
            let sum = left.id + right.id;
            (sum < 10).then_some((sum, sum))
        }
    }

    fn joined(digits: &[u32]) -> Vec<(u32, usize, usize)> {
        let mut merger = Merger::new();
        let mut found = Vec::new();
        for _ in 0..2 {
            found.clear();
            digits.iter().enumerate().for_each(|(at, &digit)| merger.push(digit, at, at + 1));
            merger.finish(&Sums, |symbol| found.push((symbol.id, symbol.start, symbol.end)));
        }
        found
    }

    #[test]
    fn the_likeliest_join_comes_first_and_equal_ones_from_left_to_right() {
        assert_eq!(joined(&[1, 2, 7, 3]), [(1, 0, 1), (9, 1, 3), (3, 3, 4)]);
        assert_eq!(joined(&[4, 4, 4]), [(8, 0, 2), (4, 2, 3)]);
        assert_eq!(joined(&[1, 1, 1, 1, 1]), [(5, 0, 5)]);
        assert_eq!(joined(&[9, 9]), [(9, 0, 1), (9, 1, 2)]);
        assert_eq!(joined(&[]), []);
    }
}
