//! `kinglet tokenize`: tokenizers of folders and of GGUF files that hold nothing else.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod setup;

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Output, Stdio},
};

use kinglet_format::gguf::{GgufWriter, Value, ValueType};
use serde_json::json as value;
use setup::{Copy, command, json, message, run, text};

/// A folder with a `tokenizer.json` and nothing else.
fn folder(name: &str) -> Copy {
    let copy = empty();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../kinglet-text/tests/tokenizers").join(name);
    copy.write("tokenizer.json", fs::read(file).unwrap());
    copy
}

fn empty() -> Copy {
    let copy = Copy::of("llama-odd");
    fs::read_dir(&copy.folder).unwrap().for_each(|file| fs::remove_file(file.unwrap().path()).unwrap());
    copy
}

/// A GGUF file with a vocabulary, and what else `add` writes.
fn gguf(model: &str, tokens: &[&str], types: &[i32], add: impl FnOnce(&mut GgufWriter)) -> (Copy, String) {
    let mut writer = GgufWriter::new();
    writer.value("tokenizer.ggml.model", model);
    writer.texts("tokenizer.ggml.tokens", tokens.iter().copied());
    writer.array("tokenizer.ggml.token_type", ValueType::I32, types.iter().map(|&number| Value::I32(number)));
    add(&mut writer);
    let copy = empty();
    copy.write("vocab.gguf", writer.header("vocab.gguf").unwrap());
    let path = copy.folder.join("vocab.gguf").to_str().unwrap().to_owned();
    (copy, path)
}

fn scores(writer: &mut GgufWriter, scores: &[f32]) {
    writer.array("tokenizer.ggml.scores", ValueType::F32, scores.iter().map(|&score| Value::F32(score)));
}

fn with_input(arguments: &[&str], input: &str) -> Output {
    let mut command = command(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // The command may end before it has read everything.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

#[test]
fn a_folder_with_a_tokenizer_is_enough() {
    let copy = folder("byte_level.json");
    let tokenize = |arguments: &[&str]| json(&[&["tokenize", copy.path(), "--json"], arguments].concat());
    let ids = tokenize(&["--text", "A kinglet</s>"])["ids"].clone();
    let file = copy.folder.join("tokenizer.json");
    assert_eq!(json(&["tokenize", file.to_str().unwrap(), "--json", "--text", "A kinglet</s>"])["ids"], ids);
    let plain = tokenize(&["--text", "A kinglet</s>", "--no-special"])["ids"].clone();
    let (ids, plain) = (ids.as_array().unwrap(), plain.as_array().unwrap());
    assert_eq!((&ids[0], &ids[ids.len() - 2], &ids[ids.len() - 1]), (&value!(1), &value!(2), &value!(2)));
    assert!(plain.len() > ids.len() - 3 && !plain.contains(&value!(2)), "{plain:?}");
    for (ids, expected) in [(ids, "A kinglet"), (plain, "A kinglet</s>")] {
        let list: Vec<String> = ids.iter().map(ToString::to_string).collect();
        assert_eq!(tokenize(&["--decode", "--tokens", &list.join(",")]), value!({"text": expected}));
    }
    let table = text(&["tokenize", copy.path(), "--text", " a"]);
    assert!(table.starts_with("token  text\n") && table.contains("  \"a\"") && table.contains("<s>"), "{table}");
    assert_eq!(tokenize(&["--text", "", "--no-special"]), value!({"ids": []}));
    assert_eq!(tokenize(&["--text", "--text", "--no-special"]), tokenize(&["--text=--text", "--no-special"]));
}

#[test]
fn each_line_is_answered_by_one() {
    let copy = folder("unigram.json");
    let output = with_input(&["tokenize", copy.path(), "--jsonl"], "\"a\\nb\"\n\"\"\n\"\\ud83d\\udc26\"");
    assert!(output.status.success());
    let lines: Vec<serde_json::Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0], json(&["tokenize", copy.path(), "--json", "--text", "a\nb"]));
    assert_eq!(lines[1], value!({"ids": [1, 2]}));
    let output = with_input(&["tokenize", copy.path(), "--jsonl"], "\"a\"\nb\n");
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("line 2 of standard input is not a JSON string"), "{error}");
    assert_eq!((output.status.code(), output.stdout.iter().filter(|byte| **byte == b'\n').count()), (Some(1), 1));
}

