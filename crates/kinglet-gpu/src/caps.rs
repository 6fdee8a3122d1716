use std::fmt;

/// How much of an adapter's abilities the kernels use. Each tier includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// WebGPU without optional features.
    Baseline,
    /// Reductions by subgroup operations.
    Subgroups,
    /// Dot products of packed 8-bit integers.
    Dot,
    /// 16-bit arithmetic.
    F16,
    /// Cooperative matrices.
    Matrix,
}

impl Tier {
    /// Every tier, lowest first.
    pub const ALL: [Tier; 5] = [Tier::Baseline, Tier::Subgroups, Tier::Dot, Tier::F16, Tier::Matrix];

    /// The highest tier that has kernels of its own.
    pub const HIGHEST: Tier = Tier::Subgroups;

    /// Its name in options and reports.
    pub fn name(self) -> &'static str {
        match self {
            Tier::Baseline => "baseline",
            Tier::Subgroups => "subgroups",
            Tier::Dot => "dot",
            Tier::F16 => "f16",
            Tier::Matrix => "matrix",
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a device can do: the one value that plans depend on. Made by `platform`, and by tests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caps {
    /// The tier of kernels to use.
    pub tier: Tier,
    /// Bytes of one storage binding.
    pub binding_bytes: u64,
    /// Bytes of one buffer.
    pub buffer_bytes: u64,
    /// Storage buffers of one dispatch.
    pub storage_buffers: u32,
    /// Bytes of workgroup memory.
    pub workgroup_bytes: u32,
    /// Threads of a workgroup.
    pub workgroup_threads: u32,
    /// Workgroups along one side of a grid.
    pub grid_side: u32,
    /// Alignment of a uniform binding.
    pub uniform_alignment: u32,
}

impl Caps {
    /// What WebGPU promises everywhere.
    pub fn webgpu_default() -> Caps {
        Caps {
            tier: Tier::Baseline,
            binding_bytes: 128 << 20,
            buffer_bytes: 256 << 20,
            storage_buffers: 8,
            workgroup_bytes: 16_384,
            workgroup_threads: 256,
            grid_side: 65_535,
            uniform_alignment: 256,
        }
    }

    /// What both can do.
    pub(crate) fn within(&self, other: &Caps) -> Caps {
        Caps {
            tier: self.tier.min(other.tier),
            binding_bytes: self.binding_bytes.min(other.binding_bytes),
            buffer_bytes: self.buffer_bytes.min(other.buffer_bytes),
            storage_buffers: self.storage_buffers.min(other.storage_buffers),
            workgroup_bytes: self.workgroup_bytes.min(other.workgroup_bytes),
            workgroup_threads: self.workgroup_threads.min(other.workgroup_threads),
            grid_side: self.grid_side.min(other.grid_side),
            uniform_alignment: self.uniform_alignment.max(other.uniform_alignment),
        }
    }

    /// Whether kernels may use subgroup operations.
    pub fn subgroups(&self) -> bool {
        self.tier >= Tier::Subgroups
    }
}
