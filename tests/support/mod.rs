//! What several tests share.
#![allow(
    dead_code,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "each test uses a part; a test may panic"
)]

pub mod synthetic;

use std::path::PathBuf;

use kinglet::{DeviceChoice, Engine, EngineOptions, LoadOptions, Model, Source, Tier};

/// A folder of `tests/goldens`.
pub fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/goldens").join(name)
}

/// The engines that a test should pass on: the CPU, and each tier of the first adapter where there is one. Where
/// `KINGLET_REQUIRE_GPU` is set, a missing adapter is a failure.
pub async fn engines() -> Vec<Engine> {
    let cpu = EngineOptions { device: DeviceChoice::Cpu, ..EngineOptions::default() };
    let mut engines = vec![Engine::new(cpu).await.expect("the CPU backend")];
    for tier in [Tier::Baseline, Tier::HIGHEST] {
        engines.extend(gpu_engine(tier).await);
    }
    engines
}

/// The first adapter, with no tier above `tier`.
pub async fn gpu_engine(tier: Tier) -> Option<Engine> {
    let options = EngineOptions { device: DeviceChoice::Gpu, tier: Some(tier), ..EngineOptions::default() };
    match Engine::new(options).await {
        Ok(engine) => Some(engine),
        Err(error) if std::env::var("KINGLET_REQUIRE_GPU").is_ok_and(|value| value == "1") => {
            panic!("KINGLET_REQUIRE_GPU is set: {error}")
        }
        Err(_) => None,
    }
}

/// A device of the first adapter, with no tier above `tier`.
pub async fn device(tier: Tier) -> Option<kinglet_gpu::Device> {
    let options = kinglet_gpu::DeviceOptions { tier: Some(tier), ..Default::default() };
    match kinglet_gpu::Device::open(&options).await {
        Ok(device) => Some(device),
        Err(error) if std::env::var("KINGLET_REQUIRE_GPU").is_ok_and(|value| value == "1") => {
            panic!("KINGLET_REQUIRE_GPU is set: {error}")
        }
        Err(_) => None,
    }
}

/// A checkpoint of `tests/goldens` on a device.
pub async fn load(engine: &Engine, name: &str) -> Model {
    let source = Source::path(golden(name)).expect("a golden");
    engine.load(&source, LoadOptions::default()).await.expect("a model")
}

/// A device that does nothing but keep what is written to it, with no more than WebGPU promises.
pub fn noop_engine() -> Engine {
    let options = wgpu::BackendOptions {
        noop: wgpu::NoopBackendOptions { enable: true, ..Default::default() },
        ..Default::default()
    };
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor {
        backends: wgpu::Backends::NOOP,
        backend_options: options,
        ..wgpu::InstanceDescriptor::new_without_display_handle()
    });
    let adapter = pollster::block_on(instance.request_adapter(&wgpu::RequestAdapterOptions::default())).unwrap();
    let (device, queue) = pollster::block_on(adapter.request_device(&wgpu::DeviceDescriptor::default())).unwrap();
    Engine::from_device(&adapter, device, queue)
}

/// The first adapter through a device that a program made, with these limits.
pub async fn program_engine(required_limits: wgpu::Limits) -> Engine {
    let instance = wgpu::Instance::new(wgpu::InstanceDescriptor::new_without_display_handle());
    let adapter = instance.request_adapter(&wgpu::RequestAdapterOptions::default()).await.expect("an adapter");
    let descriptor = wgpu::DeviceDescriptor { required_limits, ..Default::default() };
    let (device, queue) = adapter.request_device(&descriptor).await.expect("a device");
    Engine::from_device(&adapter, device, queue)
}
