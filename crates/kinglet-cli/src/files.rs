//! Files that arguments name.

use std::{fs, io::Read, path::Path};

use serde_json::Value;

use crate::error::CliError;

pub(crate) fn text(path: &Path) -> Result<String, CliError> {
    fs::read_to_string(path).map_err(|error| CliError::Usage(format!("cannot read {}: {error}", path.display())))
}

pub(crate) fn json(path: &Path) -> Result<Value, CliError> {
    parsed(&path.display().to_string(), &text(path)?)
}

/// JSON, which came from here.
pub(crate) fn parsed(place: &str, text: &str) -> Result<Value, CliError> {
    serde_json::from_str(text).map_err(|error| CliError::Usage(format!("{place} is not JSON: {error}")))
}

/// All of standard input, without the line break that it ends in.
pub(crate) fn standard_input() -> Result<String, CliError> {
    let mut text = String::new();
    let read = std::io::stdin().lock().read_to_string(&mut text);
    read.map_err(|error| CliError::Usage(format!("cannot read standard input: {error}")))?;
    let line = text.strip_suffix('\n').unwrap_or(&text);
    Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
}
