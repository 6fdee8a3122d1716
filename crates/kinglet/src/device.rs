/// Where models run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// A hardware adapter where there is one, else the CPU backend.
    #[default]
    Auto,
    /// Any adapter, software adapters included; an error where there is none.
    Gpu,
    /// The CPU backend.
    Cpu,
}

/// Which kind of device was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceKind {
    /// An adapter.
    Gpu,
    /// The CPU backend.
    Cpu,
}

impl DeviceKind {
    /// `gpu` or `cpu`.
    pub fn name(self) -> &'static str {
        match self {
            DeviceKind::Gpu => "gpu",
            DeviceKind::Cpu => "cpu",
        }
    }
}

/// What a result was computed on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceInfo {
    /// Adapter or CPU backend.
    pub kind: DeviceKind,
    /// The adapter's name.
    pub adapter: Option<String>,
    /// The tier of kernels in use.
    pub tier: Option<&'static str>,
    /// The adapter is a program that runs on the CPU; its times say nothing about GPUs.
    pub software: bool,
}

impl DeviceInfo {
    pub(crate) fn cpu() -> DeviceInfo {
        DeviceInfo { kind: DeviceKind::Cpu, adapter: None, tier: None, software: false }
    }
}
