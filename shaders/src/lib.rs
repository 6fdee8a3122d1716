//! The WGSL kernels of Kinglet.
//!
//! A [`Variant`] is a kernel with its definitions filled in. [`Variant::expand`] makes its source,
//! [`Variant::descriptor`] says what it binds, without parsing anything: the table is generated from the kernels by
//! `cargo xtask descriptors` and checked in. Numbers that depend on a model or on tuning are `override`s, so the set
//! of variants is finite: [`Variant::all`].

mod choice;
mod descriptor;
mod descriptors;
mod files;
mod function;
mod preprocess;
mod sampling;
mod step;
mod variant;

#[cfg(feature = "reflect")]
pub mod lint;
#[cfg(feature = "reflect")]
pub mod reflect;

pub use choice::{Dialect, Elementwise, Epilogue, Kernel, KvFormat, WeightFormat};
pub use descriptor::{Access, Binding, Descriptor, Expr, Override, Param, ParamKind, WorkgroupArray};
pub use files::FILES;
pub use function::Function;
pub use preprocess::{Definitions, Problem, ShaderError, expand};
pub use sampling::{
    EDIT_BYTES, MAX_TOP, PICKED_RECORDS_OFFSET, RECORD_WORDS, SAMPLING_EDIT_OFFSET, SAMPLING_SLOTS, SLOT_SAMPLING_BYTES,
};
pub use step::{
    MAX_SPLITS, MAX_TOKENS, NO_WINDOW, PAGE_ROWS, STEP_DATA_OFFSET, STEP_PAGE_FIRST_OFFSET, STEP_PAGES_PER_SLOT_OFFSET,
    STEP_ROW_FIRST_OFFSET, STEP_ROWS_OFFSET, STEP_TILE_FIRST_OFFSET, STEP_TILES_OFFSET, STEP_TOKENS_OFFSET, StepLayout,
    TILE_BYTES, TOKEN_BYTES, pages_seen, split_bound, split_count,
};
pub use variant::{MATVEC_COLUMNS, Variant};

/// What each variant keeps to, whatever its overrides: WebGPU's default limits.
pub mod limits {
    /// Storage buffers a kernel binds.
    pub const STORAGE_BUFFERS: u32 = 8;
    /// Workgroup memory, in bytes.
    pub const WORKGROUP_BYTES: u32 = 16384;
    /// Threads of a workgroup.
    pub const WORKGROUP_THREADS: u32 = 256;
    /// Workgroups along a side of the grid.
    pub const GRID_SIDE: u32 = 65535;
}
