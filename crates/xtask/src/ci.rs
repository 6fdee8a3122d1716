//! `cargo xtask ci`: what `.ci/run` calls. The cheapest checks come first.

use std::process::ExitCode;

use anyhow::Result;

use crate::{
    Flags,
    commands::{command, run as run_command},
    report::{Outcome, Report},
    set_up::{Consent, User, has_target, set_up},
    test, wasm,
};

/// A run of cargo that must end well.
struct Check {
    name: &'static str,
    args: &'static [&'static str],
    env: &'static [(&'static str, &'static str)],
}

const CHECKS: &[Check] = &[
    Check { name: "formatting", args: &["fmt", "--all", "--check"], env: &[] },
    Check {
        name: "clippy, native",
        args: &[
            "clippy",
            "--workspace",
            "--all-targets",
            "--features",
            "xtask/wasm-package",
            "--keep-going",
            "--",
            "-D",
            "warnings",
        ],
        env: &[],
    },
    Check {
        // The one crate that is another without it.
        name: "clippy, without the network",
        args: &["clippy", "-p", "kinglet-format", "--no-default-features", "--all-targets", "--", "-D", "warnings"],
        env: &[],
    },
    Check {
        // Clippy goes through the crates that this one is made of, too.
        name: "clippy, wasm32",
        args: &["clippy", "-p", "kinglet-web", "--target", WASM, "--keep-going", "--", "-D", "warnings"],
        env: &[],
    },
    Check {
        name: "clippy, wasm32 with grammars",
        args: &[
            "clippy",
            "-p",
            "kinglet-web",
            "--features",
            "grammar",
            "--target",
            WASM,
            "--keep-going",
            "--",
            "-D",
            "warnings",
        ],
        env: &[],
    },
    Check {
        name: "documentation",
        args: &["doc", "--workspace", "--all-features", "--no-deps"],
        env: &[("RUSTDOCFLAGS", "-D warnings")],
    },
];

const WASM: &str = "wasm32-unknown-unknown";

/// Systems that the library is compiled for without being run.
const OTHER_SYSTEMS: &[&str] = &["x86_64-pc-windows-gnu", "aarch64-apple-darwin"];

/// The task.
pub fn run(_: &Flags) -> Result<ExitCode> {
    let mut report = Report::default();
    report.phase("set-up of the checks", || set_up(&[User::Checks], Consent::Given));
    for check in CHECKS {
        report.phase(check.name, || {
            let mut cargo = command("cargo", check.args);
            cargo.envs(check.env.iter().copied());
            run_command(cargo)?;
            Ok(Outcome::Passed)
        });
    }
    for target in OTHER_SYSTEMS {
        report.phase(format!("check for {target}"), || check_for(target));
    }
    test::phases(&mut report, Consent::Given, test::Real(true));
    report.phase("size of the engine for browsers", wasm::check_size);
    Ok(report.finish())
}

fn check_for(target: &str) -> Result<Outcome> {
    if !has_target(target)
        && let Err(error) = run_command(command("rustup", &["target", "add", target]))
    {
        return Ok(Outcome::Skipped(format!("the target cannot be added here: {error:#}")));
    }
    run_command(command("cargo", &["check", "-p", "kinglet", "--target", target]))?;
    Ok(Outcome::Passed)
}
