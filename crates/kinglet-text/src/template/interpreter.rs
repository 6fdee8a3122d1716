//! The statements of a template, as they run.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    ops::Range,
    rc::Rc,
    sync::Arc,
};

use super::{
    ast::{self, Block, Filter, For, Kind, Name, Target},
    budget::Budget,
    clock::LocalTime,
    fault::{Fault, Result, failed},
    functions::{FUNCTIONS, namespace_name},
    given::Given,
    python,
    value::{Loop, Macro, Value},
};

/// How deeply blocks, expressions and calls of macros may nest as they run; each takes some of the stack.
const NESTED: usize = 300;

pub(super) enum Flow {
    On,
    Break,
    Continue,
}

/// What is set in a block.
struct Scope {
    parent: Option<usize>,
    names: HashMap<Name, Value>,
    /// A macro was made here, which sees these names for as long as it lives.
    kept: bool,
}

pub(super) struct Interpreter<'r> {
    pub(super) budget: Budget,
    pub(super) now: Option<&'r LocalTime>,
    /// The line of the statement that runs.
    pub(super) line: u32,
    /// Where in the text `generation` blocks are.
    pub(super) generated: Vec<Range<usize>>,
    scopes: Vec<Scope>,
    scope: usize,
    namespaces: Vec<Vec<(Name, Value)>>,
    /// The text, and what blocks around the running one capture.
    outs: Vec<String>,
    out_length: usize,
    nested: usize,
}

impl<'r> Interpreter<'r> {
    pub(super) fn new(budget: Budget, now: Option<&'r LocalTime>, names: HashMap<Name, Value>) -> Interpreter<'r> {
        let mut globals: HashMap<Name, Value> =
            FUNCTIONS.iter().map(|(name, function)| (Name::from(*name), Value::Function(*function))).collect();
        globals.extend(names);
        Interpreter {
            budget,
            now,
            line: 1,
            generated: Vec::new(),
            scopes: vec![Scope { parent: None, names: globals, kept: true }],
            scope: 0,
            namespaces: Vec::new(),
            outs: vec![String::new()],
            out_length: 0,
            nested: 0,
        }
    }

    /// Runs a whole template.
    pub(super) fn run(&mut self, block: &Block) -> Result<String> {
        self.block(block)?;
        Ok(self.outs.pop().unwrap_or_default())
    }

    pub(super) fn display(&self, value: &Value) -> Result<String> {
        python::display(value, &self.budget, &self.namespaces)
    }

    pub(super) fn repr(&self, value: &Value) -> Result<String> {
        python::repr(value, &self.budget, &self.namespaces)
    }

    fn emit(&mut self, text: &str) -> Result<()> {
        self.budget.walk(text.len())?;
        // The text may be held twice while it grows.
        self.budget.room((self.out_length + text.len()) * 2)?;
        self.out_length += text.len();
        if let Some(out) = self.outs.last_mut() {
            out.push_str(text);
        }
        Ok(())
    }

    /// What this would put out.
    pub(super) fn capture<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T>) -> Result<Value> {
        self.outs.push(String::new());
        let ran = run(self);
        let text = self.outs.pop().unwrap_or_default();
        self.out_length -= text.len();
        ran?;
        self.budget.text(text)
    }

