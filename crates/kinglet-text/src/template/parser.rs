//! The statements of a template.

use std::sync::Arc;

use super::{
    ast::{Block, Expr, Filter, For, Kind, Macro, Name, Statement, Target},
    lexer::{Token, tokens},
    syntax::{SyntaxFault, fault},
};

pub(super) type Result<T> = std::result::Result<T, SyntaxFault>;

/// How deeply blocks and brackets may nest. The parser and the interpreter take some of the stack for each.
const NESTED: usize = 80;

pub(super) fn parse(source: &str) -> Result<Block> {
    let mut parser =
        Parser { tokens: tokens(source)?, at: 0, nested: 0, loops: 0, looks_ahead: false, mentioned: Vec::new() };
    parser.block(&[])
}

pub(super) struct Parser {
    tokens: Vec<(Token, u32)>,
    at: usize,
    nested: usize,
    /// Loops around, which `break` and `continue` need.
    loops: usize,
    /// Whether `loop` was asked for more than the items that have been, since a loop began.
    pub(super) looks_ahead: bool,
    /// Which of `varargs`, `kwargs` and `caller` were mentioned, since a macro began.
    pub(super) mentioned: Vec<Name>,
}

impl Parser {
    pub(super) fn peek(&self) -> &Token {
        self.look(0)
    }

    pub(super) fn look(&self, ahead: usize) -> &Token {
        self.tokens.get(self.at + ahead).map_or(&Token::End, |(token, _)| token)
    }

    pub(super) fn line(&self) -> u32 {
        self.tokens.get(self.at).or(self.tokens.last()).map_or(1, |(_, line)| *line)
    }

    pub(super) fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    pub(super) fn unexpected<T>(&self, expected: &str) -> Result<T> {
        fault(self.line(), format!("expected {expected}, found {}", self.peek().shown()))
    }

    pub(super) fn is_operator(&self, operator: &str) -> bool {
        matches!(self.peek(), Token::Operator(found) if *found == operator)
    }

