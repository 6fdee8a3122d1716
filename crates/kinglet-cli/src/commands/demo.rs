//! What `kinglet` does without a command: the two experts that it comes with show their work, then do the same with what
//! somebody types.

use std::{
    io::{self, IsTerminal},
    time::Instant,
};

use jiff::civil::DateTime;
use kinglet::Engine;
use kinglet_experts::{
    redact::{RedactOptions, Redactor},
    when::{Answer, When, parse_now},
};

use crate::{
    args::DemoArgs,
    clock,
    editor::{Editor, Entered},
    error::CliError,
    generation::milliseconds,
    output::{self, rate},
    report::{Demo, Device, Shown},
    style,
};

const TEXT: &str = "Dear Dr. Okafor, my daughter Lena Brandt (born 3 May 2014) cannot come on Tuesday. Please call me on \
    +49 170 5550142 or write to m.brandt@example.org; we have moved to Lindenstraße 12, 50674 Köln. The card for the deposit \
    is 4111 1111 1111 1111. Thanks, Marta";

const PHRASES: [&str; 3] = [
    "a week from friday at noon",
    "every other tuesday from 9 to half past ten",
    "the second tuesday of next month at 8:45",
];

/// When the phrases are said.
const NOW: &str = "2026-11-20T09:00";

pub(crate) async fn run(args: DemoArgs) -> Result<(), CliError> {
    let start = Instant::now();
    let engine = Engine::new(args.device.engine_options()).await?;
    let mut experts = Experts::new(&engine).await?;
    let now = parse_now(NOW).unwrap_or_default();
    // Kernels are compiled when they are first used.
    experts.redact("Ready.").await?;
    experts.when("now", now).await?;
    let load_ms = milliseconds(start);
    let redact = experts.redact(TEXT).await?;
    let mut when = Vec::with_capacity(PHRASES.len());
    for phrase in PHRASES {
        when.push(experts.when(phrase, now).await?);
    }
    let demo = Demo { device: Device::from(engine.device()), load_ms, redact, when };
    if args.form.json {
        return output::json(&demo);
    }
    output::text(&readable(&demo))?;
    match io::stdin().is_terminal() && io::stdout().is_terminal() {
        true => experts.on_terminal().await,
        false => Ok(()),
    }
}

/// Those that this program comes with.
struct Experts {
    redactor: Redactor,
    when: When,
}

impl Experts {
    async fn new(engine: &Engine) -> Result<Experts, CliError> {
        let redactor = Redactor::new(engine, RedactOptions::default()).await?;
        Ok(Experts { redactor, when: When::new(engine).await? })
    }

    async fn redact(&mut self, text: &str) -> Result<Shown<String>, CliError> {
        let start = Instant::now();
        let redaction = self.redactor.redact(text).await?;
        Ok(shown(text, redaction.text, redaction.tokens, milliseconds(start)))
    }

    async fn when(&mut self, phrase: &str, now: DateTime) -> Result<Shown<Answer>, CliError> {
        let start = Instant::now();
        let answer = self.when.read(phrase, now).await?;
        let tokens = answer.tokens;
        Ok(shown(phrase, answer, tokens, milliseconds(start)))
    }

    /// Both, for each line that somebody types.
    async fn on_terminal(&mut self) -> Result<(), CliError> {
        output::text(&style::dim("\nType a text or a phrase about time; Ctrl-D ends.\n"))?;
        let mut editor = Editor::new(&[])?;
        loop {
            let text = match editor.read(&format!("{} ", style::bold(">>>")))? {
                Entered::Text(text) => text,
                Entered::Nothing => continue,
                Entered::End => return Ok(()),
            };
            let (redact, when) = (self.redact(&text).await?, self.when(&text, clock::minute()).await?);
            output::text(&format!("{}\n{}\n", redacted(&redact), read(&when, 0)))?;
        }
    }
}

fn shown<T>(example: &str, result: T, tokens: usize, ms: f64) -> Shown<T> {
    let tokens_per_s = (tokens > 0 && ms > 0.0).then(|| tokens as f64 / ms * 1e3);
    Shown { example: example.to_owned(), result, tokens, ms, tokens_per_s }
}

fn readable(demo: &Demo) -> String {
    let Demo { device, load_ms, redact, when } = demo;
    let width = PHRASES.iter().map(|phrase| phrase.len()).max().unwrap_or(0);
    let phrases: Vec<String> = when.iter().map(|shown| read(shown, width)).collect();
    format!(
        "adapter  {} (both experts ready after {load_ms:.0} ms)\n\n{}\n{}\n\n{}\n{}\n\n{}",
        device.label(),
        style::bold("kinglet redact"),
        redacted(redact),
        style::bold(&format!("kinglet when --now {NOW}")),
        phrases.join("\n"),
        "More: kinglet chat MODEL, kinglet generate MODEL \"A small bird\", kinglet --help; MODEL is a folder, a .gguf file or \
         hf:org/name\n",
    )
}

fn redacted(shown: &Shown<String>) -> String {
    format!("{}\n{}", shown.result, speed(shown.tokens, shown.ms, shown.tokens_per_s, "read"))
}

fn read(shown: &Shown<Answer>, width: usize) -> String {
    let speed = speed(shown.tokens, shown.ms, shown.tokens_per_s, "written");
    let time = &shown.result.time;
    match width {
        0 => format!("{time}\n{speed}"),
        _ => format!("{:<width$}  {time}\n{speed}", shown.example),
    }
}

fn speed(tokens: usize, ms: f64, tokens_per_s: Option<f64>, done: &str) -> String {
    style::dim(&format!("  {tokens} tokens {done} in {ms:.1} ms, {}", rate(tokens_per_s)))
}
