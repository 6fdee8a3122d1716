//! Vocabularies of published models against the encodings that come with them, their chat templates against what
//! transformers renders, and sentences against what it makes of them with a published model.
//!
//! `cargo xtask test --real` fetches them and runs this; without them there is nothing to test.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use kinglet::{
    ChatTemplate, Conversation, DeviceChoice, EmbedOptions, EncodeOptions, EngineOptions, LoadOptions, LocalTime,
    Quant, Source, SpecialText, Tokenizer, blocking::Engine,
};
use safetensors::SafeTensors;
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The folder with the vocabularies, and one of templates in it.
const FOLDER: &str = "KINGLET_VOCABULARIES";

/// Stands between texts.
const SEPARATOR: &str = "\n__ggml_vocab_test__\n";

/// Vocabularies with expected encodings that are not the ones that Kinglet makes, and why.
const EXPECTED_FAILURES: &[(&str, &str)] = &[];

#[test]
fn published_vocabularies_encode_as_expected() {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else {
        eprintln!("skipped: {FOLDER} names no folder; `cargo xtask test --real` fetches the vocabularies");
        return;
    };
    let mut files: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "gguf"));
    files.sort_unstable();
    let mut faults = Vec::new();
    let mut encoded = 0;
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let known = EXPECTED_FAILURES.iter().find(|(known, _)| *known == name);
        match (check(file), known) {
            (Ok(texts), None) => encoded += texts,
            (Ok(_), Some((_, why))) => faults.push(format!("{name} passes, and was expected not to: {why}")),
            (Err(fault), None) => faults.push(format!("{name}: {fault}")),
            (Err(_), Some(_)) => {}
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    println!("{} vocabularies, {encoded} texts with expected encodings", files.len());
    assert!(files.len() >= 19 && encoded >= 690, "{} vocabularies with {encoded} texts", files.len());
}

/// How many texts were encoded as expected. A vocabulary without them must at least give back what it is given.
fn check(file: &Path) -> Result<usize, String> {
    let source = Source::path(file).map_err(|error| error.to_string())?;
    let tokenizer = kinglet::blocking::open_tokenizer(&source).map_err(|error| error.to_string())?;
    let beside = |extension: &str| fs::read_to_string(format!("{}.{extension}", file.display())).ok();
    let (Some(texts), Some(expected)) = (beside("inp"), beside("out")) else {
        let text = "Hello world, 3 birds: été!";
        let ids = tokenizer.encode(text, EncodeOptions::PLAIN).map_err(|error| error.to_string())?.ids;
        let decoded = tokenizer.decode(&ids, SpecialText::Skip).map_err(|error| error.to_string())?;
        return if decoded == text { Ok(0) } else { Err(format!("{text:?} becomes {ids:?}, which is {decoded:?}")) };
    };
    let texts: Vec<&str> = texts.split(SEPARATOR).collect();
    let expected: Vec<&str> = expected.lines().collect();
    // Nothing follows the last separator.
    if texts.len() != expected.len() && texts.len() != expected.len() + 1 {
        return Err(format!("{} texts and {} encodings", texts.len(), expected.len()));
    }
    for (text, expected) in texts.iter().zip(&expected) {
        check_text(&tokenizer, text, expected)?;
    }
    Ok(expected.len())
}

fn check_text(tokenizer: &Tokenizer, text: &str, expected: &str) -> Result<(), String> {
    let expected: Vec<u32> = expected.split_whitespace().map(|id| id.parse().unwrap()).collect();
    let encoding = tokenizer.encode(text, EncodeOptions::PLAIN).map_err(|error| error.to_string())?;
    if encoding.ids != expected {
        return Err(format!("{text:?} becomes {:?}, and should become {expected:?}", encoding.ids));
    }
    let whole = tokenizer.decode(&expected, SpecialText::Skip).map_err(|error| error.to_string())?;
    let mut stream = tokenizer.decode_stream(SpecialText::Skip);
    let mut streamed = String::new();
    for id in expected {
        streamed += &stream.push(id).map_err(|error| error.to_string())?.unwrap_or_default();
    }
    streamed += &stream.finish().unwrap_or_default();
    if streamed == whole { Ok(()) } else { Err(format!("{whole:?} comes as {streamed:?}")) }
}

