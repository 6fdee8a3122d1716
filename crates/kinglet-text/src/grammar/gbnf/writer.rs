//! Writes rules as Lark.
//!
//! In GBNF, a text matches if it can be read in any way. The crate reads Lark as compilers do: first it takes the
//! longest text for a terminal, and never comes back. Both agree if a terminal is one character, and if a grammar is
//! one terminal. So a grammar whose rules do not come back to themselves becomes one terminal, which is fast, and in
//! others each character is one, but for words that are sound.

use std::fmt::Write;

use super::{Expression, Rules, words};

pub(super) fn write(rules: &Rules) -> String {
    let order = reachable(rules);
    let ends = ends(rules, &order);
    let terminal = ends.get(rules.root) == Some(&true);
    let found = if terminal { None } else { words::find(rules, &order, &ends) };
    let (rules, words) = found.as_ref().map_or((rules, [].as_slice()), |(rules, words)| (rules, words.as_slice()));
    let name = if terminal { 'R' } else { 'r' };
    let mut lark = format!("start: {name}{}\n", rules.root);
    let mut writer = Writer { lark: &mut lark, name, terminal };
    for place in reachable(rules) {
        let Some(rule) = rules.rules.get(place) else { continue };
        writer.add(format_args!("{name}{place}: "));
        writer.expression(rule);
        writer.lark.push('\n');
    }
    for (place, word) in words.iter().enumerate() {
        writer.add(format_args!("W{place}: /{word}/\n"));
    }
    lark
}

/// The rules that an expression calls.
fn calls(expression: &Expression, found: &mut Vec<usize>) {
    match expression {
        Expression::Rule(place) => found.push(*place),
        Expression::Sequence(parts) | Expression::Choice(parts) => parts.iter().for_each(|part| calls(part, found)),
        Expression::Repeat(part, ..) => calls(part, found),
        Expression::Text(_) | Expression::Class { .. } | Expression::Word(_) => {}
    }
}

fn calls_of(rules: &Rules, place: usize) -> Vec<usize> {
    let mut found = Vec::new();
    if let Some(rule) = rules.rules.get(place) {
        calls(rule, &mut found);
    }
    found
}

pub(super) fn reachable(rules: &Rules) -> Vec<usize> {
    let mut seen = vec![false; rules.rules.len()];
    let mut open = vec![rules.root];
    let mut order = Vec::new();
    while let Some(place) = open.pop() {
        if let Some(seen @ false) = seen.get_mut(place) {
            *seen = true;
            order.push(place);
            open.extend(calls_of(rules, place));
        }
    }
    order
}

/// Of each rule, whether it ends: neither it nor one that it calls comes back to itself.
fn ends(rules: &Rules, reachable: &[usize]) -> Vec<bool> {
    // Rules whose calls all end do so: what is left comes back.
    let mut ends = vec![false; rules.rules.len()];
    let mut open: Vec<(usize, Vec<usize>)> = reachable.iter().map(|place| (*place, calls_of(rules, *place))).collect();
    loop {
        let before = open.len();
        open.retain(|(place, calls)| {
            let all = calls.iter().all(|call| ends.get(*call) == Some(&true));
            if let Some(end) = ends.get_mut(*place) {
                *end = all;
            }
            !all
        });
        if open.len() == before {
            return ends;
        }
    }
}

/// Writes a class as regular expressions have it.
pub(super) fn write_class(text: &mut String, negated: bool, ranges: &[(char, char)]) {
    if ranges.is_empty() {
        // It can only be what excludes nothing.
        return text.push_str(r"[\x{0}-\x{10ffff}]");
    }
    text.push_str(if negated { "[^" } else { "[" });
    for (first, last) in ranges {
        // Writing to a string cannot fail.
        let _ = write!(text, "\\x{{{:x}}}-\\x{{{:x}}}", u32::from(*first), u32::from(*last));
    }
    text.push(']');
}

struct Writer<'a> {
    lark: &'a mut String,
    name: char,
    /// Whether the whole grammar is one terminal, in which a literal may stay one.
    terminal: bool,
}

impl Writer<'_> {
    fn add(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.lark.write_fmt(text);
    }

    fn list(&mut self, parts: &[Expression], between: &str) {
        for (i, part) in parts.iter().enumerate() {
            if i > 0 {
                self.lark.push_str(between);
            }
            match part {
                // A sequence binds closer than a choice.
                Expression::Sequence(parts) if between == " | " && !parts.is_empty() => self.list(parts, " "),
                _ => self.expression(part),
            }
        }
    }

    fn group(&mut self, parts: &[Expression], between: &str) {
        self.lark.push('(');
        self.list(parts, between);
        self.lark.push(')');
    }

    fn expression(&mut self, expression: &Expression) {
        match expression {
            Expression::Text(text) if text.is_empty() => self.lark.push_str("\"\""),
            Expression::Text(text) if self.terminal => {
                self.lark.push('/');
                text.chars().for_each(|c| self.add(format_args!("\\x{{{:x}}}", u32::from(c))));
                self.lark.push('/');
            }
            Expression::Text(text) => {
                self.lark.push('(');
                text.chars().for_each(|c| self.add(format_args!("/\\x{{{:x}}}/ ", u32::from(c))));
                self.lark.push(')');
            }
            Expression::Class { negated, ranges } => {
                self.lark.push('/');
                write_class(self.lark, *negated, ranges);
                self.lark.push('/');
            }
            Expression::Word(place) => self.add(format_args!("W{place}")),
            Expression::Rule(place) => {
                let name = self.name;
                self.add(format_args!("{name}{place}"));
            }
            Expression::Sequence(parts) if parts.is_empty() => self.lark.push_str("\"\""),
            Expression::Sequence(parts) => self.group(parts, " "),
            Expression::Choice(parts) => self.group(parts, " | "),
            Expression::Repeat(part, least, most) => {
                match &**part {
                    Expression::Repeat(..) => self.group(std::slice::from_ref(part), ""),
                    _ => self.expression(part),
                }
                match (least, most) {
                    (0, None) => self.lark.push('*'),
                    (1, None) => self.lark.push('+'),
                    (0, Some(1)) => self.lark.push('?'),
                    (least, None) => self.add(format_args!("{{{least},}}")),
                    (least, Some(most)) => self.add(format_args!("{{{least},{most}}}")),
                }
            }
        }
    }
}
