use std::{io, path::PathBuf};

/// The longest message; what model files say in it has no bound of its own.
const LONGEST: usize = 2000;

/// Why a command ends with exit code 1.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    /// The engine.
    #[error(transparent)]
    Engine(#[from] kinglet::Error),
    /// Personal data in texts.
    #[error(transparent)]
    Expert(kinglet_experts::Error),
    /// Standard output.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
    /// A condition that does not hold.
    #[error("{gate} does not hold: it is {found}")]
    Gate {
        /// The condition.
        gate: String,
        /// The figure.
        found: f64,
    },
    /// A file that the command writes.
    #[error("cannot write {}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A model that is not where it was looked for.
    #[error("cannot read {path}: {source}; a model is a folder, a .gguf or .safetensors file, a URL, or hf:org/name")]
    NoModel {
        /// Where.
        path: String,
        /// What the system says.
        source: io::Error,
    },
    /// A conversation with a model that has no use for it.
    #[error("{0}; `kinglet generate MODEL \"text\"` continues a text")]
    NoChat(kinglet::Error),
    /// A text for a model that has no use for it.
    #[error("{0}; a model without a tokenizer takes --tokens IDS")]
    NoText(kinglet::Error),
    /// The arguments.
    #[error("{0}")]
    Usage(String),
}

impl CliError {
    /// The message, with the flag that helps where there is one: the engine's own messages know of no flags.
    pub(crate) fn message(&self) -> String {
        let hint = match self {
            CliError::Engine(kinglet::Error::Gpu(kinglet::GpuError::NoAdapter)) => " (--device cpu)",
            CliError::Engine(kinglet::Error::Context { .. }) => " (--context N)",
            CliError::Engine(kinglet::Error::Conversation { .. }) => " (/clear, --context N)",
            CliError::Engine(kinglet::Error::Tap { .. }) => "; list the names with --taps list",
            _ => "",
        };
        one_line(&format!("{self}{hint}"))
    }
}

impl From<kinglet_experts::Error> for CliError {
    fn from(error: kinglet_experts::Error) -> CliError {
        use kinglet_experts::Error;
        match error {
            Error::Engine(error) => CliError::Engine(error),
            Error::NoWeights { expert } => {
                CliError::Usage(format!("this program comes without the weights of {expert}: --model MODEL"))
            }
            error => CliError::Expert(error),
        }
    }
}

impl From<clap::Error> for CliError {
    /// Keeps the first paragraph of what clap says, which names the argument and the value, and its advice.
    fn from(error: clap::Error) -> CliError {
        let text = error.render().to_string();
        let mut paragraphs = text.trim_start_matches("error: ").split("\n\n");
        let first = paragraphs.next().unwrap_or_default();
        let advice = paragraphs.find_map(|paragraph| paragraph.trim_start().strip_prefix("tip: "));
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let advice = advice.map_or(String::new(), |advice| format!("; {}", words(advice)));
        CliError::Usage(words(first) + &advice)
    }
}

/// A message on one line: names out of model files may hold line breaks and control characters.
fn one_line(message: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let mut line = String::new();
    for (index, c) in message.chars().enumerate() {
        match c {
            _ if index == LONGEST => {
                line.push('…');
                break;
            }
            c if breaks(c) => line.extend(c.escape_default()),
            c => line.push(c),
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_escapes_and_cuts() {
        assert_eq!(one_line("no a\nb\u{1b}[2J\u{2028}é"), "no a\\nb\\u{1b}[2J\\u{2028}é");
        assert_eq!(one_line(&"x".repeat(3000)).chars().count(), LONGEST + 1);
    }
}
