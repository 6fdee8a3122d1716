//! What stands after `|`: Jinja's filters, and `tojson` as transformers has it. Those of sequences are in a file of
//! their own.

use super::{
    fault::{Result, failed},
    given::{Given, flag, text, whole},
    interpreter::Interpreter,
    lexer::is_space,
    numbers, operators,
    python::Json,
    text_methods::{self, capitalize, center, escape, lines, replace, strip},
    value::Value,
};

impl Interpreter<'_> {
    pub(super) fn filter(&mut self, name: &str, value: Value, given: Given) -> Result<Value> {
        self.budget.steps(1)?;
        match name {
            "default" | "d" => {
                let [default, boolean] = given.bind(name, ["default_value", "boolean"], 0)?;
                let missing = value.is_undefined() || flag(boolean.as_ref()) && !value.truth();
                if missing { default.map_or_else(|| self.budget.text(""), Ok) } else { Ok(value) }
            }
            "tojson" => self.to_json(&value, given),
            "int" | "float" | "abs" | "round" => number(name, &value, given),
            "length" | "count" => {
                given.none(name)?;
                match value.length() {
                    Some(length) => Ok(Value::int(length)),
                    None => failed(format!("object of type '{}' has no len()", value.kind())),
                }
            }
            "attr" => {
                let [attribute] = given.bind(name, ["name"], 1)?;
                self.attr(&value, text(&attribute.unwrap_or(Value::None))?)
            }
            "string" | "safe" | "escape" | "e" | "forceescape" | "upper" | "lower" | "capitalize" | "title"
            | "trim" | "replace" | "indent" | "center" | "wordcount" | "truncate" | "format" | "pprint"
            | "striptags" | "urlencode" => self.text_filter(name, value, given),
            _ => self.sequence_filter(name, value, given),
        }
    }

    /// An attribute alone, and no item.
    fn attr(&mut self, value: &Value, name: &str) -> Result<Value> {
        match value {
            Value::Dict(_) => Ok(super::methods::find(value, name)
                .unwrap_or_else(|| Value::undefined(format!("'dict object' has no attribute '{name}'")))),
            other => self.attribute(other, name),
        }
    }

    fn to_json(&self, value: &Value, given: Given) -> Result<Value> {
        let names = ["ensure_ascii", "indent", "separators", "sort_keys"];
        let [ascii, indent, separators, sort_keys] = given.bind("tojson", names, 0)?;
        let indent = match indent {
            None | Some(Value::None) => None,
            Some(Value::Text(indent)) => Some(indent.text.to_string()),
            Some(indent) => {
                let width = usize::try_from(whole(&indent)?.max(0)).unwrap_or(usize::MAX);
                self.budget.room(width)?;
                Some(" ".repeat(width))
            }
        };
        let separators = match separators {
            None | Some(Value::None) => None,
            Some(pair) => match &*pair.iterate(&self.budget)? {
                [comma, colon] => Some((text(comma)?.to_owned(), text(colon)?.to_owned())),
                _ => return failed("tojson() needs two separators"),
            },
        };
        let json = Json { ascii: flag(ascii.as_ref()), indent, separators, sort_keys: flag(sort_keys.as_ref()) };
        self.budget.text(json.write(value, &self.budget)?)
    }

    fn text_filter(&mut self, name: &str, value: Value, given: Given) -> Result<Value> {
        // Markup stays what it is, and everything else becomes text.
        let (shown, safe) = (self.display(&value)?, value.is_safe());
        self.budget.walk(shown.len())?;
        match name {
            "trim" => {
                let [chars] = given.bind(name, ["chars"], 0)?;
                self.budget.marked(strip(&shown, chars.as_ref(), true, true)?, safe)
            }
            "replace" => {
                let [old, new, count] = given.bind(name, ["old", "new", "count"], 2)?;
                let old = self.display(&old.unwrap_or(Value::None))?;
                let new = self.display(&new.unwrap_or(Value::None))?;
                let count = match count {
                    None | Some(Value::None) => -1,
                    Some(count) => whole(&count)?,
                };
                self.budget.text(replace(&shown, &old, &new, count, self)?)
            }
            "indent" => {
                let [width, first, blank] = given.bind(name, ["width", "first", "blank"], 0)?;
                let shown = text(&value)?;
                self.indent(shown, width.as_ref(), flag(first.as_ref()), flag(blank.as_ref()), safe)
            }
            "center" => {
                let [width] = given.bind(name, ["width"], 0)?;
                let width = usize::try_from(width.as_ref().map_or(Ok(80), whole)?.max(0)).unwrap_or(usize::MAX);
                let missing = width.saturating_sub(shown.chars().count());
                self.budget.room(missing)?;
                self.budget.marked(center(&shown, missing, width, " "), safe)
            }
            "truncate" => self.truncate(text(&value)?, given, safe),
            "format" => {
                let operand = if given.named.is_empty() {
                    self.budget.tuple(given.positional)?
                } else if given.positional.is_empty() {
                    let named = given.named.into_iter();
                    let entries =
                        named.map(|(name, value)| Ok((self.budget.text(name)?, value))).collect::<Result<_>>()?;
                    self.budget.dict(entries)?
                } else {
                    return failed("can't handle positional and keyword arguments at the same time");
                };
                let format = self.budget.marked(shown, safe)?;
                let Value::Text(format) = &format else { return Ok(Value::None) };
                self.percent(format, &operand)
            }
            _ => {
                given.none(name)?;
                self.plain_text_filter(name, value, shown, safe)
            }
        }
    }

    /// Those that take no arguments.
    fn plain_text_filter(&self, name: &str, value: Value, shown: String, safe: bool) -> Result<Value> {
        match name {
            "safe" => self.budget.safe(shown),
            "escape" | "e" => escape(&value, self),
            "forceescape" => {
                self.budget.room(shown.len() * 5)?;
                self.budget.safe(operators::escaped(&shown))
            }
            "upper" => self.budget.marked(shown.to_uppercase(), safe),
            "lower" => self.budget.marked(shown.to_lowercase(), safe),
            "capitalize" => self.budget.marked(capitalize(&shown), safe),
            "title" => self.budget.text(title(&shown)),
            "wordcount" => Ok(Value::int(words(&shown))),
            "striptags" => self.budget.text(strip_tags(&shown)),
            "urlencode" => self.budget.text(url_encoded(&shown)),
            "pprint" => self.budget.text(self.repr(&value)?),
            _ => self.budget.marked(shown, safe),
        }
    }

    fn indent(&self, text: &str, width: Option<&Value>, first: bool, blank: bool, safe: bool) -> Result<Value> {
        let indentation = match width {
            Some(Value::Text(indentation)) => indentation.text.to_string(),
            width => {
                let width = usize::try_from(width.map_or(Ok(4), whole)?.max(0)).unwrap_or(usize::MAX);
                self.budget.room(width)?;
                " ".repeat(width)
            }
        };
        // Jinja adds a line break before it splits the text, which keeps one at its end.
        let ended = format!("{text}\n");
        let lines = lines(&ended, false);
        let grown = lines.len().saturating_mul(indentation.len());
        self.budget.room(grown)?;
        self.budget.walk(grown)?;
        let mut out = if first { indentation.clone() } else { String::new() };
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                out.push('\n');
                if blank || !line.is_empty() {
                    out += &indentation;
                }
            }
            out += line;
        }
        self.budget.marked(out, safe)
    }

    fn truncate(&self, text: &str, given: Given, safe: bool) -> Result<Value> {
        let [length, kill_words, end, leeway] = given.bind("truncate", ["length", "killwords", "end", "leeway"], 0)?;
        let size = |number: Option<Value>, default| match number {
            None | Some(Value::None) => Ok(default),
            Some(number) => Ok(usize::try_from(whole(&number)?).unwrap_or(0)),
        };
        let (length, leeway) = (size(length, 255)?, size(leeway, 5)?);
        let end = end.map_or_else(|| self.budget.text("..."), Ok)?;
        let end = super::given::text(&end)?;
        if text.chars().count() <= length.saturating_add(leeway) {
            return self.budget.marked(text, safe);
        }
        let Some(kept) = length.checked_sub(end.chars().count()) else {
            return failed(format!("expected length >= {}, got {length}", end.chars().count()));
        };
        let kept: String = text.chars().take(kept).collect();
        let kept = match kept.rsplit_once(' ') {
            Some((words, _)) if !flag(kill_words.as_ref()) => words.to_owned(),
            _ => kept,
        };
        self.budget.marked(kept + end, safe)
    }
}

