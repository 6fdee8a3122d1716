//! Where platforms differ: finding and opening adapters, waiting for the device, compiling in parallel.

#[cfg(not(target_arch = "wasm32"))]
mod native;
#[cfg(target_arch = "wasm32")]
mod web;

#[cfg(not(target_arch = "wasm32"))]
use native as target;
#[cfg(target_arch = "wasm32")]
use web as target;

use wgpu::{DeviceType, Features, Limits};

use crate::{Caps, GpuError, Tier};
pub(crate) use target::{DIALECT, Poller, create_shader, for_each_in_parallel};

/// How to choose and open an adapter.
#[derive(Clone, Debug, Default)]
pub struct DeviceOptions {
    /// Part of a name, or an index into [`adapters`]. Natively `KINGLET_ADAPTER` stands in where this is not set.
    pub adapter: Option<String>,
    /// Take hardware only, never a software adapter.
    pub hardware_only: bool,
    /// Use no tier above this one.
    pub tier: Option<Tier>,
    /// Ask for WebGPU's default limits, even where the adapter offers more.
    pub default_limits: bool,
    /// What is known of the adapter beyond what wgpu reports.
    pub facts: AdapterFacts,
}

/// Who opened a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Kinglet, which is alone on it.
    Engine,
    /// The program, which draws on it while models run.
    Program,
}

/// What a program knows of an adapter and wgpu does not report. In browsers wgpu neither names adapters nor asks for
/// subgroups: the page does both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdapterFacts {
    /// Its name.
    pub name: Option<String>,
    /// It is a program that runs on the CPU.
    pub software: bool,
    /// Devices are opened with subgroup operations.
    pub subgroups: bool,
}

/// What an adapter says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct AdapterDescription {
    /// Its name.
    pub name: String,
    /// The API behind it.
    pub backend: String,
    /// Discrete, integrated, virtual, cpu or other.
    pub kind: &'static str,
    /// The driver and its version.
    pub driver: String,
    /// A program that runs on the CPU.
    pub software: bool,
    /// Optional features that Kinglet has a use for.
    pub features: Vec<String>,
    /// What the engine would use of it.
    pub caps: Caps,
}

/// All adapters, in the order in which they are chosen: discrete GPUs first, software last.
pub async fn adapters() -> Vec<AdapterDescription> {
    let known = AdapterFacts::default();
    sorted_adapters().await.iter().map(|adapter| describe_adapter(adapter, &known)).collect()
}

async fn sorted_adapters() -> Vec<wgpu::Adapter> {
    let mut adapters = target::adapters().await;
    let rank = |adapter: &wgpu::Adapter| match adapter.get_info().device_type {
        DeviceType::DiscreteGpu => 0,
        DeviceType::IntegratedGpu => 1,
        DeviceType::VirtualGpu => 2,
        DeviceType::Other => 3,
        DeviceType::Cpu => 4,
    };
    adapters.sort_by_key(rank);
    adapters
}

/// Opens the adapter that the options choose.
pub(crate) async fn open(options: &DeviceOptions) -> Result<(wgpu::Device, wgpu::Queue, AdapterDescription), GpuError> {
    let mut adapters = sorted_adapters().await;
    let descriptions: Vec<_> = adapters.iter().map(|adapter| describe_adapter(adapter, &options.facts)).collect();
    let asked = options.adapter.clone().or_else(target::adapter_from_environment);
    let index = match &asked {
        Some(asked) => named(&descriptions, asked)?,
        None => descriptions
            .iter()
            .position(|adapter| !(options.hardware_only && adapter.software))
            .ok_or(GpuError::NoAdapter)?,
    };
    let adapter = adapters.swap_remove(index);
    let wanted = if options.default_limits { Limits::default() } else { adapter.limits() };
    let descriptor = wgpu::DeviceDescriptor {
        label: Some("kinglet"),
        required_features: adapter.features() & Features::SUBGROUP,
        required_limits: wanted,
        ..wgpu::DeviceDescriptor::default()
    };
    let (device, queue) = adapter.request_device(&descriptor).await.map_err(|error| GpuError::Open {
        adapter: descriptions[index].name.clone(),
        why: first_line(&error.to_string()),
    })?;
    let mut description = describe(adapter.get_info(), device.features(), &device.limits(), &options.facts);
    if let Some(highest) = options.tier {
        description.caps.tier = description.caps.tier.min(highest);
    }
    Ok((device, queue, description))
}

