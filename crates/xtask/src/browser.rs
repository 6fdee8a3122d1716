//! `cargo xtask browser generate MODEL ...`: the `kinglet` command, with Chromium in the place of its engine.

use std::{
    env,
    io::{self, IsTerminal, Write},
    process::{Command, ExitCode, Stdio},
};

use anyhow::{Context, Result, bail};

use crate::{Flags, commands::root};

/// The task. Standard output is the command's alone, and so is standard error unless a person sees it.
pub fn run(words: &Flags) -> Result<ExitCode> {
    let mut build = Command::new(env::current_exe().context("this program does not know where it is")?);
    build.args(["web", "--browser"]).stdin(Stdio::null());
    if io::stderr().is_terminal() {
        build.stdout(io::stderr());
    } else {
        build.stdout(Stdio::piped()).stderr(Stdio::piped());
    }
    let built = build.output().context("the web package was not built")?;
    if !built.status.success() {
        io::stderr().write_all(&[built.stdout, built.stderr].concat())?;
        bail!("the web package was not built; `cargo xtask web --browser` says why");
    }
    let mut node = Command::new("node");
    node.arg(root().join("web/scripts/command.mjs")).args(&words.0);
    hand_over(node)
}

/// Becomes the program: whoever ends this process ends node, and node ends the browser.
#[cfg(unix)]
fn hand_over(mut node: Command) -> Result<ExitCode> {
    Err(std::os::unix::process::CommandExt::exec(&mut node)).context("node did not start")
}

#[cfg(not(unix))]
fn hand_over(mut node: Command) -> Result<ExitCode> {
    let status = node.status().context("node did not start")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
