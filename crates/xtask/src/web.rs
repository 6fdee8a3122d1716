//! `cargo xtask web`: the npm package `kinglet`, with the engine in it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::Result;

use crate::{
    Flags,
    commands::{command, root, run as run_command},
    set_up::{Consent, User, set_up},
    wasm,
};

/// What Vite makes the package of.
const SOURCES: &[&str] =
    &["web/src", "web/pkg", "web/index.html", "web/package-lock.json", "web/tsconfig.json", "web/vite.config.ts"];

/// The task.
pub fn run(flags: &Flags) -> Result<ExitCode> {
    let user = if flags.has("--browser") { User::BrowserTests } else { User::WebPackage };
    set_up(&[user], Consent::from_flag(false))?;
    build()?;
    Ok(ExitCode::SUCCESS)
}

/// Builds what is out of date.
pub fn build() -> Result<()> {
    wasm::package()?;
    let built = root().join("web/dist/index.d.ts");
    let mut files = Vec::new();
    SOURCES.iter().for_each(|source| list(&root().join(source), &mut files));
    if files.iter().any(|file| wasm::is_newer(file, &built)) {
        run_command(command("npm", &["--prefix", "web", "run", "build"]))?;
    }
    Ok(())
}

fn list(path: &Path, files: &mut Vec<PathBuf>) {
    match fs::read_dir(path) {
        Ok(entries) => entries.flatten().for_each(|entry| list(&entry.path(), files)),
        Err(_) => files.push(path.to_owned()),
    }
}
