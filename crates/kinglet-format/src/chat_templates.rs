use serde_json::{Map, Value};

use crate::{
    FormatError, Metadata, Source, gguf,
    hugging_face::{self, DEFAULT_TEMPLATE},
    tokenizer_files::gguf_file,
};

/// The chat templates of a model, and the special tokens that they name. There need be no weights.
#[derive(Clone, Debug, Default)]
pub struct ChatTemplates {
    /// Each with its name: `default`, `tool_use`, `rag`.
    pub templates: Vec<(String, String)>,
    /// `bos_token`, `eos_token` and the like, each with its text.
    pub special_tokens: Map<String, Value>,
}

impl ChatTemplates {
    /// Finds them where [`Checkpoint::open`](crate::Checkpoint::open) would find the model; files of templates may be
    /// alone, too.
    pub async fn open(source: &Source) -> Result<ChatTemplates, FormatError> {
        if let Some(file) = gguf_file(source).await? {
            return ChatTemplates::from_gguf(&gguf::open(source, &file).await?.0);
        }
        let config = hugging_face::tokenizer_config(source).await?;
        let templates = hugging_face::chat_templates(source, config.as_ref()).await?;
        Ok(ChatTemplates { templates, special_tokens: config.as_ref().map(special_tokens).unwrap_or_default() })
    }

    /// A template alone.
    pub fn from_text(template: impl Into<String>) -> ChatTemplates {
        ChatTemplates { templates: vec![(DEFAULT_TEMPLATE.to_owned(), template.into())], ..ChatTemplates::default() }
    }

    /// Those of a `tokenizer_config.json`.
    pub fn from_config(config: &Value) -> ChatTemplates {
        ChatTemplates { templates: hugging_face::templates_of(config), special_tokens: special_tokens(config) }
    }

    fn from_gguf(metadata: &Metadata) -> Result<ChatTemplates, FormatError> {
        const KEY: &str = "tokenizer.chat_template";
        let mut templates = Vec::new();
        if let Some(template) = metadata.text(KEY)? {
            templates.push((DEFAULT_TEMPLATE.to_owned(), template.to_owned()));
        }
        for (key, _) in metadata.iter() {
            let Some(name) = key.strip_prefix(KEY).and_then(|rest| rest.strip_prefix('.')) else { continue };
            templates.extend(metadata.text(key)?.map(|template| (name.to_owned(), template.to_owned())));
        }
        let mut special_tokens = Map::new();
        if let Some(tokens) = metadata.texts("tokenizer.ggml.tokens")? {
            for (name, key) in [("bos_token", "bos"), ("eos_token", "eos"), ("unk_token", "unknown")] {
                let id = metadata.token(&format!("tokenizer.ggml.{key}_token_id"))?;
                let id = id.and_then(|id| usize::try_from(id).ok());
                if let Some(text) = id.and_then(|id| tokens.iter().nth(id)) {
                    special_tokens.insert(name.to_owned(), text.into());
                }
            }
        }
        Ok(ChatTemplates { templates, special_tokens })
    }
}

/// The keys of a `tokenizer_config.json` that name tokens: a text, or an object that says more of it.
fn special_tokens(config: &Value) -> Map<String, Value> {
    let entries = config.as_object().into_iter().flatten().filter(|(name, _)| name.ends_with("_token"));
    let text = |value: &Value| value.get("content").unwrap_or(value).as_str().map(Value::from);
    entries.filter_map(|(name, value)| Some((name.clone(), text(value)?))).collect()
}
