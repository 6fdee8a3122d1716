//! Tokenizers of Hugging Face folders in GGUF files.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may")]

use kinglet_format::{
    Checkpoint, Description, FormatError, Metadata, Source, TokenizerKind,
    gguf::{GgufWriter, Value, Vocabulary},
};
use pollster::block_on;
use serde_json::{Value as Json, json};

const SPLIT: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

fn tokenizer() -> Json {
    json!({
        "added_tokens": [
            {"id": 4, "content": "<s>", "special": true},
            {"id": 5, "content": "<tool>", "special": false},
            {"id": 6, "content": "</s>", "special": true}
        ],
        "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
            {"type": "Split", "pattern": {"Regex": SPLIT}, "behavior": "Isolated", "invert": false},
            {"type": "ByteLevel", "use_regex": false}
        ]},
        "post_processor": {"type": "Sequence", "processors": [
            {"type": "ByteLevel"},
            {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}}]}
        ]},
        "model": {
            "type": "BPE", "ignore_merges": true, "vocab": {"a": 0, "b": 1, "ab": 2, "\u{120}": 3},
            "merges": [["a", "b"], ["a ", "b"]]
        }
    })
}

/// What the files say of their tokenizer, and what a GGUF file made of it says, for a model with this many tokens.
fn convert(files: &[(&str, &str)], rows: usize) -> Result<(Vec<String>, Checkpoint), FormatError> {
    let config = r#"{"architectures": ["x"], "bos_token_id": 0, "eos_token_id": [1, 6, 2, 3]}"#;
    let table = br#"{"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}"#;
    let weights = [&(table.len() as u64).to_le_bytes()[..], table, &[0; 4]].concat();
    let mut all = vec![("config.json".to_owned(), config.as_bytes().to_vec().into())];
    all.push(("model.safetensors".to_owned(), weights.into()));
    all.extend(files.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec().into())));
    let checkpoint = block_on(Checkpoint::open(&Source::memory(all)))?;
    let vocabulary = block_on(Vocabulary::read(&checkpoint, rows))?;
    let mut writer = GgufWriter::new();
    vocabulary.write(&mut writer);
    let file = writer.header("a.gguf")?;
    let checkpoint = block_on(Checkpoint::open(&Source::memory(vec![("a.gguf".to_owned(), file.into())])))?;
    Ok((vocabulary.warnings().to_vec(), checkpoint))
}

fn metadata(checkpoint: &Checkpoint) -> &Metadata {
    match checkpoint.description() {
        Description::Gguf(metadata) => metadata,
        Description::HuggingFace(_) => panic!("a GGUF file"),
    }
}

#[test]
fn byte_level_bpe_is_kept() {
    let side =
        json!({"bos_token": "<s>", "eos_token": {"content": "</s>"}, "chat_template": "{{x}}", "add_bos_token": false});
    let files = [("tokenizer.json", &*tokenizer().to_string()), ("tokenizer_config.json", &*side.to_string())];
    let (warnings, checkpoint) = convert(&files, 8).unwrap();
    let end_tokens = checkpoint.end_tokens().unwrap().unwrap();
    assert_eq!((end_tokens, checkpoint.tokenizer()), (vec![6, 1, 2], Some(&TokenizerKind::Gguf("gpt2".to_owned()))));
    assert_eq!(warnings, ["the file has no place for more than three end tokens: lost 3"]);
    let metadata = metadata(&checkpoint);
    let texts = |key: &str| metadata.texts(key).unwrap().unwrap().iter().collect::<Vec<_>>();
    assert_eq!(texts("tokenizer.ggml.tokens"), ["a", "b", "ab", "Ġ", "<s>", "<tool>", "</s>", "[PAD7]"]);
    assert_eq!(texts("tokenizer.ggml.merges"), ["a b", "aĠ b"]);
    let types: Vec<_> = metadata.array("tokenizer.ggml.token_type").unwrap().unwrap().iter().collect();
    assert_eq!(types, [1, 1, 1, 1, 3, 4, 3, 5].map(Value::I32));
    assert_eq!(metadata.text("tokenizer.ggml.pre").unwrap(), Some("llama-bpe"));
    assert_eq!(metadata.text("tokenizer.chat_template").unwrap(), Some("{{x}}"));
    assert_eq!(metadata.token("tokenizer.ggml.bos_token_id").unwrap(), Some(4));
    // What tokenizer_config.json says of the first token goes before what tokenizer.json does.
    assert_eq!(metadata.flag("tokenizer.ggml.add_bos_token").unwrap(), Some(false));
    assert_eq!(metadata.flag("tokenizer.ggml.add_eos_token").unwrap(), Some(false));
}

#[test]
fn what_is_not_kept_is_said() {
    let lost = |files: &[(&str, &str)], rows| {
        let (warnings, checkpoint) = convert(files, rows).unwrap();
        assert_eq!(metadata(&checkpoint).text("tokenizer.ggml.model").unwrap(), Some("no_vocab"));
        assert_eq!(checkpoint.tokenizer(), None);
        warnings.into_iter().next().unwrap()
    };
    assert!(lost(&[], 8).contains("the model has no tokenizer"));
    assert!(lost(&[("tokenizer.model", "x")], 8).contains("tokenizer.model is SentencePiece's"));
    let unigram = json!({"model": {"type": "Unigram", "vocab": []}}).to_string();
    assert!(lost(&[("tokenizer.json", &unigram)], 8).contains("tokenizer.json holds a Unigram model"));
    let mut other = tokenizer();
    other["pre_tokenizer"] = json!({"type": "Metaspace"});
    assert!(lost(&[("tokenizer.json", &other.to_string())], 8).contains("is not byte-level"));
    let few = lost(&[("tokenizer.json", &tokenizer().to_string())], 6);
    assert!(few.contains("tokenizer.json has token 6, and the model only 6 rows of embeddings"), "{few}");

    let mut odd = tokenizer();
    odd["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"] = json!(".");
    let (warnings, checkpoint) = convert(&[("tokenizer.json", &odd.to_string())], 8).unwrap();
    assert!(warnings[0].contains("has no name in GGUF files"), "{warnings:?}");
    assert_eq!(metadata(&checkpoint).text("tokenizer.ggml.pre").unwrap(), Some("default"));
}

#[test]
fn damaged_tokenizers_are_errors_on_one_line() {
    let error = |text: &str| convert(&[("tokenizer.json", text)], 8).unwrap_err().to_string();
    let mut broken = tokenizer();
    broken["model"]["vocab"]["a"] = json!("x\ny");
    assert_eq!(
        error(&broken.to_string()),
        "tokenizer.json: model is something else at line 1, expected a BPE with vocab and merges"
    );
    let text = tokenizer().to_string();
    for end in (0..text.len()).step_by(7).filter(|&end| text.is_char_boundary(end)) {
        let error = error(&text[..end]);
        assert!(error.contains("tokenizer.json") && error.lines().count() == 1, "{end}: {error}");
    }
}
