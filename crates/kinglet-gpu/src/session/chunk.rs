//! Steps of any size, cut into what a plan has room for.

use kinglet_graph::{Step, StepToken};
use kinglet_shaders::{MAX_TOKENS, NO_WINDOW, split_bound};

use crate::plan::Bucket;

/// Slots that one step can feed.
pub const MAX_SLOTS: usize = 8;

const EVERY_ROW: [u32; MAX_SLOTS] = [0, 1, 2, 3, 4, 5, 6, 7];

/// Tokens that go through one replay.
pub(super) struct Chunk<'a> {
    pub(super) tokens: &'a [StepToken],
    /// Wanted rows, as indices into the whole step.
    rows: &'a [u32],
    /// The index of the first token in the whole step.
    first: u32,
    /// The tokens of the whole step that come behind.
    behind: &'a [StepToken],
    /// The segment of each token, or none.
    segments: &'a [u32],
    /// What is added to each token's position for its row in a table of positions, or nothing.
    places: Vec<u32>,
}

/// The tokens of one slot in a replay.
#[derive(Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) tokens: &'a [StepToken],
    /// The index of the first one in the replay.
    pub(super) first: usize,
    /// The tokens that the slot has at the end of the whole step.
    pub(super) length: usize,
}

/// The parts of a step, in order.
pub(super) fn chunks(step: &Step) -> impl Iterator<Item = Chunk<'_>> {
    step.tokens.chunks(MAX_TOKENS).enumerate().map(|(index, tokens)| {
        let first = (index * MAX_TOKENS) as u32;
        let row = |limit: u32| step.rows.partition_point(|&row| row < limit);
        let end = first + tokens.len() as u32;
        Chunk {
            tokens,
            rows: &step.rows[row(first)..row(end)],
            first,
            behind: &step.tokens[end as usize..],
            segments: &[],
            places: Vec::new(),
        }
    })
}

impl<'a> Chunk<'a> {
    /// Tokens of different slots, all rows wanted.
    pub(super) fn one_row_each(tokens: &'a [StepToken]) -> Chunk<'a> {
        Chunk { tokens, rows: &EVERY_ROW[..tokens.len()], first: 0, behind: &[], segments: &[], places: Vec::new() }
    }

    /// All of a step, which has whole sequences.
    pub(super) fn whole(step: &'a Step, padding: Option<u32>) -> Chunk<'a> {
        let Step { tokens, rows, segments } = step;
        let places = step.places(padding).zip(tokens).map(|(place, token)| place.wrapping_sub(token.position));
        let places = if padding.is_some() { places.collect() } else { Vec::new() };
        Chunk { tokens, rows, first: 0, behind: &[], segments, places }
    }

    /// What is added to a token's position for its row in a table of positions.
    pub(super) fn place(&self, token: usize) -> u32 {
        self.places.get(token).copied().unwrap_or(0)
    }

    /// The segment of a token.
    pub(super) fn segment(&self, token: usize) -> u32 {
        self.segments.get(token).copied().unwrap_or(0)
    }

    /// Wanted rows, as indices into the tokens of this chunk.
    pub(super) fn rows(&self) -> impl Iterator<Item = usize> {
        self.rows.iter().map(|&row| (row - self.first) as usize)
    }

    /// One past the index of its last token in the whole step.
    pub(super) fn end(&self) -> usize {
        self.first as usize + self.tokens.len()
    }

    /// The tokens of each slot.
    pub(super) fn runs(&self) -> impl Iterator<Item = Run<'a>> + Clone + use<'a> {
        let mut first = 0;
        let behind = self.behind;
        self.tokens.chunk_by(|a, b| a.slot == b.slot).map(move |tokens| {
            let last = tokens[tokens.len() - 1];
            // Tokens of one slot stand together: behind the last run there may be more of them.
            let more = behind.partition_point(|token| token.slot == last.slot);
            let run = Run { tokens, first, length: last.position as usize + 1 + more };
            first += tokens.len();
            run
        })
    }

    /// A slot with more than one wanted row.
    pub(super) fn repeated_slot(&self) -> Option<u32> {
        let mut slots = self.rows().map(|row| self.tokens[row].slot);
        let mut previous = slots.next()?;
        slots.find(|&slot| std::mem::replace(&mut previous, slot) == slot)
    }

    /// The plan that has room for it.
    pub(super) fn bucket(&self) -> Bucket {
        let longest = self.runs().map(|run| run.tokens.len()).max().unwrap_or(0);
        match self.repeated_slot() {
            Some(_) => Bucket::ALL_ROWS,
            None => Bucket::of(self.tokens.len(), self.rows.len(), longest),
        }
    }

    /// Parts into which the longest context is split.
    pub(super) fn splits(&self) -> u32 {
        let last = self.tokens.iter().map(|token| token.position).max().unwrap_or(0);
        split_bound(last, NO_WINDOW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_share_out_tokens_and_rows() {
        let mut step = Step::prefill(0, 0, &[1; 150]);
        step.rows = vec![3, 63, 64, 149];
        let parts: Vec<(usize, Vec<usize>)> =
            chunks(&step).map(|chunk| (chunk.tokens.len(), chunk.rows().collect())).collect();
        assert_eq!(parts, [(64, vec![3, 63]), (64, vec![0]), (22, vec![21])]);
    }

    #[test]
    fn runs_know_how_long_their_slots_become() {
        let mut step = Step::prefill(3, 10, &[1; 40]);
        step.tokens.extend(Step::prefill(0, 5, &[1; 100]).tokens);
        let runs: Vec<Vec<(usize, usize, usize)>> = chunks(&step)
            .map(|chunk| chunk.runs().map(|run| (run.tokens.len(), run.first, run.length)).collect())
            .collect();
        assert_eq!(runs, [vec![(40, 0, 50), (24, 40, 105)], vec![(64, 0, 105)], vec![(12, 0, 105)]]);
    }

    #[test]
    fn buckets_follow_tokens_and_rows() {
        let bucket = |step: &Step| chunks(step).next().map(|chunk| chunk.bucket()).unwrap();
        let solo = |slots: u32| {
            let tokens: Vec<_> = (0..slots).map(|slot| StepToken { id: 0, position: 5, slot }).collect();
            Step { rows: (0..slots).collect(), tokens, ..Step::default() }
        };
        assert_eq!(bucket(&solo(1)), Bucket::SOLO[0]);
        assert_eq!(bucket(&solo(3)), Bucket::SOLO[2]);
        assert_eq!(bucket(&solo(8)), Bucket::SOLO[3]);
        assert_eq!(bucket(&Step::prefill(0, 0, &[1, 2]).last_row()), Bucket::GENERAL);
        assert_eq!(bucket(&Step::prefill(0, 0, &[1, 2])), Bucket::ALL_ROWS);
        assert_eq!(bucket(&solo(9)), Bucket::ALL_ROWS);
    }
}
