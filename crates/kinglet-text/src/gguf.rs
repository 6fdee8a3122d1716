//! Tokenizers of GGUF files.

use std::ops::Range;

use crate::{
    SpecialIds, TextError, alphabet,
    bpe::Bpe,
    charsmap::Charsmap,
    decoder::{Decoder, FirstSpace, Form},
    error::shown,
    join::Member,
    json::Pipeline,
    pieces::{Kind, Pieces},
    pre_tokenizer::{Letters, PreTokenizer},
    scored::Scored,
    special::{CONTROL_TEXTS, Part, SpecialTokens, Strips},
    unigram::{Spaces, Unigram},
};

/// The vocabulary of a GGUF file, key by key: `tokens` is what it has under `tokenizer.ggml.tokens`.
///
/// What is `None` or empty is missing in the file, and has the value that llama.cpp takes for it.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary<'v> {
    /// The kind of tokenizer: `gpt2`, `llama`, `gemma4`, `bert` or `t5`.
    pub model: &'v str,
    /// How text is split, by a name such as `qwen2`.
    pub pre: Option<&'v str>,
    /// The texts of the tokens.
    pub tokens: Vec<&'v str>,
    /// How likely each token is.
    pub scores: Vec<f32>,
    /// What each token is, as a number.
    pub token_type: Vec<i32>,
    /// Pairs of tokens that become one, with a space between.
    pub merges: Vec<&'v str>,
    /// The tokens with a meaning.
    pub special: SpecialIds,
    /// Whether texts begin with BOS.
    pub add_bos_token: Option<bool>,
    /// Whether texts end with EOS.
    pub add_eos_token: Option<bool>,
    /// Whether the separator stands between two texts.
    pub add_sep_token: Option<bool>,
    /// Whether texts begin with a space.
    pub add_space_prefix: Option<bool>,
    /// Whether several spaces are one.
    pub remove_extra_whitespaces: Option<bool>,
    /// Characters that are replaced, as SentencePiece keeps them.
    pub precompiled_charsmap: Vec<u8>,
    /// Whether capitals become small letters.
    pub lowercase: Option<bool>,
    /// Whether letters lose their accents.
    pub strip_accents: Option<bool>,
    /// The name of the model.
    pub name: &'v str,
    /// The architecture of the model.
    pub architecture: &'v str,
}

/// A tokenizer of a GGUF file.
#[derive(Debug)]
pub(crate) struct Gguf {
    pub(crate) pieces: Pieces,
    /// How many of the pieces are tokens.
    pub(crate) vocab: usize,
    special: SpecialTokens,
    algorithm: Algorithm,
    begin: Option<u32>,
    end: Option<u32>,
    /// Stands between two texts, after the end of the first.
    separator: Option<u32>,
}

#[derive(Debug)]
enum Algorithm {
    Bpe(Box<Bpe>),
    Scored(Scored),
    Unigram(Unigram),
    WordPiece(Box<Pipeline>),
}

