use kinglet_format::{ChatTemplates as Files, Source};
use kinglet_text::{ChatTemplate, Conversation, Rendered, TextError};

use crate::Error;

/// How a model wants conversations written.
///
/// ```no_run
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// use kinglet::{Conversation, ChatTemplates, Source};
///
/// let templates = ChatTemplates::open(&Source::path("Llama-3.2-1B-Q4_K_M.gguf")?).await?;
/// let messages = serde_json::from_str(r#"[{"role": "user", "content": "What sings at dawn?"}]"#)?;
/// println!("{}", templates.render(&Conversation { messages, add_generation_prompt: true, ..Conversation::default() })?.text);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ChatTemplates(Files);

impl ChatTemplates {
    /// Reads the chat templates of a model, and nothing else of it.
    pub async fn open(source: &Source) -> Result<ChatTemplates, Error> {
        Ok(ChatTemplates(Files::open(source).await?))
    }

    /// A template alone, without the names of special tokens.
    pub fn from_text(template: impl Into<String>) -> ChatTemplates {
        ChatTemplates(Files::from_text(template))
    }

    /// The templates in the text of a `tokenizer_config.json`.
    pub fn from_config(config: &serde_json::Value) -> ChatTemplates {
        ChatTemplates(Files::from_config(config))
    }

    /// Writes a conversation, with the special tokens of the model where the chat does not say others.
    ///
    /// Of several templates, that for tools is taken where there are tools, as `transformers` does.
    pub fn render(&self, chat: &Conversation) -> Result<Rendered, Error> {
        let template = self.template(chat.tools.is_some())?;
        let mut extra = self.0.special_tokens.clone();
        extra.extend(chat.extra.clone());
        Ok(ChatTemplate::new(template)?.render(&Conversation { extra, ..chat.clone() })?)
    }

    /// The text of the template by default, or of that for tools.
    pub(crate) fn template(&self, for_tools: bool) -> Result<&str, Error> {
        let named = |wanted: &str| self.0.templates.iter().find(|(name, _)| name == wanted);
        let for_tools = for_tools.then(|| named("tool_use")).flatten();
        match for_tools.or_else(|| named("default")) {
            Some((_, template)) => Ok(template),
            None => {
                let names: Vec<&str> = self.0.templates.iter().map(|(name, _)| &**name).collect();
                Err(TextError::NoTemplate { names: names.join(", ") }.into())
            }
        }
    }
}
