//! What a source may be on each platform: threads share it natively, and in a browser it holds JavaScript objects,
//! which stay where they are.

use std::pin::Pin;

use crate::FormatError;

/// What a source is reading.
#[cfg(not(target_arch = "wasm32"))]
pub type Reading<'a, T> = Pin<Box<dyn Future<Output = Result<T, FormatError>> + Send + 'a>>;

/// What a source is reading.
#[cfg(target_arch = "wasm32")]
pub type Reading<'a, T> = Pin<Box<dyn Future<Output = Result<T, FormatError>> + 'a>>;

/// `Send` and `Sync`, where there are threads.
#[cfg(not(target_arch = "wasm32"))]
pub trait Threads: Send + Sync {}

#[cfg(not(target_arch = "wasm32"))]
impl<T: Send + Sync + ?Sized> Threads for T {}

/// `Send` and `Sync`, where there are threads.
#[cfg(target_arch = "wasm32")]
pub trait Threads {}

#[cfg(target_arch = "wasm32")]
impl<T: ?Sized> Threads for T {}
