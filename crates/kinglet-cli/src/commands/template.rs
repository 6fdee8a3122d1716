use std::{fs, path::Path};

use jiff::Zoned;
use kinglet::{Chat, ChatTemplates, LocalTime};
use serde_json::Value;

use crate::{
    args::{self, TemplateArgs},
    error::CliError,
    output,
    report::Decoded,
};

/// Writes a conversation as text.
pub(crate) async fn run(args: TemplateArgs) -> Result<(), CliError> {
    let templates = open(&args.place).await?;
    let mut chat = chat(&args.chat)?;
    chat.add_generation_prompt = !args.no_generation_prompt;
    chat.now = Some(now());
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
async fn open(place: &Path) -> Result<ChatTemplates, CliError> {
    let extension = place.extension().and_then(|extension| extension.to_str());
    match extension.filter(|_| place.is_file()) {
        Some("jinja" | "jinja2" | "j2" | "txt") => Ok(ChatTemplates::from_text(text(place)?)),
        Some("json") => Ok(ChatTemplates::from_config(&json(place)?)),
        _ => Ok(ChatTemplates::open(&args::source(place).await?).await?),
    }
}

fn text(path: &Path) -> Result<String, CliError> {
    fs::read_to_string(path).map_err(|error| CliError::Usage(format!("cannot read {}: {error}", path.display())))
}

fn json(path: &Path) -> Result<Value, CliError> {
    let wrong = |error| CliError::Usage(format!("{} is not JSON: {error}", path.display()));
    serde_json::from_str(&text(path)?).map_err(wrong)
}

fn chat(path: &Path) -> Result<Chat, CliError> {
    Chat::from_json(json(path)?).map_err(|error| CliError::Usage(format!("{}: {error}", path.display())))
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
