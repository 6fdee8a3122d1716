//! The methods of `str`.

use super::{
    fault::{Result, failed},
    given::{Given, text as text_of, whole},
    interpreter::Interpreter,
    lexer::is_space,
    methods::is_set,
    operators::{self, part},
    value::{Text, Value},
};

/// Their names.
pub(super) const TEXT: &[&str] = &[
    "capitalize",
    "casefold",
    "center",
    "count",
    "endswith",
    "expandtabs",
    "find",
    "format",
    "index",
    "isalnum",
    "isalpha",
    "isascii",
    "isdecimal",
    "isdigit",
    "isidentifier",
    "islower",
    "isnumeric",
    "isprintable",
    "isspace",
    "istitle",
    "isupper",
    "join",
    "ljust",
    "lower",
    "lstrip",
    "partition",
    "removeprefix",
    "removesuffix",
    "replace",
    "rfind",
    "rindex",
    "rjust",
    "rpartition",
    "rsplit",
    "rstrip",
    "split",
    "splitlines",
    "startswith",
    "strip",
    "swapcase",
    "title",
    "upper",
    "zfill",
];

pub(super) fn call(receiver: &Text, name: &str, given: Given, run: &Interpreter<'_>) -> Result<Value> {
    let budget = &run.budget;
    let text = &*receiver.text;
    budget.walk(text.len())?;
    let own = |text: String| budget.marked(text, receiver.safe);
    let pieces = |pieces: Vec<&str>| {
        budget.room(pieces.len() * size_of::<Value>() * 3)?;
        pieces.into_iter().map(|piece| budget.marked(piece, receiver.safe)).collect::<Result<Vec<Value>>>()
    };
    match name {
        "strip" | "lstrip" | "rstrip" => {
            let [chars] = given.bind(name, ["chars"], 0)?;
            own(strip(text, chars.as_ref(), name != "rstrip", name != "lstrip")?.to_owned())
        }
        "split" | "rsplit" => {
            let [separator, most] = given.bind(name, ["sep", "maxsplit"], 0)?;
            budget.list(pieces(split(text, separator.as_ref(), most.as_ref(), name == "rsplit")?)?)
        }
        "splitlines" => {
            let [keep] = given.bind(name, ["keepends"], 0)?;
            budget.list(pieces(lines(text, is_set(keep)))?)
        }
        "partition" | "rpartition" => {
            let [separator] = given.bind(name, ["sep"], 1)?;
            let separator = separator.unwrap_or(Value::None);
            let separator = not_empty(text_of(&separator)?)?;
            let parts = if name == "partition" { text.split_once(separator) } else { text.rsplit_once(separator) };
            budget.tuple(pieces(match parts {
                Some((before, after)) => vec![before, separator, after],
                None if name == "partition" => vec![text, "", ""],
                None => vec!["", "", text],
            })?)
        }
        "startswith" | "endswith" => {
            let [affix, start, end] = given.bind(name, ["prefix", "start", "end"], 1)?;
            let (text, _) = window(text, start, end)?;
            let is_there = |affix: &Value| {
                let affix = text_of(affix)?;
                Ok(if name == "startswith" { text.starts_with(affix) } else { text.ends_with(affix) })
            };
            match affix.unwrap_or(Value::None) {
                Value::Tuple(affixes) => {
                    let found = affixes.items.iter().map(is_there).collect::<Result<Vec<bool>>>()?;
                    Ok(Value::Bool(found.contains(&true)))
                }
                affix => Ok(Value::Bool(is_there(&affix)?)),
            }
        }
        "find" | "rfind" | "index" | "rindex" | "count" => {
            let [part, start, end] = given.bind(name, ["sub", "start", "end"], 1)?;
            let (part, (text, skipped)) = (part.unwrap_or(Value::None), window(text, start, end)?);
            let part = text_of(&part)?;
            if name == "count" {
                let empty = text.chars().count() + 1;
                return Ok(Value::int(if part.is_empty() { empty } else { text.matches(part).count() }));
            }
            let found = if name.starts_with('r') { text.rfind(part) } else { text.find(part) };
            match found.and_then(|at| text.get(..at)) {
                Some(before) => Ok(Value::int(skipped + before.chars().count())),
                None if name.ends_with("index") => failed("substring not found"),
                None => Ok(Value::Int(-1)),
            }
        }
        "replace" => {
            let [old, new, count] = given.bind(name, ["old", "new", "count"], 2)?;
            let (old, new) = (old.unwrap_or(Value::None), new.unwrap_or(Value::None));
            let count = count.as_ref().map(whole).transpose()?.unwrap_or(-1);
            let replacement = match &new {
                Value::Text(new) => part(new, receiver.safe, budget)?,
                other => text_of(other)?.to_owned(),
            };
            own(replace(text, text_of(&old)?, &replacement, count, run)?)
        }
        "join" => {
            let [items] = given.bind(name, ["iterable"], 1)?;
            let mut out = String::new();
            for (index, item) in items.unwrap_or(Value::None).iterate(budget)?.iter().enumerate() {
                let Value::Text(item) = item else {
                    return failed(format!("sequence item {index}: expected str instance, {} found", item.kind()));
                };
                budget.room(out.len() + text.len())?;
                budget.walk(text.len())?;
                if index > 0 {
                    out += text;
                }
                out += &part(item, receiver.safe, budget)?;
            }
            own(out)
        }
        "removeprefix" | "removesuffix" => {
            let [affix] = given.bind(name, ["affix"], 1)?;
            let affix = affix.unwrap_or(Value::None);
            let affix = text_of(&affix)?;
            let rest = if name == "removeprefix" { text.strip_prefix(affix) } else { text.strip_suffix(affix) };
            own(rest.unwrap_or(text).to_owned())
        }
        "center" | "ljust" | "rjust" | "zfill" | "expandtabs" => own(padded(text, name, given, run)?),
        _ => {
            given.none(name)?;
            match recased(text, name) {
                Some(text) => own(text),
                None => Ok(Value::Bool(is(text, name))),
            }
        }
    }
}

