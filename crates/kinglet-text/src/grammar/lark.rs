//! What a text in Lark's notation must keep to before the crate `llguidance` reads it.
//!
//! The crate reads groups, and terminals that are made of others, by functions that call themselves, and takes special
//! tokens for granted that the table of tokens leaves out.

use std::collections::HashMap;

use super::pattern;
use crate::TextError;

/// Deeper groups, or longer chains of rules, could take all of the stack.
const DEEPEST: usize = 100;

/// Rules with more names and literals than this take too long to read.
const MOST_PARTS: usize = 5000;

/// What stands in a grammar outside of its literals and comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'a> {
    Name(&'a str),
    /// A literal of so many bytes.
    Literal(usize),
    Mark(char),
}

/// Refuses what would take all of the stack, and special tokens.
pub(super) fn check(text: &str) -> Result<(), TextError> {
    let mut depth = 0usize;
    let mut calls: HashMap<&str, Vec<&str>> = HashMap::new();
    let (mut rule, mut size) = ("", 0usize);
    let mut parts = Parts { rest: text, line: 1 };
    let mut last_line = 0;
    while let Some(part) = parts.next() {
        match part {
            Part::Mark('<') => {
                let why = "special tokens, such as <|end|>, cannot be asked for".to_owned();
                return Err(TextError::Grammar { kind: "Lark grammar", line: Some(parts.line), why });
            }
            Part::Literal(length) if length > pattern::LONGEST => {
                let why = format!("a literal has {length} bytes, and {} is the most", pattern::LONGEST);
                return Err(TextError::GrammarLimit { why });
            }
            Part::Mark('(' | '[' | '{') => depth = depth.saturating_add(1),
            Part::Mark(')' | ']' | '}') => depth = depth.saturating_sub(1),
            // A name at the start of a line begins a rule, whose other names are what it calls.
            Part::Name(name) if parts.line != last_line && depth == 0 => (rule, size) = (name, 0),
            Part::Name(name) => calls.entry(rule).or_default().push(name),
            _ => {}
        }
        last_line = parts.line;
        size += usize::from(!matches!(part, Part::Mark(_)));
        if size > MOST_PARTS {
            let why = format!("one of its rules has more than {MOST_PARTS} names and literals");
            return Err(TextError::GrammarLimit { why });
        }
        if depth > DEEPEST {
            return Err(TextError::GrammarLimit { why: format!("its groups are more than {DEEPEST} deep") });
        }
    }
    if longest_chain(&calls) > DEEPEST {
        let why = format!("its rules call each other in chains of more than {DEEPEST}");
        return Err(TextError::GrammarLimit { why });
    }
    Ok(())
}

/// How many rules call one another before one comes that calls none, or one that was there before.
fn longest_chain(calls: &HashMap<&str, Vec<&str>>) -> usize {
    let mut heights: HashMap<&str, usize> = HashMap::new();
    let mut longest = 0;
    for start in calls.keys() {
        // Each rule on the way, and how many of its calls have been looked at.
        let mut way: Vec<(&str, usize)> = vec![(start, 0)];
        while let Some((rule, looked)) = way.last_mut() {
            let called = calls.get(rule).map(Vec::as_slice).unwrap_or_default();
            match called.get(*looked) {
                Some(next) => {
                    *looked += 1;
                    let next: &str = next;
                    if !heights.contains_key(next) {
                        // Until it is done, so that a rule that comes back does not go round.
                        heights.insert(next, 0);
                        way.push((next, 0));
                    }
                }
                None => {
                    let height = called.iter().filter_map(|name| heights.get(name)).max().map_or(0, |most| most + 1);
                    heights.insert(rule, height);
                    longest = longest.max(height).max(way.len());
                    way.pop();
                }
            }
        }
    }
    longest
}

struct Parts<'a> {
    rest: &'a str,
    line: u32,
}

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        loop {
            let c = self.rest.chars().next()?;
            if self.rest.starts_with("//") || c == '#' {
                self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
            } else if c == '"' || c == '/' {
                return Some(Part::Literal(self.literal(c)));
            } else if c.is_alphanumeric() || c == '_' || c == '@' {
                let is_name = |c: char| c.is_alphanumeric() || "_-@".contains(c);
                let end = self.rest.find(|c| !is_name(c)).unwrap_or(self.rest.len());
                return Some(Part::Name(self.skip(end)));
            } else {
                self.skip(c.len_utf8());
                if !c.is_whitespace() {
                    return Some(Part::Mark(c));
                }
            }
        }
    }
}

impl<'a> Parts<'a> {
    fn skip(&mut self, end: usize) -> &'a str {
        let (skipped, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        self.rest = rest;
        self.line = self.line.saturating_add(u32::try_from(skipped.matches('\n').count()).unwrap_or(u32::MAX));
        skipped
    }

    /// Neither kind goes on beyond its line.
    fn literal(&mut self, mark: char) -> usize {
        let mut escaped = false;
        let end = self.rest.char_indices().skip(1).find(|(_, c)| {
            let ends = (*c == mark && !escaped) || *c == '\n';
            escaped = *c == '\\' && !escaped;
            ends
        });
        self.skip(end.map_or(self.rest.len(), |(at, c)| if c == '\n' { at } else { at + c.len_utf8() })).len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_tokens_are_refused_and_what_looks_like_them_is_not() {
        for text in ["start: <|end|>", "start: \"a\"\n | <[3]>", "start: /\\//<x>"] {
            assert!(matches!(check(text), Err(TextError::Grammar { line: Some(_), .. })), "{text}");
        }
        for text in ["start: \"<\\\"<\" // <x>", "start: /\\/<b>/ # <", "start: T\nT: /[^<]/"] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_would_take_all_of_the_stack_is_refused() {
        let chain = |rules: usize| -> String {
            let rules: String = (0..rules).map(|i| format!("T{i}: \"x\" T{}\n", i + 1)).collect();
            format!("start: T0\n{rules}")
        };
        assert_eq!(check(&chain(50)), Ok(()));
        for text in [chain(5000), format!("start: {}", "(".repeat(5000))] {
            assert!(matches!(check(&text), Err(TextError::GrammarLimit { .. })));
        }
        assert_eq!(check("start: a b\na: start | b\nb: a a"), Ok(()));
    }
}
