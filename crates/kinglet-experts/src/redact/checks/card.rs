//! Numbers of payment cards.

use std::ops::{Range, RangeInclusive};

use super::{ean, goes_back, goes_on, luhn, separator};

/// Digits of a number.
const DIGITS: RangeInclusive<usize> = 13..=19;

/// Who issues what: the first digits from and to, and how many digits there are.
const ISSUERS: &[(&str, &str, &[usize])] = &[
    ("2131", "2131", &[16]),
    ("2200", "2204", &[16, 17, 18, 19]),
    ("2221", "2720", &[16]),
    ("300", "305", &[14, 16, 17, 18, 19]),
    ("3095", "3095", &[14, 16, 17, 18, 19]),
    ("34", "34", &[15]),
    ("3528", "3589", &[16, 17, 18, 19]),
    ("36", "36", &[14, 15, 16, 17, 18, 19]),
    ("37", "37", &[15]),
    ("38", "39", &[14, 16, 17, 18, 19]),
    ("4", "4", &[13, 16, 18, 19]),
    ("5018", "5020", &[13, 14, 15, 16, 17, 18, 19]),
    ("5038", "5038", &[13, 14, 15, 16, 17, 18, 19]),
    ("508", "508", &[16]),
    ("51", "55", &[16]),
    ("5612", "5612", &[13, 14, 15, 16, 17, 18, 19]),
    ("5893", "5893", &[13, 14, 15, 16, 17, 18, 19]),
    ("60", "60", &[16, 17, 18, 19]),
    ("62", "62", &[16, 17, 18, 19]),
    ("6304", "6304", &[13, 14, 15, 16, 17, 18, 19]),
    ("636", "636", &[16, 17, 18, 19]),
    ("644", "659", &[16, 17, 18, 19]),
    ("6759", "6763", &[13, 14, 15, 16, 17, 18, 19]),
    ("81", "82", &[16, 17, 18, 19]),
    ("9792", "9792", &[16]),
];

/// How digits are grouped; without separators they are one group.
const GROUPS: &[&[usize]] = &[
    &[4, 4, 4, 4],
    &[4, 4, 4, 4, 1],
    &[4, 4, 4, 4, 2],
    &[4, 4, 4, 4, 3],
    &[4, 4, 4, 3],
    &[4, 4, 4, 2],
    &[4, 4, 4, 1],
    &[4, 6, 5],
    &[4, 6, 4],
    &[4, 4, 5],
    &[6, 13],
    &[6, 10],
    &[8, 8],
    &[4, 3, 3, 3],
];

/// A group of digits, and how many bytes of a separator are behind it.
struct Group {
    bytes: Range<usize>,
    gap: usize,
}

pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut run: Vec<Group> = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let length = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let end = at + length;
        let gap = separator(bytes, end);
        let gap = if bytes.get(end + gap).is_some_and(u8::is_ascii_digit) { gap } else { 0 };
        run.push(Group { bytes: at..end, gap });
        if gap == 0 {
            cards(text, &run, &mut found);
            run.clear();
        }
        at = end + gap.max(1);
    }
    found
}

/// The cards in a run of groups.
fn cards(text: &str, run: &[Group], found: &mut Vec<Range<usize>>) {
    let mut first = 0;
    while first < run.len() {
        let known = (1..=5.min(run.len() - first)).rev().find(|&count| is_card(text, run, first..first + count));
        if let Some(count) = known {
            found.push(run[first].bytes.start..run[first + count - 1].bytes.end);
        }
        first += known.unwrap_or(1);
    }
}

fn is_card(text: &str, run: &[Group], groups: Range<usize>) -> bool {
    let inside = &run[groups.clone()];
    let lengths = || inside.iter().map(|group| group.bytes.len());
    let is_grouped = |groups: &&[usize]| lengths().eq(groups.iter().copied());
    if !DIGITS.contains(&lengths().sum()) || inside.len() > 1 && !GROUPS.iter().any(is_grouped) {
        return false;
    }
    // All gaps of a number are alike, and a dash beside it goes on with it.
    let mark = |group: &Group| text.get(group.bytes.end..group.bytes.end + group.gap);
    let marks: Vec<_> = inside[..inside.len() - 1].iter().map(mark).collect();
    let is_dash = |group: Option<&Group>| group.is_some_and(|group| group.gap > 0 && mark(group) == Some("-"));
    let beside = [groups.start.checked_sub(1).and_then(|at| run.get(at)), inside.last()];
    if marks.iter().any(|mark| *mark != marks[0]) || beside.into_iter().any(is_dash) {
        return false;
    }
    let (start, end) = (inside[0].bytes.start, inside[inside.len() - 1].bytes.end);
    if goes_back(text, start) || goes_on(text, end) {
        return false;
    }
    let digits: Vec<u8> = text[start..end].bytes().filter(u8::is_ascii_digit).collect();
    is_issued(&digits) && luhn(&digits)
}

fn is_issued(digits: &[u8]) -> bool {
    let known = |(from, to, lengths): &(&str, &str, &[usize])| {
        let prefix = &digits[..from.len()];
        from.as_bytes() <= prefix && prefix <= to.as_bytes() && lengths.contains(&digits.len())
    };
    // Goods have numbers of 13 digits, too; cards of that length are old.
    ISSUERS.iter().any(known) && !(digits.len() == 13 && ean(digits))
}

#[cfg(test)]
mod tests {
    use super::{super::tests::finds, find};

    #[test]
    fn cards() {
        finds(
            find,
            &[
                "⟦4111 1111 1111 1111⟧ 12/27",
                "⟦5500-0000-0000-0004⟧, cvc 123",
                "⟦4111111111111111⟧ ⟦2223003122003222⟧",
                "Amex ⟦3782 822463 10005⟧ and ⟦371449635398431⟧.",
                "⟦4111 1111 1111 1111⟧ ⟦5500 0000 0000 0004⟧",
                "card:⟦6011111111111117⟧;⟦3530111333300000⟧",
                "1,pro,⟦371449635398431⟧,2026-01-05",
                "Diners ⟦3056 930902 5904⟧, ⟦4222222222222⟧",
                "UnionPay ⟦6200000000000000000⟧ Maestro ⟦6759649826438453⟧",
                "⟦4111\u{a0}1111\u{a0}1111\u{a0}1111⟧ 123",
            ],
        );
    }

    #[test]
    fn what_is_none() {
        finds(
            find,
            &[
                "4111 1111 1111 1112 is wrong, 0000 0000 0000 0000",
                "41111111111111111111 a4111111111111111 4111111111111111b",
                "0.4111111111111111 4111111111111111.5",
                "1700000000000 1234567890123456 9999999999999995",
                "2024-4111-1111-1111-1111-07",
                "4111 11111111 1111 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
                "4111-1111 1111-1111",
                "ISBN 9783161484100, EAN 4006381333931, IMEI 490154203237518",
            ],
        );
    }
}
