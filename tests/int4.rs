//! Models in 4 bits as GPTQ and AWQ publish them: on each backend the logits that `tests/goldens/make_int4.py` computed
//! of their dequantized weights. `KINGLET_FIGURES=1` prints how near they come.
#![allow(clippy::expect_used, clippy::print_stdout, clippy::unwrap_used, reason = "a test may panic and tell figures")]

mod support;

use std::fs;

use kinglet::{Engine, KvFormat, LoadOptions, Mixture, Quant, QuantizeOptions, Quantizer, Rows, Source, inspect};
use kinglet_tensor::DType;
use pollster::block_on;
use safetensors::SafeTensors;

/// Of logits, where weights are what the files say to the bit.
const GATE: f64 = 1e-9;
/// Where they are rounded to f16.
const F16_GATE: f64 = 1e-6;

struct Golden {
    source: Source,
    prompt: Vec<u32>,
    logits: Vec<f32>,
}

impl Golden {
    fn read(name: &str) -> Golden {
        Golden::of(name, "logits")
    }

    fn of(name: &str, logits: &str) -> Golden {
        let folder = support::golden("int4").join(name);
        let facts: serde_json::Value = serde_json::from_slice(&fs::read(folder.join("golden.json")).unwrap()).unwrap();
        let prompt = serde_json::from_value(facts["prompt_ids"].clone()).unwrap();
        let bytes = fs::read(folder.join("golden.safetensors")).unwrap();
        let tensors = SafeTensors::deserialize(&bytes).unwrap();
        let words = tensors.tensor(logits).unwrap().data().as_chunks().0;
        let logits = words.iter().map(|word| f32::from_le_bytes(*word)).collect();
        Golden { source: Source::path(folder).unwrap(), prompt, logits }
    }

    /// How far the logits of a load are off, row by row the most.
    fn error(&self, engine: &Engine, source: &Source, quant: Quant) -> f64 {
        let options = LoadOptions { kv: KvFormat::F32, quant, ..LoadOptions::default() };
        let model = block_on(engine.load(source, options)).unwrap();
        let outputs = block_on(model.forward(&self.prompt, Rows::All)).unwrap();
        let rows = outputs.logits();
        let vocab = self.logits.len() / self.prompt.len();
        assert!(rows.len() == self.prompt.len() && rows.iter().all(|row| row.len() == vocab));
        rows.iter().zip(self.logits.chunks(vocab)).map(|(row, expected)| nmse(row, expected)).fold(0.0, f64::max)
    }
}

fn nmse(found: &[f32], expected: &[f32]) -> f64 {
    let error: f64 = found.iter().zip(expected).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum();
    let worst = error / expected.iter().map(|b| f64::from(*b).powi(2)).sum::<f64>();
    // A NaN must not get lost in a maximum.
    if worst.is_nan() { f64::INFINITY } else { worst }
}

