//! Encoders as GGUF files that Kinglet writes: they answer as the folders that they were made of, on every backend, and cut
//! texts into the very tokens.
#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::collections::BTreeMap;

use kinglet::{
    Aggregation, EncodeOptions, EncoderInput, Engine, Entity, LoadOptions, Model, Outputs, QuantizeOptions, Quantized,
    Quantizer, Source, open_tokenizer,
};
use kinglet_tensor::DType;
use pollster::block_on;
use safetensors::tensor::{Dtype, TensorView};
use serde_json::{Value, json};
use support::engines;

const CPU_GATE: f64 = 1e-9;
const GPU_GATE: f64 = 1e-8;
/// What 8 bits may change in the logits of a small random model.
const Q8_GATE: f64 = 5e-3;

/// Rows of both widths are made of blocks.
const HIDDEN: usize = 64;
const FF: usize = 96;
const LAYERS: usize = 4;
const LABELS: [&str; 4] = ["O", "B-PER", "I-PER", "B-LOC"];

const TEXTS: [&str; 5] = [
    "Anna Meyer saw the wren in Berlin.",
    "It's 12 o'clock;  Émile Müller isn't there\n\n yet 🐦\u{200d}🌫️ (3 333).",
    "",
    "[CLS] is text</s> as anything  else",
    "The kinglet sings in the old spruce trees all the while, and nobody in Zürich hears it but Anna and the wren itself.",
];

