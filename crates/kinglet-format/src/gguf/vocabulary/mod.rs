//! The vocabulary of a Hugging Face folder in the words of a GGUF file.

mod sentence_piece;

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;
use serde_json::{Value as Json, error::Category};

use sentence_piece::SentencePiece;

use super::{GgufWriter, ValueType, pre_tokenizer::PreTokenizer, value::Value};
use crate::{Checkpoint, Config, Description, FormatError, TokenizerKind, hugging_face, shown::shown};

/// What a GGUF file says of a model's tokens.
#[derive(Debug, Default)]
pub struct Vocabulary {
    /// Without it the file has no tokenizer.
    tokens: Option<(Kind, Table)>,
    /// Keys that name a token, and the token.
    ids: Vec<(&'static str, u32)>,
    flags: Vec<(&'static str, bool)>,
    chat_template: Option<String>,
    /// What could not be kept.
    warnings: Vec<String>,
}

/// How texts are cut into tokens.
#[derive(Debug)]
enum Kind {
    ByteLevel { pre: &'static str, merges: Vec<String> },
    SentencePiece(SentencePiece),
}

/// All tokens by their ids: as many as the model has rows of embeddings.
#[derive(Debug)]
struct Table {
    texts: Vec<String>,
    types: Vec<i32>,
}

impl Table {
    fn new(rows: usize) -> Table {
        Table { texts: (0..rows).map(|id| format!("[PAD{id}]")).collect(), types: vec![UNUSED; rows] }
    }

    /// False where the model has no such row.
    fn set(&mut self, id: usize, text: &str, kind: i32) -> bool {
        let (Some(place), Some(type_place)) = (self.texts.get_mut(id), self.types.get_mut(id)) else { return false };
        text.clone_into(place);
        *type_place = kind;
        true
    }
}

/// The numbers of token types in GGUF files.
const NORMAL: i32 = 1;
const UNKNOWN: i32 = 2;
const CONTROL: i32 = 3;
const USER_DEFINED: i32 = 4;
const UNUSED: i32 = 5;
const BYTE: i32 = 6;

/// As much of a `tokenizer.json` as is kept.
#[derive(Deserialize)]
struct Tokenizer {
    model: Model,
    #[serde(default)]
    added_tokens: Vec<Added>,
    #[serde(default)]
    normalizer: Json,
    #[serde(default)]
    pre_tokenizer: Json,
    #[serde(default)]
    post_processor: Json,
}

#[derive(Deserialize)]
struct Model {
    vocab: HashMap<String, u32>,
    merges: Vec<Merge>,
    #[serde(default)]
    ignore_merges: bool,
    #[serde(default)]
    byte_fallback: bool,
    #[serde(default)]
    unk_token: Option<String>,
}

/// Merges are pairs; before tokenizers 0.20 they were texts with a space between.
#[derive(Deserialize)]
#[serde(untagged)]
enum Merge {
    Text(String),
    Pair([String; 2]),
}

#[derive(Clone, Deserialize)]
struct Added {
    id: u32,
    content: String,
    #[serde(default)]
    special: bool,
}

impl Vocabulary {
    /// Reads the tokenizer beside a model whose table of embeddings has so many rows. Byte-level BPE and SentencePiece
    /// are kept; of any other tokenizer [`Vocabulary::warnings`] says that it is not. Empty for a GGUF file, which has
    /// its own keys.
    pub async fn read(checkpoint: &Checkpoint, rows: usize) -> Result<Vocabulary, FormatError> {
        let mut vocabulary = Vocabulary::default();
        let Description::HuggingFace(config) = checkpoint.description() else { return Ok(vocabulary) };
        let source = checkpoint.source();
        let side = hugging_face::tokenizer_config(source).await?;
        let json = match checkpoint.tokenizer() {
            Some(TokenizerKind::Json(kind)) if kind == "BPE" => hugging_face::tokenizer(source).await?,
            _ => None,
        };
        let json = json.map(|text| serde_json::from_slice::<Tokenizer>(&text).map_err(wrong)).transpose()?;
        let model = hugging_face::sentence_piece(source).await?;
        let lost = match (&json, &model, checkpoint.tokenizer()) {
            (Some(json), ..) if PreTokenizer::new(&json.pre_tokenizer).byte_level => {
                vocabulary.read_byte_level(json, rows)
            }
            (json, Some(model), _) => vocabulary.read_sentence_piece(model, json.as_ref(), side.as_ref(), rows),
            (Some(json), None, _) => vocabulary.read_byte_fallback(json, rows),
            (None, None, Some(TokenizerKind::Json(kind))) => {
                Some(format!("tokenizer.json holds a {} model", shown(kind)))
            }
            (None, None, _) => Some("the model has no tokenizer".to_owned()),
        };
        if let Some(why) = lost {
            let known = "only byte-level BPE and SentencePiece are written";
            vocabulary.warnings.push(format!("the file gets no tokenizer: {why}, and {known}"));
        }
        if let (Some(json), true) = (&json, vocabulary.tokens.is_some()) {
            vocabulary.add_template(&json.post_processor, rows);
        }
        vocabulary.add_special(side.as_ref(), config, checkpoint.end_tokens()?, rows)?;
        if vocabulary.tokens.is_some() {
            vocabulary.chat_template = hugging_face::chat_template(source, side.as_ref()).await?;
        }
        Ok(vocabulary)
    }

    /// What could not be kept, a sentence each.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// Adds the keys to a file.
    pub fn write(&self, writer: &mut GgufWriter) {
        match &self.tokens {
            Some((kind, table)) => {
                let (model, pre) = match kind {
                    Kind::ByteLevel { pre, .. } => ("gpt2", *pre),
                    Kind::SentencePiece(_) => ("llama", "default"),
                };
                writer.value("tokenizer.ggml.model", model).value("tokenizer.ggml.pre", pre);
                writer.texts("tokenizer.ggml.tokens", table.texts.iter().map(String::as_str));
                if let Kind::SentencePiece(pieces) = kind {
                    let scores = pieces.scores.iter().map(|&x| Value::F32(x));
                    writer.array("tokenizer.ggml.scores", ValueType::F32, scores);
                }
                writer.array("tokenizer.ggml.token_type", ValueType::I32, table.types.iter().map(|&x| Value::I32(x)));
                if let Kind::ByteLevel { merges, .. } = kind {
                    writer.texts("tokenizer.ggml.merges", merges.iter().map(String::as_str));
                }
            }
            None => drop(writer.value("tokenizer.ggml.model", "no_vocab")),
        }
        for (key, id) in &self.ids {
            writer.value(&format!("tokenizer.ggml.{key}_token_id"), *id);
        }
        for (key, flag) in &self.flags {
            writer.value(&format!("tokenizer.ggml.{key}"), *flag);
        }
        if let Some(template) = &self.chat_template {
            writer.value("tokenizer.chat_template", template.as_str());
        }
    }

    /// Keeps a byte-level BPE, or says why it cannot be kept.
    fn read_byte_level(&mut self, tokenizer: &Tokenizer, rows: usize) -> Option<String> {
        let mut table = Table::new(rows);
        let added = tokenizer.added_tokens.iter().map(|token| {
            let kind = if token.special { CONTROL } else { USER_DEFINED };
            (token.content.as_str(), token.id, kind)
        });
        // Added tokens are in the vocabulary too, as a rule.
        let all = tokenizer.model.vocab.iter().map(|(token, &id)| (token.as_str(), id, NORMAL)).chain(added);
        for (token, id, kind) in all {
            if !table.set(usize::try_from(id).unwrap_or(usize::MAX), token, kind) {
                return Some(beyond(hugging_face::TOKENIZER, id, rows));
            }
        }
        let pre = PreTokenizer::new(&tokenizer.pre_tokenizer).name(tokenizer.model.ignore_merges);
        let pre = pre.unwrap_or_else(|| {
            let why =
                "the way tokenizer.json splits text has no name in GGUF files: llama.cpp will split by its default";
            self.warnings.push(why.to_owned());
            "default"
        });
        if let Some(kind) = tokenizer.normalizer.get("type").and_then(Json::as_str) {
            self.warnings.push(format!("the file does not say that tokenizer.json normalizes texts ({})", shown(kind)));
        }
        let merges = tokenizer.model.merges.iter().map(Merge::text).collect();
        self.tokens = Some((Kind::ByteLevel { pre, merges }, table));
        None
    }

    /// Keeps a `tokenizer.model` and what was added to it, or says why it cannot be kept.
    fn read_sentence_piece(
        &mut self,
        model: &[u8],
        json: Option<&Tokenizer>,
        side: Option<&Json>,
        rows: usize,
    ) -> Option<String> {
        let mut table = Table::new(rows);
        let Some(mut pieces) = sentence_piece::of_model(model, &mut table) else {
            // What comes beside it may still serve.
            let why = Some("tokenizer.model is no BPE of SentencePiece's".to_owned());
            return json.map_or(why, |json| self.read_byte_fallback(json, rows));
        };
        if let Some(prefix) = side.and_then(|side| side.get("add_prefix_space")?.as_bool()) {
            pieces.space_prefix = prefix;
        }
        let mut added = json.map(|json| json.added_tokens.clone()).unwrap_or_default();
        let decoder = side.and_then(|side| side.get("added_tokens_decoder")?.as_object());
        for (id, token) in decoder.into_iter().flatten() {
            let content = token.get("content").and_then(Json::as_str).map(str::to_owned);
            let special = token.get("special").and_then(Json::as_bool).unwrap_or(false);
            added.extend(id.parse().ok().zip(content).map(|(id, content)| Added { id, content, special }));
        }
        self.keep_pieces(hugging_face::SENTENCE_PIECE, pieces, table, &added)
    }

    /// Keeps a BPE that was made of SentencePiece's, or says why it cannot be kept.
    fn read_byte_fallback(&mut self, tokenizer: &Tokenizer, rows: usize) -> Option<String> {
        let mut table = Table::new(rows);
        let Some(pieces) = sentence_piece::of_json(tokenizer, &mut table) else {
            return Some("the BPE of tokenizer.json is neither byte-level nor SentencePiece's".to_owned());
        };
        self.keep_pieces(hugging_face::TOKENIZER, pieces, table, &tokenizer.added_tokens)
    }

    /// Keeps the pieces of a file and what was added to them, or says why they cannot be kept.
    fn keep_pieces(&mut self, file: &str, pieces: SentencePiece, mut table: Table, added: &[Added]) -> Option<String> {
        let rows = table.texts.len();
        if let Some(id) = pieces.beyond {
            return Some(beyond(file, id, rows));
        }
        let added: BTreeMap<u32, &Added> = added.iter().map(|token| (token.id, token)).collect();
        let mut lost = 0;
        for token in added.into_values() {
            let id = usize::try_from(token.id).unwrap_or(usize::MAX);
            let before = table.types.get(id).copied().unwrap_or(UNUSED);
            let kind = sentence_piece::added_type(token.special, before);
            // In texts of a caller's the mark is a space.
            let text = match kind {
                USER_DEFINED => token.content.replace('\u{2581}', " "),
                _ => token.content.clone(),
            };
            lost += usize::from(!table.set(id, &text, kind));
        }
        if lost > 0 {
            self.warnings.push(format!("{lost} added tokens are lost: the model has {rows} rows of embeddings"));
        }
        self.flags.push(("add_space_prefix", pieces.space_prefix));
        self.tokens = Some((Kind::SentencePiece(pieces), table));
        None
    }

    /// Whether texts begin and end with special tokens, and with which.
    fn add_template(&mut self, post_processor: &Json, rows: usize) {
        let several = post_processor.get("processors").and_then(Json::as_array);
        for processor in several.map_or(std::slice::from_ref(post_processor), Vec::as_slice) {
            let kind = processor.get("type").and_then(Json::as_str);
            let single = processor.get("single").and_then(Json::as_array);
            match (kind, single) {
                (Some("TemplateProcessing"), Some(pieces)) if pieces.len() > 1 => {
                    for (key, flag, piece) in
                        [("bos", "add_bos_token", pieces.first()), ("eos", "add_eos_token", pieces.last())]
                    {
                        let special = piece.and_then(|piece| piece.get("SpecialToken"));
                        self.set_flag(flag, special.is_some());
                        let id = special.and_then(|special| template_id(processor, special));
                        let id = id.filter(|id| usize::try_from(*id).is_ok_and(|id| id < rows));
                        self.ids.extend(id.map(|id| (key, id)));
                    }
                    let added = |pieces: &[Json]| pieces.iter().filter(|it| it.get("SpecialToken").is_some()).count();
                    let ends = added(pieces.last().map_or(&[], std::slice::from_ref));
                    if let Some(between) = between(processor) {
                        // The end of the first text stands there as well.
                        self.set_flag("add_sep_token", between > ends);
                    }
                    if added(pieces) > added(pieces.get(..1).unwrap_or_default()) + ends {
                        let why =
                            "the file does not say that tokenizer.json adds more than a token before and after a text";
                        self.warnings.push(why.to_owned());
                    }
                }
                (Some("ByteLevel"), _) => self.adds_nothing(),
                _ => {}
            }
        }
        if matches!(self.tokens, Some((Kind::ByteLevel { .. }, _))) {
            self.adds_nothing();
        }
    }

    /// Texts have no special tokens around them, where nothing else was said.
    fn adds_nothing(&mut self) {
        for key in ["add_bos_token", "add_eos_token"] {
            if !self.flags.iter().any(|(known, _)| *known == key) {
                self.flags.push((key, false));
            }
        }
    }

    fn set_flag(&mut self, key: &'static str, flag: bool) {
        self.flags.retain(|(known, _)| *known != key);
        self.flags.push((key, flag));
    }

    /// The tokens with a meaning: as `tokenizer_config.json` has them, or else as the tokenizer adds them to a text, or
    /// else `config.json`, which may name those of another vocabulary.
    fn add_special(
        &mut self,
        side: Option<&Json>,
        config: &Config,
        ends: Option<Vec<u32>>,
        rows: usize,
    ) -> Result<(), FormatError> {
        let there = |id: &u32| usize::try_from(*id).is_ok_and(|id| id < rows);
        let named = |key: &str| {
            let value = side?.get(key)?;
            let token = value.as_str().or_else(|| value.get("content")?.as_str())?;
            let index = self.tokens.as_ref()?.1.texts.iter().position(|known| known == token)?;
            u32::try_from(index).ok()
        };
        let first = |key: &str| {
            let id = config.ids(key)?.and_then(|ids| ids.first().copied());
            Ok::<_, FormatError>(id.filter(there))
        };
        let of_template = |key: &str| self.ids.iter().find(|(known, _)| *known == key).map(|(_, id)| *id);
        let ends: Vec<u32> = ends.unwrap_or_default().into_iter().filter(there).collect();
        let bos = named("bos_token").or_else(|| of_template("bos"));
        let bos = bos.map_or_else(|| first("bos_token_id"), |id| Ok(Some(id)))?;
        let eos = named("eos_token").or_else(|| of_template("eos")).or(ends.first().copied());
        let pad = named("pad_token").map_or_else(|| first("pad_token_id"), |id| Ok(Some(id)))?;
        // The ends of a turn and of a message end a text as well.
        let mut others = ends.iter().copied().filter(|id| Some(*id) != eos);
        let ends = [("eos", eos), ("eot", others.next()), ("eom", others.next())];
        // The first is misspelt in all files.
        let of_encoders = [("seperator", named("sep_token")), ("mask", named("mask_token"))];
        let special = [("bos", bos), ("unknown", named("unk_token")), ("padding", pad)];
        let special = special.into_iter().chain(of_encoders).chain(ends);
        self.ids = special.filter_map(|(key, id)| Some((key, id?))).collect();
        let rest: Vec<String> = others.map(|id| id.to_string()).collect();
        if !rest.is_empty() {
            self.warnings
                .push(format!("the file has no place for more than three end tokens: lost {}", rest.join(", ")));
        }
        for key in ["add_bos_token", "add_eos_token"] {
            if let Some(flag) = side.and_then(|side| side.get(key)?.as_bool())
                && self.tokens.is_some()
            {
                self.set_flag(key, flag);
            }
        }
        Ok(())
    }
}

impl Merge {
    /// The two tokens that become one.
    fn pair(&self) -> (&str, &str) {
        match self {
            Merge::Text(text) => text.split_once(' ').unwrap_or((text, "")),
            Merge::Pair([first, second]) => (first, second),
        }
    }

    fn text(&self) -> String {
        // A space within a token would look like the one between two; llama.cpp knows it by the letter of its byte.
        let escape = |text: &str| text.replace(' ', "\u{120}");
        match self {
            Merge::Text(text) => text.clone(),
            Merge::Pair([first, second]) => format!("{} {}", escape(first), escape(second)),
        }
    }
}

/// Why a vocabulary is not kept that has more tokens than the model has rows.
fn beyond(file: &str, id: u32, rows: usize) -> String {
    format!("{file} has token {id}, and the model only {rows} rows of embeddings")
}

/// How many tokens a template puts between two texts.
fn between(processor: &Json) -> Option<usize> {
    let pair = processor.get("pair")?.as_array()?;
    let is_text = |piece: &Json| piece.get("Sequence").is_some();
    let (first, last) = (pair.iter().position(is_text)?, pair.iter().rposition(is_text)?);
    (last - first).checked_sub(1)
}

/// The token that stands for a part of a template.
fn template_id(processor: &Json, special: &Json) -> Option<u32> {
    let token = processor.get("special_tokens")?.get(special.get("id")?.as_str()?)?;
    u32::try_from(token.get("ids")?.as_array()?.first()?.as_u64()?).ok()
}

/// The error of a `tokenizer.json`; what serde says of wrong types quotes the file, at any length.
fn wrong(source: serde_json::Error) -> FormatError {
    let file = hugging_face::TOKENIZER.to_owned();
    match source.classify() {
        Category::Data => FormatError::Value {
            file,
            key: "model".to_owned(),
            found: format!("something else at line {}", source.line()),
            expected: "a BPE with vocab and merges".to_owned(),
        },
        Category::Io | Category::Syntax | Category::Eof => FormatError::Json { source, file },
    }
}
