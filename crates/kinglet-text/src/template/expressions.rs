//! The expressions of a template, in the order in which operators bind.

use std::sync::Arc;

use super::{
    ast::{Arguments, Comparison, Expr, Filter, Operator, Suffix},
    lexer::Token,
    parser::{Parser, Result},
    syntax::fault,
};

impl Expr {
    /// A call taken apart: what is called, and with what.
    pub(super) fn into_call(self) -> Option<(Expr, Arguments)> {
        let Expr::Suffixed(base, mut suffixes) = self else { return None };
        let Some(Suffix::Call(arguments)) = suffixes.pop() else { return None };
        Some(if suffixes.is_empty() { (*base, arguments) } else { (Expr::Suffixed(base, suffixes), arguments) })
    }
}

/// One operand as it is, several as an operation.
fn several(mut operands: Vec<Expr>, operation: impl FnOnce(Vec<Expr>) -> Expr) -> Expr {
    match operands.pop() {
        Some(only) if operands.is_empty() => only,
        Some(last) => {
            operands.push(last);
            operation(operands)
        }
        None => Expr::None,
    }
}

impl Parser {
    /// An expression, or several with commas between them. `conditional`: with `a if b else c`.
    pub(super) fn tuple_or_expression(&mut self, conditional: bool) -> Result<Expr> {
        self.nested(|parser| parser.tuple(conditional, false))
    }

    fn tuple(&mut self, conditional: bool, in_brackets: bool) -> Result<Expr> {
        let mut items = Vec::new();
        let mut is_tuple = false;
        while !self.at_tuple_end() {
            items.push(if conditional { self.condition()? } else { self.or()? });
            if !self.skip_operator(",") {
                break;
            }
            is_tuple = true;
        }
        match items.pop() {
            Some(only) if !is_tuple => Ok(only),
            Some(last) => {
                items.push(last);
                Ok(Expr::Tuple(items))
            }
            None if in_brackets => Ok(Expr::Tuple(items)),
            None => self.unexpected("an expression"),
        }
    }

    fn at_tuple_end(&self) -> bool {
        matches!(self.peek(), Token::VariableEnd | Token::BlockEnd | Token::End) || self.is_operator(")")
    }

    pub(super) fn expression(&mut self) -> Result<Expr> {
        self.nested(Parser::condition)
    }

    fn condition(&mut self) -> Result<Expr> {
        let then = self.or()?;
        if !self.skip_name("if") {
            return Ok(then);
        }
        let condition = self.or()?;
        let otherwise = if self.skip_name("else") { Some(Box::new(self.nested(Parser::condition)?)) } else { None };
        Ok(Expr::If(Box::new(condition), Box::new(then), otherwise))
    }

    fn or(&mut self) -> Result<Expr> {
        let mut operands = vec![self.and()?];
        while self.skip_name("or") {
            operands.push(self.and()?);
        }
        Ok(several(operands, Expr::Or))
    }

    fn and(&mut self) -> Result<Expr> {
        let mut operands = vec![self.not()?];
        while self.skip_name("and") {
            operands.push(self.not()?);
        }
        Ok(several(operands, Expr::And))
    }

    fn not(&mut self) -> Result<Expr> {
        if self.skip_name("not") {
            return Ok(Expr::Not(Box::new(self.nested(Parser::not)?)));
        }
        self.compare()
    }

    fn compare(&mut self) -> Result<Expr> {
        let first = self.sum()?;
        let mut rest = Vec::new();
        while let Some(comparison) = self.comparison() {
            rest.push((comparison, self.sum()?));
        }
        Ok(if rest.is_empty() { first } else { Expr::Compare(Box::new(first), rest) })
    }

    fn comparison(&mut self) -> Option<Comparison> {
        let (comparison, length) = match self.peek() {
            Token::Operator("==") => (Comparison::Equal, 1),
            Token::Operator("!=") => (Comparison::NotEqual, 1),
            Token::Operator("<") => (Comparison::Less, 1),
            Token::Operator("<=") => (Comparison::LessOrEqual, 1),
            Token::Operator(">") => (Comparison::Greater, 1),
            Token::Operator(">=") => (Comparison::GreaterOrEqual, 1),
            Token::Name(name) if &**name == "in" => (Comparison::In, 1),
            Token::Name(name) if &**name == "not" => match self.look(1) {
                Token::Name(name) if &**name == "in" => (Comparison::NotIn, 2),
                _ => return None,
            },
            _ => return None,
        };
        for _ in 0..length {
            self.next();
        }
        Some(comparison)
    }

    /// Operators of one rank, from the left.
    fn run(&mut self, operators: &[(&str, Operator)], operand: fn(&mut Parser) -> Result<Expr>) -> Result<Expr> {
        let first = operand(self)?;
        let mut rest = Vec::new();
        while let Some((_, operator)) = operators.iter().find(|(text, _)| self.is_operator(text)) {
            self.next();
            rest.push((*operator, operand(self)?));
        }
        Ok(if rest.is_empty() { first } else { Expr::Arithmetic(Box::new(first), rest) })
    }

