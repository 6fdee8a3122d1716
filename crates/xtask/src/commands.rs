//! Running other programs, always from the root of the repository.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::LazyLock,
};

use anyhow::{Context, Result, bail};

/// The root of the repository.
pub fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| root_for(env::var_os("CARGO_MANIFEST_DIR")));
    &ROOT
}

/// `cargo run` says where this crate is now; where it was compiled another checkout may be, or nothing.
fn root_for(manifest: Option<OsString>) -> PathBuf {
    // A program that cargo runs for another crate may call this one.
    let now = manifest.map(PathBuf::from).filter(|folder| folder.ends_with("crates/xtask"));
    let manifest = now.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
    // crates/xtask is two folders below the root.
    manifest.ancestors().nth(2).unwrap_or(&manifest).to_owned()
}

/// A program to run in the root. `cargo` is the one that runs this, and `npm` is spelled as the system wants it.
pub fn command(program: &str, args: &[&str]) -> Command {
    let mut command = match (program, env::var_os("CARGO")) {
        ("cargo", Some(cargo)) => Command::new(cargo),
        ("npm", _) if cfg!(windows) => Command::new("npm.cmd"),
        _ => Command::new(program),
    };
    command.args(args).current_dir(root());
    command
}

/// Runs a program with its output on the terminal, and fails when it does.
pub fn run(mut command: Command) -> Result<()> {
    let line = line_of(&command);
    println!("$ {line}");
    let status = command.status().with_context(|| format!("`{line}` did not start"))?;
    if !status.success() {
        bail!("`{line}` ended with {status}");
    }
    Ok(())
}

/// Whether a program is there and ends well; nothing is printed.
pub fn succeeds(program: &str, args: &[&str]) -> bool {
    let status = command(program, args).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

/// What a program prints, without the line end; nothing when it fails.
pub fn output_of(program: &str, args: &[&str]) -> Option<String> {
    let output = command(program, args).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim_end().to_owned())
}

/// The command as a person would type it.
fn line_of(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or(command.get_program());
    let settings = command.get_envs().filter_map(|(name, value)| Some(setting(name, value?)));
    let words = std::iter::once(program).chain(command.get_args()).map(|word| word.to_string_lossy().into_owned());
    settings.chain(words).collect::<Vec<_>>().join(" ")
}

fn setting(name: &OsStr, value: &OsStr) -> String {
    let value = value.to_string_lossy();
    let quote = if value.contains(' ') { "'" } else { "" };
    format!("{}={quote}{value}{quote}", name.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_holds_the_workspace() {
        assert!(root().join("rust-toolchain.toml").exists());
    }

    #[test]
    fn root_is_where_the_checkout_is_now() {
        assert_eq!(root_for(Some("/moved/crates/xtask".into())), Path::new("/moved"));
        let compiled = root_for(None);
        assert!(compiled.join("rust-toolchain.toml").exists());
        assert_eq!(root_for(Some("/moved/crates/kinglet-cli".into())), compiled);
    }

    #[test]
    fn line_is_what_one_would_type() {
        let mut command = Command::new("/somewhere/bin/cargo");
        command.args(["doc", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(line_of(&command), "RUSTDOCFLAGS='-D warnings' cargo doc --no-deps");
    }

    #[test]
    fn failure_is_an_error_that_names_the_command() {
        let mut failing = command("cargo", &["no-such-command-of-cargo"]);
        failing.stderr(Stdio::null());
        let error = run(failing).unwrap_err();
        assert!(error.to_string().starts_with("`cargo no-such-command-of-cargo` ended with"), "{error}");
        assert!(run(command("no-such-program", &[])).unwrap_err().to_string().contains("did not start"));
        assert!(!succeeds("cargo", &["no-such-command-of-cargo"]));
        assert!(output_of("cargo", &["--version"]).is_some_and(|text| text.starts_with("cargo ")));
    }
}
