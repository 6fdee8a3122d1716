use crate::Graph;

/// What one replay computes: tokens with their positions and slots. A decode of several conversations, a chunk of a
/// prompt and a batch of sentences differ only in how many tokens each slot has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    /// The tokens. Those of one slot stand together, at consecutive positions.
    pub tokens: Vec<StepToken>,
    /// Which tokens' rows are wanted of the outputs: ascending indices into `tokens`.
    pub rows: Vec<u32>,
    /// The segment of each token; without any, all are of the first.
    pub segments: Vec<u32>,
}

/// One token of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepToken {
    /// Its id in the vocabulary.
    pub id: u32,
    /// Its position in the slot's sequence.
    pub position: u32,
    /// The sequence it belongs to.
    pub slot: u32,
}

/// Why a step cannot run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StepError {
    /// There is nothing to compute.
    #[error("a step needs at least one token")]
    Empty,
    /// A token is not in the vocabulary.
    #[error("token {id} is not in the vocabulary of {vocab}")]
    Token {
        /// The token.
        id: u32,
        /// The size of the vocabulary.
        vocab: usize,
    },
    /// A position skips or repeats part of its slot's sequence.
    #[error("slot {slot}: position {position} follows {length} tokens")]
    Position {
        /// The slot.
        slot: u32,
        /// The token's position.
        position: u32,
        /// How many tokens the slot has by then.
        length: u32,
    },
    /// A slot is not open, or stands in two places of the step.
    #[error("slot {slot} {why}")]
    Slot {
        /// The slot.
        slot: u32,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Some tokens have a segment and others none.
    #[error("{segments} segments were given for {tokens} tokens")]
    Segments {
        /// How many there are.
        segments: usize,
        /// The number of tokens.
        tokens: usize,
    },
    /// A token belongs to a segment that the model does not know.
    #[error("segment {segment} is not among the {segments} that the model knows")]
    Segment {
        /// The segment.
        segment: u32,
        /// How many the model knows.
        segments: usize,
    },
    /// A sequence has no position left.
    #[error("slot {slot} goes beyond the {positions} positions that the model knows")]
    Beyond {
        /// The slot.
        slot: u32,
        /// How many positions there are.
        positions: usize,
    },
    /// A sequence becomes longer than its first tokens were rotated for.
    #[error("slot {slot} has {length} tokens that are rotated for up to {beyond}: shorten it to none and begin again")]
    Restart {
        /// The slot.
        slot: u32,
        /// How many tokens it has.
        length: u32,
        /// The length that it would pass.
        beyond: usize,
    },
    /// A wanted row is not a token of the step.
    #[error("row {row} is not among the step's {tokens} tokens in ascending order")]
    Row {
        /// The row.
        row: u32,
        /// The number of tokens.
        tokens: usize,
    },
}

impl StepError {
    /// Why a slot has no next token.
    pub const NOT_PICKED: &'static str = "has no next token: its last step picked none";
}

impl Graph {
    /// Checks that a slot's sequence of `length` tokens may grow to `end` of them.
    pub fn check_positions(&self, slot: u32, length: u32, end: usize) -> Result<(), StepError> {
        let (positions, beyond) = (self.positions(), self.restarts_beyond().unwrap_or(usize::MAX));
        if end > positions {
            return Err(StepError::Beyond { slot, positions });
        }
        if (1..=beyond).contains(&(length as usize)) && end > beyond {
            return Err(StepError::Restart { slot, length, beyond });
        }
        Ok(())
    }
}

impl Step {
    /// Consecutive tokens of one slot, all rows wanted.
    pub fn prefill(slot: u32, first: u32, ids: &[u32]) -> Step {
        let token = |(i, &id): (usize, &u32)| StepToken { id, position: first + i as u32, slot };
        Step {
            tokens: ids.iter().enumerate().map(token).collect(),
            rows: (0..ids.len() as u32).collect(),
            segments: Vec::new(),
        }
    }

    /// The same tokens, with only the last row wanted.
    pub fn last_row(mut self) -> Step {
        self.rows = self.tokens.len().checked_sub(1).map(|last| last as u32).into_iter().collect();
        self
    }

    /// Runs of consecutive tokens of one slot: their range in `tokens`.
    pub fn runs(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let mut start = 0;
        self.tokens.chunk_by(|a, b| a.slot == b.slot).map(move |run| {
            let range = start..start + run.len();
            start = range.end;
            range
        })
    }

    /// For each token its row in a table of positions, counted from that of position 0: its position, unless some tokens
    /// are not counted. These have the row before that.
    pub fn places(&self, padding: Option<u32>) -> impl Iterator<Item = u32> {
        let mut count = 0;
        self.tokens.iter().map(move |token| {
            let Some(padding) = padding else { return token.position };
            count = if token.position == 0 { 0 } else { count };
            if token.id == padding {
                return u32::MAX;
            }
            count += 1;
            count - 1
        })
    }

    /// Checks that each slot has one wanted row at most, as steps that pick tokens ask for. The step is otherwise valid.
    pub fn check_picks(&self) -> Result<(), StepError> {
        let slot = |row: &u32| self.tokens.get(*row as usize).map(|token| token.slot);
        match self.rows.windows(2).find(|pair| slot(&pair[0]) == slot(&pair[1])).and_then(|pair| slot(&pair[0])) {
            Some(slot) => Err(StepError::Slot { slot, why: "has two wanted rows in a step that picks tokens" }),
            None => Ok(()),
        }
    }

