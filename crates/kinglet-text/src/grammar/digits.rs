//! Keeps the numbers of JSON to what every reader reads exactly.
//!
//! A grammar of JSON lets a number have any digits. Readers hold numbers in 64 bits: 15 digits survive that, and an
//! exponent of three digits may be more than there is.

/// How many digits a number may have before its exponent.
const DIGITS: u8 = 15;
/// How many digits an exponent may have.
const EXPONENT: u8 = 2;

/// Where a JSON text stands, as far as numbers go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    #[default]
    Outside,
    Text,
    /// After the backslash in a string.
    Escape,
    /// After so many digits.
    Digits(u8),
    /// After so many digits of an exponent.
    Exponent(u8),
}

impl Place {
    /// Goes on by a token. None where it makes a number too long.
    pub(super) fn after(self, bytes: &[u8]) -> Option<Place> {
        bytes.iter().try_fold(self, |place, &byte| match place.step(byte) {
            Place::Digits(count) if count > DIGITS => None,
            Place::Exponent(count) if count > EXPONENT => None,
            next => Some(next),
        })
    }

    /// Goes on by a token, whatever it does to numbers.
    pub(super) fn after_any(self, bytes: &[u8]) -> Place {
        bytes.iter().fold(self, |place, &byte| place.step(byte))
    }

    pub(super) fn is_text(self) -> bool {
        matches!(self, Place::Text | Place::Escape)
    }

    fn step(self, byte: u8) -> Place {
        match (self, byte) {
            (Place::Text, b'\\') => Place::Escape,
            (Place::Text, b'"') => Place::Outside,
            (Place::Text | Place::Escape, _) => Place::Text,
            (Place::Digits(count), b'0'..=b'9') => Place::Digits(count.saturating_add(1)),
            (Place::Digits(count), b'.') => Place::Digits(count),
            (Place::Digits(_), b'e' | b'E') => Place::Exponent(0),
            (Place::Exponent(count), b'0'..=b'9') => Place::Exponent(count.saturating_add(1)),
            (Place::Exponent(count), b'+' | b'-') => Place::Exponent(count),
            (_, b'"') => Place::Text,
            (_, b'0'..=b'9') => Place::Digits(1),
            _ => Place::Outside,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_an_end() {
        let fits = |text: &str| Place::default().after(text.as_bytes()).is_some();
        for text in
            ["123456789012345", "-1.2345678901234e-99", "[1e10,2]", r#"{"1234567890123456\"9999999999999999":1}"#]
        {
            assert!(fits(text), "{text}");
        }
        for text in ["1234567890123456", "0.123456789012345", "1e100", "[true,1E+123", r#""a":1234567890123456"#] {
            assert!(!fits(text), "{text}");
        }
        assert_eq!(Place::Text.after(br"\"), Some(Place::Escape));
    }
}
