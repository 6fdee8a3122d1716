//! A template as the parser leaves it.
//!
//! Runs of operators and of suffixes are lists, not trees: only brackets and blocks nest, so that no template takes more
//! of the stack than the parser allows.

use std::sync::Arc;

pub(super) type Name = Arc<str>;

#[derive(Debug)]
pub(super) enum Expr {
    Text(Arc<str>),
    Int(i128),
    Float(f64),
    Bool(bool),
    None,
    Name(Name),
    Tuple(Vec<Expr>),
    List(Vec<Expr>),
    Dict(Vec<(Expr, Expr)>),
    /// `a ~ b ~ c`
    Concat(Vec<Expr>),
    /// `a + b - c`, from the left
    Arithmetic(Box<Expr>, Vec<(Operator, Expr)>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Sign(bool, Box<Expr>),
    /// `a < b <= c`, each with its neighbour
    Compare(Box<Expr>, Vec<(Comparison, Expr)>),
    /// `then if condition else otherwise`
    If(Box<Expr>, Box<Expr>, Option<Box<Expr>>),
    Suffixed(Box<Expr>, Vec<Suffix>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    FloorDivide,
    Modulo,
    Power,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
}

#[derive(Debug)]
pub(super) enum Suffix {
    Attribute(Name),
    Item(Expr),
    Slice([Option<Expr>; 3]),
    Call(Arguments),
    Filter(Filter),
    Test { name: Name, arguments: Arguments, negated: bool },
}

#[derive(Debug)]
pub(super) struct Filter {
    pub(super) name: Name,
    pub(super) arguments: Arguments,
}

#[derive(Debug, Default)]
pub(super) struct Arguments {
    pub(super) positional: Vec<Expr>,
    pub(super) named: Vec<(Name, Expr)>,
    /// `*list`
    pub(super) more: Option<Box<Expr>>,
    /// `**dict`
    pub(super) more_named: Option<Box<Expr>>,
}

#[derive(Debug)]
pub(super) struct Statement {
    pub(super) line: u32,
    pub(super) kind: Kind,
}

pub(super) type Block = Vec<Statement>;

#[derive(Debug)]
pub(super) enum Kind {
    Data(Arc<str>),
    Output(Expr),
    If {
        branches: Vec<(Expr, Block)>,
        otherwise: Block,
    },
    For(Arc<For>),
    Set(Target, Expr),
    SetBlock {
        target: Target,
        filters: Vec<Filter>,
        body: Block,
    },
    Macro(Arc<Macro>),
    /// The macro is the body, given as `caller`.
    Call {
        caller: Arc<Macro>,
        callee: Expr,
        arguments: Arguments,
    },
    Filter {
        filters: Vec<Filter>,
        body: Block,
    },
    With {
        values: Vec<(Target, Expr)>,
        body: Block,
    },
    /// A block of its own scope that says no more: `{% block %}`.
    Scope(Block),
    Generation(Block),
    Break,
    Continue,
}

#[derive(Debug)]
pub(super) struct For {
    pub(super) target: Target,
    pub(super) over: Expr,
    pub(super) only_if: Option<Expr>,
    pub(super) recursive: bool,
    /// Whether the body asks `loop` for more than the items that have been.
    pub(super) looks_ahead: bool,
    pub(super) body: Block,
    pub(super) otherwise: Block,
}

#[derive(Debug)]
pub(super) struct Macro {
    pub(super) name: Name,
    pub(super) parameters: Vec<(Name, Option<Expr>)>,
    pub(super) body: Block,
    /// Which of the names that macros get for nothing its body mentions: only those are taken.
    pub(super) takes_varargs: bool,
    pub(super) takes_kwargs: bool,
    pub(super) takes_caller: bool,
}

#[derive(Debug)]
pub(super) enum Target {
    Name(Name),
    /// `namespace.attribute`
    Attribute(Name, Name),
    Tuple(Vec<Target>),
}
