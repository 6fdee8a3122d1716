use std::sync::Arc;

use serde_json::Value;

use crate::{
    Encoding, TextError, Vocabulary,
    decoder::{Decoder, Pending, Piece},
    error::shown,
    gguf::Gguf,
    json::Pipeline,
};

/// Turns text into tokens and tokens into text. Clones share what it holds.
///
/// ```
/// use kinglet_text::{EncodeOptions, SpecialText, SpecialIds, Tokenizer, Vocabulary};
///
/// let vocabulary = Vocabulary {
///     model: "llama",
///     tokens: vec!["<s>", "▁", "h", "i", "hi", "▁hi"],
///     token_type: vec![3, 1, 1, 1, 1, 1],
///     scores: vec![0.0, -3.0, -4.0, -5.0, -1.0, -2.0],
///     special: SpecialIds { bos: Some(0), ..SpecialIds::default() },
///     ..Vocabulary::default()
/// };
/// let tokenizer = Tokenizer::from_vocabulary(&vocabulary)?;
/// let encoding = tokenizer.encode("hi hi", EncodeOptions::default())?;
/// assert_eq!(encoding.ids, [0, 5, 5]);
/// assert_eq!(encoding.offsets, [0..0, 0..2, 2..5]);
/// assert_eq!(tokenizer.decode(&encoding.ids, SpecialText::Skip)?, "hi hi");
/// # Ok::<(), kinglet_text::TextError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Tokenizer {
    pub(crate) shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) kind: Kind,
    decoder: Decoder,
    special: SpecialIds,
    vocab: usize,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Json(Box<Pipeline>),
    Gguf(Box<Gguf>),
}

/// What special tokens have to do with a text that is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EncodeOptions {
    /// Add those that the model wants around a text, such as BOS.
    pub add_special: bool,
    /// Read their texts as these tokens. What people write must not be read so: it could pass for something else.
    pub parse_special: bool,
}

impl Default for EncodeOptions {
    fn default() -> EncodeOptions {
        EncodeOptions { add_special: true, parse_special: true }
    }
}

impl EncodeOptions {
    /// Nothing but text.
    pub const PLAIN: EncodeOptions = EncodeOptions { add_special: false, parse_special: false };
}

/// What becomes of special tokens in decoded text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SpecialText {
    /// They are left out.
    #[default]
    Skip,
    /// They are written as their names.
    Keep,
}

/// Tokens with a meaning, where a model has them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpecialIds {
    /// Begins a text.
    pub bos: Option<u32>,
    /// Ends a text.
    pub eos: Option<u32>,
    /// Stands for what the vocabulary lacks.
    pub unknown: Option<u32>,
    /// Stands between texts.
    pub separator: Option<u32>,
    /// Stands for the whole text.
    pub class: Option<u32>,
    /// Stands for a token to be guessed.
    pub mask: Option<u32>,
    /// Fills up short texts.
    pub padding: Option<u32>,
}

impl Tokenizer {
    /// Reads a `tokenizer.json`, and from the `tokenizer_config.json` beside it which tokens have a meaning; those of
    /// BERT and its kin are known by their usual names, too. What it says of padding and truncation is not followed.
    pub fn from_json(tokenizer: &[u8], config: Option<&Value>) -> Result<Tokenizer, TextError> {
        let (pipeline, decoder) = Pipeline::from_json(tokenizer)?;
        let named = |key: &str| {
            let value = config?.get(key)?;
            let text = value.as_str().or_else(|| value.get("content")?.as_str())?;
            pipeline.find(text).or_else(|| {
                log::warn!("{key} is {}, which is no token of tokenizer.json", shown(text));
                None
            })
        };
        // Many a tokenizer_config.json leaves them to code that knows them.
        let usual = |texts: &[&str]| texts.iter().find_map(|text| pipeline.find_special(text));
        let special = SpecialIds {
            bos: named("bos_token"),
            eos: named("eos_token"),
            unknown: named("unk_token"),
            separator: named("sep_token").or_else(|| usual(&["[SEP]"])),
            class: named("cls_token").or_else(|| usual(&["[CLS]"])),
            mask: named("mask_token").or_else(|| usual(&["[MASK]", "<mask>"])),
            padding: named("pad_token").or_else(|| usual(&["[PAD]", "<pad>"])),
        };
        let vocab = pipeline.vocab();
        let shared = Shared { kind: Kind::Json(Box::new(pipeline)), decoder, special, vocab };
        Ok(Tokenizer { shared: Arc::new(shared) })
    }

