//! Telephone numbers in international form: a plus, a country that exists, and as many digits as it has.

use std::ops::Range;

use super::{before, is_word, separator};

/// Country codes of one and two digits; others have three.
const SHORT: &[&str] = &[
    "1", "7", "20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46", "47", "48",
    "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63", "64", "65", "66", "81", "82", "84",
    "86", "90", "91", "92", "93", "94", "95", "98",
];

/// Those of three digits, from and to.
const LONG: &[(u32, u32)] = &[
    (211, 213),
    (216, 216),
    (218, 218),
    (220, 269),
    (290, 291),
    (297, 299),
    (350, 359),
    (370, 378),
    (380, 383),
    (385, 387),
    (389, 389),
    (420, 421),
    (423, 423),
    (500, 509),
    (590, 599),
    (670, 670),
    (672, 683),
    (685, 692),
    (800, 800),
    (808, 808),
    (850, 850),
    (852, 853),
    (855, 856),
    (870, 870),
    (880, 883),
    (886, 886),
    (888, 888),
    (960, 968),
    (970, 977),
    (979, 979),
    (992, 996),
    (998, 998),
];

/// How many digits are behind the code, where that is not 6 to 12.
const DIGITS: &[(&str, usize, usize)] = &[
    ("1", 10, 10),
    ("7", 10, 10),
    ("20", 8, 10),
    ("27", 9, 9),
    ("30", 10, 10),
    ("31", 9, 9),
    ("32", 8, 9),
    ("33", 9, 9),
    ("34", 9, 9),
    ("36", 8, 9),
    ("39", 6, 11),
    ("40", 9, 9),
    ("41", 9, 9),
    ("44", 9, 10),
    ("45", 8, 8),
    ("46", 7, 10),
    ("47", 8, 8),
    ("48", 9, 9),
    ("49", 5, 13),
    ("52", 10, 11),
    ("55", 10, 11),
    ("61", 9, 9),
    ("65", 8, 8),
    ("81", 9, 10),
    ("82", 8, 10),
    ("86", 10, 11),
    ("90", 10, 10),
    ("91", 10, 10),
    ("351", 9, 9),
    ("353", 7, 9),
    ("358", 6, 12),
    ("420", 9, 9),
    ("852", 8, 8),
    ("971", 8, 9),
];

/// The most digits, the code included.
const MOST: usize = 15;

pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.match_indices('+') {
        let is_inside = found.last().is_some_and(|known| known.end > at) || is_word(before(text, at));
        if !is_inside && before(text, at) != Some('+') {
            found.extend(number(text, at).map(|end| start(text, at, end)..extension(text, end)));
        }
    }
    found
}

/// Where the number that begins with this plus ends.
fn number(text: &str, plus: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut digits = String::new();
    let mut end = None;
    let mut at = plus + 1;
    while digits.len() < MOST {
        let group = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if group == 0 {
            break;
        }
        digits += &text[at..at + group];
        at += group;
        if !is_word(text[at..].chars().next()) && has_right_length(&digits) {
            end = Some(at);
        }
        at += gap(bytes, at);
    }
    end
}

/// What may stand between two groups: `) `, ` (`, `-`, `/`, ` - `.
fn gap(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    for _ in 0..3 {
        let mark = match bytes.get(at) {
            Some(b'(' | b')' | b'/' | b'.') => 1,
            _ => separator(bytes, at),
        };
        at += mark;
    }
    if bytes.get(at).is_some_and(u8::is_ascii_digit) { at - start } else { 0 }
}

fn has_right_length(digits: &str) -> bool {
    let short = SHORT.iter().find(|code| digits.starts_with(**code));
    let code = short.copied().or_else(|| {
        let code = digits.get(..3)?;
        let number: u32 = code.parse().ok()?;
        LONG.iter().any(|(from, to)| (from..=to).contains(&&number)).then_some(code)
    });
    let Some(code) = code else { return false };
    let (_, least, most) = DIGITS.iter().find(|(known, ..)| *known == code).copied().unwrap_or((code, 6, 12));
    // Behind the code there may be the zero that only callers at home dial: `+49 (0) 30`.
    let rest = digits.len() - code.len() - usize::from(digits[code.len()..].starts_with('0') && code != "39");
    (least..=most).contains(&rest) && digits.len() <= MOST + 1
}

/// With the bracket before the plus, where the number closes it.
fn start(text: &str, plus: usize, end: usize) -> usize {
    let number = &text[plus..end];
    let opens = number.matches(')').count() > number.matches('(').count();
    if opens && before(text, plus) == Some('(') { plus - 1 } else { plus }
}

/// Where the extension behind the number ends, if there is one.
fn extension(text: &str, end: usize) -> usize {
    let rest = &text[end..];
    let trimmed = rest.trim_start_matches([' ', ',']);
    if rest.len() - trimmed.len() > 2 {
        return end;
    }
    for word in ["extension", "ext.", "ext", "x"] {
        let Some(behind) = trimmed.get(..word.len()).filter(|it| it.eq_ignore_ascii_case(word)) else { continue };
        let digits = trimmed[behind.len()..].trim_start_matches([' ', ':', '.']);
        let count = digits.bytes().take_while(u8::is_ascii_digit).count();
        if (1..=6).contains(&count) && !is_word(digits[count..].chars().next()) {
            return text.len() - digits.len() + count;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::{super::tests::finds, find};

    #[test]
    fn numbers() {
        finds(
            find,
            &[
                "Call ⟦+49 (0) 30 1234567⟧ or ⟦+1 (415) 555-2671⟧.",
                "tel:⟦+493012345678⟧ ⟦(+44) 20 7946 0958⟧, fax ⟦+44 20 7946 0959⟧",
                "⟦+41 44 668 18 00 ext 12⟧? ⟦+33 1 42 68 53 00⟧",
                "⟦+1-212-555-0123 ext. 12⟧ ⟦+1 212 555 0123, x45⟧ (⟦+358 40 123 4567⟧)",
                "⟦+49 30/123456-78⟧\n⟦+353 1 234 5678⟧",
                "⟦+1.212.555.0123⟧. ⟦+852 2345 6789⟧ 12",
            ],
        );
    }

    #[test]
    fn what_is_none() {
        finds(
            find,
            &[
                "C++ 11 and 1+1234567890 x+4930123456789",
                "+1 234 and +49 and +999 1234 5678 and +210 123 4567",
                "+1 212 555 01234 +3.14159265",
                "2026-10-24T10:00:00+02:00 +0200 +00:00",
                "++49 30 1234567 +12%",
            ],
        );
    }
}
