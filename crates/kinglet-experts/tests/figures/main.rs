//! How good the two experts are on the texts and phrases of `tests/experts`, which nobody trained on: prints the figures, and
//! fails where one is below what is promised. `cargo xtask experts` runs it.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it prints figures for people")]

mod redact;
mod when;

use std::{env, error::Error, fs, path::PathBuf, process::ExitCode};

use kinglet::{DeviceChoice, Engine, EngineOptions};

/// What to measure, and how.
struct Options {
    device: DeviceChoice,
    /// Texts that the experts were improved with, instead of those that count: `dev`, `dev2`.
    set: Option<String>,
    /// Show what is wrong.
    wrong: bool,
    only: Option<String>,
    /// Other weights than those that come with the crate: a GGUF file.
    model: Option<String>,
    /// A folder with what other packages have found.
    peers: Option<String>,
}

impl Options {
    fn read() -> Result<Options, String> {
        let mut options =
            Options { device: DeviceChoice::Cpu, set: None, wrong: false, only: None, model: None, peers: None };
        let mut arguments = env::args().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--device" => {
                    options.device = match value()?.as_str() {
                        "cpu" => DeviceChoice::Cpu,
                        "gpu" => DeviceChoice::Gpu,
                        other => return Err(format!("there is no device {other:?}; there are cpu and gpu")),
                    }
                }
                "--set" => options.set = Some(value()?),
                "--wrong" => options.wrong = true,
                "--model" => options.model = Some(value()?),
                "--peers" => options.peers = Some(value()?),
                "redact" | "when" => options.only = Some(argument),
                // What test runners hand to every test.
                _ => {}
            }
        }
        Ok(options)
    }

    fn text(&self, name: &str) -> Result<String, Box<dyn Error>> {
        let name = match (&self.set, name.split_once('.')) {
            (Some(set), Some((stem, extension))) => format!("{stem}.{set}.{extension}"),
            _ => name.to_owned(),
        };
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/experts").join(name);
        Ok(fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?)
    }
}

/// A figure beside what it must be.
struct Gate {
    name: &'static str,
    value: f64,
    at_least: Option<f64>,
    at_most: Option<f64>,
}

impl Gate {
    fn print(&self) -> bool {
        let kept =
            self.at_least.is_none_or(|least| self.value >= least) && self.at_most.is_none_or(|most| self.value <= most);
        let bound = match (self.at_least, self.at_most) {
            (Some(least), _) => format!("at least {least}"),
            (None, Some(most)) => format!("at most {most}"),
            (None, None) => String::new(),
        };
        println!("  {:<44} {:>8.3}  {bound}{}", self.name, self.value, if kept { "" } else { "  MISSED" });
        kept
    }
}

/// Prints all of them, and says whether each is kept. Nobody else's are bound by them.
fn print_all(gates: &mut [Gate], options: &Options) -> bool {
    if options.peers.is_some() {
        gates.iter_mut().for_each(|gate| (gate.at_least, gate.at_most) = (None, None));
    }
    gates.iter().filter(|gate| !gate.print()).count() == 0
}

fn run() -> Result<bool, Box<dyn Error>> {
    let options = Options::read()?;
    pollster::block_on(async {
        let engine = Engine::new(EngineOptions { device: options.device, ..EngineOptions::default() }).await?;
        let mut kept = true;
        let wanted = |name: &str| options.only.as_deref().is_none_or(|only| only == name);
        if wanted("when") {
            kept &= when::measure(&engine, &options).await?;
        }
        if wanted("redact") {
            kept &= redact::measure(&engine, &options).await?;
        }
        // Figures of other texts than those that count bind nobody.
        Ok(kept || options.set.is_some())
    })
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
