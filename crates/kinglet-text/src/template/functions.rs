//! The functions that every template has.

use std::{cell::Cell, rc::Rc};

use super::{
    fault::{Fault, Result, failed},
    given::{Given, text, whole},
    interpreter::Interpreter,
    operators,
    value::{Cycler, Joiner, Range, Value},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Range,
    Dict,
    Namespace,
    Joiner,
    Cycler,
    RaiseException,
    StrftimeNow,
}

/// Their names.
pub(super) const FUNCTIONS: &[(&str, Function)] = &[
    ("range", Function::Range),
    ("dict", Function::Dict),
    ("namespace", Function::Namespace),
    ("joiner", Function::Joiner),
    ("cycler", Function::Cycler),
    ("raise_exception", Function::RaiseException),
    ("strftime_now", Function::StrftimeNow),
];

/// The longest range of Jinja's sandbox.
const LONGEST_RANGE: i128 = 100_000;

impl Interpreter<'_> {
    pub(super) fn call_function(&mut self, function: Function, given: Given) -> Result<Value> {
        match function {
            Function::Range => range(given),
            Function::Dict => {
                let entries = self.entries_of("dict", given)?;
                self.budget.dict(entries)
            }
            Function::Namespace => {
                let mut attributes = Vec::new();
                for (key, value) in self.entries_of("namespace", given)? {
                    attributes.push((namespace_name(text(&key)?)?.into(), value));
                }
                self.add_namespace(attributes)
            }
            Function::Joiner => {
                let [separator] = given.bind("joiner", ["sep"], 0)?;
                let separator = separator.map_or_else(|| self.budget.text(", "), Ok)?;
                Ok(Value::Joiner(Rc::new(Joiner { separator, used: Cell::new(false) })))
            }
            Function::Cycler if given.positional.is_empty() => failed("cycler() needs an item"),
            Function::Cycler => Ok(Value::Cycler(Rc::new(Cycler { items: given.positional, position: Cell::new(0) }))),
            Function::RaiseException => {
                let [message] = given.bind("raise_exception", ["message"], 1)?;
                let message = message.map(|message| self.display(&message)).transpose()?;
                Err(Fault::Raised(message.unwrap_or_default()))
            }
            Function::StrftimeNow => {
                let [format] = given.bind("strftime_now", ["format"], 1)?;
                let format = format.unwrap_or(Value::None);
                match self.now {
                    Some(now) => self.budget.text(now.format(text(&format)?)),
                    None => failed("the template asks for the time, and no time is given"),
                }
            }
        }
    }

    /// What `dict` takes: a dict or pairs, and names.
    fn entries_of(&self, what: &str, given: Given) -> Result<Vec<(Value, Value)>> {
        if given.positional.len() > 1 {
            return failed(format!("{what}() takes 1 argument at most, {} were given", given.positional.len()));
        }
        let mut entries = Vec::new();
        match given.positional.first() {
            None => {}
            Some(Value::Dict(dict)) => entries.clone_from(&dict.entries),
            Some(other) => {
                for pair in other.iterate(&self.budget)? {
                    let [key, value] = &*pair.iterate(&self.budget)? else {
                        return failed(format!("{what}() needs pairs"));
                    };
                    operators::insert(&mut entries, key.clone(), value.clone(), &self.budget)?;
                }
            }
        }
        for (name, value) in given.named {
            let name = self.budget.text(name)?;
            operators::insert(&mut entries, name, value, &self.budget)?;
        }
        Ok(entries)
    }
}

/// transformers lets no name with an underscore before it into a namespace.
pub(super) fn namespace_name(name: &str) -> Result<&str> {
    match name.starts_with('_') {
        true => failed(format!("a namespace cannot have the attribute {name}")),
        false => Ok(name),
    }
}

fn range(given: Given) -> Result<Value> {
    given.named.is_empty().then_some(()).ok_or_else(|| Fault::Failed("range() takes no named arguments".to_owned()))?;
    let numbers: Vec<i128> = given.positional.iter().map(whole).collect::<Result<_>>()?;
    let (start, stop, step) = match *numbers {
        [stop] => (0, stop, 1),
        [start, stop] => (start, stop, 1),
        [start, stop, step] => (start, stop, step),
        _ => return failed(format!("range() takes 1 to 3 arguments, {} were given", numbers.len())),
    };
    if step == 0 {
        return failed("range() arg 3 must not be zero");
    }
    let too_long = || Fault::Failed(format!("a range may have {LONGEST_RANGE} items at most"));
    let distance = if step > 0 { stop.checked_sub(start) } else { start.checked_sub(stop) }.ok_or_else(too_long)?;
    let step_size = step.checked_abs().ok_or_else(too_long)?;
    let length = if distance <= 0 { 0 } else { (distance - 1) / step_size + 1 };
    if length > LONGEST_RANGE {
        return Err(too_long());
    }
    Ok(Value::Range(Range { start, step, length: usize::try_from(length).map_err(|_| too_long())? }))
}