fn number(name: &str, value: &Value, given: Given) -> Result<Value> {
    match name {
        "int" => {
            let [default, base] = given.bind(name, ["default", "base"], 0)?;
            let base = base.as_ref().map_or(Ok(10), whole)?;
            let found = match value {
                Value::Undefined(why) => return failed(why.as_ref()),
                Value::Text(text) => numbers::parse_int(&text.text, u32::try_from(base).unwrap_or(0))
                    .or_else(|| numbers::whole(numbers::parse_float(&text.text).filter(|number| number.is_finite())?)),
                other => operators::to_int(other),
            };
            Ok(found.map(Value::Int).unwrap_or(default.unwrap_or(Value::Int(0))))
        }
        "float" => {
            let [default] = given.bind(name, ["default"], 0)?;
            let found = match value {
                Value::Undefined(why) => return failed(why.as_ref()),
                Value::Text(text) => numbers::parse_float(&text.text),
                other => operators::as_float(other),
            };
            Ok(found.map(Value::Float).unwrap_or(default.unwrap_or(Value::Float(0.0))))
        }
        "abs" => {
            given.none(name)?;
            match value {
                Value::Float(number) => Ok(Value::Float(number.abs())),
                other => match operators::as_int(other).map(i128::checked_abs) {
                    Some(Some(number)) => Ok(Value::Int(number)),
                    _ => failed(format!("bad operand type for abs(): '{}'", other.kind())),
                },
            }
        }
        _ => {
            let [precision, method] = given.bind(name, ["precision", "method"], 0)?;
            let places = i32::try_from(precision.as_ref().map_or(Ok(0), whole)?).unwrap_or(0);
            let Some(float) = operators::as_float(value) else {
                return failed(format!("type {} doesn't define __round__ method", value.kind()));
            };
            let scale = 10f64.powi(places);
            match (method.as_ref().map_or(Ok("common"), text)?, value) {
                ("common", Value::Float(_)) => Ok(Value::Float(numbers::round(float, places))),
                ("common", _) if places >= 0 => Ok(Value::Int(operators::as_int(value).unwrap_or(0))),
                ("common", _) => Ok(Value::Int(numbers::whole(numbers::round(float, places)).unwrap_or(0))),
                ("ceil", _) => Ok(Value::Float((float * scale).ceil() / scale)),
                ("floor", _) => Ok(Value::Float((float * scale).floor() / scale)),
                _ => failed("method must be common, ceil or floor"),
            }
        }
    }
}

/// Words begin after spaces, hyphens and opening brackets.
fn title(text: &str) -> String {
    let mut out = String::new();
    let mut begins = true;
    for c in text.chars() {
        if begins {
            out.extend(c.to_uppercase())
        } else {
            out.extend(c.to_lowercase())
        }
        begins = is_space(c) || matches!(c, '-' | '(' | '{' | '[' | '<');
    }
    out
}

fn words(text: &str) -> usize {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).count()
}

fn strip_tags(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        let Some((_, after)) = after.split_once('>') else { break };
        out += before;
        rest = after;
    }
    out += rest;
    out.split(is_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn url_encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match char::from(byte) {
            c if c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '~' | '/') => out.push(c),
            _ => out += &format!("%{byte:02X}"),
        }
    }
    out
}

/// What sorting and grouping compare: texts without their case, unless that is asked for.
pub(super) fn compared(value: Value, with_case: bool, run: &Interpreter<'_>) -> Result<Value> {
    if with_case { Ok(value) } else { text_methods::without_case(&value, run) }
}