    /// Something that takes some of the stack.
    pub(super) fn nested<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.nested == NESTED {
            return Err(Fault::Limit("nests calls and blocks too deeply"));
        }
        self.nested += 1;
        let ran = run(self);
        self.nested -= 1;
        ran
    }

    /// Runs with names of its own, over those of another scope.
    pub(super) fn in_scope<T>(&mut self, parent: usize, run: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.budget.room(self.scopes.len() * size_of::<Scope>())?;
        let outer = std::mem::replace(&mut self.scope, self.scopes.len());
        self.scopes.push(Scope { parent: Some(parent), names: HashMap::new(), kept: false });
        let ran = run(self);
        if self.scope + 1 == self.scopes.len() && self.scopes.last().is_some_and(|scope| !scope.kept) {
            self.scopes.pop();
        }
        self.scope = outer;
        ran
    }

    pub(super) fn inner<T>(&mut self, run: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.in_scope(self.scope, run)
    }

    pub(super) fn find(&self, name: &str) -> Option<&Value> {
        let mut place = Some(self.scope);
        while let Some(scope) = place.and_then(|place| self.scopes.get(place)) {
            if let Some(value) = scope.names.get(name) {
                return Some(value);
            }
            place = scope.parent;
        }
        None
    }

    pub(super) fn set(&mut self, name: &Name, value: Value) {
        if let Some(scope) = self.scopes.get_mut(self.scope) {
            scope.names.insert(Arc::clone(name), value);
        }
    }

    pub(super) fn add_namespace(&mut self, attributes: Vec<(Name, Value)>) -> Result<Value> {
        self.budget.room(self.namespaces.len() * 200)?;
        self.namespaces.push(attributes);
        Ok(Value::Namespace(self.namespaces.len() - 1))
    }

    pub(super) fn namespace(&self, place: usize) -> &[(Name, Value)] {
        self.namespaces.get(place).map(Vec::as_slice).unwrap_or_default()
    }

    fn assign(&mut self, target: &Target, value: Value) -> Result<()> {
        match target {
            Target::Name(name) => self.set(name, value),
            Target::Attribute(name, attribute) => {
                let Some(Value::Namespace(place)) = self.find(name) else {
                    return failed("cannot assign attribute on non-namespace object");
                };
                let place = *place;
                namespace_name(attribute)?;
                let Some(attributes) = self.namespaces.get_mut(place) else { return Ok(()) };
                match attributes.iter_mut().find(|(known, _)| known == attribute) {
                    Some((_, old)) => *old = value,
                    None => attributes.push((Arc::clone(attribute), value)),
                }
            }
            Target::Tuple(targets) => {
                let values = value.iterate(&self.budget)?;
                if values.len() != targets.len() {
                    return failed(format!("{} values for {} names", values.len(), targets.len()));
                }
                for (target, value) in targets.iter().zip(values) {
                    self.assign(target, value)?;
                }
            }
        }
        Ok(())
    }

    pub(super) fn block(&mut self, block: &Block) -> Result<Flow> {
        self.nested(|run| {
            for statement in block {
                run.budget.steps(1)?;
                run.line = statement.line;
                match run.statement(&statement.kind)? {
                    Flow::On => {}
                    other => return Ok(other),
                }
            }
            Ok(Flow::On)
        })
    }

    fn statement(&mut self, kind: &Kind) -> Result<Flow> {
        match kind {
            Kind::Data(text) => self.emit(text)?,
            Kind::Output(expression) => {
                let value = self.evaluate(expression)?;
                match value.as_str() {
                    Some(text) => self.emit(text)?,
                    None => {
                        let text = self.display(&value)?;
                        self.emit(&text)?;
                    }
                }
            }
            Kind::If { branches, otherwise } => {
                for (condition, body) in branches {
                    if self.evaluate(condition)?.truth() {
                        return self.block(body);
                    }
                }
                return self.block(otherwise);
            }
            Kind::For(node) => {
                let over = self.evaluate(&node.over)?;
                return self.walk(node, &over, 0);
            }
            Kind::Set(target, value) => {
                let value = self.evaluate(value)?;
                self.assign(target, value)?;
            }
            Kind::Macro(node) => {
                let value = self.new_macro(node);
                self.set(&node.name, value);
            }
            Kind::With { values, body } => return self.with(values, body),
            Kind::Scope(body) => {
                self.inner(|run| run.block(body))?;
            }
            Kind::SetBlock { target, filters, body } => {
                let value = self.captured(filters, body)?;
                self.assign(target, value)?;
            }
            Kind::Filter { filters, body } => {
                let value = self.captured(filters, body)?;
                let text = self.display(&value)?;
                self.emit(&text)?;
            }
            Kind::Call { caller, callee, arguments } => {
                let callee = self.evaluate(callee)?;
                let mut given = self.arguments(arguments)?;
                given.named.push((Arc::clone(&caller.name), self.new_macro(caller)));
                let value = self.call(&callee, given)?;
                let text = self.display(&value)?;
                self.emit(&text)?;
            }
            Kind::Generation(body) => self.generation(body)?,
            Kind::Break => return Ok(Flow::Break),
            Kind::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::On)
    }

    fn with(&mut self, values: &[(Target, ast::Expr)], body: &Block) -> Result<Flow> {
        let mut given = Vec::new();
        for (target, value) in values {
            given.push((target, self.evaluate(value)?));
        }
        self.inner(|run| {
            for (target, value) in given {
                run.assign(target, value)?;
            }
            run.block(body)
        })
    }

    /// A block as a value, after its filters.
    fn captured(&mut self, filters: &[Filter], body: &Block) -> Result<Value> {
        let mut value = self.inner(|run| run.capture(|run| run.block(body)))?;
        for filter in filters {
            let given = self.arguments(&filter.arguments)?;
            value = self.filter(&filter.name, value, given)?;
        }
        Ok(value)
    }

    fn generation(&mut self, body: &Block) -> Result<()> {
        let start = self.outs.first().map_or(0, String::len);
        let value = self.inner(|run| run.capture(|run| run.block(body)))?;
        let text = value.as_str().unwrap_or_default();
        self.generated.push(start..start + text.len());
        self.emit(text)
    }

    fn new_macro(&mut self, node: &Arc<ast::Macro>) -> Value {
        if let Some(scope) = self.scopes.get_mut(self.scope) {
            scope.kept = true;
        }
        Value::Macro(Rc::new(Macro { node: Arc::clone(node), scope: self.scope }))
    }

    /// A loop over what this holds.
    fn walk(&mut self, node: &Arc<For>, over: &Value, depth: usize) -> Result<Flow> {
        let mut items = over.iterate(&self.budget)?;
        if node.looks_ahead {
            let mut chosen = Vec::new();
            for item in items {
                if self.is_chosen(node, &item)? {
                    chosen.push(item);
                }
            }
            items = chosen;
        }
        let charge = self.budget.charge(items.len() * size_of::<Value>())?;
        let state = Rc::new(Loop {
            index: Cell::new(0),
            depth,
            changed: RefCell::new(None),
            recursive: node.recursive.then(|| (Arc::clone(node), self.scope)),
            items: RefCell::new(if node.looks_ahead { items.clone() } else { Vec::new() }),
            _charge: charge,
        });
        let turns = self.turns(node, &state, items);
        // It may hold the loop itself.
        state.changed.replace(None);
        match turns? {
            0 => self.inner(|run| run.block(&node.otherwise)),
            _ => Ok(Flow::On),
        }
    }

    /// Whether an item passes the condition of a loop.
    fn is_chosen(&mut self, node: &For, item: &Value) -> Result<bool> {
        let Some(condition) = &node.only_if else { return Ok(true) };
        self.inner(|run| {
            run.assign(&node.target, item.clone())?;
            Ok(run.evaluate(condition)?.truth())
        })
    }

    /// Runs the body for each item, and counts. A condition sees what the body did before, unless the body looks ahead.
    fn turns(&mut self, node: &For, state: &Rc<Loop>, items: Vec<Value>) -> Result<usize> {
        let name: Name = "loop".into();
        let mut turns = 0;
        for item in items {
            self.budget.steps(1)?;
            if !node.looks_ahead {
                if !self.is_chosen(node, &item)? {
                    continue;
                }
                state.items.borrow_mut().push(item.clone());
            }
            state.index.set(turns);
            turns += 1;
            let flow = self.inner(|run| {
                run.set(&name, Value::Loop(Rc::clone(state)));
                run.assign(&node.target, item)?;
                run.block(&node.body)
            })?;
            if matches!(flow, Flow::Break) {
                break;
            }
        }
        Ok(turns)
    }

    /// `loop(items)` in a recursive loop.
    pub(super) fn recurse(&mut self, state: &Loop, given: Given) -> Result<Value> {
        let Some((node, scope)) = &state.recursive else {
            return failed("the loop must have the 'recursive' marker to be called recursively");
        };
        let [over] = given.bind("loop", ["iterable"], 1)?;
        let over = over.unwrap_or(Value::None);
        let outer = std::mem::replace(&mut self.scope, *scope);
        let text = self.nested(|run| run.capture(|run| run.walk(node, &over, state.depth + 1)));
        self.scope = outer;
        text
    }

    pub(super) fn call_macro(&mut self, called: &Macro, given: Given) -> Result<Value> {
        let node = &called.node;
        let mut positional = given.positional.into_iter();
        let mut values: Vec<(Name, Option<Value>)> =
            node.parameters.iter().map(|(name, _)| (Arc::clone(name), positional.next())).collect();
        let varargs: Vec<Value> = positional.collect();
        let (mut kwargs, mut caller) = (Vec::new(), None);
        for (name, value) in given.named {
            match values.iter_mut().find(|(known, _)| *known == name) {
                Some((_, Some(_))) => return failed(format!("macro '{}' got two values for {name}", node.name)),
                Some((_, slot)) => *slot = Some(value),
                None if &*name == "caller" && node.takes_caller => caller = Some(value),
                None if node.takes_kwargs => kwargs.push((self.budget.text(name)?, value)),
                None => return failed(format!("macro '{}' takes no keyword argument {name}", node.name)),
            }
        }
        if !varargs.is_empty() && !node.takes_varargs {
            return failed(format!("macro '{}' takes not more than {} arguments", node.name, node.parameters.len()));
        }
        let line = self.line;
        let text = self.in_scope(called.scope, |run| {
            for ((name, value), (_, default)) in values.into_iter().zip(&node.parameters) {
                let value = match (value, default) {
                    (Some(value), _) => value,
                    (None, Some(default)) => run.evaluate(default)?,
                    (None, None) => Value::undefined(format!("parameter '{name}' was not provided")),
                };
                run.set(&name, value);
            }
            if node.takes_caller {
                run.set(&"caller".into(), caller.unwrap_or_else(|| Value::undefined("No caller defined")));
            }
            if node.takes_varargs {
                let varargs = run.budget.tuple(varargs)?;
                run.set(&"varargs".into(), varargs);
            }
            if node.takes_kwargs {
                let kwargs = run.budget.dict(kwargs)?;
                run.set(&"kwargs".into(), kwargs);
            }
            run.capture(|run| run.block(&node.body))
        });
        if text.is_ok() {
            self.line = line;
        }
        text
    }
}
