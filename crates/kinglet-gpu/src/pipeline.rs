use std::sync::{Mutex, PoisonError};

use kinglet_shaders::{Access, Variant};

use crate::{
    Device, GpuError,
    counters::count,
    device::typed,
    plan::Dispatch,
    platform::{DIALECT, create_shader, first_line, for_each_in_parallel},
};

/// What distinguishes one compiled kernel from another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PipelineKey {
    variant: Variant,
    overrides: Vec<(&'static str, u32)>,
}

/// A compiled kernel.
#[derive(Clone, Debug)]
pub(crate) struct Pipeline {
    pub(crate) pipeline: wgpu::ComputePipeline,
    pub(crate) layout: wgpu::BindGroupLayout,
}

impl PipelineKey {
    pub(crate) fn new(dispatch: &Dispatch) -> PipelineKey {
        PipelineKey { variant: dispatch.variant, overrides: dispatch.overrides.clone() }
    }
}

impl Device {
    /// The compiled kernels of these dispatches, in their order. Those that are missing are compiled, all at once.
    pub(crate) async fn pipelines(&self, dispatches: &[Dispatch]) -> Result<Vec<Pipeline>, GpuError> {
        let lock = || self.inner.pipelines.lock().unwrap_or_else(PoisonError::into_inner);
        let mut missing: Vec<PipelineKey> = Vec::new();
        for dispatch in dispatches {
            let key = PipelineKey::new(dispatch);
            if !missing.contains(&key) && !lock().contains_key(&key) {
                missing.push(key);
            }
        }
        // Error scopes belong to a thread: each thread hands its own back.
        let scopes = Mutex::new(Vec::new());
        for_each_in_parallel(&missing, |key| {
            let validation = self.inner.device.push_error_scope(wgpu::ErrorFilter::Validation);
            let internal = self.inner.device.push_error_scope(wgpu::ErrorFilter::Internal);
            let compiled = self.compile(key);
            let errors = [internal.pop(), validation.pop()];
            scopes.lock().unwrap_or_else(PoisonError::into_inner).push((key.clone(), compiled, errors));
        });
        for (key, compiled, errors) in scopes.into_inner().unwrap_or_else(PoisonError::into_inner) {
            let [internal, validation] = errors;
            if let Some(error) = internal.await.or(validation.await) {
                return Err(typed(error, &format!("kernel {}", key.variant)));
            }
            lock().insert(key, compiled?);
        }
        self.check()?;
        let pipelines = lock();
        let found = dispatches.iter().filter_map(|dispatch| pipelines.get(&PipelineKey::new(dispatch)).cloned());
        Ok(found.collect())
    }

    fn compile(&self, key: &PipelineKey) -> Result<Pipeline, GpuError> {
        let device = &self.inner.device;
        let name = key.variant.to_string();
        let source = key.variant.expand(DIALECT).map_err(|error| GpuError::Refused {
            what: format!("kernel {name}"),
            why: first_line(&error.to_string()),
        })?;
        let module = create_shader(device, &name, source);
        let entry = |binding: &kinglet_shaders::Binding| wgpu::BindGroupLayoutEntry {
            binding: binding.number,
            visibility: wgpu::ShaderStages::COMPUTE,
            ty: wgpu::BindingType::Buffer {
                ty: match binding.access {
                    Access::Uniform => wgpu::BufferBindingType::Uniform,
                    Access::Read => wgpu::BufferBindingType::Storage { read_only: true },
                    Access::ReadWrite => wgpu::BufferBindingType::Storage { read_only: false },
                },
                has_dynamic_offset: false,
                min_binding_size: None,
            },
            count: None,
        };
        let entries: Vec<_> = key.variant.descriptor().bindings.iter().map(entry).collect();
        let layout =
            device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some(&name), entries: &entries });
        let pipeline_layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(&name),
            bind_group_layouts: &[Some(&layout)],
            ..wgpu::PipelineLayoutDescriptor::default()
        });
        let constants: Vec<(&str, f64)> =
            key.overrides.iter().map(|(name, value)| (*name, f64::from(*value))).collect();
        let pipeline = device.create_compute_pipeline(&wgpu::ComputePipelineDescriptor {
            label: Some(&name),
            layout: Some(&pipeline_layout),
            module: &module,
            entry_point: Some("main"),
            compilation_options: wgpu::PipelineCompilationOptions {
                constants: &constants,
                zero_initialize_workgroup_memory: false,
            },
            cache: None,
        });
        // Module, two layouts, pipeline.
        count(&self.inner.tally.objects_created, 4);
        Ok(Pipeline { pipeline, layout })
    }
}
