//! Every encoder under `tests/goldens/encoders` against the outputs that `transformers` computed for it: each sequence alone,
//! and all of them in one step. Those that are there as GGUF files too, from these as well.
#![allow(clippy::expect_used, clippy::panic, reason = "a test may panic")]

mod support;

use std::{collections::BTreeMap, fs, path::Path};

use kinglet::{
    DeviceChoice, EncoderInput, EngineOptions, LoadOptions, Outputs, Source, Tier,
    blocking::{Engine, Model},
};
use libtest_mimic::{Arguments, Failed, Trial};
use safetensors::SafeTensors;

const CPU_GATE: f64 = 1e-9;
const GPU_GATE: f64 = 1e-8;

fn main() {
    let mut trials = Vec::new();
    let cases = cases();
    let folder = support::golden("encoders");
    let entries = fs::read_dir(&folder).expect("tests/goldens/encoders").filter_map(Result::ok);
    let mut names: Vec<String> = entries
        .filter(|entry| entry.path().join("golden.json").exists())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    assert!(!names.is_empty(), "no goldens in {}", folder.display());
    for name in names {
        let golden = folder.join(&name);
        let mut sources = vec![(name.clone(), golden.clone())];
        let gguf = support::golden(&format!("gguf/{name}.gguf"));
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
    gate: f64,
}

fn cases() -> Vec<Case> {
    let cpu = EngineOptions { device: DeviceChoice::Cpu, ..EngineOptions::default() };
    let mut cases = vec![Case { name: "cpu".to_owned(), options: cpu, gate: CPU_GATE }];
    let gpu = EngineOptions { device: DeviceChoice::Gpu, ..EngineOptions::default() };
    if let Err(error) = Engine::new(gpu.clone()) {
        let required = std::env::var("KINGLET_REQUIRE_GPU").is_ok_and(|value| value == "1");
        assert!(!required, "KINGLET_REQUIRE_GPU is set: {error}");
        return cases;
    }
    for (tier, default_limits) in [(Tier::Baseline, true), (Tier::HIGHEST, false)] {
        let limits = if default_limits { " default-limits" } else { "" };
        let options = EngineOptions { tier: Some(tier), default_limits, ..gpu.clone() };
        cases.push(Case { name: format!("gpu {tier}{limits}"), options, gate: GPU_GATE });
    }
    cases
}

fn check(golden: &Path, source: &Path, case: &Case) -> Result<(), Failed> {
    let tensors = fs::read(golden.join("golden.safetensors"))?;
    let golden: serde_json::Value = serde_json::from_slice(&fs::read(golden.join("golden.json"))?)?;
    let tensors = SafeTensors::deserialize(&tensors)?;
    let engine = Engine::new(case.options.clone())?;
    let model = engine.load(&Source::path(source)?, LoadOptions::default())?;
    let inputs = inputs(&model, &golden)?;

    let alone: Vec<Outputs> = inputs
        .iter()
        .map(|input| model.encode(std::slice::from_ref(input)).map(|mut outputs| outputs.pop().unwrap_or_default()))
        .collect::<Result<_, _>>()?;
    compare("alone", &alone, &tensors, case.gate)?;
    // Twice, because some faults show only when a plan is replayed.
    let mut encoder = model.encoder()?;
    for _ in 0..2 {
        compare("together", &encoder.run(&inputs)?, &tensors, case.gate)?;
    }
    Ok(())
}

fn inputs(model: &Model, golden: &serde_json::Value) -> Result<Vec<EncoderInput>, Failed> {
    let ids = |value: &serde_json::Value| -> Vec<u32> {
        value.as_array().into_iter().flatten().filter_map(|id| u32::try_from(id.as_u64()?).ok()).collect()
    };
    let inputs = golden["inputs"].as_array().ok_or("golden.json has no inputs")?;
    let input = |input: &serde_json::Value| EncoderInput {
        segments: ids(&input["types"]),
        ..EncoderInput::new(model.info().head, ids(&input["ids"]))
    };
    Ok(inputs.iter().map(input).collect())
}

/// Checks the normalised mean square error of each output, with that of all inputs as its unit: a single number may be
/// next to zero.
fn compare(how: &str, found: &[Outputs], tensors: &SafeTensors<'_>, gate: f64) -> Result<(), Failed> {
    let mut sums: BTreeMap<String, [f64; 2]> = BTreeMap::new();
    for (index, outputs) in found.iter().enumerate() {
        for (name, rows) in &outputs.values {
            let expected = tensors.tensor(&format!("{name}.{index}"))?;
            let expected = expected.data().as_chunks().0.iter().map(|word| f32::from_le_bytes(*word));
            let found: Vec<f32> = rows.concat();
            if found.len() != expected.len() {
                return Err(format!("{how}: {name}.{index}: {} values, not {}", found.len(), expected.len()).into());
            }
            let [error, power] = sums.entry(name.clone()).or_default();
            for (found, expected) in found.into_iter().zip(expected) {
                *error += (f64::from(found) - f64::from(expected)).powi(2);
                *power += f64::from(expected).powi(2);
            }
        }
    }
    for (name, [error, power]) in sums {
        let nmse = error / power;
        if nmse.is_nan() || nmse > gate {
            return Err(format!("{how}: {name}: nmse {nmse:e}, gate {gate:e}").into());
        }
    }
    Ok(())
}
