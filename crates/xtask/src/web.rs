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

/// What the package and its demo page are made of.
const SOURCES: &[&str] = &[
    "web/src",
    "web/demo",
    "web/pkg",
    "web/package.json",
    "web/package-lock.json",
    "web/tsconfig.json",
    "web/vite.config.ts",
];

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
    // What the build writes last.
    let built = root().join("web/site/index.html");
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