    pub(super) fn skip_operator(&mut self, operator: &str) -> bool {
        let found = self.is_operator(operator);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect_operator(&mut self, operator: &str) -> Result<()> {
        if self.skip_operator(operator) { Ok(()) } else { self.unexpected(&format!("'{operator}'")) }
    }

    pub(super) fn is_name(&self, name: &str) -> bool {
        matches!(self.peek(), Token::Name(found) if &**found == name)
    }

    pub(super) fn skip_name(&mut self, name: &str) -> bool {
        let found = self.is_name(name);
        self.at += usize::from(found);
        found
    }

    pub(super) fn name(&mut self) -> Result<Name> {
        match self.peek() {
            Token::Name(name) => {
                let name = Arc::clone(name);
                self.at += 1;
                Ok(name)
            }
            _ => self.unexpected("a name"),
        }
    }

    pub(super) fn end_tag(&mut self) -> Result<()> {
        if *self.peek() == Token::BlockEnd {
            self.at += 1;
            return Ok(());
        }
        self.unexpected("'%}'")
    }

    /// Something that nests.
    pub(super) fn nested<T>(&mut self, parse: impl FnOnce(&mut Parser) -> Result<T>) -> Result<T> {
        if self.nested == NESTED {
            return fault(self.line(), format!("blocks and brackets nest more than {NESTED} deep"));
        }
        self.nested += 1;
        let parsed = parse(self);
        self.nested -= 1;
        parsed
    }

    /// Statements up to a tag with one of these names, which is left to be read; or to the end, where there are none.
    fn block(&mut self, ends: &[&str]) -> Result<Block> {
        self.nested(|parser| parser.statements(ends))
    }

    fn statements(&mut self, ends: &[&str]) -> Result<Block> {
        let mut block = Block::new();
        loop {
            let line = self.line();
            match self.next() {
                Token::Data(text) => block.push(Statement { line, kind: Kind::Data(text) }),
                Token::VariableBegin => {
                    let expression = self.tuple_or_expression(true)?;
                    if self.next() != Token::VariableEnd {
                        self.at -= 1;
                        return self.unexpected("'}}'");
                    }
                    block.push(Statement { line, kind: Kind::Output(expression) });
                }
                Token::BlockBegin => {
                    if ends.iter().any(|end| self.is_name(end)) {
                        return Ok(block);
                    }
                    let tag = self.name()?;
                    let kind = self.statement(&tag, ends)?;
                    block.push(Statement { line, kind });
                }
                _ if ends.is_empty() => return Ok(block),
                _ => {
                    let expected = ends.join(" or ");
                    return fault(line, format!("the template ends where {expected} is missing"));
                }
            }
        }
    }

    /// The body of a block and its end.
    fn body(&mut self, end: &str) -> Result<Block> {
        self.end_tag()?;
        self.rest_of_body(end)
    }

    fn rest_of_body(&mut self, end: &str) -> Result<Block> {
        let block = self.block(&[end])?;
        self.next();
        self.end_tag()?;
        Ok(block)
    }

    fn statement(&mut self, tag: &str, ends: &[&str]) -> Result<Kind> {
        match tag {
            "if" => self.if_statement(),
            "for" => self.for_statement(),
            "set" => self.set_statement(),
            "macro" => self.macro_statement(),
            "call" => self.call_statement(),
            "with" => self.with_statement(),
            "filter" => {
                let filters = self.filters_of_block()?;
                Ok(Kind::Filter { filters, body: self.body("endfilter")? })
            }
            "generation" => Ok(Kind::Generation(self.without_loops(|parser| parser.body("endgeneration"))?)),
            "print" => {
                let expression = self.tuple_or_expression(true)?;
                self.end_tag()?;
                Ok(Kind::Output(expression))
            }
            "block" => self.block_statement(),
            "break" | "continue" => {
                if self.loops == 0 {
                    return fault(self.line(), format!("{tag} outside a loop"));
                }
                self.end_tag()?;
                Ok(if tag == "break" { Kind::Break } else { Kind::Continue })
            }
            "include" | "import" | "from" | "extends" => {
                fault(self.line(), format!("a chat template cannot {tag} others"))
            }
            _ if ends.is_empty() => fault(self.line(), format!("unknown tag {tag}")),
            _ => fault(
                self.line(),
                format!("unknown tag {tag}; the innermost open block ends with {}", ends.join(" or ")),
            ),
        }
    }

    fn if_statement(&mut self) -> Result<Kind> {
        let mut branches = Vec::new();
        let mut otherwise = Block::new();
        loop {
            let condition = self.tuple_or_expression(false)?;
            self.end_tag()?;
            branches.push((condition, self.block(&["elif", "else", "endif"])?));
            if self.skip_name("elif") {
                continue;
            }
            if self.skip_name("else") {
                self.end_tag()?;
                otherwise = self.block(&["endif"])?;
            }
            self.next();
            self.end_tag()?;
            return Ok(Kind::If { branches, otherwise });
        }
    }

    fn for_statement(&mut self) -> Result<Kind> {
        let target = self.targets(false)?;
        if !self.skip_name("in") {
            return self.unexpected("in");
        }
        let over = self.tuple_or_expression(false)?;
        let only_if = if self.skip_name("if") { Some(self.expression()?) } else { None };
        let recursive = self.skip_name("recursive");
        self.end_tag()?;
        self.loops += 1;
        let outer = std::mem::take(&mut self.looks_ahead);
        let body = self.block(&["else", "endfor"]);
        let looks_ahead = std::mem::replace(&mut self.looks_ahead, outer);
        self.loops -= 1;
        let body = body?;
        let mut otherwise = Block::new();
        if self.skip_name("else") {
            self.end_tag()?;
            otherwise = self.block(&["endfor"])?;
        }
        self.next();
        self.end_tag()?;
        Ok(Kind::For(Arc::new(For { target, over, only_if, recursive, looks_ahead, body, otherwise })))
    }

    fn set_statement(&mut self) -> Result<Kind> {
        let target = self.targets(true)?;
        if self.skip_operator("=") {
            let value = self.tuple_or_expression(true)?;
            self.end_tag()?;
            return Ok(Kind::Set(target, value));
        }
        let filters = if self.skip_operator("|") { self.filters_of_block()? } else { Vec::new() };
        Ok(Kind::SetBlock { target, filters, body: self.body("endset")? })
    }

    /// `upper|trim`: what a block goes through.
    fn filters_of_block(&mut self) -> Result<Vec<Filter>> {
        let mut filters = vec![self.filter()?];
        while self.skip_operator("|") {
            filters.push(self.filter()?);
        }
        Ok(filters)
    }

    fn with_statement(&mut self) -> Result<Kind> {
        let mut values = Vec::new();
        while *self.peek() != Token::BlockEnd {
            if !values.is_empty() {
                self.expect_operator(",")?;
            }
            let target = self.target(false)?;
            self.expect_operator("=")?;
            values.push((target, self.expression()?));
        }
        Ok(Kind::With { values, body: self.body("endwith")? })
    }

    fn block_statement(&mut self) -> Result<Kind> {
        self.name()?;
        while self.skip_name("scoped") || self.skip_name("required") {}
        self.end_tag()?;
        let body = self.block(&["endblock"])?;
        self.next();
        if matches!(self.peek(), Token::Name(_)) {
            self.next();
        }
        self.end_tag()?;
        Ok(Kind::Scope(body))
    }

    fn macro_statement(&mut self) -> Result<Kind> {
        let name = self.name()?;
        let parameters = self.parameters()?;
        Ok(Kind::Macro(self.macro_of(name, parameters, "endmacro")?))
    }

    fn call_statement(&mut self) -> Result<Kind> {
        let parameters = if self.is_operator("(") { self.parameters()? } else { Vec::new() };
        let line = self.line();
        let Some((callee, arguments)) = self.expression()?.into_call() else {
            return fault(line, "expected a call");
        };
        let caller = self.macro_of("caller".into(), parameters, "endcall")?;
        Ok(Kind::Call { caller, callee, arguments })
    }

    fn parameters(&mut self) -> Result<Vec<(Name, Option<Expr>)>> {
        self.expect_operator("(")?;
        let mut parameters: Vec<(Name, Option<Expr>)> = Vec::new();
        while !self.skip_operator(")") {
            if !parameters.is_empty() {
                self.expect_operator(",")?;
            }
            let name = self.name()?;
            let default = if self.skip_operator("=") { Some(self.expression()?) } else { None };
            if default.is_none() && parameters.last().is_some_and(|(_, default)| default.is_some()) {
                return fault(self.line(), format!("the parameter {name} needs a default, as that before it has one"));
            }
            parameters.push((name, default));
        }
        Ok(parameters)
    }

    fn macro_of(&mut self, name: Name, parameters: Vec<(Name, Option<Expr>)>, end: &str) -> Result<Arc<Macro>> {
        let outer = std::mem::take(&mut self.mentioned);
        let body = self.without_loops(|parser| parser.body(end))?;
        let inner = std::mem::replace(&mut self.mentioned, outer);
        self.mentioned.extend(inner.iter().cloned());
        let takes = |name: &str| {
            inner.iter().any(|known| &**known == name) && !parameters.iter().any(|(known, _)| &**known == name)
        };
        let [takes_varargs, takes_kwargs, takes_caller] = ["varargs", "kwargs", "caller"].map(takes);
        Ok(Arc::new(Macro { name, body, takes_varargs, takes_kwargs, takes_caller, parameters }))
    }

    /// What becomes a function of its own, in which no loop around goes on.
    fn without_loops<T>(&mut self, parse: impl FnOnce(&mut Parser) -> Result<T>) -> Result<T> {
        let loops = std::mem::take(&mut self.loops);
        let parsed = parse(self);
        self.loops = loops;
        parsed
    }

    /// What is assigned to: a name, or several.
    fn targets(&mut self, attributes: bool) -> Result<Target> {
        let first = self.target(attributes)?;
        if !self.is_operator(",") {
            return Ok(first);
        }
        let mut targets = vec![first];
        while self.skip_operator(",") {
            if self.is_name("in") || self.is_operator("=") {
                break;
            }
            targets.push(self.target(attributes)?);
        }
        Ok(Target::Tuple(targets))
    }

    fn target(&mut self, attributes: bool) -> Result<Target> {
        if self.skip_operator("(") {
            let target = self.nested(|parser| parser.targets(attributes))?;
            self.expect_operator(")")?;
            return Ok(target);
        }
        let line = self.line();
        let name = self.name()?;
        if matches!(&*name, "true" | "false" | "none" | "True" | "False" | "None") {
            return fault(line, format!("cannot assign to {name}"));
        }
        if attributes && self.skip_operator(".") {
            return Ok(Target::Attribute(name, self.name()?));
        }
        Ok(Target::Name(name))
    }
}
