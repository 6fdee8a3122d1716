//! One function for each op.

mod attention;
mod elementwise;
mod linear;
mod norm;

pub(crate) use attention::attention;
pub(crate) use elementwise::{binary, embed, neighbours, pool, unary};
pub(crate) use linear::linear;
pub(crate) use norm::norm;
