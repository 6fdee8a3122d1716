//! A plan with its buffers: everything a step needs, created once.

use wgpu::{BindGroup, BindGroupDescriptor, BindGroupEntry, BindingResource, BufferBinding, BufferUsages};

use super::{buffers::SessionBuffers, sampling::SamplingBuffers};
use crate::{
    Device, GpuError, Model,
    counters::count,
    pipeline::Pipeline,
    plan::{Dispatch, Grid, Load, Place, Plan},
};

#[derive(Debug)]
pub(crate) struct Replay {
    pub(crate) plan: Plan,
    pub(crate) colours: Vec<wgpu::Buffer>,
    launches: Vec<Launch>,
    /// What samples, once a step did, and the generation of its buffers.
    sample: Option<(Launch, usize)>,
    /// Of the session's buffers that are bound.
    generation: usize,
    /// The parameters of all dispatches, each at an aligned offset.
    params: wgpu::Buffer,
}

#[derive(Debug)]
struct Launch {
    pipeline: Pipeline,
    bind_group: BindGroup,
    grid: Grid,
}

impl Replay {
    pub(crate) async fn new(model: &Model, plan: Plan, buffers: &SessionBuffers) -> Result<Replay, GpuError> {
        let device = &model.device;
        let pipelines = device.pipelines(&plan.dispatches).await?;
        let alignment = params_alignment(device, &plan);
        let mut bytes = Vec::new();
        for dispatch in plan.dispatches.iter().chain(&plan.sample) {
            bytes.extend(&dispatch.params);
            bytes.resize(bytes.len().next_multiple_of(alignment), 0);
        }
        let (params, colours) = device
            .checked("a plan's buffers", || {
                let params =
                    device.buffer("params", bytes.len() as u64, BufferUsages::UNIFORM | BufferUsages::COPY_DST);
                let usage = BufferUsages::STORAGE | BufferUsages::COPY_SRC | BufferUsages::COPY_DST;
                let colour = |(index, bytes): (usize, &u64)| device.buffer(&format!("c{index}"), *bytes, usage);
                (params, plan.colours.iter().enumerate().map(colour).collect())
            })
            .await?;
        device.upload(&params, 0, &bytes);
        let mut replay = Replay { plan, colours, launches: Vec::new(), sample: None, generation: 0, params };
        replay.bind(model, buffers, pipelines).await?;
        Ok(replay)
    }

    /// Binds anew where buffers of the session were replaced since.
    pub(crate) async fn rebind_if_stale(&mut self, model: &Model, buffers: &SessionBuffers) -> Result<(), GpuError> {
        if self.generation == buffers.generation {
            return Ok(());
        }
        let pipelines = self.launches.iter().map(|launch| launch.pipeline.clone()).collect();
        self.bind(model, buffers, pipelines).await
    }

    async fn bind(
        &mut self,
        model: &Model,
        buffers: &SessionBuffers,
        pipelines: Vec<Pipeline>,
    ) -> Result<(), GpuError> {
        let alignment = params_alignment(&model.device, &self.plan);
        let bind_all = || {
            let mut launches = Vec::with_capacity(pipelines.len());
            for (index, (dispatch, pipeline)) in self.plan.dispatches.iter().zip(pipelines).enumerate() {
                let params = self.params_of(dispatch, (index * alignment) as u64);
                let bind_group = self.bind_group(model, buffers, None, dispatch, &pipeline, params);
                launches.push(Launch { pipeline, bind_group, grid: dispatch.grid });
            }
            launches
        };
        self.launches = model.device.checked("a plan's bindings", bind_all).await?;
        self.generation = buffers.generation;
        Ok(())
    }

    /// Makes ready what samples: compiled and bound when a step first needs it, because most generations may not.
    pub(crate) async fn bind_sample(
        &mut self,
        model: &Model,
        buffers: &SessionBuffers,
        sampling: &SamplingBuffers,
    ) -> Result<(), GpuError> {
        let Some(dispatch) = &self.plan.sample else { return Ok(()) };
        if self.sample.as_ref().is_some_and(|(_, generation)| *generation == sampling.generation) {
            return Ok(());
        }
        let pipelines = model.device.pipelines(std::slice::from_ref(dispatch)).await?;
        let Some(pipeline) = pipelines.into_iter().next() else { return Ok(()) };
        let offset = self.plan.dispatches.len() * params_alignment(&model.device, &self.plan);
        let params = self.params_of(dispatch, offset as u64);
        let bind = || self.bind_group(model, buffers, Some(sampling), dispatch, &pipeline, params);
        let bind_group = model.device.checked("a plan's bindings", bind).await?;
        self.sample = Some((Launch { pipeline, bind_group, grid: dispatch.grid }, sampling.generation));
        Ok(())
    }

