use std::{collections::VecDeque, sync::Arc};

use kinglet_graph::{Dim, Edit, Op, Pick, Sampling, Step, StepError, StepToken, pick};

use crate::{CpuError, Model, cache::SlotCache, ops};

/// Sequences that grow step by step on one model.
#[derive(Debug)]
pub struct Session {
    model: Arc<Model>,
    slots: Vec<Option<SlotCache>>,
    /// The tokens that steps picked and nobody has read.
    picked: VecDeque<Vec<Pick>>,
}

impl Session {
    /// A session without slots.
    pub fn new(model: Arc<Model>) -> Session {
        Session { model, slots: Vec::new(), picked: VecDeque::new() }
    }

    /// Opens a slot for a new sequence: the lowest that is free.
    pub fn open_slot(&mut self) -> u32 {
        let cache = SlotCache::new(&self.model.graph.caches);
        self.open_slot_with(cache)
    }

    fn open_slot_with(&mut self, cache: SlotCache) -> u32 {
        let slot = self.slots.iter().position(Option::is_none).unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        self.slots[slot] = Some(cache);
        slot as u32
    }

    /// Opens a slot whose sequence begins with the first `length` tokens of another's, and returns it with the number of
    /// tokens that it has.
    pub fn fork_slot(&mut self, slot: u32, length: u32) -> Result<(u32, u32), CpuError> {
        let Some(Some(parent)) = self.slots.get(slot as usize) else {
            return Err(StepError::Slot { slot, why: "is not open" }.into());
        };
        let fork = parent.fork(self.model.graph.length_kept(parent.length, length));
        let length = fork.length;
        Ok((self.open_slot_with(fork), length))
    }

    /// Shortens a slot's sequence to so many tokens, so that others may follow them, and returns how many are left: none
    /// where they were rotated for a longer sequence. `None` where it is not open.
    pub fn truncate_slot(&mut self, slot: u32, length: u32) -> Option<u32> {
        let cache = self.slots.get_mut(slot as usize)?.as_mut()?;
        cache.truncate(self.model.graph.length_kept(cache.length, length));
        Some(cache.length)
    }

    /// Forgets a slot's sequence.
    pub fn close_slot(&mut self, slot: u32) {
        if let Some(cache) = self.slots.get_mut(slot as usize) {
            *cache = None;
        }
    }

    /// The number of tokens that a slot has had; `None` where it is not open.
    pub fn slot_length(&self, slot: u32) -> Option<u32> {
        self.slots.get(slot as usize)?.as_ref().map(|cache| cache.length)
    }

    /// Runs one step of whole sequences, each in a slot of its own from the first on, and keeps nothing of them.
    pub fn encode(&mut self, step: &Step) -> Result<Vec<Vec<f32>>, CpuError> {
        let fresh = step.runs().map(|_| Some(SlotCache::new(&self.model.graph.caches))).collect();
        let kept = std::mem::replace(&mut self.slots, fresh);
        let outputs = self.step(step);
        self.slots = kept;
        outputs
    }

    /// Runs one step and returns the rows of each of the graph's outputs, row after row.
    pub fn step(&mut self, step: &Step) -> Result<Vec<Vec<f32>>, CpuError> {
        step.check(self.model.vocab, |slot| self.slot_length(slot))?;
        step.check_for(&self.model.graph)?;
        let model = self.model.clone();
        let graph = &model.graph;
        let mut last_use: Vec<usize> = (0..graph.nodes.len()).collect();
        for (index, node) in graph.nodes.iter().enumerate() {
            for input in &node.inputs {
                last_use[input.0] = index;
            }
        }
        for output in &graph.outputs {
            last_use[output.value.0] = usize::MAX;
        }
        let mut values: Vec<Vec<f32>> = vec![Vec::new(); graph.nodes.len()];
        for (index, node) in graph.nodes.iter().enumerate() {
            let inputs: Vec<&[f32]> = node.inputs.iter().map(|input| values[input.0].as_slice()).collect();
            let rows = match node.output.rows {
                Dim::Tokens => step.tokens.len(),
                Dim::Rows => step.rows.len(),
            };
            let width = node.output.width;
            let value = match &node.op {
                Op::Embed(embed) => ops::embed(embed, &model.weights[embed.table.0], step),
                Op::Linear(linear) => ops::linear(&model, linear, &inputs, rows, width),
                Op::Norm(norm) => ops::norm(&model, norm, &inputs, width),
                Op::Attention(attention) => ops::attention(&model, attention, &inputs, step, &mut self.slots),
                Op::Binary(binary) => ops::binary(*binary, inputs[0], inputs[1]),
                Op::Unary(unary) => inputs[0].iter().map(|&x| ops::unary(*unary, x)).collect(),
                Op::Slice { start, width } => {
                    let from = graph.node(node.inputs[0]).output.width;
                    inputs[0].chunks_exact(from).flat_map(|row| &row[*start..start + width]).copied().collect()
                }
                Op::Pool(pool) => ops::pool(*pool, inputs[0], step, width),
                Op::Neighbours => ops::neighbours(inputs[0], step, width / 3),
                Op::Rows => {
                    step.rows.iter().flat_map(|&row| &inputs[0][row as usize * width..][..width]).copied().collect()
                }
            };
            values[index] = value;
            for input in &node.inputs {
                if last_use[input.0] == index {
                    values[input.0] = Vec::new();
                }
            }
        }
        for token in &step.tokens {
            if let Some(Some(cache)) = self.slots.get_mut(token.slot as usize) {
                cache.grow(token.position + 1);
            }
        }
        Ok(graph.outputs.iter().map(|output| values[output.value.0].clone()).collect())
    }

