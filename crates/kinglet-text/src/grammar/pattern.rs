//! Regular expressions: those that match a whole text, and the patterns of JSON schemas, which are found in one.

use regex_syntax::{
    ast::{self, Ast, Visitor},
    hir::{Dot, Hir, HirKind, Look, Repetition},
};

/// Deeper groups could take all of the stack.
const DEEPEST: u32 = 100;
/// Longer expressions take too much work.
pub(super) const LONGEST: usize = 1 << 14;

/// Writes an expression that matches a whole text without the anchors that say so.
pub(super) fn whole(pattern: &str) -> Result<String, String> {
    Ok(core(parse(pattern)?, false)?.to_string())
}

/// Writes a pattern of a JSON schema as an expression that matches a whole text. It matches only what the pattern is
/// found in both in JavaScript, which schemas take their patterns from, and where validators use other dialects.
pub(super) fn found(pattern: &str) -> Result<String, String> {
    let hir = parse(&portable(pattern)?)?;
    Ok(format!("^(?:{})$", core(hir, true)?))
}

fn parse(pattern: &str) -> Result<Hir, String> {
    if pattern.len() > LONGEST {
        return Err(format!("it has {} bytes, and {LONGEST} is the most", pattern.len()));
    }
    let parsed = regex_syntax::ParserBuilder::new().nest_limit(DEEPEST).build().parse(pattern);
    parsed.map_err(|error| match error {
        regex_syntax::Error::Parse(error) => error.kind().to_string(),
        regex_syntax::Error::Translate(error) => error.kind().to_string(),
        _ => "it is not understood".to_owned(),
    })
}

/// Takes the anchors off, and allows any text where a pattern to be found has none.
fn core(hir: Hir, search: bool) -> Result<Hir, String> {
    let parts = match hir.into_kind() {
        HirKind::Alternation(parts) => {
            return Ok(Hir::alternation(parts.into_iter().map(|part| core(part, search)).collect::<Result<_, _>>()?));
        }
        HirKind::Capture(capture) => return core(*capture.sub, search),
        HirKind::Concat(parts) => parts,
        HirKind::Empty => Vec::new(),
        HirKind::Literal(literal) => vec![Hir::literal(literal.0)],
        HirKind::Class(class) => vec![Hir::class(class)],
        HirKind::Look(look) => vec![Hir::look(look)],
        HirKind::Repetition(repetition) => vec![Hir::repetition(repetition)],
    };
    let is = |part: &Hir, look: Look| matches!(part.kind(), HirKind::Look(found) if *found == look);
    let starts = parts.iter().take_while(|part| is(part, Look::Start)).count();
    let middle = parts.get(starts..).unwrap_or_default();
    let ends = middle.iter().rev().take_while(|part| is(part, Look::End)).count();
    let middle = middle.get(..middle.len().saturating_sub(ends)).unwrap_or_default();
    if middle.iter().any(|part| !part.properties().look_set().is_empty()) {
        return Err(r"it has ^, $ or \b where a grammar cannot have them, inside of the expression".to_owned());
    }
    let any = || Hir::repetition(Repetition { min: 0, max: None, greedy: true, sub: Box::new(Hir::dot(Dot::AnyChar)) });
    let before = (search && starts == 0).then(any);
    let after = (search && ends == 0).then(any);
    Ok(Hir::concat(before.into_iter().chain(middle.iter().cloned()).chain(after).collect()))
}

/// Writes what means different things in different dialects so that it means one, or refuses it.
fn portable(pattern: &str) -> Result<String, String> {
    if pattern.contains("{,") {
        return Err("it has {, which dialects read differently; give the least number".to_owned());
    }
    let parsed = ast::parse::ParserBuilder::new().nest_limit(DEEPEST).build().parse(pattern);
    let ast = parsed.map_err(|error| error.kind().to_string())?;
    let edits = ast::visit(&ast, Portable::default())?;
    let mut written = String::with_capacity(pattern.len());
    let mut from = 0;
    for (start, end, text) in edits {
        written += pattern.get(from..start).unwrap_or_default();
        written += &text;
        from = end;
    }
    Ok(written + pattern.get(from..).unwrap_or_default())
}

/// What is to be written in place of which bytes, in order.
#[derive(Default)]
struct Portable {
    edits: Vec<(usize, usize, String)>,
    /// Within a class such as `[^a]`.
    negated: bool,
}

impl Portable {
    fn edit(&mut self, span: &ast::Span, text: String) {
        self.edits.push((span.start.offset, span.end.offset, text));
    }

    fn perl(&mut self, class: &ast::ClassPerl) {
        use ast::ClassPerlKind::{Digit, Space, Word};
        // What is in some dialects only must be missing in a set that includes, and be in one that excludes.
        let set = match (&class.kind, self.negated != class.negated) {
            (Digit, false) => "0-9",
            (Digit, true) => r"\d",
            (Word, false) => "0-9A-Za-z_",
            (Word, true) => r"\w",
            (Space, false) => r"\t\n\x0C\r ",
            (Space, true) => r"\s\x{FEFF}\x{180E}\x{200B}",
        };
        let not = if class.negated { "^" } else { "" };
        self.edit(&class.span, format!("[{not}{set}]"));
    }

