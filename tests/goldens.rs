//! Every checkpoint under `tests/goldens` against the outputs that `transformers` computed for it; those that are there
//! as GGUF files too, from these as well.
#![allow(clippy::expect_used, clippy::panic, reason = "a test may panic")]

use std::{fs, path::Path};

use kinglet::{
    DeviceChoice, EngineOptions, GenerateOptions, KvFormat, LoadOptions, Rows, Source, Tier,
    blocking::{Engine, Model},
};
use libtest_mimic::{Arguments, Failed, Trial};
use safetensors::SafeTensors;

fn main() {
    let mut trials = Vec::new();
    let cases = cases();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens");
    let mut names: Vec<_> = fs::read_dir(&folder)
        .expect("tests/goldens")
        .filter_map(|entry| entry.ok())
        .filter(|entry| entry.path().join("golden.json").exists())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    assert!(!names.is_empty(), "no goldens in {}", folder.display());
    for name in names {
        let golden = folder.join(&name);
        let mut sources = vec![(name.clone(), golden.clone())];
        let gguf = folder.join("gguf").join(format!("{name}.gguf"));
        sources.extend(gguf.exists().then(|| (format!("{name} gguf"), gguf)));
        for (name, source) in sources {
            for case in cases.iter().filter(|case| !case.llama_alone || name.starts_with("llama-")) {
                let (golden, source, case) = (golden.clone(), source.clone(), case.clone());
                trials.push(Trial::test(format!("{name} {}", case.name), move || check(&golden, &source, &case)));
            }
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// A way to run a checkpoint, and how close its outputs must come.
#[derive(Clone)]
struct Case {
    name: String,
    options: EngineOptions,
    kv: KvFormat,
    gate: f64,
    /// What f16 caches and an adapter's limits cost does not depend on the architecture.
    llama_alone: bool,
}

fn cases() -> Vec<Case> {
    let cpu = EngineOptions { device: DeviceChoice::Cpu, ..EngineOptions::default() };
    let mut cases =
        vec![Case { name: "cpu".to_owned(), options: cpu, kv: KvFormat::F32, gate: 1e-9, llama_alone: false }];
    let gpu = EngineOptions { device: DeviceChoice::Gpu, ..EngineOptions::default() };
    if let Err(error) = Engine::new(gpu.clone()) {
        // A missing adapter must not pass for a test that passed where one is required.
        let required = std::env::var("KINGLET_REQUIRE_GPU").is_ok_and(|value| value == "1");
        assert!(!required, "KINGLET_REQUIRE_GPU is set: {error}");
        return cases;
    }
    for (kv, gate) in [(KvFormat::F32, 1e-9), (KvFormat::F16, 1e-5)] {
        for tier in [Tier::Baseline, Tier::HIGHEST] {
            for default_limits in [false, true] {
                let limits = if default_limits { " default-limits" } else { "" };
                let name = format!("gpu {tier} kv={}{limits}", kv.name());
                cases.push(Case {
                    name,
                    options: EngineOptions { tier: Some(tier), default_limits, ..gpu.clone() },
                    kv,
                    gate,
                    llama_alone: kv != KvFormat::F32 || default_limits != (tier == Tier::Baseline),
                });
            }
        }
    }
    cases
}

struct Golden {
    prompt: Vec<u32>,
    /// What `generate` of transformers gives.
    generated: Vec<u32>,
    tensors: Vec<u8>,
}

impl Golden {
    fn read(folder: &Path) -> Golden {
        let text = fs::read(folder.join("golden.json")).expect("golden.json");
        let json: serde_json::Value = serde_json::from_slice(&text).expect("golden.json");
        let ids = |key: &str| -> Vec<u32> {
            let ids = json[key].as_array().expect(key);
            ids.iter().map(|id| id.as_u64().expect(key) as u32).collect()
        };
        let tensors = fs::read(folder.join("golden.safetensors")).expect("golden.safetensors");
        // Where rotations depend on the length, a cache may change what follows.
        let generated = if json["generate_ids"].is_null() { "greedy_ids" } else { "generate_ids" };
        Golden { prompt: ids("prompt_ids"), generated: ids(generated), tensors }
    }

    /// The rows that the generated tokens were chosen from.
    fn decode_rows(&self) -> Vec<Vec<f32>> {
        let tensors = SafeTensors::deserialize(&self.tensors).expect("golden.safetensors");
        let cached = tensors.names().contains(&"cached_logits");
        self.rows(if cached { "cached_logits" } else { "decode_logits" })
    }

    fn rows(&self, name: &str) -> Vec<Vec<f32>> {
        let tensors = SafeTensors::deserialize(&self.tensors).expect("golden.safetensors");
        let tensor = tensors.tensor(name).expect(name);
        let values: Vec<f32> = tensor.data().as_chunks().0.iter().map(|word| f32::from_le_bytes(*word)).collect();
        values.chunks(tensor.shape()[1]).map(<[f32]>::to_vec).collect()
    }
}

fn check(golden: &Path, source: &Path, case: &Case) -> Result<(), Failed> {
    let gate = case.gate;
    let golden = Golden::read(golden);
    let engine = Engine::new(case.options.clone())?;
    let layers = SafeTensors::deserialize(&golden.tensors)?
        .names()
        .iter()
        .filter_map(|name| name.strip_prefix("hidden."))
        .map(str::to_owned)
        .collect::<Vec<_>>();
    let source = Source::path(source)?;
    let taps: Vec<String> = layer_taps(&engine.load(&source, LoadOptions::default())?, &layers)?;
    let model = engine.load(
        &source,
        LoadOptions {
            taps: taps.clone(),
            kv: case.kv,
            context: Some(golden.prompt.len() + golden.generated.len()),
            ..LoadOptions::default()
        },
    )?;

    let outputs = model.forward(&golden.prompt, Rows::All)?;
    close("logits", outputs.logits(), &golden.rows("logits"), gate)?;
    for (layer, tap) in layers.iter().zip(&taps) {
        let rows = outputs.get(tap).ok_or("the tap is missing")?;
        let expected = golden.rows(&format!("hidden.{layer}"));
        close(&format!("hidden.{layer}"), &[rows.concat()], &[expected.concat()], gate)?;
    }

    // Three times each, because some faults show only when a plan is replayed.
    let mut first: Option<Vec<Vec<f32>>> = None;
    for _ in 0..3 {
        let options = GenerateOptions {
            max_tokens: Some(golden.generated.len()),
            ignore_end: true,
            logits: true,
            ..GenerateOptions::default()
        };
        let tokens = model.generate(&golden.prompt, options, |_| {})?;
        same_tokens("lock-step", tokens.iter().map(|token| token.id), &golden.generated)?;
        let logits: Vec<Vec<f32>> = tokens.into_iter().filter_map(|token| token.logits).collect();
        close("decode_logits", &logits, &golden.decode_rows(), gate)?;
        if *first.get_or_insert_with(|| logits.clone()) != logits {
            return Err("a replay of the same steps gave other bits".into());
        }
        let options = GenerateOptions {
            max_tokens: Some(golden.generated.len()),
            ignore_end: true,
            ..GenerateOptions::default()
        };
        let tokens = model.generate(&golden.prompt, options, |_| {})?;
        same_tokens("free-running", tokens.iter().map(|token| token.id), &golden.generated)?;
    }
    Ok(())
}

/// The names of what layers yield: `model.layers.3`, `transformer.h.3`.
fn layer_taps(model: &Model, layers: &[String]) -> Result<Vec<String>, Failed> {
    let of_layer = |layer: &String| {
        let named = |tap: &&String| tap.ends_with(&format!(".layers.{layer}")) || tap.ends_with(&format!(".h.{layer}"));
        model.taps().iter().find(named).cloned().ok_or_else(|| format!("no tap of layer {layer}").into())
    };
    layers.iter().map(of_layer).collect()
}

fn same_tokens(loop_name: &str, found: impl Iterator<Item = u32>, expected: &[u32]) -> Result<(), Failed> {
    let found: Vec<u32> = found.collect();
    if found == expected { Ok(()) } else { Err(format!("{loop_name}: {found:?}, expected {expected:?}").into()) }
}

/// Checks the normalised mean square error of each row, not only of the whole.
fn close(name: &str, found: &[Vec<f32>], expected: &[Vec<f32>], gate: f64) -> Result<(), Failed> {
    if found.len() != expected.len() {
        return Err(format!("{name}: {} rows, expected {}", found.len(), expected.len()).into());
    }
    for (row, (found, expected)) in found.iter().zip(expected).enumerate() {
        let error: f64 = found.iter().zip(expected).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum();
        let power: f64 = expected.iter().map(|b| f64::from(*b).powi(2)).sum();
        let nmse = error / power;
        if found.len() != expected.len() || nmse.is_nan() || nmse > gate {
            return Err(format!("{name} row {row}: nmse {nmse:e}, gate {gate:e}").into());
        }
    }
    Ok(())
}
