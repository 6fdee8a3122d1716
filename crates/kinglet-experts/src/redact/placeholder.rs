use std::{fmt, ops::Range};

use super::Kind;

/// What stands for a text that looks like a placeholder.
const LITERAL: &str = "LITERAL";

/// The most digits of a number.
const DIGITS: usize = 9;

/// The longest placeholder, in bytes.
pub(super) const LONGEST: usize = 3 + "DATE_OF_BIRTH".len() + 2 * (DIGITS + 1);

/// `[NAME_1]`, what stands for a value. `[NAME_1_2]` is the same value in another spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Placeholder {
    /// None for a text that looks like a placeholder.
    pub(super) kind: Option<Kind>,
    pub(super) number: u32,
    pub(super) spelling: u32,
}

impl Placeholder {
    /// The one that a text begins with, and its length.
    pub(super) fn at(text: &str) -> Option<(Placeholder, usize)> {
        let inside = text.strip_prefix('[')?;
        let end = inside.bytes().take(LONGEST).position(|byte| byte == b']')?;
        let parsed = Placeholder::parsed(inside.get(..end)?)?;
        Some((parsed, end + 2))
    }

    fn parsed(inside: &str) -> Option<Placeholder> {
        let kinds = Kind::ALL.into_iter().map(Some).chain([None]);
        let (kind, numbers) = kinds.map(|kind| (kind, inside.strip_prefix(word(kind)))).find_map(|(kind, rest)| {
            let numbers = rest?.strip_prefix('_')?;
            numbers.starts_with(|c: char| c.is_ascii_digit()).then_some((kind, numbers))
        })?;
        match numbers.split_once('_') {
            None => Some(Placeholder { kind, number: number(numbers)?, spelling: 1 }),
            Some((first, second)) => {
                let spelling = number(second).filter(|&spelling| spelling > 1)?;
                Some(Placeholder { kind, number: number(first)?, spelling })
            }
        }
    }

    /// Where in a text there are any.
    pub(super) fn find(text: &str) -> impl Iterator<Item = (Placeholder, Range<usize>)> {
        text.match_indices('[').filter_map(|(start, _)| {
            let (placeholder, length) = Placeholder::at(&text[start..])?;
            Some((placeholder, start..start + length))
        })
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}_{}", word(self.kind), self.number)?;
        if self.spelling > 1 {
            write!(f, "_{}", self.spelling)?;
        }
        f.write_str("]")
    }
}

fn word(kind: Option<Kind>) -> &'static str {
    kind.map_or(LITERAL, Kind::word)
}

/// A number from 1 as it is printed, so that a placeholder has one form.
fn number(text: &str) -> Option<u32> {
    let is_plain = text.len() <= DIGITS && !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    is_plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_have_one_form() {
        for text in ["[NAME_1]", "[DATE_OF_BIRTH_12]", "[NATIONAL_ID_999999999_999999999]", "[LITERAL_3]", "[IP_1_2]"] {
            let (placeholder, length) = Placeholder::at(&format!("{text}]_1")).unwrap();
            assert_eq!((placeholder.to_string().as_str(), length), (text, text.len()));
            assert!(text.len() <= LONGEST);
        }
        for text in [
            "[NAME_0]",
            "[NAME_01]",
            "[NAME_]",
            "[NAME]",
            "[name_1]",
            "[NAME_1_1]",
            "[NAME_1_2_3]",
            "[X_1]",
            "NAME_1]",
            "[NAME_1",
            "[NAME_1234567890]",
            "[",
            "[NAME_1ü]",
        ] {
            assert_eq!(Placeholder::at(text), None, "{text}");
        }
        let found: Vec<_> = Placeholder::find("[[NAME_1]][NAME_[IP_2]").map(|(_, bytes)| bytes).collect();
        assert_eq!(found, [1..9, 16..22]);
    }
}
