//! Runs graphs on GPUs: what a device can do, plans made once, steps that replay them.
//!
//! ```no_run
//! # async fn example(graph: kinglet_graph::Graph, tensors: Vec<kinglet_tensor::Tensor>) -> Result<(), kinglet_gpu::GpuError> {
//! use std::sync::Arc;
//! use kinglet_gpu::{Device, DeviceOptions, Model, Session, SessionOptions};
//! use kinglet_graph::Step;
//!
//! let device = Device::open(&DeviceOptions::default()).await?;
//! let model = Model::new(device, graph, &tensors).await?;
//! let mut session = Session::new(Arc::new(model), SessionOptions::default()).await?;
//! let slot = session.open_slot()?;
//! session.submit(&Step::prefill(slot, 0, &[3, 14, 15]).last_row()).await?;
//! session.submit_next(&[slot]).await?; // the device knows the token before the host does
//! let mut ids = Vec::new();
//! session.next_ids(&mut ids).await?;
//! # Ok(())
//! # }
//! ```

mod caps;
mod counters;
mod device;
mod error;
mod faults;
mod footprint;
mod layout;
mod model;
mod pack;
mod pipeline;
pub mod plan;
mod platform;
mod readback;
mod session;
mod weights;

pub use caps::{Caps, Tier};
pub use counters::Counters;
pub use device::Device;
pub use error::GpuError;
pub use footprint::Footprint;
pub use kinglet_shaders::KvFormat;
pub use layout::{Layout, Matrix, Vector};
pub use model::Model;
pub use platform::{AdapterDescription, AdapterFacts, DeviceOptions, adapters};
pub use session::{BareStep, Event, MAX_SLOTS, MAX_TEXTS, PageUse, STEPS_AHEAD, Session, SessionOptions};
pub use weights::{Upload, Wanted};
pub use wgpu;
