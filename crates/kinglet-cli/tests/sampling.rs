//! The options that say how tokens are picked.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod setup;

use serde_json::Value;

use setup::{golden, json};

/// What every device must pick: see `tests/sampling.rs` of the workspace.
fn agreed() -> Value {
    serde_json::from_str(&std::fs::read_to_string(golden("../sampled.json")).unwrap()).unwrap()
}

/// `topK` as `--top-k`.
fn flag(name: &str) -> String {
    let letters = name.chars().flat_map(|c| if c.is_uppercase() { vec!['-', c.to_ascii_lowercase()] } else { vec![c] });
    format!("--{}", letters.collect::<String>())
}

fn generate(agreed: &Value, more: &[&str]) -> Value {
    let model = golden(agreed["model"].as_str().unwrap());
    let prompt: Vec<String> = agreed["prompt"].as_array().unwrap().iter().map(Value::to_string).collect();
    let mut arguments = [
        "generate",
        model.to_str().unwrap(),
        "--json",
        "--device",
        "cpu",
        "--ignore-eos",
        "--tokens",
        &prompt.join(","),
    ]
    .map(str::to_owned)
    .to_vec();
    for (name, value) in agreed["options"].as_object().unwrap() {
        if name != "ignoreEnd" {
            arguments.extend([flag(name), value.to_string()]);
        }
    }
    arguments.extend(more.iter().map(|argument| (*argument).to_owned()));
    json(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn the_command_samples_what_every_device_does() {
    let agreed = agreed();
    let found = generate(&agreed, &["--logprobs", "2"]);
    assert_eq!(found["tokens"], agreed["tokens"]);
    let logprobs = found["logprobs"].as_array().unwrap();
    assert_eq!(logprobs.len(), 20);
    for one in logprobs {
        let best = one["top"][0][1].as_f64().unwrap();
        assert!(best >= one["logprob"].as_f64().unwrap() && best < 0.0, "{one}");
        assert_eq!(one["top"].as_array().unwrap().len(), 2);
    }
    let first = agreed["tokens"][0].as_u64().unwrap();
    let forbidden = generate(&agreed, &["--logit-bias", &format!("{first}=-inf,5=0.25")]);
    assert!(forbidden["logprobs"].is_null() && !forbidden["tokens"].as_array().unwrap().contains(&first.into()));
    let stopped = generate(&agreed, &["--stop-token", &agreed["tokens"][2].to_string()]);
    assert_eq!(stopped["tokens"].as_array().unwrap()[..], agreed["tokens"].as_array().unwrap()[..3]);
}
