use kinglet_text::Encoding;

/// What the slot of a chat has been given, and what is to follow: tokens, and the text that they stand for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Written {
    pub(crate) tokens: Vec<u32>,
    /// Where in the text each token ends.
    ends: Vec<usize>,
    /// Special tokens are written by their names.
    text: Vec<u8>,
}

impl Written {
    /// Adds a token that was generated.
    pub(crate) fn push(&mut self, id: u32, bytes: &[u8]) {
        self.text.extend(bytes);
        self.tokens.push(id);
        self.ends.push(self.text.len());
    }

    /// The tokens of a text that begins like this one, or does not. As many as stand for the same text stay as they are,
    /// because the tokens that a model picks for a text need not be those that a tokenizer makes of it; the others are
    /// the tokenizer's.
    pub(crate) fn continued(&self, text: String, encoding: &Encoding) -> Written {
        let same = self.text.iter().zip(text.as_bytes()).take_while(|(a, b)| a == b).count();
        let mut kept = self.ends.partition_point(|&end| end <= same);
        // Where the tokenizer's tokens have a boundary, too.
        let split = loop {
            let end = kept.checked_sub(1).map_or(0, |last| self.ends[last]);
            let split = encoding.offsets.partition_point(|range| range.start < end);
            let is_boundary = encoding.offsets[..split].last().is_none_or(|range| range.end <= end);
            match is_boundary || kept == 0 {
                true => break split,
                false => kept -= 1,
            }
        };
        let tokens = [&self.tokens[..kept], &encoding.ids[split..]].concat();
        let ends = self.ends[..kept].iter().copied().chain(encoding.offsets[split..].iter().map(|range| range.end));
        Written { tokens, ends: ends.collect(), text: text.into_bytes() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens of these texts, numbered from this id on.
    fn encoding(texts: &[&str], first: u32) -> (String, Encoding) {
        let mut encoding = Encoding::default();
        let mut whole = String::new();
        for (id, text) in (first..).zip(texts) {
            encoding.ids.push(id);
            encoding.offsets.push(whole.len()..whole.len() + text.len());
            whole += text;
        }
        (whole, encoding)
    }

    fn after(generated: &[&str], next: &[&str]) -> Vec<u32> {
        let (text, first) = encoding(&["<user>", "hi", "<bot>"], 10);
        let mut written = Written::default().continued(text, &first);
        assert_eq!(written.tokens, [10, 11, 12]);
        for (id, text) in (20..).zip(generated) {
            written.push(id, text.as_bytes());
        }
        let (text, encoding) = encoding(&[&["<user>", "hi", "<bot>"], next].concat(), 30);
        written.continued(text, &encoding).tokens
    }

    #[test]
    fn what_was_generated_stays() {
        assert_eq!(after(&["tw", "eet", "<end>"], &["tweet", "<end>", "<user>"]), [10, 11, 12, 20, 21, 22, 35]);
        // The template ends a turn otherwise than the model.
        assert_eq!(after(&["tw", "eet", "<eos>"], &["tweet", "<end>", "<user>"]), [10, 11, 12, 20, 21, 34, 35]);
        // It was cut within a token.
        assert_eq!(after(&["tw", "eet\n", "x"], &["tw", "eet", "<end>"]), [10, 11, 12, 20, 34, 35]);
        // The template trims it.
        assert_eq!(after(&[" tweet", "<end>"], &["tweet", "<end>"]), [10, 11, 12, 33, 34]);
    }

    #[test]
    fn tokens_across_the_boundary_are_the_tokenizers() {
        assert_eq!(after(&["tw", "eet"], &["twee", "ts"]), [10, 11, 12, 33, 34]);
        assert_eq!(after(&[], &["tweet"]), [10, 11, 12, 33]);
    }
}
