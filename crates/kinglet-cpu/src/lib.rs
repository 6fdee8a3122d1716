//! Runs a graph on the CPU: the reference for every kernel, and the fallback where no GPU is.
//!
//! ```
//! use std::sync::Arc;
//! use kinglet_cpu::{Model, Precision, Session};
//! use kinglet_graph::{Builder, Step};
//! use kinglet_tensor::{Bytes, DType, Shape, Tensor};
//!
//! let g = Builder::new();
//! g.output("hidden", g.embed("embed", 4, 2));
//! let bytes: Vec<u8> = [0f32, 0.1, 1.0, 1.1, 2.0, 2.1, 3.0, 3.1].iter().flat_map(|x| x.to_le_bytes()).collect();
//! let table = Tensor::new(DType::F32, Shape::from([4, 2]), Bytes::from(bytes))?;
//! let model = Model::new(g.finish()?, vec![table], Precision::F32)?;
//! let mut session = Session::new(Arc::new(model));
//! let slot = session.open_slot();
//! assert_eq!(session.step(&Step::prefill(slot, 0, &[3, 1]))?, [[3.0, 3.1, 1.0, 1.1]]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cache;
mod model;
mod ops;
mod session;
mod simd;

pub use model::{CpuError, Model};
pub use session::Session;
pub use simd::{Precision, map_each};
