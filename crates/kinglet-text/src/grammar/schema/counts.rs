//! How much there may be of something.

use serde_json::Value;

use super::{Object, Place, Result};
use crate::TextError;

/// More than so many characters, items or properties are not asked for, and longer strings and lists not allowed.
const MOST_COUNTED: u64 = 1_000_000;

fn count(keyword: &str, value: &Value, place: &Place) -> Result<u64> {
    let whole = value.as_f64().filter(|number| *number >= 0.0 && number.fract() == 0.0);
    let whole = whole.ok_or_else(|| place.fault(keyword, "must be a whole number"))?;
    // What is too large to be written without an exponent is larger than any limit here.
    Ok(format!("{whole}").parse().unwrap_or(u64::MAX))
}

pub(super) fn least(keyword: &str, value: &Value, place: &Place) -> Result<Value> {
    match count(keyword, value, place)? {
        count @ ..=MOST_COUNTED => Ok(count.into()),
        count => Err(TextError::GrammarLimit { why: format!("{keyword} is {count}, and {MOST_COUNTED} is the most") }),
    }
}

pub(super) fn most(keyword: &str, value: &Value, place: &Place) -> Result<Value> {
    Ok(count(keyword, value, place)?.min(MOST_COUNTED).into())
}

pub(super) fn unique(schema: &Object, value: &Value, place: &Place) -> Result<()> {
    let short = schema.get("maxItems").and_then(Value::as_f64).is_some_and(|most| most <= 1.0);
    match value {
        Value::Bool(false) => Ok(()),
        Value::Bool(true) if short => Ok(()),
        Value::Bool(true) => Err(place.fault("uniqueItems", "is not supported")),
        _ => Err(place.fault("uniqueItems", "must be true or false")),
    }
}