    /// Checks positions and segments against what a graph knows of them. The step is otherwise valid.
    pub fn check_for(&self, graph: &Graph) -> Result<(), StepError> {
        if !self.segments.is_empty() && self.segments.len() != self.tokens.len() {
            return Err(StepError::Segments { segments: self.segments.len(), tokens: self.tokens.len() });
        }
        if let Some(&segment) = self.segments.iter().find(|&&segment| segment as usize >= graph.segments()) {
            return Err(StepError::Segment { segment, segments: graph.segments() });
        }
        self.runs().try_for_each(|run| {
            let StepToken { slot, position: length, .. } = self.tokens[run.start];
            graph.check_positions(slot, length, length as usize + run.len())
        })
    }

    /// Checks everything that kernels rely on. `length` is the number of tokens a slot has had, `None` of a closed slot.
    pub fn check(&self, vocab: usize, length: impl Fn(u32) -> Option<u32>) -> Result<(), StepError> {
        if self.tokens.is_empty() {
            return Err(StepError::Empty);
        }
        let mut seen = Vec::new();
        for run in self.runs() {
            let slot = self.tokens[run.start].slot;
            let length = length(slot).ok_or(StepError::Slot { slot, why: "is not open" })?;
            if seen.contains(&slot) {
                return Err(StepError::Slot { slot, why: "stands in two places of the step" });
            }
            seen.push(slot);
            for (token, expected) in self.tokens[run].iter().zip(length..) {
                if token.id as usize >= vocab {
                    return Err(StepError::Token { id: token.id, vocab });
                }
                if token.position != expected {
                    return Err(StepError::Position { slot, position: token.position, length: expected });
                }
            }
        }
        let ascending = self.rows.windows(2).find(|pair| pair[0] >= pair[1]).map(|pair| pair[1]);
        let beyond = self.rows.iter().copied().find(|&row| row as usize >= self.tokens.len());
        match ascending.or(beyond) {
            Some(row) => Err(StepError::Row { row, tokens: self.tokens.len() }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Builder, LongFrequencies, Longer, Rope};

    fn check(step: &Step) -> Result<(), StepError> {
        step.check(10, |slot| [Some(0), Some(4), None].get(slot as usize).copied().flatten())
    }

    #[test]
    fn check_names_what_is_wrong() {
        let mut step = Step::prefill(0, 0, &[1, 2, 3]);
        step.tokens.push(StepToken { id: 4, position: 4, slot: 1 });
        assert_eq!(check(&step), Ok(()));
        assert_eq!(check(&Step::default()), Err(StepError::Empty));
        let repeated = Step { tokens: [&step.tokens[..], &step.tokens[..1]].concat(), ..Step::default() };
        assert_eq!(check(&repeated), Err(StepError::Slot { slot: 0, why: "stands in two places of the step" }));
        assert_eq!(check(&Step::prefill(2, 0, &[1])), Err(StepError::Slot { slot: 2, why: "is not open" }));
        assert_eq!(check(&Step::prefill(1, 3, &[1])), Err(StepError::Position { slot: 1, position: 3, length: 4 }));
        assert_eq!(check(&Step::prefill(0, 0, &[10])), Err(StepError::Token { id: 10, vocab: 10 }));
        step.rows = vec![1, 1];
        assert_eq!(check(&step), Err(StepError::Row { row: 1, tokens: 4 }));
        step.rows = vec![1, 4];
        assert_eq!(check(&step), Err(StepError::Row { row: 4, tokens: 4 }));
    }

    #[test]
    fn positions_are_those_that_the_graph_knows() {
        let fixed = LongFrequencies::Fixed(vec![0.5]);
        let rope = Rope { longer: Some(Longer { beyond: 8, frequencies: fixed }), ..Rope::new(1e4, 2) };
        let g = Builder::new();
        g.rope(rope);
        g.embed_positions_after("positions", 14, 1, 4);
        let graph = g.finish().unwrap();
        let check = |first, count| Step::prefill(1, first, &vec![0; count]).check_for(&graph);
        for (first, count) in [(7, 1), (0, 9), (9, 1), (0, 12)] {
            assert_eq!(check(first, count), Ok(()));
        }
        assert_eq!(check(7, 2), Err(StepError::Restart { slot: 1, length: 7, beyond: 8 }));
        assert_eq!(check(9, 4), Err(StepError::Beyond { slot: 1, positions: 12 }));
    }

    #[test]
    fn tokens_that_are_not_counted_have_the_row_before_the_first() {
        let mut step = Step::prefill(0, 0, &[7, 1, 8, 1]);
        step.tokens.extend(Step::prefill(1, 0, &[9, 7]).tokens);
        assert_eq!(step.places(None).collect::<Vec<_>>(), [0, 1, 2, 3, 0, 1]);
        assert_eq!(step.places(Some(1)).collect::<Vec<_>>(), [0, u32::MAX, 1, u32::MAX, 0, 1]);
    }

    #[test]
    fn runs_cut_at_slots() {
        let mut step = Step::prefill(0, 0, &[1, 2]);
        step.tokens.extend(Step::prefill(1, 4, &[3]).tokens);
        assert_eq!(step.runs().collect::<Vec<_>>(), [0..2, 2..3]);
        assert_eq!(step.last_row().rows, [2]);
    }
}
