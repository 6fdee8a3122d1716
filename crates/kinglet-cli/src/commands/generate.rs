use std::{ops::ControlFlow, time::Instant};

use kinglet::{Engine, GenerateOptions};

use crate::{
    args::GenerateArgs,
    error::CliError,
    generation::{Generation, generate, milliseconds},
    output::{self, grouped, rate},
    report::{Device, Generate, Logprobs, Rows, Timings},
};

/// Continues a sequence of tokens.
pub(crate) async fn run(args: GenerateArgs) -> Result<(), CliError> {
    let source = args.model.source().await?;
    let engine = Engine::new(args.device.engine_options()).await?;
    let start = Instant::now();
    let model = engine.load(&source, args.model.load_options()).await?;
    let load_ms = milliseconds(start);

    let prompt = &args.tokens.0;
    let options = GenerateOptions {
        max_tokens: args.max_tokens,
        sampling: args.sampling.sampling(),
        penalties: args.sampling.penalties(),
        stop_tokens: args.stop_token.map_or(Vec::new(), |tokens| tokens.0),
        ignore_end: args.ignore_eos,
        logits: args.logits && args.form.json,
    };
    let json = args.form.json;
    let mut gap = "";
    let generation = generate(&model, prompt, options, json, |token| {
        if !json {
            output::text(&format!("{gap}{}", token.id))?;
            gap = " ";
        }
        Ok(ControlFlow::Continue(()))
    })
    .await?;
    let (device, timings) = (Device::from(model.device()), timings(load_ms, &generation));
    match json {
        true => output::json(&report(device, generation, timings, args.logits)),
        false => output::text(&format!("\n{}", closing(&device, &timings))),
    }
}

pub(crate) fn timings(load_ms: f64, generation: &Generation) -> Timings {
    let Generation { prefill, decode, per_token, .. } = *generation;
    Timings { load_ms, prefill, decode, per_token }
}

pub(crate) fn report(device: Device, generation: Generation, timings: Timings, logits: bool) -> Generate {
    let tokens = generation.tokens.iter().map(|token| token.id).collect();
    let logprobs: Vec<Logprobs> =
        generation.tokens.iter().filter_map(|token| token.logprobs.as_ref()).map(Logprobs::from).collect();
    let logprobs = (!logprobs.is_empty()).then_some(logprobs);
    let logits = logits.then(|| Rows(generation.tokens.into_iter().filter_map(|token| token.logits).collect()));
    Generate { device, tokens, text: None, logits, logprobs, timings }
}

fn closing(device: &Device, timings: &Timings) -> String {
    let Timings { load_ms, prefill, decode, .. } = timings;
    format!(
        "{}: loaded in {load_ms:.0} ms; prefill {} tokens, {}; decode {} tokens, {}\n",
        device.label(),
        grouped(prefill.tokens as u64),
        rate(prefill.tokens_per_s),
        grouped(decode.tokens as u64),
        rate(decode.tokens_per_s),
    )
}
