//! Every checkpoint under `tests/goldens` against the outputs that `transformers` computed for it.

use std::{fs, path::Path};

use kinglet::{DeviceChoice, EngineOptions, GenerateOptions, LoadOptions, Rows, Source, blocking::Engine};
use libtest_mimic::{Arguments, Failed, Trial};
use safetensors::SafeTensors;

fn main() {
    let mut trials = Vec::new();
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
        let folder = folder.join(&name);
        trials.push(Trial::test(format!("{name} cpu"), move || check(&folder, DeviceChoice::Cpu, 1e-9)));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
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

fn check(folder: &Path, device: DeviceChoice, gate: f64) -> Result<(), Failed> {
    let golden = Golden::read(folder);
    let engine = Engine::new(EngineOptions { device, ..EngineOptions::default() })?;
    let layers = SafeTensors::deserialize(&golden.tensors)?
        .names()
        .iter()
        .filter_map(|name| name.strip_prefix("hidden."))
        .map(str::to_owned)
        .collect::<Vec<_>>();
    let taps = layers.iter().map(|layer| format!("model.layers.{layer}")).collect();
    let model = engine.load(&Source::path(folder)?, LoadOptions { taps, ..LoadOptions::default() })?;

    let outputs = model.forward(&golden.prompt, Rows::All)?;
    close("logits", outputs.logits(), &golden.rows("logits"), gate)?;
    for layer in &layers {
        let rows = outputs.get(&format!("model.layers.{layer}")).ok_or("the tap is missing")?;
        close(&format!("hidden.{layer}"), rows, &golden.rows(&format!("hidden.{layer}")), gate)?;
    }

    let options = GenerateOptions {
        max_tokens: golden.greedy.len(),
        ignore_end: true,
        logits: true,
        ..GenerateOptions::default()
    };
    let tokens = model.generate(&golden.prompt, options, |_| {})?;
    let ids: Vec<u32> = tokens.iter().map(|token| token.id).collect();
    if ids != golden.greedy {
        return Err(format!("generated {ids:?}, expected {:?}", golden.greedy).into());
    }
    let logits: Vec<Vec<f32>> = tokens.into_iter().filter_map(|token| token.logits).collect();
    close("decode_logits", &logits, &golden.rows("decode_logits"), gate)
}

/// Checks the normalised mean square error of each row, not only of the whole.
fn close(name: &str, found: &[Vec<f32>], expected: &[Vec<f32>], gate: f64) -> Result<(), Failed> {
    if found.len() != expected.len() {
        return Err(format!("{name}: {} rows, expected {}", found.len(), expected.len()).into());
    }
    for (row, (found, expected)) in found.iter().zip(expected).enumerate() {
        let error: f64 = found.iter().zip(expected).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum();
        let power: f64 = expected.iter().map(|b| f64::from(*b).powi(2)).sum();
        // Written so that NaN fails.
        if found.len() != expected.len() || !(error / power <= gate) {
            return Err(format!("{name} row {row}: nmse {:e}, gate {gate:e}", error / power).into());
        }
    }
    Ok(())
}
