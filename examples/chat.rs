//! A conversation, without blocking a thread: `cargo run --example chat -- [MODEL]`.
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::io::{self, Write};

use kinglet::{ChatOptions, Engine, EngineOptions, Error, GenerateOptions, LoadOptions, Source};

async fn talk(place: &str) -> Result<(), Error> {
    let engine = Engine::new(EngineOptions::default()).await?;
    let model = engine.load(&Source::resolve(place).await?, LoadOptions::default()).await?;
    let system = Some("You are a kinglet. Answer in one short song.".to_owned());
    let mut chat = model.chat(ChatOptions { system, ..ChatOptions::default() }).await?;

    for question in ["What sings at dawn?", "And at night?"] {
        println!("> {question}");
        let options = GenerateOptions { max_tokens: Some(60), ..GenerateOptions::default() };
        let mut reply = chat.say(question, options).await?;
        while let Some(token) = reply.next().await? {
            print!("{}", token.text);
            let _ = io::stdout().flush();
        }
        println!("\n  ({} of {} tokens were there already)", reply.reused_tokens(), reply.prompt_tokens());
    }
    Ok(())
}

fn main() -> Result<(), Error> {
    let place = std::env::args().nth(1).unwrap_or_else(|| "tests/goldens/llama-chat".to_owned());
    pollster::block_on(talk(&place))
}
