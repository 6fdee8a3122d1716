//! The arguments of a call.

use std::sync::Arc;

use super::{
    fault::{Result, failed},
    operators,
    value::Value,
};

#[derive(Debug, Default)]
pub(super) struct Given {
    pub(super) positional: Vec<Value>,
    pub(super) named: Vec<(Arc<str>, Value)>,
}

impl Given {
    /// The arguments of these names, of which the first are required.
    pub(super) fn bind<const N: usize>(
        self,
        what: &str,
        names: [&str; N],
        required: usize,
    ) -> Result<[Option<Value>; N]> {
        if self.positional.len() > N {
            return failed(format!("{what}() takes {N} arguments at most, {} were given", self.positional.len()));
        }
        let mut bound = [const { None }; N];
        for (slot, value) in bound.iter_mut().zip(self.positional) {
            *slot = Some(value);
        }
        for (name, value) in self.named {
            match names.iter().position(|known| *known == &*name).and_then(|place| bound.get_mut(place)) {
                Some(slot) if slot.is_none() => *slot = Some(value),
                Some(_) => return failed(format!("{what}() got two values for its argument {name}")),
                None => return failed(format!("{what}() takes no argument {name}")),
            }
        }
        for (name, slot) in names.iter().zip(&bound).take(required) {
            if slot.is_none() {
                return failed(format!("{what}() needs its argument {name}"));
            }
        }
        Ok(bound)
    }

    pub(super) fn none(self, what: &str) -> Result<()> {
        self.bind::<0>(what, [], 0).map(|_| ())
    }
}

/// A whole number, where one is needed.
pub(super) fn whole(value: &Value) -> Result<i128> {
    match (value, operators::as_int(value)) {
        (_, Some(number)) => Ok(number),
        (Value::Undefined(why), None) => failed(why.as_ref()),
        (other, None) => failed(format!("'{}' object cannot be interpreted as an integer", other.kind())),
    }
}

/// A text, where one is needed.
pub(super) fn text(value: &Value) -> Result<&str> {
    match (value, value.as_str()) {
        (_, Some(text)) => Ok(text),
        (Value::Undefined(why), None) => failed(why.as_ref()),
        (other, None) => failed(format!("a str is needed, not '{}'", other.kind())),
    }
}

/// Whether an argument that may be missing is true.
pub(super) fn flag(value: Option<&Value>) -> bool {
    value.is_some_and(Value::truth)
}
