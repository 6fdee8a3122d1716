//! The tokens of a template, and which white space around tags is not part of its text.

use std::sync::Arc;

use super::syntax::{SyntaxFault, fault};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    Data(Arc<str>),
    BlockBegin,
    BlockEnd,
    VariableBegin,
    VariableEnd,
    Name(Arc<str>),
    Text(Arc<str>),
    Int(i128),
    Float(f64),
    Operator(&'static str),
    End,
}

impl Token {
    /// As a message names it.
    pub(super) fn shown(&self) -> String {
        match self {
            Token::Data(_) => "text".to_owned(),
            Token::BlockBegin => "{%".to_owned(),
            Token::BlockEnd => "%}".to_owned(),
            Token::VariableBegin => "{{".to_owned(),
            Token::VariableEnd => "}}".to_owned(),
            Token::Name(name) => name.to_string(),
            Token::Text(text) => format!("{text:?}"),
            Token::Int(number) => number.to_string(),
            Token::Float(number) => number.to_string(),
            Token::Operator(operator) => (*operator).to_owned(),
            Token::End => "the end of the template".to_owned(),
        }
    }
}

/// Longer ones first.
const OPERATORS: &[&str] = &[
    "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".",
    ":", "|", ",", ";",
];

/// White space as Python's `str.isspace` sees it.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

fn trim_start(text: &str) -> &str {
    text.trim_start_matches(is_space)
}

/// Tokens with their lines.
pub(super) fn tokens(source: &str) -> Result<Vec<(Token, u32)>, SyntaxFault> {
    let source = source.replace("\r\n", "\n").replace('\r', "\n");
    let source = source.strip_suffix('\n').unwrap_or(&source);
    let mut lexer = Lexer { source, at: 0, line: 1, tokens: Vec::new() };
    while lexer.at < source.len() {
        lexer.text_and_tag()?;
    }
    lexer.push(Token::End);
    Ok(lexer.tokens)
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
    line: u32,
    tokens: Vec<(Token, u32)>,
}

