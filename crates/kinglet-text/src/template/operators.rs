//! Operators, with Python's rules.

use std::{cmp::Ordering, rc::Rc};

use super::{
    ast::{Comparison, Operator},
    budget::Budget,
    fault::{Fault, Result, failed},
    numbers::{self, float},
    value::{Text, Value},
};

/// What Python computes with.
enum Number {
    Int(i128),
    Float(f64),
}

fn number(value: &Value) -> Option<Number> {
    match value {
        Value::Bool(bool) => Some(Number::Int(i128::from(*bool))),
        Value::Int(number) => Some(Number::Int(*number)),
        Value::Float(number) => Some(Number::Float(*number)),
        _ => None,
    }
}

pub(super) fn as_float(value: &Value) -> Option<f64> {
    match number(value)? {
        Number::Int(whole) => Some(float(whole)),
        Number::Float(number) => Some(number),
    }
}

/// Where Python takes a whole number.
pub(super) fn as_int(value: &Value) -> Option<i128> {
    match number(value)? {
        Number::Int(whole) => Some(whole),
        Number::Float(_) => None,
    }
}

pub(super) const TOO_LARGE: Fault = Fault::Limit("computes numbers that are too large");

fn zero<T>() -> Result<T> {
    failed("division by zero")
}

/// What `&`, `<` and quotes become in `Markup`.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// A text as part of one that is safe or not.
pub(super) fn part(text: &Text, of_safe: bool, budget: &Budget) -> Result<String> {
    if !of_safe || text.safe {
        return Ok(text.text.to_string());
    }
    budget.room(text.text.len() * 5)?;
    Ok(escaped(&text.text))
}

pub(super) fn arithmetic(left: &Value, operator: Operator, right: &Value, budget: &Budget) -> Result<Value> {
    if let (Some(left), Some(right)) = (number(left), number(right)) {
        return match (left, right) {
            (Number::Int(left), Number::Int(right)) => whole_numbers(left, operator, right),
            (Number::Int(left), Number::Float(right)) => floats(float(left), operator, right),
            (Number::Float(left), Number::Int(right)) => floats(left, operator, float(right)),
            (Number::Float(left), Number::Float(right)) => floats(left, operator, right),
        };
    }
    for operand in [left, right] {
        if let Value::Undefined(why) = operand {
            return failed(why.as_ref());
        }
    }
    match (left, operator, right) {
        (Value::Text(left), Operator::Add, Value::Text(right)) => {
            let safe = left.safe || right.safe;
            budget.room(left.text.len() + right.text.len())?;
            let text = part(left, safe, budget)? + &part(right, safe, budget)?;
            budget.marked(text, safe)
        }
        (Value::List(left), Operator::Add, Value::List(right)) => budget.list([&*left.items, &right.items].concat()),
        (Value::Tuple(left), Operator::Add, Value::Tuple(right)) => budget.tuple([&*left.items, &right.items].concat()),
        (sequence, Operator::Multiply, times) if as_int(times).is_some() => repeat(sequence, times, budget),
        (times, Operator::Multiply, sequence) if as_int(times).is_some() => repeat(sequence, times, budget),
        _ => failed(format!(
            "unsupported operand types for {}: '{}' and '{}'",
            symbol(operator),
            left.kind(),
            right.kind()
        )),
    }
}

fn symbol(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::FloorDivide => "//",
        Operator::Modulo => "%",
        Operator::Power => "**",
    }
}

fn repeat(sequence: &Value, times: &Value, budget: &Budget) -> Result<Value> {
    let times = usize::try_from(as_int(times).unwrap_or(0).max(0)).map_err(|_| TOO_LARGE)?;
    let grown = |length: usize| {
        budget.room(length.saturating_mul(times))?;
        budget.walk(length.saturating_mul(times))
    };
    match sequence {
        Value::Text(text) => {
            grown(text.text.len())?;
            budget.marked(text.text.repeat(times), text.safe)
        }
        Value::List(items) => {
            grown(items.items.len() * size_of::<Value>())?;
            budget.list(repeated(&items.items, times))
        }
        Value::Tuple(items) => {
            grown(items.items.len() * size_of::<Value>())?;
            budget.tuple(repeated(&items.items, times))
        }
        other => failed(format!("unsupported operand types for *: '{}' and 'int'", other.kind())),
    }
}

