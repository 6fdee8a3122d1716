use std::sync::Arc;

use kinglet_gpu::{BareStep, Counters, Event};
use kinglet_graph::{Edit, Pick, Sampling};

use crate::{
    Error, Outputs, Step,
    model::{Backend, Shared},
    texts::Texts,
};

/// Sequences on one model, advanced step by step. Each sequence has a slot.
///
/// *Lock-step*: [`Session::step`] gives tokens and waits for outputs. *Free-running*: [`Session::submit`] and
/// [`Session::submit_next`] let the device pick tokens, the likeliest unless [`Session::set_sampling`] says otherwise, and
/// feed them to itself; [`Session::next_ids`] reads them late.
#[derive(Debug)]
pub struct Session {
    shared: Arc<Shared>,
    backend: SessionBackend,
}

#[derive(Debug)]
enum SessionBackend {
    Cpu(kinglet_cpu::Session),
    Gpu(Box<kinglet_gpu::Session>),
}

use SessionBackend::{Cpu, Gpu};

impl Session {
    pub(crate) async fn new(shared: Arc<Shared>) -> Result<Session, Error> {
        let backend = match &shared.backend {
            Backend::Cpu(model) => Cpu(kinglet_cpu::Session::new(model.clone())),
            Backend::Gpu(model) => {
                Gpu(Box::new(kinglet_gpu::Session::new(model.clone(), shared.session_options()).await?))
            }
        };
        Ok(Session { shared, backend })
    }

    /// The model's facts.
    pub fn info(&self) -> &crate::ModelInfo {
        &self.shared.info
    }

    pub(crate) fn texts(&self) -> &Texts {
        &self.shared.texts
    }

    pub(crate) async fn prepare_to_generate(&mut self) -> Result<(), Error> {
        match &mut self.backend {
            Cpu(_) => Ok(()),
            Gpu(session) => Ok(session.prepare_to_generate().await?),
        }
    }

    /// Opens a slot for a new sequence.
    pub fn open_slot(&mut self) -> Result<u32, Error> {
        match &mut self.backend {
            Cpu(session) => Ok(session.open_slot()),
            Gpu(session) => Ok(session.open_slot()?),
        }
    }

    /// Forgets a slot's sequence; the slot may be opened again.
    pub fn close_slot(&mut self, slot: u32) {
        match &mut self.backend {
            Cpu(session) => session.close_slot(slot),
            Gpu(session) => session.close_slot(slot),
        }
    }

    /// Shortens a slot's sequence to so many tokens, so that others may follow them, and returns how many are left: fewer
    /// where the rest of a page is another slot's too, none where a sliding window has left behind what the next token
    /// would see, or where tokens were rotated for a longer sequence. `None` where it is not open. Tokens in flight are to
    /// be read or discarded before.
    pub fn truncate_slot(&mut self, slot: u32, length: u32) -> Option<u32> {
        match &mut self.backend {
            Cpu(session) => session.truncate_slot(slot, length),
            Gpu(session) => session.truncate_slot(slot, length),
        }
    }

    /// The length beyond which sequences are rotated otherwise, where there is one: one that is to become longer must be
    /// shortened to nothing, and computed again from its beginning.
    pub fn restarts_beyond(&self) -> Option<usize> {
        self.shared.graph().restarts_beyond()
    }

    /// Opens a slot whose sequence begins with the first `length` tokens of another's, and returns it with the number of
    /// tokens that it has: on a GPU those whose pages are full, which the two share; none where the other has left behind
    /// what the next token would see.
    pub fn fork_slot(&mut self, slot: u32, length: u32) -> Result<(u32, u32), Error> {
        match &mut self.backend {
            Cpu(session) => Ok(session.fork_slot(slot, length)?),
            Gpu(session) => Ok(session.fork_slot(slot, length)?),
        }
    }

    /// The number of tokens that a slot has had, steps in flight included; `None` where it is not open.
    pub fn slot_length(&self, slot: u32) -> Option<u32> {
        match &self.backend {
            Cpu(session) => session.slot_length(slot),
            Gpu(session) => session.slot_length(slot),
        }
    }

    /// Runs a step of any number of tokens and returns the wanted rows of every output.
    pub async fn step(&mut self, step: &Step) -> Result<Outputs, Error> {
        self.check_context(step)?;
        let values = match &mut self.backend {
            Cpu(session) => session.step(step)?,
            Gpu(session) => session.step(step).await?,
        };
        let graph = self.shared.graph();
        let outputs = graph.outputs.iter().zip(values).map(|(output, value)| {
            let width = graph.node(output.value).output.width;
            (output.name.clone(), value.chunks_exact(width.max(1)).map(<[f32]>::to_vec).collect())
        });
        Ok(Outputs { values: outputs.collect() })
    }