    /// How the tokens of a slot are picked from now on, instead of the likeliest; until it is closed.
    pub fn set_sampling(&mut self, slot: u32, sampling: &Sampling, edits: &[Edit]) -> Result<(), CpuError> {
        sampling.check()?;
        Edit::check_all(edits, self.model.graph.logits_width())?;
        match self.slots.get_mut(slot as usize) {
            Some(Some(cache)) => {
                cache.sampling.clone_from(sampling);
                cache.edits = edits.to_vec();
                Ok(())
            }
            _ => Err(StepError::Slot { slot, why: "is not open" }.into()),
        }
    }

    /// Runs a step and picks a token for each wanted row, at most one a slot; [`Session::next_ids`] returns them.
    pub fn submit(&mut self, step: &Step) -> Result<(), CpuError> {
        step.check_picks()?;
        let logits = self.model.graph.outputs.iter().position(|output| output.name == "logits");
        let mut outputs = self.step(step)?;
        let (Some(logits), false) = (logits, step.rows.is_empty()) else { return Ok(()) };
        let logits = outputs.swap_remove(logits);
        let width = logits.len() / step.rows.len();
        let mut picks = Vec::with_capacity(step.rows.len());
        for (&row, logits) in step.rows.iter().zip(logits.chunks_exact(width)) {
            let token = step.tokens[row as usize];
            if let Some(Some(cache)) = self.slots.get_mut(token.slot as usize) {
                let pick = pick(logits, &cache.sampling, &cache.edits, token.position);
                cache.next = (cache.length == token.position + 1).then_some(pick.id);
                picks.push(pick);
            }
        }
        self.picked.push_back(picks);
        Ok(())
    }

    /// Runs the next token of each of these slots, as the slot's last step picked it.
    pub fn submit_next(&mut self, slots: &[u32]) -> Result<(), CpuError> {
        let token = |&slot: &u32| match self.slots.get(slot as usize) {
            Some(Some(cache)) => {
                let id = cache.next.ok_or(StepError::Slot { slot, why: StepError::NOT_PICKED })?;
                Ok(StepToken { id, position: cache.length, slot })
            }
            _ => Err(StepError::Slot { slot, why: "is not open" }),
        };
        let tokens = slots.iter().map(token).collect::<Result<Vec<_>, _>>()?;
        self.submit(&Step { tokens, rows: (0..slots.len() as u32).collect(), ..Step::default() })
    }

    /// The tokens that the oldest unread step picked, in the order of its rows.
    pub fn next_ids(&mut self, ids: &mut Vec<u32>) {
        ids.clear();
        ids.extend(self.picked.pop_front().unwrap_or_default().iter().map(|pick| pick.id));
    }

    /// As [`Session::next_ids`], with what slots want to hear of probabilities.
    pub fn next_picks(&mut self, picks: &mut Vec<Pick>) {
        picks.clear();
        picks.extend(self.picked.pop_front().unwrap_or_default());
    }

    /// Forgets the tokens that nobody has read.
    pub fn discard_in_flight(&mut self) {
        self.picked.clear();
    }
}