impl<'s> Lexer<'s> {
    fn rest(&self) -> &'s str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn push(&mut self, token: Token) {
        self.tokens.push((token, self.line));
    }

    /// Goes on to where this, a tail of the source, begins.
    fn go_to(&mut self, tail: &str) {
        let to = self.source.len() - tail.len();
        let passed = self.source.get(self.at..to).unwrap_or_default();
        self.line += u32::try_from(passed.matches('\n').count()).unwrap_or(0);
        self.at = to;
    }

    fn data(&mut self, text: &str) {
        if !text.is_empty() {
            self.push(Token::Data(text.into()));
        }
    }

    /// The text before a tag without what the tag takes away: `-` all white space, a block or comment without `+` the
    /// indentation of its line.
    fn before_tag(&self, text: &'s str, sign: Option<char>, indents: bool) -> &'s str {
        if sign == Some('-') {
            return text.trim_end_matches(is_space);
        }
        if sign == Some('+') || !indents {
            return text;
        }
        let line_start = text.rfind('\n').map(|at| at + 1);
        let at_start = self.at == 0 || self.source.as_bytes().get(self.at - 1) == Some(&b'\n');
        match line_start.or(at_start.then_some(0)).and_then(|at| text.split_at_checked(at)) {
            Some((kept, indentation)) if indentation.chars().all(is_space) => kept,
            _ => text,
        }
    }

    fn text_and_tag(&mut self) -> Result<(), SyntaxFault> {
        let rest = self.rest();
        let tags = rest.match_indices('{').find_map(|(at, _)| {
            let tag = rest.get(at..at + 2)?;
            matches!(tag, "{{" | "{%" | "{#").then_some((at, tag))
        });
        let Some((at, tag)) = tags else {
            self.data(rest);
            self.go_to("");
            return Ok(());
        };
        let (text, after) = (rest.get(..at).unwrap_or_default(), rest.get(at + 2..).unwrap_or_default());
        let sign = after.chars().next().filter(|c| matches!(c, '-' | '+'));
        let inside = after.get(sign.map_or(0, char::len_utf8)..).unwrap_or_default();
        let text = self.before_tag(text, sign, tag != "{{");
        self.data(text);
        match (tag, after_raw_begin(inside)) {
            ("{#", _) => {
                self.go_to(inside);
                self.comment()
            }
            ("{%", Some(raw)) => {
                self.go_to(raw);
                self.raw()
            }
            ("{%", None) => {
                self.go_to(inside);
                self.push(Token::BlockBegin);
                self.expression(Token::BlockEnd)
            }
            _ => {
                self.go_to(inside);
                self.push(Token::VariableBegin);
                self.expression(Token::VariableEnd)
            }
        }
    }

    fn comment(&mut self) -> Result<(), SyntaxFault> {
        let rest = self.rest();
        let Some(end) = rest.find("#}") else { return fault(self.line, "a comment does not end") };
        let (inside, after) = (rest.get(..end).unwrap_or_default(), rest.get(end + 2..).unwrap_or_default());
        self.go_to(after_block(inside, after));
        Ok(())
    }

    fn raw(&mut self) -> Result<(), SyntaxFault> {
        let rest = self.rest();
        let end = rest.match_indices("{%").find_map(|(at, _)| {
            let after = rest.get(at + 2..)?;
            let sign = after.chars().next().filter(|c| matches!(c, '-' | '+'));
            let name = trim_start(after.get(sign.map_or(0, char::len_utf8)..)?);
            let close = trim_start(name.strip_prefix("endraw")?);
            let after_sign = close.strip_prefix(['-', '+']).unwrap_or(close);
            let sign_text = close.get(..close.len() - after_sign.len())?;
            Some((rest.get(..at)?, sign, after_block(sign_text, after_sign.strip_prefix("%}")?)))
        });
        let Some((text, sign, after)) = end else { return fault(self.line, "a raw block does not end") };
        let text = self.before_tag(text, sign, true);
        self.data(text);
        self.go_to(after);
        Ok(())
    }

    /// The tokens up to the end of a tag.
    fn expression(&mut self, end: Token) -> Result<(), SyntaxFault> {
        let mut open: Vec<&'static str> = Vec::new();
        loop {
            self.go_to(trim_start(self.rest()));
            let rest = self.rest();
            if open.is_empty()
                && let Some(after) = after_tag(rest, &end)
            {
                self.push(end);
                self.go_to(after);
                return Ok(());
            }
            let Some(c) = rest.chars().next() else {
                return fault(self.line, "a tag does not end");
            };
            let (token, after) = match c {
                '0'..='9' => self.number(rest)?,
                '\'' | '"' => self.text(rest, c)?,
                c if c.is_alphanumeric() || c == '_' => {
                    let after = rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
                    (Token::Name(rest.get(..rest.len() - after.len()).unwrap_or_default().into()), after)
                }
                _ => {
                    let operator = OPERATORS.iter().find_map(|known| Some((*known, rest.strip_prefix(known)?)));
                    let Some((operator, after)) = operator else {
                        return fault(self.line, format!("unexpected {c:?}"));
                    };
                    self.balance(operator, &mut open)?;
                    (Token::Operator(operator), after)
                }
            };
            self.push(token);
            self.go_to(after);
        }
    }

    fn balance(&self, operator: &str, open: &mut Vec<&'static str>) -> Result<(), SyntaxFault> {
        match operator {
            "(" => open.push(")"),
            "[" => open.push("]"),
            "{" => open.push("}"),
            ")" | "]" | "}" => match open.pop() {
                Some(expected) if expected == operator => {}
                Some(expected) => return fault(self.line, format!("unexpected '{operator}', expected '{expected}'")),
                None => return fault(self.line, format!("unexpected '{operator}'")),
            },
            _ => {}
        }
        Ok(())
    }

    fn number(&self, rest: &'s str) -> Result<(Token, &'s str), SyntaxFault> {
        let too_large = |_| SyntaxFault { line: self.line, why: "a number is too large".to_owned() };
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
            let Some(start) = rest.get(..2).filter(|start| start.eq_ignore_ascii_case(prefix)) else { continue };
            let digits = rest.get(start.len()..).unwrap_or_default();
            let after = digits.trim_start_matches(|c: char| c.is_digit(radix) || c == '_');
            let digits = digits.get(..digits.len() - after.len()).unwrap_or_default().replace('_', "");
            if !digits.is_empty() {
                return Ok((Token::Int(i128::from_str_radix(&digits, radix).map_err(too_large)?), after));
            }
        }
        let whole = digits(rest);
        let after = rest.get(whole.len()..).unwrap_or_default();
        // After a dot there is an index: `pair.0.1`.
        let fraction = match after.strip_prefix('.').map(digits) {
            Some(digits) if !digits.is_empty() && !self.source.get(..self.at).is_some_and(|s| s.ends_with('.')) => {
                digits.len() + 1
            }
            _ => 0,
        };
        let tail = after.get(fraction..).unwrap_or_default();
        let exponent = tail.strip_prefix(['e', 'E']).map_or(0, |power| {
            let sign = power.len() - power.trim_start_matches(['+', '-']).len();
            let digits = power.get(sign..).map(digits).unwrap_or_default();
            if digits.is_empty() || sign > 1 { 0 } else { 1 + sign + digits.len() }
        });
        let length = whole.len() + fraction + exponent;
        let number = rest.get(..length).unwrap_or_default().replace('_', "");
        let after = rest.get(length..).unwrap_or_default();
        if fraction + exponent > 0 {
            Ok((Token::Float(number.parse().unwrap_or(f64::NAN)), after))
        } else {
            Ok((Token::Int(number.parse().map_err(too_large)?), after))
        }
    }

    fn text(&self, rest: &'s str, quote: char) -> Result<(Token, &'s str), SyntaxFault> {
        let mut text = String::new();
        let mut chars = rest.chars();
        chars.next();
        loop {
            match chars.next() {
                None => return fault(self.line, "a string does not end"),
                Some(c) if c == quote => return Ok((Token::Text(text.into()), chars.as_str())),
                Some('\\') => {
                    let after = chars.as_str();
                    let Some(after) = escape(after, &mut text) else {
                        return fault(self.line, "a string has a wrong escape");
                    };
                    chars = after.chars();
                }
                Some(c) => text.push(c),
            }
        }
    }
}

