//! What the metadata of a GGUF file may say, beyond what a `config.json` does.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic")]

use kinglet_format::{
    Checkpoint, Source,
    gguf::{GgufWriter, Value},
};
use kinglet_models::Described;
use pollster::block_on;

/// What becomes of a Llama with one more key; every one has factors for its rotation.
fn with(key: &str, value: Value<'_>) -> Result<(), String> {
    let mut writer = GgufWriter::new();
    writer.value("general.architecture", "llama");
    for (key, value) in [
        ("llama.block_count", 2_u32),
        ("llama.context_length", 512),
        ("llama.embedding_length", 64),
        ("llama.feed_forward_length", 96),
        ("llama.attention.head_count", 4),
        ("llama.vocab_size", 300),
    ] {
        writer.value(key, value);
    }
    writer.value(key, value);
    let file = writer.header("model.gguf").unwrap();
    let source = Source::memory(vec![("model.gguf".to_owned(), file.into())]);
    let checkpoint = block_on(Checkpoint::open(&source)).unwrap();
    let mut described = Described::new(&checkpoint, &[]).map_err(|error| error.to_string())?;
    described.set_rope_tensor("rope_freqs.weight", &[1.0; 8]);
    described.build().map(drop).map_err(|error| error.to_string())
}

#[test]
fn what_would_be_computed_otherwise_is_refused() {
    // Eight columns of a head turn, which needs four factors.
    let error = with("llama.rope.dimension_count", Value::U32(8)).unwrap_err();
    assert_eq!(error, "model.gguf: rope_scaling.factors is a list of 8, expected 4 numbers");
    for (key, value, error) in [
        ("rope.scale_linear", Value::F32(4.0), "rope.scale_linear is 4, expected 1"),
        ("attention.causal", Value::Flag(false), "attention.causal is false, expected true"),
        (
            "rope.scaling.type",
            Value::Text("yarn"),
            "rope.scaling.type is yarn beside rope_freqs.weight, expected default, linear, dynamic, llama3, yarn or longrope",
        ),
    ] {
        assert_eq!(with(&format!("llama.{key}"), value).unwrap_err(), format!("model.gguf: llama.{error}"));
    }
    for (key, value) in [
        ("rope.dimension_count", Value::U32(16)),
        ("rope.scale_linear", Value::F32(1.0)),
        ("attention.causal", Value::Flag(true)),
        ("rope.scaling.type", Value::Text("none")),
    ] {
        with(&format!("llama.{key}"), value).unwrap();
    }
}
