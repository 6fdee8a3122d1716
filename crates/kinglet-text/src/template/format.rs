//! `"%s" % value` and `"{}".format(value)`.

use super::{
    budget::Budget,
    fault::{Result, failed},
    given::Given,
    interpreter::Interpreter,
    numbers, operators,
    value::{Text, Value},
};

/// How one value is written: what follows the colon in braces.
#[derive(Clone, Debug)]
struct Spec {
    fill: char,
    align: Option<char>,
    sign: Option<char>,
    alternate: bool,
    zero: bool,
    width: usize,
    grouping: Option<char>,
    precision: Option<usize>,
    kind: Option<char>,
}

impl Default for Spec {
    fn default() -> Spec {
        Spec {
            fill: ' ',
            align: None,
            sign: None,
            alternate: false,
            zero: false,
            width: 0,
            grouping: None,
            precision: None,
            kind: None,
        }
    }
}

/// The digits at the start of a text, as a number, and what follows.
fn count(text: &str) -> Result<(Option<usize>, &str)> {
    let after = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.get(..text.len() - after.len()).unwrap_or_default();
    if digits.is_empty() {
        return Ok((None, after));
    }
    match digits.parse() {
        Ok(number) if number <= 1 << 20 => Ok((Some(number), after)),
        _ => failed("a width in a format is too large"),
    }
}

impl Spec {
    fn parse(text: &str) -> Result<Spec> {
        let mut spec = Spec::default();
        let mut rest = text;
        let is_align = |c: &char| matches!(c, '<' | '>' | '=' | '^');
        let mut chars = rest.chars();
        let (first, second) = (chars.next(), chars.next());
        if let (Some(fill), Some(align)) = (first, second.filter(is_align)) {
            (spec.fill, spec.align) = (fill, Some(align));
            rest = chars.as_str();
        } else if let Some(align) = first.filter(is_align) {
            spec.align = Some(align);
            rest = rest.get(1..).unwrap_or_default();
        }
        let take = |rest: &mut &str, of: &[char]| {
            let found = rest.chars().next().filter(|c| of.contains(c));
            *rest = rest.get(found.map_or(0, char::len_utf8)..).unwrap_or_default();
            found
        };
        spec.sign = take(&mut rest, &['+', '-', ' ']);
        spec.alternate = take(&mut rest, &['#']).is_some();
        spec.zero = take(&mut rest, &['0']).is_some();
        let (width, after) = count(rest)?;
        (spec.width, rest) = (width.unwrap_or(0), after);
        spec.grouping = take(&mut rest, &[',', '_']);
        if take(&mut rest, &['.']).is_some() {
            let (precision, after) = count(rest)?;
            (spec.precision, rest) = (Some(precision.unwrap_or(0)), after);
        }
        spec.kind = rest.chars().next();
        match rest.chars().count() {
            0 | 1 => Ok(spec),
            _ => failed(format!("invalid format specifier '{}'", text.escape_debug())),
        }
    }

    /// Pads to the width.
    fn pad(&self, text: String, numeric: bool, budget: &Budget) -> Result<String> {
        let length = text.chars().count();
        let missing = self.width.saturating_sub(length);
        budget.room(missing * self.fill.len_utf8())?;
        budget.walk(missing)?;
        let fill = |count: usize| self.fill.to_string().repeat(count);
        Ok(match self.align {
            Some('<') => text + &fill(missing),
            Some('^') => fill(missing / 2) + &text + &fill(missing - missing / 2),
            Some('>') => fill(missing) + &text,
            None if !numeric => text + &fill(missing),
            None if !self.zero => fill(missing) + &text,
            _ => {
                let digits = text.trim_start_matches(['-', '+', ' ']);
                let sign = text.get(..text.len() - digits.len()).unwrap_or_default();
                let fill = if self.align.is_none() { "0".repeat(missing) } else { fill(missing) };
                format!("{sign}{fill}{digits}")
            }
        })
    }

    fn text(&self, text: String, budget: &Budget) -> Result<String> {
        let cut = match self.precision {
            Some(precision) => text.chars().take(precision).collect(),
            None => text,
        };
        self.pad(cut, false, budget)
    }