#[test]
fn gguf_files_may_hold_a_vocabulary_alone() {
    let byte_level = gguf("gpt2", &["a", "b", "Ġa", "ab", "Ġ", "<s>"], &[1, 1, 1, 1, 1, 3], |writer| {
        writer.value("tokenizer.ggml.pre", "gpt-2").value("tokenizer.ggml.bos_token_id", 5_u32);
        writer.value("tokenizer.ggml.add_bos_token", true);
        writer.texts("tokenizer.ggml.merges", ["Ġ a", "a b"]);
    });
    let characters = gguf("gemma4", &["<bos>", "a", "▁", "▁a", "<0x62>"], &[3, 1, 1, 1, 6], |writer| {
        writer.value("tokenizer.ggml.bos_token_id", 0_u32);
        writer.texts("tokenizer.ggml.merges", ["▁ a"]);
    });
    let scored = gguf("llama", &["<unk>", "<s>", "</s>", "▁a", "▁", "a", "b"], &[2, 3, 3, 1, 1, 1, 1], |writer| {
        scores(writer, &[0.0, 0.0, 0.0, -1.0, -2.0, -3.0, -4.0]);
    });
    let word_piece = gguf("bert", &["[UNK]", "[CLS]", "[SEP]", "▁a", "b"], &[3, 3, 3, 1, 1], |writer| {
        for (id, name) in (0_u32..).zip(["unknown", "cls", "seperator"]) {
            writer.value(&format!("tokenizer.ggml.{name}_token_id"), id);
        }
    });
    let unigram = gguf("t5", &["<pad>", "</s>", "<unk>", "▁a", "b", "▁"], &[3, 3, 2, 1, 1, 1], |writer| {
        scores(writer, &[0.0, 0.0, 0.0, -1.0, -2.0, -3.0]);
        writer.value("tokenizer.ggml.add_space_prefix", true);
    });
    for ((_copy, path), ids, plain, decoded) in [
        (byte_level, value!([5, 3, 2]), value!([3, 2]), "ab a"),
        (characters, value!([0, 1, 4, 3]), value!([1, 4, 3]), "ab a"),
        (scored, value!([1, 3, 6, 3]), value!([3, 6, 3]), "ab a"),
        (word_piece, value!([1, 3, 4, 3, 2]), value!([3, 4, 3]), "ab a"),
        (unigram, value!([3, 4, 3, 1]), value!([3, 4, 3]), "ab a"),
    ] {
        assert_eq!(json(&["tokenize", &path, "--json", "--text", "ab a"]), value!({ "ids": ids }), "{path}");
        let found = json(&["tokenize", &path, "--json", "--text", "ab a", "--no-special"]);
        assert_eq!(found, value!({ "ids": plain }));
        let list: Vec<String> = ids.as_array().unwrap().iter().map(ToString::to_string).collect();
        let found = json(&["tokenize", &path, "--json", "--decode", "--tokens", &list.join(",")]);
        assert_eq!(found, value!({ "text": decoded }));
    }
}

