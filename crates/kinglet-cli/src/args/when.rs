//! The arguments of `kinglet when`.

use std::path::PathBuf;

use jiff::civil::DateTime;

use super::{DeviceArgs, FormArgs};
use crate::values;

#[derive(Debug, clap::Args)]
pub(crate) struct WhenArgs {
    /// The phrase; `-`, or nothing where standard input is no terminal, reads one from each line of it
    #[arg(value_name = "PHRASE")]
    pub(crate) phrase: Option<String>,
    /// The time that it is said at: 2026-11-20T09:00 [default: now]
    #[arg(long, value_name = "TIME", value_parser = values::moment)]
    pub(crate) now: Option<DateTime>,
    /// Another reader: a model as for the other commands
    #[arg(long, value_name = "MODEL")]
    pub(crate) model: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) device: DeviceArgs,
    #[command(flatten)]
    pub(crate) form: FormArgs,
}
