//! Bounds of numbers.

use serde_json::{Number, Value};

use super::{Object, Place, Result, may_be};
use crate::grammar::formats;

/// Larger whole numbers are not exact in the 64 bits that most readers of JSON hold numbers in.
pub(in crate::grammar) const MOST_EXACT: i64 = (1 << 53) - 1;
/// A bound with more digits than this may be told from a number only by readers that hold it exactly. A number has one
/// more.
const DIGITS: usize = 14;
/// What a number must be a multiple of is at most this.
const LARGEST_STEP: f64 = 4095.0;

/// Those that are out themselves come last, for they narrow the others.
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
        narrow(written, "minimum", least.into());
        narrow(written, "maximum", most.into());
    }
    if let Some(value) = schema.get("multipleOf") {
        written.insert("multipleOf".to_owned(), step(value, place)?);
        // Digits that go on for ever would come to numbers whose multiples are not exact.
        narrow(written, "minimum", (-999_999_999_999_i64).into());
        narrow(written, "maximum", 999_999_999_999_i64.into());
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
    let inclusive = if lower { "minimum" } else { "maximum" };
    // No number that is written comes near such a bound from within.
    let wide = if lower { number <= -1e15 } else { number >= 1e15 };
    if wide {
        narrow(written, inclusive, if lower { -MOST_EXACT } else { MOST_EXACT }.into());
        return Ok(());
    }
    let fault = || place.fault(keyword, format!("{value} has more digits than {DIGITS}, which is not supported"));
    let digits = format!("{number}").chars().filter(char::is_ascii_digit).count();
    if number.abs() >= 1e15 || digits > DIGITS + 1 || (number.fract() != 0.0 && digits > DIGITS) {
        return Err(fault());
    }
    // From such a bound numbers go away from 0, and the crate may let the bound itself through. Of integers it does not.
    let outward = if lower { number >= 0.0 } else { number <= 0.0 };
    if keyword != inclusive && outward && may_be(schema, "number") {
        narrow(written, inclusive, beyond(number, lower).ok_or_else(fault)?);
    } else {
        written.insert(keyword.to_owned(), value.clone());
    }
    Ok(())
}

/// Of the numbers that are written, the first that is farther from 0 than a bound is.
fn beyond(bound: f64, positive: bool) -> Option<Value> {
    let text = format!("{}", bound.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let places = DIGITS.checked_sub(whole.len())?;
    let sign = if positive { "" } else { "-" };
    let number: f64 = format!("{sign}{whole}.{fraction:0<places$}1").parse().ok()?;
    Number::from_f64(number).map(Value::Number)
}

/// Sets a bound unless a closer one is set.
fn narrow(written: &mut Object, keyword: &str, bound: Value) {
    let lower = keyword == "minimum";
    let set = written.get(keyword).and_then(Value::as_f64);
    let closer = set.zip(bound.as_f64()).is_some_and(|(set, limit)| if lower { set >= limit } else { set <= limit });
    if !closer {
        written.insert(keyword.to_owned(), bound);
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_bound_that_is_out_gives_way_to_the_next_number() {
        let next = [(0.0, 1e-14), (-0.0, 1e-14), (0.5, 0.50000000000001), (1e-9, 1.00001e-9), (5.0, 5.00000000000001)];
        for (bound, expected) in next {
            assert_eq!(beyond(bound, true), Some(json!(expected)));
            assert_eq!(beyond(-bound, false), Some(json!(-expected)));
        }
        assert_eq!(beyond(12_345_678_901_234.0, true), Some(json!(12_345_678_901_234.1)));
        assert_eq!(beyond(123_456_789_012_345.0, true), None);
    }
}