    fn literal(literal: &ast::Literal) -> Result<(), String> {
        use ast::{HexLiteralKind, LiteralKind, SpecialLiteralKind};
        match literal.kind {
            LiteralKind::HexBrace(HexLiteralKind::X | HexLiteralKind::UnicodeLong)
            | LiteralKind::HexFixed(HexLiteralKind::UnicodeLong)
            | LiteralKind::Special(SpecialLiteralKind::Bell)
            | LiteralKind::Octal => Err("it has an escape that JavaScript does not know".to_owned()),
            _ => Ok(()),
        }
    }
}

impl Visitor for Portable {
    type Output = Vec<(usize, usize, String)>;
    type Err = String;

    fn finish(self) -> Result<Self::Output, String> {
        Ok(self.edits)
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), String> {
        match ast {
            Ast::Dot(span) => self.edit(span, r"[^\n\r\x{2028}\x{2029}]".to_owned()),
            Ast::ClassPerl(class) => self.perl(class),
            Ast::ClassBracketed(class) => self.negated = class.negated,
            Ast::Literal(literal) => Portable::literal(literal)?,
            Ast::Flags(_) => return Err("it has flags, which JavaScript does not know".to_owned()),
            Ast::Group(group) if group.flags().is_some_and(|flags| !flags.items.is_empty()) => {
                return Err("it has flags, which JavaScript does not know".to_owned());
            }
            Ast::Assertion(assertion) => match assertion.kind {
                ast::AssertionKind::StartLine | ast::AssertionKind::EndLine => {}
                _ => return Err("it has an assertion other than ^ and $".to_owned()),
            },
            _ => {}
        }
        Ok(())
    }

    fn visit_post(&mut self, ast: &Ast) -> Result<(), String> {
        if matches!(ast, Ast::ClassBracketed(_)) {
            self.negated = false;
        }
        Ok(())
    }

    fn visit_class_set_item_pre(&mut self, item: &ast::ClassSetItem) -> Result<(), String> {
        match item {
            ast::ClassSetItem::Perl(class) => self.perl(class),
            ast::ClassSetItem::Literal(literal) => Portable::literal(literal)?,
            ast::ClassSetItem::Range(range) => {
                Portable::literal(&range.start)?;
                Portable::literal(&range.end)?;
            }
            ast::ClassSetItem::Ascii(_) | ast::ClassSetItem::Bracketed(_) => {
                return Err("it has a class within a class".to_owned());
            }
            _ => {}
        }
        Ok(())
    }

    fn visit_class_set_binary_op_pre(&mut self, _: &ast::ClassSetBinaryOp) -> Result<(), String> {
        Err("it has an operation on classes, such as &&".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(pattern: &str, text: &str) -> bool {
        regex::Regex::new(&found(pattern).unwrap()).unwrap().is_match(text)
    }

    #[test]
    fn anchors_say_what_may_stand_around() {
        assert!(finds("b", "abc") && finds("^ab", "abc") && finds("bc$", "abc") && !finds("^ab$", "abc"));
        assert!(finds("^a|c$", "xc") && finds("^a|c$", "ax") && !finds("^a|c$", "xa"));
        assert!(finds("^(a|b)$", "b") && finds("(^a$)", "a") && !finds("(^a$)", "aa") && finds("", "x"));
        assert_eq!(whole("^ab?$").unwrap(), whole("ab?").unwrap());
        assert!(whole("a^b").unwrap_err().contains('^') && found(r"\bword\b").is_err());
    }

    #[test]
    fn classes_mean_what_they_mean_everywhere() {
        assert!(finds(r"^[\D]$", "x") && !finds(r"^[^\d]$", "٧") && finds(r"^[^\W]$", "x") && !finds(r"^[^\W]$", "é"));
        assert!(finds(r"^\d$", "7") && !finds(r"^\d$", "٧") && !finds(r"^\w$", "é") && !finds(r"^\W$", "é"));
        assert!(!finds("^.$", "\r") && !finds("^.$", "\u{2028}") && finds("^.$", "é"));
        for doubtful in ["\u{85}", "\u{feff}", "\u{a0}", "\u{1680}", "\u{b}"] {
            for pattern in [r"^\s$", r"^\S$", r"^[\s]$", r"^[^\s]$", r"^[\S]$", r"^[^\S]$"] {
                assert!(!finds(pattern, doubtful), "{pattern} {doubtful:?}");
            }
        }
        assert!(finds(r"^[^\s,]$", "x") && !finds(r"^[^\s,]$", "\u{a0}") && finds(r"^[^\S]$", " "));
    }

    #[test]
    fn what_dialects_disagree_about_is_refused() {
        for pattern in ["(?i)a", "(?i:a)", "a{,3}", r"\A", "[a&&b]", "[[:alpha:]]", r"\x{41}", "(?=a)", r"(a)\1", "["] {
            assert!(found(pattern).is_err(), "{pattern}");
        }
        assert!(found(&"(".repeat(10_000)).is_err());
    }
}
