//! Weights larger than one binding, for real: lavapipe, like many phones, allows 128 MiB.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic")]

mod support;

use kinglet::{DeviceChoice, Engine, EngineOptions, LoadOptions, Rows, Source, Tier};
use pollster::block_on;

const VOCAB: usize = 150_000;
const HIDDEN: usize = 256;

/// A Llama of one layer whose tied table has 154 MB.
fn source() -> Source {
    let config = format!(
        r#"{{"architectures": ["LlamaForCausalLM"], "vocab_size": {VOCAB}, "hidden_size": {HIDDEN},
            "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 4, "num_key_value_heads": 2,
            "max_position_embeddings": 128, "tie_word_embeddings": true}}"#
    );
    let layer = |name: &str| format!("model.layers.0.{name}.weight");
    let tensors = [
        ("model.embed_tokens.weight".to_owned(), vec![VOCAB, HIDDEN]),
        ("model.norm.weight".to_owned(), vec![HIDDEN]),
        (layer("input_layernorm"), vec![HIDDEN]),
        (layer("post_attention_layernorm"), vec![HIDDEN]),
        (layer("self_attn.q_proj"), vec![HIDDEN, HIDDEN]),
        (layer("self_attn.k_proj"), vec![HIDDEN / 2, HIDDEN]),
        (layer("self_attn.v_proj"), vec![HIDDEN / 2, HIDDEN]),
        (layer("self_attn.o_proj"), vec![HIDDEN, HIDDEN]),
        (layer("mlp.gate_proj"), vec![64, HIDDEN]),
        (layer("mlp.up_proj"), vec![64, HIDDEN]),
        (layer("mlp.down_proj"), vec![HIDDEN, 64]),
    ];
    let mut random = fastrand::Rng::with_seed(1);
    let mut data = Vec::new();
    let mut header = serde_json::Map::new();
    for (name, shape) in tensors {
        let start = data.len();
        for _ in 0..shape.iter().product::<usize>() {
            data.extend((random.f32() * 0.2 - 0.1).to_le_bytes());
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

#[test]
fn a_table_larger_than_a_binding_gives_the_same_logits() {
    block_on(async {
        let Some(gpu) = support::gpu_engine(Tier::HIGHEST).await else { return };
        let limited = EngineOptions { device: DeviceChoice::Gpu, default_limits: true, ..EngineOptions::default() };
        let limited = Engine::new(limited).await.unwrap();
        let cpu = EngineOptions { device: DeviceChoice::Cpu, ..EngineOptions::default() };
        let cpu = Engine::new(cpu).await.unwrap();
        let source = source();
        // The first row, the last, and both sides of where 128 MiB end.
        let border = (128 << 20) / (HIDDEN as u32 * 4);
        let tokens = [0, VOCAB as u32 - 1, border - 1, border, 77_777];
        let mut rows = Vec::new();
        for engine in [cpu, gpu, limited] {
            let model = engine.load(&source, LoadOptions::default()).await.unwrap();
            rows.push(model.forward(&tokens, Rows::All).await.unwrap().logits().concat());
        }
        for found in &rows[1..] {
            let error: f64 = found.iter().zip(&rows[0]).map(|(a, b)| f64::from(a - b).powi(2)).sum();
            let power: f64 = rows[0].iter().map(|b| f64::from(*b).powi(2)).sum();
            // The cache is in f16.
            assert!(error / power <= 1e-5, "{}", error / power);
        }
    });
}
