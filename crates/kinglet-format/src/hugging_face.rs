//! A model as Hugging Face publishes it: `config.json`, files beside it, and one safetensors file or several.

use kinglet_tensor::Bytes;
use serde::Deserialize;
use serde_json::{Value, error::Category};

use crate::{Config, FormatError, Source, TokenizerKind};

const CONFIG: &str = "config.json";
const GENERATION: &str = "generation_config.json";
const SINGLE: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";
pub(crate) const TOKENIZER: &str = "tokenizer.json";
pub(crate) const SENTENCE_PIECE: &str = "tokenizer.model";
const TOKENIZER_CONFIG: &str = "tokenizer_config.json";
const CHAT_TEMPLATE: &str = "chat_template.jinja";
const PROCESSOR_TEMPLATE: &str = "chat_template.json";

/// What transformers calls the template that is taken unless another is asked for.
pub(crate) const DEFAULT_TEMPLATE: &str = "default";

/// The most bytes that are read of such files; parsed, JSON takes many times its length. The largest published have a
/// tenth of it.
pub(crate) const LONGEST_CONFIG: u64 = 2 << 20;
const LONGEST_INDEX: u64 = 16 << 20;
const LONGEST_TOKENIZER: u64 = 256 << 20;

/// What the files beside the weights say.
pub(crate) struct Folder {
    pub(crate) config: Config,
    pub(crate) generation: Option<Config>,
    pub(crate) tokenizer: Option<TokenizerKind>,
    /// The weight files, in order of their names.
    pub(crate) weights: Vec<String>,
}

/// Whether the source has a configuration, and weights in safetensors files.
pub(crate) async fn is_here(source: &Source) -> Result<bool, FormatError> {
    if source.size(CONFIG).await?.is_none() {
        return Ok(false);
    }
    Ok(source.size(SINGLE).await?.is_some() || source.size(INDEX).await?.is_some())
}

pub(crate) async fn open(source: &Source) -> Result<Folder, FormatError> {
    let config = find(source, CONFIG, LONGEST_CONFIG).await?.ok_or_else(|| source.missing(CONFIG))?;
    let config = Config::parse(&config)?;
    let generation = find(source, GENERATION, LONGEST_CONFIG).await?;
    let generation = generation.map(|text| Config::parse_file(GENERATION, &text)).transpose()?;
    let tokenizer = tokenizer_kind(source).await?;
    let weights = match source.weights() {
        Some(file) => vec![file.to_owned()],
        None => match find(source, INDEX, LONGEST_INDEX).await? {
            Some(index) => shards(&index)?,
            None => vec![SINGLE.to_owned()],
        },
    };
    Ok(Folder { config, generation, tokenizer, weights })
}

/// A file that need not exist, and is no longer than it may be.
pub(crate) async fn find(source: &Source, file: &str, longest: u64) -> Result<Option<Bytes>, FormatError> {
    match source.size(file).await? {
        Some(size) if size > longest => {
            let why = format!("has {size} bytes, and at most {longest} are read");
            Err(FormatError::Weights { file: file.to_owned(), why })
        }
        Some(size) => Ok(Some(source.read(file, 0..size).await?)),
        None => Ok(None),
    }
}

/// The files that an index names, in order of their names, each once.
fn shards(index: &[u8]) -> Result<Vec<String>, FormatError> {
    let index: Value =
        serde_json::from_slice(index).map_err(|source| FormatError::Json { source, file: INDEX.to_owned() })?;
    let wrong = |why: &str| FormatError::Weights { file: INDEX.to_owned(), why: why.to_owned() };
    let map = index.get("weight_map").and_then(Value::as_object).ok_or_else(|| wrong("has no weight_map"))?;
    let names: Option<Vec<&str>> = map.values().map(Value::as_str).collect();
    let mut names = names.ok_or_else(|| wrong("weight_map holds something other than file names"))?;
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return Err(wrong("weight_map is empty"));
    }
    Ok(names.into_iter().map(str::to_owned).collect())
}

/// The text of `tokenizer.json`.
pub(crate) async fn tokenizer(source: &Source) -> Result<Option<Bytes>, FormatError> {
    find(source, TOKENIZER, LONGEST_TOKENIZER).await
}

