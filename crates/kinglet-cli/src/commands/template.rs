use std::{fs, path::Path};

use jiff::Zoned;
use kinglet::{ChatTemplates, Conversation, LocalTime, Source};
use serde_json::{Map, Value};

use crate::{args::TemplateArgs, error::CliError, output, report::Decoded};

/// Writes a conversation as text.
pub(crate) async fn run(args: TemplateArgs) -> Result<(), CliError> {
    let templates = open(&args.path).await?;
    let mut chat = chat(&args.chat)?;
    chat.add_generation_prompt = !args.no_generation_prompt;
    for (name, text) in [("bos_token", args.bos), ("eos_token", args.eos)] {
        chat.extra.extend(text.map(|text| (name.to_owned(), text.into())));
    }
    let text = templates.render(&chat)?.text;
    match args.form.json {
        true => output::json(&Decoded { text }),
        false => output::text(&text),
    }
}

/// The templates of a file that is one or has some, or of a model.
async fn open(path: &Path) -> Result<ChatTemplates, CliError> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension.filter(|_| path.is_file()) {
        Some("jinja" | "jinja2" | "j2" | "txt") => Ok(ChatTemplates::from_text(text(path)?)),
        Some("json") => Ok(ChatTemplates::from_config(&json(path)?)),
        _ => Ok(ChatTemplates::open(&Source::path(path).map_err(kinglet::Error::from)?).await?),
    }
}

fn text(path: &Path) -> Result<String, CliError> {
    fs::read_to_string(path).map_err(|error| CliError::Usage(format!("cannot read {}: {error}", path.display())))
}

fn json(path: &Path) -> Result<Value, CliError> {
    let wrong = |error| CliError::Usage(format!("{} is not JSON: {error}", path.display()));
    serde_json::from_str(&text(path)?).map_err(wrong)
}

fn chat(path: &Path) -> Result<Conversation, CliError> {
    let wrong = |why: &str| CliError::Usage(format!("{}: {why}", path.display()));
    let Value::Object(mut chat) = json(path)? else { return Err(wrong("a chat is an object with messages")) };
    let mut take = |name: &str| match chat.shift_remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Array(items)) => Ok(Some(items)),
        Some(_) => Err(wrong(&format!("{name} are an array"))),
    };
    let messages = take("messages")?.ok_or_else(|| wrong("the chat has no messages"))?;
    let message = |message| match message {
        Value::Object(message) => Ok(message),
        _ => Err(wrong("a message is an object")),
    };
    let messages = messages.into_iter().map(message).collect::<Result<Vec<Map<String, Value>>, CliError>>()?;
    let (tools, documents) = (take("tools")?, take("documents")?);
    Ok(Conversation { messages, tools, documents, extra: chat, now: Some(now()), ..Conversation::default() })
}

/// What the clock says, where the user is.
fn now() -> LocalTime {
    let now = Zoned::now();
    let part = |number: i8| number.unsigned_abs();
    LocalTime {
        year: now.year().into(),
        month: part(now.month()),
        day: part(now.day()),
        hour: part(now.hour()),
        minute: part(now.minute()),
        second: part(now.second()),
        microsecond: now.subsec_nanosecond().unsigned_abs() / 1000,
    }
}
