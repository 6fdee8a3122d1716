//! The expressions of a template, as they are computed.

use super::{
    ast::{Arguments, Expr, Suffix},
    fault::{Result, failed},
    given::{Given, text},
    interpreter::Interpreter,
    methods, operators, subscripts,
    value::{Loop, Value},
};

impl Interpreter<'_> {
    pub(super) fn evaluate(&mut self, expression: &Expr) -> Result<Value> {
        self.budget.steps(1)?;
        match expression {
            Expr::Text(text) => self.budget.text(std::sync::Arc::clone(text)),
            Expr::Int(number) => Ok(Value::Int(*number)),
            Expr::Float(number) => Ok(Value::Float(*number)),
            Expr::Bool(bool) => Ok(Value::Bool(*bool)),
            Expr::None => Ok(Value::None),
            Expr::Name(name) => match self.find(name) {
                Some(value) => Ok(value.clone()),
                None => Ok(Value::undefined(format!("'{name}' is undefined"))),
            },
            composed => self.nested(|run| run.compose(composed)),
        }
    }

    fn all(&mut self, expressions: &[Expr]) -> Result<Vec<Value>> {
        expressions.iter().map(|expression| self.evaluate(expression)).collect()
    }

    fn compose(&mut self, expression: &Expr) -> Result<Value> {
        match expression {
            Expr::Tuple(items) => {
                let items = self.all(items)?;
                self.budget.tuple(items)
            }
            Expr::List(items) => {
                let items = self.all(items)?;
                self.budget.list(items)
            }
            Expr::Dict(items) => {
                let mut entries = Vec::new();
                for (key, value) in items {
                    let (key, value) = (self.evaluate(key)?, self.evaluate(value)?);
                    operators::insert(&mut entries, key, value, &self.budget)?;
                }
                self.budget.dict(entries)
            }
            Expr::Concat(operands) => self.concat(operands),
            Expr::Arithmetic(first, rest) => {
                let mut value = self.evaluate(first)?;
                for (operator, operand) in rest {
                    let operand = self.evaluate(operand)?;
                    value = match (&value, operator) {
                        (Value::Text(format), super::ast::Operator::Modulo) => self.percent(format, &operand)?,
                        _ => operators::arithmetic(&value, *operator, &operand, &self.budget)?,
                    };
                }
                Ok(value)
            }
            Expr::And(operands) => self.first(operands, false),
            Expr::Or(operands) => self.first(operands, true),
            Expr::Not(operand) => Ok(Value::Bool(!self.evaluate(operand)?.truth())),
            Expr::Sign(negative, operand) => operators::negate(&self.evaluate(operand)?, *negative),
            Expr::Compare(first, rest) => {
                let mut left = self.evaluate(first)?;
                for (comparison, operand) in rest {
                    let right = self.evaluate(operand)?;
                    if !operators::compare(&left, *comparison, &right, &self.budget)? {
                        return Ok(Value::Bool(false));
                    }
                    left = right;
                }
                Ok(Value::Bool(true))
            }
            Expr::If(condition, then, otherwise) => match (self.evaluate(condition)?.truth(), otherwise) {
                (true, _) => self.evaluate(then),
                (false, Some(otherwise)) => self.evaluate(otherwise),
                (false, None) => {
                    Ok(Value::undefined("the inline if-expression evaluated to false and no else section was defined"))
                }
            },
            Expr::Suffixed(base, suffixes) => {
                let mut value = self.evaluate(base)?;
                for suffix in suffixes {
                    value = self.suffix(value, suffix)?;
                }
                Ok(value)
            }
            simple => self.evaluate(simple),
        }
    }

    fn concat(&mut self, operands: &[Expr]) -> Result<Value> {
        let mut text = String::new();
        for operand in operands {
            let value = self.evaluate(operand)?;
            self.budget.room(text.len() * 2)?;
            match value.as_str() {
                Some(part) => text.push_str(part),
                None => text.push_str(&self.display(&value)?),
            }
        }
        self.budget.text(text)
    }

    /// The first operand of this truth, or the last.
    fn first(&mut self, operands: &[Expr], truth: bool) -> Result<Value> {
        let mut value = Value::None;
        for operand in operands {
            value = self.evaluate(operand)?;
            if value.truth() == truth {
                break;
            }
        }
        Ok(value)
    }

    fn suffix(&mut self, value: Value, suffix: &Suffix) -> Result<Value> {
        self.budget.steps(1)?;
        match suffix {
            Suffix::Attribute(name) => self.attribute(&value, name),
            Suffix::Item(index) => {
                let index = self.evaluate(index)?;
                self.item(&value, &index)
            }
            Suffix::Slice(bounds) => {
                let mut values = [Value::None, Value::None, Value::None];
                for (bound, value) in bounds.iter().zip(&mut values) {
                    if let Some(bound) = bound {
                        *value = self.evaluate(bound)?;
                    }
                }
                let [start, stop, step] = &values;
                let sliced = subscripts::slice(&value, [start, stop, step], &self.budget)?;
                Ok(sliced.unwrap_or_else(|| no_attribute(&value, "slice(...)")))
            }
            Suffix::Call(arguments) => {
                let given = self.arguments(arguments)?;
                self.call(&value, given)
            }
            Suffix::Filter(filter) => {
                let given = self.arguments(&filter.arguments)?;
                self.filter(&filter.name, value, given)
            }
            Suffix::Test { name, arguments, negated } => {
                let given = self.arguments(arguments)?;
                Ok(Value::Bool(self.test(name, &value, given)? != *negated))
            }
        }
    }

    pub(super) fn arguments(&mut self, arguments: &Arguments) -> Result<Given> {
        let mut given = Given { positional: self.all(&arguments.positional)?, named: Vec::new() };
        for (name, value) in &arguments.named {
            given.named.push((std::sync::Arc::clone(name), self.evaluate(value)?));
        }
        if let Some(more) = &arguments.more {
            let more = self.evaluate(more)?;
            given.positional.extend(more.iterate(&self.budget)?);
        }
        if let Some(more) = &arguments.more_named {
            let more = self.evaluate(more)?;
            let Value::Dict(dict) = &more else {
                return failed(format!("the argument after ** must be a mapping, not {}", more.kind()));
            };
            for (key, value) in &dict.entries {
                given.named.push((text(key)?.into(), value.clone()));
            }
        }
        Ok(given)
    }

    pub(super) fn call(&mut self, callee: &Value, given: Given) -> Result<Value> {
        match callee {
            Value::Undefined(why) => failed(why.as_ref()),
            Value::Macro(called) => self.nested(|run| run.call_macro(called, given)),
            Value::Function(function) => self.call_function(*function, given),
            Value::Method(method) => self.call_method(&method.receiver, method.name, given),
            Value::Loop(state) => self.recurse(state, given),
            Value::Joiner(joiner) => {
                given.none("joiner")?;
                if joiner.used.replace(true) { Ok(joiner.separator.clone()) } else { self.budget.text("") }
            }
            other => failed(format!("'{}' object is not callable", other.kind())),
        }
    }

    /// `value.name`: an attribute, else an item.
    pub(super) fn attribute(&mut self, value: &Value, name: &str) -> Result<Value> {
        if let Some(found) = self.own_attribute(value, name)? {
            return Ok(found);
        }
        let found = match value {
            Value::Dict(dict) => {
                self.budget.walk(dict.entries.len() * 8)?;
                dict.get(name).cloned()
            }
            _ => None,
        };
        Ok(found.unwrap_or_else(|| no_attribute(value, name)))
    }

    /// `value[index]`: an item, else an attribute.
    pub(super) fn item(&mut self, value: &Value, index: &Value) -> Result<Value> {
        if let Some(found) = subscripts::item(value, index, &self.budget)? {
            return Ok(found);
        }
        if let Some(name) = index.as_str() {
            return Ok(self.own_attribute(value, name)?.unwrap_or_else(|| no_attribute(value, name)));
        }
        let index = self.repr(index)?;
        Ok(Value::undefined(format!("'{} object' has no element {index}", value.kind())))
    }

    fn own_attribute(&mut self, value: &Value, name: &str) -> Result<Option<Value>> {
        if let Some(method) = methods::find(value, name) {
            return Ok(Some(method));
        }
        Ok(match value {
            Value::Undefined(why) => return failed(why.as_ref()),
            Value::Namespace(place) => {
                self.namespace(*place).iter().find(|(known, _)| &**known == name).map(|(_, value)| value.clone())
            }
            Value::Loop(state) => loop_attribute(state, name),
            Value::Macro(called) if name == "name" => Some(self.budget.text(std::sync::Arc::clone(&called.node.name))?),
            Value::Cycler(cycler) if name == "current" => cycler.items.get(cycler.position.get()).cloned(),
            Value::Tuple(pair) if value.is_group() => match name {
                "grouper" => pair.items.first().cloned(),
                "list" => pair.items.get(1).cloned(),
                _ => None,
            },
            _ => None,
        })
    }
}

fn loop_attribute(state: &Loop, name: &str) -> Option<Value> {
    let items = state.items.borrow();
    let (index, length) = (state.index.get(), items.len());
    let neighbour = |place: Option<usize>, which: &str| {
        let neighbour = place.and_then(|place| items.get(place)).cloned();
        neighbour.unwrap_or_else(|| Value::undefined(format!("there is no {which} item")))
    };
    Some(match name {
        "index" => Value::int(index + 1),
        "index0" => Value::int(index),
        "revindex" => Value::int(length - index),
        "revindex0" => Value::int(length - index - 1),
        "first" => Value::Bool(index == 0),
        "last" => Value::Bool(index + 1 == length),
        "length" => Value::int(length),
        "depth" => Value::int(state.depth + 1),
        "depth0" => Value::int(state.depth),
        "previtem" => neighbour(index.checked_sub(1), "previous"),
        "nextitem" => neighbour(Some(index + 1), "next"),
        _ => return None,
    })
}

fn no_attribute(value: &Value, name: &str) -> Value {
    let name = name.escape_debug();
    match value {
        Value::None => Value::undefined(format!("'None' has no attribute '{name}'")),
        other => Value::undefined(format!("'{} object' has no attribute '{name}'", other.kind())),
    }
}
