//! What depends on the processor: vector instructions and threads.

mod dot;
mod threads;

pub use dot::Precision;
pub(crate) use dot::dot;
pub(crate) use threads::for_each_chunk;
pub use threads::map_each;
