//! What stands in square brackets: indices, keys and slices.

use super::{
    budget::Budget,
    fault::{Fault, Result, failed},
    operators::{TOO_LARGE, as_int, lookup},
    value::{Range, Value},
};

/// `value[index]`, or nothing where there is none.
pub(super) fn item(value: &Value, index: &Value, budget: &Budget) -> Result<Option<Value>> {
    let place = |length: usize| {
        let index = as_int(index)?;
        let length = i128::try_from(length).ok()?;
        usize::try_from(if index < 0 { index + length } else { index }).ok()
    };
    Ok(match value {
        Value::Undefined(why) => return failed(why.as_ref()),
        Value::List(items) | Value::Tuple(items) => {
            place(items.items.len()).and_then(|place| items.items.get(place)).cloned()
        }
        Value::Dict(dict) => match lookup(&dict.entries, index, budget) {
            Ok(found) => found.cloned(),
            Err(Fault::Failed(_)) => None,
            Err(fault) => return Err(fault),
        },
        Value::Text(text) => {
            budget.walk(text.text.len())?;
            let found = if as_int(index).is_some_and(|index| index >= 0) {
                place(0).and_then(|place| text.text.chars().nth(place))
            } else {
                place(text.text.chars().count()).and_then(|place| text.text.chars().nth(place))
            };
            found.map(|c| budget.marked(c.to_string(), text.safe)).transpose()?
        }
        Value::Range(range) => place(range.length).filter(|place| *place < range.length).map(|place| range.item(place)),
        _ => None,
    })
}

/// `value[start:stop:step]`.
pub(super) fn slice(value: &Value, bounds: [&Value; 3], budget: &Budget) -> Result<Option<Value>> {
    let mut whole = [None; 3];
    for (bound, whole) in bounds.into_iter().zip(&mut whole) {
        *whole = match (bound, as_int(bound)) {
            (Value::None, _) => None,
            (_, Some(index)) => Some(index),
            _ => return Ok(None),
        };
    }
    let pick = |length: usize| {
        budget.steps(length / 16)?;
        places(whole, length)
    };
    Ok(Some(match value {
        Value::Undefined(why) => return failed(why.as_ref()),
        Value::Text(text) => {
            budget.room(text.text.len() * 8)?;
            let chars: Vec<char> = text.text.chars().collect();
            let picked: String = pick(chars.len())?.into_iter().filter_map(|place| chars.get(place)).collect();
            budget.marked(picked, text.safe)?
        }
        Value::List(items) => budget
            .list(pick(items.items.len())?.into_iter().filter_map(|place| items.items.get(place).cloned()).collect())?,
        Value::Tuple(items) => budget.tuple(
            pick(items.items.len())?.into_iter().filter_map(|place| items.items.get(place).cloned()).collect(),
        )?,
        Value::Range(range) => {
            let places = pick(range.length)?;
            let at = |index: usize| places.get(index).and_then(|place| as_int(&range.item(*place)));
            let start = at(0).unwrap_or(range.start);
            let step = at(1).map_or(range.step, |second| second - start);
            Value::Range(Range { start, step, length: places.len() })
        }
        _ => return Ok(None),
    }))
}

/// Which places a slice takes of so many.
fn places([start, stop, step]: [Option<i128>; 3], length: usize) -> Result<Vec<usize>> {
    let step = step.unwrap_or(1);
    if step == 0 {
        return failed("slice step cannot be zero");
    }
    let length = i128::try_from(length).map_err(|_| TOO_LARGE)?;
    let (low, high) = if step > 0 { (0, length) } else { (-1, length - 1) };
    let clamp = |bound: i128| (if bound < 0 { bound.saturating_add(length) } else { bound }).clamp(low, high);
    let start = start.map_or(if step > 0 { low } else { high }, clamp);
    let stop = stop.map_or(if step > 0 { high } else { low }, clamp);
    let mut places = Vec::new();
    let mut place = start;
    while if step > 0 { place < stop } else { place > stop } {
        places.extend(usize::try_from(place));
        place = place.saturating_add(step);
    }
    Ok(places)
}
