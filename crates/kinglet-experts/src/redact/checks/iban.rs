//! IBANs: the length of each country, and the check digits.

use std::ops::Range;

use super::{before, is_word, separator};

/// Countries and how many characters their IBANs have (registry of SWIFT, with those that only use the form).
const LENGTHS: &str = "\
    AD24 AE23 AL28 AO25 AT20 AZ28 BA20 BE16 BF28 BG22 BH22 BI27 BJ28 BR29 BY28 CF27 CG27 CH21 CI28 CM27 CR22 CV25 \
    CY28 CZ24 DE22 DJ27 DK18 DO28 DZ26 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GA27 GB22 GE22 GI23 GL18 GQ27 GR27 GT28 \
    GW25 HN28 HR21 HU28 IE22 IL23 IQ23 IR26 IS26 IT27 JO30 KM27 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MA28 \
    MC27 MD24 ME22 MG27 MK19 ML28 MN20 MR27 MT31 MU30 MZ25 NE28 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 \
    RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SN28 SO23 ST25 SV28 TD27 TG28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 \
    YE30";

pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    // Two letters and two digits, the letters at the beginning of a word.
    while let Some(head) = bytes.get(at..at + 4) {
        let is_head = head[..2].iter().all(u8::is_ascii_alphabetic) && head[2..].iter().all(u8::is_ascii_digit);
        match is_head.then(|| iban(text, at)).flatten() {
            Some(end) => {
                found.push(at..end);
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// Where the IBAN that begins here ends.
fn iban(text: &str, start: usize) -> Option<usize> {
    if is_word(before(text, start)) {
        return None;
    }
    let bytes = text.as_bytes();
    let country = [bytes[start].to_ascii_uppercase(), bytes[start + 1].to_ascii_uppercase()];
    // Letters stand in pairs there, so what is found is a country.
    let entry = &LENGTHS[LENGTHS.find(std::str::from_utf8(&country).ok()?)?..];
    let length: usize = entry.get(2..4)?.parse().ok()?;
    let (mut characters, mut at) = (Vec::with_capacity(length), start);
    loop {
        characters.push(bytes.get(at).filter(|byte| byte.is_ascii_alphanumeric())?.to_ascii_uppercase());
        at += 1;
        if characters.len() == length {
            break;
        }
        at += separator(bytes, at);
    }
    let ends = !is_word(text[at..].chars().next());
    (ends && remainder(&characters) == 1).then_some(at)
}

/// The remainder by 97, with the first four characters behind the others and letters as two digits.
fn remainder(characters: &[u8]) -> u32 {
    let turned = characters[4..].iter().chain(&characters[..4]);
    turned.fold(0, |remainder, &byte| match byte {
        b'0'..=b'9' => (remainder * 10 + u32::from(byte - b'0')) % 97,
        _ => (remainder * 100 + u32::from(byte - b'A') + 10) % 97,
    })
}

#[cfg(test)]
mod tests {
    use super::{super::tests::finds, *};

    #[test]
    fn ibans() {
        finds(
            find,
            &[
                "IBAN ⟦DE89 3704 0044 0532 0130 00⟧, BIC COBADEFF",
                "⟦GB82WEST12345698765432⟧ ⟦gb82 west 1234 5698 7654 32⟧.",
                "⟦FR14-2004-1010-0505-0001-3M02-606⟧",
                "⟦CH93 0076 2011 6238 5295 7⟧ and ⟦NO93 8601 1117 947⟧",
                "iban:⟦AT61\u{a0}1904\u{a0}3002\u{a0}3457\u{a0}3201⟧ ⟦MT84 MALT 0110 0001 2345 MTLC AST0 01S⟧",
                "⟦DE89370400440532013000⟧\n⟦NL91 ABNA 0417 1643 00⟧",
            ],
        );
    }

    #[test]
    fn what_is_none() {
        finds(
            find,
            &[
                "DE88 3704 0044 0532 0130 00",
                "DE89 3704 0044 0532 0130 0",
                "DE89 3704 0044 0532 0130 001 xDE89370400440532013000",
                "QQ89 3704 0044 0532 0130 00 DE89  3704 0044 0532 0130 00",
                "be12 words of a sentence that have no check digits in them",
            ],
        );
    }

    #[test]
    fn countries_are_in_order() {
        assert!(LENGTHS.split(' ').is_sorted_by(|a, b| a < b));
    }
}
