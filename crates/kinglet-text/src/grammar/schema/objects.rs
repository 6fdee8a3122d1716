//! Names and numbers of properties.

use serde_json::Value;

use super::{Object, Place, Result, is_note};

pub(super) fn required(value: &Value, place: &Place) -> Result<Value> {
    let names = value.as_array().filter(|names| names.iter().all(Value::is_string));
    names.ok_or_else(|| place.fault("required", "must be a list of names"))?;
    Ok(value.clone())
}

/// A name may come twice in what is written, but counts once. So properties beyond those that must be there can be
/// asked for only one at a time.
pub(super) fn check_counts(schema: &Object, place: &Place, written: &mut Object) -> Result<()> {
    let Some(least) = written.get("minProperties").and_then(Value::as_u64) else { return Ok(()) };
    let mut names: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    names.sort_unstable();
    names.dedup();
    let required = u64::try_from(names.len()).unwrap_or(u64::MAX);
    if least <= required {
        written.shift_remove("minProperties");
    } else if least - required > 1 {
        return Err(place.fault("minProperties", "is supported up to one more than what is required"));
    }
    Ok(())
}

/// Names are strings: that says nothing, and is all that is supported.
pub(super) fn check_names(value: &Value, place: &Place) -> Result<()> {
    let nothing = match value {
        Value::Bool(any) => *any,
        Value::Object(schema) => schema.iter().all(|(key, value)| is_note(key) || (key == "type" && value == "string")),
        _ => false,
    };
    if nothing { Ok(()) } else { Err(place.fault("propertyNames", "is not supported; use patternProperties")) }
}
