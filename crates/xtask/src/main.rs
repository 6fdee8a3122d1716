//! What people and CI run: `cargo xtask help` lists it.
//!
//! Few dependencies on purpose: this must build in seconds on a machine that has nothing yet, and must not be rebuilt
//! while it runs `cargo test --workspace`.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a tool for people: it talks to them on the terminal")]

mod browser;
mod ci;
mod commands;
mod descriptors;
mod experts;
mod readme;
mod real;
mod report;
mod set_up;
mod test;
mod wasm;
mod web;

use std::process::ExitCode;

use anyhow::{Result, bail};

/// A word after `cargo xtask`. The table of them drives parsing and help.
struct Task {
    name: &'static str,
    about: &'static str,
    flags: &'static [Flag],
    run: fn(&Flags) -> Result<ExitCode>,
}

/// A flag of a task.
struct Flag {
    name: &'static str,
    about: &'static str,
}

/// Stands for whatever follows the task's name.
const ANY: &str = "...";

/// The flags that were given, all of them known to the task.
struct Flags(Vec<String>);

impl Flags {
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|flag| flag == name)
    }
}

const TASKS: &[Task] = &[
    Task {
        name: "test",
        about: "set up what is missing, then run every test",
        flags: &[
            Flag { name: "--yes", about: "install what is missing without asking" },
            Flag { name: "--real", about: "test with published vocabularies too, fetched once from PyPI" },
        ],
        run: test::run,
    },
    Task {
        name: "ci",
        about: "formatting, lints, documentation, other systems, then `test --yes --real`",
        flags: &[],
        run: ci::run,
    },
    Task {
        name: "descriptors",
        about: "write shaders/src/descriptors.rs from the kernels",
        flags: &[Flag { name: "--check", about: "only say whether it is up to date" }],
        run: descriptors::run,
    },
    Task { name: "readme", about: "write the README's table of architectures", flags: &[], run: readme::run },
    Task {
        name: "web",
        about: "build the npm package in web/, with the engine in it",
        flags: &[Flag { name: "--browser", about: "set up a browser to run it in, too" }],
        run: web::run,
    },
    Task {
        name: "size",
        about: "say how large the engine for browsers is; fail if too large",
        flags: &[],
        run: wasm::size,
    },
    Task {
        name: "browser",
        about: "the command in Chromium: `browser generate MODEL \"A small bird\"`",
        flags: &[Flag { name: ANY, about: "a command of kinglet, and what follows it" }],
        run: browser::run,
    },
    Task {
        name: "experts",
        about: "how good redact and when are on texts that they never saw, beside packages of npm",
        flags: &[
            Flag { name: "--alone", about: "without those packages" },
            Flag { name: "--gpu", about: "on the adapter instead of the CPU" },
            Flag { name: "--dev", about: "on the texts that they were improved with, saying what is wrong" },
        ],
        run: experts::run,
    },
    Task { name: "help", about: "print this", flags: &[], run: print_help },
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match parse(&args).and_then(|(task, flags)| (task.run)(&flags)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn parse(args: &[String]) -> Result<(&'static Task, Flags)> {
    let (name, flags) = match args {
        [] => ("help", args),
        [name, ..] if ["-h", "--help"].contains(&name.as_str()) => ("help", &args[args.len()..]),
        [name, flags @ ..] => (name.as_str(), flags),
    };
    let Some(task) = TASKS.iter().find(|task| task.name == name) else {
        bail!("there is no task {name}; `cargo xtask help` lists them");
    };
    let known = |given: &str| task.flags.iter().any(|flag| [given, ANY].contains(&flag.name));
    if let Some(unknown) = flags.iter().find(|given| !known(given)) {
        bail!("{name} takes no {unknown}; `cargo xtask help` lists the flags");
    }
    Ok((task, Flags(flags.to_vec())))
}

fn print_help(_: &Flags) -> Result<ExitCode> {
    print!("{}", help());
    Ok(ExitCode::SUCCESS)
}

fn help() -> String {
    let mut text = "cargo xtask TASK [FLAGS]\n\n".to_owned();
    for task in TASKS {
        text += &format!("  {:<14}{}\n", task.name, task.about);
        for flag in task.flags {
            text += &format!("    {:<12}{}\n", flag.name, flag.about);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<(&'static str, Vec<String>)> {
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        parse(&args).map(|(task, flags)| (task.name, flags.0))
    }

    #[test]
    fn finds_the_task_and_its_flags() {
        assert_eq!(parsed(&["test", "--yes"]).unwrap(), ("test", vec!["--yes".to_owned()]));
        assert_eq!(parsed(&["test"]).unwrap(), ("test", vec![]));
        for help in [&[][..], &["help"], &["--help"], &["-h", "test"]] {
            assert_eq!(parsed(help).unwrap().0, "help");
        }
    }

    #[test]
    fn unknown_words_are_errors() {
        assert!(parsed(&["tset"]).unwrap_err().to_string().contains("no task tset"));
        assert_eq!(parsed(&["browser", "generate", "--json"]).unwrap().1, ["generate", "--json"]);
        assert!(parsed(&["test", "--check"]).unwrap_err().to_string().contains("test takes no --check"));
    }

    #[test]
    fn help_names_each_task_and_flag() {
        let text = help();
        for task in TASKS {
            assert!(text.contains(task.name));
            assert!(task.flags.iter().all(|flag| text.contains(flag.name)));
        }
    }
}
