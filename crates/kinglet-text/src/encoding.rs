use std::ops::Range;

/// The tokens of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Encoding {
    /// The tokens.
    pub ids: Vec<u32>,
    /// Which bytes of the text each of them stands for; none for one that was added. Where a character has several
    /// tokens, they may each have all of it.
    pub offsets: Vec<Range<usize>>,
}

impl Encoding {
    /// Which characters of the text each token stands for, counted in code points; any part of one counts.
    ///
    /// ```
    /// # use kinglet_text::Encoding;
    /// let encoding = Encoding { ids: vec![7, 8, 9], offsets: vec![0..0, 0..3, 3..5] };
    /// assert_eq!(encoding.character_offsets("aéé"), [0..0, 0..2, 2..3]);
    /// ```
    pub fn character_offsets(&self, text: &str) -> Vec<Range<usize>> {
        let points = CodePoints::of(text);
        self.offsets.iter().map(|range| points.range(range)).collect()
    }

    /// Widens what each token stands for to whole characters of the text.
    ///
    /// ```
    /// # use kinglet_text::Encoding;
    /// let encoding = Encoding { ids: vec![7, 8, 9], offsets: vec![0..2, 2..3, 3..4] };
    /// assert_eq!(encoding.of_characters("aé!").offsets, [0..3, 1..3, 3..4]);
    /// ```
    #[must_use]
    pub fn of_characters(mut self, text: &str) -> Encoding {
        for range in &mut self.offsets {
            *range = text.floor_char_boundary(range.start)..text.ceil_char_boundary(range.end);
        }
        self
    }

    /// Some of the tokens, by their places among them; what is beyond the last is left out. The offsets stay those in
    /// the whole text.
    ///
    /// ```
    /// # use kinglet_text::Encoding;
    /// let encoding = Encoding { ids: vec![7, 8, 9], offsets: vec![0..2, 2..3, 3..5] };
    /// assert_eq!(encoding.cut(1..9), Encoding { ids: vec![8, 9], offsets: vec![2..3, 3..5] });
    /// ```
    pub fn cut(&self, range: Range<usize>) -> Encoding {
        let end = range.end.min(self.ids.len());
        let range = range.start.min(end)..end;
        let ids = self.ids.get(range.clone()).unwrap_or_default().to_vec();
        Encoding { ids, offsets: self.offsets.get(range).unwrap_or_default().to_vec() }
    }
}

/// Where the code points of a text begin: other languages count places in a text by them, and not by bytes.
#[derive(Clone, Debug)]
pub struct CodePoints {
    /// The byte that each begins with, and the end of the text.
    starts: Vec<usize>,
}

impl CodePoints {
    /// Those of a text.
    pub fn of(text: &str) -> CodePoints {
        CodePoints { starts: text.char_indices().map(|(at, _)| at).chain([text.len()]).collect() }
    }

    /// The code points that these bytes are of; any part of one counts.
    ///
    /// ```
    /// # use kinglet_text::CodePoints;
    /// let points = CodePoints::of("a🐦é");
    /// assert_eq!(points.range(&(1..5)), 1..2);
    /// assert_eq!(points.range(&(3..7)), 1..3);
    /// assert_eq!(points.range(&(7..7)), 3..3);
    /// ```
    pub fn range(&self, bytes: &Range<usize>) -> Range<usize> {
        let begun = self.starts.partition_point(|&start| start <= bytes.start).saturating_sub(1);
        let end = self.starts.partition_point(|&start| start < bytes.end);
        begun..end.min(self.starts.len().saturating_sub(1)).max(begun)
    }
}