/// A text in another case, where that is what the method gives.
fn recased(text: &str, name: &str) -> Option<String> {
    Some(match name {
        "lower" | "casefold" => text.to_lowercase(),
        "upper" => text.to_uppercase(),
        "capitalize" => capitalize(text),
        "swapcase" => text.chars().map(swap_case).collect(),
        "title" => title(text),
        _ => return None,
    })
}

fn swap_case(c: char) -> String {
    if c.is_uppercase() { c.to_lowercase().collect() } else { c.to_uppercase().collect() }
}

pub(super) fn capitalize(text: &str) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return String::new() };
    let mut upper = first.to_uppercase();
    let start: String = upper.next().into_iter().chain(upper.flat_map(char::to_lowercase)).collect();
    // As one text, for the letters whose lower case depends on where they stand.
    let rest = text.to_lowercase();
    let skipped = first.to_lowercase().map(char::len_utf8).sum::<usize>();
    start + rest.get(skipped..).unwrap_or_default()
}

fn is_cased(c: char) -> bool {
    c.is_lowercase() || c.is_uppercase()
}

fn title(text: &str) -> String {
    let mut out = String::new();
    let mut in_word = false;
    for c in text.chars() {
        if in_word {
            out.extend(c.to_lowercase())
        } else {
            out += &capitalize(c.encode_utf8(&mut [0; 4]))
        }
        in_word = is_cased(c);
    }
    out
}

/// The methods that ask what a text is made of.
fn is(text: &str, name: &str) -> bool {
    let all = |test: fn(char) -> bool| !text.is_empty() && text.chars().all(test);
    match name {
        "isalnum" => all(char::is_alphanumeric),
        "isalpha" => all(char::is_alphabetic),
        "isascii" => text.is_ascii(),
        "isdecimal" | "isdigit" | "isnumeric" => all(char::is_numeric),
        "isspace" => all(is_space),
        "islower" => text.chars().any(is_cased) && !text.chars().any(char::is_uppercase),
        "isupper" => text.chars().any(is_cased) && !text.chars().any(char::is_lowercase),
        "istitle" => text.chars().any(is_cased) && title(text) == text,
        "isidentifier" => all(|c| c.is_alphanumeric() || c == '_') && !text.starts_with(|c: char| c.is_numeric()),
        _ => text.escape_debug().all(|c| c != '\\') || text.contains('\\'),
    }
}

/// The part of a text between two places, and how many characters are before it.
fn window(text: &str, start: Option<Value>, end: Option<Value>) -> Result<(&str, usize)> {
    if start.is_none() && end.is_none() {
        return Ok((text, 0));
    }
    let length = text.chars().count();
    let place = |bound: Option<Value>, default: usize| match bound {
        None | Some(Value::None) => Ok(default),
        Some(bound) => {
            let (bound, length) = (whole(&bound)?, i128::try_from(length).unwrap_or(i128::MAX));
            let place = if bound < 0 { bound.saturating_add(length).max(0) } else { bound.min(length) };
            Ok(usize::try_from(place).unwrap_or(0))
        }
    };
    let (start, end) = (place(start, 0)?, place(end, length)?);
    let byte = |place: usize| text.char_indices().nth(place).map_or(text.len(), |(at, _)| at);
    Ok((text.get(byte(start)..byte(end)).unwrap_or_default(), start))
}

pub(super) fn strip<'t>(text: &'t str, chars: Option<&Value>, left: bool, right: bool) -> Result<&'t str> {
    let chars = match chars {
        None | Some(Value::None) => None,
        Some(chars) => Some(text_of(chars)?),
    };
    let goes = |c: char| chars.map_or_else(|| is_space(c), |chars| chars.contains(c));
    let text = if left { text.trim_start_matches(goes) } else { text };
    Ok(if right { text.trim_end_matches(goes) } else { text })
}

fn not_empty(separator: &str) -> Result<&str> {
    if separator.is_empty() { failed("empty separator") } else { Ok(separator) }
}

