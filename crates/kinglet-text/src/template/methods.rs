//! The methods of Python's types that Jinja's sandbox lets a template call.

use std::rc::Rc;

use super::{
    budget::Budget,
    fault::{Fault, Result, failed},
    given::{Given, flag, whole},
    interpreter::Interpreter,
    operators,
    text_methods::{self, TEXT},
    value::{Dict, Method, Part, Value, View},
};

const LIST: &[&str] = &["index", "count", "copy"];
const TUPLE: &[&str] = &["index", "count"];
const DICT: &[&str] = &["get", "items", "keys", "values", "copy"];
const LOOP: &[&str] = &["cycle", "changed"];
const CYCLER: &[&str] = &["next", "reset"];
const FUNCTION_DICT: &[&str] = &["fromkeys"];
const INT: &[&str] = &["bit_length"];
const FLOAT: &[&str] = &["is_integer"];

/// Methods that change what they are called on: the sandbox is immutable.
const LIST_CHANGES: &[&str] = &["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"];
const DICT_CHANGES: &[&str] = &["clear", "pop", "popitem", "setdefault", "update"];

/// A method of a value by its name. One that is not allowed is undefined.
pub(super) fn find(value: &Value, name: &str) -> Option<Value> {
    let (methods, changes): (&[&'static str], &[&str]) = match value {
        Value::Text(_) => (TEXT, &[]),
        Value::List(_) => (LIST, LIST_CHANGES),
        Value::Tuple(_) => (TUPLE, &[]),
        Value::Dict(_) => (DICT, DICT_CHANGES),
        Value::Loop(_) => (LOOP, &[]),
        Value::Cycler(_) => (CYCLER, &[]),
        Value::Int(_) => (INT, &[]),
        Value::Float(_) => (FLOAT, &[]),
        Value::Function(super::functions::Function::Dict) => (FUNCTION_DICT, &[]),
        _ => return None,
    };
    if changes.contains(&name) {
        return Some(Value::undefined(format!(
            "access to attribute '{name}' of '{}' object is unsafe: chat templates cannot change values",
            value.kind()
        )));
    }
    let name = methods.iter().find(|known| **known == name)?;
    Some(Value::Method(Rc::new(Method { receiver: value.clone(), name })))
}

impl Interpreter<'_> {
    pub(super) fn call_method(&mut self, receiver: &Value, name: &str, given: Given) -> Result<Value> {
        match receiver {
            Value::Text(text) if name == "format" => self.braces(text, &given),
            Value::Text(text) => text_methods::call(text, name, given, self),
            Value::List(items) | Value::Tuple(items) if name != "copy" => {
                sequence(&items.items, receiver.kind(), name, given, &self.budget)
            }
            Value::Dict(dict) => self.dict_method(dict, name, given),
            Value::Loop(state) if name == "cycle" => {
                let index = state.index.get().checked_rem(given.positional.len());
                index.and_then(|index| given.positional.get(index)).cloned().ok_or_else(no_items)
            }
            Value::Loop(state) => {
                let same = match &*state.changed.borrow() {
                    Some(before) => self.all_equal(before, &given.positional)?,
                    None => false,
                };
                state.changed.replace(Some(given.positional));
                Ok(Value::Bool(!same))
            }
            Value::Cycler(cycler) => {
                given.none(name)?;
                let place = cycler.position.get();
                let next = (place + 1).checked_rem(cycler.items.len()).unwrap_or(0);
                cycler.position.set(if name == "reset" { 0 } else { next });
                if name == "reset" { Ok(Value::None) } else { cycler.items.get(place).cloned().ok_or_else(no_items) }
            }
            Value::Int(number) => {
                given.none(name)?;
                Ok(Value::Int(i128::from(u128::BITS - number.unsigned_abs().leading_zeros())))
            }
            Value::Float(number) => {
                given.none(name)?;
                Ok(Value::Bool(number.fract() == 0.0))
            }
            Value::Function(_) => {
                let [keys, value] = given.bind(name, ["iterable", "value"], 1)?;
                let mut entries = Vec::new();
                for key in keys.unwrap_or(Value::None).iterate(&self.budget)? {
                    let value = value.clone().unwrap_or(Value::None);
                    operators::insert(&mut entries, key, value, &self.budget)?;
                }
                self.budget.dict(entries)
            }
            copied => {
                given.none(name)?;
                Ok(copied.clone())
            }
        }
    }

    fn all_equal(&self, left: &[Value], right: &[Value]) -> Result<bool> {
        if left.len() != right.len() {
            return Ok(false);
        }
        for (left, right) in left.iter().zip(right) {
            if !operators::equal(left, right, &self.budget)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn dict_method(&mut self, dict: &Rc<Dict>, name: &str, given: Given) -> Result<Value> {
        let view = |part| Ok(Value::View(Rc::new(View { part, dict: Rc::clone(dict) })));
        match name {
            "get" => {
                if !given.named.is_empty() {
                    return failed("get() takes no named arguments");
                }
                let [key, default] = given.bind("get", ["key", "default"], 1)?;
                let key = key.unwrap_or(Value::None);
                let found = operators::lookup(&dict.entries, &key, &self.budget)?.cloned();
                Ok(found.or(default).unwrap_or(Value::None))
            }
            _ => {
                given.none(name)?;
                match name {
                    "items" => view(Part::Items),
                    "keys" => view(Part::Keys),
                    "values" => view(Part::Values),
                    _ => Ok(Value::Dict(Rc::clone(dict))),
                }
            }
        }
    }
}

fn no_items() -> Fault {
    Fault::Failed("no items for cycling given".to_owned())
}

fn sequence(items: &[Value], kind: &str, name: &str, given: Given, budget: &Budget) -> Result<Value> {
    let [wanted, start, stop] = given.bind(name, ["value", "start", "stop"], 1)?;
    let wanted = wanted.unwrap_or(Value::None);
    let bound = |bound: Option<Value>, default: usize| match bound {
        Some(bound) => {
            let bound = whole(&bound)?;
            let length = i128::try_from(items.len()).unwrap_or(i128::MAX);
            let from_end = if bound < 0 { bound.saturating_add(length).max(0) } else { bound.min(length) };
            Ok(usize::try_from(from_end).unwrap_or(0))
        }
        None => Ok(default),
    };
    let (start, stop) = (bound(start, 0)?, bound(stop, items.len())?);
    let mut count = 0;
    for (place, item) in items.iter().enumerate().take(stop).skip(start) {
        if operators::equal(item, &wanted, budget)? {
            if name == "index" {
                return Ok(Value::int(place));
            }
            count += 1;
        }
    }
    if name == "index" { failed(format!("the item is not in the {kind}")) } else { Ok(Value::int(count)) }
}

/// Whether a flag of a method is set.
pub(super) fn is_set(value: Option<Value>) -> bool {
    flag(value.as_ref())
}
