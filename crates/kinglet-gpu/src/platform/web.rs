use std::sync::Arc;

use kinglet_shaders::Dialect;
use wgpu::{Backends, Instance, InstanceDescriptor, RequestAdapterOptions, SubmissionIndex};

use super::Owner;
use crate::faults::Faults;

/// The WGSL of browsers.
pub(crate) const DIALECT: Dialect = Dialect::Browser;

pub(super) async fn adapters() -> Vec<wgpu::Adapter> {
    let descriptor =
        InstanceDescriptor { backends: Backends::BROWSER_WEBGPU, ..InstanceDescriptor::new_without_display_handle() };
    let options = RequestAdapterOptions {
        power_preference: wgpu::PowerPreference::HighPerformance,
        ..RequestAdapterOptions::default()
    };
    Instance::new(descriptor).request_adapter(&options).await.into_iter().collect()
}

pub(super) fn adapter_from_environment() -> Option<String> {
    None
}

/// Compiles a kernel; browsers check every shader.
pub(crate) fn create_shader(device: &wgpu::Device, label: &str, source: String) -> wgpu::ShaderModule {
    device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some(label),
        source: wgpu::ShaderSource::Wgsl(source.into()),
    })
}

/// Calls `work` on every item; the browser compiles behind the scenes.
pub(crate) fn for_each_in_parallel<T>(items: &[T], work: impl Fn(&T)) {
    items.iter().for_each(work);
}

/// The browser calls back by itself.
#[derive(Debug)]
pub(crate) struct Poller;

impl Poller {
    pub(crate) fn new(_device: wgpu::Device, _owner: Owner, _faults: Arc<Faults>) -> Poller {
        Poller
    }

    pub(crate) fn wait_for(&self, _device: &wgpu::Device, _submission: SubmissionIndex) {}
}
