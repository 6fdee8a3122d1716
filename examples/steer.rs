//! What a program can do while a model writes: `cargo run --example steer -- [MODEL]`. It changes logits before a token is
//! picked, looks at how likely each was, and stops when it has had enough.

#![allow(clippy::print_stdout, reason = "an example prints")]

use kinglet::{Engine, EngineOptions, Error, GenerateOptions, LoadOptions, Processor, Sampling, Source};

async fn steer(place: &str) -> Result<(), Error> {
    let engine = Engine::new(EngineOptions::default()).await?;
    let model = engine.load(&Source::resolve(place).await?, LoadOptions::default()).await?;
    let mut generator = model.generator().await?;

    // Never the same token twice in a row.
    let processor = Processor::new(|tokens, logits| {
        if let Some(logit) = tokens.last().and_then(|&last| logits.get_mut(last as usize)) {
            *logit = f32::NAN;
        }
    });
    let options = GenerateOptions {
        processor: Some(processor),
        sampling: Sampling { logprobs: Some(3), ..Sampling::default() },
        ..GenerateOptions::default()
    };
    let mut stream = generator.generate("In the morning", options).await?;
    let mut surprise = 0.0;
    while let Some(token) = stream.next().await? {
        let Some(logprobs) = token.logprobs else { break };
        println!("{:?} with probability {:.3}", token.text, logprobs.picked.exp());
        surprise -= logprobs.picked;
        if surprise > 20.0 {
            break;
        }
    }
    // A stream that is dropped ends; so does one whose `next` nobody waits for any more.
    drop(stream);
    Ok(())
}

fn main() -> Result<(), Error> {
    let place = std::env::args().nth(1).unwrap_or_else(|| "tests/goldens/llama-chat".to_owned());
    pollster::block_on(steer(&place))
}
