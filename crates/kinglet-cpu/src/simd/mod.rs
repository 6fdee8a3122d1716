//! What depends on the processor: vector instructions and threads.

mod dot;
mod panel;
mod threads;

pub use dot::Precision;
pub(crate) use dot::dot;
pub(crate) use panel::{Column, PANEL, in_lanes, panel_products};
pub(crate) use threads::for_each_chunk;
pub use threads::map_each;
