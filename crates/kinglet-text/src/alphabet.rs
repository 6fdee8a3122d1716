//! The letters that byte-level vocabularies write bytes with, so that any bytes are text without spaces.

/// The letter of each byte: itself where it prints, else one of those from U+0100 on, in order.
#[expect(clippy::as_conversions, reason = "nothing else converts in constants")]
pub(crate) const LETTERS: [char; 256] = {
    let mut letters = ['\0'; 256];
    let (mut byte, mut next) = (0u8, 0x100);
    loop {
        letters[byte as usize] = match byte {
            0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff => byte as char,
            _ => match char::from_u32(next) {
                Some(letter) => {
                    next += 1;
                    letter
                }
                None => '\0',
            },
        };
        if byte == 0xff {
            break letters;
        }
        byte += 1;
    }
};

/// The byte of each letter, where it is one.
#[expect(clippy::as_conversions, reason = "nothing else converts in constants")]
const BYTES: [Option<u8>; 0x144] = {
    let mut bytes = [None; 0x144];
    let mut byte = 0u8;
    loop {
        bytes[LETTERS[byte as usize] as usize] = Some(byte);
        if byte == 0xff {
            break bytes;
        }
        byte += 1;
    }
};

/// Adds the bytes that these letters stand for; leaves `bytes` as it was and says `false` where one is none of them.
pub(crate) fn decode(text: &str, bytes: &mut Vec<u8>) -> bool {
    let before = bytes.len();
    for letter in text.chars() {
        match usize::try_from(u32::from(letter)).ok().and_then(|code| *BYTES.get(code)?) {
            Some(byte) => bytes.push(byte),
            None => {
                bytes.truncate(before);
                return false;
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_a_letter_of_its_own() {
        for byte in 0..=u8::MAX {
            let mut bytes = Vec::new();
            assert!(decode(&LETTERS[usize::from(byte)].to_string(), &mut bytes));
            assert_eq!(bytes, [byte]);
        }
        let mut bytes = Vec::new();
        assert!(decode("\u{120}Hi\u{10a}", &mut bytes));
        assert_eq!(bytes, b" Hi\n");
    }

    #[test]
    fn other_letters_are_none() {
        let mut bytes = b"x".to_vec();
        for text in ["a b", "\u{144}", "🐦"] {
            assert!(!decode(text, &mut bytes), "{text}");
        }
        assert_eq!(bytes, b"x");
    }
}
