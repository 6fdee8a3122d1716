//! Small models that know one thing, with the code around them that makes their answers exact.
//!
//! [`redact`] takes personal data out of a text, so that the text can leave the machine, and puts it back. [`when`] reads
//! English phrases about time.

mod error;
mod models;
pub mod redact;
pub mod when;

pub use error::{Error, MapError};
