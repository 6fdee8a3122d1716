//! What `sentence-transformers` writes beside a model, and what a tokenizer says of lengths: how texts are to be encoded.

use std::{collections::BTreeMap, ops::RangeInclusive};

use serde_json::Value;

use crate::{Config, FormatError, Source, gguf, hugging_face, tokenizer_files::gguf_file};

const MODULES: &str = "modules.json";
const TRANSFORMER: &str = "sentence_bert_config.json";
const PROMPTS: &str = "config_sentence_transformers.json";
/// What a tokenizer says where it knows no limit.
const UNLIMITED: f64 = 1e18;
const LENGTHS: RangeInclusive<usize> = 1..=1 << 30;

/// How a model's files want texts encoded. What they do not say is `None`, or nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SentenceSettings {
    /// The most tokens of a text, those that are added included.
    pub max_tokens: Option<usize>,
    /// The texts are to be lower-cased first.
    pub lower_case: bool,
    /// How the rows of a text become one.
    pub pooling: Option<SentencePooling>,
    /// The result is to have the length 1.
    pub normalize: bool,
    /// Texts to put before others, by what they are for.
    pub prompts: BTreeMap<String, String>,
    /// Which of them is meant where none is named.
    pub default_prompt: Option<String>,
}

/// How the rows of a text become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentencePooling {
    /// Their mean.
    Mean,
    /// The first of them.
    Cls,
    /// The last of them.
    Last,
}

impl SentencePooling {
    /// What the key ends in under which GGUF files say it.
    pub const KEY: &str = "pooling_type";
    /// The numbers that GGUF files have for it.
    pub const NUMBERS: RangeInclusive<usize> = 0..=4;
    /// The number that says that rows stay as they are.
    pub const NONE: u8 = 0;
    /// The number that says that a classifier makes one result of them.
    pub const RANK: u8 = 4;

    const ALL: [SentencePooling; 3] = [SentencePooling::Mean, SentencePooling::Cls, SentencePooling::Last];

    /// Its name in `config.json`.
    pub const fn name(self) -> &'static str {
        match self {
            SentencePooling::Mean => "mean",
            SentencePooling::Cls => "cls",
            SentencePooling::Last => "lasttoken",
        }
    }

    /// Its number in GGUF files.
    pub const fn number(self) -> u8 {
        match self {
            SentencePooling::Mean => 1,
            SentencePooling::Cls => 2,
            SentencePooling::Last => 3,
        }
    }

    /// The one with this number.
    pub fn of_number(number: usize) -> Option<SentencePooling> {
        SentencePooling::ALL.into_iter().find(|pooling| usize::from(pooling.number()) == number)
    }
}

impl SentenceSettings {
    /// Reads the files that are there. A GGUF file says how the rows of a text become one, and no more.
    pub async fn open(source: &Source) -> Result<SentenceSettings, FormatError> {
        let mut settings = SentenceSettings::default();
        if let Some(file) = gguf_file(source).await? {
            let (metadata, _) = gguf::open(source, &file).await?;
            if let Some(architecture) = metadata.text("general.architecture")? {
                let key = format!("{architecture}.{}", SentencePooling::KEY);
                let number = metadata.optional_count(&key, SentencePooling::NUMBERS)?;
                settings.pooling = number.and_then(SentencePooling::of_number);
            }
            return Ok(settings);
        }
        let limit = |config: &Value| config.get("model_max_length")?.as_f64().filter(|limit| *limit < UNLIMITED);
        let tokenizer = hugging_face::tokenizer_config(source).await?;
        // Whole numbers in all files there are; a fraction of a token is none.
        settings.max_tokens = tokenizer.as_ref().and_then(limit).and_then(|limit| format!("{limit:.0}").parse().ok());
        if let Some(config) = find(source, TRANSFORMER).await? {
            settings.max_tokens = config.optional_count("max_seq_length", LENGTHS)?.or(settings.max_tokens);
            settings.lower_case = config.flag("do_lower_case")?;
        }
        if let Some(config) = find(source, PROMPTS).await? {
            settings.default_prompt = config.text("default_prompt_name")?.map(str::to_owned);
            settings.prompts = config.named_texts("prompts")?.unwrap_or_default();
        }
        settings.read_modules(source).await?;
        Ok(settings)
    }

    async fn read_modules(&mut self, source: &Source) -> Result<(), FormatError> {
        let Some(text) = hugging_face::find(source, MODULES, hugging_face::LONGEST_CONFIG).await? else {
            return Ok(());
        };
        let wrong = |why: String| FormatError::Weights { file: MODULES.to_owned(), why };
        let json = |source| FormatError::Json { source, file: MODULES.to_owned() };
        let modules: Vec<Value> = serde_json::from_slice(&text).map_err(json)?;
        for module in &modules {
            let text = |key: &str| module.get(key).and_then(Value::as_str).unwrap_or_default();
            match text("type").rsplit('.').next().unwrap_or_default() {
                "Transformer" if text("path").is_empty() => {}
                "Transformer" => return Err(wrong(format!("its model is in the folder {}, give that", text("path")))),
                "Pooling" => self.pooling = Some(read_pooling(source, text("path"), !self.prompts.is_empty()).await?),
                // For training alone.
                "Dropout" => {}
                "Normalize" => self.normalize = true,
                other => return Err(wrong(format!("the module {other} is not supported"))),
            }
        }
        Ok(())
    }
}

async fn read_pooling(source: &Source, folder: &str, prompted: bool) -> Result<SentencePooling, FormatError> {
    let file = format!("{folder}/config.json");
    let config = find(source, &file).await?.ok_or_else(|| source.missing(&file))?;
    if prompted && config.optional_flag("include_prompt")? == Some(false) {
        return Err(config.wrong("include_prompt", "false", "true: the rows of a prompt count"));
    }
    const MODES: [(&str, &str, Option<SentencePooling>); 6] = [
        ("pooling_mode_mean_tokens", "mean", Some(SentencePooling::Mean)),
        ("pooling_mode_cls_token", "cls", Some(SentencePooling::Cls)),
        ("pooling_mode_lasttoken", "lasttoken", Some(SentencePooling::Last)),
        ("pooling_mode_max_tokens", "max", None),
        ("pooling_mode_mean_sqrt_len_tokens", "mean_sqrt_len_tokens", None),
        ("pooling_mode_weightedmean_tokens", "weightedmean", None),
    ];
    let mut wanted = Vec::new();
    let named = config.text("pooling_mode")?;
    for (flag, name, pooling) in MODES {
        if named == Some(name) || config.flag(flag)? {
            wanted.push((name, pooling));
        }
    }
    match wanted.as_slice() {
        [(_, Some(pooling))] => Ok(*pooling),
        [] => Err(config.wrong("pooling_mode", named.unwrap_or("missing"), "mean, cls or lasttoken")),
        several => {
            let names: Vec<&str> = several.iter().map(|(name, _)| *name).collect();
            Err(config.wrong("pooling_mode", &names.join(" and "), "one of mean, cls and lasttoken"))
        }
    }
}

async fn find(source: &Source, file: &str) -> Result<Option<Config>, FormatError> {
    let text = hugging_face::find(source, file, hugging_face::LONGEST_CONFIG).await?;
    text.map(|text| Config::parse_file(file, &text)).transpose()
}
