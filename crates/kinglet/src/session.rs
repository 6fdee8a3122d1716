use std::sync::Arc;

use crate::{Error, Outputs, Step, model::Shared};

/// Sequences on one model, advanced step by step. Each sequence has a slot.
#[derive(Debug)]
pub struct Session {
    shared: Arc<Shared>,
    cpu: kinglet_cpu::Session,
}

impl Session {
    pub(crate) fn new(shared: Arc<Shared>) -> Result<Session, Error> {
        let cpu = kinglet_cpu::Session::new(shared.cpu.clone());
        Ok(Session { shared, cpu })
    }

    /// The model's facts.
    pub fn info(&self) -> &crate::ModelInfo {
        &self.shared.info
    }

    /// Opens a slot for a new sequence.
    pub fn open_slot(&mut self) -> u32 {
        self.cpu.open_slot()
    }

    /// Forgets a slot's sequence; the slot may be opened again.
    pub fn close_slot(&mut self, slot: u32) {
        self.cpu.close_slot(slot);
    }

    /// The number of tokens that a slot has had; `None` where it is not open.
    pub fn slot_length(&self, slot: u32) -> Option<u32> {
        self.cpu.slot_length(slot)
    }

    /// Runs a step of any number of tokens and returns the wanted rows of every output.
    pub async fn step(&mut self, step: &Step) -> Result<Outputs, Error> {
        let context = self.shared.info.context;
        if let Some(token) = step.tokens.iter().find(|token| token.position as usize >= context) {
            return Err(Error::Context { tokens: token.position as usize + 1, context });
        }
        let values = self.cpu.step(step)?;
        let rows = |(name, value): (&String, Vec<f32>)| {
            let output = self.shared.cpu.graph().outputs.iter().find(|output| output.name == *name);
            let width = output.map_or(1, |output| self.shared.cpu.graph().node(output.value).output.width);
            (name.clone(), value.chunks_exact(width.max(1)).map(<[f32]>::to_vec).collect())
        };
        Ok(Outputs { values: self.shared.outputs.iter().zip(values).map(rows).collect() })
    }
}