    fn sum(&mut self) -> Result<Expr> {
        self.run(&[("+", Operator::Add), ("-", Operator::Subtract)], Parser::concat)
    }

    fn concat(&mut self) -> Result<Expr> {
        let mut operands = vec![self.product()?];
        while self.skip_operator("~") {
            operands.push(self.product()?);
        }
        Ok(several(operands, Expr::Concat))
    }

    fn product(&mut self) -> Result<Expr> {
        const RANK: &[(&str, Operator)] = &[
            ("*", Operator::Multiply),
            ("/", Operator::Divide),
            ("//", Operator::FloorDivide),
            ("%", Operator::Modulo),
        ];
        self.run(RANK, Parser::power)
    }

    fn power(&mut self) -> Result<Expr> {
        self.run(&[("**", Operator::Power)], |parser| parser.unary(true))
    }

    /// Filters go with the whole of it, the sign included.
    fn unary(&mut self, with_filters: bool) -> Result<Expr> {
        let negative = self.is_operator("-");
        let base = if negative || self.is_operator("+") {
            self.next();
            Expr::Sign(negative, Box::new(self.nested(|parser| parser.unary(false))?))
        } else {
            self.primary()?
        };
        let mut suffixes = Vec::new();
        self.postfix(&mut suffixes)?;
        if with_filters {
            self.filters_and_tests(&mut suffixes)?;
        }
        Ok(if suffixes.is_empty() { base } else { Expr::Suffixed(Box::new(base), suffixes) })
    }

    fn primary(&mut self) -> Result<Expr> {
        let line = self.line();
        let asks_loop_ahead = !self.asks_loop_back();
        let expression = match &self.peek().clone() {
            Token::Name(name) => match &**name {
                "true" | "True" => Expr::Bool(true),
                "false" | "False" => Expr::Bool(false),
                "none" | "None" => Expr::None,
                other => {
                    let name = Arc::clone(name);
                    if matches!(other, "varargs" | "kwargs" | "caller") {
                        self.mentioned.push(Arc::clone(&name));
                    }
                    self.looks_ahead |= other == "loop" && asks_loop_ahead;
                    Expr::Name(name)
                }
            },
            Token::Int(number) => Expr::Int(*number),
            Token::Float(number) => Expr::Float(*number),
            Token::Text(_) => return Ok(self.adjacent_texts()),
            Token::Operator("(") => {
                self.next();
                let inner = self.nested(|parser| parser.tuple(true, true))?;
                self.expect_operator(")")?;
                return Ok(inner);
            }
            Token::Operator("[") => {
                self.next();
                return self.nested(Parser::list);
            }
            Token::Operator("{") => {
                self.next();
                return self.nested(Parser::dict);
            }
            other => return fault(line, format!("expected an expression, found {}", other.shown())),
        };
        self.next();
        Ok(expression)
    }

    /// Whether what follows `loop` is one of the attributes that need no items to come.
    fn asks_loop_back(&self) -> bool {
        const BACK: [&str; 8] = ["index", "index0", "first", "depth", "depth0", "previtem", "cycle", "changed"];
        match (self.look(1), self.look(2)) {
            (Token::Operator("."), Token::Name(attribute)) => BACK.contains(&&**attribute),
            _ => false,
        }
    }

    fn adjacent_texts(&mut self) -> Expr {
        let mut text = String::new();
        while let Token::Text(part) = self.peek() {
            text += part;
            self.next();
        }
        Expr::Text(text.into())
    }

    fn list(&mut self) -> Result<Expr> {
        let mut items = Vec::new();
        while !self.skip_operator("]") {
            if !items.is_empty() {
                self.expect_operator(",")?;
                if self.skip_operator("]") {
                    break;
                }
            }
            items.push(self.expression()?);
        }
        Ok(Expr::List(items))
    }

    fn dict(&mut self) -> Result<Expr> {
        let mut entries = Vec::new();
        while !self.skip_operator("}") {
            if !entries.is_empty() {
                self.expect_operator(",")?;
                if self.skip_operator("}") {
                    break;
                }
            }
            let key = self.expression()?;
            self.expect_operator(":")?;
            entries.push((key, self.expression()?));
        }
        Ok(Expr::Dict(entries))
    }

