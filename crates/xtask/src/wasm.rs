//! The engine for browsers: compiled, packaged into `web/pkg`, and measured.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    time::SystemTime,
};

use anyhow::{Context, Result, bail};

use crate::{
    Flags,
    commands::{command, root, run as run_command},
    report::Outcome,
    set_up::{Consent, User, set_up},
};

/// The most bytes that a browser may have to download, compressed.
const MOST_BYTES: u64 = 1_500_000;

const PACKAGED: &str = "web/pkg/kinglet_web_bg.wasm";

/// Compiles the engine and packages it where the result is newer than the package.
pub fn package() -> Result<()> {
    let folder = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let folder = root().join(folder);
    let mut cargo = command("cargo", &["build", "--package", "kinglet-web", "--profile", "wasm"]);
    cargo.args(["--target", "wasm32-unknown-unknown", "--target-dir"]).arg(&folder);
    run_command(cargo)?;
    let compiled = folder.join("wasm32-unknown-unknown/wasm/kinglet_web.wasm");
    if is_newer(&compiled, &root().join(PACKAGED)) {
        let mut program = wasm_package();
        program.arg(&compiled).arg("web/pkg");
        run_command(program)?;
    }
    Ok(())
}

/// The task `size`.
pub fn size(_: &Flags) -> Result<ExitCode> {
    set_up(&[User::WebPackage], Consent::from_flag(false))?;
    check_size()?;
    Ok(ExitCode::SUCCESS)
}

/// Prints how large the engine is, and fails where that is too large.
pub fn check_size() -> Result<Outcome> {
    package()?;
    let output = wasm_package().args(["--size", PACKAGED]).output().context("wasm-package did not start")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let sizes: Vec<u64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [bytes, compressed] = sizes[..] else {
        bail!("wasm-package failed: {}", String::from_utf8_lossy(&output.stderr))
    };
    println!("{PACKAGED}: {bytes} bytes, {compressed} compressed; {MOST_BYTES} are allowed");
    if compressed > MOST_BYTES {
        bail!("the engine is {} bytes too large for a web page", compressed - MOST_BYTES);
    }
    Ok(Outcome::Passed)
}

/// The program that packages and measures, compiled when it is first needed.
fn wasm_package() -> Command {
    let args = ["run", "--quiet", "--package", "xtask", "--features", "wasm-package", "--bin", "wasm-package", "--"];
    command("cargo", &args)
}

/// Whether `path` was written after `than`, or `than` was never written.
pub fn is_newer(path: &Path, than: &Path) -> bool {
    let written = |path: &Path| -> Option<SystemTime> { fs::metadata(path).ok()?.modified().ok() };
    written(than).is_none_or(|than| written(path).is_some_and(|path| path > than))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_never_written_is_out_of_date() {
        let (known, missing) = (root().join("Cargo.toml"), root().join("no-such-file"));
        assert!(is_newer(&known, &missing));
        assert!(!is_newer(&missing, &known));
        assert!(!is_newer(&known, &known));
    }
}
