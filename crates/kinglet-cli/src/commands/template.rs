use std::path::Path;

use kinglet::{ChatTemplates, Conversation};

use crate::{
    args::{self, TemplateArgs},
    clock,
    error::CliError,
    files, output,
    report::Decoded,
};

/// Writes a conversation as text.
pub(crate) async fn run(args: TemplateArgs) -> Result<(), CliError> {
    let templates = open(&args.place).await?;
    let mut chat = chat(&args.chat)?;
    chat.add_generation_prompt = !args.no_generation_prompt;
    chat.now = Some(clock::now());
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
        Some("jinja" | "jinja2" | "j2" | "txt") => Ok(ChatTemplates::from_text(files::text(place)?)),
        Some("json") => Ok(ChatTemplates::from_config(&files::json(place)?)),
        _ => Ok(ChatTemplates::open(&args::source(place).await?).await?),
    }
}

fn chat(path: &Path) -> Result<Conversation, CliError> {
    Conversation::from_json(files::json(path)?).map_err(|error| CliError::Usage(format!("{}: {error}", path.display())))
}
