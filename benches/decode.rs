//! What decoding costs: counters, the time to record a step on wgpu's noop backend, and tokens per second.
//!
//! `cargo bench --bench decode [-- MODEL]`; without a model it takes a small golden checkpoint. Speeds of a software
//! adapter say nothing about GPUs.
#![allow(clippy::print_stdout, clippy::expect_used, reason = "a benchmark prints, and may panic")]

use std::{path::PathBuf, sync::Arc, time::Instant};

use kinglet::{DeviceChoice, Engine, EngineOptions, Error, GenerateOptions, LoadOptions, Source, Step, Tier};
use kinglet_format::Checkpoint;
use kinglet_gpu::{Device, Session, SessionOptions};
use kinglet_graph::optimise;
use kinglet_models::Described;
use kinglet_tensor::Tensor;
use pollster::block_on;

const PROMPT: usize = 64;
const TOKENS: usize = 64;
/// Steps whose recording is timed; the median counts.
const RECORDED: usize = 200;

fn main() -> Result<(), Error> {
    let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/goldens/llama-gqa-tied");
    let model = std::env::args().skip(1).find(|argument| !argument.starts_with('-')).map_or(golden, PathBuf::from);
    let source = Source::path(&model)?;
    println!("model {}", model.display());
    block_on(async {
        recording(&source).await?;
        for (device, tier) in [
            (DeviceChoice::Cpu, None),
            (DeviceChoice::Gpu, Some(Tier::Baseline)),
            (DeviceChoice::Gpu, Some(Tier::HIGHEST)),
        ] {
            match Engine::new(EngineOptions { device, tier, ..EngineOptions::default() }).await {
                Ok(engine) => decoding(&engine, &source).await?,
                Err(error) => println!("{error}"),
            }
        }
        Ok(())
    })
}

/// Times what the host does for a step where the device does nothing.
async fn recording(source: &Source) -> Result<(), Error> {
    let checkpoint = Checkpoint::open(source).await?;
    let mut graph = Described::new(&checkpoint, &[])?.build()?.graph;
    let mut tensors = Vec::new();
    for weight in &graph.weights {
        tensors.push(checkpoint.view(&weight.name, &weight.shape)?.read().await?);
    }
    graph.set_dtypes(tensors.iter().map(Tensor::dtype));
    let (graph, _) = optimise(graph);
    let descriptor = wgpu::DeviceDescriptor { required_limits: wgpu::Limits::default(), ..Default::default() };
    let (device, queue) = wgpu::Device::noop(&descriptor);
    let device = Device::from_wgpu(device.adapter_info(), device, queue);
    let model = Arc::new(kinglet_gpu::Model::new(device, graph, &tensors).await?);
    let mut session = Session::new(model, SessionOptions { context: 512, ..SessionOptions::default() }).await?;
    let slot = session.open_slot()?;
    session.submit(&Step::prefill(slot, 0, &[1; PROMPT]).last_row()).await?;
    let mut ids = Vec::with_capacity(1);
    session.next_ids(&mut ids).await?;
    let mut times = Vec::with_capacity(RECORDED);
    let before = session.model().device().counters();
    for _ in 0..RECORDED {
        let start = Instant::now();
        session.submit_next(&[slot]).await?;
        times.push(start.elapsed());
        session.next_ids(&mut ids).await?;
    }
    let spent = session.model().device().counters() - before;
    times.sort_unstable();
    let dispatches = spent.dispatches / spent.steps;
    println!("noop: {dispatches} dispatches recorded and submitted in {:?} (median)", times[RECORDED / 2]);
    Ok(())
}

/// Counts and times a generation.
async fn decoding(engine: &Engine, source: &Source) -> Result<(), Error> {
    let model = engine.load(source, LoadOptions::default()).await?;
    let vocab = model.info().vocab as u32;
    let prompt: Vec<u32> = (0..PROMPT as u32).map(|i| (i * 37 + 11) % vocab).collect();
    let mut generator = model.generator().await?;
    let options = GenerateOptions { max_tokens: Some(TOKENS), ignore_end: true, ..GenerateOptions::default() };
    // The first run compiles; the second is measured.
    for measured in [false, true] {
        let start = Instant::now();
        let mut stream = generator.generate(&prompt, options.clone()).await?;
        stream.next().await?;
        let (first, before) = (Instant::now(), stream.counters());
        while stream.next().await?.is_some() {}
        let (decode, after) = (first.elapsed(), stream.counters());
        if !measured {
            continue;
        }
        let device = model.device();
        let name = device.adapter.as_deref().unwrap_or("CPU");
        let software = if device.software { ", a software adapter" } else { "" };
        println!("{name} {}{software}", device.tier.unwrap_or(""));
        println!("  prefill {:9.1} tokens/s", PROMPT as f64 / (first - start).as_secs_f64());
        println!("  decode  {:9.1} tokens/s", (TOKENS - 1) as f64 / decode.as_secs_f64());
        if let Some((after, before)) = after.zip(before) {
            println!("  {:?} for {} steps", after - before, (after - before).steps);
        }
    }
    Ok(())
}
