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
fn convert<T: AsRef<[u8]> + ?Sized>(
    files: &[(&str, &T)],
    rows: usize,
) -> Result<(Vec<String>, Checkpoint), FormatError> {
    let config = r#"{"architectures": ["x"], "bos_token_id": 0, "eos_token_id": [1, 6, 2, 3]}"#;
    let table = br#"{"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}"#;
    let weights = [&(table.len() as u64).to_le_bytes()[..], table, &[0; 4]].concat();
    let mut all = vec![("config.json".to_owned(), config.as_bytes().to_vec().into())];
    all.push(("model.safetensors".to_owned(), weights.into()));
    all.extend(files.iter().map(|(name, text)| ((*name).to_owned(), text.as_ref().to_vec().into())));
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
fn what_stands_around_texts_is_kept() {
    let keys = |post_processor: Json| {
        let mut tokenizer = tokenizer();
        tokenizer["post_processor"] = post_processor;
        tokenizer["normalizer"] = json!({"type": "NFC"});
        let side = json!({"sep_token": "</s>", "mask_token": "<tool>"}).to_string();
        let files = [("tokenizer.json", &*tokenizer.to_string()), ("tokenizer_config.json", &*side)];
        let (warnings, checkpoint) = convert(&files, 8).unwrap();
        assert!(warnings.iter().any(|warning| warning.ends_with("normalizes texts (NFC)")), "{warnings:?}");
        let metadata = metadata(&checkpoint);
        let id = |key: &str| metadata.token(&format!("tokenizer.ggml.{key}_token_id")).unwrap();
        assert_eq!((id("seperator"), id("mask")), (Some(6), Some(5)));
        ["add_bos_token", "add_eos_token", "add_sep_token"]
            .map(|key| metadata.flag(&format!("tokenizer.ggml.{key}")).unwrap())
    };
    let special = |token: &str| json!({"SpecialToken": {"id": token}});
    let text = |id: &str| json!({"Sequence": {"id": id}});
    let template = |between: &[Json]| {
        let pair = [&[special("<s>"), text("A")], between, &[text("B"), special("</s>")]].concat();
        json!({"type": "TemplateProcessing", "single": [special("<s>"), text("A"), special("</s>")], "pair": pair})
    };
    // ModernBERT's form, RoBERTa's, and a tokenizer that adds nothing.
    assert_eq!(keys(template(&[special("</s>")])), [Some(true), Some(true), Some(false)]);
    assert_eq!(keys(template(&[special("</s>"), special("</s>")])), [Some(true), Some(true), Some(true)]);
    assert_eq!(keys(Json::Null), [Some(false), Some(false), None]);
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
    assert!(lost(&[("tokenizer.model", "x")], 8).contains("tokenizer.model is no BPE of SentencePiece's"));
    let unigram = json!({"model": {"type": "Unigram", "vocab": []}}).to_string();
    assert!(lost(&[("tokenizer.json", &unigram)], 8).contains("tokenizer.json holds a Unigram model"));
    let mut other = tokenizer();
    other["pre_tokenizer"] = json!({"type": "Metaspace"});
    assert!(lost(&[("tokenizer.json", &other.to_string())], 8).contains("is neither byte-level nor SentencePiece's"));
    let few = lost(&[("tokenizer.json", &tokenizer().to_string())], 6);
    assert!(few.contains("tokenizer.json has token 6, and the model only 6 rows of embeddings"), "{few}");
    let (_, checkpoint) = convert(&[("tokenizer.json", &tokenizer().to_string())], 6).unwrap();
    assert_eq!(metadata(&checkpoint).flag("tokenizer.ggml.add_bos_token").unwrap(), None);

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

/// A field of a protocol buffer whose value has a length.
fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2, u8::try_from(bytes.len()).unwrap()], bytes].concat()
}

fn piece(text: &str, score: f32, kind: u8) -> Vec<u8> {
    let score = [&[2 << 3 | 5][..], &score.to_le_bytes()].concat();
    field(1, &[field(1, text.as_bytes()), score, vec![3 << 3, kind]].concat())
}

