use std::ops::Range;

/// What vocabularies of text write for a space.
pub(crate) const SPACE: &str = "\u{2581}";

/// A text that was rewritten, and where each of its bytes comes from.
#[derive(Debug, Default)]
pub(crate) struct Aligned {
    text: String,
    /// For each byte of the text, and for its end, the place in the original.
    places: Vec<usize>,
    /// The end of the original.
    end: usize,
}

impl Aligned {
    /// A text with its spaces rewritten, and one more before it where that is asked for.
    pub(crate) fn with_spaces(original: &str, prefix: bool) -> Aligned {
        let mut aligned = Aligned { end: original.len(), ..Aligned::default() };
        if prefix {
            aligned.push(SPACE, 0);
        }
        let mut done = 0;
        for (at, space) in original.match_indices(' ') {
            aligned.copy(original, done..at);
            aligned.push(SPACE, at);
            done = at + space.len();
        }
        aligned.copy(original, done..original.len());
        aligned
    }

    /// An empty text, of an original of this length.
    pub(crate) fn empty(end: usize) -> Aligned {
        Aligned { end, ..Aligned::default() }
    }

    /// Adds text that stands for what is at one place.
    pub(crate) fn push(&mut self, text: &str, place: usize) {
        self.text.push_str(text);
        self.places.resize(self.text.len(), place);
    }

    fn copy(&mut self, original: &str, range: Range<usize>) {
        self.text.push_str(original.get(range.clone()).unwrap_or_default());
        self.places.extend(range);
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Where a part of the text comes from.
    pub(crate) fn original(&self, range: Range<usize>) -> Range<usize> {
        let place = |at: usize| self.places.get(at).copied().unwrap_or(self.end);
        let start = place(range.start);
        start..place(range.end).max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rewritten_spaces_keep_their_places() {
        let aligned = Aligned::with_spaces("a é b", true);
        assert_eq!(aligned.text(), "▁a▁é▁b");
        let original = |part: &str| {
            let start = aligned.text().find(part).unwrap();
            aligned.original(start..start + part.len())
        };
        assert_eq!((original("▁a"), original("▁é"), original("é▁"), original("b")), (0..1, 1..4, 2..5, 5..6));
        assert_eq!(Aligned::with_spaces("", false).original(0..0), 0..0);
    }
}
