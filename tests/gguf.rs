//! What the metadata of a GGUF file may say, beyond what a `config.json` does.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic")]

use kinglet_format::{
    Checkpoint, Source,
    gguf::{GgufWriter, Value},
};
use kinglet_models::{Described, Head};
use kinglet_tensor::{DType, Shape};
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

/// The head of a ModernBERT whose file has these keys and a classifier of three rows, or none.
fn head(keys: &[(&str, Value<'_>)], classifier: bool) -> Result<(Head, usize), String> {
    let mut writer = GgufWriter::new();
    writer.value("general.architecture", "modern-bert");
    for (key, value) in [
        ("modern-bert.block_count", 1_u32),
        ("modern-bert.embedding_length", 8),
        ("modern-bert.feed_forward_length", 8),
        ("modern-bert.attention.head_count", 2),
        ("modern-bert.vocab_size", 4),
    ] {
        writer.value(key, value);
    }
    for (key, value) in keys {
        writer.value(&format!("modern-bert.{key}"), *value);
    }
    if classifier {
        writer.tensor("cls.output.weight", DType::F32, &Shape::from([3, 8]));
    }
    let mut file = writer.header("model.gguf").unwrap();
    file.resize(file.len() + if classifier { 96 } else { 0 }, 0);
    let source = Source::memory(vec![("model.gguf".to_owned(), file.into())]);
    let checkpoint = block_on(Checkpoint::open(&source)).unwrap();
    let described = Described::new(&checkpoint, &[]).map_err(|error| error.to_string())?;
    let blueprint = described.build().map_err(|error| error.to_string())?;
    Ok((blueprint.head, blueprint.labels.names.len()))
}

#[test]
fn what_a_file_pools_says_what_its_classifier_is_for() {
    let pooling = |number: u32| ("pooling_type", Value::U32(number));
    assert_eq!(head(&[], false), Ok((Head::Base, 0)));
    assert_eq!(head(&[pooling(0)], false), Ok((Head::Base, 0)));
    assert_eq!(head(&[pooling(0)], true), Ok((Head::Tag, 3)));
    for keys in [&[][..], &[pooling(1)], &[pooling(2)], &[pooling(4)], &[("classifier.pooling_type", Value::U32(2))]] {
        assert_eq!(head(keys, true), Ok((Head::Classify, 3)), "{keys:?}");
    }
    for (key, value, error) in [
        ("pooling_type", Value::U32(9), "pooling_type is 9, expected a whole number from 0 to 4"),
        ("classifier.pooling_type", Value::U32(9), "classifier.pooling_type is 9, expected a whole number from 0 to 4"),
        ("attention.causal", Value::Flag(true), "attention.causal is true, expected false"),
    ] {
        assert_eq!(head(&[(key, value)], true).unwrap_err(), format!("model.gguf: modern-bert.{error}"));
    }
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