fn repeated(items: &[Value], times: usize) -> Vec<Value> {
    (0..times).flat_map(|_| items.iter().cloned()).collect()
}

fn whole_numbers(left: i128, operator: Operator, right: i128) -> Result<Value> {
    let result = match operator {
        Operator::Add => left.checked_add(right),
        Operator::Subtract => left.checked_sub(right),
        Operator::Multiply => left.checked_mul(right),
        Operator::Divide if right == 0 => return zero(),
        Operator::Divide => return Ok(Value::Float(float(left) / float(right))),
        Operator::FloorDivide | Operator::Modulo if right == 0 => return zero(),
        Operator::FloorDivide => left.checked_div_euclid(right).map(|quotient| {
            // Euclid's remainder is never negative, Python's has the sign of the divisor.
            if right < 0 && left.rem_euclid(right) != 0 { quotient - 1 } else { quotient }
        }),
        Operator::Modulo => {
            left.checked_rem_euclid(right).map(|rest| if right < 0 && rest != 0 { rest + right } else { rest })
        }
        Operator::Power => match u32::try_from(right) {
            Ok(power) => left.checked_pow(power),
            Err(_) if right < 0 => return floats(float(left), Operator::Power, float(right)),
            Err(_) => None,
        },
    };
    Ok(Value::Int(result.ok_or(TOO_LARGE)?))
}

fn floats(left: f64, operator: Operator, right: f64) -> Result<Value> {
    Ok(Value::Float(match operator {
        Operator::Add => left + right,
        Operator::Subtract => left - right,
        Operator::Multiply => left * right,
        Operator::Power if left == 0.0 && right < 0.0 => return zero(),
        Operator::Power => left.powf(right),
        _ if right == 0.0 => return zero(),
        Operator::Divide => left / right,
        Operator::FloorDivide => ((left - remainder(left, right)) / right).round(),
        Operator::Modulo => remainder(left, right),
    }))
}

fn remainder(left: f64, right: f64) -> f64 {
    let rest = left % right;
    if rest == 0.0 {
        0f64.copysign(right)
    } else if (rest < 0.0) != (right < 0.0) {
        rest + right
    } else {
        rest
    }
}

pub(super) fn negate(value: &Value, negative: bool) -> Result<Value> {
    match number(value) {
        Some(Number::Int(whole)) => {
            Ok(Value::Int(if negative { whole.checked_neg().ok_or(TOO_LARGE)? } else { whole }))
        }
        Some(Number::Float(number)) => Ok(Value::Float(if negative { -number } else { number })),
        None => match value {
            Value::Undefined(why) => failed(why.as_ref()),
            _ => failed(format!("bad operand type for unary {}: '{}'", if negative { '-' } else { '+' }, value.kind())),
        },
    }
}

/// `==`.
pub(super) fn equal(left: &Value, right: &Value, budget: &Budget) -> Result<bool> {
    budget.steps(1)?;
    Ok(match (left, right) {
        (Value::Undefined(_), Value::Undefined(_)) | (Value::None, Value::None) => true,
        (Value::Text(left), Value::Text(right)) => {
            budget.walk(left.text.len().min(right.text.len()))?;
            left.text == right.text
        }
        (Value::List(left), Value::List(right)) | (Value::Tuple(left), Value::Tuple(right)) => {
            if left.items.len() != right.items.len() {
                return Ok(false);
            }
            for (left, right) in left.items.iter().zip(&right.items) {
                if !equal(left, right, budget)? {
                    return Ok(false);
                }
            }
            true
        }
        (Value::Dict(left), Value::Dict(right)) => {
            if left.entries.len() != right.entries.len() {
                return Ok(false);
            }
            for (key, value) in &left.entries {
                match lookup(&right.entries, key, budget)? {
                    Some(other) if equal(value, other, budget)? => {}
                    _ => return Ok(false),
                }
            }
            true
        }
        (Value::Range(left), Value::Range(right)) => {
            left.length == right.length
                && (left.length == 0 || left.start == right.start)
                && (left.length < 2 || left.step == right.step)
        }
        (Value::Namespace(left), Value::Namespace(right)) => left == right,
        (Value::Function(left), Value::Function(right)) => left == right,
        _ => match (number(left), number(right)) {
            (Some(_), Some(_)) => numeric_order(left, right) == Some(Ordering::Equal),
            _ => same(left, right),
        },
    })
}

