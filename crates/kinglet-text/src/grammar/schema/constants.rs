//! Values that are given.

use serde_json::Value;

use super::{MOST_EXACT, Place, Result};
use crate::TextError;

/// Deeper values could take all of the stack.
const DEEPEST: usize = 64;

pub(super) fn one(value: &Value, place: &Place) -> Result<Value> {
    check("const", value, place, DEEPEST)?;
    Ok(value.clone())
}

pub(super) fn several(value: &Value, place: &Place) -> Result<Value> {
    let values = value.as_array().filter(|values| !values.is_empty());
    let values = values.ok_or_else(|| place.fault("enum", "must be a list with a value"))?;
    values.iter().try_for_each(|value| check("enum", value, place, DEEPEST))?;
    Ok(value.clone())
}

/// Refuses what the crate would write otherwise.
fn check(keyword: &str, value: &Value, place: &Place, depth: usize) -> Result<()> {
    let depth = depth.checked_sub(1);
    let depth = depth.ok_or_else(|| TextError::GrammarLimit { why: format!("{keyword} is too deep") })?;
    match value {
        Value::Number(number) => {
            let whole = number.as_i64().map(i64::unsigned_abs).or_else(|| number.as_u64());
            let exact = match whole {
                Some(whole) => whole <= MOST_EXACT.unsigned_abs(),
                None => number.as_f64().is_some_and(|number| number == 0.0 || (1e-9..1e15).contains(&number.abs())),
            };
            if exact {
                Ok(())
            } else {
                Err(place.fault(keyword, format!("has {number}, which not every reader reads exactly")))
            }
        }
        // Every character has one way to be written, and these have none.
        Value::String(text) if text.chars().any(is_unwritable) => {
            Err(place.fault(keyword, "has a string with a control character, which is not supported"))
        }
        Value::Array(items) => items.iter().try_for_each(|item| check(keyword, item, place, depth)),
        Value::Object(members) => members.values().try_for_each(|member| check(keyword, member, place, depth)),
        _ => Ok(()),
    }
}

fn is_unwritable(c: char) -> bool {
    c.is_ascii_control() && !"\n\r\t\u{8}\u{c}".contains(c)
}