/// What SentencePiece writes, but for what nobody reads.
fn sentence_piece(space_prefix: u8) -> Vec<u8> {
    let pieces = [
        piece("<unk>", 0.0, 2),
        piece("<s>", 0.0, 3),
        piece("<0x0A>", 0.0, 6),
        piece("\u{2581}a", -1.0, 1),
        piece("b", -2.0, 1),
    ];
    let trainer = field(2, &[3 << 3, 2]);
    [pieces.concat(), trainer, field(3, &[3 << 3, space_prefix])].concat()
}

fn tokens(metadata: &Metadata) -> Vec<(String, i32, f32)> {
    let texts = metadata.texts("tokenizer.ggml.tokens").unwrap().unwrap();
    let types = metadata.array("tokenizer.ggml.token_type").unwrap().unwrap();
    let scores = metadata.array("tokenizer.ggml.scores").unwrap().unwrap();
    let numbers = types.iter().zip(scores.iter()).map(|numbers| match numbers {
        (Value::I32(kind), Value::F32(score)) => (kind, score),
        other => panic!("{other:?}"),
    });
    texts.iter().zip(numbers).map(|(text, (kind, score))| (text.to_owned(), kind, score)).collect()
}

fn owned(tokens: &[(&str, i32, f32)]) -> Vec<(String, i32, f32)> {
    tokens.iter().map(|&(text, kind, score)| (text.to_owned(), kind, score)).collect()
}

#[test]
fn sentence_piece_is_kept() {
    let side = json!({"bos_token": "<s>", "unk_token": "<unk>", "add_bos_token": true, "added_tokens_decoder": {
        "0": {"content": "<unk>", "special": true}, "5": {"content": "\u{2581}x", "special": false},
        "6": {"content": "<end>", "special": true}, "8": {"content": "<far>", "special": true}
    }})
    .to_string();
    for prefix in [0, 1] {
        let model = sentence_piece(prefix);
        let files = [("tokenizer.model", &*model), ("tokenizer_config.json", side.as_bytes())];
        let (warnings, checkpoint) = convert(&files, 8).unwrap();
        assert_eq!(checkpoint.tokenizer(), Some(&TokenizerKind::Gguf("llama".to_owned())));
        assert_eq!(warnings[0], "1 added tokens are lost: the model has 8 rows of embeddings");
        let metadata = metadata(&checkpoint);
        let expected = [
            ("<unk>", 2, 0.0),
            ("<s>", 3, 0.0),
            ("<0x0A>", 6, 0.0),
            ("\u{2581}a", 1, -1.0),
            ("b", 1, -2.0),
            (" x", 4, -1000.0),
            ("<end>", 3, -1000.0),
            ("[PAD7]", 5, -1000.0),
        ];
        assert_eq!(tokens(metadata), owned(&expected));
        assert_eq!(metadata.flag("tokenizer.ggml.add_space_prefix").unwrap(), Some(prefix == 1));
        assert_eq!(metadata.flag("tokenizer.ggml.add_bos_token").unwrap(), Some(true));
        assert_eq!(metadata.token("tokenizer.ggml.unknown_token_id").unwrap(), Some(0));
        assert_eq!(metadata.token("tokenizer.ggml.bos_token_id").unwrap(), Some(1));
    }
}

#[test]
fn pieces_without_a_row_are_no_tokenizer() {
    let lost = |files: &[(&str, &[u8])], rows| {
        let (warnings, checkpoint) = convert(files, rows).unwrap();
        assert_eq!(checkpoint.tokenizer().is_none(), warnings[0].contains("gets no tokenizer"), "{warnings:?}");
        warnings.into_iter().next().unwrap()
    };
    let model = sentence_piece(1);
    let why = lost(&[("tokenizer.model", &model)], 4);
    assert!(why.contains("tokenizer.model has token 4, and the model only 4 rows of embeddings"), "{why}");
    assert_eq!(convert(&[("tokenizer.model", &model)], 5).unwrap().1.tokenizer().map(|_| ()), Some(()));

    let json = json!({
        "added_tokens": [{"id": 4, "content": "<end>", "special": true}],
        "model": {
            "type": "BPE", "byte_fallback": true, "vocab": {"<0x0A>": 0, "a": 1, "b": 2, "ab": 3, "<end>": 4},
            "merges": ["a b"]
        }
    })
    .to_string();
    let why = lost(&[("tokenizer.json", json.as_bytes())], 2);
    assert!(why.contains("tokenizer.json has token 3, and the model only 2 rows of embeddings"), "{why}");
    // A model may lack rows for what was added to its vocabulary.
    let why = lost(&[("tokenizer.json", json.as_bytes())], 4);
    assert_eq!(why, "1 added tokens are lost: the model has 4 rows of embeddings");
}

