//! How Python writes values: `str`, `repr` and `json.dumps`.

use std::fmt::Write;

use super::{
    budget::Budget,
    fault::{Fault, Result, failed},
    numbers,
    value::{Part, Value},
};

/// Namespaces are the interpreter's, which alone can look into them.
pub(super) type Namespaces<'n> = &'n [Vec<(std::sync::Arc<str>, Value)>];

/// `str(value)`.
pub(super) fn display(value: &Value, budget: &Budget, namespaces: Namespaces<'_>) -> Result<String> {
    match value {
        Value::Text(text) => Ok(text.text.to_string()),
        Value::Undefined(_) => Ok(String::new()),
        _ => repr(value, budget, namespaces),
    }
}

/// `repr(value)`.
pub(super) fn repr(value: &Value, budget: &Budget, namespaces: Namespaces<'_>) -> Result<String> {
    let mut writer = Repr { out: String::new(), budget, namespaces, depth: 0 };
    writer.write(value)?;
    Ok(writer.out)
}

struct Repr<'w> {
    out: String,
    budget: &'w Budget,
    namespaces: Namespaces<'w>,
    depth: usize,
}

impl Repr<'_> {
    fn write(&mut self, value: &Value) -> Result<()> {
        self.budget.steps(1)?;
        self.budget.room(self.out.len())?;
        match value {
            Value::Undefined(_) => self.out += "Undefined",
            Value::None => self.out += "None",
            Value::Bool(true) => self.out += "True",
            Value::Bool(false) => self.out += "False",
            Value::Int(number) => self.out += &number.to_string(),
            Value::Float(number) => self.out += &numbers::repr(*number),
            Value::Text(text) => {
                self.budget.room(text.text.len() * 6)?;
                if text.safe {
                    self.out += "Markup(";
                }
                quote(&text.text, &mut self.out);
                if text.safe {
                    self.out.push(')');
                }
            }
            Value::List(items) => self.sequence("[", &items.items, "]")?,
            Value::Tuple(items) if items.items.len() == 1 => self.sequence("(", &items.items, ",)")?,
            Value::Tuple(items) => self.sequence("(", &items.items, ")")?,
            Value::Dict(dict) => self.entries(dict.entries.iter().map(|(key, value)| (Some(key), None, value)))?,
            Value::View(view) => {
                let name = match view.part {
                    Part::Keys => "dict_keys([",
                    Part::Values => "dict_values([",
                    Part::Items => "dict_items([",
                };
                self.sequence(name, &view.items(self.budget)?, "])")?;
            }
            Value::Range(range) if range.step == 1 => {
                let _ = write!(self.out, "range({}, {})", range.start, range.stop());
            }
            Value::Range(range) => {
                let _ = write!(self.out, "range({}, {}, {})", range.start, range.stop(), range.step);
            }
            Value::Namespace(place) => {
                if self.depth > 50 {
                    return Err(Fault::Limit("nests values too deeply"));
                }
                self.out += "<Namespace ";
                let attributes = self.namespaces.get(*place).map(Vec::as_slice).unwrap_or_default();
                self.entries(attributes.iter().map(|(name, value)| (None, Some(&**name), value)))?;
                self.out.push('>');
            }
            Value::Macro(node) => {
                let _ = write!(self.out, "<Macro '{}'>", node.node.name);
            }
            Value::Loop(state) => {
                let _ = write!(self.out, "<LoopContext {}/{}>", state.index.get() + 1, state.items.borrow().len());
            }
            // Python adds where in memory it is, which no template can want.
            Value::Method(method) => {
                let _ = write!(self.out, "<built-in method {} of {} object>", method.name, method.receiver.kind());
            }
            Value::Lazy(_) | Value::Function(_) | Value::Joiner(_) | Value::Cycler(_) => {
                let _ = write!(self.out, "<{} object>", value.kind());
            }
        }
        Ok(())
    }

    fn sequence(&mut self, open: &str, items: &[Value], close: &str) -> Result<()> {
        self.depth += 1;
        self.out += open;
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.out += ", ";
            }
            self.write(item)?;
        }
        self.out += close;
        self.depth -= 1;
        Ok(())
    }

    fn entries<'v>(
        &mut self,
        entries: impl Iterator<Item = (Option<&'v Value>, Option<&'v str>, &'v Value)>,
    ) -> Result<()> {
        self.depth += 1;
        self.out.push('{');
        for (index, (key, name, value)) in entries.enumerate() {
            if index > 0 {
                self.out += ", ";
            }
            if let Some(key) = key {
                self.write(key)?;
            }
            if let Some(name) = name {
                quote(name, &mut self.out);
            }
            self.out += ": ";
            self.write(value)?;
        }
        self.out.push('}');
        self.depth -= 1;
        Ok(())
    }
}

