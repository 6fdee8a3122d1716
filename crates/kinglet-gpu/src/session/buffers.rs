use kinglet_graph::Graph;
use kinglet_shaders::{PICKED_RECORDS_OFFSET, RECORD_WORDS};
use wgpu::BufferUsages;

use super::{chunk::MAX_SLOTS, pages::PagePool, rotations::Rotations};
use crate::{
    Device, GpuError, SessionOptions,
    plan::{PageClasses, page_bytes},
};

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
        (classes, pools): (&PageClasses, &[PagePool]),
    ) -> Result<SessionBuffers, GpuError> {
        let kv = |(cache, class): (&kinglet_graph::Cache, &usize)| {
            kv_buffer(device, page_bytes(cache, options.kv) * pools[*class].capacity() as u64)
        };
        let mut buffers = device
            .checked("a session's buffers", || SessionBuffers {
                step: device.buffer("step", step_bytes as u64, WRITTEN),
                state: device.buffer("state", options.slots as u64 * 8, WRITTEN),
                ids: device.buffer("ids", IDS_BYTES, COPIED),
                ropes: Vec::new(),
                kv: graph.caches.iter().zip(&classes.of_cache).map(kv).collect(),
                generation: 0,
            })
            .await?;
        buffers.replace_ropes(device, graph, rotations).await?;
        Ok(buffers)
    }

    /// Makes the tables of all rotations, in place of those that there were.
    pub(crate) async fn replace_ropes(
        &mut self,
        device: &Device,
        graph: &Graph,
        rotations: &Rotations,
    ) -> Result<(), GpuError> {
        let rope = |rope: &kinglet_graph::Rope| {
            device.buffer("rope", (rotations.table_rows(rope) * rope.pairs() * 8) as u64, WRITTEN)
        };
        self.ropes = device.checked("tables of turns", || graph.ropes.iter().map(rope).collect()).await?;
        for (rope, buffer) in graph.ropes.iter().zip(&self.ropes) {
            device.upload(buffer, 0, bytemuck::cast_slice(&rotations.table(rope)));
        }
        self.generation += 1;
        Ok(())
    }

    /// Replaces the step's buffer by one of so many bytes, with nothing in it.
    pub(crate) async fn replace_step(&mut self, device: &Device, bytes: usize) -> Result<(), GpuError> {
        self.step = device.checked("a step", || device.buffer("step", bytes as u64, WRITTEN)).await?;
        self.generation += 1;
        Ok(())
    }

    /// Replaces the pages of these layers, given by their caches and the bytes of all their pages, by more of them with
    /// the same contents.
    pub(crate) async fn grow(&mut self, device: &Device, layers: &[(usize, u64)]) -> Result<(), GpuError> {
        let all = || layers.iter().map(|(_, bytes)| kv_buffer(device, *bytes)).collect::<Vec<_>>();
        let larger = device.checked("the KV cache", all).await?;
        let mut encoder = device.inner.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        for (&(cache, _), new) in layers.iter().zip(larger) {
            let old = std::mem::replace(&mut self.kv[cache], new);
            encoder.copy_buffer_to_buffer(&old, 0, &self.kv[cache], 0, Some(old.size()));
        }
        device.inner.queue.submit([encoder.finish()]);
        self.generation += 1;
        Ok(())
    }
}

fn kv_buffer(device: &Device, bytes: u64) -> wgpu::Buffer {
    device.buffer("kv", bytes, COPIED)
}
