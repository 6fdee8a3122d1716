use std::{
    sync::{Mutex, PoisonError},
    thread,
};

use kinglet_shaders::Dialect;
use wgpu::{Backends, Instance, InstanceDescriptor, InstanceFlags};

mod poller;

pub(crate) use poller::Poller;

/// naga's WGSL.
pub(crate) const DIALECT: Dialect = Dialect::Naga;

pub(super) async fn adapters() -> Vec<wgpu::Adapter> {
    let backends = Backends::VULKAN | Backends::METAL | Backends::DX12;
    let descriptor = InstanceDescriptor {
        backends,
        flags: InstanceFlags::empty(),
        ..InstanceDescriptor::new_without_display_handle()
    };
    Instance::new(descriptor).enumerate_adapters(backends).await
}

pub(super) fn adapter_from_environment() -> Option<String> {
    std::env::var("KINGLET_ADAPTER").ok().filter(|name| !name.is_empty())
}

/// Compiles one of Kinglet's own kernels, without the checks that untrusted WGSL needs.
pub(crate) fn create_shader(device: &wgpu::Device, label: &str, source: String) -> wgpu::ShaderModule {
    let descriptor =
        wgpu::ShaderModuleDescriptor { label: Some(label), source: wgpu::ShaderSource::Wgsl(source.into()) };
    // SAFETY: the kernels stay within their buffers and their loops end: each index that a file or a caller controls is
    // named in its kernel's header and checked on the host.
    unsafe { device.create_shader_module_trusted(descriptor, wgpu::ShaderRuntimeChecks::unchecked()) }
}

/// Calls `work` on every item, on all cores.
pub(crate) fn for_each_in_parallel<T: Sync>(items: &[T], work: impl Fn(&T) + Sync) {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(items.len());
    let next = Mutex::new(items.iter());
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let item = next.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some(item) = item else { break };
                    work(item);
                }
            });
        }
    });
}
