//! How fast short texts go through an encoder, as tokens: texts of different length in one step, none of them padded.
//!
//! `cargo bench --bench embed [-- TEXTS]`, of a model with the numbers of MiniLM-L6 that is made on the fly, for the CPU and
//! each tier of the first adapter; without a number it takes 1,000 texts, and the first 100 of them on a
//! software adapter, whose speeds say nothing about GPUs.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a benchmark prints, and may panic")]

use std::{collections::BTreeMap, env, time::Instant};

use kinglet::{DeviceChoice, EncoderInput, Engine, EngineOptions, Error, LoadOptions, Source, Tier};
use kinglet_format::Config;
use pollster::block_on;
use safetensors::{Dtype, tensor::TensorView};

const TEXTS: usize = 1000;
/// More would take a software adapter minutes, and tell nothing.
const SOFTWARE_TEXTS: usize = 100;
/// Tokens of a text.
const SHORTEST: usize = 3;
const LONGEST: usize = 40;
/// Texts that others pad to the longest of them.
const BATCH: usize = 32;

const VOCAB: u32 = 30_522;
const CONFIG: &str = r#"{
    "architectures": ["BertModel"], "model_type": "bert", "vocab_size": 30522, "hidden_size": 384, "num_hidden_layers": 6,
    "num_attention_heads": 12, "intermediate_size": 1536, "hidden_act": "gelu", "max_position_embeddings": 512,
    "type_vocab_size": 2, "layer_norm_eps": 1e-12, "pad_token_id": 0
}"#;

fn main() -> Result<(), Error> {
    let count = env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(TEXTS);
    let texts = texts(count);
    let tokens: usize = texts.iter().map(Vec::len).sum();
    let longest = |batch: &[Vec<u32>]| batch.iter().map(Vec::len).max().unwrap_or(0) * batch.len();
    let padded: usize = texts.chunks(BATCH).map(longest).sum();
    println!("{count} texts of {SHORTEST} to {LONGEST} tokens, in the order in which they come");
    println!("{tokens} tokens computed, none of them padding");
    println!(
        "{padded} tokens in batches of {BATCH} padded to their longest: {:.2} times as many",
        ratio(padded, tokens)
    );
    let source = minilm();
    block_on(async {
        for (device, tier) in [
            (DeviceChoice::Cpu, None),
            (DeviceChoice::Gpu, Some(Tier::Baseline)),
            (DeviceChoice::Gpu, Some(Tier::HIGHEST)),
        ] {
            match Engine::new(EngineOptions { device, tier, ..EngineOptions::default() }).await {
                Ok(engine) => encoding(&engine, &source, &texts).await?,
                Err(error) => println!("{error}"),
            }
        }
        Ok(())
    })
}

fn ratio(a: usize, b: usize) -> f64 {
    a as f64 / b as f64
}

/// Times the texts on a device.
async fn encoding(engine: &Engine, source: &Source, texts: &[Vec<u32>]) -> Result<(), Error> {
    let model = engine.load(source, LoadOptions::default()).await?;
    let device = model.device();
    let texts = &texts[..texts.len().min(if device.software { SOFTWARE_TEXTS } else { usize::MAX })];
    let head = model.info().head;
    let inputs: Vec<EncoderInput> = texts.iter().map(|tokens| EncoderInput::new(head, tokens.clone())).collect();
    let mut encoder = model.encoder().await?;
    // A step that has as many tokens as others compiles what they need.
    let first = inputs.len().min(BATCH);
    encoder.run(&inputs[..first]).await?;
    let mut steps = 0;
    let start = Instant::now();
    let outputs = encoder.run_with(&inputs, |_| steps += 1).await?;
    let seconds = start.elapsed().as_secs_f64();
    let rows: usize = outputs.iter().filter_map(|outputs| outputs.get("hidden")).map(<[_]>::len).sum();
    let tokens: usize = texts.iter().map(Vec::len).sum();
    assert_eq!(rows, tokens);
    let name = device.adapter.as_deref().unwrap_or("CPU");
    let software = if device.software { ", a software adapter: its times say nothing about GPUs" } else { "" };
    println!("{name} {}{software}", device.tier.unwrap_or(""));
    println!("  {:9.1} texts/s, of {} texts", texts.len() as f64 / seconds, texts.len());
    println!("  {:9.1} tokens/s, {steps} steps of {:.0} tokens", tokens as f64 / seconds, ratio(tokens, steps));
    Ok(())
}

/// Tokens of texts, the same each time: all lengths are as frequent.
fn texts(count: usize) -> Vec<Vec<u32>> {
    let mut random = fastrand::Rng::with_seed(7);
    let mut text = || {
        let length = random.usize(SHORTEST..=LONGEST);
        (0..length).map(|_| random.u32(..VOCAB)).collect()
    };
    (0..count).map(|_| text()).collect()
}

/// A model in memory, with random weights.
fn minilm() -> Source {
    let graph = kinglet_models::build(&Config::parse(CONFIG.as_bytes()).unwrap()).unwrap().graph;
    let mut random = fastrand::Rng::with_seed(7);
    let mut tensor = |weight: &kinglet_graph::Weight| {
        let (rows, width) = weight.shape.rows_and_width();
        let gain = weight.name.ends_with("LayerNorm.weight");
        let scale = 1.0 / (width as f32).sqrt();
        let mut value = || if gain { 1.0 } else { (random.f32() * 2.0 - 1.0) * scale };
        let bytes: Vec<u8> = (0..rows * width).flat_map(|_| value().to_le_bytes()).collect();
        (weight.name.clone(), (weight.shape.dims().to_vec(), bytes))
    };
    let tensors: BTreeMap<_, _> = graph.weights.iter().map(&mut tensor).collect();
    let views = tensors.iter().map(|(name, (dims, bytes))| {
        let view = TensorView::new(Dtype::F32, dims.clone(), bytes).unwrap();
        (name.as_str(), view)
    });
    let file = safetensors::serialize(views, None).unwrap();
    let config = CONFIG.as_bytes().to_vec();
    Source::memory(vec![("config.json".to_owned(), config.into()), ("model.safetensors".to_owned(), file.into())])
}