fn named(adapters: &[AdapterDescription], asked: &str) -> Result<usize, GpuError> {
    let lower = asked.to_lowercase();
    // Digits alone are an index, never a part of a name.
    let found = match asked.parse::<usize>() {
        Ok(index) => Some(index).filter(|&index| index < adapters.len()),
        Err(_) if asked.is_empty() => None,
        Err(_) => adapters.iter().position(|adapter| adapter.name.to_lowercase().contains(&lower)),
    };
    found.ok_or_else(|| {
        let names: Vec<String> =
            adapters.iter().enumerate().map(|(index, adapter)| format!("{index} {}", adapter.name)).collect();
        let found = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        GpuError::UnknownAdapter { asked: asked.to_owned(), found }
    })
}

fn describe_adapter(adapter: &wgpu::Adapter, facts: &AdapterFacts) -> AdapterDescription {
    describe(adapter.get_info(), adapter.features(), &adapter.limits(), facts)
}

/// What a device that is already open can do, with the features and limits it was opened with.
pub(crate) fn describe_device(adapter: wgpu::AdapterInfo, device: &wgpu::Device) -> AdapterDescription {
    describe(adapter, device.features(), &device.limits(), &AdapterFacts::default())
}

fn describe(
    info: wgpu::AdapterInfo,
    mut features: Features,
    limits: &Limits,
    facts: &AdapterFacts,
) -> AdapterDescription {
    features.set(Features::SUBGROUP, facts.subgroups || features.contains(Features::SUBGROUP));
    let kind = match info.device_type {
        DeviceType::DiscreteGpu => "discrete",
        DeviceType::IntegratedGpu => "integrated",
        DeviceType::VirtualGpu => "virtual",
        DeviceType::Cpu => "cpu",
        DeviceType::Other => "other",
    };
    let known = [
        (Features::SUBGROUP, "subgroups"),
        (Features::SHADER_F16, "shader-f16"),
        (Features::TIMESTAMP_QUERY, "timestamp-query"),
        (Features::EXPERIMENTAL_COOPERATIVE_MATRIX, "cooperative-matrix"),
    ];
    let tier = if features.contains(Features::SUBGROUP) { Tier::Subgroups } else { Tier::Baseline };
    AdapterDescription {
        name: facts.name.clone().unwrap_or(info.name),
        backend: info.backend.to_string(),
        kind,
        driver: format!("{} {}", info.driver, info.driver_info).trim().to_owned(),
        software: facts.software || info.device_type == DeviceType::Cpu,
        features: known
            .iter()
            .filter(|(flag, _)| features.contains(*flag))
            .map(|(_, name)| (*name).to_owned())
            .collect(),
        caps: Caps {
            tier,
            binding_bytes: limits.max_storage_buffer_binding_size,
            buffer_bytes: limits.max_buffer_size,
            storage_buffers: limits.max_storage_buffers_per_shader_stage,
            workgroup_bytes: limits.max_compute_workgroup_storage_size,
            workgroup_threads: limits.max_compute_invocations_per_workgroup,
            grid_side: limits.max_compute_workgroups_per_dimension,
            uniform_alignment: limits.min_uniform_buffer_offset_alignment,
        },
    }
}

/// Driver messages run over many lines; errors have one.
pub(crate) fn first_line(text: &str) -> String {
    let lines: Vec<&str> =
        text.lines().map(|line| line.trim().trim_end_matches(':')).filter(|line| !line.is_empty()).collect();
    lines.join(": ")
}
