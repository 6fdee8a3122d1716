//! Element types, shapes and the bytes of weights, with exact conversions.
//!
//! ```
//! use kinglet_tensor::{Bytes, DType, Shape, Tensor};
//!
//! let bytes = Bytes::from(vec![0x00, 0x3c, 0x00, 0xc0]); // 1.0 and -2.0 as f16
//! let tensor = Tensor::new(DType::F16, Shape::from([1, 2]), bytes)?;
//! assert_eq!(tensor.to_f32(), [1.0, -2.0]);
//! # Ok::<(), kinglet_tensor::TensorError>(())
//! ```

mod blocks;
mod bytes;
mod dtype;
mod shape;
mod tensor;

pub use bytes::Bytes;
pub use dtype::DType;
pub use shape::Shape;
pub use tensor::{Tensor, TensorError};