    fn with_sign(&self, negative: bool, digits: &str) -> String {
        let sign = match self.sign {
            _ if negative => "-",
            Some('+') => "+",
            Some(' ') => " ",
            _ => "",
        };
        format!("{sign}{digits}")
    }

    fn grouped(&self, digits: String, size: usize) -> String {
        let Some(separator) = self.grouping else { return digits };
        let whole = digits.len() - digits.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).len();
        let mut out = String::new();
        for (index, c) in digits.chars().enumerate() {
            if index > 0 && index < whole && (whole - index).is_multiple_of(size) {
                out.push(separator);
            }
            out.push(c);
        }
        out
    }

    fn int(&self, number: i128, budget: &Budget) -> Result<String> {
        let size = number.unsigned_abs();
        let (prefix, digits, group) = match self.kind {
            Some('x') => ("0x", format!("{size:x}"), 4),
            Some('X') => ("0X", format!("{size:X}"), 4),
            Some('o') => ("0o", format!("{size:o}"), 4),
            Some('b') => ("0b", format!("{size:b}"), 4),
            _ => ("", size.to_string(), 3),
        };
        let digits = match self.precision {
            Some(precision) => format!("{digits:0>precision$}"),
            None => digits,
        };
        let prefix = if self.alternate { prefix } else { "" };
        self.pad(self.with_sign(number < 0, &format!("{prefix}{}", self.grouped(digits, group))), true, budget)
    }

    fn float(&self, number: f64, budget: &Budget) -> Result<String> {
        let precision = self.precision.unwrap_or(6).min(1000);
        let size = number.abs();
        let kind = self.kind.unwrap_or(if self.precision.is_some() { 'g' } else { 'r' });
        let digits = match kind {
            _ if !number.is_finite() => numbers::repr(size),
            'f' | 'F' => format!("{size:.precision$}"),
            '%' => format!("{:.precision$}%", size * 100.0),
            'e' | 'E' => scientific(size, precision),
            'g' | 'G' | 'n' => general(size, precision.max(1), self.alternate),
            _ => numbers::repr(size),
        };
        let digits = if kind.is_uppercase() { digits.to_uppercase() } else { digits };
        let digits = self.grouped(digits, 3);
        self.pad(self.with_sign(number.is_sign_negative(), &digits), true, budget)
    }

    fn value(&self, value: &Value, run: &Interpreter<'_>) -> Result<String> {
        let wrong = |kind| failed(format!("unknown format code '{kind}' for object of type '{}'", value.kind()));
        match (value, self.kind) {
            (Value::Text(text), None | Some('s')) => self.text(text.text.to_string(), &run.budget),
            (Value::Float(number), None | Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%')) => {
                self.float(*number, &run.budget)
            }
            (Value::Bool(_), None) if self.width == 0 => run.display(value),
            (Value::Int(_) | Value::Bool(_), Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%')) => {
                self.float(operators::as_float(value).unwrap_or(0.0), &run.budget)
            }
            (Value::Int(_) | Value::Bool(_), None | Some('d' | 'n' | 'x' | 'X' | 'o' | 'b')) => {
                self.int(operators::as_int(value).unwrap_or(0), &run.budget)
            }
            (Value::Int(number), Some('c')) => self.pad(character(*number)?, false, &run.budget),
            (Value::Text(_) | Value::Float(_) | Value::Int(_) | Value::Bool(_), Some(kind)) => wrong(kind),
            _ if self.width > 0 || self.kind.is_some() => {
                failed(format!("unsupported format string passed to {}.__format__", value.kind()))
            }
            _ => run.display(value),
        }
    }
}

fn character(code: i128) -> Result<String> {
    match u32::try_from(code).ok().and_then(char::from_u32) {
        Some(c) => Ok(c.to_string()),
        None => failed("%c arg not in range"),
    }
}

fn scientific(number: f64, precision: usize) -> String {
    let text = format!("{number:.precision$e}");
    match text.split_once('e') {
        Some((digits, exponent)) => format!("{digits}e{}", numbers::exponent_text(exponent.parse().unwrap_or(0))),
        None => text,
    }
}

