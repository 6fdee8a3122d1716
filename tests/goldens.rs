//! Every checkpoint under `tests/goldens` against the outputs that `transformers` computed for it; those that are there
//! as GGUF files too, from these as well.
#![allow(clippy::expect_used, clippy::panic, reason = "a test may panic")]

use std::{fs, path::Path};

use kinglet::{
    DeviceChoice, EngineOptions, GenerateOptions, KvFormat, LoadOptions, Rows, Source, Tier, blocking::Engine,
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
            for case in &cases {
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
}

fn cases() -> Vec<Case> {
    let cpu = EngineOptions { device: DeviceChoice::Cpu, ..EngineOptions::default() };
    let mut cases = vec![Case { name: "cpu".to_owned(), options: cpu, kv: KvFormat::F32, gate: 1e-9 }];
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
                });
            }
        }
    }
    cases
}

struct Golden {
    prompt: Vec<u32>,
    greedy: Vec<u32>,
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
        Golden { prompt: ids("prompt_ids"), greedy: ids("greedy_ids"), tensors }
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
    let taps = layers.iter().map(|layer| format!("model.layers.{layer}")).collect();
    let model = engine.load(&Source::path(source)?, LoadOptions { taps, kv: case.kv, ..LoadOptions::default() })?;

    let outputs = model.forward(&golden.prompt, Rows::All)?;
    close("logits", outputs.logits(), &golden.rows("logits"), gate)?;
    for layer in &layers {
        let rows = outputs.get(&format!("model.layers.{layer}")).ok_or("the tap is missing")?;
        let expected = golden.rows(&format!("hidden.{layer}"));
        close(&format!("hidden.{layer}"), &[rows.concat()], &[expected.concat()], gate)?;
    }

    // Three times each, because some faults show only when a plan is replayed.
    let mut first: Option<Vec<Vec<f32>>> = None;
    for _ in 0..3 {
        let options = GenerateOptions {
            max_tokens: Some(golden.greedy.len()),
            ignore_end: true,
            logits: true,
            ..GenerateOptions::default()
        };
        let tokens = model.generate(&golden.prompt, options, |_| {})?;
        same_tokens("lock-step", tokens.iter().map(|token| token.id), &golden.greedy)?;
        let logits: Vec<Vec<f32>> = tokens.into_iter().filter_map(|token| token.logits).collect();
        close("decode_logits", &logits, &golden.rows("decode_logits"), gate)?;
        if *first.get_or_insert_with(|| logits.clone()) != logits {
            return Err("a replay of the same steps gave other bits".into());
        }
        let options =
            GenerateOptions { max_tokens: Some(golden.greedy.len()), ignore_end: true, ..GenerateOptions::default() };
        let tokens = model.generate(&golden.prompt, options, |_| {})?;
        same_tokens("free-running", tokens.iter().map(|token| token.id), &golden.greedy)?;
    }
    Ok(())
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