/// Decimal digits with single underscores between them.
fn digits(text: &str) -> &str {
    let mut length = 0;
    for (at, c) in text.char_indices() {
        let joins = c == '_'
            && at == length
            && at > 0
            && text.get(at + 1..).is_some_and(|t| t.starts_with(|c: char| c.is_ascii_digit()));
        match c {
            '0'..='9' => length = at + 1,
            _ if joins => length = at + 1,
            _ => break,
        }
    }
    text.get(..length).unwrap_or_default()
}

/// What follows a backslash, as Python reads it; where the text goes on, unless it is malformed.
fn escape<'s>(after: &'s str, text: &mut String) -> Option<&'s str> {
    let mut chars = after.chars();
    let c = chars.next()?;
    let simple = match c {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'v' => '\u{b}',
        '\\' | '\'' | '"' => c,
        '\n' => return Some(chars.as_str()),
        'x' | 'u' | 'U' => {
            let length = if c == 'x' {
                2
            } else if c == 'u' {
                4
            } else {
                8
            };
            let digits = chars.as_str().get(..length)?;
            text.push(char::from_u32(u32::from_str_radix(digits, 16).ok()?).unwrap_or('\u{fffd}'));
            return chars.as_str().get(length..);
        }
        '0'..='7' => {
            let octal = after.len() - after.trim_start_matches(|c: char| c.is_digit(8)).len();
            let (digits, after) = after.split_at_checked(octal.min(3))?;
            text.push(char::from_u32(u32::from_str_radix(digits, 8).ok()?)?);
            return Some(after);
        }
        other => {
            text.push('\\');
            other
        }
    };
    text.push(simple);
    Some(chars.as_str())
}

/// The rest of the source after the end of a tag, if it is here.
fn after_tag<'s>(rest: &'s str, end: &Token) -> Option<&'s str> {
    let close = if *end == Token::BlockEnd { "%}" } else { "}}" };
    let sign = if rest.starts_with(['-', '+']) { rest.get(..1)? } else { "" };
    match (end, sign) {
        (Token::VariableEnd, "+") => None,
        (Token::VariableEnd, "") => rest.strip_prefix(close),
        _ => Some(after_block(sign, rest.get(sign.len()..)?.strip_prefix(close)?)),
    }
}

/// What follows a block or a comment that ends with this: `-` takes all white space, `+` none, else a line break goes.
fn after_block<'s>(inside: &str, after: &'s str) -> &'s str {
    match inside.chars().next_back() {
        Some('-') => trim_start(after),
        Some('+') => after,
        _ => after.strip_prefix('\n').unwrap_or(after),
    }
}

/// The rest of the source after `raw %}`, if that is what is in a tag.
fn after_raw_begin(inside: &str) -> Option<&str> {
    let after = trim_start(trim_start(inside).strip_prefix("raw")?);
    match after.strip_prefix("-%}") {
        Some(after) => Some(trim_start(after)),
        None => after.strip_prefix("%}"),
    }
}
