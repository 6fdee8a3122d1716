//! The vocabulary of a Hugging Face folder in the words of a GGUF file.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::{Value as Json, error::Category};

use super::{GgufWriter, ValueType, pre_tokenizer::PreTokenizer, value::Value};
use crate::{Checkpoint, Config, Description, FormatError, TokenizerKind, hugging_face, shown::shown};

/// What a GGUF file says of a model's tokens.
#[derive(Clone, Debug, Default)]
pub struct Vocabulary {
    /// The byte-level BPE; without it the file has no tokenizer.
    bpe: Option<Bpe>,
    /// Keys that name a token, and the token.
    ids: Vec<(&'static str, u32)>,
    flags: Vec<(&'static str, bool)>,
    chat_template: Option<String>,
    /// What could not be kept.
    warnings: Vec<String>,
}

#[derive(Clone, Debug)]
struct Bpe {
    pre: &'static str,
    tokens: Vec<String>,
    types: Vec<i32>,
    merges: Vec<String>,
}

/// The numbers of token types in GGUF files.
const NORMAL: i32 = 1;
const CONTROL: i32 = 3;
const USER_DEFINED: i32 = 4;
const UNUSED: i32 = 5;

/// As much of a `tokenizer.json` as is kept.
#[derive(Deserialize)]
struct Tokenizer {
    model: Model,
    #[serde(default)]
    added_tokens: Vec<Added>,
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
}

/// Merges are pairs; before tokenizers 0.20 they were texts with a space between.
#[derive(Deserialize)]
#[serde(untagged)]
enum Merge {
    Text(String),
    Pair([String; 2]),
}

#[derive(Deserialize)]
struct Added {
    id: u32,
    content: String,
    #[serde(default)]
    special: bool,
}

impl Vocabulary {
    /// Reads the tokenizer beside a model whose table of embeddings has so many rows. A byte-level BPE is kept; of any
    /// other tokenizer [`Vocabulary::warnings`] says that it is not. Empty for a GGUF file, which has its own keys.
    pub async fn read(checkpoint: &Checkpoint, rows: usize) -> Result<Vocabulary, FormatError> {
        let mut vocabulary = Vocabulary::default();
        let Description::HuggingFace(config) = checkpoint.description() else { return Ok(vocabulary) };
        let source = checkpoint.source();
        let side = hugging_face::tokenizer_config(source).await?;
        let mut lost = None;
        match checkpoint.tokenizer() {
            Some(TokenizerKind::Json(kind)) if kind == "BPE" => match hugging_face::tokenizer(source).await? {
                Some(text) => lost = vocabulary.read_bpe(&text, rows)?,
                None => lost = Some("there is no tokenizer.json".to_owned()),
            },
            Some(TokenizerKind::Json(kind)) => lost = Some(format!("tokenizer.json holds a {} model", shown(kind))),
            Some(TokenizerKind::SentencePiece) => lost = Some("tokenizer.model is SentencePiece's".to_owned()),
            Some(TokenizerKind::Gguf(_)) => {}
            None => lost = Some("the model has no tokenizer".to_owned()),
        }
        if let Some(why) = lost {
            vocabulary.warnings.push(format!("the file gets no tokenizer: {why}, and only byte-level BPE is written"));
        }
        vocabulary.add_special(side.as_ref(), config, checkpoint.end_tokens()?)?;
        if vocabulary.bpe.is_some() {
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
        match &self.bpe {
            Some(bpe) => {
                writer.value("tokenizer.ggml.model", "gpt2").value("tokenizer.ggml.pre", bpe.pre);
                writer.texts("tokenizer.ggml.tokens", bpe.tokens.iter().map(String::as_str));
                writer.array("tokenizer.ggml.token_type", ValueType::I32, bpe.types.iter().map(|&x| Value::I32(x)));
                writer.texts("tokenizer.ggml.merges", bpe.merges.iter().map(String::as_str));
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
    fn read_bpe(&mut self, text: &[u8], rows: usize) -> Result<Option<String>, FormatError> {
        let tokenizer: Tokenizer = serde_json::from_slice(text).map_err(wrong)?;
        let pre_tokenizer = PreTokenizer::new(&tokenizer.pre_tokenizer);
        if !pre_tokenizer.byte_level {
            return Ok(Some("the BPE of tokenizer.json is not byte-level".to_owned()));
        }
        let mut tokens: Vec<String> = (0..rows).map(|id| format!("[PAD{id}]")).collect();
        let mut types = vec![UNUSED; rows];
        let added = tokenizer.added_tokens.iter().map(|token| {
            let kind = if token.special { CONTROL } else { USER_DEFINED };
            (token.content.as_str(), token.id, kind)
        });
        // Added tokens are in the vocabulary too, as a rule.
        let all = tokenizer.model.vocab.iter().map(|(token, &id)| (token.as_str(), id, NORMAL)).chain(added);
        for (token, id, kind) in all {
            let index = usize::try_from(id).unwrap_or(usize::MAX);
            let (Some(place), Some(type_place)) = (tokens.get_mut(index), types.get_mut(index)) else {
                return Ok(Some(format!(
                    "tokenizer.json has token {id}, and the model only {rows} rows of embeddings"
                )));
            };
            token.clone_into(place);
            *type_place = kind;
        }
        let pre = pre_tokenizer.name(tokenizer.model.ignore_merges).unwrap_or_else(|| {
            let why =
                "the way tokenizer.json splits text has no name in GGUF files: llama.cpp will split by its default";
            self.warnings.push(why.to_owned());
            "default"
        });
        self.add_flags(&tokenizer.post_processor);
        let merges = tokenizer.model.merges.into_iter().map(Merge::text).collect();
        self.bpe = Some(Bpe { pre, tokens, types, merges });
        Ok(None)
    }

    /// Whether texts begin and end with special tokens.
    fn add_flags(&mut self, post_processor: &Json) {
        let several = post_processor.get("processors").and_then(Json::as_array);
        for processor in several.map_or(std::slice::from_ref(post_processor), Vec::as_slice) {
            let kind = processor.get("type").and_then(Json::as_str);
            let single = processor.get("single").and_then(Json::as_array);
            let special = |piece: Option<&Json>| piece.is_some_and(|piece| piece.get("SpecialToken").is_some());
            match (kind, single) {
                (Some("TemplateProcessing"), Some(pieces)) if pieces.len() > 1 => {
                    self.set_flag("add_bos_token", special(pieces.first()));
                    self.set_flag("add_eos_token", special(pieces.last()));
                }
                (Some("ByteLevel"), _) => ["add_bos_token", "add_eos_token"].iter().for_each(|key| {
                    if !self.flags.iter().any(|(known, _)| known == key) {
                        self.flags.push((key, false));
                    }
                }),
                _ => {}
            }
        }
    }

    fn set_flag(&mut self, key: &'static str, flag: bool) {
        self.flags.retain(|(known, _)| *known != key);
        self.flags.push((key, flag));
    }

    /// The tokens with a meaning: as `tokenizer_config.json` has them, or else `config.json`.
    fn add_special(&mut self, side: Option<&Json>, config: &Config, ends: Option<Vec<u32>>) -> Result<(), FormatError> {
        let named = |key: &str| {
            let value = side?.get(key)?;
            let token = value.as_str().or_else(|| value.get("content")?.as_str())?;
            let index = self.bpe.as_ref()?.tokens.iter().position(|known| known == token)?;
            u32::try_from(index).ok()
        };
        let first = |key: &str| Ok::<_, FormatError>(config.ids(key)?.and_then(|ids| ids.first().copied()));
        let ends = ends.unwrap_or_default();
        let bos = named("bos_token").map_or_else(|| first("bos_token_id"), |id| Ok(Some(id)))?;
        let eos = named("eos_token").or(ends.first().copied());
        let pad = named("pad_token").map_or_else(|| first("pad_token_id"), |id| Ok(Some(id)))?;
        // The ends of a turn and of a message end a text as well.
        let mut others = ends.iter().copied().filter(|id| Some(*id) != eos);
        let special = [("bos", bos), ("eos", eos), ("padding", pad), ("eot", others.next()), ("eom", others.next())];
        self.ids = special.into_iter().filter_map(|(key, id)| Some((key, id?))).collect();
        let rest: Vec<String> = others.map(|id| id.to_string()).collect();
        if !rest.is_empty() {
            self.warnings
                .push(format!("the file has no place for more than three end tokens: lost {}", rest.join(", ")));
        }
        for key in ["add_bos_token", "add_eos_token"] {
            if let Some(flag) = side.and_then(|side| side.get(key)?.as_bool())
                && self.bpe.is_some()
            {
                self.set_flag(key, flag);
            }
        }
        Ok(())
    }
}

impl Merge {
    fn text(self) -> String {
        // A space within a token would look like the one between two; llama.cpp knows it by the letter of its byte.
        let escape = |text: &str| text.replace(' ', "\u{120}");
        match self {
            Merge::Text(text) => text,
            Merge::Pair([first, second]) => format!("{} {}", escape(&first), escape(&second)),
        }
    }
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
