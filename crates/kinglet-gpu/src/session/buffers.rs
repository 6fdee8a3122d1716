use kinglet_graph::{Cache, Graph};
use kinglet_shaders::{KvFormat, PICKED_RECORDS_OFFSET, RECORD_WORDS};
use wgpu::BufferUsages;

use super::{chunk::MAX_SLOTS, rotations::Rotations};
use crate::{Device, GpuError, SessionOptions, plan::page_bytes};

/// The buffers that all plans of a session share.
#[derive(Debug)]
pub(crate) struct SessionBuffers {
    /// The host's words on the step, page tables included.
    pub(crate) step: wgpu::Buffer,
    /// The device's own words on each slot: next token and position.
    pub(crate) state: wgpu::Buffer,
    /// The tokens that the last step picked, and a record on each, where wanted.
    pub(crate) ids: wgpu::Buffer,
    /// Cosines and sines, one buffer for each rotation.
    pub(crate) ropes: Vec<wgpu::Buffer>,
    /// Pages, one buffer for each attention layer.
    pub(crate) kv: Vec<wgpu::Buffer>,
    /// How often buffers were replaced.
    pub(crate) generation: usize,
}

const IDS_BYTES: u64 = (PICKED_RECORDS_OFFSET + MAX_SLOTS * RECORD_WORDS * 4) as u64;
const WRITTEN: BufferUsages = BufferUsages::STORAGE.union(BufferUsages::COPY_DST);
const COPIED: BufferUsages = WRITTEN.union(BufferUsages::COPY_SRC);

impl SessionBuffers {
    pub(crate) async fn new(
        device: &Device,
        graph: &Graph,
        options: &SessionOptions,
        rotations: &Rotations,
        step_bytes: usize,
        pages: usize,
    ) -> Result<SessionBuffers, GpuError> {
        let rope = |rope: &kinglet_graph::Rope| {
            device.buffer("rope", (rotations.table_rows(rope) * rope.pairs() * 8) as u64, WRITTEN)
        };
        let buffers = device
            .checked("a session's buffers", || SessionBuffers {
                step: device.buffer("step", step_bytes as u64, WRITTEN),
                state: device.buffer("state", options.slots as u64 * 8, WRITTEN),
                ids: device.buffer("ids", IDS_BYTES, COPIED),
                ropes: graph.ropes.iter().map(rope).collect(),
                kv: kv_buffers(device, &graph.caches, options.kv, pages),
                generation: 0,
            })
            .await?;
        for (rope, buffer) in graph.ropes.iter().zip(&buffers.ropes) {
            device.upload(buffer, 0, bytemuck::cast_slice(&rotations.table(rope)));
        }
        Ok(buffers)
    }

    /// Replaces the step's buffer by one of so many bytes, with nothing in it.
    pub(crate) async fn replace_step(&mut self, device: &Device, bytes: usize) -> Result<(), GpuError> {
        self.step = device.checked("a step", || device.buffer("step", bytes as u64, WRITTEN)).await?;
        self.generation += 1;
        Ok(())
    }

    /// Replaces the pages by more of them, with the same contents.
    pub(crate) async fn grow(
        &mut self,
        device: &Device,
        caches: &[Cache],
        kv: KvFormat,
        pages: usize,
    ) -> Result<(), GpuError> {
        let larger = device.checked("the KV cache", || kv_buffers(device, caches, kv, pages)).await?;
        let mut encoder = device.inner.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        for (old, new) in self.kv.iter().zip(&larger) {
            encoder.copy_buffer_to_buffer(old, 0, new, 0, Some(old.size()));
        }
        device.inner.queue.submit([encoder.finish()]);
        self.kv = larger;
        self.generation += 1;
        Ok(())
    }
}

fn kv_buffers(device: &Device, caches: &[Cache], kv: KvFormat, pages: usize) -> Vec<wgpu::Buffer> {
    caches.iter().map(|cache| device.buffer("kv", page_bytes(cache, kv) * pages as u64, COPIED)).collect()
}
