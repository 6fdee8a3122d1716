//! Where words begin and end in a text.

use std::ops::Range;

/// What a character is to those who look for words.
#[derive(PartialEq)]
enum Kind {
    /// Part of a word with the characters around it.
    Letter,
    /// A word by itself: punctuation, and the characters of languages that write no spaces.
    Alone,
    Space,
}

fn kind(character: char) -> Kind {
    match character {
        _ if character.is_whitespace() => Kind::Space,
        '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}' => {
            Kind::Alone
        }
        _ if character.is_ascii_punctuation() => Kind::Alone,
        // General and supplemental punctuation, and that of East Asia.
        '\u{a1}' | '\u{a7}' | '\u{ab}' | '\u{b6}' | '\u{b7}' | '\u{bb}' | '\u{bf}' => Kind::Alone,
        '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205e}' | '\u{3001}'..='\u{3003}' => Kind::Alone,
        '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301f}' | '\u{ff01}'..='\u{ff0f}' => Kind::Alone,
        _ => Kind::Letter,
    }
}

/// What parts words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// Spaces and punctuation, which is a word by itself.
    Letters,
    /// Spaces alone.
    Spaces,
}

impl Words {
    /// Whether what begins at this byte goes on with a word.
    pub(super) fn continues(self, text: &str, at: usize) -> bool {
        let (Some(before), Some(after)) = (text.get(..at), text.get(at..)) else { return true };
        match (before.chars().next_back().map(kind), after.chars().next().map(kind)) {
            (Some(before), Some(after)) => match self {
                Words::Letters => before == Kind::Letter && after == Kind::Letter,
                Words::Spaces => before != Kind::Space && after != Kind::Space,
            },
            _ => false,
        }
    }

    /// The bytes of the words that these belong to.
    pub(super) fn around(self, text: &str, bytes: Range<usize>) -> Range<usize> {
        let Range { mut start, mut end } = bytes;
        while start > 0 && self.continues(text, start) {
            start = text.floor_char_boundary(start - 1);
        }
        while end < text.len() && self.continues(text, end) {
            end = text.ceil_char_boundary(end + 1);
        }
        start..end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_at_spaces_and_punctuation() {
        let text = "Émile's café, 山上!";
        let word = |bytes| &text[Words::Letters.around(text, bytes)];
        assert_eq!(word(3..4), "Émile");
        assert_eq!(word(7..8), "s");
        assert_eq!(word(9..15), "café,");
        assert_eq!(word(16..19), "山");
        assert_eq!(word(0..9), "Émile's ");
        assert_eq!(Words::Letters.around(text, 0..0), 0..0);
        assert_eq!(&text[Words::Spaces.around(text, 3..4)], "Émile's");
    }
}
