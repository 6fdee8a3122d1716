//! An architecture that Kinglet does not know, from outside of it: `cargo run --example custom_architecture`. A file states
//! configuration, names of weights and graph once; everything else follows from it: loading, quantizing, the CPU, each GPU.

#![allow(clippy::print_stdout, reason = "an example prints")]

use kinglet::{
    Engine, EngineOptions, Error, GenerateOptions, LoadOptions, Source,
    architecture::{Architecture, Attention, Blueprint, Builder, Head, ModelError, Rope, Settings, Unary},
};
use safetensors::tensor::{Dtype, TensorView, serialize};

/// Wren: attention and a plain feed-forward part side by side, on one norm.
static WREN: Architecture = Architecture::new("Wren", &[("WrenForCausalLM", Head::Generate)], build);

fn build(c: Settings<'_>) -> Result<Blueprint, ModelError> {
    let [vocab, hidden, ff] =
        [c.count("vocab", 1..=1 << 20)?, c.count("hidden", 2..=8192)?, c.count("ff", 1..=1 << 16)?];
    let [layers, heads] = [c.count("layers", 1..=100)?, c.count("heads", 1..=128)?];
    let context = c.count_or("context", 1024, 1..=1 << 20)?;
    let head_dim = hidden / heads;

    let g = Builder::new();
    let rope = g.rope(Rope::new(10_000.0, head_dim));
    let attention = Attention { rope: Some(rope), ..Attention::new(heads, heads, head_dim) };
    let mut x = g.embed("tokens", vocab, hidden);
    for layer in g.layers("layers", layers) {
        let h = layer.rms_norm("norm", x, 1e-6);
        let qkv = ["q", "k", "v"].map(|name| layer.linear(name, h, hidden, false));
        let attended = layer.linear("o", layer.attention("attention", qkv, attention.clone()), hidden, false);
        let fed = layer.linear("down", layer.linear("up", h, ff, false).map(Unary::Relu), hidden, false);
        x = layer.name("", x + attended + fed);
    }
    let logits = g.rms_norm("norm", x, 1e-6).linear_with("tokens.weight", None, vocab, "logits");
    g.output("logits", logits.wanted_rows());
    c.finish(&WREN, g, [layers, vocab, context])
}

/// A small Wren that knows nothing.
fn model_files() -> Vec<(String, kinglet::Bytes)> {
    let config = br#"{"architectures": ["WrenForCausalLM"],
        "vocab": 64, "hidden": 32, "ff": 48, "layers": 2, "heads": 4}"#;
    let mut shapes = vec![("tokens.weight".to_owned(), vec![64, 32]), ("norm.weight".to_owned(), vec![32])];
    for layer in 0..2 {
        let name = |module: &str| format!("layers.{layer}.{module}.weight");
        shapes.extend(["q", "k", "v", "o"].map(|module| (name(module), vec![32, 32])));
        shapes.extend([(name("up"), vec![48, 32]), (name("down"), vec![32, 48]), (name("norm"), vec![32])]);
    }
    let mut random = fastrand::Rng::with_seed(7);
    let mut numbers = |count: usize| (0..count).flat_map(|_| (random.f32() - 0.5).to_le_bytes()).collect::<Vec<u8>>();
    let data: Vec<_> = shapes.iter().map(|(_, shape)| numbers(shape.iter().product())).collect();
    let views = shapes
        .into_iter()
        .zip(&data)
        .filter_map(|((name, shape), data)| Some((name, TensorView::new(Dtype::F32, shape, data).ok()?)));
    let weights = serialize(views, None).unwrap_or_default();
    vec![("config.json".to_owned(), config.to_vec().into()), ("model.safetensors".to_owned(), weights.into())]
}

async fn generate() -> Result<Vec<u32>, Error> {
    let engine = Engine::new(EngineOptions::default()).await?;
    let options = LoadOptions { architectures: vec![&WREN], ..LoadOptions::default() };
    let model = engine.load(&Source::memory(model_files()), options).await?;
    println!("{} with {} parameters", model.info().architecture, model.info().parameters);
    let mut generator = model.generator().await?;
    let options = GenerateOptions { max_tokens: Some(8), ..GenerateOptions::default() };
    let mut stream = generator.generate(&[1, 2, 3][..], options).await?;
    let mut tokens = Vec::new();
    while let Some(token) = stream.next().await? {
        tokens.push(token.id);
    }
    Ok(tokens)
}

fn main() -> Result<(), Error> {
    println!("{:?}", pollster::block_on(generate())?);
    Ok(())
}
