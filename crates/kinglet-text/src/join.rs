use std::ops::Range;

use crate::{
    Encoding, TextError, Tokenizer,
    tokenizer::{Kind, Shared},
};

/// One text or two as a model reads them, with the special tokens that it wants around them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// The tokens.
    pub ids: Vec<u32>,
    /// The segment of each: its token type.
    pub segments: Vec<u32>,
    /// What each stands for; none for one that was added.
    pub places: Vec<Option<Place>>,
}

/// What a token stands for. [`CodePoints`](crate::CodePoints) counts it in code points.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Whether it is of the second text.
    pub second: bool,
    /// The bytes of its text.
    pub range: Range<usize>,
}

/// A token of texts that are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) id: u32,
    pub(crate) segment: u32,
    /// Where it is of a text: whether of the second, and its place among the tokens of it.
    pub(crate) from: Option<(bool, usize)>,
}

impl Tokenizer {
    /// Adds the special tokens that the model wants around a text, or around and between two. The texts are encoded
    /// without them, and may be cut.
    ///
    /// A `tokenizer.json` says what they are. With the vocabulary of a GGUF file, one text has those that
    /// [`Tokenizer::encode`] adds; two have BERT's form and segments where it is one of words, and otherwise each its
    /// end, with the separator between them where the file names one and does not say that it is not added.
    ///
    /// ```
    /// use kinglet_text::{EncodeOptions, SpecialIds, Tokenizer, Vocabulary};
    ///
    /// let vocabulary = Vocabulary {
    ///     model: "bert",
    ///     tokens: vec!["[UNK]", "[CLS]", "[SEP]", "▁a", "▁small", "▁bird"],
    ///     special: SpecialIds { unknown: Some(0), bos: Some(1), separator: Some(2), ..SpecialIds::default() },
    ///     ..Vocabulary::default()
    /// };
    /// let tokenizer = Tokenizer::from_vocabulary(&vocabulary)?;
    /// let encode = |text| tokenizer.encode(text, EncodeOptions { add_special: false, parse_special: true });
    /// let joined = tokenizer.join(&encode("a bird")?, Some(&encode("small")?))?;
    /// assert_eq!(joined.ids, [1, 3, 5, 2, 4, 2]);
    /// assert_eq!(joined.segments, [0, 0, 0, 0, 1, 1]);
    /// assert_eq!(joined.places[2].as_ref().map(|place| place.range.clone()), Some(2..6));
    /// # Ok::<(), kinglet_text::TextError>(())
    /// ```
    pub fn join(&self, first: &Encoding, second: Option<&Encoding>) -> Result<Joined, TextError> {
        let mut joined = Joined::default();
        for Member { id, segment, from } in self.members(&first.ids, second.map(|second| second.ids.as_slice()))? {
            joined.ids.push(id);
            joined.segments.push(segment);
            joined.places.push(from.and_then(|(of_second, index)| {
                let text = if of_second { second? } else { first };
                Some(Place { second: of_second, range: text.offsets.get(index)?.clone() })
            }));
        }
        Ok(joined)
    }

    /// How many tokens [`Tokenizer::join`] adds to one text, or to a pair of them.
    pub fn added(&self, pair: bool) -> Result<usize, TextError> {
        let members = self.members(&[0], pair.then_some(&[0]))?;
        Ok(members.iter().filter(|member| member.from.is_none()).count())
    }

    fn members(&self, first: &[u32], second: Option<&[u32]>) -> Result<Vec<Member>, TextError> {
        let Shared { kind, .. } = &*self.shared;
        match kind {
            Kind::Json(pipeline) => pipeline.join(first, second),
            Kind::Gguf(gguf) => gguf.join(first, second),
        }
    }
}