/// The kinds of vocabularies by their names in files.
const MODELS: &[(&str, Model)] = &[
    ("gpt2", Model::Bpe),
    ("gemma4", Model::Gemma4),
    ("llama", Model::Scored),
    ("bert", Model::WordPiece),
    ("t5", Model::Unigram),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Model {
    Bpe,
    Gemma4,
    Scored,
    WordPiece,
    Unigram,
}

impl Model {
    /// The tokens with a meaning where the file does not name them.
    fn special(self) -> SpecialIds {
        let none = SpecialIds::default();
        match self {
            Model::Bpe | Model::Gemma4 => none,
            Model::Scored => SpecialIds { bos: Some(1), eos: Some(2), unknown: Some(0), ..none },
            Model::WordPiece => SpecialIds {
                bos: Some(101),
                unknown: Some(100),
                separator: Some(102),
                padding: Some(0),
                mask: Some(103),
                ..none
            },
            Model::Unigram => SpecialIds { eos: Some(1), unknown: Some(2), padding: Some(0), ..none },
        }
    }
}

impl Gguf {
    pub(crate) fn new(vocabulary: &Vocabulary<'_>) -> Result<(Gguf, Decoder, SpecialIds), TextError> {
        let known = MODELS.iter().find(|(name, _)| *name == vocabulary.model);
        let &(_, model) = known.ok_or_else(|| TextError::Kind {
            found: shown(vocabulary.model),
            supported: MODELS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", "),
        })?;
        let pre = match model {
            Model::Bpe => Some(PreTokenizer::find(vocabulary.pre)?),
            Model::Gemma4 => Some(PreTokenizer::find(Some("gemma4"))?),
            Model::Scored | Model::WordPiece | Model::Unigram => None,
        };
        let mut pieces = read_pieces(vocabulary, pre.is_some_and(|pre| pre.letters == Letters::Bytes))?;
        let vocab = pieces.len();
        let ids = special_ids(vocabulary, model, vocab);
        let strips = Strips::new(&pieces, vocabulary.name, vocabulary.architecture, vocabulary.pre.unwrap_or_default());
        let special = SpecialTokens::new(&pieces, strips)?;
        let space_prefix = vocabulary.add_space_prefix.unwrap_or(model == Model::Scored);
        let algorithm = match (model, pre) {
            (Model::Scored, _) => {
                Algorithm::Scored(Scored::new(&pieces, &vocabulary.scores, space_prefix, ids.unknown)?)
            }
            (Model::WordPiece, _) => Algorithm::WordPiece(Box::new(word_piece(vocabulary, &pieces, ids)?)),
            (Model::Unigram, _) => {
                let spaces =
                    Spaces { prefix: space_prefix, merge: vocabulary.remove_extra_whitespaces.unwrap_or(false) };
                let charsmap = Charsmap::new(&vocabulary.precompiled_charsmap)?;
                Algorithm::Unigram(Unigram::new(&pieces, &vocabulary.scores, ids.unknown, charsmap, spaces)?)
            }
            (Model::Bpe | Model::Gemma4, pre) => {
                let pre = pre.ok_or_else(|| TextError::vocabulary("has no way to split text"))?;
                Algorithm::Bpe(Box::new(Bpe::new(pre, &mut pieces, &vocabulary.merges)?))
            }
        };
        let (begin, end) = around(vocabulary, model, pre, ids);
        let first_space = if space_prefix || model == Model::WordPiece { FirstSpace::Drop } else { FirstSpace::Keep };
        let decoder = match pre.map(|pre| pre.letters) {
            Some(Letters::Bytes) => Decoder { form: Form::Bytes, first_space },
            _ => Decoder::sentence_piece(first_space),
        };
        if model == Model::Bpe && vocabulary.pre.is_none() {
            log::warn!("the vocabulary does not say how text is split (tokenizer.ggml.pre); splitting it by default");
        }
        // BERT ends texts with it.
        let add_separator = model != Model::WordPiece && vocabulary.add_sep_token.unwrap_or(true);
        let separator = ids.separator.filter(|_| add_separator);
        Ok((Gguf { pieces, vocab, special, algorithm, begin, end, separator }, decoder, ids))
    }

    /// The tokens of a text. `parse` finds the texts of special tokens, `add` adds those around a text.
    pub(crate) fn encode(&self, text: &str, parse: bool, add: bool) -> Result<Vec<(u32, Range<usize>)>, TextError> {
        let mut found = Vec::new();
        found.extend(self.begin.filter(|_| add).map(|id| (id, 0..0)));
        // Text at the beginning and after special tokens.
        let mut fresh = true;
        for part in self.special.parts(text, parse) {
            match part {
                Part::Text(range) => {
                    self.encode_text(text.get(range.clone()).unwrap_or_default(), range.start, fresh, &mut found)?;
                    fresh = false;
                }
                Part::Token(id, range) => {
                    found.push((id, range));
                    fresh = true;
                }
            }
        }
        found.extend(self.end.filter(|_| add).map(|id| (id, text.len()..text.len())));
        Ok(found)
    }

    /// Puts special tokens around one text, or around and between two.
    pub(crate) fn join(&self, first: &[u32], second: Option<&[u32]>) -> Result<Vec<Member>, TextError> {
        let added = |id: Option<u32>, segment| id.map(|id| Member { id, segment, from: None });
        let text = |ids: &[u32], second: bool, segment: u32| -> Vec<Member> {
            ids.iter().enumerate().map(|(index, &id)| Member { id, segment, from: Some((second, index)) }).collect()
        };
        let mut members = Vec::from_iter(added(self.begin, 0));
        members.extend(text(first, false, 0));
        members.extend(added(self.end, 0));
        if let Some(second) = second {
            if self.end.is_none() {
                let why = "it adds no token at the end of a text, and does not say what stands between two";
                return Err(TextError::Pair { by: "the vocabulary", why: why.to_owned() });
            }
            let segment = u32::from(matches!(self.algorithm, Algorithm::WordPiece(_)));
            members.extend(added(self.separator, 0));
            members.extend(text(second, true, segment));
            members.extend(added(self.end, segment));
        }
        Ok(members)
    }

    fn encode_text(
        &self,
        text: &str,
        at: usize,
        fresh: bool,
        found: &mut Vec<(u32, Range<usize>)>,
    ) -> Result<(), TextError> {
        match &self.algorithm {
            Algorithm::Bpe(bpe) => bpe.encode(&self.pieces, text, at, found),
            Algorithm::Scored(scored) => scored.encode(&self.pieces, text, at, fresh, found),
            Algorithm::Unigram(unigram) => unigram.encode(&self.pieces, text, at, found),
            Algorithm::WordPiece(pipeline) => {
                let tokens = pipeline.encode(text, false, false)?;
                found.extend(tokens.into_iter().map(|(id, range)| (id, range.start + at..range.end + at)));
            }
        }
        Ok(())
    }
}

