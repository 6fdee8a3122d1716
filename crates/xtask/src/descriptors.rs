//! `cargo xtask descriptors`: the table of what each kernel binds.

use std::process::ExitCode;

use anyhow::Result;

use crate::{
    Flags,
    commands::{command, run as run_command},
};

/// The task. The test that finds a stale table can also write it; going through it keeps naga, which parses the
/// kernels, out of this program.
pub fn run(flags: &Flags) -> Result<ExitCode> {
    let mut test = command("cargo", &["test", "--quiet", "--package", "kinglet-shaders", "--test", "descriptors"]);
    if !flags.has("--check") {
        test.env("UPDATE_DESCRIPTORS", "1");
    }
    run_command(test)?;
    Ok(ExitCode::SUCCESS)
}
