//! What the command prints: the JSON of each call against the goldens, and the form of errors.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod setup;

use std::{fs, process::Stdio};

use safetensors::SafeTensors;
use serde_json::{Value, json as value};
use setup::{Copy, command, golden, json, message, run, text};

const GOLDENS: [&str; 4] = ["llama-gqa-tied", "llama-odd", "llama-sharded-bf16", "llama-untied-bias"];
const GATE: f64 = 1e-9;

struct Golden {
    model: String,
    prompt: String,
    greedy: Vec<u64>,
    tensors: Vec<u8>,
}

impl Golden {
    fn read(name: &str) -> Golden {
        let folder = golden(name);
        let facts: Value = serde_json::from_slice(&fs::read(folder.join("golden.json")).unwrap()).unwrap();
        let ids = |key: &str| facts[key].as_array().unwrap().iter().map(|id| id.as_u64().unwrap()).collect::<Vec<_>>();
        Golden {
            model: folder.to_str().unwrap().to_owned(),
            prompt: ids("prompt_ids").iter().map(u64::to_string).collect::<Vec<_>>().join(","),
            greedy: ids("greedy_ids"),
            tensors: fs::read(folder.join("golden.safetensors")).unwrap(),
        }
    }

    fn rows(&self, name: &str) -> Vec<Vec<f32>> {
        let tensors = SafeTensors::deserialize(&self.tensors).unwrap();
        let tensor = tensors.tensor(name).unwrap();
        let values: Vec<f32> = tensor.data().as_chunks().0.iter().map(|word| f32::from_le_bytes(*word)).collect();
        values.chunks(tensor.shape()[1]).map(<[f32]>::to_vec).collect()
    }
}

/// Rows as a reader in Python or JavaScript gets them: by way of f64.
fn rows(value: &Value) -> Vec<Vec<f32>> {
    let row = |row: &Value| row.as_array().unwrap().iter().map(|x| x.as_f64().unwrap() as f32).collect();
    value.as_array().expect("rows").iter().map(row).collect()
}

fn assert_close(name: &str, found: &[Vec<f32>], expected: &[Vec<f32>]) {
    assert_eq!(found.len(), expected.len(), "{name}");
    for (index, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert_eq!(found.len(), expected.len(), "{name} row {index}");
        let error: f64 = found.iter().zip(expected).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum();
        let power: f64 = expected.iter().map(|b| f64::from(*b).powi(2)).sum();
        assert!(error <= GATE * power, "{name} row {index}: {}", error / power);
    }
}

fn cpu() -> Value {
    value!({"kind": "cpu", "adapter": null, "tier": null, "software": false})
}

fn keys(value: &Value) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

#[test]
fn forward_prints_a_row_for_each_position() {
    for name in GOLDENS {
        let golden = Golden::read(name);
        let result = json(&["forward", &golden.model, "--tokens", &golden.prompt, "--device", "cpu", "--json"]);
        assert_eq!(keys(&result), ["device", "outputs"], "{name}");
        assert_eq!(result["device"], cpu(), "{name}");
        assert_eq!(keys(&result["outputs"]), ["logits"], "{name}");
        assert_close(name, &rows(&result["outputs"]["logits"]), &golden.rows("logits"));
    }
}

#[test]
fn forward_prints_taps_and_the_last_row() {
    let golden = Golden::read("llama-odd");
    let all = ["forward", &golden.model, "--tokens", &golden.prompt, "--device", "cpu", "--json"];
    let with = |more: &[&str]| json(&[&all[..], more].concat())["outputs"].clone();
    let outputs = with(&["--taps", "model.layers.0,model.layers.1,model.layers.0"]);
    assert_eq!(keys(&outputs), ["logits", "model.layers.0", "model.layers.1"]);
    for layer in ["0", "1"] {
        assert_close(layer, &rows(&outputs[format!("model.layers.{layer}")]), &golden.rows(&format!("hidden.{layer}")));
    }
    let last = with(&["--taps", "model.layers.0", "--last"]);
    for (output, tensor) in [("logits", "logits"), ("model.layers.0", "hidden.0")] {
        let expected = golden.rows(tensor);
        assert_close(output, &rows(&last[output]), &expected[expected.len() - 1..]);
    }
}