fn split<'t>(text: &'t str, separator: Option<&Value>, most: Option<&Value>, right: bool) -> Result<Vec<&'t str>> {
    let most = most.map(whole).transpose()?.and_then(|most| usize::try_from(most).ok());
    let pieces = most.unwrap_or(usize::MAX - 1) + 1;
    if let Some(separator) = separator.filter(|separator| !matches!(separator, Value::None)) {
        let separator = not_empty(text_of(separator)?)?;
        if !right {
            return Ok(text.splitn(pieces, separator).collect());
        }
        let mut parts: Vec<&str> = text.rsplitn(pieces, separator).collect();
        parts.reverse();
        return Ok(parts);
    }
    let mut parts = Vec::new();
    let mut rest = strip(text, None, !right, right)?;
    while !rest.is_empty() {
        if parts.len() + 1 == pieces {
            parts.push(rest);
            break;
        }
        if right {
            let before = rest.trim_end_matches(|c| !is_space(c));
            parts.push(rest.get(before.len()..).unwrap_or_default());
            rest = before.trim_end_matches(is_space);
        } else {
            let after = rest.trim_start_matches(|c| !is_space(c));
            parts.push(rest.get(..rest.len() - after.len()).unwrap_or_default());
            rest = after.trim_start_matches(is_space);
        }
    }
    if right {
        parts.reverse();
    }
    Ok(parts)
}

/// The lines of a text, as Python finds them.
pub(super) fn lines(text: &str, keep: bool) -> Vec<&str> {
    let breaks = |c: char| {
        matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
    };
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(breaks) {
        let after = rest.get(at..).unwrap_or_default();
        let length = if after.starts_with("\r\n") { 2 } else { after.chars().next().map_or(1, char::len_utf8) };
        lines.push(rest.get(..if keep { at + length } else { at }).unwrap_or_default());
        rest = rest.get(at + length..).unwrap_or_default();
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines
}

/// Replaces the first `count`, or all where that is negative.
pub(super) fn replace(text: &str, old: &str, new: &str, count: i128, run: &Interpreter<'_>) -> Result<String> {
    let there = if old.is_empty() { text.chars().count() + 1 } else { text.matches(old).count() };
    let count = usize::try_from(count).map_or(there, |count| count.min(there));
    let grown = text.len().saturating_add(count.saturating_mul(new.len()));
    run.budget.room(grown)?;
    run.budget.walk(grown)?;
    Ok(text.replacen(old, new, count))
}

fn padded(text: &str, name: &str, given: Given, run: &Interpreter<'_>) -> Result<String> {
    let [width, fill] = given.bind(name, ["width", "fillchar"], usize::from(name != "expandtabs"))?;
    let width = width.as_ref().map_or(Ok(8), whole)?;
    let width = usize::try_from(width.max(0)).unwrap_or(usize::MAX);
    let fill = fill.as_ref().map(text_of).transpose()?.unwrap_or(" ");
    if fill.chars().count() != 1 {
        return failed("the fill character must be exactly one character long");
    }
    let length = text.chars().count();
    let missing = width.saturating_sub(length);
    let grown = if name == "expandtabs" { text.matches('\t').count().saturating_mul(width) } else { missing };
    run.budget.room(grown.saturating_mul(fill.len()))?;
    run.budget.walk(grown)?;
    Ok(match name {
        "ljust" => format!("{text}{}", fill.repeat(missing)),
        "rjust" => format!("{}{text}", fill.repeat(missing)),
        "center" => center(text, missing, width, fill),
        "zfill" => {
            let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
            let sign = text.get(..text.len() - digits.len()).unwrap_or_default();
            format!("{sign}{}{digits}", "0".repeat(missing))
        }
        _ => expand_tabs(text, width),
    })
}

/// The odd one of the padding goes where Python puts it.
pub(super) fn center(text: &str, missing: usize, width: usize, fill: &str) -> String {
    let left = missing / 2 + (missing & width & 1);
    format!("{}{text}{}", fill.repeat(left), fill.repeat(missing - left))
}

fn expand_tabs(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut column: usize = 0;
    for c in text.chars() {
        match c {
            '\t' => {
                let spaces = width - column.checked_rem(width).unwrap_or(width);
                out += &" ".repeat(spaces);
                column += spaces;
            }
            '\n' | '\r' => {
                out.push(c);
                column = 0;
            }
            c => {
                out.push(c);
                column += 1;
            }
        }
    }
    out
}

/// `str(value).lower()` for values that are compared without their case.
pub(super) fn without_case(value: &Value, run: &Interpreter<'_>) -> Result<Value> {
    match value {
        Value::Text(text) => run.budget.text(text.text.to_lowercase()),
        other => Ok(other.clone()),
    }
}

/// A text for which `escape` has been called.
pub(super) fn escape(value: &Value, run: &Interpreter<'_>) -> Result<Value> {
    if value.is_safe() {
        return Ok(value.clone());
    }
    let text = run.display(value)?;
    run.budget.room(text.len() * 5)?;
    run.budget.safe(operators::escaped(&text))
}
