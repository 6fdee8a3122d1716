use std::io::{self, BufRead, IsTerminal};

use kinglet::{Engine, LoadOptions};
use kinglet_experts::when::{Answer, Time, When};

use crate::{
    args::{self, WhenArgs},
    clock,
    error::CliError,
    output, progress,
    report::{self, Device},
};

/// Says when that is which phrases speak of.
pub(crate) async fn run(args: WhenArgs) -> Result<(), CliError> {
    let phrase = args.phrase.as_deref().filter(|phrase| *phrase != "-");
    if args.phrase.is_none() && io::stdin().is_terminal() {
        return Err(CliError::Usage(
            "there is no phrase: give it as an argument, or a line each on standard input".into(),
        ));
    }
    let engine = Engine::new(args.device.engine_options()).await?;
    let mut when = match &args.model {
        Some(place) => {
            let load = LoadOptions { on_progress: progress::on_progress(), ..LoadOptions::default() };
            When::of(&engine.load(&args::source(place).await?, load).await?).await?
        }
        None => When::new(&engine).await?,
    };
    let device = Device::from(engine.device());
    let now = || args.now.unwrap_or_else(clock::minute);
    if let Some(phrase) = phrase {
        let answer = when.read(phrase, now()).await?;
        return match args.form.json {
            true => output::json(&report::When { answer, device }),
            false => output::text(&readable(&answer)),
        };
    }
    for line in io::stdin().lock().lines() {
        let line = line.map_err(|error| CliError::Usage(format!("cannot read standard input: {error}")))?;
        // An empty line has an answer, too, so that lines can be told apart.
        let answer = when.read(&line, now()).await?;
        match args.form.json {
            true => output::json(&report::When { answer, device: device.clone() })?,
            false => output::text(&format!("{}\n", answer.time))?,
        }
    }
    Ok(())
}

fn readable(answer: &Answer) -> String {
    let row = |name: &str, value: String| [name.to_owned(), value];
    let mut rows = match &answer.time {
        Time::Once { start } => vec![row("instant", start.to_string())],
        Time::Range { start, end } => vec![row("range", start.to_string()), row("until", end.to_string())],
        Time::Duration { duration } => vec![row("duration", duration.clone())],
        Time::Recurring { rule, start, end } => {
            let mut rows = vec![row("recurring", rule.clone()), row("first", start.to_string())];
            rows.extend(end.map(|end| row("until", end.to_string())));
            rows
        }
        Time::None => vec![row("none", "the phrase is not about time".to_owned())],
        Time::Unsure => vec![row("unsure", "say it in other words".to_owned())],
    };
    rows.push(row("confidence", format!("{:.3}", answer.confidence)));
    output::table(&rows, &[])
}
