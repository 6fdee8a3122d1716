//! Bounds of numbers.

use serde_json::{Number, Value};

use super::{Object, Place, Result, may_be};
use crate::grammar::formats;

/// Larger whole numbers are not exact in the 64 bits that most readers of JSON hold numbers in.
pub(in crate::grammar) const MOST_EXACT: i64 = (1 << 53) - 1;
/// A bound with more digits than this may be told from a number only by readers that hold it exactly.
const DIGITS: usize = 14;
/// What a number must be a multiple of is at most this.
const LARGEST_STEP: f64 = 4095.0;

const BOUNDS: [&str; 4] = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"];

pub(super) fn write(schema: &Object, place: &Place, written: &mut Object) -> Result<()> {
    for keyword in BOUNDS {
        if let Some(value) = schema.get(keyword) {
            bound(schema, keyword, value, place, written)?;
        }
    }
    if let Some(name) = schema.get("format").and_then(Value::as_str)
        && !may_be(schema, "string")
        && let Some(Some((least, most))) = formats::of_numbers(name)
    {
        narrow(written, "minimum", least);
        narrow(written, "maximum", most);
    }
    if let Some(value) = schema.get("multipleOf") {
        written.insert("multipleOf".to_owned(), step(value, place)?);
        // Digits that go on for ever would come to numbers whose multiples are not exact.
        narrow(written, "minimum", -999_999_999_999);
        narrow(written, "maximum", 999_999_999_999);
    }
    Ok(())
}

fn bound(schema: &Object, keyword: &str, value: &Value, place: &Place, written: &mut Object) -> Result<()> {
    // An old way to write it: whether the bound itself is out.
    if let Value::Bool(exclusive) = value {
        let inclusive = if keyword == "exclusiveMinimum" { "minimum" } else { "maximum" };
        return match schema.get(inclusive) {
            Some(Value::Number(_)) | None if !exclusive => Ok(()),
            Some(value @ Value::Number(_)) if keyword != inclusive => bound(schema, keyword, value, place, written),
            _ => Err(place.fault(keyword, "must be a number")),
        };
    }
    let number = value.as_number().and_then(Number::as_f64);
    let number = number.ok_or_else(|| place.fault(keyword, "must be a number"))?;
    let lower = keyword.ends_with("inimum");
    // No number that is written comes near such a bound from within.
    let wide = if lower { number <= -1e15 } else { number >= 1e15 };
    if wide {
        narrow(written, if lower { "minimum" } else { "maximum" }, if lower { -MOST_EXACT } else { MOST_EXACT });
        return Ok(());
    }
    let digits = format!("{number}").chars().filter(char::is_ascii_digit).count();
    if number.abs() >= 1e15 || digits > DIGITS + 1 || (number.fract() != 0.0 && digits > DIGITS) {
        return Err(place.fault(keyword, format!("{value} has more digits than {DIGITS}, which is not supported")));
    }
    written.insert(keyword.to_owned(), value.clone());
    Ok(())
}

/// Sets a bound unless a closer one is set.
fn narrow(written: &mut Object, keyword: &str, bound: i64) {
    let lower = keyword == "minimum";
    let set = written.get(keyword).and_then(Value::as_f64);
    let limit = Value::from(bound).as_f64();
    let closer = set.zip(limit).is_some_and(|(set, limit)| if lower { set >= limit } else { set <= limit });
    if !closer {
        written.insert(keyword.to_owned(), bound.into());
    }
}

fn step(value: &Value, place: &Place) -> Result<Value> {
    let fault = |why: String| place.fault("multipleOf", why);
    let number = value.as_number().and_then(Number::as_f64).filter(|number| *number > 0.0);
    let number = number.ok_or_else(|| fault("must be a number above 0".to_owned()))?;
    // Others are not exact in 64 bits, and validators find 0.3 to be no multiple of 0.1.
    if (number * 16.0).fract() != 0.0 {
        return Err(fault(format!("{value} is not supported: it must be whole, or so many sixteenths")));
    }
    if number > LARGEST_STEP {
        return Err(fault(format!("{value} is not supported: {LARGEST_STEP} is the most")));
    }
    Ok(value.clone())
}
