//! `cargo xtask test`: every test, native and in the browser.

use std::process::ExitCode;

use anyhow::Result;

use crate::{
    Flags,
    commands::{command, root, run as run_command},
    real,
    report::{Outcome, Report},
    set_up::{Consent, User, set_up},
};

/// The task.
pub fn run(flags: &Flags) -> Result<ExitCode> {
    let mut report = Report::default();
    phases(&mut report, Consent::from_flag(flags.has("--yes")), Real(flags.has("--real")));
    Ok(report.finish())
}

/// Whether to test with files of published models too, which must be fetched.
#[derive(Clone, Copy)]
pub struct Real(pub bool);

/// Sets up what is missing and runs every test. CI calls this too, so that both do the same.
pub fn phases(report: &mut Report, consent: Consent, Real(real): Real) {
    let browser = root().join("web/package.json").exists();
    let mut users = vec![User::NativeTests];
    users.extend(browser.then_some(User::BrowserTests));
    users.extend(real.then_some(User::RealTests));
    report.phase("set-up", || set_up(&users, consent));
    report.phase("native tests", || {
        let mut tests = command("cargo", &["test", "--workspace", "--no-fail-fast"]);
        // Keeps Mesa's device-select layer from complaining, once for each adapter test, that there is no display.
        tests.env("NODEVICE_SELECT", "1");
        run_command(tests)?;
        Ok(Outcome::Passed)
    });
    if real {
        report.phase("tests with published vocabularies", real::test);
    }
    if browser {
        report.phase("browser tests", || {
            run_command(command("npm", &["--prefix", "web", "test"]))?;
            Ok(Outcome::Passed)
        });
    }
}
