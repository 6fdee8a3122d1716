use std::collections::HashMap;

use super::{Expression, Rules};
use crate::error::shown;

/// The crate that reads what is written reads no deeper groups.
const DEEPEST: usize = 24;
/// More repetitions are not counted.
const MOST_REPEATS: u32 = 10_000;
/// So many repetitions may be repeated without a group.
const MOST_WRAPS: usize = 2;
const MOST_RULES: usize = 5_000;

/// Where, if it is in one place, and what is wrong.
type Fault = (Option<u32>, String);

struct Parser<'a> {
    rest: &'a str,
    line: u32,
    depth: usize,
    names: HashMap<&'a str, usize>,
    /// Each rule's name, where it is first called or defined, and what it is.
    rules: Vec<(&'a str, u32, Option<Expression>)>,
}

pub(super) fn parse(text: &str) -> Result<Rules, Fault> {
    let mut parser = Parser { rest: text, line: 1, depth: 0, names: HashMap::new(), rules: Vec::new() };
    parser.space();
    while !parser.rest.is_empty() {
        parser.rule()?;
    }
    let root = parser.names.get("root").copied().ok_or_else(|| (None, "it has no rule called root".to_owned()))?;
    let missing = |name: &str, line: u32| (Some(line), format!("the rule {} is nowhere defined", shown(name)));
    let rules = parser.rules.into_iter().map(|(name, line, rule)| rule.ok_or_else(|| missing(name, line)));
    Ok(Rules { root, rules: rules.collect::<Result<_, _>>()? })
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

impl<'a> Parser<'a> {
    fn fault<T>(&self, why: impl Into<String>) -> Result<T, Fault> {
        Err((Some(self.line), why.into()))
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.rest = self.rest.get(c.len_utf8()..).unwrap_or_default();
        self.line += u32::from(c == '\n');
        Some(c)
    }

    fn take(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// Skips white space and comments.
    fn space(&mut self) {
        loop {
            match self.peek() {
                Some('#') => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.next();
                    }
                }
                Some(c) if c.is_whitespace() => {
                    self.next();
                }
                _ => return,
            }
        }
    }

    fn name(&mut self) -> &'a str {
        let end = self.rest.find(|c| !is_name(c)).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at_checked(end).unwrap_or_default();
        self.rest = rest;
        name
    }

    /// Whether the next rule begins here.
    fn at_rule(&self) -> bool {
        let mut ahead = Parser { rest: self.rest, line: 0, depth: 0, names: HashMap::new(), rules: Vec::new() };
        let name = ahead.name();
        ahead.space();
        !name.is_empty() && ahead.rest.starts_with("::=")
    }

    fn place(&mut self, name: &'a str) -> Result<usize, Fault> {
        if let Some(place) = self.names.get(name) {
            return Ok(*place);
        }
        if self.rules.len() >= MOST_RULES {
            return self.fault(format!("it has more than {MOST_RULES} rules"));
        }
        self.names.insert(name, self.rules.len());
        self.rules.push((name, self.line, None));
        Ok(self.rules.len() - 1)
    }

    fn rule(&mut self) -> Result<(), Fault> {
        let line = self.line;
        let name = self.name();
        if name.is_empty() {
            let found = self.peek().map(String::from).unwrap_or_default();
            return self.fault(format!("{} stands where a rule should begin", shown(&found)));
        }
        self.space();
        if !self.take("::=") {
            return self.fault(format!("::= must follow the name {}", shown(name)));
        }
        self.space();
        let place = self.place(name)?;
        let rule = self.choice()?;
        if !self.rest.is_empty() && !self.at_rule() {
            let found = self.peek().map(String::from).unwrap_or_default();
            return self.fault(format!("{} has nothing to belong to", shown(&found)));
        }
        match self.rules.get_mut(place) {
            Some((_, first, slot @ None)) => (*first, *slot) = (line, Some(rule)),
            _ => return Err((Some(line), format!("the rule {} is defined twice", shown(name)))),
        }
        Ok(())
    }

    fn choice(&mut self) -> Result<Expression, Fault> {
        let mut choices = vec![self.sequence()?];
        while self.take("|") {
            self.space();
            choices.push(self.sequence()?);
        }
        Ok(if choices.len() > 1 { Expression::Choice(choices) } else { choices.remove(0) })
    }

    fn sequence(&mut self) -> Result<Expression, Fault> {
        let mut parts = Vec::new();
        while let Some(c) = self.peek() {
            let part = match c {
                '"' => self.text()?,
                '[' => self.class()?,
                '(' => self.group()?,
                '.' => {
                    self.next();
                    Expression::Class { negated: true, ranges: Vec::new() }
                }
                _ if is_name(c) && !self.at_rule() => {
                    let name = self.name();
                    Expression::Rule(self.place(name)?)
                }
                _ => break,
            };
            self.space();
            parts.push(self.repeats(part)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Expression::Sequence(parts) })
    }

    fn group(&mut self) -> Result<Expression, Fault> {
        let line = self.line;
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.fault(format!("its groups are more than {DEEPEST} deep"));
        }
        self.next();
        self.space();
        let group = self.choice()?;
        if !self.take(")") {
            return Err((Some(line), "a group is not closed".to_owned()));
        }
        self.depth -= 1;
        Ok(group)
    }

    fn repeats(&mut self, mut part: Expression) -> Result<Expression, Fault> {
        for _ in 0..=MOST_WRAPS {
            let (least, most) = match self.peek() {
                Some('*') => (0, None),
                Some('+') => (1, None),
                Some('?') => (0, Some(1)),
                Some('{') => self.counts()?,
                _ => return Ok(part),
            };
            self.next();
            self.space();
            part = Expression::Repeat(Box::new(part), least, most);
        }
        self.fault("it repeats repetitions too often")
    }

    /// Reads `{2,3`, and leaves the brace that closes it.
    fn counts(&mut self) -> Result<(u32, Option<u32>), Fault> {
        self.next();
        self.space();
        let least = self.count()?;
        self.space();
        let most = if self.take(",") {
            self.space();
            if self.peek() == Some('}') { None } else { Some(self.count()?) }
        } else {
            Some(least)
        };
        self.space();
        if self.peek() != Some('}') {
            return self.fault("a repetition must be written as {2}, {2,} or {2,3}");
        }
        if most.is_some_and(|most| most < least) {
            return self.fault("a repetition has a most below its least");
        }
        Ok((least, most))
    }

    fn count(&mut self) -> Result<u32, Fault> {
        let digits = self.name();
        match digits.parse() {
            Ok(count) if count <= MOST_REPEATS => Ok(count),
            Ok(_) => self.fault(format!("a repetition has more than {MOST_REPEATS} times")),
            Err(_) => self.fault(format!("{} is no number of repetitions", shown(digits))),
        }
    }

    fn text(&mut self) -> Result<Expression, Fault> {
        let line = self.line;
        self.next();
        let mut text = String::new();
        loop {
            match self.peek() {
                None => return Err((Some(line), "a literal is not closed".to_owned())),
                Some('"') => break,
                Some(_) => text.push(self.character()?),
            }
        }
        self.next();
        Ok(Expression::Text(text))
    }

    fn class(&mut self) -> Result<Expression, Fault> {
        let line = self.line;
        self.next();
        let negated = self.take("^");
        let mut ranges = Vec::new();
        loop {
            match self.peek() {
                None => return Err((Some(line), "a class is not closed".to_owned())),
                Some(']') => break,
                Some(_) => {}
            }
            let first = self.character()?;
            // A dash before the end is one of the characters.
            let is_range = self.rest.starts_with('-') && !self.rest.starts_with("-]");
            let last = if is_range && self.take("-") { self.character()? } else { first };
            if last < first {
                return self.fault(format!("the range {} ends before it begins", shown(&format!("{first}-{last}"))));
            }
            ranges.push((first, last));
        }
        self.next();
        if ranges.is_empty() && !negated {
            return Err((Some(line), "a class has no character".to_owned()));
        }
        Ok(Expression::Class { negated, ranges })
    }

    /// Reads a character, or what is written for one.
    fn character(&mut self) -> Result<char, Fault> {
        let Some(c) = self.next() else { return self.fault("it ends too early") };
        if c != '\\' {
            return Ok(c);
        }
        match self.next() {
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some(c @ ('\\' | '"' | '[' | ']' | '-' | '^')) => Ok(c),
            Some('x') => self.code(2),
            Some('u') => self.code(4),
            Some('U') => self.code(8),
            other => self.fault(format!(r"\{} is no escape", shown(&other.map(String::from).unwrap_or_default()))),
        }
    }

    fn code(&mut self, digits: usize) -> Result<char, Fault> {
        let code = self.rest.get(..digits).filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let c = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        self.rest = self.rest.get(digits..).unwrap_or_default();
        match c {
            Some(c) => Ok(c),
            None => self.fault(format!("an escape must have {digits} hexadecimal digits that name a character")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_read_with_all_their_parts() {
        let text = "# a comment\nroot ::= a-b \"x\\n\\x41\\u00e9\\\"\" | [^a-c\\]-] . (\n  root # more\n){2,}\na-b\n ::= [é]? |\n";
        let rules = parse(text).unwrap();
        let class = |negated, ranges: &[(char, char)]| Expression::Class { negated, ranges: ranges.to_vec() };
        let first = Expression::Sequence(vec![Expression::Rule(1), Expression::Text("x\nAé\"".to_owned())]);
        let again = Expression::Repeat(Box::new(Expression::Rule(0)), 2, None);
        let ranges = [('a', 'c'), (']', ']'), ('-', '-')];
        let second = Expression::Sequence(vec![class(true, &ranges), class(true, &[]), again]);
        let optional = Expression::Repeat(Box::new(class(false, &[('é', 'é')])), 0, Some(1));
        let other = Expression::Choice(vec![optional, Expression::Sequence(Vec::new())]);
        assert_eq!(rules, Rules { root: 0, rules: vec![Expression::Choice(vec![first, second]), other] });
    }

    #[test]
    fn faults_name_their_line() {
        let faults = [
            ("a ::= \"x\"", None, "no rule called root"),
            ("root ::= \"x\"\n\nroot ::= \"y\"", Some(3), "defined twice"),
            ("root ::= \"x\"\n  other", Some(2), "other is nowhere defined"),
            ("root ::= \"x\n", Some(1), "not closed"),
            ("root ::= (\"x\"\n\n", Some(1), "group is not closed"),
            ("\nroot ::= [z-a]", Some(2), "z-a ends before"),
            ("root ::= [a", Some(1), "class is not closed"),
            ("root ::= \"\\q\"", Some(1), "no escape"),
            ("root ::= \"\\ud800\"", Some(1), "hexadecimal"),
            ("root ::= \"a\"{3,2}", Some(1), "below its least"),
            ("root ::= \"a\"{,2}", Some(1), "no number"),
            ("root ::= \"a\" )", Some(1), "nothing to belong to"),
            ("root = \"a\"", Some(1), "::= must follow"),
            ("root ::= []", Some(1), "no character"),
        ];
        for (text, line, why) in faults {
            let (found_line, found) = parse(text).unwrap_err();
            assert!(found.contains(why) && found_line == line, "{text:?}: {found_line:?} {found}");
        }
        assert!(parse(&format!("root ::= {}", "(".repeat(100_000))).is_err());
    }
}
