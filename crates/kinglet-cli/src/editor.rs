//! Lines that somebody types: with history, completion, and messages of several lines.

use std::{env, fs, io::ErrorKind, path::PathBuf};

use rustyline::{
    Cmd, CompletionType, Config, Context, Event, EventHandler, Helper, KeyCode, KeyEvent, Modifiers,
    completion::Completer,
    error::ReadlineError,
    highlight::Highlighter,
    hint::Hinter,
    history::FileHistory,
    validate::{ValidationContext, ValidationResult, Validator},
};

use crate::error::CliError;

/// Messages that are remembered.
const HISTORY: usize = 1000;

/// Around a message of several lines.
const QUOTES: &str = "\"\"\"";

/// What was typed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Entered {
    /// A message.
    Text(String),
    /// An empty line, or one that was given up.
    Nothing,
    /// Whoever types has had enough.
    End,
}

/// Reads from a terminal.
pub(crate) struct Editor {
    lines: rustyline::Editor<Words, FileHistory>,
    history: Option<PathBuf>,
}

impl Editor {
    /// Knows these words that begin a line.
    pub(crate) fn new(words: &'static [&'static str]) -> Result<Editor, CliError> {
        let config = Config::builder().max_history_size(HISTORY).map_err(failed)?;
        let config = config.completion_type(CompletionType::List).auto_add_history(false).build();
        let mut lines = rustyline::Editor::with_config(config).map_err(failed)?;
        lines.set_helper(Some(Words(words)));
        let key = KeyEvent(KeyCode::Enter, Modifiers::ALT);
        lines.bind_sequence(Event::from(key), EventHandler::from(Cmd::Newline));
        let history = history_file();
        if let Some(file) = &history {
            // There is none yet, the first time.
            let _ = lines.load_history(file);
        }
        Ok(Editor { lines, history })
    }

    /// What somebody types next.
    pub(crate) fn read(&mut self, prompt: &str) -> Result<Entered, CliError> {
        let line = match self.lines.readline(prompt) {
            Ok(line) => line,
            Err(ReadlineError::Interrupted) => return Ok(Entered::Nothing),
            Err(ReadlineError::Eof) => return Ok(Entered::End),
            // Bytes that are no text are none.
            Err(ReadlineError::Io(error)) if error.kind() == ErrorKind::InvalidData => return Ok(Entered::Nothing),
            Err(error) => return Err(failed(error)),
        };
        let text = message(&line);
        if text.trim().is_empty() {
            return Ok(Entered::Nothing);
        }
        self.remember(&line);
        Ok(Entered::Text(text))
    }

    /// Nothing is lost where the history cannot be kept.
    fn remember(&mut self, line: &str) {
        let added = self.lines.add_history_entry(line).unwrap_or(false);
        let Some(file) = self.history.as_ref().filter(|_| added) else { return };
        let made = file.parent().map_or(Ok(()), fs::create_dir_all);
        if let Err(error) = made.map_err(ReadlineError::from).and_then(|()| self.lines.append_history(file)) {
            log::debug!("{} cannot be written: {error}", file.display());
        }
    }
}

fn failed(error: ReadlineError) -> CliError {
    CliError::Usage(format!("cannot read from the terminal: {error}"))
}

/// Where the system wants such files; `KINGLET_HISTORY` names another, or none where it is empty.
fn history_file() -> Option<PathBuf> {
    let folder = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(file) = env::var_os("KINGLET_HISTORY") {
        return (!file.is_empty()).then(|| file.into());
    }
    let state = match cfg!(windows) {
        true => folder("LOCALAPPDATA"),
        false => folder("XDG_STATE_HOME").or_else(|| Some(folder("HOME")?.join(".local/state"))),
    };
    Some(state?.join("kinglet").join("chat_history"))
}

/// What a line stands for: the text between quotes, and line breaks without what announces them.
fn message(line: &str) -> String {
    let quoted = line.trim().strip_prefix(QUOTES);
    match quoted.map(|rest| rest.strip_suffix(QUOTES).unwrap_or(rest)) {
        Some(text) => text.trim_matches('\n').to_owned(),
        None => line.replace("\\\n", "\n"),
    }
}

/// Whether more lines belong to it.
fn is_open(line: &str) -> bool {
    match line.trim().strip_prefix(QUOTES) {
        Some(rest) => !rest.ends_with(QUOTES),
        None => line.ends_with('\\'),
    }
}

/// What the editor knows of lines.
struct Words(&'static [&'static str]);

impl Validator for Words {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        let open = is_open(context.input());
        Ok(if open { ValidationResult::Incomplete } else { ValidationResult::Valid(None) })
    }
}

impl Completer for Words {
    type Candidate = String;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let typed = line.get(..at).filter(|typed| typed.starts_with('/'));
        let fits = |word: &&&str| typed.is_some_and(|typed| word.starts_with(typed));
        Ok((0, self.0.iter().filter(fits).map(|word| format!("{word} ")).collect()))
    }
}

impl Hinter for Words {
    type Hint = String;
}

impl Highlighter for Words {}

impl Helper for Words {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_of_several_lines() {
        for (typed, open) in
            [("a", false), ("a\\", true), ("\"\"\"", true), ("\"\"\"a\nb", true), ("\"\"\"a\"\"\"", false)]
        {
            assert_eq!(is_open(typed), open, "{typed}");
        }
        assert_eq!(message("a\\\nb"), "a\nb");
        assert_eq!(message("\"\"\"\na\n\nb\n\"\"\""), "a\n\nb");
        assert_eq!(message("  a"), "  a");
    }

    #[test]
    fn words_are_completed_at_the_beginning_of_a_line() {
        let words = Words(&["/help", "/clear"]);
        let history = FileHistory::new();
        let complete = |line: &str| words.complete(line, line.len(), &Context::new(&history)).unwrap().1;
        assert_eq!(complete("/h"), ["/help "]);
        assert_eq!(complete("/"), ["/help ", "/clear "]);
        assert!(complete("a /h").is_empty());
    }
}
