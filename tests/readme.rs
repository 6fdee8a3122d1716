//! The README's table of architectures: made of the registry and of the checkpoints that tests run. A cell names a task only
//! where a checkpoint of that architecture in that format is among what `tests/goldens.rs`, `tests/encoders.rs`, `tests/tasks.rs` and, in a
//! browser, `web/tests` walk through.
//!
//! `cargo xtask readme` writes it anew.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::{collections::BTreeSet, env, fs, path::PathBuf};

use kinglet::architecture::{Architecture, Head};
use kinglet_models::ARCHITECTURES;
use serde_json::Value;

const BEGIN: &str = "<!-- architectures: written by `cargo xtask readme` -->\n";
const END: &str = "<!-- end of architectures -->\n";

/// A checkpoint that tests run.
struct Checkpoint {
    class: String,
    /// What tests use it for.
    task: Option<String>,
    gguf: bool,
}

#[test]
fn the_table_of_architectures_is_what_tests_run() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(&file).unwrap();
    let (before, rest) = readme.split_once(BEGIN).unwrap();
    let (found, after) = rest.split_once(END).unwrap();
    let table = table();
    if env::var_os("KINGLET_WRITE_README").is_some() {
        fs::write(&file, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
        return;
    }
    assert!(found == table, "the table is stale: run `cargo xtask readme`\n\n{table}");
}

#[test]
fn every_architecture_is_tested() {
    let checkpoints = checkpoints();
    for architecture in ARCHITECTURES {
        for (class, _) in architecture.classes {
            // What was trained to fill in and to tell sentences apart fills in here, as its sister class does.
            let tested = checkpoints.iter().any(|it| it.class == *class) || class.ends_with("ForPreTraining");
            assert!(tested, "no checkpoint of {class} under tests/goldens");
        }
        let gguf = checkpoints.iter().any(|it| it.gguf && is_of(it, architecture));
        assert!(gguf || !architecture.has_gguf(), "no GGUF file of {}", architecture.title);
    }
}

fn table() -> String {
    let checkpoints = checkpoints();
    let mut table =
        "| architecture | safetensors | in a browser | GGUF | in a browser |\n|---|---|---|---|---|\n".to_owned();
    for architecture in ARCHITECTURES {
        let cell = |gguf: bool| {
            let of = checkpoints.iter().filter(|it| is_of(it, architecture) && (it.gguf || !gguf));
            let tested: BTreeSet<&str> = of.filter_map(|it| it.task.as_deref()).collect();
            let tasks = ["generate", "embed", "classify", "rerank", "tag", "answer", "fill"];
            let tasks: Vec<&str> = tasks.into_iter().filter(|task| tested.contains(task)).collect();
            if tasks.is_empty() { "–".to_owned() } else { tasks.join(", ") }
        };
        // Both walk through the same folders, and fail where one is missing.
        let (folders, files) = (cell(false), cell(true));
        table += &format!("| {} | {folders} | {folders} | {files} | {files} |\n", architecture.title);
    }
    table
}

fn is_of(checkpoint: &Checkpoint, architecture: &Architecture) -> bool {
    architecture.classes.iter().any(|(class, _)| *class == checkpoint.class)
}

fn checkpoints() -> Vec<Checkpoint> {
    let mut checkpoints = Vec::new();
    for folder in [support::golden(""), support::golden("encoders")] {
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let (path, name) = (entry.path(), entry.file_name().into_string().unwrap());
            if !path.join("golden.json").exists() {
                continue;
            }
            let config: Value = serde_json::from_slice(&fs::read(path.join("config.json")).unwrap()).unwrap();
            let class = config["architectures"][0].as_str().unwrap().to_owned();
            // What is made of texts is in the folder itself; decoders generate.
            let text = fs::read(path.join("text.json")).ok();
            let text: Option<Value> = text.map(|text| serde_json::from_slice(&text).unwrap());
            let task = match &text {
                Some(text) if text["task"].is_string() => text["task"].as_str().map(str::to_owned),
                _ => generates(&class).then(|| "generate".to_owned()),
            };
            let gguf = support::golden(&format!("gguf/{name}.gguf")).exists();
            checkpoints.push(Checkpoint { class, task, gguf });
        }
    }
    checkpoints
}

fn generates(class: &str) -> bool {
    ARCHITECTURES.iter().flat_map(|it| it.classes).any(|(known, head)| *known == class && *head == Head::Generate)
}
