use std::{ops::ControlFlow, time::Instant};

use kinglet::{Engine, GenerateOptions, Stage, StageTimes};

use crate::{
    args::BenchArgs,
    error::CliError,
    generation::{Generation, Request, generate, milliseconds},
    output::{self, bytes, grouped, rate},
    report::{Bench, BytesPerToken, Device, Load, Speed},
};

/// Measures a model: how fast it loads, reads a prompt and generates, and what each token costs.
pub(crate) async fn run(args: BenchArgs) -> Result<(), CliError> {
    let source = args.model.source().await?;
    let weights = kinglet::inspect(&source, &args.model.load_options()).await?.weight_bytes();
    let engine = Engine::new(args.device.engine_options()).await?;
    let mut options = args.model.load_options();
    let start = Instant::now();
    let times = StageTimes::new(move || start.elapsed());
    options.on_progress = times.on_progress(options.on_progress);
    let model = engine.load(&source, options).await?;
    let load = load(milliseconds(start), weights, &times);

    // No token twice in a row, and none that the model could not have.
    let prompt: Vec<u32> = (0..args.prompt).map(|index| (index * 7919 % model.info().vocab) as u32).collect();
    let options =
        || GenerateOptions { max_tokens: Some(args.generate), ignore_end: true, ..GenerateOptions::default() };
    let mut rounds: Vec<Generation> = Vec::with_capacity(args.rounds);
    // The first round makes plans and pipelines, and is not counted.
    for round in 0..=args.rounds {
        let last = round == args.rounds;
        let request = Request { prompt: &prompt, options: options(), choices: 1, report: last };
        let generation = generate(&model, request, |_, _| Ok(ControlFlow::Continue(()))).await?;
        if round > 0 {
            rounds.push(generation);
        }
    }
    let kv = model.bytes_per_token(args.prompt + args.generate / 2) - model.bytes_per_token(0);
    let last = rounds.last();
    let report = Bench {
        device: Device::from(model.device()),
        architecture: model.info().architecture,
        parameters: model.info().parameters,
        load,
        rounds: args.rounds,
        prefill: median(rounds.iter().map(|round| round.prefill)),
        decode: median(rounds.iter().map(|round| round.decode)),
        per_token: last.map(|round| round.per_token).unwrap_or_default(),
        bytes_per_token: BytesPerToken {
            planned: last.and_then(|round| round.weight_bytes).map(|weights| weights + kv),
            least: model.bytes_per_token(0) + kv,
        },
    };
    match args.form.json {
        true => output::json(&report),
        false => output::text(&readable(&report)),
    }
}

fn load(ms: f64, bytes: u64, times: &StageTimes) -> Load {
    let rounded = |bytes_per_second: f64| (bytes_per_second / 1e3).round() / 1e3;
    // Where nothing was done, or in no time, there is no rate.
    let rate = |stage| times.of(stage).map(|time| rounded(time.bytes_per_second())).filter(|rate| rate.is_finite());
    Load {
        ms,
        bytes,
        mb_per_s: rounded(bytes as f64 / ms.max(1e-3) * 1e3),
        read_mb_per_s: rate(Stage::Read),
        repack_mb_per_s: rate(Stage::Repack),
        upload_mb_per_s: rate(Stage::Upload),
    }
}

fn median(speeds: impl Iterator<Item = Speed>) -> Speed {
    let mut speeds: Vec<Speed> = speeds.collect();
    speeds.sort_by(|a, b| a.tokens_per_s.unwrap_or(0.0).total_cmp(&b.tokens_per_s.unwrap_or(0.0)));
    speeds.get(speeds.len() / 2).copied().unwrap_or_default()
}

fn readable(report: &Bench) -> String {
    let Bench { load, prefill, decode, per_token, bytes_per_token, .. } = report;
    let speed =
        |speed: &Speed| format!("{} ({} tokens, median of {})", rate(speed.tokens_per_s), speed.tokens, report.rounds);
    let dispatches = per_token.dispatches.map_or("n/a".to_owned(), |count| count.0.to_string());
    let planned = bytes_per_token.planned.map_or("n/a".to_owned(), bytes);
    let stages = [load.read_mb_per_s, load.repack_mb_per_s, load.upload_mb_per_s];
    let stages = stages.map(|rate| rate.map_or("n/a".to_owned(), |rate| format!("{rate:.0} MB/s")));
    let facts = [
        ["device".to_owned(), report.device.label()],
        ["model".to_owned(), format!("{}, {} parameters", report.architecture, grouped(report.parameters))],
        ["load".to_owned(), format!("{} in {:.0} ms, {:.0} MB/s", bytes(load.bytes), load.ms, load.mb_per_s)],
        ["  read, repack, upload".to_owned(), stages.join(", ")],
        ["prefill".to_owned(), speed(prefill)],
        ["decode".to_owned(), speed(decode)],
        ["dispatches per token".to_owned(), dispatches],
        ["bytes per token".to_owned(), format!("{planned} planned, {} at the least", bytes(bytes_per_token.least))],
    ];
    output::table(&facts, &[])
}
