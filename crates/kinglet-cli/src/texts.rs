//! Texts that commands take: as arguments, or from standard input.

use std::io::{self, BufRead, IsTerminal};

use crate::{args::TextsArgs, error::CliError, files};

/// The texts of the arguments, or a JSON string on each line of standard input.
pub(crate) fn several(args: &TextsArgs) -> Result<Vec<String>, CliError> {
    if !args.jsonl {
        return match args.texts.is_empty() {
            true => Err(CliError::Usage("there is no text: give texts behind `--`, or --jsonl".to_owned())),
            false => Ok(args.texts.clone()),
        };
    }
    let line = |(number, line): (usize, io::Result<Vec<u8>>)| {
        let line = line.map_err(|error| CliError::Usage(format!("cannot read standard input: {error}")))?;
        let wrong = |error| CliError::Usage(format!("line {number} of standard input is not a JSON string: {error}"));
        serde_json::from_slice(&line).map_err(wrong)
    };
    (1..).zip(io::stdin().lock().split(b'\n')).map(line).collect()
}

/// One text; `-`, or none where standard input is no terminal, stands for all of standard input.
pub(crate) fn one(given: Option<&str>) -> Result<String, CliError> {
    match given {
        Some("-") => files::standard_input(),
        Some(text) => Ok(text.to_owned()),
        None if io::stdin().is_terminal() => {
            Err(CliError::Usage("there is no text: give it behind `--`, or on standard input".to_owned()))
        }
        None => files::standard_input(),
    }
}

/// The indices of those that were cut, and a warning where there are any.
pub(crate) fn truncated(cut: impl Iterator<Item = bool>) -> Vec<usize> {
    let indices: Vec<usize> = cut.enumerate().filter(|(_, cut)| *cut).map(|(index, _)| index).collect();
    if !indices.is_empty() {
        log::warn!("{} of the texts are longer than the model takes, and were cut", indices.len());
    }
    indices
}
