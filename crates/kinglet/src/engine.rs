use kinglet_gpu::{AdapterFacts, Device, DeviceOptions, GpuError, Tier, wgpu};

use crate::{DeviceChoice, DeviceInfo, DeviceKind, Error, LoadOptions, Model, Source};

/// How to choose a device.
#[derive(Clone, Debug, Default)]
pub struct EngineOptions {
    /// Adapter or CPU.
    pub device: DeviceChoice,
    /// Part of an adapter's name, or its index in [`crate::adapters`]. Natively the environment variable
    /// `KINGLET_ADAPTER` stands in where this is not set.
    pub adapter: Option<String>,
    /// Use no tier of kernels above this one.
    pub tier: Option<Tier>,
    /// Ask for WebGPU's default limits, even where the adapter offers more.
    pub default_limits: bool,
    /// What is known of the adapter beyond what wgpu reports: in browsers, its name and whether it has subgroups.
    pub facts: AdapterFacts,
}

/// A device that models are loaded on.
#[derive(Clone, Debug)]
pub struct Engine {
    pub(crate) info: DeviceInfo,
    /// `None` is the CPU backend.
    pub(crate) gpu: Option<Device>,
}

impl Engine {
    /// Opens the device that the options ask for.
    pub async fn new(options: EngineOptions) -> Result<Engine, Error> {
        let device_options = DeviceOptions {
            hardware_only: options.device == DeviceChoice::Auto,
            adapter: options.adapter,
            tier: options.tier,
            default_limits: options.default_limits,
            facts: options.facts,
        };
        match options.device {
            DeviceChoice::Cpu => Ok(Engine { info: DeviceInfo::cpu(), gpu: None }),
            DeviceChoice::Gpu => Ok(Engine::on(Device::open(&device_options).await?)),
            DeviceChoice::Auto => match Device::open(&device_options).await {
                Ok(device) => Ok(Engine::on(device)),
                Err(GpuError::NoAdapter) => Ok(Engine { info: DeviceInfo::cpu(), gpu: None }),
                Err(error) => Err(error.into()),
            },
        }
    }

    /// Uses a program's own device, within the features and limits that it was opened with. The program keeps its
    /// handlers for errors and for the loss of the device; it must have set one for errors
    /// (`Device::on_uncaptured_error`), because wgpu panics over whatever a step of a lost device does where there is
    /// none.
    ///
    /// The engine never waits inside wgpu for such a device, so that the program's frames are not held up by a lock.
    /// They do share the queue: a frame that is submitted behind a step is drawn after it.
    pub fn from_device(adapter: &wgpu::Adapter, device: wgpu::Device, queue: wgpu::Queue) -> Engine {
        Engine::on(Device::from_wgpu(adapter.get_info(), device, queue))
    }

    fn on(device: Device) -> Engine {
        let description = device.description();
        let info = DeviceInfo {
            kind: DeviceKind::Gpu,
            adapter: Some(description.name.clone()),
            tier: Some(description.caps.tier.name()),
            software: description.software,
        };
        Engine { info, gpu: Some(device) }
    }

    /// What was chosen.
    pub fn device(&self) -> &DeviceInfo {
        &self.info
    }

    /// Loads a model.
    pub async fn load(&self, source: &Source, options: LoadOptions) -> Result<Model, Error> {
        Model::load(self, source, options).await
    }
}
