//! Patterns and formats of strings.

use serde_json::{Value, json};

use super::{Object, Place, Result, may_be};
use crate::grammar::{formats, pattern};

/// Writes a pattern as one that means the same to the crate.
pub(super) fn found(text: &str, keyword: &str, place: &Place) -> Result<String> {
    pattern::found(text).map_err(|why| place.fault(keyword, format!("cannot be kept to: {why}")))
}

pub(super) fn write(schema: &Object, place: &Place, written: &mut Object) -> Result<()> {
    let text = |keyword: &str| match schema.get(keyword) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(place.fault(keyword, "must be a string")),
    };
    let pattern = text("pattern")?.map(|text| found(text, "pattern", place)).transpose()?;
    let format = match text("format")? {
        Some(name) if may_be(schema, "string") => {
            let known = formats::of_strings(name).map(|format| format!("^(?:{format})$"));
            let why = || format!("{name} is not supported; those that are: {}", formats::names());
            Some(known.ok_or_else(|| place.fault("format", why()))?)
        }
        // Formats of strings say nothing of other values.
        _ => None,
    };
    match (pattern, format) {
        (Some(pattern), Some(format)) => {
            written.insert("pattern".to_owned(), pattern.into());
            let format = json!({"pattern": format});
            match written.get_mut("allOf").and_then(Value::as_array_mut) {
                Some(parts) => parts.push(format),
                None => drop(written.insert("allOf".to_owned(), json!([format]))),
            }
        }
        (Some(pattern), None) | (None, Some(pattern)) => drop(written.insert("pattern".to_owned(), pattern.into())),
        (None, None) => {}
    }
    Ok(())
}
