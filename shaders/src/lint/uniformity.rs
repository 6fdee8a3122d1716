//! Whether threads may have parted where they must meet.
//!
//! A value *varies* when it may differ between the threads of a workgroup: what depends on the thread's index, on
//! memory that is written, on subgroup operations, or is stored where control flow varies. Control flow varies behind
//! a condition that varies. A browser's compiler does the same with more care; it remains the authority.

use std::collections::{HashMap, HashSet};

use naga::{
    AddressSpace, Binding, Block, BuiltIn, Expression, Function, FunctionArgument, Handle, LocalVariable, Module,
    Statement, StorageAccess, TypeInner,
};

use super::Subject;

pub(super) fn check(subject: &Subject<'_>) -> Vec<String> {
    let mut found = Vec::new();
    let mut summaries = HashMap::new();
    for (handle, function) in subject.module.functions.iter() {
        let strict = Walk::new(subject.module, &summaries, function, &|_| true).run();
        let lenient = Walk::new(subject.module, &summaries, function, &|_| false).run();
        // The thread's own varies always. Another parameter that varies may still be right, as reductions' do; else
        // callers must know.
        let lane = |argument: &FunctionArgument| is_lane(subject.module, argument);
        let parts = |one: &FunctionArgument| {
            let varies = |argument: &FunctionArgument| lane(argument) || std::ptr::eq(argument, one);
            !lane(one) && !Walk::new(subject.module, &summaries, function, &varies).run().found.is_empty()
        };
        let summary = Summary {
            meets: strict.meets,
            result: [lenient.result_varies, strict.result_varies],
            wants_uniform: function.arguments.iter().map(parts).collect(),
        };
        found.extend(Walk::new(subject.module, &summaries, function, &lane).run().found);
        summaries.insert(handle, summary);
    }
    for entry in &subject.module.entry_points {
        let varies = |argument: &FunctionArgument| argument_varies(subject.module, argument);
        found.extend(Walk::new(subject.module, &summaries, &entry.function, &varies).run().found);
    }
    found
}

fn argument_varies(module: &Module, argument: &FunctionArgument) -> bool {
    let builtin_varies = |binding: &Option<Binding>| {
        !matches!(binding, Some(Binding::BuiltIn(BuiltIn::WorkGroupId | BuiltIn::NumWorkGroups)))
    };
    match &module.types[argument.ty].inner {
        TypeInner::Struct { members, .. } => members.iter().any(|member| builtin_varies(&member.binding)),
        _ => builtin_varies(&argument.binding),
    }
}

/// Whether it is what an entry point knows of its thread, passed on.
fn is_lane(module: &Module, argument: &FunctionArgument) -> bool {
    match &module.types[argument.ty].inner {
        TypeInner::Struct { members, .. } => members.iter().any(|member| member.binding.is_some()),
        _ => false,
    }
}

/// What callers must know of a function.
struct Summary {
    /// Whether threads meet in it.
    meets: bool,
    /// Whether its result varies: when no argument does, and when one does.
    result: [bool; 2],
    /// For each parameter, whether threads part where they must meet when it varies.
    wants_uniform: Vec<bool>,
}

/// What a statement leaves behind when control flow varies.
#[derive(Clone, Copy, Default)]
struct Left {
    the_loop: bool,
    the_function: bool,
}

struct Walk<'a> {
    module: &'a Module,
    summaries: &'a HashMap<Handle<Function>, Summary>,
    function: &'a Function,
    arguments: Vec<bool>,
    locals: HashSet<Handle<LocalVariable>>,
    results: HashSet<Handle<Expression>>,
    varies: Vec<bool>,
    meets: bool,
    result_varies: bool,
    found: Vec<String>,
}

impl<'a> Walk<'a> {
    fn new(
        module: &'a Module,
        summaries: &'a HashMap<Handle<Function>, Summary>,
        function: &'a Function,
        varies: &dyn Fn(&FunctionArgument) -> bool,
    ) -> Self {
        let arguments = function.arguments.iter().map(varies).collect();
        let (locals, results) = (HashSet::new(), HashSet::new());
        let (meets, result_varies) = (false, false);
        let (varies, found) = (Vec::new(), Vec::new());
        Self { module, summaries, function, arguments, locals, results, varies, meets, result_varies, found }
    }

    /// Until nothing new varies.
    fn run(mut self) -> Self {
        loop {
            let before = self.locals.len() + self.results.len();
            self.varies = Vec::new();
            for (handle, expression) in self.function.expressions.iter() {
                let varies = self.expression_varies(handle, expression);
                self.varies.push(varies);
            }
            self.found.clear();
            self.block(&self.function.body, false);
            if self.locals.len() + self.results.len() == before {
                self.found.dedup();
                return self;
            }
        }
    }

    fn is(&self, expression: Handle<Expression>) -> bool {
        // Operands precede what they make.
        self.varies[expression.index()]
    }

    fn any(&self, expressions: &[Handle<Expression>]) -> bool {
        expressions.iter().any(|&expression| self.is(expression))
    }

