//! Texts, with what is personal in them marked.

use std::error::Error;

use kinglet::Engine;

use super::Options;

pub(super) async fn measure(_engine: &Engine, _options: &Options) -> Result<bool, Box<dyn Error>> {
    Ok(true)
}
