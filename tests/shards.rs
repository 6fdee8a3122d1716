//! Weights larger than one binding, for real.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic")]

mod support;

use kinglet::{
    DeviceChoice, Engine, EngineOptions, KvFormat, LoadOptions, QuantizeOptions, Quantizer, Rows, Source, Tier, wgpu,
};
use kinglet_format::gguf;
use pollster::block_on;

/// A Llama of one layer with a tied table.
#[derive(Clone, Copy)]
struct Llama {
    vocab: usize,
    hidden: usize,
}

const HEADS: usize = 4;
const HEAD_DIM: usize = 64;
const FF: usize = 256;

impl Llama {
    fn source(self) -> Source {
        let Llama { vocab, hidden } = self;
        let config = format!(
            r#"{{"architectures": ["LlamaForCausalLM"], "vocab_size": {vocab}, "hidden_size": {hidden},
                "intermediate_size": {FF}, "num_hidden_layers": 1, "num_attention_heads": {HEADS},
                "head_dim": {HEAD_DIM}, "num_key_value_heads": 2, "max_position_embeddings": 128,
                "tie_word_embeddings": true}}"#
        );
        let layer = |name: &str| format!("model.layers.0.{name}.weight");
        let tensors = [
            ("model.embed_tokens.weight".to_owned(), vec![vocab, hidden]),
            ("model.norm.weight".to_owned(), vec![hidden]),
            (layer("input_layernorm"), vec![hidden]),
            (layer("post_attention_layernorm"), vec![hidden]),
            (layer("self_attn.q_proj"), vec![HEADS * HEAD_DIM, hidden]),
            (layer("self_attn.k_proj"), vec![2 * HEAD_DIM, hidden]),
            (layer("self_attn.v_proj"), vec![2 * HEAD_DIM, hidden]),
            (layer("self_attn.o_proj"), vec![hidden, HEADS * HEAD_DIM]),
            (layer("mlp.gate_proj"), vec![FF, hidden]),
            (layer("mlp.up_proj"), vec![FF, hidden]),
            (layer("mlp.down_proj"), vec![hidden, FF]),
        ];
        // Repeated, but never from the start of a row: 256 MB of random numbers take long.
        let mut random = fastrand::Rng::with_seed(1);
        let values: Vec<u8> = (0..1_048_573).flat_map(|_| (random.f32() * 0.2 - 0.1).to_le_bytes()).collect();
        let mut data: Vec<u8> = Vec::new();
        let mut next = 0;
        let mut header = serde_json::Map::new();
        for (name, shape) in tensors {
            let start = data.len();
            let end = start + shape.iter().product::<usize>() * 4;
            while data.len() < end {
                let run = &values[next..(next + end - data.len()).min(values.len())];
                data.extend_from_slice(run);
                next = (next + run.len()) % values.len();
            }
            let entry = serde_json::json!({"dtype": "F32", "shape": shape, "data_offsets": [start, data.len()]});
            header.insert(name, entry);
        }
        let header = serde_json::Value::from(header).to_string();
        let file = [&(header.len() as u64).to_le_bytes(), header.as_bytes(), &data].concat();
        Source::memory(vec![
            ("config.json".to_owned(), config.into_bytes().into()),
            ("model.safetensors".to_owned(), file.into()),
        ])
    }
}

async fn logits(engine: &Engine, source: &Source, tokens: &[u32]) -> Vec<f32> {
    let options = LoadOptions { kv: KvFormat::F32, ..LoadOptions::default() };
    let model = engine.load(source, options).await.unwrap();
    model.forward(tokens, Rows::All).await.unwrap().logits().concat()
}

/// Fails where rows differ by more than the gate of quantized models.
fn close(name: &str, found: &[f32], expected: &[f32]) {
    let error: f64 = found.iter().zip(expected).map(|(a, b)| f64::from(a - b).powi(2)).sum();
    let power: f64 = expected.iter().map(|b| f64::from(*b).powi(2)).sum();
    assert!(power > 0.0 && error / power <= 1e-9, "{name}: {}", error / power);
}

async fn cpu() -> Engine {
    Engine::new(EngineOptions { device: DeviceChoice::Cpu, ..EngineOptions::default() }).await.unwrap()
}

/// Lavapipe, like many phones, allows bindings of 128 MiB.
#[test]
fn a_head_of_256_mib_gives_the_same_logits() {
    block_on(async {
        let Some(gpu) = support::gpu_engine(Tier::HIGHEST).await else { return };
        let limited = EngineOptions { device: DeviceChoice::Gpu, default_limits: true, ..EngineOptions::default() };
        let limited = Engine::new(limited).await.unwrap();
        let llama = Llama { vocab: 1 << 18, hidden: 256 };
        let source = llama.source();
        // The first row, the last, and both sides of where 128 MiB end.
        let border = (128 << 20) / (llama.hidden as u32 * 4);
        let tokens = [0, llama.vocab as u32 - 1, border - 1, border, 77_777];
        let expected = logits(&cpu().await, &source, &tokens).await;
        for engine in [gpu, limited] {
            close("f32", &logits(&engine, &source, &tokens).await, &expected);
        }
    });
}

/// A program's device with bindings so small that tables of every type are cut.
#[test]
fn tables_of_every_type_are_cut() {
    const BINDING: u32 = 256 << 10;
    block_on(async {
        if support::gpu_engine(Tier::HIGHEST).await.is_none() {
            return;
        }
        let limits = wgpu::Limits { max_storage_buffer_binding_size: BINDING.into(), ..wgpu::Limits::default() };
        let limited = support::program_engine(limits).await;
        let cpu = cpu().await;
        // Of the smallest type a row has a third of its elements in bytes.
        let llama = Llama { vocab: 1021, hidden: 1024 };
        let tokens = [0, llama.vocab as u32 - 1, 511, 512, 700];
        let floats = llama.source();
        for dtype in gguf::types() {
            let options = QuantizeOptions { types: dtype.into(), pure: true, ..QuantizeOptions::default() };
            let mut file = Vec::new();
            Quantizer::open(&floats, &options).await.unwrap().write(&mut file).await.unwrap();
            assert!(dtype.row_bytes(llama.hidden).unwrap() * llama.vocab > BINDING as usize, "{dtype} needs more rows");
            let source = Source::memory(vec![("model.gguf".to_owned(), file.into())]);
            let expected = logits(&cpu, &source, &tokens).await;
            close(dtype.name(), &logits(&limited, &source, &tokens).await, &expected);
        }
    });
}