/// Reads the tokens. Those of byte-level vocabularies are kept as the bytes that they stand for.
fn read_pieces(vocabulary: &Vocabulary<'_>, letters: bool) -> Result<Pieces, TextError> {
    let Vocabulary { tokens, token_type, .. } = vocabulary;
    if !token_type.is_empty() && token_type.len() < tokens.len() {
        let why = format!("has {} tokens and {} token types", tokens.len(), token_type.len());
        return Err(TextError::vocabulary(why));
    }
    if tokens.is_empty() {
        return Err(TextError::vocabulary("has no tokens"));
    }
    // These end a text by another token, and their "</s>" is text.
    let slash_s = !["<|tool_response>", "<|plamo:eos|>"].iter().any(|text| tokens.contains(text));
    let mut pieces = Pieces::with_capacity(tokens.len());
    let mut bytes = Vec::new();
    for (index, text) in tokens.iter().enumerate() {
        let mut kind = token_type.get(index).map_or(Kind::Normal, |&number| Kind::of(number));
        if text.starts_with(['<', '[', '_', '▁']) && (CONTROL_TEXTS.contains(text) || slash_s && *text == "</s>") {
            kind = Kind::Control;
        }
        bytes.clear();
        let decoded = letters && alphabet::decode(text, &mut bytes);
        let ordinary = matches!(kind, Kind::Normal | Kind::Unused);
        let (piece, listed) = match decoded {
            true if ordinary => (bytes.as_slice(), true),
            // Letters of other tokens mean themselves; a text has such a token where they do.
            true => (text.as_bytes(), bytes == text.as_bytes()),
            false => (text.as_bytes(), !letters),
        };
        let id = pieces.push(piece, kind)?;
        if listed && !piece.is_empty() {
            pieces.list(id);
        }
    }
    Ok(pieces)
}

/// The tokens with a meaning; those that are not in the vocabulary are none.
fn special_ids(vocabulary: &Vocabulary<'_>, model: Model, vocab: usize) -> SpecialIds {
    let there = |id: &u32| usize::try_from(*id).is_ok_and(|id| id < vocab);
    let pick = |what: &str, named: Option<u32>, usual: Option<u32>| {
        if let Some(id) = named.filter(|id| !there(id)) {
            log::warn!("the {what} token {id} is not in the vocabulary, which has {vocab} tokens");
        }
        named.filter(there).or(usual.filter(there))
    };
    let (named, usual) = (vocabulary.special, model.special());
    let class = pick("class", named.class, None);
    SpecialIds {
        bos: pick("beginning", named.bos, class.or(usual.bos)),
        eos: pick("end", named.eos, usual.eos),
        unknown: pick("unknown", named.unknown, usual.unknown),
        separator: pick("separator", named.separator, usual.separator),
        class,
        mask: pick("mask", named.mask, usual.mask),
        padding: pick("padding", named.padding, usual.padding),
    }
}

/// The tokens before and after a text.
fn around(
    vocabulary: &Vocabulary<'_>,
    model: Model,
    pre: Option<&PreTokenizer>,
    ids: SpecialIds,
) -> (Option<u32>, Option<u32>) {
    if model == Model::WordPiece {
        return (ids.bos, ids.separator);
    }
    let add_bos = vocabulary.add_bos_token.unwrap_or(model == Model::Scored || pre.is_some_and(|pre| pre.add_bos));
    let add_eos = vocabulary.add_eos_token.unwrap_or(model == Model::Unigram);
    // Files of these models deny it and are wrong.
    let gemma4 = pre.is_some_and(|pre| pre.letters == Letters::CharactersAndLines);
    (ids.bos.filter(|_| add_bos || gemma4), ids.eos.filter(|_| add_eos))
}

fn word_piece(vocabulary: &Vocabulary<'_>, pieces: &Pieces, ids: SpecialIds) -> Result<Pipeline, TextError> {
    let unknown = ids.unknown.ok_or_else(|| TextError::vocabulary("has no unknown token"))?;
    let lowercase = vocabulary.lowercase.unwrap_or(true);
    Pipeline::word_piece(pieces, unknown, lowercase, vocabulary.strip_accents.unwrap_or(lowercase))
}
