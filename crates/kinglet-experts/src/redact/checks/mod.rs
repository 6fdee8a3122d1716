//! Finders of what code can prove: by a check digit, a table, or a form that nothing else has.
//!
//! Each reads a text once, and looks from a place no farther than a bounded number of characters.

mod card;
mod email;
mod iban;
mod ip;
mod national_id;
mod phone;
mod url;

use std::ops::Range;

use super::{Kind, words::is_east_asian};

/// A piece of personal data in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Where it stands, in bytes.
    pub bytes: Range<usize>,
    /// What it is.
    pub kind: Kind,
}

/// Where in a text something is, in order and without overlaps.
type Finder = fn(&str) -> Vec<Range<usize>>;

/// All that can be proved, in its order and without overlaps.
///
/// ```
/// use kinglet_experts::redact::{Kind, checks};
///
/// let text = "Mail anna@example.org or pay DE89 3704 0044 0532 0130 00.";
/// let found = checks::find(text);
/// assert_eq!(found.iter().map(|it| it.kind).collect::<Vec<_>>(), [Kind::Email, Kind::Iban]);
/// assert_eq!(&text[found[1].bytes.clone()], "DE89 3704 0044 0532 0130 00");
/// ```
pub fn find(text: &str) -> Vec<Found> {
    // Where two overlap, the earlier one of this list is the whole of which the other is a part.
    let finders: [(Kind, Finder); 7] = [
        (Kind::Url, url::find),
        (Kind::Email, email::find),
        (Kind::Iban, iban::find),
        (Kind::Card, card::find),
        (Kind::Phone, phone::find),
        (Kind::NationalId, national_id::find),
        (Kind::Ip, ip::find),
    ];
    let mut found: Vec<Found> = Vec::new();
    for (kind, finder) in finders {
        let mut known = std::mem::take(&mut found).into_iter().peekable();
        for bytes in finder(text) {
            while let Some(before) = known.next_if(|known| known.bytes.end <= bytes.start) {
                found.push(before);
            }
            if known.peek().is_none_or(|known| known.bytes.start >= bytes.end) {
                found.push(Found { bytes, kind });
            }
        }
        found.extend(known);
    }
    found
}

/// The character before a byte.
fn before(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// The character at a byte.
fn after(text: &str, at: usize) -> Option<char> {
    text.get(at..)?.chars().next()
}

/// Whether the two are parts of one word. Scripts without spaces between words say nothing of that.
fn is_word(character: Option<char>) -> bool {
    character.is_some_and(|c| (c.is_alphanumeric() || c == '_') && !is_east_asian(c))
}

/// Whether a number cannot end here: a word, or decimal places, go on.
fn goes_on(text: &str, at: usize) -> bool {
    let mut rest = text.get(at..).unwrap_or_default().chars();
    match rest.next() {
        Some('.') => rest.next().is_some_and(|c| c.is_ascii_digit()),
        next => is_word(next),
    }
}

/// Whether a number cannot begin here: a word, or the whole part of a number, is before it.
fn goes_back(text: &str, at: usize) -> bool {
    let mut rest = text.get(..at).unwrap_or_default().chars().rev();
    match rest.next() {
        Some('.') => rest.next().is_some_and(|c| c.is_ascii_digit()),
        previous => is_word(previous),
    }
}

/// What may stand between the groups of a number: how many bytes of it are here.
fn separator(bytes: &[u8], at: usize) -> usize {
    match bytes.get(at..).unwrap_or_default() {
        [b' ' | b'-', ..] => 1,
        // A space that does not break, and a narrow one; a dash that does not break, and one of print.
        [0xc2, 0xa0, ..] => 2,
        [0xe2, 0x80, 0xaf | 0x91 | 0x93, ..] => 3,
        _ => 0,
    }
}

/// Whether a number's last digit is right, as those of cards are: every second digit doubled.
fn luhn(digits: &[u8]) -> bool {
    let value = |(index, digit): (usize, &u8)| {
        let digit = u32::from(digit - b'0');
        match index % 2 {
            0 => digit,
            _ => digit * 2 / 10 + digit * 2 % 10,
        }
    };
    digits.iter().rev().enumerate().map(value).sum::<u32>().is_multiple_of(10)
}

/// Whether a number's last digit is right, as those of goods are: every second digit times three.
fn ean(digits: &[u8]) -> bool {
    let value = |(index, digit): (usize, &u8)| u32::from(digit - b'0') * if index % 2 == 0 { 1 } else { 3 };
    digits.iter().rev().enumerate().map(value).sum::<u32>().is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a finder makes of a text, with brackets around what it finds.
    pub(super) fn marked(finder: Finder, text: &str) -> String {
        let (mut marked, mut at) = (String::new(), 0);
        for bytes in finder(text) {
            marked += &text[at..bytes.start];
            marked += &format!("⟦{}⟧", &text[bytes.clone()]);
            at = bytes.end;
        }
        marked + &text[at..]
    }

    /// Checks that a finder finds just what stands between brackets.
    pub(super) fn finds(finder: Finder, cases: &[&str]) {
        for case in cases {
            assert_eq!(marked(finder, &case.replace(['⟦', '⟧'], "")), *case);
        }
    }

    #[test]
    fn the_whole_wins_over_its_parts() {
        let found =
            |text: &str| find(text).into_iter().map(|it| (it.kind, text[it.bytes].to_owned())).collect::<Vec<_>>();
        let url = "postgres://anna:pw@db.example.org:5432/x";
        assert_eq!(
            found(&format!("{url}, anna@example.org")),
            [(Kind::Url, url.to_owned()), (Kind::Email, "anna@example.org".to_owned())]
        );
        assert_eq!(found("GB82 WEST 1234 5698 7654 32")[0].0, Kind::Iban);
        assert!(found("").is_empty());
    }

    #[test]
    fn check_digits() {
        assert!(luhn(b"4111111111111111") && !luhn(b"4111111111111112"));
        assert!(ean(b"4006381333931") && !ean(b"4006381333932"));
    }

    #[test]
    fn any_text_is_read_without_a_fault() {
        let parts = "+|49|4111 1111 1111 1111|@|::|1.2|ü|://|?token=|DE89|-| |\n|東|fe80::1|%|10.0.0.1|[.]"
            .split('|')
            .collect::<Vec<_>>();
        let mut random = fastrand::Rng::with_seed(3);
        for _ in 0..20_000 {
            let text: String = (0..random.usize(0..12)).map(|_| parts[random.usize(0..parts.len())]).collect();
            let mut end = 0;
            for found in find(&text) {
                assert!(end <= found.bytes.start && text.get(found.bytes.clone()).is_some(), "{text}");
                end = found.bytes.end;
            }
        }
    }
}