#[test]
fn published_chat_templates_render_as_transformers_renders_them() {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else {
        eprintln!("skipped: {FOLDER} names no folder; `cargo xtask test --real` fetches the templates");
        return;
    };
    let references = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/kinglet-text/tests/templates");
    let reference =
        |name: &str| -> Value { serde_json::from_str(&fs::read_to_string(references.join(name)).unwrap()).unwrap() };
    let (chats, published) = (reference("chats.json"), reference("published.json"));
    let mut faults = Vec::new();
    let mut rendered = 0;
    for (file, expected) in published.as_object().unwrap() {
        let source = fs::read_to_string(folder.join("templates").join(file)).unwrap();
        let template = ChatTemplate::new(&source).map_err(|error| error.to_string());
        let mut expected = expected.as_str().unwrap().split(' ');
        for (name, chat) in chats.as_object().unwrap() {
            for add_generation_prompt in [true, false] {
                let text = template.clone().and_then(|template| render(&template, chat, add_generation_prompt));
                let found = text.as_ref().map_or("error".to_owned(), |text| digest(text));
                if Some(&*found) != expected.next() {
                    faults.push(format!("{file}, chat {name}, generation prompt {add_generation_prompt}: {text:?}"));
                }
                rendered += 1;
            }
        }
    }
    assert!(faults.is_empty(), "{} of {rendered} differ from transformers:\n{}", faults.len(), faults.join("\n"));
    println!("{} chat templates, {rendered} renderings", published.as_object().unwrap().len());
    assert!(rendered >= 2300, "{rendered} renderings");
}

fn render(template: &ChatTemplate, chat: &Value, add_generation_prompt: bool) -> Result<String, String> {
    let list = |name: &str| chat.get(name).map(|items| items.as_array().unwrap().clone());
    let messages = list("messages").unwrap().into_iter().map(|message| message.as_object().unwrap().clone());
    let tokens = [("bos_token", "<s>"), ("eos_token", "</s>")];
    let chat = Conversation {
        messages: messages.collect(),
        tools: list("tools"),
        documents: list("documents"),
        add_generation_prompt,
        extra: tokens.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect(),
        // When the script of the references stops the clock.
        now: Some(LocalTime { year: 2026, month: 3, day: 5, hour: 1, minute: 2, second: 3, microsecond: 0 }),
    };
    template.render(&chat).map(|rendered| rendered.text).map_err(|error| error.to_string())
}

/// As the script shortens it.
fn digest(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The folder of all-MiniLM-L6-v2.
const MINILM: &str = "KINGLET_MINILM";

#[test]
fn a_published_model_embeds_sentences_as_transformers_does() {
    let Some(folder) = env::var_os(MINILM).map(PathBuf::from) else {
        eprintln!("skipped: {MINILM} names no folder; `cargo xtask test --real` fetches the model");
        return;
    };
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens/encoders/all-minilm-l6-v2");
    let facts: Value = serde_json::from_slice(&fs::read(golden.join("sentences.json")).unwrap()).unwrap();
    let sentences = facts["sentences"].as_array().unwrap();
    let texts: Vec<&str> = sentences.iter().map(|sentence| sentence["text"].as_str().unwrap()).collect();
    let tensors = fs::read(golden.join("embeddings.safetensors")).unwrap();
    let tensors = SafeTensors::deserialize(&tensors).unwrap();
    let (_, tensor) = tensors.iter().next().unwrap();
    let expected: Vec<f32> = tensor.data().as_chunks().0.iter().map(|word| f32::from_le_bytes(*word)).collect();
    assert_eq!(texts.len(), 50);

    let mut devices = vec![DeviceChoice::Cpu];
    let gpu = EngineOptions { device: DeviceChoice::Gpu, ..EngineOptions::default() };
    let required = env::var("KINGLET_REQUIRE_GPU").is_ok_and(|value| value == "1");
    if required || Engine::new(gpu).is_ok() {
        devices.push(DeviceChoice::Gpu);
    }
    for device in devices {
        for (quant, gate) in [(Quant::Keep, 0.9999), (Quant::Q8, 0.999)] {
            let engine = Engine::new(EngineOptions { device, ..EngineOptions::default() }).unwrap();
            let options = LoadOptions { quant, ..LoadOptions::default() };
            let model = engine.load(&Source::path(&folder).unwrap(), options).unwrap();
            let found = model.embedder(EmbedOptions::default()).unwrap().embed(&texts).unwrap();
            let cosines = found.iter().zip(expected.chunks_exact(384)).map(|(found, expected)| {
                let product =
                    |a: &[f32], b: &[f32]| -> f64 { a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum() };
                let found = found.vector();
                product(found, expected) / (product(found, found) * product(expected, expected)).sqrt()
            });
            let worst = cosines.fold(1.0, f64::min);
            println!("{:?} {}: the least cosine of 50 is {worst:.7}", device, quant.name());
            assert!(worst >= gate, "{device:?} {}: {worst}, gate {gate}", quant.name());
            for (found, sentence) in found.iter().zip(sentences) {
                assert_eq!(found.tokens, sentence["ids"].as_array().unwrap().len(), "{}", sentence["text"]);
            }
            assert!(found.iter().any(|embedding| embedding.truncated));
        }
    }
}
