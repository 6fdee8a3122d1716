//! Chat templates.
//!
//! The template of a model says in Jinja's language how a conversation becomes text. It is rendered here as
//! `transformers` renders it, which means as Jinja does in Python: what is printed, compared and concatenated are
//! Python's values. So the language is interpreted by code of our own, which also counts what a template uses: it comes
//! out of a file that nobody has read.

mod ast;
mod budget;
mod clock;
mod evaluate;
mod expressions;
mod fault;
mod filters;
mod format;
mod functions;
mod given;
mod interpreter;
mod lexer;
mod methods;
mod numbers;
mod operators;
mod parser;
mod predicates;
mod python;
mod sequence_filters;
mod subscripts;
mod syntax;
mod text_methods;
mod value;

use std::{collections::HashMap, ops::Range, sync::Arc};

use serde_json::{Map, Value as Json};

use self::{budget::Budget, fault::Fault, interpreter::Interpreter};
use crate::TextError;

pub use self::clock::LocalTime;

/// A conversation, and what a template may ask about it.
#[derive(Clone, Debug, Default)]
pub struct Conversation {
    /// Messages, each with its `role`, mostly with `content`, and whatever else the template knows: `tool_calls`,
    /// `reasoning_content`.
    pub messages: Vec<Map<String, Json>>,
    /// What the model may call, as JSON schemas.
    pub tools: Option<Vec<Json>>,
    /// What the model may quote.
    pub documents: Option<Vec<Json>>,
    /// Whether the text ends where the model's turn begins.
    pub add_generation_prompt: bool,
    /// Other names that the template sees: `bos_token` and `eos_token`, and options such as `enable_thinking`.
    pub extra: Map<String, Json>,
    /// What `strftime_now` writes. Without it, a template that asks for the time is an error.
    pub now: Option<LocalTime>,
}

impl Conversation {
    /// A conversation as JSON has it: an object with `messages`, with `tools` and `documents` where there are some, and
    /// with whatever else the template sees. Null is as good as nothing.
    ///
    /// ```
    /// use kinglet_text::Conversation;
    ///
    /// let chat = Conversation::from_json(serde_json::json!({"messages": [{"role": "user"}], "enable_thinking": false}))?;
    /// assert_eq!((chat.messages.len(), chat.tools.is_none(), chat.extra.len()), (1, true, 1));
    /// let error = Conversation::from_json(serde_json::json!({"messages": "Hello"})).unwrap_err();
    /// assert_eq!(error.to_string(), "the chat has messages that are no array");
    /// # Ok::<(), kinglet_text::TextError>(())
    /// ```
    pub fn from_json(json: Json) -> Result<Conversation, TextError> {
        let wrong = |why: &str| TextError::Chat { why: why.to_owned() };
        let Json::Object(mut extra) = json else { return Err(wrong("is no object with messages")) };
        let mut take = |name: &str| match extra.shift_remove(name) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::Array(items)) => Ok(Some(items)),
            Some(_) => Err(wrong(&format!("has {name} that are no array"))),
        };
        let messages = take("messages")?.ok_or_else(|| wrong("has no messages"))?;
        let (tools, documents) = (take("tools")?, take("documents")?);
        let message = |(index, message)| match message {
            Json::Object(message) => Ok(message),
            _ => Err(wrong(&format!("has a message that is no object, messages[{index}]"))),
        };
        let messages = messages.into_iter().enumerate().map(message).collect::<Result<_, _>>()?;
        Ok(Conversation { messages, tools, documents, extra, ..Conversation::default() })
    }
}

/// A conversation as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The text, special tokens included.
    pub text: String,
    /// Which bytes of it the template says the assistant wrote, with its `generation` blocks.
    pub generated: Vec<Range<usize>>,
}

/// A template that has been read.
///
/// ```
/// use kinglet_text::{Conversation, ChatTemplate};
///
/// let template = ChatTemplate::new("{% for m in messages %}<{{ m.role }}>{{ m.content | trim }}{% endfor %}")?;
/// let message = serde_json::json!({"role": "user", "content": " Hello "});
/// let messages = message.as_object().cloned().into_iter().collect();
/// assert_eq!(template.render(&Conversation { messages, ..Conversation::default() })?.text, "<user>Hello");
/// # Ok::<(), kinglet_text::TextError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ChatTemplate {
    body: Arc<ast::Block>,
}

impl ChatTemplate {
    /// Reads a template.
    pub fn new(source: &str) -> Result<ChatTemplate, TextError> {
        match parser::parse(source) {
            Ok(body) => Ok(ChatTemplate { body: Arc::new(body) }),
            Err(fault) => Err(TextError::TemplateSyntax { line: fault.line, why: fault.why }),
        }
    }

    /// Writes a conversation.
    ///
    /// As in `transformers`, keys of messages that are null are left out, and what a message says of its reasoning is
    /// there under the names that templates know.
    pub fn render(&self, chat: &Conversation) -> Result<Rendered, TextError> {
        let budget = Budget::new();
        let names = names(chat, &budget).map_err(|fault| error(fault, 1))?;
        budget.close();
        let mut interpreter = Interpreter::new(budget, chat.now.as_ref(), names);
        match interpreter.run(&self.body) {
            Ok(text) => Ok(Rendered { text, generated: interpreter.generated }),
            Err(fault) => Err(error(fault, interpreter.line)),
        }
    }
}

fn error(fault: Fault, line: u32) -> TextError {
    match fault {
        Fault::Raised(message) => TextError::TemplateRaised { message },
        Fault::Failed(why) => TextError::TemplateFailed { line, why },
        Fault::Limit(why) => TextError::TemplateLimit { line, why },
    }
}

/// What the template sees.
fn names(chat: &Conversation, budget: &Budget) -> fault::Result<HashMap<ast::Name, value::Value>> {
    let mut names = HashMap::new();
    for (name, json) in &chat.extra {
        names.insert(name.as_str().into(), budget.import(json)?);
    }
    let messages = chat.messages.iter().map(|message| budget.import(&Json::Object(prepared(message))));
    let messages = budget.list(messages.collect::<fault::Result<_>>()?)?;
    let list = |items: &Option<Vec<Json>>| match items {
        Some(items) => budget.list(items.iter().map(|item| budget.import(item)).collect::<fault::Result<_>>()?),
        None => Ok(value::Value::None),
    };
    names.insert("messages".into(), messages);
    names.insert("tools".into(), list(&chat.tools)?);
    names.insert("documents".into(), list(&chat.documents)?);
    names.insert("add_generation_prompt".into(), value::Value::Bool(chat.add_generation_prompt));
    Ok(names)
}

/// A message without keys that are null, and with its reasoning under each name that templates read.
fn prepared(message: &Map<String, Json>) -> Map<String, Json> {
    const REASONING: [&str; 3] = ["reasoning_content", "thinking", "reasoning"];
    let given = message.iter().filter(|(_, value)| !value.is_null());
    let given = given.map(|(key, value)| (key.clone(), value.clone()));
    let Some(reasoning) = REASONING.iter().find_map(|name| message.get(*name).filter(|value| !value.is_null())) else {
        return given.collect();
    };
    let mut prepared = Map::new();
    prepared.insert("thinking".to_owned(), reasoning.clone());
    prepared.extend(given);
    prepared.insert("reasoning_content".to_owned(), reasoning.clone());
    prepared
}
