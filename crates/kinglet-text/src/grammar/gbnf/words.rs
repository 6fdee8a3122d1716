//! Finds what can be one terminal in a grammar whose rules come back to themselves, such as a quoted string.
//!
//! Where a terminal is one character, each character of a string is a step of the parser, for each token of the
//! vocabulary. A longer terminal is sound if the reader cannot take too much or too little for it: no text of it
//! begins another one, and no other terminal begins with the same character.

use std::fmt::Write;

use llguidance::derivre::{RegexAst, RegexBuilder};

use super::{Expression, Rules, writer::write_class};

/// Longer terminals are left as they are.
const LONGEST: usize = 1 << 14;
/// What repeats no more often is cheap as it is.
const FEW: u32 = 3;
/// So much work, in the crate's terms, is done to find out.
const FUEL: u64 = 20_000;

/// Puts words in place of what they match, if that is sound. `ends` says of each rule whether it ends, that is does
/// not come back to itself.
pub(super) fn find(rules: &Rules, reachable: &[usize], ends: &[bool]) -> Option<(Rules, Vec<String>)> {
    let mut finder = Finder { rules, ends, words: Vec::new(), firsts: Vec::new() };
    let mut found = rules.clone();
    for place in reachable {
        let rule = found.rules.get_mut(*place)?;
        *rule = finder.replace(rule);
    }
    let all = finder.words.join("|");
    if finder.words.is_empty() || !ends_itself(&all) {
        return None;
    }
    // What is still reached must begin otherwise.
    let mut others = Vec::new();
    for place in super::writer::reachable(&found) {
        firsts(found.rules.get(place)?, &mut others);
    }
    let apart = finder.firsts.iter().all(|word| others.iter().all(|other| word.1 < other.0 || other.1 < word.0));
    apart.then_some((found, finder.words))
}

struct Finder<'a> {
    rules: &'a Rules,
    ends: &'a [bool],
    words: Vec<String>,
    /// The characters that words begin with.
    firsts: Vec<(char, char)>,
}

impl Finder<'_> {
    fn replace(&mut self, expression: &Expression) -> Expression {
        match expression {
            Expression::Sequence(parts) => self.sequence(parts),
            Expression::Choice(parts) => Expression::Choice(parts.iter().map(|part| self.replace(part)).collect()),
            Expression::Repeat(part, least, most) => Expression::Repeat(Box::new(self.replace(part)), *least, *most),
            _ => expression.clone(),
        }
    }

    fn sequence(&mut self, parts: &[Expression]) -> Expression {
        let mut written = Vec::with_capacity(parts.len());
        let mut rest = parts;
        while let Some((part, tail)) = rest.split_first() {
            match self.word(rest) {
                Some((word, length)) => {
                    written.push(word);
                    rest = rest.get(length..).unwrap_or_default();
                }
                None => {
                    written.push(self.replace(part));
                    rest = tail;
                }
            }
        }
        if written.len() == 1 { written.remove(0) } else { Expression::Sequence(written) }
    }

    /// The shortest word that these parts begin with, from a character to a character with a repetition between them.
    fn word(&mut self, parts: &[Expression]) -> Option<(Expression, usize)> {
        let first = match parts.first()? {
            Expression::Text(text) => text.chars().next().map(|c| vec![(c, c)])?,
            Expression::Class { negated: false, ranges } => ranges.clone(),
            _ => return None,
        };
        let mut regex = String::new();
        let mut repeats = false;
        for (length, part) in (1..).zip(parts) {
            self.regex(part, &mut regex)?;
            repeats |= matches!(part, Expression::Repeat(_, _, most) if most.is_none_or(|most| most > FEW));
            let closes =
                matches!(part, Expression::Text(text) if !text.is_empty()) || matches!(part, Expression::Class { .. });
            if repeats && closes && ends_itself(&regex) {
                let known = self.words.iter().position(|word| *word == regex);
                let place = known.unwrap_or_else(|| {
                    self.words.push(regex);
                    self.firsts.extend(first);
                    self.words.len() - 1
                });
                return Some((Expression::Word(place), length));
            }
        }
        None
    }

    /// Writes an expression as a regular one, unless it is none or too long.
    fn regex(&self, expression: &Expression, regex: &mut String) -> Option<()> {
        let list = |parts: &[Expression], between: &str, regex: &mut String| {
            regex.push_str("(?:");
            for (i, part) in parts.iter().enumerate() {
                regex.push_str(if i > 0 { between } else { "" });
                self.regex(part, regex)?;
            }
            regex.push(')');
            Some(())
        };
        match expression {
            Expression::Text(text) => text.chars().try_for_each(|c| write!(regex, "\\x{{{:x}}}", u32::from(c)).ok())?,
            Expression::Class { negated, ranges } => write_class(regex, *negated, ranges),
            Expression::Rule(place) if self.ends.get(*place) == Some(&true) => {
                list(std::slice::from_ref(self.rules.rules.get(*place)?), "", regex)?;
            }
            Expression::Rule(_) | Expression::Word(_) => return None,
            Expression::Sequence(parts) => list(parts, "", regex)?,
            Expression::Choice(parts) => list(parts, "|", regex)?,
            Expression::Repeat(part, least, most) => {
                list(std::slice::from_ref(part), "", regex)?;
                let most = most.map(|most| most.to_string()).unwrap_or_default();
                write!(regex, "{{{least},{most}}}").ok()?;
            }
        }
        (regex.len() <= LONGEST).then_some(())
    }
}