/// A text between quotes: single ones, unless it has those and no double ones.
fn quote(text: &str, out: &mut String) {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    out.push(quote);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            ' '..='~' => out.push(c),
            c if is_printable(c) => out.push(c),
            c => {
                let _ = match u32::from(c) {
                    code @ 0..0x100 => write!(out, "\\x{code:02x}"),
                    code @ 0x100..0x1_0000 => write!(out, "\\u{code:04x}"),
                    code => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
    out.push(quote);
}

/// Rust's own table: what it escapes within a string is what Python does.
fn is_printable(c: char) -> bool {
    if c.is_control() {
        return false;
    }
    let mut text = String::from("a");
    text.push(c);
    !text.escape_debug().skip(1).collect::<String>().starts_with("\\u")
}

/// The arguments of `json.dumps`, as transformers gives them.
pub(super) struct Json {
    pub(super) ascii: bool,
    pub(super) indent: Option<String>,
    pub(super) separators: Option<(String, String)>,
    pub(super) sort_keys: bool,
}

impl Json {
    pub(super) fn write(&self, value: &Value, budget: &Budget) -> Result<String> {
        let mut out = String::new();
        self.value(value, 0, &mut out, budget)?;
        Ok(out)
    }

    fn value(&self, value: &Value, depth: usize, out: &mut String, budget: &Budget) -> Result<()> {
        budget.steps(1)?;
        budget.room(out.len())?;
        match value {
            Value::None => out.push_str("null"),
            Value::Bool(bool) => out.push_str(if *bool { "true" } else { "false" }),
            Value::Int(number) => out.push_str(&number.to_string()),
            Value::Float(number) => out.push_str(&numbers::json(*number)),
            Value::Text(text) => {
                budget.room(text.text.len() * 6)?;
                self.text(&text.text, out);
            }
            Value::List(items) | Value::Tuple(items) => {
                out.push('[');
                for (index, item) in items.items.iter().enumerate() {
                    self.item(index, depth + 1, out, budget)?;
                    self.value(item, depth + 1, out, budget)?;
                }
                self.close(items.items.is_empty(), depth, ']', out, budget)?;
            }
            Value::Dict(dict) => {
                out.push('{');
                let mut entries: Vec<&(Value, Value)> = dict.entries.iter().collect();
                if self.sort_keys {
                    super::operators::sort_by(&mut entries, budget, |(key, _)| Ok(key.clone()))?;
                }
                for (index, (key, item)) in entries.into_iter().enumerate() {
                    self.item(index, depth + 1, out, budget)?;
                    self.text(&key_text(key)?, out);
                    out.push_str(self.separators.as_ref().map_or(": ", |(_, colon)| colon));
                    self.value(item, depth + 1, out, budget)?;
                }
                self.close(dict.entries.is_empty(), depth, '}', out, budget)?;
            }
            other => return failed(format!("Object of type {} is not JSON serializable", other.kind())),
        }
        Ok(())
    }

    /// What stands before an item.
    fn item(&self, index: usize, depth: usize, out: &mut String, budget: &Budget) -> Result<()> {
        let comma = if self.indent.is_some() { "," } else { ", " };
        if index > 0 {
            out.push_str(self.separators.as_ref().map_or(comma, |(comma, _)| comma));
        }
        self.line(depth, out, budget)
    }

    fn line(&self, depth: usize, out: &mut String, budget: &Budget) -> Result<()> {
        if let Some(indent) = &self.indent {
            budget.room(indent.len() * depth)?;
            budget.walk(indent.len() * depth)?;
            out.push('\n');
            out.push_str(&indent.repeat(depth));
        }
        Ok(())
    }

    fn close(&self, empty: bool, depth: usize, bracket: char, out: &mut String, budget: &Budget) -> Result<()> {
        if !empty {
            self.line(depth, out, budget)?;
        }
        out.push(bracket);
        Ok(())
    }

    fn text(&self, text: &str, out: &mut String) {
        out.push('"');
        for c in text.chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '\u{8}' => out.push_str("\\b"),
                '\u{c}' => out.push_str("\\f"),
                ' '..='~' => out.push(c),
                c if c < ' ' || self.ascii => {
                    for unit in c.encode_utf16(&mut [0; 2]) {
                        let _ = write!(out, "\\u{unit:04x}");
                    }
                }
                c => out.push(c),
            }
        }
        out.push('"');
    }
}

fn key_text(key: &Value) -> Result<String> {
    Ok(match key {
        Value::Text(text) => text.text.to_string(),
        Value::None => "null".to_owned(),
        Value::Bool(bool) => bool.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => numbers::json(*number),
        other => return failed(format!("keys must be str, int, float, bool or None, not {}", other.kind())),
    })
}
