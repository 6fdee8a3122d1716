//! `cargo xtask experts`: how good `kinglet redact` and `kinglet when` are on texts that they were never trained on, beside
//! what packages of npm make of the same texts.

use std::process::ExitCode;

use anyhow::Result;

use crate::{
    Flags,
    commands::{command, root, run as run_command},
    set_up::{Consent, User, set_up},
};

const PEERS: &str = "tests/experts/peers";

/// The task.
pub fn run(flags: &Flags) -> Result<ExitCode> {
    let device = if flags.has("--gpu") { "gpu" } else { "cpu" };
    if flags.has("--dev") {
        figures(&["--device", device, "--set", "dev", "--wrong"])?;
        return Ok(ExitCode::SUCCESS);
    }
    if !flags.has("--alone") {
        set_up(&[User::WebPackage], Consent::from_flag(false))?;
        let found = root().join("target/experts/peers");
        let (found, script) = (found.to_string_lossy(), format!("{PEERS}/peers.mjs"));
        run_command(command("npm", &["--prefix", PEERS, "ci", "--silent", "--no-audit", "--no-fund"]))?;
        run_command(command("node", &[&script, &found]))?;
        figures(&["--peers", &found])?;
    }
    figures(&["--device", device])?;
    Ok(ExitCode::SUCCESS)
}

fn figures(options: &[&str]) -> Result<()> {
    // With the features of the whole workspace, so that nothing is compiled twice.
    let cargo = ["test", "--quiet", "--workspace", "--test", "figures", "--"];
    run_command(command("cargo", &[&cargo, options].concat()))
}
