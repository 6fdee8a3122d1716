//! The preprocessor: textual imports, flags, and names to fill in.
//!
//! | directive | meaning |
//! |---|---|
//! | `#import path` | the text of `lib/path`, once per module |
//! | `#ifdef F`, `#ifndef F`, `#else`, `#endif` | keeps lines when the flag is set, or not; two levels at most |
//! | `#{NAME}` | the value of a name, anywhere in a line, also in an import's path |
//! | `#enable subgroups` | for browsers an `enable` line at the top, for naga (which rejects it) nothing |

use std::fmt;

use crate::choice::Dialect;

/// What a module is expanded with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Definitions {
    /// Flags that are set, for `#ifdef`.
    pub flags: Vec<&'static str>,
    /// Names with their values, for `#{NAME}`.
    pub values: Vec<(&'static str, String)>,
}

impl Definitions {
    /// Sets a flag when `on`.
    pub fn flag(mut self, name: &'static str, on: bool) -> Self {
        if on {
            self.flags.push(name);
        }
        self
    }

    /// Gives a name its value.
    pub fn value(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.values.push((name, value.to_string()));
        self
    }
}

/// An error in a source, with its place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}.wgsl:{line}: {problem}")]
pub struct ShaderError {
    /// The source's path without `.wgsl`.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// What can be wrong in a source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// There is no such file.
    #[error("unknown import `{0}`")]
    UnknownImport(String),
    /// A file imports itself, directly or not.
    #[error("import of `{0}` within itself")]
    ImportCycle(String),
    /// `#{NAME}` without a value.
    #[error("undefined name `{0}`")]
    UndefinedName(String),
    /// `#{` without `}`.
    #[error("`#{{` without `}}`")]
    UnterminatedName,
    /// A line that begins with `#` and is none of ours.
    #[error("unknown directive `{0}`")]
    UnknownDirective(String),
    /// `#else` or `#endif` that no `#ifdef` precedes, or a second `#else`.
    #[error("`{0}` without `#ifdef`")]
    Unbalanced(String),
    /// `#ifdef` that no `#endif` follows.
    #[error("`#ifdef` without `#endif`")]
    Unclosed,
    /// A third level of `#ifdef`.
    #[error("`#ifdef` within more than one other")]
    TooDeep,
    /// An extension that not every browser has.
    #[error("unknown extension `{0}`")]
    UnknownExtension(String),
}

/// Expands the file `root` of `files` (path without `.wgsl`, text).
///
/// # Errors
///
/// The first mistake in the sources.
pub fn expand(
    root: &str,
    definitions: &Definitions,
    dialect: Dialect,
    files: &[(&str, &str)],
) -> Result<String, ShaderError> {
    let mut expansion =
        Expansion { definitions, files, open: Vec::new(), done: Vec::new(), enables: Vec::new(), text: String::new() };
    expansion.file(root).map_err(|(line, problem)| ShaderError {
        file: expansion.open.last().cloned().unwrap_or_else(|| root.to_owned()),
        line,
        problem,
    })?;
    let enables = match dialect {
        Dialect::Naga => String::new(),
        Dialect::Browser => expansion.enables.iter().map(|name| format!("enable {name};\n")).collect(),
    };
    Ok(enables + &expansion.text)
}

/// A mistake in the file being read: its line, from 1, and what it is.
type Mistake = (usize, Problem);

struct Expansion<'a> {
    definitions: &'a Definitions,
    files: &'a [(&'a str, &'a str)],
    /// The files being read, the innermost last; after a mistake the one that has it stays last.
    open: Vec<String>,
    /// Files imported so far.
    done: Vec<String>,
    enables: Vec<String>,
    text: String,
}

/// One `#ifdef`.
struct Branch {
    line: usize,
    /// Whether its lines are kept, the enclosing one's state left aside.
    kept: bool,
    in_else: bool,
}

