//! How the slots' tokens are picked, as the kernel `sample` reads it. Layout: `shaders/lib/sampling.wgsl`.

use kinglet_graph::{Edit, Sampling};
use kinglet_shaders::{EDIT_BYTES, SAMPLING_EDIT_OFFSET, SAMPLING_SLOTS, SLOT_SAMPLING_BYTES};
use wgpu::BufferUsages;

use crate::{Device, GpuError};

/// Edits that there is room for from the start; more come by doubling.
const FIRST_EDITS: usize = 64;

/// What is wanted of each slot, and the buffers that say so to the device, once there are any.
#[derive(Debug, Default)]
pub(crate) struct Samplers {
    slots: [Option<SlotSampler>; SAMPLING_SLOTS],
    bytes: Vec<u8>,
    uploaded: Vec<u8>,
    buffers: Option<SamplingBuffers>,
}

#[derive(Debug)]
struct SlotSampler {
    sampling: Sampling,
    edits: Vec<Edit>,
}

/// The buffers of sampling.
#[derive(Debug)]
pub(crate) struct SamplingBuffers {
    /// What is wanted of each slot, and all edits.
    pub(crate) sampling: wgpu::Buffer,
    /// What edited logits were before.
    pub(crate) raw: wgpu::Buffer,
    /// Edits that there is room for.
    edits: usize,
    /// How often they were replaced.
    pub(crate) generation: usize,
}

impl Samplers {
    /// What is wanted of a slot from now on.
    pub(crate) fn set(&mut self, slot: u32, sampling: &Sampling, edits: &[Edit]) {
        let Some(place) = self.slots.get_mut(slot as usize) else { return };
        if sampling.is_greedy() && edits.is_empty() {
            *place = None;
            return;
        }
        match place {
            Some(sampler) => {
                sampler.sampling.clone_from(sampling);
                sampler.edits.clear();
                sampler.edits.extend(edits);
            }
            None => *place = Some(SlotSampler { sampling: sampling.clone(), edits: edits.to_vec() }),
        }
    }

    /// The slot's likeliest tokens are taken, as those of a slot that was just opened.
    pub(crate) fn clear(&mut self, slot: u32) {
        if let Some(place) = self.slots.get_mut(slot as usize) {
            *place = None;
        }
    }

    /// Whether a slot wants more than the likeliest token.
    pub(crate) fn samples(&self, slot: u32) -> bool {
        self.sampler(slot).is_some()
    }

    /// The number of likeliest tokens that a slot wants to hear of, if it wants to hear of probabilities.
    pub(crate) fn logprobs(&self, slot: u32) -> Option<u32> {
        self.sampler(slot).and_then(|sampler| sampler.sampling.logprobs)
    }

    fn sampler(&self, slot: u32) -> Option<&SlotSampler> {
        self.slots.get(slot as usize).and_then(Option::as_ref)
    }

    /// Makes buffers with room for all edits, where they are not there.
    pub(crate) async fn reserve(&mut self, device: &Device) -> Result<(), GpuError> {
        let edits: usize = self.slots.iter().flatten().map(|sampler| sampler.edits.len()).sum();
        if self.buffers.as_ref().is_none_or(|buffers| buffers.edits < edits) {
            let generation = self.buffers.as_ref().map_or(0, |buffers| buffers.generation + 1);
            let edits = edits.next_power_of_two().max(FIRST_EDITS);
            self.buffers = Some(SamplingBuffers::new(device, edits, generation).await?);
            self.uploaded.clear();
        }
        Ok(())
    }

    /// The buffers, once some slot sampled.
    pub(crate) fn buffers(&self) -> Option<&SamplingBuffers> {
        self.buffers.as_ref()
    }

    /// Tells the device what it does not know yet.
    pub(crate) fn upload(&mut self, device: &Device) {
        self.write();
        if self.bytes != self.uploaded
            && let Some(buffers) = &self.buffers
        {
            device.upload(&buffers.sampling, 0, &self.bytes);
            self.uploaded.clone_from(&self.bytes);
        }
    }

    fn write(&mut self) {
        self.bytes.clear();
        self.bytes.resize(SAMPLING_EDIT_OFFSET, 0);
        let mut first = 0;
        for (slot, sampler) in self.slots.iter().enumerate() {
            let Some(SlotSampler { sampling, edits }) = sampler else { continue };
            let words: [u32; SLOT_SAMPLING_BYTES / 4] = [
                first,
                edits.len() as u32,
                sampling.inverse_temperature().to_bits(),
                sampling.top_k,
                sampling.typical.to_bits(),
                sampling.top_p.to_bits(),
                sampling.min_p_distance().to_bits(),
                sampling.logprobs.map_or(0, |top| top + 1),
                sampling.seed as u32,
                (sampling.seed >> 32) as u32,
                sampling.sequence,
            ];
            self.bytes[slot * SLOT_SAMPLING_BYTES..][..SLOT_SAMPLING_BYTES].copy_from_slice(bytemuck::bytes_of(&words));
            for edit in edits {
                let words = [edit.token, edit.bias.to_bits(), edit.repeat.to_bits(), edit.add.to_bits()];
                self.bytes.extend_from_slice(bytemuck::bytes_of(&words));
            }
            first += edits.len() as u32;
        }
    }
}

impl SamplingBuffers {
    async fn new(device: &Device, edits: usize, generation: usize) -> Result<SamplingBuffers, GpuError> {
        let usage = BufferUsages::STORAGE | BufferUsages::COPY_DST;
        let new = || SamplingBuffers {
            sampling: device.buffer("sampling", (SAMPLING_EDIT_OFFSET + edits * EDIT_BYTES) as u64, usage),
            raw: device.buffer("raw", edits as u64 * 4, usage),
            edits,
            generation,
        };
        device.checked("the buffers of sampling", new).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_of_all_slots_stand_one_after_another() {
        let mut samplers = Samplers::default();
        let sampling = Sampling { temperature: 0.5, seed: 1 << 32 | 7, logprobs: Some(0), ..Sampling::default() };
        samplers.set(1, &sampling, &[Edit::none(3), Edit::none(4)]);
        samplers.set(6, &Sampling::default(), &[Edit::none(5)]);
        samplers.set(2, &Sampling::default(), &[]);
        assert_eq!([1, 2, 6, 9].map(|slot| samplers.samples(slot)), [true, false, true, false]);
        samplers.write();
        let words: &[u32] = bytemuck::cast_slice(&samplers.bytes);
        let slot = |slot: usize| &words[slot * SLOT_SAMPLING_BYTES / 4..][..SLOT_SAMPLING_BYTES / 4];
        assert_eq!((slot(1)[..3].to_vec(), &slot(1)[7..10]), (vec![0, 2, 2f32.to_bits()], &[1, 7, 1][..]));
        assert_eq!(slot(6)[..3], [2, 1, 0]);
        let tokens: Vec<u32> = words[SAMPLING_EDIT_OFFSET / 4..].chunks(4).map(|edit| edit[0]).collect();
        assert_eq!(tokens, [3, 4, 5]);
        samplers.clear(1);
        samplers.write();
        assert_eq!(samplers.bytes.len(), SAMPLING_EDIT_OFFSET + EDIT_BYTES);
    }
}
