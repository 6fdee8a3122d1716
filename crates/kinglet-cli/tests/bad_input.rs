//! Damaged models and impossible requests: each ends with one line that names the file, tensor or value, within a
//! second and without a large allocation.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod setup;

use std::{
    process::{Command, Output},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use setup::{Copy, message};

const WEIGHTS: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";
const SECOND: &str = "model-00002-of-00003.safetensors";
const HEAD: &str = "lm_head.weight";
const EMBED: &str = "model.embed_tokens.weight";
const QUERIES: &str = "model.layers.1.self_attn.q_proj.weight";

/// Runs the command with at most 1 GiB of address space, where the shell can say so.
fn limited(arguments: &[&str]) -> Output {
    let command = setup::command(arguments);
    if !cfg!(target_os = "linux") {
        return setup::run(arguments);
    }
    let mut shell = Command::new("sh");
    shell.args(["-c", "ulimit -v 1048576 && exec \"$0\" \"$@\""]).arg(command.get_program()).args(arguments);
    shell.env_remove("KINGLET_LOG").output().expect("sh starts")
}

/// Checks that the call fails as it should, in time.
fn fails(arguments: &[&str], expected: &str) {
    let start = Instant::now();
    let output = limited(arguments);
    let time = start.elapsed();
    let message = message(arguments, &output);
    assert!(message.contains(expected), "{arguments:?}: {message}\nexpected: {expected}");
    assert!(time < Duration::from_secs(1), "{arguments:?} took {time:?}");
}

/// Checks that neither looking at the model nor running it gets further than the message.
fn refused(copy: &Copy, expected: &str) {
    fails(&["inspect", copy.path(), "--device", "cpu", "--json"], expected);
    fails(&["generate", copy.path(), "--tokens", "1", "--device", "cpu", "--json"], expected);
}

/// A copy of `llama-odd` with these values in its config.json.
fn configured(values: &[(&str, Value)]) -> Copy {
    let copy = Copy::of("llama-odd");
    copy.edit_json("config.json", |config| {
        for (key, value) in values {
            config[*key] = value.clone();
        }
    });
    copy
}

#[test]
fn values_of_the_configuration() {
    let count = |key: &str, value: Value| -> (String, Vec<(String, Value)>) {
        (format!("config.json: {key} is {value}, expected a whole number from 1"), vec![(key.to_owned(), value)])
    };
    let mut cases = vec![
        count("num_attention_heads", json!(0)),
        count("num_key_value_heads", json!(0)),
        count("num_hidden_layers", json!(0)),
        count("num_hidden_layers", json!(1_000_000_000_000_u64)),
        count("num_hidden_layers", json!(-2)),
        count("num_hidden_layers", json!(2.5)),
        count("hidden_size", json!(-30)),
        count("hidden_size", json!("30")),
        count("hidden_size", json!(u64::MAX)),
        count("hidden_size", json!(1e300)),
        count("vocab_size", json!(true)),
        count("vocab_size", json!([259])),
        count("vocab_size", json!({"is": 259})),
        count("intermediate_size", json!(1_u64 << 60)),
        count("max_position_embeddings", json!(0)),
        count("head_dim", json!("NaN")),
    ];
    let mut other = |key: &str, value: Value, message: &str| {
        cases.push((message.to_owned(), vec![(key.to_owned(), value)]));
    };
    other("vocab_size", Value::Null, "config.json: vocab_size is missing, expected a whole number from 1");
    other("num_key_value_heads", json!(2), "config.json: model.layers.0.self_attn.attention: 3 heads do not divide");
    other("head_dim", json!(9), "config.json: head_dim is 9, expected an even number");
    other("rms_norm_eps", json!("1e-5"), "config.json: rms_norm_eps is \"1e-5\", expected a number");
    other("rms_norm_eps", json!(-1), "config.json: rms_norm_eps is -1, expected a number");
    other("tie_word_embeddings", json!("true"), "config.json: tie_word_embeddings is \"true\", expected true or false");
    other("hidden_act", json!("gelu\nnew"), "config.json: hidden_act is gelu\\nnew, expected silu");
    other("rope_parameters", json!({"rope_theta": 0}), "config.json: rope_parameters.rope_theta is 0, expected a num");
    other(
        "rope_parameters",
        json!({"rope_type": "mrope"}),
        "config.json: rope_parameters.rope_type is mrope, expected",
    );
    other("rope_parameters", json!({"rope_type": "llama3"}), "config.json: rope_parameters.factor is missing");
    other("rope_parameters", json!([]), "config.json: rope_parameters is [], expected an object");
    other("eos_token_id", json!(-1), "config.json: eos_token_id is -1, expected a token id");
    other("eos_token_id", json!([1, "2"]), "config.json: eos_token_id is \"2\", expected a token id");
    other("architectures", json!(["MambaForCausalLM"]), "config.json: architecture MambaForCausalLM is not supported");
    other("architectures", json!([]), "config.json: architecture (none named) is not supported");
    other("architectures", json!("LlamaForCausalLM"), "config.json: architecture (none named) is not supported");
    for (message, values) in cases {
        let values: Vec<_> = values.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
        refused(&configured(&values), &message);
    }
    let more_heads_than_columns = [("num_attention_heads", json!(64)), ("head_dim", Value::Null)];
    refused(&configured(&more_heads_than_columns), "config.json: head_dim is 0, expected an even number");
}

#[test]
fn configurations_that_ask_for_other_weights() {
    for (values, expected) in [
        (
            vec![("num_hidden_layers", json!(3))],
            "tensor model.layers.2.input_layernorm.weight with shape [30] is missing",
        ),
        (
            vec![("hidden_size", json!(32))],
            "tensor model.embed_tokens.weight has shape [259, 30] where config.json asks",
        ),
        (vec![("vocab_size", json!(1 << 24))], "has shape [259, 30] where config.json asks for [16777216, 30]"),
        (vec![("tie_word_embeddings", json!(false))], "tensor lm_head.weight with shape [259, 30] is missing"),
        (
            vec![("attention_bias", json!(true))],
            "tensor model.layers.0.self_attn.q_proj.bias with shape [30] is missing",
        ),
        // As large as the limits of each value allow.
        (
            vec![
                ("num_hidden_layers", json!(512)),
                ("hidden_size", json!(1 << 16)),
                ("intermediate_size", json!(1 << 20)),
                ("vocab_size", json!(1 << 24)),
                ("num_attention_heads", json!(4096)),
                ("num_key_value_heads", json!(4096)),
                ("head_dim", json!(1024)),
                ("max_position_embeddings", json!(1 << 30)),
            ],
            "tensor model.embed_tokens.weight has shape [259, 30]",
        ),
    ] {
        refused(&configured(&values), expected);
    }
}

#[test]
fn configurations_that_are_no_configuration() {
    let copy = Copy::of("llama-odd");
    let deep = "[".repeat(100_000);
    let cases: [(&[u8], &str); 8] = [
        (b"", "config.json is not valid JSON: EOF"),
        (b"{\"vocab_size\": ", "config.json is not valid JSON: EOF"),
        (b"{\"rms_norm_eps\": NaN}", "config.json is not valid JSON: expected value"),
        (b"{\"rms_norm_eps\": 1e999}", "config.json is not valid JSON: number out of range"),
        (b"[]", "config.json: the whole is [], expected an object"),
        (b"{}", "config.json: architecture (none named) is not supported"),
        (&[0xff, 0xfe, 0], "config.json is not valid JSON"),
        (deep.as_bytes(), "config.json is not valid JSON: recursion limit"),
    ];
    for (text, expected) in cases {
        copy.write("config.json", text);
        refused(&copy, expected);
    }
    copy.remove("config.json");
    refused(&copy, "no config.json in ");
}

#[test]
fn files_beside_the_configuration() {
    let copy = Copy::of("llama-odd");
    copy.write("tokenizer.json", "{");
    refused(&copy, "tokenizer.json is not valid JSON: EOF");
    copy.remove("tokenizer.json");
    copy.write("generation_config.json", "");
    refused(&copy, "generation_config.json is not valid JSON: EOF");
    copy.write("generation_config.json", r#"{"eos_token_id": "</s>"}"#);
    refused(&copy, "generation_config.json: eos_token_id is \"</s>\", expected a token id or a list of them");
}

#[test]
fn weight_files() {
    let copy = Copy::of("llama-odd");
    let original = std::fs::read(copy.folder.join(WEIGHTS)).unwrap();
    let table = |text: &str| [&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat();
    let long = [&(1_u64 << 60).to_le_bytes()[..], &original[8..]].concat();
    let longest = [&u64::MAX.to_le_bytes()[..], &original[8..]].concat();
    let cases: [(&[u8], &str); 11] = [
        (b"", "model.safetensors: not a safetensors file: 0 bytes are too few"),
        (b"1234567", "model.safetensors: not a safetensors file: 7 bytes are too few"),
        (&original[..100], "model.safetensors: not a safetensors file: its header is longer than the file"),
        (&original[..original.len() - 1], "model.safetensors: truncated"),
        (&long, "model.safetensors: not a safetensors file: its header is longer than the file"),
        (&longest, "model.safetensors: not a safetensors file: its header is longer than the file"),
        (&[0; 4096], "model.safetensors: not a valid safetensors file"),
        (&table("[1, 2]"), "model.safetensors: not a valid safetensors file"),
        (&table("{\"a\\nb\": 3}"), "model.safetensors: not a valid safetensors file"),
        (&table("{}"), "tensor model.embed_tokens.weight with shape [259, 30] is missing"),
        (
            &table(
                r#"{"model.embed_tokens.weight":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}"#,
            ),
            "model.safetensors: not a valid safetensors file",
        ),
    ];
    for (bytes, expected) in cases {
        copy.write(WEIGHTS, bytes);
        refused(&copy, expected);
    }
    copy.remove(WEIGHTS);
    refused(&copy, "no model.safetensors in ");
    std::fs::create_dir(copy.folder.join(WEIGHTS)).unwrap();
    refused(&copy, "model.safetensors: is not a file");
}

#[test]
fn tensors() {
    type Edit = fn(&mut Value);
    let cases: [(Edit, &str); 7] = [
        (|table| drop(table.as_object_mut().unwrap().remove(QUERIES)), "model.safetensors: "),
        (
            |table| {
                let entry = table.as_object_mut().unwrap().remove(QUERIES).unwrap();
                table["other"] = entry;
            },
            "tensor model.layers.1.self_attn.q_proj.weight with shape [30, 30] is missing from the model",
        ),
        (
            |table| table[QUERIES]["shape"] = json!([15, 60]),
            "tensor model.layers.1.self_attn.q_proj.weight has shape [15, 60] where config.json asks for [30, 30]",
        ),
        (
            |table| table[QUERIES]["shape"] = json!([900]),
            "tensor model.layers.1.self_attn.q_proj.weight has shape [900] where config.json asks for [30, 30]",
        ),
        (|table| table[QUERIES]["shape"] = json!([-30, -30]), "model.safetensors: not a valid safetensors file"),
        (
            |table| table[QUERIES]["dtype"] = json!("I32"),
            "tensor model.layers.1.self_attn.q_proj.weight has type I32, and only F32, F16 and BF16 are supported",
        ),
        (|table| table[EMBED]["dtype"] = json!("I64"), "model.safetensors: "),
    ];
    for (edit, expected) in cases {
        let copy = Copy::of("llama-odd");
        copy.edit_table(WEIGHTS, edit);
        refused(&copy, expected);
    }
    // An I64 that is whole, so that only its type is wrong.
    let copy = Copy::of("llama-odd");
    copy.edit_table(WEIGHTS, |table| {
        let entry = &mut table["model.norm.weight"];
        let end = entry["data_offsets"][1].as_u64().unwrap();
        (entry["dtype"], entry["data_offsets"][1]) = (json!("I64"), json!(end + 120));
    });
    copy.edit(WEIGHTS, |bytes| bytes.extend([0; 120]));
    refused(&copy, "tensor model.norm.weight has type I64, and only F32, F16 and BF16 are supported");
}

#[test]
fn shards() {
    let edited = |edit: fn(&mut Value)| {
        let copy = Copy::of("llama-sharded-bf16");
        copy.edit_json(INDEX, edit);
        copy
    };
    let named = |copy: Copy, expected: &str| refused(&copy, expected);
    named(edited(|index| index["weight_map"][HEAD] = json!("gone.safetensors")), "no gone.safetensors in ");
    named(edited(|index| index["weight_map"][HEAD] = json!("../x")), "no \"../x\" in ");
    named(edited(|index| index["weight_map"][HEAD] = json!("/etc/passwd")), "no \"/etc/passwd\" in ");
    named(edited(|index| index["weight_map"][HEAD] = json!("")), "no \"\" in ");
    named(edited(|index| index["weight_map"][HEAD] = json!("a\u{0}b")), "no \"a\\0b\" in ");
    named(edited(|index| index["weight_map"][HEAD] = json!("a\nb")), "no a\\nb in ");
    named(edited(|index| index["weight_map"][HEAD] = json!(7)), "weight_map holds something other than file names");
    named(edited(|index| index["weight_map"] = json!({})), "weight_map is empty");
    named(edited(|index| index["weight_map"] = json!([])), "has no weight_map");
    named(edited(|index| *index = json!(3)), "model.safetensors.index.json: has no weight_map");
    named(edited(|index| index["weight_map"][HEAD] = json!("config.json")), "config.json: not a");

    let copy = Copy::of("llama-sharded-bf16");
    copy.remove(SECOND);
    refused(&copy, "no model-00002-of-00003.safetensors in ");
    copy.write(SECOND, "");
    refused(&copy, "model-00002-of-00003.safetensors: not a safetensors file: 0 bytes are too few");
    std::fs::copy(copy.folder.join("model-00001-of-00003.safetensors"), copy.folder.join(SECOND)).unwrap();
    refused(&copy, "model-00002-of-00003.safetensors: tensor model.embed_tokens.weight is in another file too");
    copy.write(INDEX, "{");
    refused(&copy, "model.safetensors.index.json is not valid JSON");
    let first = copy.folder.join("model-00001-of-00003.safetensors");
    fails(
        &["inspect", first.to_str().unwrap(), "--device", "cpu"],
        "tensor model.layers.1.input_layernorm.weight with shape [96] is missing",
    );
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let copy = Copy::of("llama-odd");
    copy.remove("config.json");
    let made = Command::new("mkfifo").arg(copy.folder.join("config.json")).status().unwrap();
    assert!(made.success());
    refused(&copy, "config.json: is not a file");
}

#[test]
fn requests_that_do_not_fit() {
    let copy = Copy::of("llama-odd");
    let (most, long) = (u32::MAX.to_string(), vec!["1"; 513].join(","));
    for (arguments, expected) in [
        (&["forward", copy.path(), "--tokens", "0,259"], "token 259 is not in the vocabulary of 259"),
        (&["forward", copy.path(), "--tokens", &most], "token 4294967295 is not in the vocabulary of 259"),
        (&["forward", copy.path(), "--tokens", &long], "513 tokens do not fit into a context of 512"),
        (&["generate", copy.path(), "--tokens", &long], "513 tokens do not fit into a context of 512"),
        (&["generate", copy.path(), "--tokens", "259"], "token 259 is not in the vocabulary of 259"),
    ] {
        fails(&[&arguments[..], &["--device", "cpu", "--json"]].concat(), expected);
    }
    let generate = ["generate", copy.path(), "--tokens", "1,2", "--device", "cpu"];
    for (option, value, expected) in [
        ("--max-tokens", "512", "513 tokens do not fit into a context of 512"),
        ("--max-tokens", "18446744073709551615", "18446744073709551615 tokens do not fit into a context of 512"),
        ("--context", "18446744073709551615", "a context of 18446744073709551615 is out of range"),
    ] {
        fails(&[&generate[..], &[option, value]].concat(), expected);
    }
    fails(&["generate", "/no/such/folder", "--tokens", "1", "--device", "cpu"], "cannot read /no/such/folder: ");
}

#[test]
#[cfg(target_os = "linux")]
fn a_gpu_where_there_is_none() {
    let golden = setup::golden("llama-odd");
    let arguments = ["generate", golden.to_str().unwrap(), "--tokens", "1", "--device", "gpu", "--json"];
    // Vulkan's loader looks for drivers where these say, and finds none.
    let without_drivers = |arguments: &[&str]| {
        let mut command = setup::command(arguments);
        command.env("VK_DRIVER_FILES", "/nonexistent").env("VK_ICD_FILENAMES", "/nonexistent");
        command.output().unwrap()
    };
    let message = message(&arguments, &without_drivers(&arguments));
    assert!(message.starts_with("no GPU adapter was found"), "{message}");
    // The default goes on without.
    let arguments = ["generate", golden.to_str().unwrap(), "--tokens", "1", "--max-tokens", "1", "--json"];
    let output = without_drivers(&arguments);
    assert!(output.status.success());
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["device"]["kind"], "cpu");
}

#[test]
fn warnings_are_told_where_there_is_no_error() {
    let copy = Copy::of("int4/gptq-act-order");
    let arguments = ["inspect", copy.path(), "--device", "cpu", "--json"];
    let output = setup::run(&arguments);
    let warnings = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.success() && warnings.starts_with("warning: ") && warnings.lines().count() == 1,
        "{warnings}"
    );
    copy.edit_json("config.json", |config| config["num_attention_heads"] = json!(0));
    refused(&copy, "config.json: num_attention_heads is 0");
}
