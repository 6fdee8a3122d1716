//! `kinglet quantize`: what it writes is what it read, as near as the type allows, and nothing else is written.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod setup;

use std::fs;
#[cfg(target_os = "linux")]
use std::{io::Read, process::Command};

use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde_json::{Value, json as value};
#[cfg(target_os = "linux")]
use setup::command;
use setup::{Copy, golden, json, message, run};

const GOLDENS: [&str; 4] = ["llama-gqa-tied", "llama-odd", "llama-sharded-bf16", "llama-untied-bias"];

/// The types, and the largest error that they may make of numbers from a bell curve.
const TYPES: [(&str, f64); 15] = [
    ("F32", 0.0),
    ("F16", 1e-6),
    ("BF16", 5e-6),
    ("Q8_0", 4e-5),
    ("Q4_0", 8e-3),
    ("Q4_1", 7e-3),
    ("Q5_0", 2e-3),
    ("Q5_1", 2e-3),
    ("Q2_K", 9e-2),
    ("Q3_K", 3e-2),
    ("Q4_K", 7e-3),
    ("Q5_K", 2e-3),
    ("Q6_K", 5e-4),
    ("IQ4_NL", 7e-3),
    ("IQ4_XS", 7e-3),
];

fn folder() -> Copy {
    let copy = Copy::of("llama-odd");
    fs::read_dir(&copy.folder).unwrap().for_each(|file| fs::remove_file(file.unwrap().path()).unwrap());
    copy
}

fn place(folder: &Copy, file: &str) -> String {
    folder.folder.join(file).to_str().unwrap().to_owned()
}

fn quantize(from: &str, to: &str, arguments: &[&str]) -> Value {
    json(&[&["quantize", from, to, "--json"], arguments].concat())
}

fn logits(model: &str, tokens: &str) -> Vec<f64> {
    let result = json(&["forward", model, "--tokens", tokens, "--device", "cpu", "--json"]);
    let rows = result["outputs"]["logits"].as_array().unwrap();
    rows.iter().flat_map(|row| row.as_array().unwrap()).map(|x| x.as_f64().unwrap()).collect()
}

fn nmse(found: &[f64], expected: &[f64]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let error: f64 = found.iter().zip(expected).map(|(a, b)| (a - b).powi(2)).sum();
    error / expected.iter().map(|b| b.powi(2)).sum::<f64>()
}

/// The types of the tensors by name.
fn types(report: &Value, name: &str) -> (String, String) {
    let tensors = report["tensors"].as_array().unwrap();
    let tensor = tensors.iter().find(|tensor| tensor["name"] == name).unwrap_or_else(|| panic!("{name}: {report}"));
    (tensor["from"].as_str().unwrap().to_owned(), tensor["to"].as_str().unwrap().to_owned())
}

fn warnings(report: &Value) -> Vec<String> {
    report["warnings"].as_array().unwrap().iter().map(|warning| warning.as_str().unwrap().to_owned()).collect()
}

