//! Sequences on a model: slots, pages, the two loops.

mod bare;
mod buffers;
mod chunk;
mod encode;
mod events;
mod image;
mod launch;
mod pages;
mod replay;
mod ring;
mod rotations;
mod sampling;

use std::sync::Arc;

use kinglet_graph::{Edit, Graph, Pick, Sampling, Step, StepError, StepToken};
use kinglet_shaders::{KvFormat, MAX_TOKENS, PAGE_ROWS};

use crate::{
    Caps, GpuError, Model,
    plan::{Bucket, PageClasses, pages_of},
    readback::Readback,
};
pub use bare::BareStep;
use buffers::SessionBuffers;
pub use chunk::MAX_SLOTS;
use chunk::{Chunk, chunks};
use encode::FIRST_ROOM;
pub use encode::MAX_TEXTS;
pub use events::Event;
use events::EventLog;
use image::{Source, StepImage, TokenExtras};
use launch::Copies;
use pages::{PagePool, Slot};
use replay::Replay;
pub use ring::STEPS_AHEAD;
use ring::{Arriving, Ring};
use rotations::Rotations;
use sampling::Samplers;

/// How large a session may become.
#[derive(Clone, Copy, Debug)]
pub struct SessionOptions {
    /// The longest sequence, in tokens.
    pub context: usize,
    /// Sequences at one time, at most 8.
    pub slots: usize,
    /// How keys and values are stored.
    pub kv: KvFormat,
}

impl Default for SessionOptions {
    fn default() -> SessionOptions {
        SessionOptions { context: 4096, slots: MAX_SLOTS, kv: KvFormat::F16 }
    }
}

/// Pages of 64 tokens that slots have in each attention layer of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageUse {
    /// How many of the last tokens the layers see; all of them without.
    pub window: Option<usize>,
    /// Pages that slots have.
    pub in_use: usize,
    /// Pages that they may have.
    pub limit: usize,
}

/// Tokens whose pages exist from the start; more come by doubling.
const FIRST_TOKENS: usize = 512;

/// Sequences that grow step by step on one model.
///
/// There are two loops over the same plans. *Lock-step*: [`Session::step`] gives the tokens and waits for the outputs.
/// *Free-running*: [`Session::submit`] and [`Session::submit_next`] let the device pick tokens, the likeliest
/// unless [`Session::set_sampling`] says otherwise, and feed them to itself, several steps ahead; [`Session::next_ids`] reads them late.
#[derive(Debug)]
pub struct Session {
    model: Arc<Model>,
    options: SessionOptions,
    buffers: SessionBuffers,
    replays: Vec<Replay>,
    slots: Vec<Option<Slot>>,
    classes: PageClasses,
    /// The pages of each class.
    pools: Vec<PagePool>,
    image: StepImage,
    rotations: Rotations,
    ring: Ring,
    samplers: Samplers,
    /// Where [`Session::next_ids`] puts picks.
    picks: Vec<Pick>,
    /// Where the outputs of a lock-step go.
    outputs: Option<(Readback, u64)>,
    events: EventLog,
    submissions: u64,
}

impl Session {
    /// A session without open slots.
    pub async fn new(model: Arc<Model>, options: SessionOptions) -> Result<Session, GpuError> {
        let device = &model.device;
        let (most, room) = match model.graph.sees_all() {
            true => (MAX_TEXTS, FIRST_ROOM.min(options.context).max(MAX_TOKENS)),
            false => (MAX_SLOTS, MAX_TOKENS),
        };
        if options.slots > most {
            let what = "a session".to_owned();
            return Err(GpuError::Limit { what, needed: options.slots as u64, unit: "slots", limit: most as u64 });
        }
        let classes = PageClasses::new(&model.graph.caches, options.context);
        let fit = pages_fit(&model.graph, &classes, device.caps(), &options)?;
        let pool = |(class, fit): (usize, usize)| {
            let limit = (options.slots * classes.pages_per_slot(class)).min(fit);
            PagePool::new(pages_of(options.context.min(FIRST_TOKENS)), limit)
        };
        let pools: Vec<PagePool> = fit.into_iter().enumerate().map(pool).collect();
        let image = StepImage::new(room, options.slots, classes.windows.len() * pages_of(options.context));
        let rotations = Rotations::new(&model.graph, options.context, room)?;
        let buffers =
            SessionBuffers::new(device, &model.graph, &options, &rotations, image.size(), (&classes, &pools)).await?;
        Ok(Session {
            buffers,
            replays: Vec::new(),
            slots: (0..options.slots).map(|_| None).collect(),
            classes,
            pools,
            image,
            rotations,
            ring: Ring::new(device).await?,
            samplers: Samplers::default(),
            picks: Vec::with_capacity(MAX_SLOTS),
            outputs: None,
            events: EventLog::default(),
            submissions: 0,
            options,
            model,
        })
    }