    /// Attributes, items and calls.
    fn postfix(&mut self, suffixes: &mut Vec<Suffix>) -> Result<()> {
        loop {
            if self.skip_operator(".") {
                suffixes.push(match self.next() {
                    Token::Name(name) => Suffix::Attribute(name),
                    Token::Int(number) => Suffix::Item(Expr::Int(number)),
                    other => return fault(self.line(), format!("expected a name or number, found {}", other.shown())),
                });
            } else if self.skip_operator("[") {
                let suffix = self.nested(Parser::subscript)?;
                suffixes.push(suffix);
            } else if self.is_operator("(") {
                let arguments = self.nested(Parser::arguments)?;
                suffixes.push(Suffix::Call(arguments));
            } else {
                return Ok(());
            }
        }
    }

    fn filters_and_tests(&mut self, suffixes: &mut Vec<Suffix>) -> Result<()> {
        loop {
            if self.skip_operator("|") {
                let filter = self.filter()?;
                suffixes.push(Suffix::Filter(filter));
            } else if self.skip_name("is") {
                let test = self.nested(Parser::test)?;
                suffixes.push(test);
            } else if self.is_operator("(") {
                let arguments = self.nested(Parser::arguments)?;
                suffixes.push(Suffix::Call(arguments));
            } else {
                return Ok(());
            }
        }
    }

    fn dotted_name(&mut self) -> Result<Arc<str>> {
        let mut name = self.name()?;
        while self.skip_operator(".") {
            name = format!("{name}.{}", self.name()?).into();
        }
        Ok(name)
    }

    pub(super) fn filter(&mut self) -> Result<Filter> {
        let name = self.dotted_name()?;
        let arguments = if self.is_operator("(") { self.nested(Parser::arguments)? } else { Arguments::default() };
        Ok(Filter { name, arguments })
    }

    /// What follows `is`.
    fn test(&mut self) -> Result<Suffix> {
        let negated = self.skip_name("not");
        let name = self.dotted_name()?;
        let begins_argument = match self.peek() {
            Token::Name(name) => !matches!(&**name, "else" | "or" | "and"),
            Token::Text(_) | Token::Int(_) | Token::Float(_) => true,
            _ => self.is_operator("[") || self.is_operator("{"),
        };
        let mut arguments = Arguments::default();
        if self.is_operator("(") {
            arguments = self.arguments()?;
        } else if begins_argument {
            if self.is_name("is") {
                return fault(self.line(), "tests cannot be chained with is");
            }
            let base = self.primary()?;
            let mut suffixes = Vec::new();
            self.postfix(&mut suffixes)?;
            let argument = if suffixes.is_empty() { base } else { Expr::Suffixed(Box::new(base), suffixes) };
            arguments.positional.push(argument);
        }
        Ok(Suffix::Test { name, arguments, negated })
    }

    /// What is in square brackets.
    fn subscript(&mut self) -> Result<Suffix> {
        let mut bounds: [Option<Expr>; 3] = [None, None, None];
        let mut colons = 0;
        for bound in &mut bounds {
            if !self.is_operator(":") && !self.is_operator("]") {
                *bound = Some(self.tuple_in_subscript(colons == 0)?);
            }
            if !self.skip_operator(":") {
                break;
            }
            colons += 1;
        }
        self.expect_operator("]")?;
        match bounds {
            [Some(index), None, None] if colons == 0 => Ok(Suffix::Item(index)),
            [None, None, None] if colons == 0 => fault(self.line(), "expected an expression between brackets"),
            bounds => Ok(Suffix::Slice(bounds)),
        }
    }

    fn tuple_in_subscript(&mut self, may_be_tuple: bool) -> Result<Expr> {
        let first = self.condition()?;
        if !may_be_tuple || !self.is_operator(",") {
            return Ok(first);
        }
        let mut items = vec![first];
        while self.skip_operator(",") {
            items.push(self.condition()?);
        }
        Ok(Expr::Tuple(items))
    }

    fn arguments(&mut self) -> Result<Arguments> {
        let line = self.line();
        self.expect_operator("(")?;
        let mut arguments = Arguments::default();
        let mut any = false;
        while !self.skip_operator(")") {
            if any {
                self.expect_operator(",")?;
                if self.skip_operator(")") {
                    break;
                }
            }
            any = true;
            let starred = arguments.more.is_some() || arguments.more_named.is_some();
            let is_named = matches!((self.peek(), self.look(1)), (Token::Name(_), Token::Operator("=")));
            let wrong = || fault(line, "the arguments of a call are out of order");
            if self.skip_operator("*") {
                if starred {
                    return wrong();
                }
                arguments.more = Some(Box::new(self.condition()?));
            } else if self.skip_operator("**") {
                if arguments.more_named.is_some() {
                    return wrong();
                }
                arguments.more_named = Some(Box::new(self.condition()?));
            } else if is_named {
                if arguments.more_named.is_some() {
                    return wrong();
                }
                let name = self.name()?;
                self.next();
                arguments.named.push((name, self.condition()?));
            } else {
                if starred || !arguments.named.is_empty() {
                    return wrong();
                }
                arguments.positional.push(self.condition()?);
            }
        }
        Ok(arguments)
    }
}
