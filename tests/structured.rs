//! Structured output from a random model: what finishes is valid, by another's account.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fs;

use boon::{Compiler, Draft, Schemas};
use kinglet::{Engine, FinishReason, GenerateOptions, Grammar, LoadOptions, Model, Sampling, Source};
use pollster::block_on;
use serde_json::{Value, json};

const CONTEXT: usize = 4096;
/// Outputs of each schema, on the CPU.
const OUTPUTS: usize = 50;
/// From the likeliest token to nearly any.
const TEMPERATURES: [f32; 5] = [0.0, 0.5, 1.0, 2.0, 20.0];

#[derive(Debug, PartialEq)]
struct Output {
    text: String,
    finish: Option<FinishReason>,
    valid: Option<bool>,
}

/// The golden that talks, with room for long outputs.
async fn load(engine: &Engine) -> Model {
    let folder = support::golden("llama-chat");
    let read = |name: &str| fs::read(folder.join(name)).unwrap();
    let mut config: Value = serde_json::from_slice(&read("config.json")).unwrap();
    config["max_position_embeddings"] = json!(CONTEXT);
    let files = ["generation_config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"];
    let mut files: Vec<_> = files.map(|name| (name.to_owned(), read(name).into())).into_iter().collect();
    files.push(("config.json".to_owned(), config.to_string().into_bytes().into()));
    engine.load(&Source::memory(files), LoadOptions::default()).await.unwrap()
}

async fn outputs(model: &Model, grammar: &Grammar, temperature: f32, count: usize, max_tokens: usize) -> Vec<Output> {
    let prompts: Vec<String> = (0..count).map(|index| format!("A bird, in the {index}th way: ")).collect();
    let options = GenerateOptions {
        grammar: Some(grammar.clone()),
        max_tokens: Some(max_tokens),
        sampling: Sampling { temperature, seed: 7, ..Sampling::default() },
        ..GenerateOptions::default()
    };
    let mut generator = model.generator().await.unwrap();
    let mut all = generator.generate_all(&prompts, options).await.unwrap();
    let mut texts = vec![String::new(); count];
    while let Some((index, token)) = all.next().await.unwrap() {
        texts[index] += &token.text;
    }
    let output = |(index, text)| Output { text, finish: all.finish_reason(index), valid: all.valid(index) };
    texts.into_iter().enumerate().map(output).collect()
}

fn schemas() -> Vec<Value> {
    serde_json::from_slice(&fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemas.json")).unwrap()).unwrap()
}

/// Whether a text is JSON that the schema allows.
fn validates(schema: &Value, text: &str) -> Result<(), String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.set_default_draft(Draft::V2020_12);
    compiler.enable_format_assertions();
    compiler.add_resource("schema.json", schema.clone()).map_err(|error| error.to_string())?;
    let index = compiler.compile("schema.json", &mut schemas).map_err(|error| error.to_string())?;
    schemas.validate(&value, index).map_err(|error| error.to_string())
}

#[test]
fn a_thousand_outputs_of_a_random_model_are_valid() {
    block_on(async {
        let model = load(&support::engines().await[0]).await;
        let schemas = schemas();
        assert!(schemas.len() >= 20);
        let (mut finished, mut bounded, mut cut) = (0, 0, Vec::new());
        for entry in &schemas {
            let (schema, is_bounded) = (&entry["schema"], entry["bounded"].as_bool().unwrap());
            let grammar = Grammar::JsonSchema(schema.clone());
            let most = if is_bounded { CONTEXT - 40 } else { 300 };
            for temperature in TEMPERATURES {
                for output in outputs(&model, &grammar, temperature, OUTPUTS / TEMPERATURES.len(), most).await {
                    bounded += usize::from(is_bounded);
                    if output.finish == Some(FinishReason::Length) {
                        assert_eq!(output.valid, Some(false), "{output:?}");
                        cut.extend(is_bounded.then(|| format!("{} at {temperature}: {}", entry["name"], output.text)));
                        continue;
                    }
                    assert_eq!((output.finish, output.valid), (Some(FinishReason::Stop), Some(true)), "{output:?}");
                    let valid = validates(schema, &output.text);
                    assert_eq!(valid, Ok(()), "{} at {temperature}: {}", entry["name"], output.text);
                    finished += 1;
                }
            }
        }
        println!(
            "{finished} of {} are finished and valid; {} of {bounded} bounded ones cut",
            schemas.len() * OUTPUTS,
            cut.len()
        );
        assert!(cut.len() * 100 <= bounded, "{cut:#?}");
        assert!(finished >= 900, "{finished}");
    });
}

#[test]
fn every_device_writes_the_same() {
    block_on(async {
        let engines = support::engines().await;
        let chosen = ["person", "list with bounds", "either"];
        let mut expected: Vec<Vec<Output>> = Vec::new();
        for engine in &engines {
            let model = load(engine).await;
            let mut found = Vec::new();
            for entry in schemas().iter().filter(|entry| chosen.contains(&entry["name"].as_str().unwrap())) {
                let grammar = Grammar::JsonSchema(entry["schema"].clone());
                found.push(outputs(&model, &grammar, 1.0, 4, 200).await);
            }
            assert_eq!(found.len(), chosen.len());
            if expected.is_empty() {
                expected = found;
            } else {
                assert_eq!(found, expected, "{:?}", engine.device());
            }
        }
    });
}

#[test]
fn what_cannot_be_kept_to_is_said_at_once() {
    block_on(async {
        let model = load(&support::engines().await[0]).await;
        let mut generator = model.generator().await.unwrap();
        for (grammar, expected) in [
            (Grammar::JsonSchema(json!({"type": "array", "uniqueItems": true})), "uniqueItems"),
            (Grammar::JsonSchema(json!({"type": "integer", "minimum": 2, "maximum": 1})), "minimum"),
            (Grammar::JsonSchema(json!({"$ref": "#/$defs/none"})), "none"),
            (Grammar::Regex("(a".to_owned()), "regular expression"),
            (Grammar::Lark("start: wing".to_owned()), "wing"),
            (Grammar::Gbnf("root ::= wing".to_owned()), "wing"),
        ] {
            let options = GenerateOptions { grammar: Some(grammar), ..GenerateOptions::default() };
            let message = generator.generate("a", options).await.unwrap_err().to_string();
            assert!(message.contains(expected) && !message.contains('\n'), "{message}");
        }
    });
}

/// Whoever asks for no grammar pays for none: what comes back from the device is the token.
#[test]
fn logits_are_read_back_for_grammars_alone() {
    block_on(async {
        let Some(engine) = support::gpu_engine(kinglet::Tier::HIGHEST).await else { return };
        let model = load(&engine).await;
        let readback = async |grammar: Option<Grammar>| {
            let mut generator = model.generator().await.unwrap();
            let options = GenerateOptions { grammar, max_tokens: Some(12), ..GenerateOptions::default() };
            let mut stream = generator.generate("A bird: ", options).await.unwrap();
            while stream.next().await.unwrap().is_some() {}
            stream.per_step().unwrap().readback_bytes
        };
        assert_eq!(readback(None).await, 4.0);
        assert_eq!(readback(Some(Grammar::Regex("[a-z]{40}".to_owned()))).await, 4.0 * model.info().vocab as f64);
    });
}
