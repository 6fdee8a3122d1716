//! Several texts at a time on one model: `cargo run --example several -- [MODEL]`. Each step computes a token of each.
#![allow(clippy::print_stdout, reason = "an example prints")]

use kinglet::{EngineOptions, Error, GenerateOptions, LoadOptions, Sampling, blocking};

fn main() -> Result<(), Error> {
    let place = std::env::args().nth(1).unwrap_or_else(|| "tests/goldens/llama-chat".to_owned());
    let engine = blocking::Engine::new(EngineOptions::default())?;
    let model = engine.load(&blocking::source(&place)?, LoadOptions::default())?;
    let mut generator = model.generator()?;

    // Different prompts, of any length; what they begin with alike is computed once.
    let prompts = ["In the morning a wren", "In the morning a robin", "In the evening"];
    // And of the last, several continuations, which differ in what is drawn.
    let prompts = [&prompts[..], &[prompts[2]; 3]].concat();
    let sampling = Sampling { temperature: 0.8, seed: 1, ..Sampling::default() };
    let options = GenerateOptions { max_tokens: Some(20), sampling, ..GenerateOptions::default() };

    let mut texts = vec![String::new(); prompts.len()];
    for token in generator.generate_all(prompts.iter().copied(), options)? {
        let (index, token) = token?;
        texts[index] += &token.text;
    }
    for (prompt, text) in prompts.iter().zip(&texts) {
        println!("{prompt}{text:?}");
    }
    Ok(())
}