/// As few digits as hold so many significant ones.
fn general(number: f64, precision: usize, keep_zeros: bool) -> String {
    let rounded = format!("{number:.*e}", precision - 1);
    let exponent: i32 = rounded.split_once('e').and_then(|(_, exponent)| exponent.parse().ok()).unwrap_or(0);
    let places = i32::try_from(precision).unwrap_or(i32::MAX) - 1 - exponent;
    let bare = |digits: &str| match digits.contains('.') && !keep_zeros {
        true => digits.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => digits.to_owned(),
    };
    match usize::try_from(places) {
        Ok(places) if exponent >= -4 => bare(&format!("{number:.places$}")),
        _ => match scientific(number, precision - 1).split_once('e') {
            Some((digits, exponent)) => format!("{}e{exponent}", bare(digits)),
            None => rounded,
        },
    }
}

impl Interpreter<'_> {
    /// `format % operand`.
    pub(super) fn percent(&self, format: &Text, operand: &Value) -> Result<Value> {
        let mut values = match operand {
            Value::Tuple(items) => items.items.clone(),
            single => vec![single.clone()],
        }
        .into_iter();
        let is_tuple = matches!(operand, Value::Tuple(_));
        let mut out = String::new();
        let mut rest = &*format.text;
        while let Some((before, after)) = rest.split_once('%') {
            out += before;
            rest = after;
            self.budget.room(out.len())?;
            let mut value = None;
            if let Some(named) = rest.strip_prefix('(') {
                let Some((key, after)) = named.split_once(')') else { return failed("incomplete format key") };
                let Value::Dict(dict) = operand else { return failed("format requires a mapping") };
                value = Some(dict.get(key).cloned());
                if let Some(None) = value {
                    return failed(format!("the format names the key '{}', which is missing", key.escape_debug()));
                }
                rest = after;
            }
            let mut spec = Spec::default();
            let flags = rest.len() - rest.trim_start_matches(['-', '+', ' ', '#', '0']).len();
            for flag in rest.get(..flags).unwrap_or_default().chars() {
                match flag {
                    '-' => spec.align = Some('<'),
                    '+' => spec.sign = Some('+'),
                    ' ' => spec.sign = spec.sign.or(Some(' ')),
                    '#' => spec.alternate = true,
                    _ => spec.zero = true,
                }
            }
            rest = rest.get(flags..).unwrap_or_default();
            (spec.width, rest) = self.percent_number(rest, &mut values)?;
            if let Some(after) = rest.strip_prefix('.') {
                let (precision, after) = self.percent_number(after, &mut values)?;
                (spec.precision, rest) = (Some(precision), after);
            }
            rest = rest.trim_start_matches(['l', 'h', 'L']);
            let Some(kind) = rest.chars().next() else { return failed("incomplete format") };
            rest = rest.get(kind.len_utf8()..).unwrap_or_default();
            if kind == '%' {
                out.push('%');
                continue;
            }
            let Some(value) = value.flatten().or_else(|| values.next()) else {
                return failed("not enough arguments for format string");
            };
            let text = self.percent_value(spec, kind, &value)?;
            match format.safe && !value.is_safe() {
                true => out += &operators::escaped(&text),
                false => out += &text,
            }
        }
        out += rest;
        if values.next().is_some() && (is_tuple || !matches!(operand, Value::Dict(_)) && !format.text.contains('%')) {
            return failed("not all arguments converted during string formatting");
        }
        self.budget.marked(out, format.safe)
    }

    /// A width or precision, which may be an argument.
    fn percent_number<'f>(&self, rest: &'f str, values: &mut impl Iterator<Item = Value>) -> Result<(usize, &'f str)> {
        let Some(after) = rest.strip_prefix('*') else {
            let (number, after) = count(rest)?;
            return Ok((number.unwrap_or(0), after));
        };
        match values.next().and_then(|value| operators::as_int(&value)).map(usize::try_from) {
            Some(Ok(width)) if width <= 1 << 20 => Ok((width, after)),
            _ => failed("* wants int"),
        }
    }

    fn percent_value(&self, mut spec: Spec, kind: char, value: &Value) -> Result<String> {
        let as_text = Spec { align: spec.align.or(Some('>')), ..spec.clone() };
        match kind {
            's' => as_text.text(self.display(value)?, &self.budget),
            'r' | 'a' => as_text.text(self.repr(value)?, &self.budget),
            'c' => match value {
                Value::Int(code) => as_text.text(character(*code)?, &self.budget),
                other => as_text.text(super::given::text(other)?.to_owned(), &self.budget),
            },
            'd' | 'i' | 'u' | 'x' | 'X' | 'o' => {
                spec.kind = Some(if matches!(kind, 'i' | 'u') { 'd' } else { kind });
                match operators::to_int(value) {
                    Some(number) => spec.int(number, &self.budget),
                    None => failed(format!("%{kind} format: a real number is required, not {}", value.kind())),
                }
            }
            'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
                spec.kind = Some(kind);
                match operators::as_float(value) {
                    Some(number) => spec.float(number, &self.budget),
                    None => failed(format!("must be real number, not {}", value.kind())),
                }
            }
            other => failed(format!("unsupported format character '{}'", other.escape_debug())),
        }
    }

    /// `format.format(...)`.
    pub(super) fn braces(&mut self, format: &Text, given: &Given) -> Result<Value> {
        let mut next = 0;
        let out = self.braces_text(&format.text, given, &mut next, format.safe, 0)?;
        self.budget.marked(out, format.safe)
    }

    fn braces_text(&mut self, format: &str, given: &Given, next: &mut usize, safe: bool, depth: u8) -> Result<String> {
        let mut out = String::new();
        let mut rest = format;
        while let Some(at) = rest.find(['{', '}']) {
            out += rest.get(..at).unwrap_or_default();
            self.budget.room(out.len())?;
            let brace = rest.get(at..at + 1).unwrap_or_default();
            rest = rest.get(at + 1..).unwrap_or_default();
            if let Some(after) = rest.strip_prefix(brace) {
                out += brace;
                rest = after;
                continue;
            }
            if brace == "}" {
                return failed("single '}' encountered in format string");
            }
            let mut open = 1;
            let end = rest.char_indices().find(|(_, c)| {
                open += i32::from(*c == '{') - i32::from(*c == '}');
                open == 0
            });
            let Some((end, _)) = end else { return failed("expected '}' before end of string") };
            let field = rest.get(..end).unwrap_or_default();
            rest = rest.get(end + 1..).unwrap_or_default();
            out += &self.field(field, given, next, safe, depth)?;
        }
        out += rest;
        Ok(out)
    }

    fn field(&mut self, field: &str, given: &Given, next: &mut usize, safe: bool, depth: u8) -> Result<String> {
        if depth > 1 {
            return failed("max string recursion exceeded");
        }
        let (field, spec) = field.split_once(':').unwrap_or((field, ""));
        let (field, conversion) = field.split_once('!').map_or((field, None), |(field, kind)| (field, Some(kind)));
        let path = field.find(['.', '[']).unwrap_or(field.len());
        let (name, mut path) = field.split_at_checked(path).unwrap_or((field, ""));
        let place = if name.is_empty() {
            *next += 1;
            Some(*next - 1)
        } else {
            name.parse().ok()
        };
        let found = match place {
            Some(place) => given.positional.get(place),
            None => given.named.iter().find(|(known, _)| &**known == name).map(|(_, value)| value),
        };
        let Some(mut value) = found.cloned() else {
            return failed(format!("the format names the argument '{}', which is missing", name.escape_debug()));
        };
        while !path.is_empty() {
            if let Some(item) = path.strip_prefix('[') {
                let Some((key, after)) = item.split_once(']') else {
                    return failed("expected ']' before end of string");
                };
                let key = match key.parse() {
                    Ok(number) => Value::Int(number),
                    Err(_) => self.budget.text(key)?,
                };
                (value, path) = (self.item(&value, &key)?, after);
            } else {
                let after = path.get(1..).unwrap_or_default();
                let end = after.find(['.', '[']).unwrap_or(after.len());
                let (name, after) = after.split_at_checked(end).unwrap_or((after, ""));
                (value, path) = (self.attribute(&value, name)?, after);
            }
        }
        let spec = self.braces_text(spec, given, next, false, depth + 1)?;
        let spec = Spec::parse(&spec)?;
        let text = match conversion {
            None => spec.value(&value, self)?,
            Some("s") => spec.text(self.display(&value)?, &self.budget)?,
            Some("r" | "a") => spec.text(self.repr(&value)?, &self.budget)?,
            Some(other) => return failed(format!("unknown conversion specifier '{}'", other.escape_debug())),
        };
        Ok(if safe && !value.is_safe() { operators::escaped(&text) } else { text })
    }
}
