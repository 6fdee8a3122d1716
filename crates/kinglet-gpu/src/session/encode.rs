//! Whole sequences at once, for models whose tokens see what follows them.

use kinglet_graph::Step;

use super::{Chunk, Copies, Session, Slot, Source, StepImage};
use crate::{GpuError, plan::pages_of};

/// Sequences that one step can hold where they are computed whole.
pub const MAX_TEXTS: usize = 64;

/// Tokens that a session has room for at first, where sequences are computed whole.
pub(super) const FIRST_ROOM: usize = 512;

impl Session {
    /// Runs one step of whole sequences, each in a slot of its own from the first on, and returns the wanted rows of each of
    /// the graph's outputs, row after row. Nothing is kept of them.
    pub async fn encode(&mut self, step: &Step) -> Result<Vec<Vec<f32>>, GpuError> {
        self.check_whole(true)?;
        let count = step.runs().count();
        if count > self.slots.len() {
            let (what, limit) = ("a step of whole sequences".to_owned(), self.slots.len() as u64);
            return Err(GpuError::Limit { what, needed: count as u64, unit: "sequences", limit });
        }
        step.check(self.model.vocab, |slot| ((slot as usize) < count).then_some(0))?;
        step.check_for(&self.model.graph)?;
        step.tokens.iter().try_for_each(|token| self.check_context(token.position))?;
        self.make_room(step.tokens.len()).await?;
        // Also what a step has left that was given up half-way.
        (0..self.slots.len() as u32).for_each(|slot| self.close_slot(slot));
        let fresh = || Some(Slot::new(self.classes.windows.len(), 0));
        self.slots[..count].fill_with(fresh);

        let chunk = Chunk::whole(step, self.model.graph.padding());
        let mut outputs = vec![Vec::new(); self.model.graph.outputs.len()];
        let (replay, load) = self.prepare(&chunk, Source::Host).await?;
        let bytes = self.reserve_outputs(replay, load).await?;
        let submission = self.launch(replay, load, false, Copies::Outputs)?;
        self.read_outputs(replay, load, bytes, submission, &mut outputs).await?;
        Ok(outputs)
    }

    /// Replaces the step's buffer by a larger one where so many tokens do not fit, and what has a row for each of them.
    async fn make_room(&mut self, tokens: usize) -> Result<(), GpuError> {
        if tokens <= self.image.room() {
            return Ok(());
        }
        let pages = self.classes.windows.len() * pages_of(self.options.context);
        let image = StepImage::new(tokens.next_power_of_two(), self.slots.len(), pages);
        if self.rotations.make_room(image.room()) {
            self.buffers.replace_ropes(&self.model.device, &self.model.graph, &self.rotations).await?;
        }
        self.buffers.replace_step(&self.model.device, image.size()).await?;
        self.image = image;
        Ok(())
    }
}