#[test]
fn tokens_that_a_template_adds_go_before_those_of_the_configuration() {
    let mut json = tokenizer();
    json["post_processor"] = json!({
        "type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "<s>"}}, {"Sequence": {"id": "A"}}, {"SpecialToken": {"id": "</s>"}}],
        "special_tokens": {"<s>": {"id": "<s>", "ids": [4]}, "</s>": {"id": "</s>", "ids": [6]}}
    });
    let special = |side: &Json, rows| {
        let files = [("tokenizer.json", &*json.to_string()), ("tokenizer_config.json", &*side.to_string())];
        let (_, checkpoint) = convert(&files, rows).unwrap();
        let bos = metadata(&checkpoint).token("tokenizer.ggml.bos_token_id").unwrap().unwrap();
        (bos, checkpoint.end_tokens().unwrap().unwrap())
    };
    assert_eq!(special(&json!({}), 8), (4, vec![6, 1, 2]));
    assert_eq!(special(&json!({"bos_token": "a", "eos_token": "ab"}), 8), (0, vec![2, 1, 6]));
    // Without the tokenizer, its template says nothing; and what has no row is no token.
    assert_eq!(special(&json!({}), 6), (0, vec![1, 2, 3]));
}

#[test]
fn a_damaged_sentence_piece_is_a_warning() {
    let model = sentence_piece(1);
    for at in 0..model.len() {
        for byte in [0, 7, 0x7F, 0xFF] {
            let mut damaged = model.clone();
            damaged[at] = byte;
            drop(convert(&[("tokenizer.model", &damaged)], 8).unwrap());
            drop(convert(&[("tokenizer.model", &damaged[..at])], 8).unwrap());
        }
    }
    // Its pieces are likelier or less likely, and not merged.
    let unigram = model.iter().position(|&byte| byte == 2 << 3 | 2).map(|at| [&model[..at], &model[at + 4..]].concat());
    let (warnings, _) = convert(&[("tokenizer.model", &unigram.unwrap())], 8).unwrap();
    assert!(warnings[0].contains("is no BPE of SentencePiece's"), "{warnings:?}");
}

#[test]
fn merges_with_bytes_to_fall_back_on_become_scores() {
    let json = json!({
        "added_tokens": [{"id": 1, "content": "<s>", "special": true}],
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "\u{2581}"}]},
        "model": {
            "type": "BPE", "byte_fallback": true, "unk_token": "<unk>",
            "vocab": {"<unk>": 0, "<s>": 1, "<0x0A>": 2, "a": 3, "b": 4, "ab": 5, "aab": 6, "bab": 7},
            "merges": ["a b", "b ab", "a ab"]
        }
    });
    let (_, checkpoint) = convert(&[("tokenizer.json", &json.to_string())], 8).unwrap();
    let metadata = metadata(&checkpoint);
    let expected = [
        ("<unk>", 2, -1000.0),
        ("<s>", 3, -1000.0),
        ("<0x0A>", 6, -1000.0),
        ("a", 1, -1000.0),
        ("b", 1, -1000.0),
        ("ab", 1, 0.0),
        ("aab", 1, -2.0),
        ("bab", 1, -1.0),
    ];
    assert_eq!(tokens(metadata), owned(&expected));
    assert_eq!(metadata.flag("tokenizer.ggml.add_space_prefix").unwrap(), Some(true));
}
