//! One replay: pages, the step's bytes, dispatches, copies, submission.

use kinglet_graph::{Dim, Step, StepToken};
use kinglet_shaders::PICKED_RECORDS_OFFSET;
use wgpu::{CommandEncoderDescriptor, ComputePassDescriptor, SubmissionIndex};

use super::{Arriving, Chunk, Event, Replay, Session, Source, TokenExtras};
use crate::{
    GpuError,
    counters::count,
    plan::{Bucket, Load, PlanOptions, page_bytes, pages_of, plan},
    readback::Readback,
};

/// What a replay copies back.
#[derive(Clone, Copy)]
pub(super) enum Copies {
    /// Nothing.
    Nothing,
    /// The tokens it picked, and records on them, into the ring.
    Picks(Arriving),
    /// The rows of all outputs, one output after another.
    Outputs,
}

impl Session {
    /// Checks a step against slots, vocabulary and context.
    pub(super) fn check(&self, step: &Step) -> Result<(), GpuError> {
        self.check_whole(false)?;
        step.check(self.model.vocab, |slot| self.slot_length(slot))?;
        step.check_for(&self.model.graph)?;
        step.tokens.iter().try_for_each(|token| self.check_context(token.position))
    }

    /// Plans are made either for whole sequences or for steps that go on, and a step of the other kind does not fit into them.
    pub(super) fn check_whole(&self, whole: bool) -> Result<(), GpuError> {
        let why = match (whole, self.model.graph.sees_all()) {
            (true, false) => "its tokens see none that follow; give it steps that go on",
            (false, true) => "its tokens see those that follow; give it whole sequences",
            _ => return Ok(()),
        };
        Err(GpuError::Unsupported { node: "the graph".to_owned(), why: why.to_owned() })
    }

    pub(super) fn check_context(&self, position: u32) -> Result<(), GpuError> {
        let (tokens, context) = (position as usize + 1, self.options.context);
        if tokens <= context { Ok(()) } else { Err(GpuError::Context { tokens, context }) }
    }

    /// Makes plan, pages and the step's bytes ready. Creates nothing where all of them exist.
    pub(super) async fn prepare(&mut self, chunk: &Chunk<'_>, source: Source) -> Result<(usize, Load), GpuError> {
        self.reserve_pages(chunk).await?;
        let bucket = match self.model.graph.sees_all() {
            true => Bucket::whole(chunk.tokens.len(), chunk.rows().count()),
            false => chunk.bucket(),
        };
        let replay = self.replay(bucket).await?;
        let tile_tokens = self.replays[replay].plan.tile_tokens;
        self.image.clear();
        for run in chunk.runs() {
            let shift = |(index, token): (usize, &StepToken)| {
                let at = run.first + index;
                let shift = self.rotations.shift(at, token.position, run.length);
                (*token, TokenExtras { shift, segment: chunk.segment(at), place: chunk.place(at) })
            };
            self.image.push_run(run.tokens.iter().enumerate().map(shift), run.length, source, tile_tokens);
        }
        let ropes = self.model.graph.ropes.iter().zip(&self.buffers.ropes);
        self.rotations.upload(&self.model.device, ropes, chunk.runs());
        for row in chunk.rows() {
            self.image.push_row(row);
        }
        let [tokens, rows, tiles] = self.image.counts().map(|count| count as u32);
        Ok((replay, Load { tokens, rows, tiles, splits: chunk.splits() }))
    }

    /// The index of the replay for a bucket, which is made where it is missing.
    pub(super) async fn replay(&mut self, bucket: Bucket) -> Result<usize, GpuError> {
        let model = &self.model;
        if let Some(index) = self.replays.iter().position(|replay| replay.plan.bucket == bucket) {
            self.replays[index].rebind_if_stale(model, &self.buffers).await?;
            return Ok(index);
        }
        let options = PlanOptions { bucket, context: self.options.context, kv: self.options.kv };
        let plan = plan(&model.graph, &model.layout, model.device.caps(), options)?;
        self.replays.push(Replay::new(model, plan, &self.buffers).await?);
        Ok(self.replays.len() - 1)
    }

