//! What stands after `is`: Jinja's tests.

use super::{
    ast::Comparison,
    fault::{Result, failed},
    given::{Given, whole},
    interpreter::Interpreter,
    operators::{compare, contains, same},
    value::Value,
};

impl Interpreter<'_> {
    pub(super) fn test(&mut self, name: &str, value: &Value, given: Given) -> Result<bool> {
        self.budget.steps(1)?;
        let comparison = match name {
            "eq" | "equalto" | "==" => Some(Comparison::Equal),
            "ne" | "!=" => Some(Comparison::NotEqual),
            "lt" | "lessthan" | "<" => Some(Comparison::Less),
            "le" | "<=" => Some(Comparison::LessOrEqual),
            "gt" | "greaterthan" | ">" => Some(Comparison::Greater),
            "ge" | ">=" => Some(Comparison::GreaterOrEqual),
            _ => None,
        };
        if comparison.is_some() || matches!(name, "in" | "sameas" | "divisibleby") {
            let [other] = given.bind(name, ["other"], 1)?;
            let other = other.unwrap_or(Value::None);
            return match (comparison, name) {
                (Some(comparison), _) => compare(value, comparison, &other, &self.budget),
                (None, "in") => contains(&other, value, &self.budget),
                (None, "sameas") => Ok(same(value, &other)),
                _ => divides(whole(&other)?, whole(value)?),
            };
        }
        given.none(name)?;
        let text = || self.display(value);
        Ok(match name {
            "defined" => !value.is_undefined(),
            "undefined" => value.is_undefined(),
            "none" => matches!(value, Value::None),
            "true" => matches!(value, Value::Bool(true)),
            "false" => matches!(value, Value::Bool(false)),
            "boolean" => matches!(value, Value::Bool(_)),
            // Only the two booleans are left out of this one.
            "integer" => matches!(value, Value::Int(_)),
            "float" => matches!(value, Value::Float(_)),
            "number" => matches!(value, Value::Int(_) | Value::Float(_) | Value::Bool(_)),
            "string" => matches!(value, Value::Text(_)),
            "mapping" => matches!(value, Value::Dict(_)),
            "iterable" => value.is_iterable(),
            "sequence" => value.length().is_some() && !matches!(value, Value::View(_) | Value::Loop(_)),
            "callable" => matches!(
                value,
                Value::Undefined(_)
                    | Value::Macro(_)
                    | Value::Method(_)
                    | Value::Function(_)
                    | Value::Loop(_)
                    | Value::Joiner(_)
            ),
            "escaped" => value.is_safe(),
            "odd" => !divides(2, whole(value)?)?,
            "even" => divides(2, whole(value)?)?,
            "upper" => is_cased(&text()?, char::is_lowercase),
            "lower" => is_cased(&text()?, char::is_uppercase),
            "filter" | "test" => return failed(format!("the test {name} is not supported")),
            _ => return failed(format!("the test {} is not known", name.escape_debug())),
        })
    }
}

fn divides(divisor: i128, number: i128) -> Result<bool> {
    match number.checked_rem(divisor) {
        Some(rest) => Ok(rest == 0),
        None => failed("division by zero"),
    }
}

/// Whether a text has letters of one case, and none of the other.
fn is_cased(text: &str, other: fn(char) -> bool) -> bool {
    text.chars().any(|c| c.is_lowercase() || c.is_uppercase()) && !text.chars().any(other)
}
