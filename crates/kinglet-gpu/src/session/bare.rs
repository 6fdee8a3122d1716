use kinglet_graph::StepToken;
use wgpu::{CommandEncoderDescriptor, ComputePassDescriptor, MapMode, PollType, SubmissionIndex};

use super::{Chunk, Copies, STEPS_AHEAD, Session, Source};
use crate::GpuError;

/// The commands of a decoding step without the engine around them: what wgpu alone costs. To be subtracted from what a
/// step of the engine allocates. It waits as native programs do, so it is of no use in a browser.
#[derive(Debug)]
pub struct BareStep<'s> {
    session: &'s mut Session,
    slot: u32,
    commands: Vec<(wgpu::ComputePipeline, wgpu::BindGroup, [u32; 3])>,
    readbacks: Vec<wgpu::Buffer>,
    in_flight: std::collections::VecDeque<(usize, SubmissionIndex)>,
    submitted: usize,
}

impl Session {
    /// The commands of a decoding step, on a slot of their own that is closed again when they are dropped.
    pub async fn bare_step(&mut self) -> Result<BareStep<'_>, GpuError> {
        let slot = self.open_slot()?;
        let tokens = [StepToken { id: 0, position: 0, slot }];
        let (replay, load) = self.prepare(&Chunk::one_row_each(&tokens), Source::Host).await?;
        self.launch(replay, load, Copies::Nothing)?;
        let commands = self.replays[replay].commands(load);
        let device = &self.model.device;
        let usage = wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ;
        let readbacks = (0..=STEPS_AHEAD).map(|_| device.buffer("bare readback", 16, usage)).collect();
        let in_flight = std::collections::VecDeque::with_capacity(STEPS_AHEAD + 1);
        Ok(BareStep { session: self, slot, commands, readbacks, in_flight, submitted: 0 })
    }
}

impl BareStep<'_> {
    /// Submits the commands once more, then waits for the oldest of as many steps as the engine keeps in flight.
    pub fn run(&mut self) {
        let device = &self.session.model.device.inner.device;
        let mut encoder = device.create_command_encoder(&CommandEncoderDescriptor::default());
        {
            let mut pass = encoder.begin_compute_pass(&ComputePassDescriptor::default());
            let mut current: Option<&wgpu::ComputePipeline> = None;
            for (pipeline, bind_group, [x, y, z]) in &self.commands {
                if current != Some(pipeline) {
                    pass.set_pipeline(pipeline);
                    current = Some(pipeline);
                }
                pass.set_bind_group(0, bind_group, &[]);
                pass.dispatch_workgroups(*x, *y, *z);
            }
        }
        let place = self.submitted % self.readbacks.len();
        let readback = &self.readbacks[place];
        encoder.copy_buffer_to_buffer(&self.session.buffers.ids, 0, readback, 0, Some(4));
        let submission = self.session.model.device.inner.queue.submit(Some(encoder.finish()));
        // A callback of the size that the engine's has.
        let token = std::sync::Arc::clone(&self.session.model);
        readback.map_async(MapMode::Read, 0..4, move |_| drop(token));
        self.in_flight.push_back((place, submission));
        self.submitted += 1;
        if self.in_flight.len() >= STEPS_AHEAD {
            self.wait();
        }
    }

    fn wait(&mut self) {
        let Some((place, submission)) = self.in_flight.pop_front() else { return };
        let wait = PollType::Wait { submission_index: Some(submission), timeout: None };
        let _ = self.session.model.device.inner.device.poll(wait);
        let readback = &self.readbacks[place];
        drop(readback.get_mapped_range(0..4));
        readback.unmap();
    }
}

impl Drop for BareStep<'_> {
    fn drop(&mut self) {
        while !self.in_flight.is_empty() {
            self.wait();
        }
        self.session.close_slot(self.slot);
    }
}
