//! The notation of llama.cpp for grammars, GBNF, written as Lark.
//!
//! ```text
//! # Rules may call each other, and themselves.
//! root  ::= value ("," value){0,3}
//! value ::= [a-z]+ | "\u00e9" [^\n] . | (
//!     "x" "y"?
//! )
//! ```

mod parser;
mod words;
mod writer;

use crate::TextError;

/// A rule's right side.
#[derive(Clone, Debug, PartialEq)]
enum Expression {
    /// Characters, one after another; none is the empty text.
    Text(String),
    /// One character of these ranges, or of all others.
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
    /// A rule, by its place in the grammar.
    Rule(usize),
    /// A terminal that was found to be one, by its place among them.
    Word(usize),
    Sequence(Vec<Expression>),
    Choice(Vec<Expression>),
    /// At least, and at most, so many times.
    Repeat(Box<Expression>, u32, Option<u32>),
}

/// Rules by their places, the one called `root` among them.
#[derive(Clone, Debug, PartialEq)]
struct Rules {
    root: usize,
    rules: Vec<Expression>,
}

/// Writes a grammar for the crate `llguidance`.
pub(super) fn to_lark(text: &str) -> Result<String, TextError> {
    let rules = parser::parse(text).map_err(|(line, why)| TextError::Grammar { kind: "GBNF grammar", line, why })?;
    Ok(writer::write(&rules))
}
