//! What the checks and tests need of a machine: how to see whether it is there, how to get it, and what to tell the
//! person where that cannot be done for them.

mod machine;
mod requirements;

use std::io::{self, BufRead, IsTerminal, Write};

use anyhow::{Result, bail};

use crate::{
    commands::{command, run as run_command},
    report::Outcome,
};

use machine::Machine;
pub use machine::has_target;
use requirements::{Install, REQUIREMENTS, Requirement};

/// Who needs a thing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum User {
    /// What CI checks before the tests.
    Checks,
    /// `cargo test`.
    NativeTests,
    /// The npm package in `web/`.
    WebPackage,
    /// The tests under `web/`.
    BrowserTests,
    /// The tests with files of published models.
    RealTests,
}

/// Whether to install without asking.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// Go ahead.
    Given,
    /// Ask on the terminal.
    Ask,
}

impl Consent {
    /// Given by the flag, or where nobody can be asked.
    pub fn from_flag(yes: bool) -> Consent {
        if yes || !io::stdin().is_terminal() { Consent::Given } else { Consent::Ask }
    }
}

/// Installs what these users need and the machine lacks; fails, saying what to install, when something is still
/// missing afterwards.
pub fn set_up(users: &[User], consent: Consent) -> Result<Outcome> {
    let missing = missing(users);
    for requirement in &missing {
        println!("missing: {} ({})", requirement.what, requirement.purpose);
    }
    let steps = install_steps(&missing, Machine::look());
    if !steps.is_empty() && (consent == Consent::Given || agreed(&steps)?) {
        for step in &steps {
            let mut program = command(step[0], &step[1..]);
            if step[0] == "apt-get" {
                program.env("DEBIAN_FRONTEND", "noninteractive");
            }
            // What counts is whether the thing is there in the end; other steps may still succeed.
            if let Err(error) = run_command(program) {
                println!("{error:#}");
            }
        }
    }
    let missing = self::missing(users);
    for requirement in &missing {
        println!("still missing: {}\n  install it by: {}", requirement.what, requirement.by_hand);
    }
    if !missing.is_empty() {
        let names: Vec<_> = missing.iter().map(|requirement| requirement.what).collect();
        bail!("missing: {}", names.join(", "));
    }
    println!("everything needed is there");
    Ok(Outcome::Passed)
}

fn missing(users: &[User]) -> Vec<&'static Requirement> {
    let needed = |requirement: &&Requirement| requirement.users.iter().any(|user| users.contains(user));
    REQUIREMENTS.iter().filter(needed).filter(|requirement| !(requirement.is_there)()).collect()
}

/// The commands that install these on this machine, in order; nothing for what cannot be installed here.
fn install_steps(missing: &[&Requirement], machine: Machine) -> Vec<Vec<&'static str>> {
    let mut steps = Vec::new();
    for requirement in missing {
        let (allowed, head, names): (bool, &[&str], _) = match requirement.install {
            Install::Rustup(words) => (machine.rustup, &["rustup"], words),
            Install::Npm(words) => (true, &["npm"], words),
            Install::Debian(packages) => {
                (machine.debian_root, &["apt-get", "install", "-y", "--no-install-recommends"], packages)
            }
        };
        if !allowed {
            continue;
        }
        let update = vec!["apt-get", "update"];
        if head[0] == "apt-get" && !steps.contains(&update) {
            steps.push(update);
        }
        steps.push([head, names].concat());
    }
    steps
}

fn agreed(steps: &[Vec<&str>]) -> Result<bool> {
    println!("these commands would install what can be installed from here:");
    for step in steps {
        println!("  {}", step.join(" "));
    }
    print!("run them? [y/N] ");
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn requirement(install: Install) -> Requirement {
        Requirement {
            what: "a thing",
            purpose: "a test",
            users: &[User::Checks],
            is_there: || false,
            install,
            by_hand: "looking for it",
        }
    }

    const DRIVER: Requirement = requirement(Install::Debian(&["mesa-vulkan-drivers", "libvulkan1"]));
    const BROWSER: Requirement = requirement(Install::Debian(&["chromium"]));
    const TARGET: Requirement = requirement(Install::Rustup(&["target", "add", "wasm32-unknown-unknown"]));

    #[test]
    fn package_lists_are_fetched_once() {
        let machine = Machine { rustup: true, debian_root: true };
        let lines: Vec<_> =
            install_steps(&[&TARGET, &DRIVER, &BROWSER], machine).iter().map(|step| step.join(" ")).collect();
        assert_eq!(
            lines,
            [
                "rustup target add wasm32-unknown-unknown",
                "apt-get update",
                "apt-get install -y --no-install-recommends mesa-vulkan-drivers libvulkan1",
                "apt-get install -y --no-install-recommends chromium",
            ]
        );
    }

    #[test]
    fn nothing_is_tried_that_cannot_work() {
        assert!(install_steps(&[&TARGET, &DRIVER], Machine { rustup: false, debian_root: false }).is_empty());
        let steps = install_steps(&[&DRIVER, &TARGET], Machine { rustup: true, debian_root: false });
        assert_eq!(steps, [["rustup", "target", "add", "wasm32-unknown-unknown"]]);
    }

    #[test]
    fn a_flag_is_consent() {
        assert!(Consent::from_flag(true) == Consent::Given);
    }

    #[test]
    fn a_user_without_needs_lacks_nothing() {
        assert!(missing(&[]).is_empty());
    }
}