    /// Makes the plans for prompts and for decoding one sequence, which are otherwise made when they are first needed.
    pub async fn prepare_to_generate(&mut self) -> Result<(), GpuError> {
        for bucket in [Bucket::GENERAL, Bucket::SOLO[0]] {
            self.replay(bucket).await?;
        }
        Ok(())
    }

    /// The model.
    pub fn model(&self) -> &Arc<Model> {
        &self.model
    }

    /// Opens a slot for a new sequence: the lowest that is free.
    pub fn open_slot(&mut self) -> Result<u32, GpuError> {
        let full = GpuError::Slots { slots: self.slots.len() };
        let slot = self.slots.iter().position(Option::is_none).ok_or(full)?;
        self.slots[slot] = Some(Slot::new(self.classes.windows.len(), self.options.context));
        Ok(slot as u32)
    }

    /// Forgets a slot's sequence and gives its pages back.
    pub fn close_slot(&mut self, slot: u32) {
        if let Some(closed) = self.slots.get_mut(slot as usize).and_then(Option::take) {
            closed.close(&mut self.pools);
            self.samplers.clear(slot);
        }
    }

    /// Shortens a slot's sequence to so many tokens, so that others may follow them, and returns how many are left: fewer
    /// where the rest of a page is another slot's too, none where a sliding window has left behind what the next token
    /// would see, or where tokens were rotated for a longer sequence. `None` where it is not open.
    pub fn truncate_slot(&mut self, slot: u32, length: u32) -> Option<u32> {
        let slot = self.slots.get_mut(slot as usize)?.as_mut()?;
        let length = self.model.graph.length_kept(slot.length, length);
        slot.truncate(length, &self.classes, &mut self.pools);
        Some(slot.length)
    }

    /// Opens a slot whose sequence begins with the first `length` tokens of another's, and returns it with the number of
    /// tokens that it has: those whose pages are full, which the two share; none where the other has left behind what the
    /// next token would see.
    pub fn fork_slot(&mut self, slot: u32, length: u32) -> Result<(u32, u32), GpuError> {
        let forked = self.open_slot()?;
        let Some(Some(parent)) = self.slots.get(slot as usize).filter(|_| slot != forked) else {
            self.slots[forked as usize] = None;
            return Err(StepError::Slot { slot, why: "is not open" }.into());
        };
        // Full pages: the fork may not be so long as to keep the rotations of its first tokens.
        let shared = length.min(parent.length) / PAGE_ROWS * PAGE_ROWS;
        let length = self.model.graph.length_kept(parent.length, shared);
        let fork = parent.fork(length, &self.classes, &mut self.pools, self.options.context);
        for (class, held) in fork.held.iter().enumerate() {
            for (index, &page) in held.pages.iter().enumerate().skip(held.first) {
                self.image.set_page(forked as usize, class * pages_of(self.options.context) + index, page);
            }
        }
        let length = fork.length;
        self.slots[forked as usize] = Some(fork);
        Ok((forked, length))
    }

    /// The number of tokens that a slot has had, steps in flight included; `None` where it is not open.
    pub fn slot_length(&self, slot: u32) -> Option<u32> {
        self.slots.get(slot as usize)?.as_ref().map(|slot| slot.length)
    }

    /// Runs a step of any number of tokens and returns the wanted rows of each of the graph's outputs, row after row.
    pub async fn step(&mut self, step: &Step) -> Result<Vec<Vec<f32>>, GpuError> {
        self.check(step)?;
        let mut outputs = vec![Vec::new(); self.model.graph.outputs.len()];
        for chunk in chunks(step) {
            let (replay, load) = self.prepare(&chunk, Source::Host).await?;
            let bytes = self.reserve_outputs(replay, load).await?;
            let submission = self.launch(replay, load, false, Copies::Outputs)?;
            self.advance(&chunk);
            self.read_outputs(replay, load, bytes, submission, &mut outputs).await?;
        }
        Ok(outputs)
    }

    /// Submits a step with given tokens. The device picks a token for each wanted row, at most one a slot;
    /// [`Session::next_ids`] returns them.
    pub async fn submit(&mut self, step: &Step) -> Result<(), GpuError> {
        self.check(step)?;
        step.check_picks()?;
        // Everything that can be refused is refused before the first chunk is submitted.
        let places = chunks(step).filter(|chunk| chunk.rows().next().is_some()).count();
        self.ring.make_room(&self.model.device, places).await?;
        let last = step.rows.last().map_or(0, |&row| row as usize);
        for chunk in chunks(step) {
            let ends_step = chunk.end() > last;
            self.submit_chunk(&chunk, Source::Host, ends_step).await?;
        }
        Ok(())
    }

