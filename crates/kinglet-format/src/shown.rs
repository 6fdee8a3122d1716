//! Words out of files in messages: short, on one line, and without what terminals obey.

/// A name out of a file.
pub(crate) fn shown(name: impl AsRef<[u8]>) -> String {
    shorten(name.as_ref(), 80)
}

/// What someone else says of a file, and may quote it.
pub(crate) fn quoted(message: impl std::fmt::Display) -> String {
    shorten(message.to_string().as_bytes(), 240)
}

/// At most so many characters.
pub(crate) fn shorten(bytes: &[u8], most: usize) -> String {
    // Four bytes are the most that a character has.
    let text = String::from_utf8_lossy(bytes.get(..4 * (most + 1)).unwrap_or(bytes));
    let mut short = String::new();
    for (index, character) in text.chars().enumerate() {
        match character {
            _ if index == most => {
                short.push('…');
                break;
            }
            _ if character.is_control() => short.extend(character.escape_default()),
            _ => short.push(character),
        }
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_fit_for_a_line() {
        assert_eq!(shown("blk.0.attn_q.weight"), "blk.0.attn_q.weight");
        assert_eq!(shown(b"a\n\x1b[31m\xff"), "a\\n\\u{1b}[31m\u{fffd}");
        assert_eq!(shown([b'x'; 5000]).chars().count(), 81);
        assert_eq!(shown("ä".repeat(80)), "ä".repeat(80));
    }
}
