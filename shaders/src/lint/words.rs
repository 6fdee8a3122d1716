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