    /// Submits the next token of each of these slots, which the device knows from its last step.
    pub async fn submit_next(&mut self, slots: &[u32]) -> Result<(), GpuError> {
        self.ring.make_room(&self.model.device, 1).await?;
        if slots.is_empty() {
            return Err(StepError::Empty.into());
        }
        if slots.len() > MAX_SLOTS {
            let what = "a step that feeds itself".to_owned();
            return Err(GpuError::Limit { what, needed: slots.len() as u64, unit: "slots", limit: MAX_SLOTS as u64 });
        }
        let mut tokens = [StepToken { id: 0, position: 0, slot: 0 }; MAX_SLOTS];
        let tokens = &mut tokens[..slots.len()];
        for (index, &slot) in slots.iter().enumerate() {
            let position = self.slot_length(slot).ok_or(StepError::Slot { slot, why: "is not open" })?;
            let picked = self.slots[slot as usize].as_ref().is_some_and(|slot| slot.picked);
            if !picked || slots[..index].contains(&slot) {
                let why = if picked { "stands in two places of the step" } else { StepError::NOT_PICKED };
                return Err(StepError::Slot { slot, why }.into());
            }
            self.model.graph.check_positions(slot, position, position as usize + 1)?;
            self.check_context(position)?;
            tokens[index] = StepToken { id: 0, position, slot };
        }
        self.submit_chunk(&Chunk::one_row_each(tokens), Source::Device, true).await
    }

    /// How the tokens of a slot are picked in steps that are submitted from now on, instead of the likeliest; until it
    /// is closed.
    pub fn set_sampling(&mut self, slot: u32, sampling: &Sampling, edits: &[Edit]) -> Result<(), GpuError> {
        if self.slot_length(slot).is_none() {
            return Err(StepError::Slot { slot, why: "is not open" }.into());
        }
        sampling.check()?;
        Edit::check_all(edits, self.model.graph.logits_width())?;
        self.samplers.set(slot, sampling, edits);
        Ok(())
    }

    /// Waits for the oldest step whose tokens were not read, and puts them into `ids` in the order of its rows.
    pub async fn next_ids(&mut self, ids: &mut Vec<u32>) -> Result<(), GpuError> {
        let mut picks = std::mem::take(&mut self.picks);
        let result = self.next_picks(&mut picks).await;
        ids.clear();
        ids.extend(picks.iter().map(|pick| pick.id));
        self.picks = picks;
        result
    }

    /// As [`Session::next_ids`], with what slots want to hear of probabilities.
    pub async fn next_picks(&mut self, picks: &mut Vec<Pick>) -> Result<(), GpuError> {
        if let Some(submission) = self.ring.oldest() {
            self.events.push(Event::Wait(submission));
        }
        self.ring.read(&self.model.device, picks).await
    }

    /// Steps in flight are for nobody: [`Session::next_ids`] passes over their tokens.
    pub fn discard_in_flight(&mut self) {
        self.ring.discard_in_flight();
    }

    /// The most dispatches that a layer takes in a decoding step of one slot; `None` before the first such step.
    pub fn dispatches_per_layer(&self) -> Option<usize> {
        let solo = self.replays.iter().find(|replay| replay.plan.bucket == Bucket::SOLO[0]);
        solo.map(|replay| replay.plan.dispatches_per_layer())
    }

    /// Bytes of weights, as they lie on the device, that a decoding step of one slot reads; `None` before the first such
    /// step.
    pub fn step_bytes(&self) -> Option<u64> {
        let solo = self.replays.iter().find(|replay| replay.plan.bucket == Bucket::SOLO[0]);
        solo.map(|replay| replay.plan.weight_bytes(&self.model.layout))
    }

    /// The pages of each class of attention layers: those without a window, and those of each window.
    pub fn pages(&self) -> impl Iterator<Item = PageUse> {
        let classes = self.classes.windows.iter().zip(&self.pools);
        classes.map(|(&window, pool)| PageUse { window, in_use: pool.in_use(), limit: pool.limit() })
    }

    /// Writes down submissions and waits from now on, at most `capacity` of them.
    pub fn record_events(&mut self, capacity: usize) {
        self.events = EventLog::new(capacity);
    }

    /// The submissions and waits that were recorded.
    pub fn events(&self) -> &[Event] {
        self.events.entries()
    }
}

/// Pages of each class that a buffer can hold for each of its layers; an error where they are too few for a single
/// sequence.
pub(crate) fn pages_fit(
    graph: &Graph,
    classes: &PageClasses,
    caps: &Caps,
    options: &SessionOptions,
) -> Result<Vec<usize>, GpuError> {
    let limit = caps.binding_bytes.min(caps.buffer_bytes);
    let fit = |class| {
        let largest = classes.page_bytes(class, &graph.caches, options.kv);
        let (fit, needed) = ((limit / largest) as usize, classes.pages_per_slot(class));
        if fit < needed {
            let what = format!("the cache of one layer for {} tokens", options.context);
            return Err(GpuError::Limit { what, needed: largest * needed as u64, unit: "bytes of a binding", limit });
        }
        Ok(fit)
    };
    (0..classes.windows.len()).map(fit).collect()
}
