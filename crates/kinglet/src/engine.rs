use crate::{DeviceChoice, DeviceInfo, Error, LoadOptions, Model, Source};

/// How to choose a device.
#[derive(Clone, Debug, Default)]
pub struct EngineOptions {
    /// Adapter or CPU.
    pub device: DeviceChoice,
}

/// A device that models are loaded on.
#[derive(Debug)]
pub struct Engine {
    info: DeviceInfo,
}

impl Engine {
    /// Opens the device that the options ask for.
    pub async fn new(options: EngineOptions) -> Result<Engine, Error> {
        match options.device {
            DeviceChoice::Auto | DeviceChoice::Cpu => Ok(Engine { info: DeviceInfo::cpu() }),
            DeviceChoice::Gpu => Err(Error::NoAdapter),
        }
    }

    /// What was chosen.
    pub fn device(&self) -> &DeviceInfo {
        &self.info
    }

    /// Loads a model.
    pub async fn load(&self, source: &Source, options: LoadOptions) -> Result<Model, Error> {
        Model::load(self.info.clone(), source, options)
    }
}
