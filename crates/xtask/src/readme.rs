//! `cargo xtask readme`: the README's table of architectures.

use std::process::ExitCode;

use anyhow::Result;

use crate::{
    Flags,
    commands::{command, run as run_command},
};

/// The task. The test that finds a stale table can also write it.
pub fn run(_: &Flags) -> Result<ExitCode> {
    let mut test = command("cargo", &["test", "--quiet", "--workspace", "--test", "readme"]);
    test.env("KINGLET_WRITE_README", "1");
    run_command(test)?;
    Ok(ExitCode::SUCCESS)
}