/// A Llama with rows of 256 and 512, as K types want them.
fn wide() -> Copy {
    let copy = folder();
    let config = value!({
        "architectures": ["LlamaForCausalLM"], "vocab_size": 64, "hidden_size": 256, "intermediate_size": 512,
        "num_hidden_layers": 1, "num_attention_heads": 4, "num_key_value_heads": 2, "tie_word_embeddings": false,
        "max_position_embeddings": 128, "bos_token_id": 1, "eos_token_id": [2, 3]
    });
    copy.write("config.json", config.to_string());
    let matrices = [
        ("model.embed_tokens", 64, 256),
        ("model.layers.0.self_attn.q_proj", 256, 256),
        ("model.layers.0.self_attn.k_proj", 128, 256),
        ("model.layers.0.self_attn.v_proj", 128, 256),
        ("model.layers.0.self_attn.o_proj", 256, 256),
        ("model.layers.0.mlp.gate_proj", 512, 256),
        ("model.layers.0.mlp.up_proj", 512, 256),
        ("model.layers.0.mlp.down_proj", 256, 512),
        ("lm_head", 64, 256),
    ];
    let norms = ["model.norm", "model.layers.0.input_layernorm", "model.layers.0.post_attention_layernorm"];
    let mut random = fastrand::Rng::with_seed(5);
    let mut bell = || (0..12).map(|_| random.f32()).sum::<f32>() - 6.0;
    let mut tensors: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
    for (name, rows, width) in matrices {
        let data = (0..rows * width).flat_map(|_| (bell() * 0.06).to_le_bytes()).collect();
        tensors.push((format!("{name}.weight"), vec![rows, width], data));
    }
    for name in norms {
        tensors.push((format!("{name}.weight"), vec![256], 1f32.to_le_bytes().repeat(256)));
    }
    // Old checkpoints hold what every reader computes itself.
    tensors.push(("model.layers.0.self_attn.rotary_emb.inv_freq".to_owned(), vec![1], 1f32.to_le_bytes().to_vec()));
    let views = tensors
        .iter()
        .map(|(name, shape, data)| (name.clone(), TensorView::new(Dtype::F32, shape.clone(), data).unwrap()));
    copy.write("model.safetensors", safetensors::serialize(views, None).unwrap());
    copy
}

#[test]
fn a_model_in_f32_gives_the_goldens_logits() {
    for name in GOLDENS {
        let (to, from) = (folder(), golden(name));
        let facts: Value = serde_json::from_slice(&fs::read(from.join("golden.json")).unwrap()).unwrap();
        let ids: Vec<String> = facts["prompt_ids"].as_array().unwrap().iter().map(Value::to_string).collect();
        let file = place(&to, "model.gguf");
        let report = quantize(from.to_str().unwrap(), &file, &["--type", "F32"]);
        assert_eq!(report["bytes_after"], fs::metadata(&file).unwrap().len(), "{name}");
        assert!(warnings(&report).iter().any(|warning| warning.contains("no tokenizer")), "{name}: {report}");
        let tensors = fs::read(from.join("golden.safetensors")).unwrap();
        let tensors = SafeTensors::deserialize(&tensors).unwrap();
        let expected = tensors.tensor("logits").unwrap();
        let expected: Vec<f64> =
            expected.data().as_chunks().0.iter().map(|word| f64::from(f32::from_le_bytes(*word))).collect();
        let error = nmse(&logits(&file, &ids.join(",")), &expected);
        assert!(error <= 1e-9, "{name}: {error}");
        assert!(!to.folder.join("model.gguf.partial").exists());
    }
}

#[test]
fn every_type_is_as_near_as_it_can_be() {
    let (model, to) = (wide(), folder());
    for (name, most) in TYPES {
        let (file, back) = (place(&to, &format!("{name}.gguf")), place(&to, "back.gguf"));
        let report = quantize(model.path(), &file, &["--type", name, "--pure"]);
        for tensor in report["tensors"].as_array().unwrap() {
            let vector = tensor["shape"].as_array().unwrap().len() == 1;
            assert_eq!(tensor["to"], if vector { "F32" } else { name }, "{tensor}");
            let error = tensor["nmse"].as_f64().unwrap();
            assert!(error <= if vector { 0.0 } else { most }, "{name}: {tensor}");
        }
        let inspected = json(&["inspect", &file, "--device", "cpu", "--json"]);
        assert_eq!((&inspected["vocab"], &inspected["end_tokens"]), (&value!(64), &value!([2, 3])), "{name}");
        assert!(inspected["tensors"].as_array().unwrap().iter().all(|tensor| tensor["used"] == true), "{name}");
        // The values that the blocks stand for, written as they are, are the same model.
        let report = quantize(&file, &back, &["--type", "F32"]);
        assert!(report["tensors"].as_array().unwrap().iter().all(|tensor| tensor["nmse"] == 0.0), "{name}");
        let error = nmse(&logits(&file, "1,2,3,5,8"), &logits(&back, "1,2,3,5,8"));
        assert!(error <= 1e-12, "{name}: {error}");
    }
}

