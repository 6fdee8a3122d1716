//! How JSON is laid out: what a schema's `x-guidance` says, or a default that is compact.

use serde_json::{Map, Value, json};

use super::{Place, Result};

/// A space, or a line break and the spaces before the next line. A model that is lost must not go on with blanks.
const WHITE_SPACE: &str = r" |\n {0,20}";
/// How characters in strings are written: each in one way only, so that a name that is taken cannot come again in
/// another guise.
const ESCAPES: &str = r#"nrbtf\""#;

pub(super) fn read(given: Option<&Value>) -> Result<Value> {
    let empty = Map::new();
    let fault = |keyword: &str, why: &str| Place::root().fault(&format!("x-guidance/{keyword}"), why);
    let given = match given {
        None => &empty,
        Some(Value::Object(given)) => given,
        Some(_) => return Err(Place::root().fault("x-guidance", "must be an object")),
    };
    let mut written = json!({"whitespace_pattern": WHITE_SPACE, "json_allowed_escapes": ESCAPES});
    for (keyword, value) in given {
        let text = value.as_str();
        match keyword.as_str() {
            "whitespace_flexible" => match value {
                Value::Bool(true) => {}
                // The crate asks for the pattern first.
                Value::Bool(false) if !given.contains_key("whitespace_pattern") => {
                    written["whitespace_pattern"] = Value::Null
                }
                Value::Bool(false) => {}
                _ => return Err(fault(keyword, "must be true or false")),
            },
            "whitespace_pattern" => {
                if !value.is_null() && !text.is_some_and(is_blank) {
                    return Err(fault(keyword, "must be a regular expression of white space alone"));
                }
                if !value.is_null() {
                    written["whitespace_pattern"] = value.clone();
                }
            }
            "item_separator" | "key_separator" => {
                let mark = if keyword == "item_separator" { ',' } else { ':' };
                let around = text.and_then(|text| text.split_once(mark));
                if !around.is_some_and(|(before, after)| is_blank(before) && is_blank(after)) {
                    return Err(fault(
                        keyword,
                        &format!("must be {mark}, with regular expressions of white space around it"),
                    ));
                }
                written[keyword.as_str()] = value.clone();
            }
            "coerce_one_of" | "lenient" | "json_allow_general_unicode_escapes" if *value == Value::Bool(false) => {}
            _ => return Err(fault(keyword, "is not supported")),
        }
        if keyword == "whitespace_flexible" && *value == Value::Bool(false) {
            written["whitespace_flexible"] = Value::Bool(false);
        }
    }
    Ok(written)
}

/// Whether an expression matches nothing but white space.
fn is_blank(pattern: &str) -> bool {
    fn blank(hir: &regex_syntax::hir::Hir) -> bool {
        use regex_syntax::hir::{Class, HirKind};
        let white = |c: char| " \t\r\n".contains(c);
        match hir.kind() {
            HirKind::Empty => true,
            HirKind::Literal(literal) => literal.0.iter().all(|byte| white(char::from(*byte))),
            HirKind::Class(Class::Unicode(class)) => class.iter().all(|range| (range.start()..=range.end()).all(white)),
            HirKind::Class(Class::Bytes(_)) | HirKind::Look(_) => false,
            HirKind::Repetition(repetition) => blank(&repetition.sub),
            HirKind::Capture(capture) => blank(&capture.sub),
            HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(blank),
        }
    }
    regex_syntax::ParserBuilder::new().nest_limit(32).build().parse(pattern).is_ok_and(|hir| blank(&hir))
}