    /// Gives each slot the pages for its new tokens, in place of those that windows have left behind.
    async fn reserve_pages(&mut self, chunk: &Chunk<'_>) -> Result<(), GpuError> {
        for class in 0..self.pools.len() {
            let (window, pool) = (self.classes.windows[class], &mut self.pools[class]);
            let mut missing = 0;
            for run in chunk.runs() {
                let (slot, needed) = pages_needed(run.tokens);
                let Some(Some(slot)) = self.slots.get_mut(slot) else { continue };
                slot.held[class].leave_behind(window, slot.length, pool);
                missing += needed.saturating_sub(slot.held[class].pages.len());
            }
            if missing > 0 {
                self.grow_for(class, missing).await?;
                self.take_pages(class, chunk);
            }
        }
        Ok(())
    }

    fn take_pages(&mut self, class: usize, chunk: &Chunk<'_>) {
        let table = class * pages_of(self.options.context);
        for run in chunk.runs() {
            let (index, needed) = pages_needed(run.tokens);
            let Some(Some(slot)) = self.slots.get_mut(index) else { continue };
            let pages = &mut slot.held[class].pages;
            while pages.len() < needed {
                let Some(page) = self.pools[class].take() else { break };
                self.image.set_page(index, table + pages.len(), page);
                pages.push(page);
            }
        }
    }

    /// Doubles the caches of a class until so many pages are free.
    async fn grow_for(&mut self, class: usize, pages: usize) -> Result<(), GpuError> {
        let (model, pool) = (&self.model, &mut self.pools[class]);
        let capacity = pool.capacity_for(pages).ok_or_else(|| GpuError::Limit {
            what: "the KV cache of all open slots".to_owned(),
            needed: (pool.in_use() + pages) as u64,
            unit: "pages",
            limit: pool.limit() as u64,
        })?;
        if capacity == pool.capacity() {
            return Ok(());
        }
        let bytes = |cache: usize| page_bytes(&model.graph.caches[cache], self.options.kv) * capacity as u64;
        let of_class = self.classes.of_cache.iter().enumerate().filter(|(_, of_cache)| **of_cache == class);
        let layers: Vec<(usize, u64)> = of_class.map(|(cache, _)| (cache, bytes(cache))).collect();
        self.buffers.grow(&model.device, &layers).await?;
        pool.grow(capacity);
        Ok(())
    }

    /// Records and submits one replay.
    pub(super) fn launch(
        &mut self,
        replay: usize,
        load: Load,
        samples: bool,
        copies: Copies,
    ) -> Result<SubmissionIndex, GpuError> {
        let device = &self.model.device;
        device.check()?;
        if let Some(bytes) = self.image.finish() {
            device.upload(&self.buffers.step, 0, bytes);
        }
        if samples {
            self.samplers.upload(device);
        }
        let replay = &self.replays[replay];
        let mut encoder = device.inner.device.create_command_encoder(&CommandEncoderDescriptor::default());
        let dispatches = {
            let mut pass = encoder.begin_compute_pass(&ComputePassDescriptor::default());
            replay.encode(&mut pass, load, samples)
        };
        match (copies, &self.outputs) {
            (Copies::Picks(arriving), _) if load.rows > 0 => {
                let (ids, records) = (arriving.id_bytes(), arriving.record_bytes());
                let ring = self.ring.next_buffer();
                encoder.copy_buffer_to_buffer(&self.buffers.ids, 0, ring, 0, Some(ids));
                if records > 0 {
                    let offset = PICKED_RECORDS_OFFSET as u64;
                    encoder.copy_buffer_to_buffer(&self.buffers.ids, offset, ring, ids, Some(records));
                }
            }
            (Copies::Outputs, Some((readback, _))) => {
                let mut offset = 0;
                for (output, bytes) in replay.plan.outputs.iter().zip(output_bytes(replay, load)) {
                    if bytes > 0 {
                        let colour = &replay.colours[output.colour];
                        encoder.copy_buffer_to_buffer(colour, 0, readback.buffer(), offset, Some(bytes));
                        offset += bytes;
                    }
                }
            }
            _ => {}
        }
        let submission = device.inner.queue.submit(Some(encoder.finish()));
        count(&device.inner.tally.steps, 1);
        count(&device.inner.tally.submits, 1);
        count(&device.inner.tally.dispatches, dispatches);
        self.events.push(Event::Submit(self.submissions));
        self.submissions += 1;
        Ok(submission)
    }

