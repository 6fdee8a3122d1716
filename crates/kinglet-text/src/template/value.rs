//! Values as Python has them, as far as templates can tell.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
};

use super::{
    ast,
    budget::{Budget, Charge},
    fault::{Result, failed},
    functions::Function,
};

#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Nothing, and what a fault says when it is used.
    Undefined(Rc<str>),
    None,
    Bool(bool),
    Int(i128),
    Float(f64),
    Text(Rc<Text>),
    List(Rc<Items>),
    Tuple(Rc<Items>),
    Dict(Rc<Dict>),
    Range(Range),
    Lazy(Rc<Lazy>),
    View(Rc<View>),
    /// A place among the interpreter's namespaces: they change, so they could hold themselves.
    Namespace(usize),
    Macro(Rc<Macro>),
    Method(Rc<Method>),
    Function(Function),
    Loop(Rc<Loop>),
    Joiner(Rc<Joiner>),
    Cycler(Rc<Cycler>),
}

#[derive(Debug)]
pub(super) struct Text {
    pub(super) text: Arc<str>,
    /// Whether it is markupsafe's `Markup`.
    pub(super) safe: bool,
    pub(super) _charge: Charge,
}

#[derive(Debug)]
pub(super) struct Items {
    pub(super) items: Vec<Value>,
    /// A pair of `groupby`, whose parts have names.
    pub(super) group: bool,
    pub(super) depth: u32,
    pub(super) _charge: Charge,
}

#[derive(Debug)]
pub(super) struct Dict {
    pub(super) entries: Vec<(Value, Value)>,
    pub(super) depth: u32,
    pub(super) _charge: Charge,
}

impl Dict {
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.entries.iter().find(|(known, _)| known.as_str() == Some(key)).map(|(_, value)| value)
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    pub(super) start: i128,
    pub(super) step: i128,
    pub(super) length: usize,
}

impl Range {
    pub(super) fn item(self, index: usize) -> Value {
        Value::Int(self.start + self.step * i128::try_from(index).unwrap_or(0))
    }

    pub(super) fn stop(self) -> i128 {
        self.start + self.step * i128::try_from(self.length).unwrap_or(0)
    }
}

/// A generator or an iterator: it is walked once. Its items are made when it is.
#[derive(Debug)]
pub(super) struct Lazy {
    /// Python's name of its type.
    pub(super) what: &'static str,
    items: RefCell<std::vec::IntoIter<Value>>,
    depth: u32,
    _charge: Charge,
}

impl Lazy {
    pub(super) fn new(what: &'static str, items: Vec<Value>, depth: u32, charge: Charge) -> Lazy {
        Lazy { what, items: RefCell::new(items.into_iter()), depth, _charge: charge }
    }

    pub(super) fn next(&self) -> Option<Value> {
        self.items.borrow_mut().next()
    }

    fn rest(&self) -> Vec<Value> {
        self.items.borrow_mut().by_ref().collect()
    }
}

/// What `keys`, `values` and `items` of a dict give.
#[derive(Debug)]
pub(super) struct View {
    pub(super) part: Part,
    pub(super) dict: Rc<Dict>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Keys,
    Values,
    Items,
}

#[derive(Debug)]
pub(super) struct Macro {
    pub(super) node: Arc<ast::Macro>,
    /// Where it was made: it sees what is set there, also later.
    pub(super) scope: usize,
}

/// A method of a value, to be called.
#[derive(Debug)]
pub(super) struct Method {
    pub(super) receiver: Value,
    pub(super) name: &'static str,
}

#[derive(Debug)]
pub(super) struct Loop {
    /// Those that are known: all of them, where the body may ask for more than those that have been.
    pub(super) items: RefCell<Vec<Value>>,
    pub(super) index: Cell<usize>,
    pub(super) depth: usize,
    pub(super) changed: RefCell<Option<Vec<Value>>>,
    /// The loop and its scope, where it is recursive.
    pub(super) recursive: Option<(Arc<ast::For>, usize)>,
    pub(super) _charge: Charge,
}

#[derive(Debug)]
pub(super) struct Joiner {
    pub(super) separator: Value,
    pub(super) used: Cell<bool>,
}

#[derive(Debug)]
pub(super) struct Cycler {
    pub(super) items: Vec<Value>,
    pub(super) position: Cell<usize>,
}

impl Value {
    pub(super) fn undefined(why: impl Into<String>) -> Value {
        Value::Undefined(why.into().into())
    }

