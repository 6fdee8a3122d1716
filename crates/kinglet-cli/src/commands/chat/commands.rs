//! What can be typed in a chat beside messages.

use crate::{error::CliError, output};

/// A line that is no message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Command {
    Help,
    Clear,
    System(String),
    Exit,
}

/// Drives reading, help and completion: names, what follows, and what it does.
const TABLE: &[(&str, &str, &str)] = &[
    ("/help", "", "say what there is"),
    ("/clear", "", "begin a new conversation"),
    ("/system", "TEXT", "tell the model this before all else, and begin anew"),
    ("/exit", "", "leave, as Ctrl-D and /bye do"),
];

/// The names, for an editor to complete.
pub(super) const NAMES: &[&str] = &["/help", "/clear", "/system", "/exit"];

const KEYS: &[(&str, &str)] = &[
    ("Enter", "send the message; after a \\ it begins a new line"),
    ("Alt-Enter", "begin a new line"),
    ("\"\"\"", "around a message of several lines"),
    ("Up, Down, Ctrl-R", "earlier messages"),
    ("Ctrl-C", "stop the reply, or forget the line; twice in a reply that does not begin, leave"),
    ("Ctrl-D", "leave"),
];

impl Command {
    /// What a line asks for, where it is no message.
    pub(super) fn read(line: &str) -> Option<Result<Command, CliError>> {
        let line = line.trim();
        if !line.starts_with('/') || line.contains('\n') {
            return None;
        }
        let (name, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        Some(match name {
            "/help" | "/?" => Ok(Command::Help),
            "/clear" | "/new" => Ok(Command::Clear),
            "/system" => Ok(Command::System(rest.trim().to_owned())),
            "/exit" | "/quit" | "/bye" => Ok(Command::Exit),
            _ => Err(CliError::Usage(format!("there is no {name}; /help says what there is"))),
        })
    }
}

/// The table, to be read.
pub(super) fn help() -> String {
    let mut rows: Vec<[String; 2]> = Vec::new();
    rows.extend(TABLE.iter().map(|(name, value, about)| [format!("{name} {value}"), (*about).to_owned()]));
    rows.extend(KEYS.iter().map(|(keys, about)| [(*keys).to_owned(), (*about).to_owned()]));
    output::table(&rows, &[])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_of_the_table_is_read() {
        let names: Vec<&str> = TABLE.iter().map(|(name, _, _)| *name).collect();
        assert_eq!(names, NAMES);
        assert!(names.iter().all(|name| matches!(Command::read(name), Some(Ok(_)))));
        assert!(names.iter().all(|name| help().contains(name)));
    }

    #[test]
    fn what_is_no_command_is_a_message() {
        assert!(Command::read("and/or").is_none());
        assert!(Command::read("/help\nme").is_none());
        assert_eq!(Command::read(" /system Be brief. ").unwrap().unwrap(), Command::System("Be brief.".to_owned()));
        let error = Command::read("/sing").unwrap().unwrap_err();
        assert_eq!(error.to_string(), "there is no /sing; /help says what there is");
    }
}