/// A model whose configuration names other tokens for the ends of a text than its tokenizer puts there.
#[test]
fn a_quantized_model_has_the_tokens_of_its_folder() {
    let (copy, tokenizer) = (Copy::of("llama-sharded-bf16"), folder("byte_level.json"));
    copy.write("tokenizer.json", fs::read(tokenizer.folder.join("tokenizer.json")).unwrap());
    // The first 300 of its tokens, which the model has rows for.
    copy.edit_json("tokenizer.json", |json| {
        json["added_tokens"].as_array_mut().unwrap().retain(|token| token["id"].as_u64() < Some(300));
        let vocab = json["model"]["vocab"].as_object_mut().unwrap();
        vocab.retain(|_, id| id.as_u64() < Some(300));
        let known: Vec<String> = vocab.keys().cloned().collect();
        let merges = json["model"]["merges"].as_array_mut().unwrap();
        merges.retain(|pair| known.contains(&[&pair[0], &pair[1]].map(|part| part.as_str().unwrap()).concat()));
    });
    copy.edit_json("config.json", |config| {
        config["bos_token_id"] = value!(7);
        config["eos_token_id"] = value!(8);
    });
    let file = copy.folder.join("model.gguf").to_str().unwrap().to_owned();
    json(&["quantize", copy.path(), &file, "--type", "F32", "--json"]);
    let ids = |model: &str| json(&["tokenize", model, "--text", "A kinglet", "--json"])["ids"].clone();
    let found = ids(copy.path());
    assert_eq!((&found[0], found.as_array().unwrap().last()), (&value!(1), Some(&value!(2))), "{found}");
    assert_eq!(ids(&file), found);
}

#[test]
fn what_cannot_be_is_said_in_a_line() {
    let tokens = ["a", "b"];
    let (_plain, unknown_kind) = gguf("rwkv", &tokens, &[1, 1], |_| {});
    let (_named, unknown_name) = gguf("gpt2", &tokens, &[1, 1], |writer| {
        writer.value("tokenizer.ggml.pre", "magpie").texts("tokenizer.ggml.merges", ["a b"]);
    });
    let (_short, few_types) = gguf("gpt2", &tokens, &[1], |_| {});
    let (_typed, wrong_scores) = gguf("llama", &tokens, &[1, 1], |writer| {
        writer.texts("tokenizer.ggml.scores", ["a", "b"]);
    });
    let (_bare, no_vocabulary) = gguf("no_vocab", &[], &[], |_| {});
    let copy = folder("word_piece.json");
    let broken = empty();
    broken.write("tokenizer.json", "{\"model\": 1}");
    let other = empty();
    other.write("tokenizer.json", "{\"model\": {\"type\": \"Magpie\"}}");
    let nothing = empty();
    let sentence_piece = empty();
    sentence_piece.write("tokenizer.model", "x");
    for (arguments, expected) in [
        (vec!["tokenize", &unknown_kind, "--text", "a"], "a vocabulary of the kind rwkv is not supported"),
        (vec!["tokenize", &unknown_name, "--text", "a"], "the pre-tokenizer magpie is not known"),
        (vec!["tokenize", &few_types, "--text", "a"], "has 2 tokens and 1 token types"),
        (vec!["tokenize", &wrong_scores, "--text", "a"], "tokenizer.ggml.scores is an array of other values"),
        (vec!["tokenize", &no_vocabulary, "--text", "a"], "vocab.gguf has no tokenizer (no_vocab)"),
        (vec!["tokenize", copy.path(), "--decode", "--tokens", "9999"], "token 9999 is not in the vocabulary"),
        (vec!["tokenize", copy.path(), "--decode"], "--tokens"),
        (vec!["tokenize", copy.path()], "give --text TEXT"),
        (vec!["tokenize", copy.path(), "--text", "a", "--jsonl"], "cannot be used with"),
        (vec!["tokenize", broken.path(), "--text", "a"], "tokenizer.json: "),
        (vec!["tokenize", other.path(), "--text", "a"], "tokenizer.json: its model Magpie is not supported"),
        (vec!["tokenize", nothing.path(), "--text", "a"], "no tokenizer.json in"),
        (vec!["tokenize", sentence_piece.path(), "--text", "a"], "tokenizer.model: is SentencePiece's own format"),
    ] {
        let error = message(&arguments, &run(&arguments));
        assert!(error.contains(expected), "{error}");
    }
}
