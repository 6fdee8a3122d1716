//! What a rendering may use: steps, memory and depth. A template comes out of a file that nobody has read.

use std::{cell::Cell, rc::Rc, sync::Arc};

use super::{
    fault::{Fault, Result},
    value::{Dict, Items, Lazy, Text, Value},
};

/// Steps of the interpreter, and pieces of 64 bytes that it copies or looks through.
const STEPS: u64 = 3_000_000;

/// Bytes of values and output that may be alive at once, over those of the chat itself.
const BYTES: usize = 40 << 20;

/// Lists within lists, and the like. They are walked and dropped by recursion.
const NESTED: u32 = 200;

/// What every value costs in a container, about.
const SLOT: usize = size_of::<Value>();

/// The account that values are charged to while they live.
#[derive(Debug)]
pub(super) struct Account {
    bytes: Cell<usize>,
    steps: Cell<u64>,
    limit: Cell<usize>,
}

/// Bytes on the account, given back when this is dropped.
#[derive(Debug)]
pub(super) struct Charge {
    account: Rc<Account>,
    bytes: usize,
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.account.bytes.set(self.account.bytes.get().saturating_sub(self.bytes));
    }
}

/// Makes values, and keeps count.
#[derive(Clone, Debug)]
pub(super) struct Budget(Rc<Account>);

impl Budget {
    pub(super) fn new() -> Budget {
        Budget(Rc::new(Account { bytes: Cell::new(0), steps: Cell::new(0), limit: Cell::new(usize::MAX) }))
    }

    /// From here on memory is limited: what has been charged so far is what the caller gave.
    pub(super) fn close(&self) {
        self.0.limit.set(self.0.bytes.get().saturating_add(BYTES));
    }

    /// Counts steps.
    pub(super) fn steps(&self, steps: usize) -> Result<()> {
        let steps = self.0.steps.get().saturating_add(u64::try_from(steps).unwrap_or(u64::MAX));
        self.0.steps.set(steps);
        if steps > STEPS { Err(Fault::Limit("takes too many steps")) } else { Ok(()) }
    }

    /// Counts a walk over so many bytes or items.
    pub(super) fn walk(&self, length: usize) -> Result<()> {
        self.steps(length / 64)
    }

    /// Whether so many bytes more would fit.
    pub(super) fn room(&self, bytes: usize) -> Result<()> {
        let fits = self.0.bytes.get().saturating_add(bytes) <= self.0.limit.get();
        if fits { Ok(()) } else { Err(Fault::Limit("takes too much memory")) }
    }

    pub(super) fn charge(&self, bytes: usize) -> Result<Charge> {
        self.room(bytes)?;
        self.0.bytes.set(self.0.bytes.get() + bytes);
        Ok(Charge { account: Rc::clone(&self.0), bytes })
    }

    pub(super) fn text(&self, text: impl Into<Arc<str>>) -> Result<Value> {
        self.marked(text, false)
    }

    /// Text that needs no escaping any more, which adding other text to it minds.
    pub(super) fn safe(&self, text: impl Into<Arc<str>>) -> Result<Value> {
        self.marked(text, true)
    }

    pub(super) fn marked(&self, text: impl Into<Arc<str>>, safe: bool) -> Result<Value> {
        let text = text.into();
        self.walk(text.len())?;
        let charge = self.charge(text.len() + SLOT)?;
        Ok(Value::Text(Rc::new(Text { text, safe, _charge: charge })))
    }

    fn items(&self, items: Vec<Value>, group: bool) -> Result<Rc<Items>> {
        self.walk(items.len() * 4)?;
        let depth = self.depth(items.iter())?;
        let charge = self.charge((items.len() + 2) * SLOT)?;
        Ok(Rc::new(Items { items, group, depth, _charge: charge }))
    }

    pub(super) fn list(&self, items: Vec<Value>) -> Result<Value> {
        Ok(Value::List(self.items(items, false)?))
    }

    pub(super) fn tuple(&self, items: Vec<Value>) -> Result<Value> {
        Ok(Value::Tuple(self.items(items, false)?))
    }

    /// What `groupby` yields.
    pub(super) fn group(&self, grouper: Value, list: Value) -> Result<Value> {
        Ok(Value::Tuple(self.items(vec![grouper, list], true)?))
    }

    /// What a filter yields one by one, and once.
    pub(super) fn lazy(&self, what: &'static str, items: Vec<Value>) -> Result<Value> {
        let depth = self.depth(items.iter())?;
        let charge = self.charge((items.len() + 2) * SLOT)?;
        Ok(Value::Lazy(Rc::new(Lazy::new(what, items, depth, charge))))
    }

    /// Entries as they are: no key may be there twice.
    pub(super) fn dict(&self, entries: Vec<(Value, Value)>) -> Result<Value> {
        self.walk(entries.len() * 8)?;
        let depth = self.depth(entries.iter().flat_map(|(key, value)| [key, value]))?;
        let charge = self.charge((entries.len() + 1) * 2 * SLOT)?;
        Ok(Value::Dict(Rc::new(Dict { entries, depth, _charge: charge })))
    }

    fn depth<'v>(&self, values: impl Iterator<Item = &'v Value>) -> Result<u32> {
        let depth = values.map(Value::depth).max().unwrap_or(0) + 1;
        if depth > NESTED { Err(Fault::Limit("nests values too deeply")) } else { Ok(depth) }
    }

    /// A value of the chat.
    pub(super) fn import(&self, json: &serde_json::Value) -> Result<Value> {
        use serde_json::Value as Json;
        Ok(match json {
            Json::Null => Value::None,
            Json::Bool(bool) => Value::Bool(*bool),
            Json::Number(number) => match number.as_i128() {
                Some(whole) => Value::Int(whole),
                None => Value::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Json::String(text) => self.text(text.as_str())?,
            Json::Array(items) => self.list(items.iter().map(|item| self.import(item)).collect::<Result<_>>()?)?,
            Json::Object(entries) => {
                let entry = |(key, value): (&String, _)| Ok((self.text(key.as_str())?, self.import(value)?));
                self.dict(entries.iter().map(entry).collect::<Result<_>>()?)?
            }
        })
    }
}
