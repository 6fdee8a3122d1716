//! The `kinglet` command: looks at models, runs them, and says how fast that was.
//!
//! Standard output holds the result and nothing else: with `--json` one JSON value. An error is one line on standard
//! error and exit code 1.

mod allocations;
mod args;
mod clock;
mod commands;
mod editor;
mod error;
mod files;
mod generation;
mod output;
mod progress;
mod reader;
mod report;
mod style;
mod texts;
mod values;
mod warnings;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;

use crate::{
    args::{Args, Command},
    error::CliError,
};

/// Keeps Mesa's device-select layer out: it writes to standard error where there is no display, and what it does,
/// putting one adapter first, the engine does itself.
fn silence_drivers() {
    // SAFETY: no other thread has been started.
    unsafe { std::env::set_var("NODEVICE_SELECT", "1") };
}

fn main() -> ExitCode {
    silence_drivers();
    warnings::listen();
    let result = match Args::try_parse() {
        Ok(args) => pollster::block_on(run(args)),
        // Help and version are no errors; they belong on standard output.
        Err(error) if !error.use_stderr() => output::text(&error.render().to_string()),
        Err(error) => Err(CliError::from(error)),
    };
    match result {
        Ok(()) => {
            warnings::tell();
            ExitCode::SUCCESS
        }
        // Whoever read the output has had enough.
        Err(CliError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // Where standard error is closed too, only the exit code is left.
            let _ = writeln!(io::stderr(), "error: {}", error.message());
            ExitCode::FAILURE
        }
    }
}

async fn run(args: Args) -> Result<(), CliError> {
    match args.command {
        None => commands::demo::run(args.demo).await,
        Some(Command::Devices(args)) => commands::devices::run(args).await,
        Some(Command::Inspect(args)) => commands::inspect::run(args).await,
        Some(Command::Forward(args)) => commands::forward::run(args).await,
        Some(Command::Generate(args)) => commands::generate::run(args).await,
        Some(Command::Chat(args)) => commands::chat::run(args).await,
        Some(Command::Embed(args)) => commands::embed::run(args).await,
        Some(Command::Rerank(args)) => commands::rerank::run(args).await,
        Some(Command::Classify(args)) => commands::classify::run(args).await,
        Some(Command::Tag(args)) => commands::tag::run(args).await,
        Some(Command::Redact(args)) => commands::redact::run(args).await,
        Some(Command::When(args)) => commands::when::run(args).await,
        Some(Command::Answer(args)) => commands::answer::run(args).await,
        Some(Command::Fill(args)) => commands::fill::run(args).await,
        Some(Command::Eval(args)) => commands::eval::run(args).await,
        Some(Command::Bench(args)) => commands::bench::run(args).await,
        Some(Command::Tokenize(args)) => commands::tokenize::run(args).await,
        Some(Command::Template(args)) => commands::template::run(args).await,
        Some(Command::Quantize(args)) => commands::quantize::run(args).await,
        Some(Command::Completions(args)) => commands::completions::run(&args),
    }
}
