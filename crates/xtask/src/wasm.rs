//! The engine for browsers, without grammars and with them: compiled, packaged into `web/pkg`, and measured.

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

/// An engine that browsers may load.
struct Engine {
    /// The program in `crates/kinglet-web` that it is compiled from, with what cargo must be told for it.
    program: &'static str,
    features: &'static [&'static str],
    folder: &'static str,
    /// The most bytes that a browser may have to download, compressed, where there is such a bound.
    most_bytes: Option<u64>,
}

const ENGINES: &[Engine] = &[
    Engine { program: "engine", features: &[], folder: "web/pkg", most_bytes: Some(1_500_000) },
    // Pages load it only where they want grammars.
    Engine {
        program: "engine-grammar",
        features: &["--features", "grammar"],
        folder: "web/pkg/grammar",
        most_bytes: None,
    },
];

/// Every kernel in the browsers' dialect, for the tests.
const KERNELS: &str = "web/pkg/variants.json";

impl Engine {
    fn packaged(&self) -> String {
        format!("{}/kinglet_web_bg.wasm", self.folder)
    }

    /// Compiles the engine and packages it where the result is newer than the package.
    fn package(&self) -> Result<()> {
        let folder = env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
        let folder = root().join(folder);
        let mut cargo = command("cargo", &["build", "--package", "kinglet-web", "--bin", self.program]);
        cargo.args(["--profile", "wasm", "--target", "wasm32-unknown-unknown", "--target-dir"]).arg(&folder);
        cargo.args(self.features);
        run_command(cargo)?;
        let compiled = folder.join(format!("wasm32-unknown-unknown/wasm/{}.wasm", self.program));
        if is_newer(&compiled, &root().join(self.packaged())) {
            let mut program = wasm_package();
            program.arg(&compiled).arg(self.folder);
            run_command(program)?;
        }
        Ok(())
    }

    /// Prints how large the engine is, and fails where that is too large.
    fn check_size(&self) -> Result<()> {
        let packaged = self.packaged();
        let output = wasm_package().args(["--size", &packaged]).output().context("wasm-package did not start")?;
        let text = String::from_utf8_lossy(&output.stdout);
        let sizes: Vec<u64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [bytes, compressed] = sizes[..] else {
            bail!("wasm-package failed: {}", String::from_utf8_lossy(&output.stderr))
        };
        let allowed = self.most_bytes.map_or(String::new(), |most| format!("; {most} are allowed"));
        println!("{packaged}: {bytes} bytes, {compressed} compressed{allowed}");
        match self.most_bytes {
            Some(most) if compressed > most => {
                bail!("the engine is {} bytes too large for a web page", compressed - most)
            }
            _ => Ok(()),
        }
    }
}

/// Compiles the engines, and packages those that are out of date.
pub fn package() -> Result<()> {
    ENGINES.iter().try_for_each(Engine::package)?;
    if is_newer(&root().join(ENGINES[0].packaged()), &root().join(KERNELS)) {
        let mut program = wasm_package();
        program.args(["--kernels", KERNELS]);
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

/// Prints how large the engines are, and fails where one is too large.
pub fn check_size() -> Result<Outcome> {
    package()?;
    ENGINES.iter().try_for_each(Engine::check_size)?;
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