#[test]
fn the_logits_get_six_bits_unless_pure() {
    let (model, to) = (wide(), folder());
    let file = place(&to, "model.gguf");
    for (name, head) in [("Q4_K", "Q6_K"), ("q4_0", "Q6_K"), ("Q8_0", "Q8_0"), ("BF16", "BF16")] {
        let report = quantize(model.path(), &file, &["--type", name]);
        assert_eq!(types(&report, "output.weight").1, head, "{name}");
        assert_eq!(types(&report, "token_embd.weight").1, name.to_uppercase());
    }
    let report = quantize(model.path(), &file, &["--type", "Q2_K", "--pure"]);
    assert_eq!(types(&report, "output.weight").1, "Q2_K");
    let report = quantize(model.path(), &file, &["--type", "q4_k_m"]);
    for (tensor, expected) in
        [("blk.0.attn_v.weight", "Q6_K"), ("blk.0.attn_q.weight", "Q4_K"), ("output.weight", "Q6_K")]
    {
        assert_eq!(types(&report, tensor).1, expected, "{tensor}");
    }
    assert_eq!(logits(&file, "1,2,3").len(), 3 * 64);
    let report = quantize(model.path(), &file, &["--type", "Q2_K", "--pure"]);
    let left_out = "left out, as the architecture does not use it: model.layers.0.self_attn.rotary_emb.inv_freq";
    assert!(warnings(&report).contains(&left_out.to_owned()), "{report}");
}

#[test]
fn rows_that_are_no_blocks_get_another_type_and_a_warning() {
    let to = folder();
    let file = place(&to, "model.gguf");
    let report = quantize(golden("llama-gqa-tied").to_str().unwrap(), &file, &["--type", "Q4_K"]);
    assert_eq!(types(&report, "blk.0.attn_q.weight").1, "Q5_0");
    assert_eq!(types(&report, "token_embd.weight").1, "Q8_0");
    let expected = "4 matrices with rows of 96, no multiple of 256: Q5_0 instead of Q4_K";
    assert!(warnings(&report).contains(&expected.to_owned()), "{report}");
    for name in ["Q4_0", "Q3_K", "IQ4_XS"] {
        let report = quantize(golden("llama-odd").to_str().unwrap(), &file, &["--type", name]);
        assert_eq!(types(&report, "blk.0.attn_q.weight").1, "F16", "{name}");
        assert_eq!(types(&report, "output_norm.weight").1, "F32", "{name}");
        assert_eq!(logits(&file, "1,2,3").len(), 3 * 259, "{name}");
    }
}

#[test]
fn a_gguf_file_keeps_what_it_says_and_is_decoded_first() {
    let to = folder();
    let (first, second, third) = (place(&to, "f32.gguf"), place(&to, "q5.gguf"), place(&to, "q4.gguf"));
    quantize(golden("llama-gqa-tied").to_str().unwrap(), &first, &["--type", "F32"]);
    let report = quantize(&first, &second, &["--type", "Q5_1"]);
    assert_eq!(warnings(&report).len(), 1, "{report}");
    // Scaled rotations are a tensor in such files.
    assert_eq!(types(&report, "rope_freqs.weight"), ("F32".to_owned(), "F32".to_owned()));
    let direct = place(&to, "direct.gguf");
    quantize(golden("llama-gqa-tied").to_str().unwrap(), &direct, &["--type", "Q5_1"]);
    assert_eq!(logits(&second, "1,2,3"), logits(&direct, "1,2,3"));
    let report = quantize(&second, &third, &["--type", "Q4_0"]);
    assert_eq!(types(&report, "blk.3.ffn_up.weight"), ("Q5_1".to_owned(), "Q4_0".to_owned()));
    let twice = "28 tensors were Q5_1 already: what that lost stays lost, and the errors given do not count it";
    assert!(warnings(&report).contains(&twice.to_owned()), "{report}");
    let facts = |file: &str| {
        let report = json(&["inspect", file, "--device", "cpu", "--json"]);
        ["architecture", "layers", "vocab", "trained_context", "end_tokens"].map(|key| report[key].clone())
    };
    assert_eq!(facts(&first), facts(&third));
}