/// The bytes of `tokenizer.model`.
pub(crate) async fn sentence_piece(source: &Source) -> Result<Option<Bytes>, FormatError> {
    find(source, SENTENCE_PIECE, LONGEST_TOKENIZER).await
}

/// What `tokenizer_config.json` says.
pub(crate) async fn tokenizer_config(source: &Source) -> Result<Option<Value>, FormatError> {
    let text = find(source, TOKENIZER_CONFIG, LONGEST_INDEX).await?;
    let wrong = |source| FormatError::Json { source, file: TOKENIZER_CONFIG.to_owned() };
    text.map(|text| serde_json::from_slice(&text).map_err(wrong)).transpose()
}

/// How a conversation becomes text, where there are several ways the default one.
pub(crate) async fn chat_template(source: &Source, config: Option<&Value>) -> Result<Option<String>, FormatError> {
    let templates = chat_templates(source, config).await?;
    Ok(templates.into_iter().find(|(name, _)| name == DEFAULT_TEMPLATE).map(|(_, template)| template))
}

/// All ways by their names: that of a file of its own, or else those in `tokenizer_config.json`, or that of a processor.
pub(crate) async fn chat_templates(
    source: &Source,
    config: Option<&Value>,
) -> Result<Vec<(String, String)>, FormatError> {
    if let Some(text) = find(source, CHAT_TEMPLATE, LONGEST_CONFIG).await? {
        return Ok(vec![(DEFAULT_TEMPLATE.to_owned(), String::from_utf8_lossy(&text).into_owned())]);
    }
    let templates = config.map(templates_of).unwrap_or_default();
    if !templates.is_empty() {
        return Ok(templates);
    }
    let wrong = |source| FormatError::Json { source, file: PROCESSOR_TEMPLATE.to_owned() };
    let text = find(source, PROCESSOR_TEMPLATE, LONGEST_CONFIG).await?;
    let processor: Option<Value> = text.map(|text| serde_json::from_slice(&text).map_err(wrong)).transpose()?;
    Ok(processor.as_ref().map(templates_of).unwrap_or_default())
}

/// The templates in a file that says more: one, or several with names.
pub(crate) fn templates_of(config: &Value) -> Vec<(String, String)> {
    let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    match config.get("chat_template") {
        Some(Value::String(template)) => vec![(DEFAULT_TEMPLATE.to_owned(), template.clone())],
        Some(Value::Array(several)) => {
            several.iter().filter_map(|it| Some((text(it, "name")?, text(it, "template")?))).collect()
        }
        Some(Value::Object(several)) => {
            several.iter().filter_map(|(name, it)| Some((name.clone(), it.as_str()?.to_owned()))).collect()
        }
        _ => Vec::new(),
    }
}

async fn tokenizer_kind(source: &Source) -> Result<Option<TokenizerKind>, FormatError> {
    /// As much of a `tokenizer.json` as is kept here; it may hold half a million strings.
    #[derive(Deserialize)]
    struct Tokenizer {
        model: Option<Model>,
    }

    #[derive(Deserialize)]
    struct Model {
        r#type: Option<String>,
    }

    if let Some(text) = find(source, TOKENIZER, LONGEST_TOKENIZER).await? {
        let (file, found) = (TOKENIZER.to_owned(), "something else".to_owned());
        let wrong = |source: serde_json::Error| match source.classify() {
            // What it says then quotes the file, at any length.
            Category::Data => FormatError::Value {
                file,
                found,
                key: "model".to_owned(),
                expected: "an object with a type".to_owned(),
            },
            Category::Io | Category::Syntax | Category::Eof => FormatError::Json { source, file },
        };
        let tokenizer: Tokenizer = serde_json::from_slice(&text).map_err(wrong)?;
        let kind = tokenizer.model.and_then(|model| model.r#type);
        return Ok(Some(TokenizerKind::Json(kind.unwrap_or_else(|| "unknown".to_owned()))));
    }
    Ok(source.size(SENTENCE_PIECE).await?.map(|_| TokenizerKind::SentencePiece))
}