#[test]
fn taps_list_names_what_taps_takes() {
    let model = Golden::read("llama-odd").model;
    let result = json(&["forward", &model, "--taps", "list", "--json", "--device", "cpu"]);
    let names: Vec<&str> = result["taps"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    assert!(names.contains(&"model.layers.1.self_attn.q_proj"), "{names:?}");
    let readable = text(&["forward", &model, "--taps", "list", "--device", "cpu"]);
    assert_eq!(readable.lines().collect::<Vec<_>>(), names);
    let outputs = json(&["forward", &model, "--tokens", "1", "--taps", &names.join(","), "--json", "--device", "cpu"]);
    assert_eq!(keys(&outputs["outputs"]).len(), names.len() + 1);
}

#[test]
fn generate_prints_the_golden_tokens() {
    for name in GOLDENS {
        let golden = Golden::read(name);
        let count = golden.greedy.len().to_string();
        let (tokens, most) = (["--tokens", &golden.prompt], ["--max-tokens", &count, "--temperature", "0"]);
        let flags = ["--ignore-eos", "--logits", "--json", "--device", "cpu"];
        let result = json(&[&["generate", &golden.model], &tokens[..], &most, &flags].concat());
        assert_eq!(keys(&result), ["device", "tokens", "text", "finish_reason", "logits", "timings"], "{name}");
        assert_eq!(result["device"], cpu(), "{name}");
        assert_eq!(result["tokens"], value!(golden.greedy), "{name}");
        assert_eq!(result["text"], Value::Null, "{name}");
        assert_close(name, &rows(&result["logits"]), &golden.rows("decode_logits"));
        check_timings(&result["timings"], golden.prompt.split(',').count(), golden.greedy.len() - 1);
    }
}

#[test]
fn a_gguf_file_is_a_model_like_its_folder() {
    for name in ["llama-gqa-tied", "llama-untied-bias"] {
        let golden = Golden::read(name);
        let path = self::golden("gguf").join(format!("{name}.gguf"));
        let file = path.to_str().unwrap();
        let inspect = |model: &str| json(&["inspect", model, "--device", "cpu", "--json"]);
        let (found, folder) = (inspect(file), inspect(&golden.model));
        for key in ["architecture", "parameters", "layers", "vocab", "context", "trained_context", "tokenizer"] {
            assert_eq!(found[key], folder[key], "{name} {key}");
        }
        // No vocabulary says which tokens end a text: it is what transformers takes.
        assert_eq!(found["end_tokens"], value!([2]), "{name}");
        let tensors = found["tensors"].as_array().unwrap();
        let used = |tensor: &&Value| tensor["used"] == value!(true);
        assert_eq!(tensors.iter().filter(used).count(), folder["tensors"].as_array().unwrap().len(), "{name}");
        let count = golden.greedy.len().to_string();
        let tokens = ["--tokens", &golden.prompt, "--max-tokens", &count, "--ignore-eos"];
        let result = json(&[&["generate", file], &tokens[..], &["--logits", "--json", "--device", "cpu"]].concat());
        assert_eq!(result["tokens"], value!(golden.greedy), "{name}");
        assert_close(name, &rows(&result["logits"]), &golden.rows("decode_logits"));
    }
}

fn check_timings(timings: &Value, prompt: usize, decoded: usize) {
    assert_eq!(keys(timings), ["load_ms", "first_token_ms", "prefill", "decode", "per_token"]);
    assert!(timings["load_ms"].as_f64().unwrap() > 0.0);
    for (part, tokens) in [("prefill", prompt), ("decode", decoded)] {
        assert_eq!(timings[part]["tokens"], value!(tokens), "{part}");
        assert!(timings[part]["tokens_per_s"].as_f64().unwrap() > 0.0, "{part}");
    }
    let per_token = timings["per_token"].as_object().unwrap();
    let counters = [
        "dispatches",
        "dispatches_per_layer",
        "submits",
        "uploads",
        "readback_bytes",
        "objects_created",
        "engine_allocations",
    ];
    assert_eq!(per_token.keys().collect::<Vec<_>>(), counters);
    assert!(per_token.values().all(Value::is_null), "the CPU has no such counters");
}

#[test]
fn what_was_not_measured_is_null() {
    let model = Golden::read("llama-odd").model;
    let timings = |most: &str| {
        let mut result =
            json(&["generate", &model, "--tokens", "3,14", "--max-tokens", most, "--json", "--device", "cpu"]);
        assert!(result.get("logits").is_none());
        result["timings"].take()
    };
    assert_eq!(timings("0")["prefill"], value!({"tokens": 0, "tokens_per_s": null}));
    let one = timings("1");
    assert!(one["prefill"]["tokens_per_s"].is_number());
    assert_eq!(one["decode"], value!({"tokens": 0, "tokens_per_s": null}));
}

#[test]
fn generate_stops_at_an_end_token() {
    let golden = Golden::read("llama-odd");
    let copy = Copy::of("llama-odd");
    copy.write("generation_config.json", format!("{{\"eos_token_id\": [7, {}]}}", golden.greedy[3]));
    let all = ["generate", copy.path(), "--tokens", &golden.prompt, "--max-tokens", "8", "--json", "--device", "cpu"];
    assert_eq!(json(&all)["tokens"], value!(golden.greedy[..4]));
    assert_eq!(json(&[&all[..], &["--ignore-eos"]].concat())["tokens"], value!(golden.greedy[..8]));
}

#[test]
fn what_a_configuration_leaves_out_is_as_transformers_has_it() {
    let copy = Copy::of("llama-odd");
    let end_tokens = || json(&["inspect", copy.path(), "--device", "cpu", "--json"])["end_tokens"].clone();
    assert_eq!(end_tokens(), value!([]), "null: nothing ends a text");
    copy.edit_json("config.json", |config| {
        config.as_object_mut().unwrap().remove("eos_token_id");
    });
    assert_eq!(end_tokens(), value!([2]));
}

#[test]
fn eval_encodes_a_text_with_the_models_tokenizer() {
    let copy = Copy::of("llama-gqa-tied");
    let model = value!({"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0, "a": 3, "bird": 5}});
    let tokenizer =
        value!({"version": "1.0", "added_tokens": [], "pre_tokenizer": {"type": "Whitespace"}, "model": model});
    copy.write("tokenizer.json", tokenizer.to_string());
    copy.write("text.txt", "a bird a bird? a a bird");
    copy.write("ids.txt", "3 5 3 5 0 3 3 5");
    let eval = |flag: &str, file: &str| {
        let file = format!("{}/{file}", copy.path());
        json(&["eval", copy.path(), "--against", copy.path(), flag, &file, "--device", "cpu", "--json"])
    };
    assert_eq!(eval("--text", "text.txt"), eval("--token-file", "ids.txt"));
    let neither = ["eval", copy.path(), "--against", copy.path()];
    assert!(message(&neither, &run(&neither)).contains("--text"));
}

#[test]
fn eval_says_what_a_quantization_costs() {
    let copy = Copy::of("llama-gqa-tied");
    let ids: Vec<String> = (0..150u32).map(|index| (index * 7919 % 251).to_string()).collect();
    copy.write("text.txt", ids.join("\n"));
    let file = format!("{}/text.txt", copy.path());
    let eval = ["eval", copy.path(), "--against", copy.path(), "--token-file", &file, "--device", "cpu", "--json"];
    let same = json(&eval);
    assert_eq!(
        (&same["tokens"], &same["kl_mean"], &same["top1_agreement"]),
        (&value!(149), &value!(0.0), &value!(1.0))
    );
    assert_eq!(same["perplexity"], same["reference_perplexity"]);
    // In windows of 50 tokens the first of each is not predicted.
    assert_eq!(json(&[&eval[..], &["--window", "50"]].concat())["tokens"], value!(147));
    let quantized = json(&[&eval[..], &["--quant", "q8", "--gate", "kl_mean<0.1", "--gate", "kl_p99>0"]].concat());
    assert!(quantized["kl_mean"].as_f64().unwrap() > 0.0, "{quantized}");
    let output = run(&[&eval[..], &["--quant", "q4", "--gate", "kl_mean<1e-9"]].concat());
    assert_eq!(output.status.code(), Some(1));
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.starts_with("error: kl_mean<1e-9 does not hold: it is 0."), "{error}");
    let output = run(&[&eval[..], &["--gate", "speed<1"]].concat());
    assert_eq!(output.status.code(), Some(1));
    // Also where it is only predicted, never given.
    copy.write("text.txt", "1 2 3 999");
    let error = String::from_utf8(run(&eval).stderr).unwrap();
    assert_eq!(error, "error: token 999 is not in the vocabulary of 256\n");
}

#[test]
fn bench_measures_loading_reading_and_generating() {
    let model = golden("llama-odd");
    let bench =
        ["bench", model.to_str().unwrap(), "--device", "cpu", "--rounds", "2", "--prompt", "5", "--generate", "4"];
    let result = json(&[&bench[..], &["--json"]].concat());
    assert_eq!(result["device"], cpu());
    assert_eq!((&result["prefill"]["tokens"], &result["decode"]["tokens"]), (&value!(5), &value!(3)));
    assert!(result["decode"]["tokens_per_s"].is_number() && result["load"]["mb_per_s"].is_number());
    assert_eq!(result["bytes_per_token"]["planned"], value!(null));
    let weights = json(&["inspect", model.to_str().unwrap(), "--device", "cpu", "--json"])["bytes"]["weights"].clone();
    let least = result["bytes_per_token"]["least"].as_u64().unwrap();
    // The embeddings are not read, a few keys and values are.
    assert!(least > 0 && least < 2 * weights.as_u64().unwrap(), "{least} of {weights}");
    let readable = String::from_utf8(run(&bench).stdout).unwrap();
    assert!(readable.contains("bytes per token"), "{readable}");
}

#[test]
fn readable_generate_prints_ids_and_nothing_else_where_nobody_looks() {
    let golden = Golden::read("llama-odd");
    let output = text(&["generate", &golden.model, "--tokens", &golden.prompt, "--max-tokens", "4", "--device", "cpu"]);
    assert_eq!(output, golden.greedy[..4].iter().map(u64::to_string).collect::<Vec<_>>().join(" ") + "\n");
}

#[test]
fn generate_without_a_number_fills_the_context() {
    let golden = Golden::read("llama-odd");
    let all = ["generate", &golden.model, "--tokens", &golden.prompt, "--json", "--device", "cpu", "--context", "140"];
    assert_eq!(json(&all)["tokens"].as_array().unwrap().len(), 11);
}

#[test]
fn devices_lists_every_adapter() {
    let devices = json(&["devices", "--json"]);
    for (index, device) in devices["devices"].as_array().unwrap().iter().enumerate() {
        assert_eq!(device["index"], value!(index));
        for key in ["name", "backend", "type", "driver", "tier", "features", "limits"] {
            assert!(!device[key].is_null(), "{key} in {device}");
        }
    }
    assert!(text(&["devices"]).contains("The CPU backend is always there"));
}

#[test]
fn inspect_prints_facts_and_tensors() {
    let copy = Copy::of("llama-sharded-bf16");
    copy.write("tokenizer.json", r#"{"model": {"type": "BPE"}}"#);
    let inspect = ["inspect", copy.path(), "--device", "cpu", "--context", "100", "--json", "--memory-limit"];
    let result = json(&[&inspect[..], &["1MiB"]].concat());
    assert_eq!(result["device"], cpu());
    for (key, expected) in [
        ("architecture", value!("LlamaForCausalLM")),
        ("parameters", value!(278_688)),
        ("layers", value!(3)),
        ("vocab", value!(320)),
        ("context", value!(100)),
        ("trained_context", value!(512)),
        ("end_tokens", value!([1, 2])),
        ("tokenizer", value!("BPE")),
    ] {
        assert_eq!(result[key], expected, "{key}");
    }
    // 3 layers of one head of 16, keys and values.
    let kv = 3 * 2 * 16 * 4;
    let bytes = &result["bytes"];
    assert_eq!(bytes["weights"], value!(557_376));
    assert_eq!(bytes["kv_per_1024_tokens"], value!({"f32": kv * 1024, "f16": kv * 512}));
    assert_eq!(bytes["total"], value!(557_376 + kv * 100));
    assert_eq!(
        result["fits"],
        value!({"adapter": null, "why_not": null, "memory_limit": {"bytes": 1 << 20, "fits": true}})
    );
    assert_eq!(json(&[&inspect[..], &["500K"]].concat())["fits"]["memory_limit"]["fits"], value!(false));
    let tensors = result["tensors"].as_array().unwrap();
    let head = value!({"name": "lm_head.weight", "type": "BF16", "shape": [320, 96], "bytes": 61_440, "used": true});
    assert_eq!(tensors[0], head);
    assert_eq!(tensors.len(), 3 + 3 * 9);
}

#[test]
fn inspect_takes_a_file_and_is_readable() {
    let model = golden("llama-odd").join("model.safetensors");
    let output = text(&["inspect", model.to_str().unwrap(), "--memory-limit", "1G", "--device", "cpu"]);
    for line in [
        "parameters             21,720",
        "fits into 1.0 GiB      yes",
        "model.norm.weight                               F32   [30]          120",
    ] {
        assert!(output.lines().any(|found| found == line), "{line}\n{output}");
    }
}

#[test]
fn floats_read_back_to_the_same_bits() {
    let model = Golden::read("llama-untied-bias").model;
    let printed = text(&["forward", &model, "--tokens", "5,6,7", "--json", "--device", "cpu"]);
    let printed = rows(&serde_json::from_str::<Value>(&printed).unwrap()["outputs"]["logits"]);
    let options = kinglet::EngineOptions { device: kinglet::DeviceChoice::Cpu, ..Default::default() };
    let engine = kinglet::blocking::Engine::new(options).unwrap();
    let source = kinglet::Source::path(&model).unwrap();
    let loaded = engine.load(&source, kinglet::LoadOptions::default()).unwrap();
    let computed = loaded.forward(&[5, 6, 7], kinglet::Rows::All).unwrap();
    let bits = |rows: &[Vec<f32>]| rows.iter().flatten().map(|x| x.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(&printed), bits(computed.logits()));
}

#[test]
fn what_is_no_number_is_null() {
    let copy = Copy::of("llama-odd");
    // The table and the data of a safetensors file are independent: the last four bytes are a weight.
    copy.edit("model.safetensors", |bytes| {
        let end = bytes.len() - 4;
        bytes[end..].copy_from_slice(&f32::NAN.to_le_bytes());
    });
    let result = json(&["forward", copy.path(), "--tokens", "1", "--json", "--device", "cpu"]);
    let row = result["outputs"]["logits"][0].as_array().unwrap();
    assert!(row.iter().all(Value::is_null), "{row:?}");
    let result = json(&["generate", copy.path(), "--tokens", "1", "--max-tokens", "3", "--json", "--device", "cpu"]);
    assert_eq!(result["tokens"], value!([0, 0, 0]));
}

#[test]
fn errors_are_one_line() {
    let model = &Golden::read("llama-odd").model;
    let forward = ["forward", model, "--device", "cpu"];
    let generate = ["generate", model, "--device", "cpu", "--tokens", "1"];
    let cases: &[(&[&str], &[&str], &str)] = &[
        (&forward, &[], "--tokens is missing"),
        (&forward, &["--tokens", "3,x"], "'--tokens <IDS>': \"x\" is not a token id"),
        (&forward, &["--tokens", ""], "'--tokens <IDS>': the list has no tokens"),
        (&forward, &["--tokens", "3,,4"], "\"\" is not a token id"),
        (&forward, &["--tokens", "-1"], "\"-1\" is not a token id"),
        (&forward, &["--tokens", "4294967296"], "\"4294967296\" is not a token id"),
        (&forward, &["--tokens", "259"], "token 259 is not in the vocabulary of 259"),
        (
            &forward,
            &["--tokens", "1", "--taps", "model.layers.9"],
            "no tap is called model.layers.9; list the names with --taps list",
        ),
        (&forward, &["--tokens", "1,2,3", "--context", "2"], "do not fit into a context of 2"),
        (&forward, &["--tokens", "1", "--context", "513"], "a context of 513 is out of range"),
        (&forward, &["--tokens", "1", "--context", "0"], "a context of 0 is out of range"),
        (&generate, &["--max-tokens", "-3"], "'-3' for '--max-tokens <N>'"),
        (&generate, &["--max-tokens", "18446744073709551615"], "18446744073709551615 tokens do not fit"),
        (&generate, &["--max-tokens", "18446744073709551616"], "'18446744073709551616' for '--max-tokens <N>'"),
        (&generate, &["--temperature", "nan"], "temperature is NaN; it must be 0 or more"),
        (&generate, &["--temp", "-0.5"], "temperature is -0.5; it must be 0 or more"),
        (&generate, &["--top-p", "0"], "top_p is 0; it must be above 0 and at most 1"),
        (&generate, &["--logprobs", "21"], "logprobs is 21; it must be at most 20"),
        (&generate, &["--dry-penalty-last-n", "-2"], "\"-2\" is not a whole number, or -1"),
        (&generate, &["--logit-bias", "259=1"], "token 259, which is not in the vocabulary of 259"),
        (&generate, &["--logit-bias", "3:1"], "\"3:1\" is not a token and a number such as 15=-2.5"),
        (&["inspect", model, "--device", "cpu"], &["--memory-limit", "4X"], "\"4X\" is not a size"),
        (&["inspect"], &[], "<MODEL>"),
        (&["inspect", "no/such/model"], &[], "cannot read no/such/model: "),
        (&["inspect", "Cargo.toml"], &[], "Cargo.toml: is neither a folder nor a .safetensors file"),
        (&["devices"], &["--nope"], "'--nope'"),
        (&["sing"], &[], "'sing'"),
        (&["--device", "tpu"], &[], "'tpu' for '--device <DEVICE>' [possible values: auto, gpu, cpu]"),
    ];
    for (call, more, expected) in cases {
        for json in [&[][..], &["--json"]] {
            let arguments = [*call, more, json].concat();
            let message = message(&arguments, &run(&arguments));
            assert!(message.contains(expected), "{arguments:?}: {message}");
        }
    }
}

#[test]
fn help_and_version_are_no_errors() {
    assert!(text(&["--help"]).contains("Usage: kinglet"));
    assert!(text(&["generate", "--help"]).contains("--max-tokens <N>"));
    assert!(text(&["--version"]).starts_with("kinglet "));
}

#[test]
fn a_broken_pipe_ends_quietly() {
    let golden = Golden::read("llama-odd");
    let arguments = ["forward", &golden.model, "--tokens", &golden.prompt, "--json", "--device", "cpu"];
    let mut child = command(&arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert!(output.status.success());
}

#[test]
fn the_demo_needs_no_terminal_and_no_model() {
    let output = text(&["--device", "cpu"]);
    for word in ["CPU", "tokens/s", "[NAME_1]", "[CARD_1]", "2026-12-04T12:00", "kinglet generate MODEL"] {
        assert!(output.contains(word), "{word}\n{output}");
    }
    assert!(!output.contains('\u{1b}'), "{output}");
    let result = json(&["--device", "cpu", "--json"]);
    assert!(!result["redact"]["result"].as_str().unwrap().contains("4111"), "{result}");
    let when = result["when"].as_array().unwrap();
    assert_eq!(
        when.iter().map(|shown| shown["result"]["kind"].as_str().unwrap()).collect::<Vec<_>>(),
        ["instant", "recurring", "instant"]
    );
    assert!(
        when.iter().all(|shown| shown["tokens"].as_u64() > Some(0) && shown["tokens_per_s"].as_f64() > Some(0.0)),
        "{result}"
    );
}

#[test]
fn when_says_when_that_is() {
    let now = ["--now", "2026-11-20T09:00", "--device", "cpu"];
    let answer = json(&[&["when", "a week from friday at noon", "--json"], &now[..]].concat());
    assert_eq!((&answer["kind"], &answer["start"]), (&value!("instant"), &value!("2026-12-04T12:00")));
    assert_eq!(answer["meaning"], value!({"kind": "instant", "at": ["fri", "+1w", "12:00"]}));
    assert!(answer["confidence"].as_f64().is_some_and(|it| (0.9..=1.0).contains(&it)), "{answer}");
    let output = text(&[&["when", "every weekday at 8:30"], &now[..]].concat());
    assert!(output.contains("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR") && output.contains("2026-11-23T08:30"), "{output}");
    let mut child =
        command(&[&["when"], &now[..]].concat()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"tomorrow\n\nbanana bread\nfrom 9 to 5 on monday")
        .unwrap();
    let output = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    assert_eq!(output, "2026-11-21\nnone\nnone\n2026-11-23T09:00/2026-11-23T17:00\n");
    let wrong = ["when", "tomorrow", "--now", "soon"];
    let message = message(&wrong, &run(&wrong));
    assert!(message.contains("--now") && message.contains("2026-11-20T09:00"), "{message}");
}

/// The first adapter's name, or `None` where there is none and none is required.
fn adapter() -> Option<String> {
    let devices = json(&["devices", "--json"]);
    let name = devices["devices"][0]["name"].as_str().map(str::to_owned);
    let required = std::env::var("KINGLET_REQUIRE_GPU").is_ok_and(|value| value == "1");
    assert!(name.is_some() || !required, "KINGLET_REQUIRE_GPU is set, and there is no adapter");
    name
}

#[test]
fn generate_on_a_gpu_gives_the_goldens_tokens_and_counts() {
    let Some(adapter) = adapter() else { return };
    for tier in ["baseline", "subgroups"] {
        let golden = Golden::read("llama-untied-bias");
        let count = golden.greedy.len().to_string();
        let arguments = ["generate", &golden.model, "--tokens", &golden.prompt, "--max-tokens", &count, "--ignore-eos"];
        let result = json(&[&arguments[..], &["--device", "gpu", "--tier", tier, "--json"]].concat());
        assert_eq!(result["tokens"], value!(golden.greedy));
        assert_eq!((&result["device"]["kind"], &result["device"]["adapter"]), (&value!("gpu"), &value!(adapter)));
        let per_token = &result["timings"]["per_token"];
        let counts = ["submits", "uploads", "readback_bytes", "objects_created", "engine_allocations"];
        assert_eq!(counts.map(|key| per_token[key].as_u64()), [1, 0, 4, 0, 0].map(Some), "{per_token}");
        assert_eq!(per_token["dispatches_per_layer"], 9);
    }
}

// The thread that waits for the device once outlived `main`, and took the driver away under the exit handlers.
#[test]
fn errors_on_a_gpu_end_the_command_in_order() {
    if adapter().is_none() {
        return;
    }
    let model = golden("llama-odd");
    for _ in 0..40 {
        let arguments = ["forward", model.to_str().unwrap(), "--tokens", "999", "--device", "gpu"];
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(1), "{:?}", output.status);
    }
}