/// Whether two are one object.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::None, Value::None) => true,
        (Value::Bool(left), Value::Bool(right)) => left == right,
        (Value::Int(left), Value::Int(right)) => left == right,
        (Value::Text(left), Value::Text(right)) => Rc::ptr_eq(left, right) || left.text == right.text,
        (Value::List(left), Value::List(right)) | (Value::Tuple(left), Value::Tuple(right)) => Rc::ptr_eq(left, right),
        (Value::Dict(left), Value::Dict(right)) => Rc::ptr_eq(left, right),
        (Value::Lazy(left), Value::Lazy(right)) => Rc::ptr_eq(left, right),
        (Value::View(left), Value::View(right)) => Rc::ptr_eq(left, right),
        (Value::Macro(left), Value::Macro(right)) => Rc::ptr_eq(left, right),
        (Value::Loop(left), Value::Loop(right)) => Rc::ptr_eq(left, right),
        (Value::Joiner(left), Value::Joiner(right)) => Rc::ptr_eq(left, right),
        (Value::Cycler(left), Value::Cycler(right)) => Rc::ptr_eq(left, right),
        (Value::Namespace(left), Value::Namespace(right)) => left == right,
        _ => false,
    }
}

fn numeric_order(left: &Value, right: &Value) -> Option<Ordering> {
    match (number(left)?, number(right)?) {
        (Number::Int(left), Number::Int(right)) => Some(left.cmp(&right)),
        (Number::Int(left), Number::Float(right)) => float(left).partial_cmp(&right),
        (Number::Float(left), Number::Int(right)) => left.partial_cmp(&float(right)),
        (Number::Float(left), Number::Float(right)) => left.partial_cmp(&right),
    }
}

/// The order of two, where they have one. Nothing is ordered against NaN.
fn order(left: &Value, right: &Value, symbol: &str, budget: &Budget) -> Result<Option<Ordering>> {
    budget.steps(1)?;
    if number(left).is_some() && number(right).is_some() {
        return Ok(numeric_order(left, right));
    }
    match (left, right) {
        (Value::Text(left), Value::Text(right)) => Ok(Some(left.text.cmp(&right.text))),
        (Value::List(left), Value::List(right)) | (Value::Tuple(left), Value::Tuple(right)) => {
            for (left, right) in left.items.iter().zip(&right.items) {
                if !equal(left, right, budget)? {
                    return order(left, right, symbol, budget);
                }
            }
            Ok(Some(left.items.len().cmp(&right.items.len())))
        }
        (Value::Undefined(why), _) | (_, Value::Undefined(why)) => failed(why.as_ref()),
        _ => failed(format!("'{symbol}' not supported between instances of '{}' and '{}'", left.kind(), right.kind())),
    }
}

pub(super) fn less(left: &Value, right: &Value, budget: &Budget) -> Result<bool> {
    Ok(order(left, right, "<", budget)? == Some(Ordering::Less))
}

