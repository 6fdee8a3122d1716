//! Writes each kind of grammar as the crate `llguidance` takes it.

use std::fmt;

use llguidance::api::TopLevelGrammar;

use super::{Grammar, gbnf, lark, pattern, schema};
use crate::{TextError, error::shown};

/// A longer text of a grammar is not read.
const LONGEST: usize = 1 << 20;

/// What the crate says of schemas in its own terms, and what that means to those who write them.
const PLAIN: [(&str, &str); 6] = [
    ("initial_lexer_fuel", "its terminals take too much work"),
    (
        "oneOf constraints are not supported",
        "schemas of oneOf must exclude each other by type, or by a constant; use anyOf",
    ),
    ("circular references", "a $ref to a schema that comes back to itself must stand without other keywords"),
    ("patternProperty regexes", "patterns of patternProperties must be such that no name matches two of them"),
    (
        "min/maxProperties only supported",
        "minProperties and maxProperties are supported where all properties are required",
    ),
    ("Regex is empty", "the pattern, format and length of a string contradict each other"),
];

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
            let written = gbnf::to_lark(text)?;
            lark::check(&written)?;
            ("GBNF grammar", false, TopLevelGrammar::from_lark(written))
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
        let plain = PLAIN.iter().find(|(words, _)| says(words)).map(|(_, plain)| (*plain).to_owned());
        if says("Unsatisfiable schema") {
            let why = plain.unwrap_or_else(|| why.trim_start_matches("Unsatisfiable schema: ").to_owned());
            return TextError::GrammarUnmet { why };
        }
        let limits = ["too large", "too complex", "limit", "fuel", "too many", "stack level", "Unable to determine"];
        match self.kind {
            _ if limits.iter().any(|words| says(words)) => TextError::GrammarLimit { why: plain.unwrap_or(why) },
            "JSON schema" => TextError::Schema { why: plain.unwrap_or(why) },
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
