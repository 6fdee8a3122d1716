//! Models from a hub and a web server on this machine, as the command gets them.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may")]

#[path = "../../kinglet-format/tests/support/hub.rs"]
mod hub;
mod setup;

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use hub::Hub;
use kinglet_format::{Checkpoint, Description, Source, gguf::GgufWriter};
use safetensors::{Dtype, SafeTensors, tensor::TensorView};
use serde_json::Value;
use setup::{command, golden, json, message};
use tempfile::TempDir;

const GOLDEN: &str = "llama-gqa-tied";
const MODEL: &str = "hf:birds/kinglet";
const WEIGHTS: &str = "model.safetensors";

/// A hub with a golden model, and an empty cache.
struct Place {
    hub: Hub,
    cache: TempDir,
    weights: Vec<u8>,
}

impl Place {
    fn new() -> Place {
        let hub = Hub::start();
        let file = |name: &str| fs::read(golden(GOLDEN).join(name)).unwrap();
        let (config, weights) = (file("config.json"), file(WEIGHTS));
        hub.publish("birds/kinglet", &[("config.json", &config), (WEIGHTS, &weights)]);
        hub.put("/models/config.json", &config);
        hub.put("/models/model.safetensors", &weights);
        Place { hub, cache: tempfile::tempdir().unwrap(), weights }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = command(arguments);
        for name in ["HF_HOME", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "KINGLET_HUB_VERIFY"] {
            command.env_remove(name);
        }
        command
            .env("HF_ENDPOINT", &self.hub.address)
            .env("HF_HUB_CACHE", self.cache.path())
            .env("HF_TOKEN", "hf_secret");
        command
    }

    fn generate(&self, place: &str) -> Command {
        self.command(&generate(place))
    }

    fn sent(&self) -> u64 {
        self.hub.sent(&Hub::blob(&self.weights))
    }

    fn incomplete(&self) -> PathBuf {
        let blobs = self.cache.path().join("models--birds--kinglet/blobs");
        blobs.join(format!("{}.incomplete", hub::sha256(&self.weights)))
    }
}

fn generate(place: &str) -> [&str; 9] {
    ["generate", place, "--tokens", "3,14,15", "--max-tokens", "8", "--device", "cpu", "--json"]
}

fn tokens(mut command: Command) -> Value {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice::<Value>(&output.stdout).unwrap()["tokens"].clone()
}

/// What the same model generates from its folder.
fn expected() -> Value {
    json(&generate(golden(GOLDEN).to_str().unwrap()))["tokens"].clone()
}

#[test]
fn a_model_comes_from_the_hub_once() {
    let place = Place::new();
    assert_eq!(tokens(place.generate(MODEL)), expected());
    assert_eq!(place.sent(), place.weights.len() as u64);
    assert!(place.hub.seen().iter().any(|request| request.token.is_some()));
    assert_eq!(tokens(place.generate("hf:birds/kinglet@main")), expected());
    assert_eq!(place.hub.seen().len(), 1);
    let mut offline = place.generate(MODEL);
    offline.env("HF_HUB_OFFLINE", "1");
    assert_eq!(tokens(offline), expected());
    assert!(place.hub.seen().is_empty());
}

#[test]
fn a_model_comes_from_a_web_server_and_leaves_nothing() {
    let place = Place::new();
    for path in ["/models", "/models/", "/models/model.safetensors"] {
        assert_eq!(tokens(place.generate(&format!("{}{path}", place.hub.address))), expected(), "{path}");
    }
    assert_eq!(fs::read_dir(place.cache.path()).unwrap().count(), 0);
}