    fn params_of(&self, dispatch: &Dispatch, offset: u64) -> BindingResource<'_> {
        let size = std::num::NonZeroU64::new(dispatch.params.len() as u64);
        BindingResource::Buffer(BufferBinding { buffer: &self.params, offset, size })
    }

    fn bind_group(
        &self,
        model: &Model,
        buffers: &SessionBuffers,
        sampling: Option<&SamplingBuffers>,
        dispatch: &Dispatch,
        pipeline: &Pipeline,
        params: BindingResource<'_>,
    ) -> BindGroup {
        let descriptor = dispatch.variant.descriptor();
        let entry = |binding: &kinglet_shaders::Binding| {
            let bound = dispatch.bindings.iter().find(|(name, _)| *name == binding.name);
            let resource = match bound {
                Some((_, place)) => self.buffer(model, buffers, sampling, *place).as_entire_binding(),
                None => params.clone(),
            };
            BindGroupEntry { binding: binding.number, resource }
        };
        let entries: Vec<_> = descriptor.bindings.iter().map(entry).collect();
        count(&model.device.inner.tally.objects_created, 1);
        model.device.inner.device.create_bind_group(&BindGroupDescriptor {
            label: Some(&dispatch.node),
            layout: &pipeline.layout,
            entries: &entries,
        })
    }

    fn buffer<'a>(
        &'a self,
        model: &'a Model,
        buffers: &'a SessionBuffers,
        sampling: Option<&'a SamplingBuffers>,
        place: Place,
    ) -> &'a wgpu::Buffer {
        match place {
            Place::Step => &buffers.step,
            Place::State => &buffers.state,
            Place::Ids => &buffers.ids,
            // Only what samples binds them.
            Place::Sampling => sampling.map_or(&buffers.step, |sampling| &sampling.sampling),
            Place::Raw => sampling.map_or(&buffers.ids, |sampling| &sampling.raw),
            Place::Shard { matrix, shard } => &model.weights.shards[matrix][shard].codes,
            Place::Scales { matrix, shard } => &model.weights.shards[matrix][shard].scales,
            Place::Zeros => &model.weights.zeros,
            Place::Vector(vector) => &model.weights.vectors[vector],
            Place::Rope(rope) => &buffers.ropes[rope],
            Place::Kv(layer) => &buffers.kv[layer],
            Place::Colour(colour) => &self.colours[colour],
        }
    }

    /// The dispatches that have something to do, for whoever wants to record them without the engine.
    pub(crate) fn commands(&self, load: Load) -> Vec<(wgpu::ComputePipeline, BindGroup, [u32; 3])> {
        let command =
            |launch: &Launch| (launch.pipeline.pipeline.clone(), launch.bind_group.clone(), launch.grid.size(load));
        self.launches.iter().map(command).filter(|(_, _, size)| !size.contains(&0)).collect()
    }

    /// Records every dispatch that has something to do and returns how many those are. Creates and allocates nothing.
    pub(crate) fn encode(&self, pass: &mut wgpu::ComputePass<'_>, load: Load, samples: bool) -> usize {
        let mut dispatches = 0;
        let mut current: Option<&wgpu::ComputePipeline> = None;
        let sample = self.sample.as_ref().filter(|_| samples).map(|(launch, _)| launch);
        let greedy = if sample.is_some() { self.plan.picks_from } else { self.launches.len() };
        for launch in self.launches[..greedy].iter().chain(sample) {
            let [x, y, z] = launch.grid.size(load);
            if x == 0 || y == 0 || z == 0 {
                continue;
            }
            let pipeline = &launch.pipeline.pipeline;
            if current != Some(pipeline) {
                pass.set_pipeline(pipeline);
                current = Some(pipeline);
            }
            pass.set_bind_group(0, &launch.bind_group, &[]);
            pass.dispatch_workgroups(x, y, z);
            dispatches += 1;
        }
        dispatches
    }
}

/// Bytes from one dispatch's parameters to the next's.
fn params_alignment(device: &Device, plan: &Plan) -> usize {
    let longest = plan.dispatches.iter().chain(&plan.sample).map(|dispatch| dispatch.params.len()).max().unwrap_or(16);
    longest.next_multiple_of(device.caps().uniform_alignment.max(16) as usize)
}