    /// Makes a tokenizer of the vocabulary of a GGUF file. It encodes as llama.cpp does.
    pub fn from_vocabulary(vocabulary: &Vocabulary<'_>) -> Result<Tokenizer, TextError> {
        let (gguf, decoder, special) = Gguf::new(vocabulary)?;
        let vocab = gguf.vocab;
        Ok(Tokenizer { shared: Arc::new(Shared { kind: Kind::Gguf(Box::new(gguf)), decoder, special, vocab }) })
    }

    /// How many tokens there are. A model may have rows for more.
    pub fn vocab(&self) -> usize {
        self.shared.vocab
    }

    /// The tokens with a meaning.
    pub fn special(&self) -> SpecialIds {
        self.shared.special
    }

    /// The tokens of a text.
    pub fn encode(&self, text: &str, options: EncodeOptions) -> Result<Encoding, TextError> {
        let EncodeOptions { add_special, parse_special } = options;
        let tokens = match &self.shared.kind {
            Kind::Json(pipeline) => pipeline.encode(text, parse_special, add_special)?,
            Kind::Gguf(gguf) => gguf.encode(text, parse_special, add_special)?,
        };
        let (ids, offsets) = tokens.into_iter().unzip();
        Ok(Encoding { ids, offsets })
    }

    /// The text of tokens. Bytes that are no UTF-8 become U+FFFD.
    pub fn decode(&self, ids: &[u32], special: SpecialText) -> Result<String, TextError> {
        let mut pending = Pending::default();
        ids.iter().try_for_each(|&id| self.push(&mut pending, id, special))?;
        Ok(pending.take(true))
    }

    /// Text as its tokens come.
    pub fn decode_stream(&self, special: SpecialText) -> DecodeStream {
        DecodeStream { tokenizer: self.clone(), special, pending: Pending::default() }
    }

    /// The same of tokens that go on with a text: a space that they begin with stays.
    pub fn continued_stream(&self, special: SpecialText) -> DecodeStream {
        DecodeStream { tokenizer: self.clone(), special, pending: Pending::within_text() }
    }

    /// The bytes that a token stands for within a text; of a special token, its name.
    pub fn token_bytes(&self, id: u32) -> Result<Vec<u8>, TextError> {
        let mut pending = Pending::within_text();
        self.push(&mut pending, id, SpecialText::Keep)?;
        Ok(pending.into_bytes())
    }

    /// Whether a token is no part of a text, but steers a model or stands for what the vocabulary lacks.
    #[cfg(feature = "grammar")]
    pub(crate) fn is_special(&self, id: u32) -> bool {
        match &self.shared.kind {
            Kind::Json(pipeline) => pipeline.token(id).is_none_or(|(_, kind)| kind.is_special()),
            Kind::Gguf(gguf) => gguf.pieces.kind(id).is_none_or(|kind| kind.is_special()),
        }
    }

    fn push(&self, pending: &mut Pending, id: u32, special: SpecialText) -> Result<(), TextError> {
        let Shared { kind, decoder, vocab, .. } = &*self.shared;
        let missing = || TextError::Token { id, vocab: *vocab };
        let mut push = |text: &[u8], kind: crate::pieces::Kind| {
            if special == SpecialText::Keep || !kind.is_special() {
                decoder.push(pending, Piece { text, kind });
            }
        };
        match kind {
            Kind::Json(pipeline) => {
                let (text, kind) = pipeline.token(id).ok_or_else(missing)?;
                push(text.as_bytes(), kind);
            }
            Kind::Gguf(gguf) => {
                let known = gguf.pieces.kind(id).filter(|_| usize::try_from(id).is_ok_and(|id| id < *vocab));
                push(gguf.pieces.text(id), known.ok_or_else(missing)?);
            }
        }
        Ok(())
    }
}

/// Text as its tokens come: whole characters, each as soon as it cannot change any more. All that comes out of it, up
/// to and with [`DecodeStream::finish`], is what [`Tokenizer::decode`] makes of the same tokens.
#[derive(Clone, Debug)]
pub struct DecodeStream {
    tokenizer: Tokenizer,
    special: SpecialText,
    pending: Pending,
}

impl DecodeStream {
    /// Adds a token, and returns the text that is complete with it, where there is any.
    pub fn push(&mut self, id: u32) -> Result<Option<String>, TextError> {
        self.tokenizer.push(&mut self.pending, id, self.special)?;
        Ok(Some(self.pending.take(false)).filter(|text| !text.is_empty()))
    }

    /// The rest: a character that was not completed becomes U+FFFD.
    pub fn finish(mut self) -> Option<String> {
        Some(self.pending.take(true)).filter(|text| !text.is_empty())
    }
}