    fn expression_varies(&self, handle: Handle<Expression>, expression: &Expression) -> bool {
        use Expression as E;
        match expression {
            E::Literal(_) | E::Constant(_) | E::Override(_) | E::ZeroValue(_) | E::ArrayLength(_) => false,
            E::FunctionArgument(index) => self.arguments[*index as usize],
            E::GlobalVariable(global) => match self.module.global_variables[*global].space {
                AddressSpace::Uniform => false,
                AddressSpace::Storage { access } => access.contains(StorageAccess::STORE),
                _ => true,
            },
            E::LocalVariable(local) => self.locals.contains(local),
            E::CallResult(_) => self.results.contains(&handle),
            E::Compose { components, .. } => self.any(components),
            E::Access { base, index } => self.any(&[*base, *index]),
            E::AccessIndex { base, .. } => self.is(*base),
            E::Splat { value, .. } => self.is(*value),
            E::Swizzle { vector, .. } => self.is(*vector),
            E::Load { pointer } => self.is(*pointer),
            E::Unary { expr, .. } | E::As { expr, .. } => self.is(*expr),
            E::Binary { left, right, .. } => self.any(&[*left, *right]),
            E::Select { condition, accept, reject } => self.any(&[*condition, *accept, *reject]),
            E::Relational { argument, .. } => self.is(*argument),
            E::Math { arg, arg1, arg2, arg3, .. } => {
                self.is(*arg) || [arg1, arg2, arg3].into_iter().flatten().any(|&arg| self.is(arg))
            }
            E::WorkGroupUniformLoadResult { .. } => false,
            // Atomics, subgroup operations, and what compute kernels have not.
            _ => true,
        }
    }

    fn block(&mut self, block: &'a Block, mut parted: bool) -> Left {
        let mut left = Left::default();
        for statement in block {
            let after = self.statement(statement, parted);
            left.the_loop |= after.the_loop;
            left.the_function |= after.the_function;
            parted |= after.the_loop || after.the_function;
        }
        left
    }

    fn statement(&mut self, statement: &'a Statement, parted: bool) -> Left {
        use Statement as S;
        match statement {
            S::Block(block) => return self.block(block, parted),
            S::If { condition, accept, reject } => {
                let parted = parted || self.is(*condition);
                let (accept, reject) = (self.block(accept, parted), self.block(reject, parted));
                return Left {
                    the_loop: accept.the_loop || reject.the_loop,
                    the_function: accept.the_function || reject.the_function,
                };
            }
            S::Switch { selector, cases } => {
                let parted = parted || self.is(*selector);
                let mut left = Left::default();
                for case in cases {
                    let after = self.block(&case.body, parted);
                    left.the_loop |= after.the_loop;
                    left.the_function |= after.the_function;
                }
                return left;
            }
            S::Loop { body, continuing, break_if } => return self.repeat(body, continuing, *break_if, parted),
            S::Break | S::Continue => return Left { the_loop: parted, the_function: false },
            S::Return { value } => {
                self.result_varies |= parted || value.is_some_and(|value| self.is(value));
                return Left { the_loop: false, the_function: parted };
            }
            S::Store { pointer, value } => {
                if let Some(local) = self.root(*pointer)
                    && (parted || self.any(&[*pointer, *value]))
                {
                    self.locals.insert(local);
                }
            }
            S::Call { function, arguments, result } => self.call(*function, arguments, *result, parted),
            S::ControlBarrier(_) | S::WorkGroupUniformLoad { .. } => self.meet("barrier", parted),
            S::SubgroupBallot { .. } | S::SubgroupGather { .. } | S::SubgroupCollectiveOperation { .. } => {
                self.meet("subgroup operation", parted);
            }
            _ => {}
        }
        Left::default()
    }

    /// A loop: where threads leave it apart, they are apart in all of it, and together behind it.
    fn repeat(
        &mut self,
        body: &'a Block,
        continuing: &'a Block,
        break_if: Option<Handle<Expression>>,
        parted: bool,
    ) -> Left {
        let known = self.found.len();
        let varies = break_if.is_some_and(|condition| self.is(condition));
        let (first, then) = (self.block(body, parted), self.block(continuing, parted));
        let the_function = first.the_function || then.the_function;
        if !parted && (varies || first.the_loop || the_function) {
            self.found.truncate(known);
            self.block(body, true);
            self.block(continuing, true);
        }
        Left { the_loop: false, the_function }
    }

    fn call(
        &mut self,
        function: Handle<Function>,
        arguments: &[Handle<Expression>],
        result: Option<Handle<Expression>>,
        parted: bool,
    ) {
        let Some(summary) = self.summaries.get(&function) else { return };
        let varies = summary.result[usize::from(self.any(arguments))];
        if summary.meets {
            let name = self.module.functions[function].name.as_deref().unwrap_or_default();
            self.meet(&format!("call of `{name}`"), parted);
            let mut wanted = arguments.iter().zip(&summary.wants_uniform).filter(|(_, wanted)| **wanted);
            if wanted.any(|(argument, _)| self.is(*argument)) {
                self.found.push(format!("call of `{name}` with arguments that make threads part"));
            }
        }
        if let Some(result) = result
            && (parted || varies)
        {
            self.results.insert(result);
        }
    }

    fn meet(&mut self, what: &str, parted: bool) {
        self.meets = true;
        if parted {
            let name = self.function.name.as_deref().unwrap_or("main");
            self.found.push(format!("{what} in `{name}` where threads may have parted"));
        }
    }

    /// The local variable a pointer points into.
    fn root(&self, pointer: Handle<Expression>) -> Option<Handle<LocalVariable>> {
        match self.function.expressions[pointer] {
            Expression::LocalVariable(local) => Some(local),
            Expression::Access { base, .. } | Expression::AccessIndex { base, .. } => self.root(base),
            _ => None,
        }
    }
}
