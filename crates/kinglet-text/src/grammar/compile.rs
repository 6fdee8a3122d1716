//! Writes each kind of grammar as the crate `llguidance` takes it.

use std::fmt;

use llguidance::api::TopLevelGrammar;

use super::{Grammar, gbnf, lark, pattern, schema};
use crate::{TextError, error::shown};

/// A longer text of a grammar is not read.
const LONGEST: usize = 1 << 20;

/// A grammar as the crate takes it.
pub(super) struct Source {
    pub(super) grammar: TopLevelGrammar,
    /// Whether its numbers are those of JSON.
    pub(super) numbers: bool,
    kind: &'static str,
}

pub(super) fn source(grammar: &Grammar) -> Result<Source, TextError> {
    let (kind, numbers, grammar) = match grammar {
        Grammar::JsonSchema(value) => ("JSON schema", true, TopLevelGrammar::from_json_schema(schema::prepare(value)?)),
        Grammar::Regex(text) => {
            let kind = "regular expression";
            check_length(text)?;
            let regex = pattern::whole(text).map_err(|why| TextError::Grammar { kind, line: None, why })?;
            (kind, false, TopLevelGrammar::from_regex(&regex))
        }
        Grammar::Lark(text) => {
            check_length(text)?;
            lark::check(text)?;
            ("Lark grammar", false, TopLevelGrammar::from_lark(text.clone()))
        }
        Grammar::Gbnf(text) => {
            check_length(text)?;
            ("GBNF grammar", false, TopLevelGrammar::from_lark(gbnf::to_lark(text)?))
        }
    };
    Ok(Source { grammar, numbers, kind })
}

fn check_length(text: &str) -> Result<(), TextError> {
    if text.len() <= LONGEST {
        return Ok(());
    }
    Err(TextError::GrammarLimit { why: format!("it has {} bytes, and {LONGEST} is the most", text.len()) })
}

impl Source {
    /// Why the crate does not take it.
    pub(super) fn error(&self, error: &impl fmt::Display) -> TextError {
        // The alternate form names its causes, too.
        let whole = format!("{error:#}");
        let says = |words: &str| whole.contains(words);
        let why = first_line(error);
        if says("Unsatisfiable schema") {
            let why = why.strip_prefix("Unsatisfiable schema: ").map_or(why.clone(), str::to_owned);
            return TextError::GrammarUnmet { why };
        }
        if ["too large", "too complex", "limit", "fuel", "too many", "stack level", "Unable to determine"]
            .iter()
            .any(|words| says(words))
        {
            return TextError::GrammarLimit { why };
        }
        match self.kind {
            "JSON schema" => TextError::Schema { why },
            kind => TextError::Grammar { kind, line: line_of(&why), why },
        }
    }
}

/// The line that a message about a grammar begins with or names, as in `12(3): ...`.
fn line_of(why: &str) -> Option<u32> {
    why.split(|c: char| !(c.is_ascii_digit() || c == '(')).find_map(|part| part.split_once('(')?.0.parse().ok())
}

/// What an error says, on one line.
pub(super) fn first_line(error: &impl fmt::Display) -> String {
    let text = error.to_string();
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("unknown");
    shown(line.strip_suffix("<non-verbose/>").unwrap_or(line))
}