    /// One replay of the free-running loop.
    pub(super) async fn submit_chunk(
        &mut self,
        chunk: &Chunk<'_>,
        source: Source,
        ends_step: bool,
    ) -> Result<(), GpuError> {
        let (replay, load) = self.prepare(chunk, source).await?;
        let slots = || chunk.rows().map(|row| chunk.tokens[row].slot);
        let samples = slots().any(|slot| self.samplers.samples(slot));
        if samples {
            self.samplers.reserve(&self.model.device).await?;
            if let Some(sampling) = self.samplers.buffers() {
                self.replays[replay].bind_sample(&self.model, &self.buffers, sampling).await?;
            }
        }
        let mut arriving = Arriving { rows: load.rows, submission: self.submissions, ends_step, ..Arriving::default() };
        for (logprobs, slot) in arriving.logprobs.iter_mut().zip(slots()) {
            *logprobs = self.samplers.logprobs(slot);
        }
        let submission = self.launch(replay, load, samples, Copies::Picks(arriving))?;
        self.advance(chunk);
        for row in chunk.rows() {
            let token = chunk.tokens[row];
            if let Some(Some(slot)) = self.slots.get_mut(token.slot as usize) {
                slot.picked = slot.length == token.position + 1;
            }
        }
        if load.rows > 0 {
            self.ring.request(&self.model.device, arriving, submission);
        }
        Ok(())
    }

    /// Notes that a chunk's tokens are in their slots.
    pub(super) fn advance(&mut self, chunk: &Chunk<'_>) {
        for token in chunk.tokens {
            if let Some(Some(slot)) = self.slots.get_mut(token.slot as usize) {
                slot.length = token.position + 1;
                slot.picked = false;
            }
        }
    }

    /// Makes room for the outputs of a replay and returns their bytes.
    pub(super) async fn reserve_outputs(&mut self, replay: usize, load: Load) -> Result<u64, GpuError> {
        let bytes = output_bytes(&self.replays[replay], load).sum();
        if let Some((readback, _)) = &self.outputs {
            readback.settle(&self.model.device).await?;
        }
        if self.outputs.as_ref().is_none_or(|(_, size)| *size < bytes) {
            self.outputs = Some((Readback::new(&self.model.device, bytes).await?, bytes));
        }
        Ok(bytes)
    }

    /// Waits for the outputs of a replay and appends their rows.
    pub(super) async fn read_outputs(
        &self,
        replay: usize,
        load: Load,
        bytes: u64,
        submission: SubmissionIndex,
        outputs: &mut [Vec<f32>],
    ) -> Result<(), GpuError> {
        let Some((readback, _)) = self.outputs.as_ref().filter(|_| bytes > 0) else { return Ok(()) };
        let device = &self.model.device;
        let replay = &self.replays[replay];
        readback.request(device, bytes, submission);
        let append = |all: &[u8]| {
            let mut rest = all;
            for ((output, bytes), values) in replay.plan.outputs.iter().zip(output_bytes(replay, load)).zip(outputs) {
                let (own, others) = rest.split_at(bytes as usize);
                rest = others;
                for row in own.chunks_exact(output.stride * 4) {
                    let words = row[..output.width * 4].as_chunks().0;
                    values.extend(words.iter().map(|word| f32::from_le_bytes(*word)));
                }
            }
        };
        readback.read(device, append).await
    }
}

/// The bytes of each output's rows.
fn output_bytes(replay: &Replay, load: Load) -> impl Iterator<Item = u64> {
    replay.plan.outputs.iter().map(move |output| {
        let rows = match output.rows {
            Dim::Tokens => load.tokens,
            Dim::Rows => load.rows,
        };
        u64::from(rows) * output.stride as u64 * 4
    })
}

/// A run's slot, and the pages that the slot needs for it.
fn pages_needed(run: &[StepToken]) -> (usize, usize) {
    run.last().map_or((0, 0), |last| (last.slot as usize, pages_of(last.position as usize + 1)))
}