/// The characters that terminals begin with, without those of words.
fn firsts(expression: &Expression, found: &mut Vec<(char, char)>) {
    match expression {
        Expression::Text(text) => found.extend(text.chars().map(|c| (c, c))),
        Expression::Class { negated: false, ranges } => found.extend(ranges),
        Expression::Class { negated: true, ranges } => {
            // What is between the ranges.
            let mut ranges = ranges.clone();
            ranges.sort_unstable();
            let mut from = Some('\0');
            for (first, last) in ranges {
                if let (Some(start), Some(end)) = (from, ('\0'..first).next_back())
                    && start <= end
                {
                    found.push((start, end));
                }
                let next = (last..=char::MAX).nth(1);
                from = from.zip(next).map(|(from, next)| from.max(next));
            }
            found.extend(from.map(|from| (from, char::MAX)));
        }
        Expression::Rule(_) | Expression::Word(_) => {}
        Expression::Sequence(parts) | Expression::Choice(parts) => parts.iter().for_each(|part| firsts(part, found)),
        Expression::Repeat(part, ..) => firsts(part, found),
    }
}

/// Whether no text that an expression matches begins another one.
fn ends_itself(regex: &str) -> bool {
    let this = || RegexAst::Regex(format!("(?:{regex})"));
    let longer = RegexAst::Concat(vec![this(), RegexAst::Regex("(?s:.)+".to_owned())]);
    let mut builder = RegexBuilder::new();
    let both = builder.mk(&RegexAst::And(vec![this(), longer]));
    both.and_then(|both| builder.to_regex_limited(both, FUEL)).is_ok_and(|mut both| both.always_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::gbnf::to_lark;

    #[test]
    fn words_end_themselves_and_begin_like_nothing_else() {
        let words = |text: &str| to_lark(text).unwrap().contains("W0");
        assert!(words(r#"root ::= "\"" [^"]* "\"" | "(" root ")""#));
        assert!(words(
            r#"root ::= string | "(" root ")"
string ::= "\"" char* "\"" [ ]*
char ::= [^"\\] | "\\" ["\\]"#
        ));
        // Another one goes on from where it ends, or begins as it does, or it goes on itself.
        assert!(!words(r#"root ::= "\"" [a-z"]* "\"" | "(" root ")""#));
        assert!(!words(r#"root ::= "\"" [^"]* "\"" | "\"" root ")""#));
        assert!(!words(r#"root ::= [a-z] [a-z]* | "(" root ")""#));
        assert!(!words(r#"root ::= "\"" [^"]* "\"" | [^a] root ")""#));
        assert!(!words(r#"root ::= "\"" root* "\"" | "x""#));
        // What is short stays as it is, and does not stand in the way.
        assert!(words(r#"root ::= "\"" [^"]* "\"" | "e" [+-]? [0-9] "else" root"#));
    }

    #[test]
    fn a_class_that_excludes_begins_with_what_is_left() {
        let mut found = Vec::new();
        firsts(&Expression::Class { negated: true, ranges: vec![('b', 'd'), ('\0', 'a'), ('c', 'x')] }, &mut found);
        assert_eq!(found, [('y', char::MAX)]);
        found.clear();
        firsts(&Expression::Class { negated: true, ranges: vec![('b', 'b')] }, &mut found);
        assert_eq!(found, [('\0', 'a'), ('c', char::MAX)]);
    }
}