impl Expansion<'_> {
    fn file(&mut self, path: &str) -> Result<(), Mistake> {
        let found = self.files.iter().find(|(name, _)| *name == path);
        let Some(&(_, source)) = found else {
            self.open.push(path.to_owned());
            return Err((0, Problem::UnknownImport(path.to_owned())));
        };
        self.open.push(path.to_owned());
        let mut branches: Vec<Branch> = Vec::new();
        for (line, text) in (1..).zip(source.lines()) {
            let kept = branches.iter().all(|branch| branch.kept);
            match directive(text) {
                Some((name @ ("ifdef" | "ifndef"), flag)) => {
                    if branches.len() == 2 {
                        return Err((line, Problem::TooDeep));
                    }
                    let set = self.definitions.flags.contains(&flag);
                    branches.push(Branch { line, kept: set == (name == "ifdef"), in_else: false });
                }
                Some(("else", _)) => match branches.last_mut() {
                    Some(branch) if !branch.in_else => {
                        branch.kept = !branch.kept;
                        branch.in_else = true;
                    }
                    _ => return Err((line, Problem::Unbalanced("#else".to_owned()))),
                },
                Some(("endif", _)) => {
                    if branches.pop().is_none() {
                        return Err((line, Problem::Unbalanced("#endif".to_owned())));
                    }
                }
                _ if !kept => {}
                Some(("import", argument)) => self.import(line, argument)?,
                Some(("enable", "subgroups")) => self.enable("subgroups"),
                Some(("enable", name)) => return Err((line, Problem::UnknownExtension(name.to_owned()))),
                Some((name, _)) => return Err((line, Problem::UnknownDirective(format!("#{name}")))),
                None => {
                    let filled = self.fill(text).map_err(|problem| (line, problem))?;
                    self.text.push_str(&filled);
                    self.text.push('\n');
                }
            }
        }
        if let Some(branch) = branches.last() {
            return Err((branch.line, Problem::Unclosed));
        }
        self.open.pop();
        Ok(())
    }

    fn import(&mut self, line: usize, argument: &str) -> Result<(), Mistake> {
        let name = self.fill(argument).map_err(|problem| (line, problem))?;
        let path = format!("lib/{name}");
        if self.open.contains(&path) {
            return Err((line, Problem::ImportCycle(name)));
        }
        if self.done.contains(&path) {
            return Ok(());
        }
        if !self.files.iter().any(|(known, _)| *known == path) {
            return Err((line, Problem::UnknownImport(name)));
        }
        self.done.push(path.clone());
        self.file(&path)
    }

    fn enable(&mut self, name: &str) {
        if !self.enables.iter().any(|known| known == name) {
            self.enables.push(name.to_owned());
        }
    }

    /// Fills in each `#{NAME}` of a line.
    fn fill(&self, text: &str) -> Result<String, Problem> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("#{") {
            let (name, behind) = after.split_once('}').ok_or(Problem::UnterminatedName)?;
            let value = self.definitions.values.iter().find(|(known, _)| *known == name);
            let (_, value) = value.ok_or_else(|| Problem::UndefinedName(name.to_owned()))?;
            filled.push_str(before);
            filled.push_str(value);
            rest = behind;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

/// The name and the argument of a line's directive.
fn directive(line: &str) -> Option<(&str, &str)> {
    let text = line.trim_start().strip_prefix('#')?;
    if text.starts_with('{') {
        return None;
    }
    let (name, argument) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    // A comment may follow.
    let argument = argument.split_once("//").map_or(argument, |(argument, _)| argument);
    Some((name.trim(), argument.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(files: &[(&str, &str)]) -> Result<String, ShaderError> {
        let definitions = Definitions::default().flag("ON", true).flag("OFF", false).value("N", 4).value("TYPE", "f32");
        expand("kernels/root", &definitions, Dialect::Browser, files)
    }

    fn text(source: &str) -> String {
        expanded(&[("kernels/root", source)]).unwrap()
    }

    /// Where the mistake is, and its message.
    fn mistake(files: &[(&str, &str)]) -> String {
        expanded(files).unwrap_err().to_string()
    }

    #[test]
    fn fills_in_names() {
        assert_eq!(text("array<#{TYPE}, #{N}u>"), "array<f32, 4u>\n");
        assert_eq!(text("#{N}"), "4\n");
    }

    #[test]
    fn keeps_what_flags_say() {
        assert_eq!(text("#ifdef ON\na\n#else\nb\n#endif\nc"), "a\nc\n");
        assert_eq!(text("#ifdef OFF\na\n#else\nb\n#endif"), "b\n");
        assert_eq!(text("#ifndef OFF\na\n#endif"), "a\n");
        assert_eq!(text("#ifdef OFF\n#ifdef ON\na\n#else\nb\n#endif\n#endif\nc"), "c\n");
        assert_eq!(text("#ifdef OFF\n#{NOT_READ}\n#import not/read\n#endif"), "");
    }

    #[test]
    fn imports_once() {
        let files = [
            ("kernels/root", "#import a\n#import b/#{TYPE} // why\nend"),
            ("lib/a", "a"),
            ("lib/b/f32", "#import a\nb"),
        ];
        assert_eq!(expanded(&files).unwrap(), "a\nb\nend\n");
    }

    #[test]
    fn hoists_enables_for_browsers_only() {
        let files = [("kernels/root", "x\n#import a\n#enable subgroups"), ("lib/a", "#enable subgroups\na")];
        assert_eq!(expanded(&files).unwrap(), "enable subgroups;\nx\na\n");
        assert_eq!(expand("kernels/root", &Definitions::default(), Dialect::Naga, &files).unwrap(), "x\na\n");
    }

    #[test]
    fn says_where_mistakes_are() {
        let one = |source| mistake(&[("kernels/root", source)]);
        assert_eq!(one("x\n#import nothing"), "kernels/root.wgsl:2: unknown import `nothing`");
        assert_eq!(one("#{NOTHING}"), "kernels/root.wgsl:1: undefined name `NOTHING`");
        assert_eq!(one("\n\n#{N"), "kernels/root.wgsl:3: `#{` without `}`");
        assert_eq!(one("#define N 4"), "kernels/root.wgsl:1: unknown directive `#define`");
        assert_eq!(one("#enable f16"), "kernels/root.wgsl:1: unknown extension `f16`");
        assert_eq!(one("x\n#endif"), "kernels/root.wgsl:2: `#endif` without `#ifdef`");
        assert_eq!(one("#else"), "kernels/root.wgsl:1: `#else` without `#ifdef`");
        assert_eq!(one("#ifdef ON\n#else\n#else\n#endif"), "kernels/root.wgsl:3: `#else` without `#ifdef`");
        assert_eq!(one("x\n#ifdef ON\n"), "kernels/root.wgsl:2: `#ifdef` without `#endif`");
        assert_eq!(
            one("#ifdef ON\n#ifdef ON\n#ifdef ON\n"),
            "kernels/root.wgsl:3: `#ifdef` within more than one other"
        );
        assert_eq!(mistake(&[]), "kernels/root.wgsl:0: unknown import `kernels/root`");
    }

    #[test]
    fn says_where_mistakes_in_imports_are() {
        let files = [("kernels/root", "#import a"), ("lib/a", "\n#import b"), ("lib/b", "\n\n#import a")];
        assert_eq!(mistake(&files), "lib/b.wgsl:3: import of `a` within itself");
        let files = [("kernels/root", "#import a\n#import b"), ("lib/a", "a"), ("lib/b", "b\n#{NOTHING}")];
        assert_eq!(mistake(&files), "lib/b.wgsl:2: undefined name `NOTHING`");
    }
}
