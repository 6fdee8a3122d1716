//! Output that keeps to a JSON schema, a regular expression or a grammar.
//!
//! [`GrammarTokens`] knows what each token of a model writes, and is made once for a model. A [`Matcher`] follows one
//! output of it and says which tokens may come next.

mod mask;

#[cfg(feature = "grammar")]
mod compile;
#[cfg(feature = "grammar")]
mod digits;
#[cfg(feature = "grammar")]
mod formats;
#[cfg(feature = "grammar")]
mod gbnf;
#[cfg(feature = "grammar")]
mod lark;
#[cfg(feature = "grammar")]
mod matcher;
#[cfg(feature = "grammar")]
mod pattern;
#[cfg(feature = "grammar")]
mod recent;
#[cfg(feature = "grammar")]
mod schema;
#[cfg(feature = "grammar")]
mod tokens;

#[cfg(not(feature = "grammar"))]
mod absent;

pub use mask::TokenMask;

#[cfg(not(feature = "grammar"))]
pub use absent::{GrammarTokens, Matcher};
#[cfg(feature = "grammar")]
pub use matcher::Matcher;
#[cfg(feature = "grammar")]
pub use tokens::GrammarTokens;

/// What an output must keep to.
#[derive(Clone, Debug, PartialEq)]
pub enum Grammar {
    /// A JSON value that is valid by this schema.
    ///
    /// White space is what one line break with up to 20 spaces, or one space, gives between two parts; the schema's
    /// `x-guidance` may say otherwise with `whitespace_pattern`, `whitespace_flexible`, `item_separator` and
    /// `key_separator`. What output cannot be held to, such as `uniqueItems` or `not`, is an error.
    JsonSchema(serde_json::Value),
    /// Text that this regular expression, in the syntax of the crate `regex`, matches from its start to its end.
    Regex(String),
    /// Text of the rule `start` of a grammar in the notation of Lark, as the crate `llguidance` reads it: a terminal
    /// takes the longest text that it can, and what `%json` says is taken as that crate takes it. Special tokens cannot
    /// be asked for.
    Lark(String),
    /// Text of the rule `root` of a grammar in the notation of llama.cpp: rules with `::=`, literals and classes with
    /// escapes such as `\\n`, `\\x41` and `\\u00e9`, `.`, groups, `|`, `*`, `+`, `?`, `{2}`, `{2,}` and `{2,3}`, and
    /// comments with `#`.
    Gbnf(String),
}

impl Grammar {
    /// The grammar that a file holds: in llama.cpp's notation if its rules are written with `::=`, else in Lark's,
    /// which writes them with `:`. Comments and literals do not count.
    ///
    /// ```
    /// use kinglet_text::Grammar;
    ///
    /// assert!(matches!(Grammar::from_text("root ::= \"yes\" | \"no\""), Grammar::Gbnf(_)));
    /// assert!(matches!(Grammar::from_text("start: \"::=\""), Grammar::Lark(_)));
    /// ```
    pub fn from_text(text: &str) -> Grammar {
        let gbnf = text.lines().any(|line| {
            let name = line.trim_start().trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "-_".contains(c));
            name.len() < line.trim_start().len() && name.trim_start().starts_with("::=")
        });
        // A rule's name may stand on a line of its own.
        let broken = text.lines().any(|line| line.trim_start().starts_with("::="));
        if gbnf || broken { Grammar::Gbnf(text.to_owned()) } else { Grammar::Lark(text.to_owned()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_tell_their_notation() {
        for text in ["root ::= \"a\"", "# start: x\n\n  my-rule\n  ::= x", "root::=a"] {
            assert_eq!(Grammar::from_text(text), Grammar::Gbnf(text.to_owned()));
        }
        for text in ["start: \"a ::= b\"", "// root ::= x\nstart: a", "", "start: x\nx: /::=/"] {
            assert_eq!(Grammar::from_text(text), Grammar::Lark(text.to_owned()));
        }
    }
}