    /// How the tokens of a slot are picked in steps that are submitted from now on, instead of the likeliest; until it
    /// is closed. [`crate::Penalties::edits`] makes edits.
    pub fn set_sampling(&mut self, slot: u32, sampling: &Sampling, edits: &[Edit]) -> Result<(), Error> {
        match &mut self.backend {
            Cpu(session) => Ok(session.set_sampling(slot, sampling, edits)?),
            Gpu(session) => Ok(session.set_sampling(slot, sampling, edits)?),
        }
    }

    /// Submits a step with given tokens. The device picks a token for each wanted row, at most one a slot.
    pub async fn submit(&mut self, step: &Step) -> Result<(), Error> {
        self.check_context(step)?;
        match &mut self.backend {
            Cpu(session) => Ok(session.submit(step)?),
            Gpu(session) => Ok(session.submit(step).await?),
        }
    }

    /// Submits the next token of each of these slots, which the device knows from its last step.
    pub async fn submit_next(&mut self, slots: &[u32]) -> Result<(), Error> {
        match &mut self.backend {
            Cpu(session) => Ok(session.submit_next(slots)?),
            Gpu(session) => Ok(session.submit_next(slots).await?),
        }
    }

    /// Waits for the oldest step whose tokens were not read, and puts them into `ids` in the order of its rows.
    pub async fn next_ids(&mut self, ids: &mut Vec<u32>) -> Result<(), Error> {
        match &mut self.backend {
            Cpu(session) => session.next_ids(ids),
            Gpu(session) => session.next_ids(ids).await?,
        }
        Ok(())
    }

    /// As [`Session::next_ids`], with what slots want to hear of probabilities.
    pub async fn next_picks(&mut self, picks: &mut Vec<Pick>) -> Result<(), Error> {
        match &mut self.backend {
            Cpu(session) => session.next_picks(picks),
            Gpu(session) => session.next_picks(picks).await?,
        }
        Ok(())
    }

    /// Steps in flight are for nobody: [`Session::next_ids`] passes over their tokens.
    pub fn discard_in_flight(&mut self) {
        match &mut self.backend {
            Cpu(session) => session.discard_in_flight(),
            Gpu(session) => session.discard_in_flight(),
        }
    }

    /// Steps that it pays to have in flight before the first one's tokens are read.
    pub fn steps_ahead(&self) -> usize {
        match self.backend {
            Cpu(_) => 1,
            Gpu(_) => kinglet_gpu::STEPS_AHEAD,
        }
    }

    /// What was asked of the GPU so far; `None` on the CPU.
    pub fn counters(&self) -> Option<Counters> {
        match &self.backend {
            Cpu(_) => None,
            Gpu(session) => Some(session.model().device().counters()),
        }
    }

    /// The most dispatches that a layer takes in a decoding step of one slot; `None` on the CPU and before such a step.
    pub fn dispatches_per_layer(&self) -> Option<usize> {
        match &self.backend {
            Cpu(_) => None,
            Gpu(session) => session.dispatches_per_layer(),
        }
    }

    /// Bytes of weights, as they lie on the device, that a decoding step of one slot reads; `None` on the CPU and before
    /// such a step.
    pub fn step_bytes(&self) -> Option<u64> {
        match &self.backend {
            Cpu(_) => None,
            Gpu(session) => session.step_bytes(),
        }
    }

    /// The commands of a decoding step without the engine around them; `None` on the CPU.
    pub async fn bare_step(&mut self) -> Result<Option<BareStep<'_>>, Error> {
        match &mut self.backend {
            Cpu(_) => Ok(None),
            Gpu(session) => Ok(Some(session.bare_step().await?)),
        }
    }

    /// Writes down submissions and waits from now on, at most `capacity` of them.
    pub fn record_events(&mut self, capacity: usize) {
        if let Gpu(session) = &mut self.backend {
            session.record_events(capacity);
        }
    }

    /// The submissions and waits that were recorded.
    pub fn events(&self) -> &[Event] {
        match &self.backend {
            Cpu(_) => &[],
            Gpu(session) => session.events(),
        }
    }

    fn check_context(&self, step: &Step) -> Result<(), Error> {
        let context = self.shared.info.context;
        match step.tokens.iter().find(|token| token.position as usize >= context) {
            Some(token) => Err(Error::Context { tokens: token.position as usize + 1, context }),
            None => Ok(()),
        }
    }
}
