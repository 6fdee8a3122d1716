//! Where words begin and end, and what of a span is its own.

use std::ops::Range;

/// Whether a character is of a script that writes no spaces between words, or joins others to them.
pub(super) fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2fa1f}')
}

/// Marks that stand on the letter before them.
pub(super) fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{d7f}')
}

/// Whether a character makes one word with such characters beside it.
fn joins(c: char) -> bool {
    (c.is_alphanumeric() || is_mark(c)) && !is_east_asian(c)
}

/// Whether a word would be cut in two here.
pub(super) fn is_inside(text: &str, at: usize) -> bool {
    let (Some(before), Some(after)) = (text.get(..at), text.get(at..)) else { return true };
    before.chars().next_back().is_some_and(joins) && after.chars().next().is_some_and(joins)
}

/// The words that these bytes are a part of.
pub(super) fn widened(text: &str, bytes: Range<usize>) -> Range<usize> {
    let Range { mut start, mut end } = bytes;
    while start > 0 && is_inside(text, start) {
        start = text.floor_char_boundary(start - 1);
    }
    while end < text.len() && is_inside(text, end) {
        end = text.ceil_char_boundary(end + 1);
    }
    start..end
}

/// Without space and punctuation at the edges; none where nothing is left. Brackets that are closed and what begins
/// a number stay.
pub(super) fn trimmed(text: &str, bytes: Range<usize>) -> Option<Range<usize>> {
    let inside = text.get(bytes.clone())?;
    let is_own = |c: char| c.is_alphanumeric() || is_mark(c);
    let (first, _) = inside.char_indices().find(|(_, c)| is_own(*c))?;
    let (last, end) = inside.char_indices().rev().find(|(_, c)| is_own(*c))?;
    let (mut start, mut stop) = (bytes.start + first, bytes.start + last + end.len_utf8());
    if inside[..first].ends_with('+') {
        start -= 1;
    }
    let own = &text[start..stop];
    if text[bytes.start..start].ends_with('(') && own.matches(')').count() > own.matches('(').count() {
        start -= 1;
    } else if text[stop..bytes.end].starts_with(')') && own.matches('(').count() > own.matches(')').count() {
        stop += 1;
    }
    Some(start..stop)
}

/// Without the `'s` of whose it is.
pub(super) fn without_genitive(text: &str, bytes: Range<usize>) -> Range<usize> {
    let value = &text[bytes.clone()];
    let owner = ["'s", "’s", "'S", "’S"].iter().find_map(|mark| value.strip_suffix(mark));
    bytes.start..bytes.start + owner.unwrap_or(value).len()
}

/// The words of a text, each with its place; of scripts without spaces each character.
pub(super) fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        at += text[at..].find(char::is_alphanumeric)?;
        let start = at;
        at = text.ceil_char_boundary(at + 1);
        while is_inside(text, at) {
            at = text.ceil_char_boundary(at + 1);
        }
        Some((start, &text[start..at]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_whole_words_and_no_punctuation() {
        let text = "Dr. Meyer's cat, (030) 12, 张伟在 +49 1.";
        let wide = |part: &str| {
            let start = text.find(part).unwrap();
            &text[trimmed(text, widened(text, start..start + part.len())).unwrap()]
        };
        assert_eq!(wide("eye"), "Meyer");
        assert_eq!(wide(" cat, "), "cat");
        assert_eq!(wide("(030) 12"), "(030) 12");
        assert_eq!((wide("张伟"), wide(" +49 1."), wide("30")), ("张伟", "+49 1", "030"));
        assert_eq!(trimmed(text, 2..4), None);
        let genitive = text.find("Meyer's").unwrap();
        assert_eq!(&text[without_genitive(text, genitive..genitive + 7)], "Meyer");
    }

    #[test]
    fn words_of_a_text() {
        assert_eq!(
            words("J. Müller's 张伟").map(|(_, word)| word).collect::<Vec<_>>(),
            ["J", "Müller", "s", "张", "伟"]
        );
        assert_eq!(words(" . ").count(), 0);
    }
}