/// What splits and joins texts: Qwen2's pattern, and the pieces of a trained vocabulary.
fn tokenizer(post_processor: &Value) -> Value {
    let trained = std::fs::read(support::golden("encoders/modernbert-tag/tokenizer.json")).unwrap();
    let mut tokenizer: Value = serde_json::from_slice(&trained).unwrap();
    let pattern = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";
    tokenizer["normalizer"] = Value::Null;
    tokenizer["pre_tokenizer"] = json!({"type": "Sequence", "pretokenizers": [
        {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": false},
        {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": false}
    ]});
    match post_processor.as_str() {
        Some("as trained") => {}
        _ => tokenizer["post_processor"] = post_processor.clone(),
    }
    tokenizer
}

/// A tagger whose matrices can all be quantized, with a tokenizer that adds nothing to a text.
fn tagger(post_processor: &Value) -> Source {
    let tokenizer = tokenizer(post_processor);
    let config = json!({
        "architectures": ["ModernBertForTokenClassification"], "vocab_size": 320, "hidden_size": HIDDEN,
        "intermediate_size": FF, "num_hidden_layers": LAYERS, "num_attention_heads": 2, "max_position_embeddings": 128,
        "local_attention": 8, "global_attn_every_n_layers": 3, "classifier_bias": false,
        "bos_token_id": 50_281, "eos_token_id": 50_282, "pad_token_id": 50_283,
        "id2label": LABELS.iter().enumerate().map(|(id, name)| (id.to_string(), *name)).collect::<BTreeMap<_, _>>(),
    });
    let mut random = fastrand::Rng::with_seed(11);
    let mut tensors: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
    let mut add = |name: &str, shape: &[usize], mean: f32, deviation: f32| {
        let mut value = || mean + deviation * ((0..12).map(|_| random.f32()).sum::<f32>() - 6.0);
        let values: Vec<f32> = (0..shape.iter().product()).map(|_| value()).collect();
        let mut bytes = Vec::new();
        DType::F16.encode(&values, &mut bytes);
        tensors.push((name.to_owned(), shape.to_vec(), bytes));
    };
    let per = |gain: f32, width: usize| gain / (width as f32).sqrt();
    add("model.embeddings.tok_embeddings.weight", &[320, HIDDEN], 0.0, 0.5);
    add("model.embeddings.norm.weight", &[HIDDEN], 1.0, 0.2);
    for layer in 0..LAYERS {
        let name = |module: &str| format!("model.layers.{layer}.{module}.weight");
        if layer > 0 {
            add(&name("attn_norm"), &[HIDDEN], 1.0, 0.2);
        }
        add(&name("attn.Wqkv"), &[3 * HIDDEN, HIDDEN], 0.0, per(1.3, HIDDEN));
        add(&name("attn.Wo"), &[HIDDEN, HIDDEN], 0.0, per(1.5, HIDDEN));
        add(&name("mlp_norm"), &[HIDDEN], 1.0, 0.2);
        add(&name("mlp.Wi"), &[2 * FF, HIDDEN], 0.0, per(1.3, HIDDEN));
        add(&name("mlp.Wo"), &[HIDDEN, FF], 0.0, per(1.5, FF));
    }
    add("model.final_norm.weight", &[HIDDEN], 1.0, 0.2);
    add("head.dense.weight", &[HIDDEN, HIDDEN], 0.0, per(1.5, HIDDEN));
    add("head.norm.weight", &[HIDDEN], 1.0, 0.2);
    add("classifier.weight", &[LABELS.len(), HIDDEN], 0.0, per(2.5, HIDDEN));
    add("classifier.bias", &[LABELS.len()], 0.0, 0.2);
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| (name.clone(), TensorView::new(Dtype::F16, shape.clone(), bytes).unwrap()));
    let weights = safetensors::serialize(views, None).unwrap();
    Source::memory(vec![
        ("config.json".to_owned(), config.to_string().into_bytes().into()),
        ("model.safetensors".to_owned(), weights.into()),
        ("tokenizer.json".to_owned(), tokenizer.to_string().into_bytes().into()),
    ])
}

/// The model as one file of this type, and what became of its tensors.
async fn written(folder: &Source, dtype: DType) -> (Source, Quantized) {
    let options = QuantizeOptions { types: dtype.into(), ..QuantizeOptions::default() };
    let mut file = Vec::new();
    let quantized = Quantizer::open(folder, &options).await.unwrap().write(&mut file).await.unwrap();
    (Source::memory(vec![("model.gguf".to_owned(), file.into())]), quantized)
}

async fn load(engine: &Engine, source: &Source) -> Model {
    engine.load(source, LoadOptions::default()).await.unwrap()
}

async fn logits(model: &Model) -> Vec<f32> {
    let inputs: Vec<EncoderInput> = [1, 7, 40, 100]
        .map(|count: u32| EncoderInput::new(model.info().head, (0..count).map(|at| (at * 37 + 5) % 315).collect()))
        .to_vec();
    let outputs = model.encoder().await.unwrap().run(&inputs).await.unwrap();
    outputs.iter().flat_map(Outputs::logits).flatten().copied().collect()
}

async fn entities(model: &Model) -> Vec<Vec<Entity>> {
    let mut tagger = model.tagger(Aggregation::First).await.unwrap();
    let mut found = Vec::new();
    for text in TEXTS {
        found.push(tagger.tag(text).await.unwrap());
    }
    found
}

fn nmse(found: &[f32], expected: &[f32]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let power: f64 = expected.iter().map(|value| f64::from(*value).powi(2)).sum();
    found.iter().zip(expected).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum::<f64>() / power
}

#[test]
fn a_tagger_in_one_file_answers_as_its_folder() {
    block_on(async {
        let folder = tagger(&Value::Null);
        let engines = engines().await;
        let expected = load(&engines[0], &folder).await;
        let (expected_logits, expected_entities) = (logits(&expected).await, entities(&expected).await);
        assert!(expected_entities[0].len() > 2, "{expected_entities:?}");
        for dtype in [DType::F32, DType::F16, DType::Q8_0] {
            let (file, quantized) = written(&folder, dtype).await;
            let matrices = quantized.tensors.iter().filter(|tensor| tensor.shape.len() == 2);
            assert_eq!(matrices.clone().count(), 1 + 4 * LAYERS + 2);
            assert!(matrices.into_iter().all(|tensor| tensor.to == dtype), "{quantized:?}");
            assert_eq!(quantized.warnings, [""; 0]);
            // The numbers that the file stands for, each for itself.
            let (plain, _) = written(&file, DType::F32).await;
            let reference = logits(&load(&engines[0], &plain).await).await;
            let error = nmse(&reference, &expected_logits);
            let gate = if dtype == DType::Q8_0 { Q8_GATE } else { CPU_GATE };
            assert!(error <= gate, "{dtype}: {error:e}");
            for (index, engine) in engines.iter().enumerate() {
                let model = load(engine, &file).await;
                assert_eq!((model.info().head, &model.info().labels), (expected.info().head, &expected.info().labels));
                assert_eq!(model.info().context, expected.info().context);
                let (error, gate) =
                    (nmse(&logits(&model).await, &reference), if index == 0 { CPU_GATE } else { GPU_GATE });
                assert!(error <= gate, "{dtype}: {error:e}");
                if dtype != DType::Q8_0 {
                    same(&entities(&model).await, &expected_entities);
                }
            }
        }
    });
}

/// Entities are equal, but for what sums in another order change in their scores.
fn same(found: &[Vec<Entity>], expected: &[Vec<Entity>]) {
    let places = |all: &[Vec<Entity>]| -> Vec<Vec<(usize, usize, String, String)>> {
        let place = |it: &Entity| (it.start, it.end, it.label.clone(), it.text.clone());
        all.iter().map(|entities| entities.iter().map(place).collect()).collect()
    };
    assert_eq!(places(found), places(expected));
    for (found, expected) in found.iter().flatten().zip(expected.iter().flatten()) {
        assert!((found.score - expected.score).abs() < 1e-4, "{found:?} {expected:?}");
    }
}

#[test]
fn texts_are_cut_as_the_folder_cuts_them() {
    block_on(async {
        let byte_level = json!({"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false});
        for post_processor in [Value::Null, byte_level, json!("as trained")] {
            let folder = tagger(&post_processor);
            let (file, _) = written(&folder, DType::Q8_0).await;
            let (expected, found) = (open_tokenizer(&folder).await.unwrap(), open_tokenizer(&file).await.unwrap());
            for text in TEXTS {
                for add_special in [false, true] {
                    let options = EncodeOptions { add_special, parse_special: true };
                    let ids = |tokenizer: &kinglet::Tokenizer| tokenizer.encode(text, options).unwrap();
                    let (found, expected) = (ids(&found), ids(&expected));
                    assert_eq!(found.ids, expected.ids, "{post_processor}: {text:?}");
                    if !add_special {
                        let places = |encoding: kinglet::Encoding| encoding.of_characters(text).offsets;
                        assert_eq!(places(found), places(expected), "{text:?}");
                    }
                }
            }
            let plain = |tokenizer: &kinglet::Tokenizer, text| tokenizer.encode(text, EncodeOptions::PLAIN).unwrap();
            if post_processor.is_string() {
                let pair = |tokenizer: &kinglet::Tokenizer| {
                    let (first, second) = (plain(tokenizer, TEXTS[0]), plain(tokenizer, TEXTS[4]));
                    tokenizer.join(&first, Some(&second)).unwrap().ids
                };
                assert_eq!(pair(&found), pair(&expected));
            }
        }
    });
}

#[test]
fn what_no_file_can_say_is_refused() {
    let golden = |name: &str| {
        let source = Source::path(support::golden(&format!("encoders/{name}"))).unwrap();
        block_on(Quantizer::open(&source, &QuantizeOptions::default())).map(drop).unwrap_err().to_string()
    };
    assert_eq!(golden("modernbert-fill"), "ModernBertForMaskedLM has no form in GGUF files");
    assert_eq!(golden("modernbert-answer"), "ModernBertForQuestionAnswering has no form in GGUF files");
    let cannot = |what: &str| format!("config.json: a GGUF file of the family modern-bert cannot say {what}");
    assert_eq!(golden("modernbert-biases"), cannot("norm_bias true"));
    assert_eq!(golden("modernbert-classify-mean"), cannot("classifier_bias true"));
}

#[test]
fn goldens_are_what_they_were_when_they_are_written() {
    block_on(async {
        let engine = &engines().await[0];
        for name in ["modernbert-base", "modernbert-classify", "modernbert-tag"] {
            let folder = Source::path(support::golden(&format!("encoders/{name}"))).unwrap();
            let (file, _) = written(&folder, DType::F32).await;
            let input = |model: &Model| [EncoderInput::new(model.info().head, (3..40).collect())];
            let (expected, found) = (load(engine, &folder).await, load(engine, &file).await);
            let values = async |model: &Model| {
                let outputs = model.encoder().await.unwrap().run(&input(model)).await.unwrap();
                outputs[0].values.iter().flat_map(|(_, rows)| rows).flatten().copied().collect::<Vec<f32>>()
            };
            let error = nmse(&values(&found).await, &values(&expected).await);
            assert!(error <= CPU_GATE, "{name}: {error:e}");
        }
    });
}
