//! Lints of the text, its comments left aside.

use super::Subject;

/// The identifiers and keywords of WGSL, in order.
fn words(source: &str) -> impl Iterator<Item = &str> {
    let code = source.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code));
    let part_of_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    code.flat_map(move |line| line.split(move |c| !part_of_word(c))).filter(|word| !word.is_empty())
}

fn occurrences(source: &str, sought: &str) -> usize {
    words(source).filter(|word| *word == sought).count()
}

fn forbid(subject: &Subject<'_>, word: &str) -> Vec<String> {
    match occurrences(subject.source, word) {
        0 => Vec::new(),
        count => vec![format!("`{word}`, {count} times")],
    }
}

pub(super) fn subgroup_elect(subject: &Subject<'_>) -> Vec<String> {
    forbid(subject, "subgroupElect")
}

pub(super) fn f16_type(subject: &Subject<'_>) -> Vec<String> {
    forbid(subject, "f16")
}

pub(super) fn unused_overrides(subject: &Subject<'_>) -> Vec<String> {
    let names = words(subject.source).zip(words(subject.source).skip(1));
    let declared = names.filter(|(keyword, _)| *keyword == "override").map(|(_, name)| name);
    let unused = declared.filter(|name| occurrences(subject.source, name) < 2);
    unused.map(|name| format!("`{name}`")).collect()
}

/// Variables without a value whose declaration stands in the body of a loop, at any depth.
pub(super) fn loop_variables(subject: &Subject<'_>) -> Vec<String> {
    let code: String =
        subject.source.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code)).collect();
    let mut found = Vec::new();
    // For each open brace, whether it stands in a loop.
    let mut loops = vec![false];
    for (index, character) in code.char_indices() {
        match character {
            '{' => {
                let head = code[..index].rsplit(['{', '}']).next().unwrap_or_default();
                // The parts of a `for` end in semicolons, as statements before it do.
                let begins = words(head).any(|word| matches!(word, "for" | "while" | "loop"));
                loops.push(begins || loops.last().copied().unwrap_or(false));
            }
            '}' => {
                loops.pop();
            }
            ';' if loops.last() == Some(&true) => {
                let statement = code[..index].rsplit(['{', '}', ';']).next().unwrap_or_default();
                let declared = statement.trim().strip_prefix("var ").filter(|rest| !rest.contains('='));
                found.extend(declared.map(|rest| format!("`{}`", rest.trim())));
            }
            _ => {}
        }
    }
    found
}
