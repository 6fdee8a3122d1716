use clap::CommandFactory;

use crate::{
    args::{Args, CompletionsArgs},
    error::CliError,
    output,
};

/// Writes a script for a shell, out of the table that parses arguments.
pub(crate) fn run(args: &CompletionsArgs) -> Result<(), CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "kinglet", &mut script);
    output::bytes_out(&script)
}
