//! Tokenizers of the crate `tokenizers`: those of a `tokenizer.json`, and WordPiece vocabularies.

use std::ops::Range;

use serde_json::Value;
use tokenizers::{
    AddedVocabulary, Encoding, Model, OffsetType, PostProcessor, PreTokenizer, Tokenizer, models::wordpiece::WordPiece,
    normalizers::BertNormalizer, pre_tokenizers::bert::BertPreTokenizer,
};

use crate::{
    TextError,
    decoder::Decoder,
    error::shown,
    join::Member,
    parts::explained,
    pieces::{Kind, Pieces},
    processor,
};

/// The steps of a tokenizer. What it says of padding and truncation is not followed: a caller who wants them knows
/// better to what length.
pub(crate) struct Pipeline {
    tokenizer: Tokenizer,
    /// The added tokens, where the text of special tokens means nothing special.
    plain: AddedVocabulary,
    /// Why two texts cannot be joined.
    pair_fault: Option<String>,
}

impl Pipeline {
    /// Reads a `tokenizer.json`.
    pub(crate) fn from_json(text: &[u8]) -> Result<(Pipeline, Decoder), TextError> {
        let tokenizer = Tokenizer::from_bytes(text).map_err(|error| explained(text, &error.to_string()))?;
        let value = |part: serde_json::Result<Value>| part.map_err(|error| TextError::Json { why: error.to_string() });
        let steps = value(serde_json::to_value(tokenizer.get_post_processor()))?;
        for add in [false, true] {
            processor::check(&steps, 1, add).map_err(|why| TextError::Json { why })?;
        }
        let pair_fault = processor::check(&steps, 2, true).err();
        let decoder = Decoder::from_json(&value(serde_json::to_value(tokenizer.get_decoder()))?)?;
        Ok((Pipeline { pair_fault, ..Pipeline::new(tokenizer) }, decoder))
    }

    /// BERT's way to split text, with the words and parts of words of a GGUF vocabulary.
    pub(crate) fn word_piece(
        pieces: &Pieces,
        unknown: u32,
        lowercase: bool,
        strip_accents: bool,
    ) -> Result<Pipeline, TextError> {
        const CONTINUED: &str = "##";
        let text = |id: u32| String::from_utf8_lossy(pieces.text(id)).into_owned();
        let word = |(id, kind): (u32, Kind)| match text(id).strip_prefix(crate::aligned::SPACE) {
            _ if kind != Kind::Normal => text(id),
            Some(begin) => begin.to_owned(),
            None => format!("{CONTINUED}{}", text(id)),
        };
        let all = pieces.of_kind(|_| true).filter_map(|id| Some((id, pieces.kind(id)?)));
        let vocab: ahash::AHashMap<String, u32> = all.map(|token| (word(token), token.0)).collect();
        let wrong = |error: tokenizers::Error| TextError::vocabulary(shown(&error.to_string()));
        let model = WordPiece::builder()
            .vocab(vocab)
            .unk_token(text(unknown))
            .continuing_subword_prefix(CONTINUED.to_owned())
            .build();
        let mut tokenizer = Tokenizer::new(model.map_err(wrong)?);
        let normalizer = BertNormalizer::new(true, true, Some(strip_accents), lowercase);
        tokenizer.with_normalizer(Some(normalizer)).map_err(wrong)?;
        tokenizer.with_pre_tokenizer(Some(BertPreTokenizer));
        Ok(Pipeline::new(tokenizer))
    }

    fn new(tokenizer: Tokenizer) -> Pipeline {
        let mut plain = tokenizer.get_added_vocabulary().clone();
        plain.set_encode_special_tokens(true);
        Pipeline { tokenizer, plain, pair_fault: None }
    }

    /// The tokens of a text. `parse` finds the texts of special tokens, `add` adds those around a text.
    pub(crate) fn encode(&self, text: &str, parse: bool, add: bool) -> Result<Vec<(u32, Range<usize>)>, TextError> {
        let encoding = self.run(text, parse, add);
        let encoding = encoding.map_err(|error| TextError::Encode { why: shown(&error.to_string()) })?;
        let ranges = encoding.get_offsets().iter().map(|(start, end)| *start..*end);
        Ok(encoding.get_ids().iter().copied().zip(ranges).collect())
    }

    fn run(&self, text: &str, parse: bool, add: bool) -> tokenizers::Result<Encoding> {
        let added = if parse { self.tokenizer.get_added_vocabulary() } else { &self.plain };
        let mut pieces = added.extract_and_normalize(self.tokenizer.get_normalizer(), text);
        if let Some(splitter) = self.tokenizer.get_pre_tokenizer() {
            splitter.pre_tokenize(&mut pieces)?;
        }
        let model = self.tokenizer.get_model();
        pieces.tokenize(|piece| model.tokenize(piece.get()))?;
        let encoding = pieces.into_encoding(None, 0, OffsetType::Byte)?;
        match self.tokenizer.get_post_processor() {
            Some(processor) => processor.process(encoding, None, add),
            None => Ok(encoding),
        }
    }

    /// Puts special tokens around one text, or around and between two.
    pub(crate) fn join(&self, first: &[u32], second: Option<&[u32]>) -> Result<Vec<Member>, TextError> {
        match (second, &self.pair_fault) {
            (Some(_), Some(why)) => Err(processor::pair(why)),
            _ => processor::join(self.tokenizer.get_post_processor(), first, second),
        }
    }

    /// How many tokens there are.
    pub(crate) fn vocab(&self) -> usize {
        self.tokenizer.get_vocab_size(true)
    }

    /// The token of this text.
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        self.tokenizer.token_to_id(text)
    }

    /// The added token of this text, if it is a special one.
    pub(crate) fn find_special(&self, text: &str) -> Option<u32> {
        let special = |id: &u32| self.token(*id).is_some_and(|(_, kind)| kind.is_special());
        self.find(text).filter(special)
    }

    /// The text of a token, as its decoder wants it, and what it is.
    pub(crate) fn token(&self, id: u32) -> Option<(String, Kind)> {
        let added = self.tokenizer.get_added_vocabulary();
        let kind = match added.get_added_tokens_decoder().get(&id) {
            Some(token) if token.special => Kind::Control,
            Some(_) => Kind::UserDefined,
            None => Kind::Normal,
        };
        let text = added.simple_id_to_token(id).or_else(|| self.tokenizer.get_model().id_to_token(id))?;
        Some((text, kind))
    }
}

impl std::fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pipeline of {} tokens", self.vocab())
    }
}
