//! JSON that a schema describes, whatever the model would say: `cargo run --features grammar --example structured -- [MODEL]`.
#![allow(clippy::print_stdout, reason = "an example prints")]

use kinglet::{EngineOptions, Error, FinishReason, GenerateOptions, Grammar, LoadOptions, Sampling, blocking};
use serde_json::{Value, json};

fn main() -> Result<(), Error> {
    let place = std::env::args().nth(1).unwrap_or_else(|| "tests/goldens/llama-chat".to_owned());
    let engine = blocking::Engine::new(EngineOptions::default())?;
    let model = engine.load(&blocking::source(&place)?, LoadOptions::default())?;
    let mut generator = model.generator()?;

    let schema = json!({
        "type": "object",
        "properties": {
            "bird": {"enum": ["wren", "robin", "kinglet"]},
            "grams": {"type": "integer", "minimum": 4, "maximum": 30},
        },
        "required": ["bird", "grams"],
        "additionalProperties": false,
    });
    for seed in 0..3 {
        let options = GenerateOptions {
            grammar: Some(Grammar::JsonSchema(schema.clone())),
            sampling: Sampling { temperature: 1.0, seed, ..Sampling::default() },
            ..GenerateOptions::default()
        };
        let mut stream = generator.generate("A small bird as JSON: ", options)?;
        let text: String = stream.by_ref().map(|token| Ok(token?.text)).collect::<Result<_, Error>>()?;
        // What was cut may end anywhere; what has stopped is as the schema has it.
        match stream.finish_reason() {
            Some(FinishReason::Stop) => {
                let found: Value = serde_json::from_str(&text).unwrap_or_default();
                println!("{}: {} g", found["bird"], found["grams"]);
            }
            _ => println!("cut: {text}"),
        }
    }
    Ok(())
}
