//! `cargo xtask test`: every test, native and in the browser.

use std::process::ExitCode;

use anyhow::Result;

use crate::{
    Flags,
    commands::{command, root, run as run_command},
    report::{Outcome, Report},
    set_up::{Consent, User, set_up},
};

/// The task.
pub fn run(flags: &Flags) -> Result<ExitCode> {
    let mut report = Report::default();
    phases(&mut report, Consent::from_flag(flags.has("--yes")));
    Ok(report.finish())
}

/// Sets up what is missing and runs every test. CI calls this too, so that both do the same.
pub fn phases(report: &mut Report, consent: Consent) {
    let browser = root().join("web/package.json").exists();
    let users: &[User] = if browser { &[User::NativeTests, User::BrowserTests] } else { &[User::NativeTests] };
    report.phase("set-up", || set_up(users, consent));
    report.phase("native tests", || {
        let mut tests = command("cargo", &["test", "--workspace", "--no-fail-fast"]);
        // Keeps Mesa's device-select layer from complaining, once for each adapter test, that there is no display.
        tests.env("NODEVICE_SELECT", "1");
        run_command(tests)?;
        Ok(Outcome::Passed)
    });
    if browser {
        report.phase("browser tests", || {
            run_command(command("npm", &["--prefix", "web", "test"]))?;
            Ok(Outcome::Passed)
        });
    }
}