#[test]
fn logits_are_those_of_dequantized_weights() {
    let mut failures = Vec::new();
    for (name, logits, gate) in [
        ("gptq-g32", "logits", GATE),
        ("gptq-g64-v2", "logits", GATE),
        ("gptq-g128-sym", "logits", GATE),
        ("gptq-act-order", "logits", F16_GATE),
        ("gptq-act-order", "logits_f16", GATE),
        ("awq-g32", "logits", GATE),
        ("awq-g64", "logits", GATE),
        ("awq-g128", "logits", GATE),
    ] {
        let golden = Golden::of(name, logits);
        for engine in block_on(support::engines()) {
            let error = golden.error(&engine, &golden.source, Quant::Keep);
            let device = engine.device().tier.unwrap_or("cpu");
            if std::env::var_os("KINGLET_FIGURES").is_some() {
                println!("{name} {logits} {device}: nmse {error:.1e}");
            }
            if error > gate {
                failures.push(format!("{name} {device}: nmse {error:e}, gate {gate:e}"));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What is decoded while it is loaded is floats, which `quant` makes small again; the rest stays as it is.
#[test]
fn decoded_weights_may_be_quantized() {
    let engine = &block_on(support::engines())[0];
    let golden = Golden::read("gptq-act-order");
    let errors = [Quant::Keep, Quant::Q8, Quant::Q4].map(|quant| golden.error(engine, &golden.source, quant));
    assert!(errors[0] < 1e-6 && (1e-6..1e-3).contains(&errors[1]) && errors[2] > errors[1], "{errors:?}");
}

#[test]
fn inspection_counts_matrices_and_not_their_parts() {
    for (name, dtype) in
        [("gptq-g32", "GPTQ int4 g32"), ("gptq-act-order", "GPTQ int4 g_idx"), ("awq-g128", "AWQ int4 g128")]
    {
        let inspection = block_on(inspect(&Golden::read(name).source, &LoadOptions::default())).unwrap();
        let floats = 2 * 80 * 128 + 3 * 128 + if name == "gptq-g32" { 128 + 64 + 64 + 128 } else { 0 };
        let matrices = 2 * 128 * 128 + 2 * 64 * 128 + 3 * 256 * 128;
        assert_eq!(inspection.info.parameters, floats + matrices, "{name}");
        let down = inspection.tensors.iter().find(|tensor| tensor.name.ends_with("down_proj.weight")).unwrap();
        assert_eq!((down.dtype.as_str(), &down.shape[..], down.used), (dtype, &[128, 256][..], true));
        assert!(inspection.tensors.iter().all(|tensor| tensor.used), "{name}");
        // The files hold nothing else but a table.
        let on_disk: u64 = inspection.tensors.iter().map(|tensor| tensor.bytes).sum();
        assert_eq!(inspection.weight_bytes(), on_disk);
    }
}

/// Matrices take on a GPU what they take in the files, and 3 % at the most.
#[test]
fn a_gpu_holds_little_more_than_the_files() {
    let Some(engine) = block_on(support::gpu_engine(kinglet::Tier::Baseline)) else { return };
    for name in ["gptq-g32", "gptq-g64-v2", "gptq-g128-sym", "awq-g32", "awq-g64", "awq-g128"] {
        let inspection = block_on(inspect(&Golden::read(name).source, &LoadOptions::default())).unwrap();
        let quantized = |name: &str| name.contains("_proj.weight");
        let matrices = inspection.tensors.iter().filter(|tensor| quantized(&tensor.name));
        let in_files: u64 = matrices.map(|tensor| tensor.bytes).sum();
        let others = inspection.tensors.iter().filter(|tensor| !quantized(&tensor.name));
        // Vectors are f32 on the GPU.
        let others: u64 = others.map(|tensor| tensor.bytes * if tensor.shape.len() == 1 { 2 } else { 1 }).sum();
        let on_gpu = inspection.footprint(&engine).unwrap().unwrap().weights - others;
        let ratio = on_gpu as f64 / in_files as f64;
        if std::env::var_os("KINGLET_FIGURES").is_some() {
            println!("{name}: {on_gpu} bytes on the GPU, {in_files} in the files, {ratio:.4}");
        }
        assert!(ratio <= 1.03, "{name}: {on_gpu} bytes on the GPU, {in_files} in the files");
    }
}

#[test]
fn they_become_gguf_files() {
    let engine = &block_on(support::engines())[0];
    for name in ["gptq-g64-v2", "gptq-act-order", "awq-g32"] {
        let golden = Golden::read(name);
        for (dtype, gate) in [(DType::F32, F16_GATE), (DType::Q8_0, 1e-3)] {
            let options = QuantizeOptions { types: Mixture::Of(dtype), ..QuantizeOptions::default() };
            let quantizer = block_on(Quantizer::open(&golden.source, &options)).unwrap();
            let mut file = Vec::new();
            block_on(quantizer.write(&mut file)).unwrap();
            let source = Source::memory(vec![("model.gguf".to_owned(), file.into())]);
            let error = golden.error(engine, &source, Quant::Keep);
            assert!(error <= gate, "{name} as {dtype}: nmse {error:e}");
        }
    }
    let options = QuantizeOptions { types: Mixture::Of(DType::I4_G128), ..QuantizeOptions::default() };
    let error = block_on(Quantizer::open(&Golden::read("awq-g128").source, &options)).unwrap_err().to_string();
    assert_eq!(error, "no GGUF file holds I4_G128; choose another type");
}
