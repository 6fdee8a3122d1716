//! Quantized weights from a file to the logits: a Llama in each element type gives, on each backend, the logits that its
//! dequantized weights give. `KINGLET_FIGURES=1` prints how near they come.
#![allow(clippy::expect_used, clippy::print_stdout, clippy::unwrap_used, reason = "a test may panic and tell figures")]

mod support;

use kinglet::{Checkpoint, Engine, GenerateOptions, KvFormat, LoadOptions, Model, Quant, Rows, Source};
use kinglet_format::{
    Description,
    gguf::{self, GgufWriter},
};
use kinglet_tensor::{Bytes, DType, Shape};
use libtest_mimic::{Arguments, Failed, Trial};
use pollster::block_on;

/// Of logits, between the quantized weights and what they stand for.
const GATE: f64 = 1e-9;
/// Least difference of the two largest logits, over the RMS of their row, where tokens are compared.
const MARGIN: f64 = 0.01;
const PROMPT: usize = 70;
const DECODED: usize = 24;
const GOLDENS: [&str; 4] = ["llama-gqa-tied", "llama-odd", "llama-sharded-bf16", "llama-untied-bias"];

fn main() {
    let mut trials = Vec::new();
    for dtype in gguf::types() {
        let types = move |_: &str| dtype;
        trials.push(Trial::test(format!("{dtype}"), move || on_every_backend(&random(dtype as u64, &types, true))));
    }
    for (name, mix, tied) in [
        ("Q4_K_M", q4_k_m as fn(&str) -> DType, false),
        (
            "Q4_K_M with a table in Q6_K",
            |name| if name.starts_with("token") { DType::Q6_K } else { q4_k_m(name) },
            true,
        ),
        ("every weight in another type", another, false),
    ] {
        trials.push(Trial::test(name, move || on_every_backend(&random(100, &mix, tied))));
    }
    trials.push(Trial::test("three parts", three_parts));
    for quant in [Quant::Q8, Quant::Q4] {
        trials.push(Trial::test(format!("{} is the type of files", quant.name()), move || is_the_type_of_files(quant)));
        for golden in GOLDENS {
            let name = format!("{} of {golden}", quant.name());
            trials.push(Trial::test(name, move || encodes_while_loading(golden, quant)));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// What llama.cpp makes of a file by this name, with the better types in one layer of two.
fn q4_k_m(name: &str) -> DType {
    match name {
        "token_embd.weight" => DType::Q8_0,
        "output.weight" | "blk.0.attn_v.weight" | "blk.0.ffn_down.weight" => DType::Q6_K,
        _ => DType::Q4_K,
    }
}

fn another(name: &str) -> DType {
    let index = NAMES.iter().position(|part| name.contains(part)).unwrap_or(0);
    let types: Vec<DType> = gguf::types().collect();
    types[(index + if name.starts_with("blk.1") { 8 } else { 0 }) % types.len()]
}

const NAMES: [&str; 9] =
    ["token_embd", "attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down", "output.weight"];
const HIDDEN: usize = 256;
const FF: usize = 512;
const LAYERS: usize = 2;
const HEADS: usize = 4;
const KV_HEADS: usize = 2;
const VOCAB: usize = 300;

/// A tensor as it lies in a file.
#[derive(Clone)]
struct Stored {
    name: String,
    shape: Shape,
    dtype: DType,
    bytes: Vec<u8>,
}

impl Stored {
    fn new(name: &str, shape: &[usize], dtype: DType, values: &[f32]) -> Stored {
        let mut bytes = Vec::new();
        values.chunks(shape[shape.len() - 1]).for_each(|row| dtype.encode(row, &mut bytes));
        Stored { name: name.to_owned(), shape: Shape::from(shape), dtype, bytes }
    }

    /// The same numbers, each for itself.
    fn dequantized(&self) -> Stored {
        Stored::new(&self.name, self.shape.dims(), DType::F32, &self.values())
    }

    fn values(&self) -> Vec<f32> {
        let (rows, width) = self.shape.rows_and_width();
        let mut values = vec![0.0; rows * width];
        let row_bytes = self.dtype.row_bytes(width).unwrap();
        for (row, values) in self.bytes.chunks(row_bytes).zip(values.chunks_mut(width)) {
            self.dtype.decode(row, values);
        }
        values
    }
}

/// Weights of a small Llama that has favourites, so that tokens tell whether it is itself.
fn weights(seed: u64, types: &dyn Fn(&str) -> DType, tied: bool) -> Vec<Stored> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut tensors = Vec::new();
    let mut add = |name: String, shape: &[usize], mean: f32, deviation: f32| {
        let mut value = || mean + deviation * ((0..12).map(|_| random.f32()).sum::<f32>() - 6.0);
        let values: Vec<f32> = (0..shape.iter().product()).map(|_| value()).collect();
        let dtype = if shape.len() == 1 { DType::F32 } else { types(&name) };
        tensors.push(Stored::new(&name, shape, dtype, &values));
    };
    let per = |gain: f32, width: usize| gain / (width as f32).sqrt();
    add("token_embd.weight".to_owned(), &[VOCAB, HIDDEN], 0.0, 0.3);
    for layer in 0..LAYERS {
        let name = |tensor: &str| format!("blk.{layer}.{tensor}.weight");
        let kv = HIDDEN / HEADS * KV_HEADS;
        add(name("attn_norm"), &[HIDDEN], 1.0, 0.2);
        add(name("attn_q"), &[HIDDEN, HIDDEN], 0.0, per(1.2, HIDDEN));
        add(name("attn_k"), &[kv, HIDDEN], 0.0, per(1.2, HIDDEN));
        add(name("attn_v"), &[kv, HIDDEN], 0.0, per(1.2, HIDDEN));
        add(name("attn_output"), &[HIDDEN, HIDDEN], 0.0, per(1.6, HIDDEN));
        add(name("ffn_norm"), &[HIDDEN], 1.0, 0.2);
        add(name("ffn_gate"), &[FF, HIDDEN], 0.0, per(1.5, HIDDEN));
        add(name("ffn_up"), &[FF, HIDDEN], 0.0, per(1.5, HIDDEN));
        add(name("ffn_down"), &[HIDDEN, FF], 0.0, per(1.5, FF));
    }
    add("output_norm.weight".to_owned(), &[HIDDEN], 1.0, 0.2);
    if !tied {
        add("output.weight".to_owned(), &[VOCAB, HIDDEN], 0.0, per(1.0, HIDDEN));
    }
    tensors
}

fn described(writer: &mut GgufWriter) {
    writer.value("general.architecture", "llama");
    for (key, value) in [
        ("llama.block_count", LAYERS),
        ("llama.context_length", 512),
        ("llama.embedding_length", HIDDEN),
        ("llama.feed_forward_length", FF),
        ("llama.attention.head_count", HEADS),
        ("llama.attention.head_count_kv", KV_HEADS),
    ] {
        writer.value(key, value as u32);
    }
    writer.value("llama.attention.layer_norm_rms_epsilon", 1e-5_f32);
}

fn file(mut writer: GgufWriter, tensors: &[Stored]) -> Bytes {
    for tensor in tensors {
        writer.tensor(&tensor.name, tensor.dtype, &tensor.shape);
    }
    let mut bytes = writer.header("model.gguf").unwrap();
    for tensor in tensors {
        bytes.extend_from_slice(&tensor.bytes);
        bytes.extend(writer.padding(tensor.bytes.len() as u64));
    }
    bytes.into()
}

fn source(tensors: &[Stored]) -> Source {
    let mut writer = GgufWriter::new();
    described(&mut writer);
    Source::memory(vec![("model.gguf".to_owned(), file(writer, tensors))])
}

/// A file, a prompt, and what its dequantized weights make of it on the CPU.
struct Expected {
    source: Source,
    prompt: Vec<u32>,
    run: Run,
}

/// The first model from this seed on whose tokens win clearly.
fn random(seed: u64, types: &dyn Fn(&str) -> DType, tied: bool) -> Expected {
    for seed in 1000 * seed.. {
        let tensors = weights(seed, types, tied);
        let mut random = fastrand::Rng::with_seed(seed);
        let prompt: Vec<u32> = (0..PROMPT).map(|_| random.u32(..VOCAB as u32)).collect();
        let dequantized: Vec<Stored> = tensors.iter().map(Stored::dequantized).collect();
        let run = Run::of(&load(&cpu(), &source(&dequantized), Quant::Keep), &prompt);
        if run.margin() >= MARGIN {
            return Expected { source: source(&tensors), prompt, run };
        }
    }
    unreachable!("seeds do not end")
}

/// What a model makes of a prompt.
struct Run {
    /// Of each token of the prompt.
    prompt: Vec<Vec<f32>>,
    /// That each further token was chosen from.
    decoded: Vec<Vec<f32>>,
    tokens: Vec<u32>,
    /// Those that the device chose, where it feeds itself.
    free: Vec<u32>,
}

impl Run {
    fn of(model: &Model, prompt: &[u32]) -> Run {
        block_on(async {
            let rows = model.forward(prompt, Rows::All).await.unwrap().logits().to_vec();
            let mut generated = Vec::new();
            for logits in [true, false] {
                let mut generator = model.generator().await.unwrap();
                let options =
                    GenerateOptions { max_tokens: Some(DECODED), ignore_end: true, logits, ..Default::default() };
                let mut stream = generator.generate(prompt, options).await.unwrap();
                let mut tokens = Vec::new();
                while let Some(token) = stream.next().await.unwrap() {
                    tokens.push(token);
                }
                generated.push(tokens);
            }
            let ids = |tokens: &[kinglet::Token]| tokens.iter().map(|token| token.id).collect();
            let (tokens, free) = (ids(&generated[0]), ids(&generated[1]));
            let decoded = generated.swap_remove(0).into_iter().filter_map(|token| token.logits).collect();
            Run { prompt: rows, decoded, tokens, free }
        })
    }

    /// The least margin of a generated token.
    fn margin(&self) -> f64 {
        let margin = |row: &Vec<f32>| {
            let mut sorted = row.clone();
            sorted.sort_by(|a, b| b.total_cmp(a));
            let square: f64 = row.iter().map(|x| f64::from(*x).powi(2)).sum();
            f64::from(sorted[0] - sorted[1]) / (square / row.len() as f64).sqrt()
        };
        self.decoded.iter().map(margin).fold(f64::INFINITY, f64::min)
    }

    /// Fails unless this is the same but for rounding.
    fn compare(&self, name: &str, expected: &Run) -> Result<(), Failed> {
        let rows = |run: &Run| [run.prompt.clone(), run.decoded.clone()].concat();
        let (found, wanted) = (rows(self), rows(expected));
        let worst = found.iter().zip(&wanted).map(|(a, b)| nmse(a, b)).fold(0.0, f64::max);
        if std::env::var_os("KINGLET_FIGURES").is_some() {
            println!("{name}: nmse {worst:.1e}");
        }
        if found.len() != wanted.len() || worst.is_nan() || worst > GATE {
            return Err(format!("{name}: {} of {} rows, nmse {worst:e}", found.len(), wanted.len()).into());
        }
        if expected.margin() < MARGIN {
            return Ok(());
        }
        for (how, tokens) in [("lock-step", &self.tokens), ("free-running", &self.free)] {
            if *tokens != expected.tokens {
                return Err(format!("{name} {how}: {tokens:?}, expected {:?}", expected.tokens).into());
            }
        }
        Ok(())
    }
}

fn nmse(found: &[f32], expected: &[f32]) -> f64 {
    let error: f64 = found.iter().zip(expected).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum();
    let worst = error / expected.iter().map(|b| f64::from(*b).powi(2)).sum::<f64>();
    // A NaN must not get lost in a maximum.
    if worst.is_nan() || found.len() != expected.len() { f64::INFINITY } else { worst }
}

fn cpu() -> Engine {
    let options = kinglet::EngineOptions { device: kinglet::DeviceChoice::Cpu, ..Default::default() };
    block_on(Engine::new(options)).unwrap()
}

fn load(engine: &Engine, source: &Source, quant: Quant) -> Model {
    block_on(engine.load(source, LoadOptions { kv: KvFormat::F32, quant, ..Default::default() })).unwrap()
}

fn device(engine: &Engine) -> &str {
    engine.device().tier.unwrap_or("cpu")
}

fn on_every_backend(expected: &Expected) -> Result<(), Failed> {
    for engine in block_on(support::engines()) {
        let found = Run::of(&load(&engine, &expected.source, Quant::Keep), &expected.prompt);
        found.compare(device(&engine), &expected.run)?;
    }
    Ok(())
}

fn three_parts() -> Result<(), Failed> {
    let expected = random(200, &q4_k_m, false);
    let seed = 0;
    let tensors = weights(seed, &q4_k_m, false);
    let whole = source(&tensors);
    let mut files = Vec::new();
    let parts = [&tensors[..1], &tensors[1..12], &tensors[12..]];
    for (number, part) in parts.into_iter().enumerate() {
        let mut writer = GgufWriter::new();
        writer.value("split.no", number as u16);
        writer.value("split.count", 3_u16);
        writer.value("split.tensors.count", tensors.len() as i32);
        if number == 0 {
            described(&mut writer);
        }
        files.push((format!("model-{:05}-of-00003.gguf", number + 1), file(writer, part)));
    }
    // Wherever it is opened.
    let parts = Source::memory(files);
    for source in [parts.clone(), parts.with_weights("model-00002-of-00003.gguf")] {
        for engine in block_on(support::engines()) {
            let rows = [&whole, &source].map(|source| {
                let model = load(&engine, source, Quant::Keep);
                block_on(model.forward(&expected.prompt, Rows::All)).unwrap().logits().to_vec()
            });
            if rows[0] != rows[1] {
                return Err(format!("{}: parts make a difference", device(&engine)).into());
            }
        }
    }
    Ok(())
}

fn dtype_of(quant: Quant) -> DType {
    if quant == Quant::Q8 { DType::Q8_0 } else { DType::Q4_0 }
}

/// Loading a checkpoint of floats with `quant` gives what the weights give that were encoded before, which stand for
/// floats again; also where rows do not fill their blocks.
fn encodes_while_loading(golden: &str, quant: Quant) -> Result<(), Failed> {
    let folder = Source::path(support::golden(golden))?;
    let checkpoint = block_on(Checkpoint::open(&folder))?;
    let dtype = dtype_of(quant);
    let mut header = serde_json::Map::new();
    let mut data = Vec::new();
    for (name, info) in checkpoint.tensors() {
        let values = block_on(async { checkpoint.view(name, &info.shape)?.read().await })?.to_f32();
        let kept = if info.shape.dims().len() == 2 { dtype } else { DType::F32 };
        let stored = Stored::new(name, info.shape.dims(), kept, &values).dequantized();
        let end = data.len() + stored.bytes.len();
        let entry = serde_json::json!({"dtype": "F32", "shape": info.shape.dims(), "data_offsets": [data.len(), end]});
        header.insert(name.to_owned(), entry);
        data.extend(stored.bytes);
    }
    let header = serde_json::Value::from(header).to_string();
    let file = [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data].concat();
    let config = block_on(folder.open("config.json"))?;
    let encoded =
        Source::memory(vec![("config.json".to_owned(), config), ("model.safetensors".to_owned(), file.into())]);
    let facts = std::fs::read(support::golden(golden).join("golden.json"))?;
    let prompt: Vec<u32> =
        serde_json::from_value(serde_json::from_slice::<serde_json::Value>(&facts)?["prompt_ids"].take())?;
    let expected = Run::of(&load(&cpu(), &encoded, Quant::Keep), &prompt);
    for engine in block_on(support::engines()) {
        Run::of(&load(&engine, &folder, quant), &prompt).compare(device(&engine), &expected)?;
    }
    Ok(())
}

/// Loading a file of floats with `quant` gives, to the bit, what a file gives whose matrices are of that type.
fn is_the_type_of_files(quant: Quant) -> Result<(), Failed> {
    let floats = Source::path(support::golden("gguf").join("llama-gqa-tied.gguf"))?;
    let checkpoint = block_on(Checkpoint::open(&floats))?;
    let Description::Gguf(metadata) = checkpoint.description() else { return Err("it is GGUF".into()) };
    let mut writer = GgufWriter::new();
    for (key, value) in metadata.iter() {
        writer.value(key, value);
    }
    let mut tensors = Vec::new();
    for (name, info) in checkpoint.tensors() {
        let values = block_on(async { checkpoint.view(name, &info.shape)?.read().await })?.to_f32();
        let dtype = if info.shape.dims().len() == 2 { dtype_of(quant) } else { DType::F32 };
        tensors.push(Stored::new(name, info.shape.dims(), dtype, &values));
    }
    let encoded = Source::memory(vec![("model.gguf".to_owned(), file(writer, &tensors))]);
    let prompt: Vec<u32> = (0..PROMPT as u32).collect();
    for engine in block_on(support::engines()) {
        let rows = [(&floats, quant), (&encoded, Quant::Keep), (&encoded, quant)].map(|(source, quant)| {
            let run = Run::of(&load(&engine, source, quant), &prompt);
            (run.prompt, run.decoded, run.free)
        });
        if rows[0] != rows[1] || rows[0] != rows[2] {
            return Err(format!("{}: not the same bits", device(&engine)).into());
        }
    }
    Ok(())
}
