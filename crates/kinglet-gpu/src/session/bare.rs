use std::sync::{Arc, Condvar, Mutex, PoisonError};

use kinglet_graph::StepToken;
use wgpu::{CommandEncoderDescriptor, ComputePassDescriptor, MapMode};

use super::{Chunk, Copies, STEPS_AHEAD, Session, Source};
use crate::GpuError;

/// The commands of a decoding step without the engine around them: what wgpu alone costs. To be subtracted from what a
/// step of the engine allocates. It blocks, so it is of no use in a browser.
///
/// The device's own thread waits for submissions here too: what wgpu allocates depends on who polls it when.
#[derive(Debug)]
pub struct BareStep<'s> {
    session: &'s mut Session,
    slot: u32,
    commands: Vec<(wgpu::ComputePipeline, wgpu::BindGroup, [u32; 3])>,
    readbacks: Vec<(wgpu::Buffer, Arc<Arrival>)>,
    submitted: usize,
    waited: usize,
}

#[derive(Debug, Default)]
struct Arrival {
    arrived: Mutex<bool>,
    changed: Condvar,
}

impl Session {
    /// The commands of a decoding step, on a slot of their own that is closed again when they are dropped, with the
    /// session's own buffers throughout.
    pub async fn bare_step(&mut self) -> Result<BareStep<'_>, GpuError> {
        self.ring.make_room(&self.model.device, 0).await?;
        let slot = self.open_slot()?;
        let tokens = [StepToken { id: 0, position: 0, slot }];
        let (replay, load) = self.prepare(&Chunk::one_row_each(&tokens), Source::Host).await?;
        self.launch(replay, load, false, Copies::Nothing)?;
        let commands = self.replays[replay].commands(load);
        let readbacks = self.ring.buffers().map(|buffer| (buffer.clone(), Arc::default())).collect();
        Ok(BareStep { session: self, slot, commands, readbacks, submitted: 0, waited: 0 })
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
        let device = &self.session.model.device.inner;
        let (readback, arrival) = &self.readbacks[self.submitted % self.readbacks.len()];
        encoder.copy_buffer_to_buffer(&self.session.buffers.ids, 0, readback, 0, Some(4));
        let submission = device.queue.submit(Some(encoder.finish()));
        let arrival = arrival.clone();
        readback.map_async(MapMode::Read, 0..4, move |_| {
            *arrival.arrived.lock().unwrap_or_else(PoisonError::into_inner) = true;
            arrival.changed.notify_one();
        });
        device.poller.wait_for(&device.device, submission);
        self.submitted += 1;
        if self.submitted - self.waited >= STEPS_AHEAD {
            self.wait();
        }
    }

    fn wait(&mut self) {
        let (readback, arrival) = &self.readbacks[self.waited % self.readbacks.len()];
        let mut arrived = arrival.arrived.lock().unwrap_or_else(PoisonError::into_inner);
        while !*arrived {
            arrived = arrival.changed.wait(arrived).unwrap_or_else(PoisonError::into_inner);
        }
        *arrived = false;
        drop(readback.get_mapped_range(0..4));
        readback.unmap();
        self.waited += 1;
    }
}

impl Drop for BareStep<'_> {
    fn drop(&mut self) {
        while self.waited < self.submitted {
            self.wait();
        }
        self.session.close_slot(self.slot);
    }
}
