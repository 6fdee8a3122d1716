//! Numbers that states know people by, where a form and check digits, or a word before them, leave no doubt.

use std::ops::Range;

use super::{before, ean, is_word, luhn};

/// How a number is written, how it is checked, and the words of which one must be before it.
struct Number {
    /// `#` a digit, `A` a capital, `*` either; others stand for themselves, and before `?` they may be left out.
    form: &'static str,
    /// Given without separators.
    is_right: fn(&[u8]) -> bool,
    words: &'static [&'static str],
}

const fn number(form: &'static str, is_right: fn(&[u8]) -> bool) -> Number {
    Number { form, is_right, words: &[] }
}

const NUMBERS: &[Number] = &[
    // Italy: codice fiscale, also where letters stand for digits so that two people differ.
    number("AAAAAA**A**A***A", codice_fiscale),
    // Spain: DNI and NIE.
    number("########-?A", dni),
    number("##.###.###-?A", dni),
    number("A-?#######-?A", nie),
    // France: the number of the INSEE, with its key.
    number("# ?## ?## ?#* ?### ?### ?##", insee),
    // Switzerland: AHV.
    number("756.?####.?####.?##", ean),
    // Belgium, Finland, Sweden, Norway, Czechia and Slovakia.
    number("##.##.##-###.##", belgium),
    number("######-###*", hetu),
    number("######A###*", hetu),
    number("######-####", personnummer),
    number("########-####", |digits| personnummer(&digits[2..])),
    number("###### ?#####", norway),
    number("######/####", rodne_cislo),
    // Germany: of taxes and of pensions.
    number("## ### ### ###", tax),
    Number { form: "###########", is_right: tax, words: &["steuer", "steuernummer", "id", "idnr", "tin", "tax"] },
    number("## ?###### ?A ?###", pension),
    // Brazil, China, Korea, Mexico.
    number("###.###.###-##", cpf),
    number("#################*", china),
    number("######-#######", korea),
    number("AAAA######AAAAAA*#", curp),
    // Without a word before them these are numbers like others.
    Number { form: "###########", is_right: pesel, words: &["pesel"] },
    Number { form: "###-##-####", is_right: ssn, words: &["ssn", "social"] },
    Number { form: "### ?### ?###", is_right: luhn, words: &["sin"] },
    Number { form: "#########", is_right: bsn, words: &["bsn", "burgerservicenummer"] },
    Number { form: "### ?### ?####", is_right: nhs, words: &["nhs"] },
    Number { form: "###########", is_right: turkey, words: &["kimlik", "tckn", "tc"] },
];

/// How far before a number a word may be, in bytes.
const NEAR: usize = 40;

pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let begins = bytes[at].is_ascii_digit() || bytes[at].is_ascii_uppercase();
        match (begins && !is_joined_back(text, at)).then(|| one(text, at)).flatten() {
            Some(end) => {
                found.push(at..end);
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// Where the number that begins here ends.
fn one(text: &str, start: usize) -> Option<usize> {
    NUMBERS.iter().find_map(|number| {
        let end = start + matched(number.form, &text.as_bytes()[start..])?;
        let plain = || text[start..end].bytes().filter(u8::is_ascii_alphanumeric).collect::<Vec<u8>>();
        let is_right = !is_joined(text, end) && (number.is_right)(&plain()) && is_said(text, start, number.words);
        is_right.then_some(end)
    })
}

/// How many bytes a form takes.
fn matched(form: &str, bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut signs = form.bytes().peekable();
    while let Some(sign) = signs.next() {
        let is_optional = signs.next_if_eq(&b'?').is_some();
        let fits = bytes.get(at).is_some_and(|byte| match sign {
            b'#' => byte.is_ascii_digit(),
            b'A' => byte.is_ascii_uppercase(),
            b'*' => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
            _ => *byte == sign,
        });
        match fits {
            true => at += 1,
            false if is_optional => {}
            false => return None,
        }
    }
    Some(at)
}

/// Whether what is before this byte goes on with it: a word, or a longer number.
fn is_joined_back(text: &str, at: usize) -> bool {
    let mut back = text[..at].chars().rev();
    match back.next() {
        Some('-' | '.' | '/') => back.next().is_some_and(|c| c.is_ascii_digit()),
        previous => is_word(previous),
    }
}

fn is_joined(text: &str, at: usize) -> bool {
    let mut rest = text[at..].chars();
    match rest.next() {
        Some('-' | '.' | '/') => rest.next().is_some_and(|c| c.is_ascii_digit()),
        next => is_word(next),
    }
}

/// Whether one of the words is before the number, if there are any.
fn is_said(text: &str, start: usize, words: &[&str]) -> bool {
    let near = text[text.floor_char_boundary(start.saturating_sub(NEAR))..start].to_lowercase();
    let mut said = near.split(|c: char| !c.is_alphabetic());
    words.is_empty() || said.any(|word| words.contains(&word)) && before(text, start).is_some()
}

/// The number that digits stand for.
fn value(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |value, digit| value * 10 + u64::from(digit - b'0'))
}

/// The sum of digits, each times its weight.
fn weighted(digits: &[u8], weights: &[u64]) -> u64 {
    digits.iter().zip(weights).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum()
}

/// Whether there is such a day in such a month.
fn is_day(day: &[u8], month: &[u8]) -> bool {
    (1..=31).contains(&value(day)) && (1..=12).contains(&value(month))
}

fn codice_fiscale(id: &[u8]) -> bool {
    const ODD: &[u8; 26] =
        &[1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
    let place = |byte: u8| usize::from(if byte.is_ascii_digit() { byte - b'0' } else { byte - b'A' });
    let is_number = |at: &usize| id[*at].is_ascii_digit() || b"LMNPQRSTUV".contains(&id[*at]);
    let sum: usize = (0..15).map(|at| if at % 2 == 0 { usize::from(ODD[place(id[at])]) } else { place(id[at]) }).sum();
    [6, 7, 9, 10, 12, 13, 14].iter().all(is_number) && b"ABCDEHLMPRST".contains(&id[8]) && sum % 26 == place(id[15])
}

const DNI: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";

fn dni(id: &[u8]) -> bool {
    DNI[(value(&id[..8]) % 23) as usize] == id[8]
}

fn nie(id: &[u8]) -> bool {
    let first = match id[0] {
        b'X' => 0,
        b'Y' => 1,
        b'Z' => 2,
        _ => return false,
    };
    DNI[((first * 10_000_000 + value(&id[1..8])) % 23) as usize] == id[8]
}

fn insee(id: &[u8]) -> bool {
    let (minus, last) = match id[6] {
        b'A' if id[5] == b'2' => (1_000_000, b'0'),
        b'B' if id[5] == b'2' => (2_000_000, b'0'),
        digit => (0, digit),
    };
    let mut digits = id.to_vec();
    digits[6] = last;
    let month = value(&id[3..5]);
    let is_form = last.is_ascii_digit()
        && matches!(id[0], b'1'..=b'4' | b'7' | b'8')
        && matches!(month, 1..=12 | 20..=42 | 50..=99);
    is_form && 97 - (value(&digits[..13]) - minus) % 97 == value(&id[13..])
}

fn belgium(id: &[u8]) -> bool {
    let (number, key) = (value(&id[..9]), value(&id[9..]));
    [number, number + 2_000_000_000].iter().any(|number| 97 - number % 97 == key)
}

fn hetu(id: &[u8]) -> bool {
    let id: Vec<u8> = if id.len() == 11 { [&id[..6], &id[7..]].concat() } else { id.to_vec() };
    let number = value(&id[..6]) * 1000 + value(&id[6..9]);
    is_day(&id[..2], &id[2..4]) && b"0123456789ABCDEFHJKLMNPRSTUVWXY"[(number % 31) as usize] == id[9]
}

fn personnummer(id: &[u8]) -> bool {
    is_day(&id[4..6], &id[2..4]) && luhn(id)
}

fn norway(id: &[u8]) -> bool {
    let is_right = |weights: &[u64]| weighted(id, weights).is_multiple_of(11);
    is_day(&id[..2], &id[2..4])
        && is_right(&[3, 7, 6, 1, 8, 9, 4, 5, 2, 1])
        && is_right(&[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1])
}

fn rodne_cislo(id: &[u8]) -> bool {
    let month = value(&id[2..4]) % 50 % 20;
    value(id).is_multiple_of(11) && (1..=12).contains(&month) && (1..=31).contains(&value(&id[4..6]))
}

/// ISO 7064, by 11 and 10.
fn iso_7064(id: &[u8]) -> bool {
    let product = id[..id.len() - 1].iter().fold(10, |product, digit| {
        let sum = (u64::from(digit - b'0') + product) % 10;
        (if sum == 0 { 10 } else { sum }) * 2 % 11
    });
    (11 - product) % 10 == value(&id[id.len() - 1..])
}

fn tax(id: &[u8]) -> bool {
    // Of the first ten digits just one is there twice or three times.
    let count = |digit: u8| id[..10].iter().filter(|&&it| it == digit).count();
    let repeated: Vec<usize> = (b'0'..=b'9').map(count).filter(|&count| count > 1).collect();
    id[0] != b'0' && matches!(repeated[..], [2 | 3]) && iso_7064(id)
}

fn pension(id: &[u8]) -> bool {
    let letter = id[8] - b'A' + 1;
    let digits = [&id[..8], &[b'0' + letter / 10, b'0' + letter % 10], &id[9..11]].concat();
    let weights = [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1];
    let sums = digits.iter().zip(weights).map(|(digit, weight)| u64::from(digit - b'0') * weight);
    let day = value(&id[2..4]) % 50;
    let is_date = (1..=31).contains(&day) && (1..=12).contains(&value(&id[4..6]));
    is_date && sums.map(|sum| sum / 10 + sum % 10).sum::<u64>() % 10 == value(&id[11..])
}

fn cpf(id: &[u8]) -> bool {
    let digit = |count: usize| {
        let weights: Vec<u64> = (2..=count as u64 + 1).rev().collect();
        weighted(&id[..count], &weights) * 10 % 11 % 10
    };
    id.iter().any(|it| *it != id[0]) && digit(9) == value(&id[9..10]) && digit(10) == value(&id[10..])
}

fn china(id: &[u8]) -> bool {
    let sum = weighted(&id[..17], &[7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
    let is_date = matches!(value(&id[6..10]), 1900..=2100) && is_day(&id[12..14], &id[10..12]);
    is_date && b"10X98765432"[(sum % 11) as usize] == id[17]
}

fn korea(id: &[u8]) -> bool {
    let sum = weighted(&id[..12], &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
    is_day(&id[4..6], &id[2..4]) && matches!(id[6], b'1'..=b'8') && (11 - sum % 11) % 10 == value(&id[12..])
}

fn curp(id: &[u8]) -> bool {
    // The alphabet has an Ñ behind N, so letters after it are one further.
    let place = |byte: u8| match byte {
        b'0'..=b'9' => u64::from(byte - b'0'),
        b'A'..=b'N' => u64::from(byte - b'A') + 10,
        _ => u64::from(byte - b'A') + 11,
    };
    let sum: u64 = id[..17].iter().zip((2..=18).rev()).map(|(byte, weight)| place(*byte) * weight).sum();
    is_day(&id[8..10], &id[6..8]) && b"HMX".contains(&id[10]) && (10 - sum % 10) % 10 == value(&id[17..])
}

fn pesel(id: &[u8]) -> bool {
    weighted(id, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10) && (1..=31).contains(&value(&id[4..6]))
}

fn ssn(id: &[u8]) -> bool {
    !matches!(value(&id[..3]), 0 | 666 | 900..) && value(&id[3..5]) > 0 && value(&id[5..]) > 0
}

fn bsn(id: &[u8]) -> bool {
    // The last digit counts minus one, which is ten more by eleven.
    weighted(id, &[9, 8, 7, 6, 5, 4, 3, 2, 10]).is_multiple_of(11)
}

fn nhs(id: &[u8]) -> bool {
    weighted(id, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

fn turkey(id: &[u8]) -> bool {
    let sum = |from: usize| (from..9).step_by(2).map(|at| value(&id[at..=at])).sum::<u64>();
    let tenth = (sum(0) * 7 + 10 * 9 - sum(1)) % 10;
    id[0] != b'0' && tenth == value(&id[9..10]) && (sum(0) + sum(1) + tenth) % 10 == value(&id[10..])
}

#[cfg(test)]
mod tests {
    use super::{super::tests::finds, find};

    #[test]
    fn numbers() {
        finds(
            find,
            &[
                "CF ⟦RSSMRA85T10A562S⟧, DNI ⟦12345678Z⟧ ⟦12.345.678-Z⟧, NIE ⟦X1234567L⟧",
                "⟦1 85 05 78 006 084 91⟧ ⟦756.9217.0769.85⟧ ⟦7569217076985⟧.",
                "BE ⟦85.07.30-033.28⟧ FI ⟦131052-308T⟧ SE ⟦811218-9876⟧ ⟦19811218-9876⟧",
                "NO ⟦01010750160⟧ CZ ⟦736028/5163⟧",
                "DE ⟦86 095 742 719⟧, Steuer-ID: ⟦86095742719⟧, RV ⟦15 070649 C 103⟧ ⟦65170839J003⟧",
                "BR ⟦529.982.247-25⟧ CN ⟦11010519491231002X⟧ MX ⟦BOXW310820HNERXN09⟧",
                "PESEL ⟦44051401359⟧, SSN: ⟦123-45-6789⟧, BSN ⟦111222333⟧, NHS no. ⟦943 476 5919⟧",
                "TC Kimlik No: ⟦10000000146⟧, SIN ⟦046 454 286⟧",
            ],
        );
    }

    #[test]
    fn what_is_none() {
        finds(
            find,
            &[
                "RSSMRA85T10A562T 12345678A X1234567A 1 85 05 78 006 084 37",
                "756.9217.0769.86 131052-308U 811218-9875 736028/5164",
                "44051401359 123-45-6789 111222333 943 476 5919 86095742719",
                "2024-10-24 10:20 1234567890 0123456789 20241024-1234 +1 212-555-0123",
                "order 4711-0815, part 12345678-0001, 529.982.247-26",
                "1-811218-9876 811218-9876-1 x12345678Z 12345678Zx",
            ],
        );
    }

    #[test]
    fn few_numbers_are_taken_for_one() {
        let mut random = fastrand::Rng::with_seed(1);
        let forms = ["########", "###########", "######-####", "#############", "### ### ###", "################"];
        for form in forms {
            let number = |random: &mut fastrand::Rng| {
                form.replace('#', "x").chars().map(|c| if c == 'x' { random.digit(10) } else { c }).collect::<String>()
            };
            let wrong = (0..10_000).filter(|_| !find(&number(&mut random)).is_empty()).count();
            assert!(wrong <= 60, "{form}: {wrong}");
        }
    }
}
