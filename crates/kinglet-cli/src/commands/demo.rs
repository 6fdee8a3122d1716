//! What `kinglet` does without a command: a small random model, made in memory, generates for a moment. It shows that
//! the device works and how fast; the tokens mean nothing.

use std::{
    ops::ControlFlow,
    time::{Duration, Instant},
};

use kinglet::{Engine, GenerateOptions, LoadOptions, Source};
use serde_json::json;

use crate::{
    args::DemoArgs,
    commands::generate,
    error::CliError,
    generation::{self, Request, milliseconds},
    output::{self, grouped, rate},
    report::{Device, Timings},
};

const SEED: u64 = 2;
const VOCAB: usize = 4096;
const HIDDEN: usize = 256;
const FF: usize = 704;
const LAYERS: usize = 6;
const HEADS: usize = 8;
const KV_HEADS: usize = 4;
const HEAD_DIM: usize = HIDDEN / HEADS;
const CONTEXT: usize = 1024;
/// How long to generate, from the first token on.
const TIME: Duration = Duration::from_millis(1500);

pub(crate) async fn run(args: DemoArgs) -> Result<(), CliError> {
    let engine = Engine::new(args.device.engine_options()).await?;
    let source = source();
    let start = Instant::now();
    let model = engine.load(&source, LoadOptions::default()).await?;
    let load_ms = milliseconds(start);
    let prompt: Vec<u32> = (1..=16).collect();
    let options =
        GenerateOptions { max_tokens: Some(CONTEXT - prompt.len()), ignore_end: true, ..GenerateOptions::default() };
    let mut first = None;
    let request = Request { prompt: &prompt, options, choices: 1, report: args.form.json };
    let generation = generation::generate(&model, request, |_, _| {
        let first = first.get_or_insert_with(Instant::now);
        Ok(if first.elapsed() < TIME { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })
    .await?;
    let (device, timings) = (Device::from(model.device()), generate::timings(load_ms, &generation));
    if args.form.json {
        return output::json(&generate::report(device, generation, timings, false));
    }
    let tokens = generation.choices.iter().flat_map(|choice| &choice.tokens);
    let tokens: Vec<String> = tokens.take(16).map(|token| token.id.to_string()).collect();
    output::text(&readable(&device, &timings, model.info().parameters, &tokens.join(" ")))
}

fn readable(device: &Device, timings: &Timings, parameters: u64, tokens: &str) -> String {
    let Timings { prefill, decode, per_token, .. } = timings;
    let dispatches = per_token.dispatches.map_or("n/a".to_owned(), |count| count.0.to_string());
    let facts = [
        ["adapter".to_owned(), device.label()],
        ["model".to_owned(), format!("a random Llama with {} parameters", grouped(parameters))],
        ["prefill".to_owned(), format!("{} ({} tokens)", rate(prefill.tokens_per_s), prefill.tokens)],
        ["decode".to_owned(), format!("{} ({} tokens)", rate(decode.tokens_per_s), decode.tokens)],
        ["dispatches per token".to_owned(), dispatches],
        ["tokens".to_owned(), format!("{tokens} …")],
    ];
    format!(
        "{}\nNow try a model: a folder with config.json and model.safetensors, a .gguf file, or hf:org/name\n\n  \
         kinglet inspect MODEL\n  kinglet generate MODEL \"A small bird\"\n  kinglet chat MODEL\n  kinglet --help\n",
        output::table(&facts, &[])
    )
}

/// The model's files, in memory. The same ones every time.
fn source() -> Source {
    let config = json!({
        "architectures": ["LlamaForCausalLM"], "vocab_size": VOCAB, "hidden_size": HIDDEN, "intermediate_size": FF,
        "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "num_key_value_heads": KV_HEADS,
        "head_dim": HEAD_DIM, "max_position_embeddings": CONTEXT, "rms_norm_eps": 1e-5, "tie_word_embeddings": false,
    });
    let file = |name: &str, bytes: Vec<u8>| (name.to_owned(), bytes.into());
    Source::memory(vec![
        file("config.json", config.to_string().into_bytes()),
        file("model.safetensors", safetensors(&tensors())),
    ])
}

/// Names and shapes of the weights.
fn tensors() -> Vec<(String, Vec<usize>)> {
    let mut tensors = Vec::new();
    let mut add = |name: String, shape: &[usize]| tensors.push((format!("{name}.weight"), shape.to_vec()));
    add("model.embed_tokens".to_owned(), &[VOCAB, HIDDEN]);
    for layer in 0..LAYERS {
        let mut add = |name: &str, shape: &[usize]| add(format!("model.layers.{layer}.{name}"), shape);
        add("input_layernorm", &[HIDDEN]);
        add("self_attn.q_proj", &[HIDDEN, HIDDEN]);
        add("self_attn.k_proj", &[KV_HEADS * HEAD_DIM, HIDDEN]);
        add("self_attn.v_proj", &[KV_HEADS * HEAD_DIM, HIDDEN]);
        add("self_attn.o_proj", &[HIDDEN, HIDDEN]);
        add("post_attention_layernorm", &[HIDDEN]);
        add("mlp.gate_proj", &[FF, HIDDEN]);
        add("mlp.up_proj", &[FF, HIDDEN]);
        add("mlp.down_proj", &[HIDDEN, FF]);
    }
    add("model.norm".to_owned(), &[HIDDEN]);
    add("lm_head".to_owned(), &[VOCAB, HIDDEN]);
    tensors
}

/// A safetensors file of random bf16 values, scaled so that each matrix keeps the size of what goes through it.
fn safetensors(tensors: &[(String, Vec<usize>)]) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut header = serde_json::Map::new();
    let mut data = Vec::new();
    for (name, shape) in tensors {
        let start = data.len();
        let count: usize = shape.iter().product();
        match shape[..] {
            [_, width] => {
                // Uniform within ±limit: of variance gain²/width.
                let limit = gain(name) * (3.0 / width as f32).sqrt();
                data.extend((0..count).flat_map(|_| bf16((random.f32() * 2.0 - 1.0) * limit)));
            }
            _ => data.extend((0..count).flat_map(|_| bf16(1.0))),
        }
        header.insert(name.clone(), json!({"dtype": "BF16", "shape": shape, "data_offsets": [start, data.len()]}));
    }
    let header = serde_json::Value::from(header).to_string();
    let length = (header.len() as u64).to_le_bytes();
    [&length, header.as_bytes(), &data].concat()
}

/// How much a matrix amplifies. Sharp attention makes the output depend on the whole sequence, which keeps greedy
/// generation from going in circles.
fn gain(name: &str) -> f32 {
    match name {
        "model.embed_tokens.weight" => 4.0,
        _ if name.contains("q_proj") || name.contains("k_proj") => 2.0,
        _ => 1.0,
    }
}

/// The upper half of an f32.
fn bf16(value: f32) -> [u8; 2] {
    ((value.to_bits() >> 16) as u16).to_le_bytes()
}
