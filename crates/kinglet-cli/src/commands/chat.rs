//! `kinglet chat`: a conversation on a terminal, line by line from standard input, or a single message.

mod commands;
mod interrupt;

use std::{
    io::{self, BufRead, IsTerminal},
    ops::ControlFlow,
};

use kinglet::{Chat, ChatOptions, Engine, GenerateOptions, Model, TextError, Token};

use self::commands::Command;
pub(crate) use self::interrupt::Interrupt;
use crate::{
    args::ChatArgs,
    clock,
    commands::generate,
    editor::{Editor, Entered},
    error::CliError,
    files,
    generation::{Generated, Stopwatch},
    output::{self, rate},
    report::{ChatReply, Device, ReplyTimings},
    style,
};

/// Talks with a model.
pub(crate) async fn run(args: ChatArgs) -> Result<(), CliError> {
    let message = match args.message.as_deref() {
        Some("-") => Some(files::standard_input()?),
        message => message.map(str::to_owned),
    };
    let options = args.limits.options(&args.sampling, &args.grammar)?;
    let source = args.model.source().await?;
    let engine = Engine::new(args.device.engine_options()).await?;
    let model = engine.load(&source, args.model.load_options()).await?;
    let chat = open(&model, args.system).await?;
    let device = Device::from(model.device());
    let mut talk = Talk { chat, options, json: args.form.json, device, interrupt: Interrupt::new() };
    match message {
        Some(message) => talk.turn(&message).await,
        None if !args.form.json && io::stdin().is_terminal() && io::stdout().is_terminal() => talk.on_terminal().await,
        None => talk.by_lines().await,
    }
}

/// A conversation that begins with this.
pub(crate) async fn open(model: &Model, system: Option<String>) -> Result<Chat, CliError> {
    let options = ChatOptions { system, now: Some(clock::now()), ..ChatOptions::default() };
    model.chat(options).await.map_err(|error| match error {
        kinglet::Error::Text(TextError::NoTemplate { .. }) => CliError::NoChat(error),
        error => CliError::Engine(error),
    })
}

/// A conversation, and how it is written.
struct Talk {
    chat: Chat,
    options: GenerateOptions,
    json: bool,
    device: Device,
    interrupt: Interrupt,
}

impl Talk {
    /// Each line of standard input is a message; an empty one is none.
    async fn by_lines(&mut self) -> Result<(), CliError> {
        for line in io::stdin().lock().lines() {
            let line = line.map_err(|error| CliError::Usage(format!("cannot read standard input: {error}")))?;
            if !line.trim().is_empty() {
                self.turn(&line).await?;
            }
        }
        Ok(())
    }

    /// Messages as somebody types them, until they have had enough.
    async fn on_terminal(&mut self) -> Result<(), CliError> {
        output::text(&style::dim(&format!("{}. /help says what else there is, Ctrl-D ends.\n", self.device.label())))?;
        let mut editor = Editor::new(commands::NAMES)?;
        self.interrupt.listen();
        loop {
            let text = match editor.read(&format!("{} ", style::bold(">>>")))? {
                Entered::Text(text) => text,
                Entered::Nothing => continue,
                Entered::End => return Ok(()),
            };
            let flow = match Command::read(&text) {
                Some(command) => command.and_then(|command| self.obey(command)),
                // What one turn cannot do, another may.
                None => self.turn(&text).await.map(ControlFlow::Continue),
            };
            match flow {
                Ok(ControlFlow::Break(())) => return Ok(()),
                Ok(ControlFlow::Continue(())) => {}
                Err(error @ CliError::Output(_)) => return Err(error),
                Err(error) => output::text(&format!("{} {}\n", style::bold("error:"), error.message()))?,
            }
        }
    }

    fn obey(&mut self, command: Command) -> Result<ControlFlow<()>, CliError> {
        match command {
            Command::Help => output::text(&commands::help())?,
            Command::Clear => self.chat.clear(),
            Command::System(text) => {
                self.chat.set_system(Some(&text).filter(|text| !text.is_empty()).map(|text| &**text))
            }
            Command::Exit => return Ok(ControlFlow::Break(())),
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Says something, and writes the reply as it comes.
    async fn turn(&mut self, text: &str) -> Result<(), CliError> {
        let json = self.json;
        self.interrupt.begin();
        let said = say(&mut self.chat, text, self.options.clone(), &self.interrupt, |token| match json {
            true => Ok(()),
            false => output::generated(&token.text),
        })
        .await;
        self.interrupt.end();
        let said = said?;
        if json {
            return output::json(&self.report(said));
        }
        output::text("\n")?;
        output::aside(&closing(&said))
    }

    fn report(&self, said: Said) -> ChatReply {
        let Said { generated, watch, prompt_tokens, reused_tokens } = said;
        let timings = ReplyTimings {
            first_token_ms: watch.first_token_ms(),
            prefill: watch.prefill(prompt_tokens - reused_tokens),
            decode: watch.decode(),
        };
        let reply = generate::choice(generated, false);
        ChatReply { device: self.device.clone(), reply, prompt_tokens, reused_tokens, timings }
    }
}

/// A reply, and how fast it was.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) generated: Generated,
    pub(crate) watch: Stopwatch,
    pub(crate) prompt_tokens: usize,
    pub(crate) reused_tokens: usize,
}

/// Says something in a conversation and hands each token of the reply over, until the end or until it is to stop.
pub(crate) async fn say(
    chat: &mut Chat,
    text: &str,
    options: GenerateOptions,
    interrupt: &Interrupt,
    mut each: impl FnMut(&Token) -> Result<(), CliError>,
) -> Result<Said, CliError> {
    let mut watch = Stopwatch::start();
    let mut generated = Generated { has_text: true, ..Generated::default() };
    let Some(reply) = interrupt.or(chat.say(text, options)).await else {
        return Ok(Said { generated, watch, prompt_tokens: 0, reused_tokens: 0 });
    };
    let mut reply = reply?;
    while let Some(token) = interrupt.or(reply.next()).await.transpose()?.flatten() {
        watch.token();
        each(&token)?;
        generated.tokens.push(token);
    }
    (generated.finish, generated.valid) = (reply.finish_reason(), reply.valid());
    Ok(Said { generated, watch, prompt_tokens: reply.prompt_tokens(), reused_tokens: reply.reused_tokens() })
}

fn closing(said: &Said) -> String {
    let Said { generated, watch, prompt_tokens, reused_tokens } = said;
    let count = generated.tokens.len();
    let first = watch.first_token_ms().map_or(String::new(), |ms| format!(", the first after {ms:.0} ms"));
    let read = format!("{} of {prompt_tokens} tokens read", prompt_tokens - reused_tokens);
    let end = match generated.finish {
        Some(kinglet::FinishReason::Length) => ", cut by --max-tokens or the context",
        Some(kinglet::FinishReason::Stop) => "",
        None => ", stopped",
    };
    format!("{count} tokens, {}{first}; {read}{end}", rate(watch.decode().tokens_per_s))
}
