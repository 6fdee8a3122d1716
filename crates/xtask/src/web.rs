//! `cargo xtask web`: the npm package `kinglet`, with the engine in it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result};

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

/// The weights of the experts, which pages fetch when they use them, and where the package has them.
const EXPERTS: &str = "crates/kinglet-experts/models";
const WEIGHTS: &[&str] = &["redact.gguf", "when.gguf"];
const PACKAGED: &str = "web/pkg/experts";

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
    WEIGHTS.iter().try_for_each(|file| copy(&root().join(EXPERTS).join(file), &root().join(PACKAGED)))?;
    // What the build writes last.
    let built = root().join("web/site/index.html");
    let mut files = Vec::new();
    SOURCES.iter().for_each(|source| list(&root().join(source), &mut files));
    if files.iter().any(|file| wasm::is_newer(file, &built)) {
        run_command(command("npm", &["--prefix", "web", "run", "build"]))?;
    }
    Ok(())
}

/// Copies a file into a folder that has another one of its name, or none.
fn copy(file: &Path, folder: &Path) -> Result<()> {
    let bytes = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let copied = folder.join(file.file_name().unwrap_or_default());
    if fs::read(&copied).is_ok_and(|known| known == bytes) {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    fs::write(&copied, bytes).with_context(|| format!("cannot write {}", copied.display()))
}

fn list(path: &Path, files: &mut Vec<PathBuf>) {
    match fs::read_dir(path) {
        Ok(entries) => entries.flatten().for_each(|entry| list(&entry.path(), files)),
        Err(_) => files.push(path.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_copied_where_they_differ() {
        let folder = std::env::temp_dir().join(format!("kinglet-xtask-{}", std::process::id()));
        let (file, copies) = (folder.join("a.gguf"), folder.join("copies"));
        fs::create_dir_all(&folder).unwrap();
        for (text, is_written) in [("one", true), ("one", false), ("two", true)] {
            fs::write(&file, text).unwrap();
            let written = || fs::metadata(copies.join("a.gguf")).and_then(|facts| facts.modified()).ok();
            let before = written();
            copy(&file, &copies).unwrap();
            assert_eq!(fs::read_to_string(copies.join("a.gguf")).unwrap(), text);
            assert_eq!(written() != before, is_written, "{text}");
        }
        let missing = copy(&folder.join("b.gguf"), &copies).unwrap_err();
        assert!(missing.to_string().starts_with("cannot read "), "{missing}");
        fs::remove_dir_all(&folder).unwrap();
    }
}
