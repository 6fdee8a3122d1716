//! Colours, for terminals and people who want them.

use std::{
    env,
    io::{self, IsTerminal},
    sync::LazyLock,
};

/// See <https://no-color.org>.
static WANTED: LazyLock<bool> = LazyLock::new(|| {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    io::stdout().is_terminal() && !is_set("NO_COLOR") && env::var_os("TERM").is_none_or(|term| term != "dumb")
});

/// Text beside the matter.
pub(crate) fn dim(text: &str) -> String {
    styled("2", text)
}

/// Text to be seen first.
pub(crate) fn bold(text: &str) -> String {
    styled("1", text)
}

fn styled(code: &str, text: &str) -> String {
    if *WANTED { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}