    pub(super) fn int(number: usize) -> Value {
        Value::Int(i128::try_from(number).unwrap_or(i128::MAX))
    }

    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(&text.text),
            _ => None,
        }
    }

    pub(super) fn is_undefined(&self) -> bool {
        matches!(self, Value::Undefined(_))
    }

    pub(super) fn is_group(&self) -> bool {
        matches!(self, Value::Tuple(items) if items.group)
    }

    pub(super) fn is_safe(&self) -> bool {
        matches!(self, Value::Text(text) if text.safe)
    }

    /// How deeply values nest in it.
    pub(super) fn depth(&self) -> u32 {
        match self {
            Value::List(items) | Value::Tuple(items) => items.depth,
            Value::Dict(dict) => dict.depth,
            Value::Lazy(lazy) => lazy.depth,
            Value::View(view) => view.dict.depth + 1,
            Value::Method(method) => method.receiver.depth() + 1,
            Value::Loop(state) => state.items.borrow().iter().map(Value::depth).max().unwrap_or(0) + 1,
            Value::Cycler(cycler) => cycler.items.iter().map(Value::depth).max().unwrap_or(0) + 1,
            Value::Joiner(joiner) => joiner.separator.depth() + 1,
            _ => 0,
        }
    }

    pub(super) fn truth(&self) -> bool {
        match self {
            Value::Undefined(_) | Value::None => false,
            Value::Bool(bool) => *bool,
            Value::Int(number) => *number != 0,
            Value::Float(number) => *number != 0.0,
            Value::Text(text) => !text.text.is_empty(),
            Value::List(items) | Value::Tuple(items) => !items.items.is_empty(),
            Value::Dict(dict) => !dict.entries.is_empty(),
            Value::View(view) => !view.dict.entries.is_empty(),
            Value::Range(range) => range.length > 0,
            Value::Loop(_)
            | Value::Lazy(_)
            | Value::Namespace(_)
            | Value::Macro(_)
            | Value::Method(_)
            | Value::Function(_)
            | Value::Joiner(_)
            | Value::Cycler(_) => true,
        }
    }

    /// Python's name of its type.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Value::Undefined(_) => "Undefined",
            Value::None => "NoneType",
            Value::Bool(_) => "bool",
            Value::Int(_) => "int",
            Value::Float(_) => "float",
            Value::Text(text) if text.safe => "Markup",
            Value::Text(_) => "str",
            Value::List(_) => "list",
            Value::Tuple(_) => "tuple",
            Value::Dict(_) => "dict",
            Value::Range(_) => "range",
            Value::Lazy(lazy) => lazy.what,
            Value::View(view) => match view.part {
                Part::Keys => "dict_keys",
                Part::Values => "dict_values",
                Part::Items => "dict_items",
            },
            Value::Namespace(_) => "Namespace",
            Value::Macro(_) => "Macro",
            Value::Method(_) => "builtin_function_or_method",
            Value::Function(_) => "function",
            Value::Loop(_) => "LoopContext",
            Value::Joiner(_) => "Joiner",
            Value::Cycler(_) => "Cycler",
        }
    }

    /// Its length, where it has one.
    pub(super) fn length(&self) -> Option<usize> {
        Some(match self {
            Value::Undefined(_) => 0,
            Value::Text(text) => text.text.chars().count(),
            Value::List(items) | Value::Tuple(items) => items.items.len(),
            Value::Dict(dict) => dict.entries.len(),
            Value::View(view) => view.dict.entries.len(),
            Value::Range(range) => range.length,
            Value::Loop(state) => state.items.borrow().len(),
            _ => return None,
        })
    }

    pub(super) fn is_iterable(&self) -> bool {
        self.length().is_some() || matches!(self, Value::Lazy(_))
    }

    /// What walking it gives. That a generator gives once.
    pub(super) fn iterate(&self, budget: &Budget) -> Result<Vec<Value>> {
        if let Some(length) = self.length() {
            budget.steps(length / 8)?;
        }
        Ok(match self {
            Value::Undefined(_) => Vec::new(),
            Value::Text(text) => {
                budget.room(text.text.len() * size_of::<Value>() * 3)?;
                text.text.chars().map(|c| budget.marked(c.to_string(), text.safe)).collect::<Result<_>>()?
            }
            Value::List(items) | Value::Tuple(items) => items.items.clone(),
            Value::Dict(dict) => dict.entries.iter().map(|(key, _)| key.clone()).collect(),
            Value::View(view) => view.items(budget)?,
            Value::Range(range) => (0..range.length).map(|index| range.item(index)).collect(),
            Value::Lazy(lazy) => lazy.rest(),
            _ => return failed(format!("'{}' object is not iterable", self.kind())),
        })
    }
}

impl View {
    pub(super) fn items(&self, budget: &Budget) -> Result<Vec<Value>> {
        let entries = self.dict.entries.iter();
        match self.part {
            Part::Keys => Ok(entries.map(|(key, _)| key.clone()).collect()),
            Part::Values => Ok(entries.map(|(_, value)| value.clone()).collect()),
            Part::Items => entries.map(|(key, value)| budget.tuple(vec![key.clone(), value.clone()])).collect(),
        }
    }
}