#[test]
fn a_process_that_ends_leaves_what_the_next_one_goes_on_with() {
    let place = Place::new();
    place.hub.script(|request, reply| match request.is_cdn && request.range.is_none() {
        true => hub::Reply { hold: true, ..reply.cut(10_000) },
        false => reply,
    });
    let mut child = place.generate(MODEL).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    while !fs::metadata(place.incomplete()).is_ok_and(|metadata| metadata.len() == 10_000) {
        assert_eq!(child.try_wait().unwrap(), None);
        thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(tokens(place.generate(MODEL)), expected());
    assert_eq!(place.sent(), place.weights.len() as u64);
    assert!(!place.incomplete().exists());
}

#[test]
fn two_processes_at_once_fetch_once() {
    let place = Place::new();
    place.hub.script(|request, reply| match request.is_cdn {
        true => hub::Reply { delay: Duration::from_millis(300), ..reply },
        false => reply,
    });
    let spawn = || place.generate(MODEL).stdout(Stdio::piped()).spawn().unwrap();
    let expected = expected();
    for child in [spawn(), spawn()] {
        let output = child.wait_with_output().unwrap();
        assert_eq!(serde_json::from_slice::<Value>(&output.stdout).unwrap()["tokens"], expected);
    }
    assert_eq!(place.sent(), place.weights.len() as u64);
}

/// The weights of a golden model and what makes them longer than files that are fetched at once.
fn long_weights() -> Vec<u8> {
    let golden = fs::read(golden(GOLDEN).join(WEIGHTS)).unwrap();
    let golden = SafeTensors::deserialize(&golden).unwrap();
    let rest = vec![0; 2 << 20];
    let mut tensors = golden.tensors();
    tensors.push(("rest".to_owned(), TensorView::new(Dtype::U8, vec![rest.len()], &rest).unwrap()));
    safetensors::serialize(tensors, None).unwrap()
}

#[test]
fn weights_are_fetched_when_nothing_else_can_be_wrong() {
    let mut place = Place::new();
    place.weights = long_weights();
    let config = fs::read(golden(GOLDEN).join("config.json")).unwrap();
    place.hub.publish("birds/kinglet", &[("config.json", &config), (WEIGHTS, &place.weights)]);
    let to = tempfile::tempdir().unwrap();
    let at = |file: &str| to.path().join(file).to_str().unwrap().to_owned();
    let refused = |arguments: &[&str], expected: &str| {
        let message = message(arguments, &place.command(arguments).output().unwrap());
        assert!(message.contains(expected), "{arguments:?}: {message}");
    };
    let quantize = |to: &str, expected: &str| refused(&["quantize", MODEL, to, "--type", "F32", "--json"], expected);
    quantize(&at("model.bin"), "model.bin does not end in .gguf");
    quantize(&at("none/model.gguf"), "cannot write ");
    assert!(place.hub.seen().is_empty());
    fs::create_dir(at("taken.gguf.partial")).unwrap();
    quantize(&at("taken.gguf"), "cannot write ");

    fs::write(at("ids"), "1 2 3").unwrap();
    let other = golden("llama-odd");
    let eval = ["eval", MODEL, "--against", other.to_str().unwrap(), "--token-file", &at("ids"), "--device", "cpu"];
    refused(&eval, "the model has 256 tokens in its vocabulary and the reference 259");
    // Of the weights their table was read and no more.
    assert!(place.sent() < 1 << 20, "{}", place.sent());

    let file = at("model.gguf");
    let output = place.command(&["quantize", "HF:birds/kinglet", &file, "--type", "F32"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let checkpoint = pollster::block_on(Checkpoint::open(&Source::path(&file).unwrap())).unwrap();
    let Description::Gguf(metadata) = checkpoint.description() else { panic!("a GGUF file") };
    assert_eq!(metadata.text("general.name").unwrap(), Some("kinglet"));

    // What is read stays what it is, in the cache as anywhere.
    let small = fs::read(&file).unwrap();
    let commit = place.hub.publish("birds/wren", &[("wren.gguf", &small)]);
    let inspect = place.command(&["inspect", "hf:birds/wren", "--device", "cpu"]).output().unwrap();
    assert!(inspect.status.success());
    let cached = place.cache.path().join("models--birds--wren/snapshots").join(commit).join("wren.gguf");
    let onto_itself = ["quantize", "hf:birds/wren", cached.to_str().unwrap(), "--type", "F16"];
    refused(&onto_itself, "is the model that is read: write to another file");
    assert_eq!(fs::read(&cached).unwrap(), small);
}

#[test]
fn a_template_comes_from_where_models_do() {
    let place = Place::new();
    let template = b"{{ bos_token }}{{ messages[0].content }}";
    let config = br#"{"bos_token": "<s>"}"#;
    let gguf = {
        let mut writer = GgufWriter::new();
        writer.value("tokenizer.ggml.model", "gpt2").value("tokenizer.ggml.bos_token_id", 0_u32);
        writer.texts("tokenizer.ggml.tokens", ["<s>"]);
        writer.value("tokenizer.chat_template", "{{ bos_token }}{{ messages[0].content }}");
        writer.header("wren.gguf").unwrap()
    };
    place.hub.publish("birds/robin", &[("chat_template.jinja", template), ("tokenizer_config.json", config)]);
    place.hub.publish("birds/wren", &[("wren.gguf", &gguf)]);
    place.hub.put("/robin/chat_template.jinja", template);
    place.hub.put("/robin/tokenizer_config.json", config);
    place.hub.put("/wren.gguf", &gguf);
    let chat = place.cache.path().join("chat.json");
    fs::write(&chat, r#"{"messages": [{"role": "user", "content": "Hi"}]}"#).unwrap();
    let address = &place.hub.address;
    for model in ["hf:birds/robin", "hf:birds/wren:wren", &format!("{address}/robin"), &format!("{address}/wren.gguf")]
    {
        let output = place.command(&["template", model, "--chat", chat.to_str().unwrap()]).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!((String::from_utf8_lossy(&output.stdout).as_ref(), errors.as_ref()), ("<s>Hi", ""), "{model}");
    }
}

#[test]
fn what_cannot_be_had_is_said_on_one_line() {
    let place = Place::new();
    for (text, expected) in [
        ("hf:birds/robin", "hf:birds/robin: not found: the server answers 404"),
        ("hf:birds/kinglet:Q4_0", "hf:birds/kinglet: no GGUF model in it is called like Q4_0; there are: none"),
        ("hf:kinglet", "hf:kinglet: no model of the hub is called so: write hf:org/name[:file][@revision]"),
        ("s3://birds/kinglet", "s3://birds/kinglet: neither a path nor http(s):// nor hf:org/name"),
    ] {
        let arguments = ["inspect", text, "--device", "cpu"];
        let output = place.command(&arguments).output().unwrap();
        assert_eq!(message(&arguments, &output), expected);
    }
}