#[test]
fn what_cannot_be_written_is_refused_and_leaves_nothing() {
    let (model, to) = (golden("llama-odd"), folder());
    let model = model.to_str().unwrap();
    let refused = |arguments: &[&str], expected: &str| {
        let arguments = [&["quantize"], arguments].concat();
        let message = message(&arguments, &run(&arguments));
        assert!(message.contains(expected), "{arguments:?}: {message}");
    };
    let file = place(&to, "model.gguf");
    refused(&[model, &file], "--type <TYPE>");
    refused(&[model, &file, "--type", "Q9_9"], "\"Q9_9\" is none of F32, F16");
    refused(&[model, &place(&to, "model.bin"), "--type", "F32"], "model.bin does not end in .gguf");
    refused(&[model, &place(&to, "none/model.gguf"), "--type", "F32"], "cannot write ");
    refused(&[&place(&to, "none"), &file, "--type", "F32"], "none: ");
    refused(&[to.path(), &file, "--type", "F32"], "config.json");
    let broken = Copy::of("llama-odd");
    broken.edit_table("model.safetensors", |table| {
        let table = table.as_object_mut().unwrap();
        let tensor = table.remove("model.norm.weight").unwrap();
        table.insert("other".to_owned(), tensor);
    });
    refused(&[broken.path(), &file, "--type", "F32"], "tensor model.norm.weight with shape [30] is missing");
    assert_eq!(fs::read_dir(&to.folder).unwrap().count(), 0);

    quantize(model, &file, &["--type", "F16"]);
    let before = fs::read(&file).unwrap();
    refused(&[&file, &file, "--type", "Q8_0"], "is the model that is read: write to another file");
    refused(&[to.path(), &file, "--type", "Q8_0"], "is the model that is read");
    let link = place(&to, "link.gguf");
    fs::copy(&file, format!("{link}.partial")).unwrap();
    refused(&[&format!("{link}.partial"), &link, "--type", "Q8_0"], "is the model that is read");
    assert_eq!(fs::read(&file).unwrap(), before);
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_leaves_nothing() {
    let to = folder();
    let file = place(&to, "model.gguf");
    // A pipe takes no more than it has room for until somebody reads.
    assert!(Command::new("mkfifo").arg(format!("{file}.partial")).status().unwrap().success());
    let reader = fs::OpenOptions::new().read(true).write(true).open(format!("{file}.partial")).unwrap();
    let model = golden("llama-gqa-tied");
    let mut child = command(&["quantize", model.to_str().unwrap(), &file, "--type", "F32"]).spawn().unwrap();
    // The first byte says that it writes, and so that it listens.
    (&reader).read_exact(&mut [0]).unwrap();
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(fs::read_dir(&to.folder).unwrap().count(), 0);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_nothing_under_the_name() {
    let to = folder();
    let file = place(&to, "model.gguf");
    std::os::unix::fs::symlink("/dev/full", format!("{file}.partial")).unwrap();
    let model = golden("llama-gqa-tied");
    let arguments = ["quantize", model.to_str().unwrap(), &file, "--type", "F32", "--json"];
    let message = message(&arguments, &run(&arguments));
    assert!(message.contains("model.gguf.partial: No space left"), "{message}");
    assert_eq!(fs::read_dir(&to.folder).unwrap().count(), 0);
}