pub(super) fn compare(left: &Value, comparison: Comparison, right: &Value, budget: &Budget) -> Result<bool> {
    let ordered = |symbol| order(left, right, symbol, budget);
    Ok(match comparison {
        Comparison::Equal => equal(left, right, budget)?,
        Comparison::NotEqual => !equal(left, right, budget)?,
        Comparison::Less => ordered("<")?.is_some_and(Ordering::is_lt),
        Comparison::LessOrEqual => ordered("<=")?.is_some_and(Ordering::is_le),
        Comparison::Greater => ordered(">")?.is_some_and(Ordering::is_gt),
        Comparison::GreaterOrEqual => ordered(">=")?.is_some_and(Ordering::is_ge),
        Comparison::In => contains(right, left, budget)?,
        Comparison::NotIn => !contains(right, left, budget)?,
    })
}

/// `item in container`.
pub(super) fn contains(container: &Value, item: &Value, budget: &Budget) -> Result<bool> {
    match (container, item) {
        (Value::Text(text), Value::Text(part)) => {
            budget.walk(text.text.len())?;
            Ok(text.text.contains(&*part.text))
        }
        (Value::Text(_), other) => {
            failed(format!("'in <string>' requires string as left operand, not {}", other.kind()))
        }
        (Value::Dict(dict), key) => Ok(lookup(&dict.entries, key, budget)?.is_some()),
        (Value::Range(range), _) => {
            let Some(wanted) = as_int(item) else { return Ok(false) };
            let steps = wanted - range.start;
            let index = usize::try_from(steps / range.step);
            Ok(steps % range.step == 0 && index.is_ok_and(|index| index < range.length))
        }
        (other, item) if other.is_iterable() => {
            for known in other.iterate(budget)? {
                if equal(&known, item, budget)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        (other, _) => failed(format!("argument of type '{}' is not iterable", other.kind())),
    }
}

/// The value of a key, which must be hashable.
pub(super) fn lookup<'d>(entries: &'d [(Value, Value)], key: &Value, budget: &Budget) -> Result<Option<&'d Value>> {
    hashable(key)?;
    budget.walk(entries.len() * 8)?;
    for (known, value) in entries {
        let found = match (known, key) {
            (Value::Text(known), Value::Text(key)) => known.text == key.text,
            (Value::Text(_), _) | (_, Value::Text(_)) => false,
            _ => equal(known, key, budget)?,
        };
        if found {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

fn hashable(key: &Value) -> Result<()> {
    match key {
        Value::List(_) | Value::Dict(_) | Value::View(_) => failed(format!("unhashable type: '{}'", key.kind())),
        Value::Tuple(items) => items.items.iter().try_for_each(hashable),
        _ => Ok(()),
    }
}

/// Adds an entry, or replaces its value where the key is there.
pub(super) fn insert(entries: &mut Vec<(Value, Value)>, key: Value, value: Value, budget: &Budget) -> Result<()> {
    hashable(&key)?;
    budget.walk(entries.len() * 8)?;
    for (known, old) in entries.iter_mut() {
        if equal(known, &key, budget)? {
            *old = value;
            return Ok(());
        }
    }
    entries.push((key, value));
    Ok(())
}

/// Sorts by keys; equal ones stay in order.
pub(super) fn sort_by<T>(items: &mut Vec<T>, budget: &Budget, key: impl Fn(&T) -> Result<Value>) -> Result<()> {
    let keyed = std::mem::take(items).into_iter().map(|item| Ok((key(&item)?, item)));
    let mut keyed: Vec<(Value, T)> = keyed.collect::<Result<_>>()?;
    let mut wrong = None;
    keyed.sort_by(|(left, _), (right, _)| {
        if wrong.is_some() {
            return Ordering::Equal;
        }
        match order(left, right, "<", budget) {
            Ok(order) => order.unwrap_or(Ordering::Equal),
            Err(fault) => {
                wrong = Some(fault);
                Ordering::Equal
            }
        }
    });
    match wrong {
        Some(fault) => Err(fault),
        None => {
            *items = keyed.into_iter().map(|(_, item)| item).collect();
            Ok(())
        }
    }
}

/// `int(value)`, where that needs no base.
pub(super) fn to_int(value: &Value) -> Option<i128> {
    match number(value)? {
        Number::Int(whole) => Some(whole),
        Number::Float(number) => numbers::whole(number),
    }
}
