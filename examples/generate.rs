//! Continues a text: `cargo run --example generate -- [MODEL] [PROMPT]`.
//!
//! MODEL is what the command takes, too: a folder, a file, a URL, or `hf:org/name`.
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::io::{self, Write};

use kinglet::{EngineOptions, Error, GenerateOptions, LoadOptions, Sampling, blocking};

fn main() -> Result<(), Error> {
    let mut words = std::env::args().skip(1);
    let place = words.next().unwrap_or_else(|| "tests/goldens/llama-chat".to_owned());
    let prompt = words.next().unwrap_or_else(|| "In the morning a small bird".to_owned());

    let engine = blocking::Engine::new(EngineOptions::default())?;
    let model = engine.load(&blocking::source(&place)?, LoadOptions::default())?;
    let mut generator = model.generator()?;

    let sampling = Sampling { temperature: 0.7, top_p: 0.9, seed: 1, ..Sampling::default() };
    let options =
        GenerateOptions { max_tokens: Some(60), sampling, stop: vec!["\n\n".to_owned()], ..GenerateOptions::default() };
    print!("{prompt}");
    let mut stream = generator.generate(&prompt, options)?;
    for token in &mut stream {
        print!("{}", token?.text);
        // Whoever has had enough drops the stream.
        let _ = io::stdout().flush();
    }
    println!(" ({})", stream.finish_reason().map_or("", |reason| reason.name()));
    Ok(())
}
