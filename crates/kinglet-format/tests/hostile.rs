//! Whatever bytes a model's files hold: an error or a checkpoint, never a panic, and no tensor beyond its file.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod support;

use kinglet_format::{
    Checkpoint, Config, FormatError, Source,
    gguf::{GgufWriter, Value as GgufValue, ValueType},
};
use kinglet_tensor::{DType, Shape};
use pollster::block_on;
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

const WEIGHTS: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";

/// Opens files in memory and as if they were far away, and touches all that can be touched.
fn open(files: Vec<(&str, Vec<u8>)>) -> Result<Checkpoint, FormatError> {
    support::open(files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes.into())).collect())
}

/// A safetensors file of this table and this many bytes of data.
fn file(table: &str, data: usize) -> Vec<u8> {
    [&(table.len() as u64).to_le_bytes(), table.as_bytes(), &vec![0; data]].concat()
}

/// A valid table of two tensors with 32 bytes of data.
fn table() -> Value {
    json!({
        "__metadata__": {"format": "pt"},
        "a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
        "b": {"dtype": "BF16", "shape": [4], "data_offsets": [24, 32]},
    })
}

fn with_config(file: Vec<u8>) -> Vec<(&'static str, Vec<u8>)> {
    vec![("config.json", b"{}".to_vec()), (WEIGHTS, file)]
}

#[test]
fn the_undamaged_file_opens() {
    let checkpoint = open(with_config(file(&table().to_string(), 32))).unwrap();
    assert_eq!(checkpoint.tensors().map(|(name, _)| name).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(checkpoint.files().collect::<Vec<_>>(), [WEIGHTS]);
}

#[test]
fn every_truncation_is_refused() {
    let whole = file(&table().to_string(), 32);
    for length in 0..whole.len() {
        let error = open(with_config(whole[..length].to_vec())).unwrap_err().to_string();
        assert!(error.starts_with("model.safetensors: "), "{length}: {error}");
        assert!(!error.contains('\n'), "{length}: {error}");
    }
}

#[test]
fn texts_are_of_a_length() {
    let long = [b"{".to_vec(), vec![b' '; 2 << 20], b"}".to_vec()].concat();
    let error = open(vec![("config.json", long), (WEIGHTS, file("{}", 0))]).unwrap_err().to_string();
    assert_eq!(error, "config.json: has 2097154 bytes, and at most 2097152 are read");
    let tokenizer = br#"{"model": "x"}"#.to_vec();
    let files = vec![("config.json", b"{}".to_vec()), ("tokenizer.json", tokenizer), (WEIGHTS, file("{}", 0))];
    let error = open(files).unwrap_err().to_string();
    assert_eq!(error, "tokenizer.json: model is something else, expected an object with a type");
}

#[test]
fn types_that_nothing_computes_with_are_named() {
    let text = table().to_string().replace("BF16", "I16");
    let checkpoint = open(with_config(file(&text, 32))).unwrap();
    let (_, info) = checkpoint.tensors().find(|(name, _)| *name == "b").unwrap();
    assert_eq!((info.dtype, info.dtype_name.as_str()), (None, "I16"));
    let error = checkpoint.view("b", &info.shape).unwrap_err();
    assert_eq!(error.to_string(), "tensor b has type I16, and only F32, F16 and BF16 are supported");
}

/// Numbers at which arithmetic goes wrong.
fn number() -> impl Strategy<Value = Value> {
    prop_oneof![
        (0u64..40).prop_map(|x| json!(x)),
        prop::sample::select(vec![u64::MAX, u64::MAX - 7, 1 << 63, 1 << 62, 1 << 60, 1 << 32, u64::from(u32::MAX)])
            .prop_map(|x| json!(x)),
        (-3i64..0).prop_map(|x| json!(x)),
        Just(json!(1.5)),
        Just(json!(1e300)),
    ]
}

/// The same as they stand in binary files.
fn edge() -> impl Strategy<Value = u64> {
    let edges = [u64::MAX, u64::MAX - 31, 1 << 63, 1 << 62, 1 << 60, 1 << 32, (1 << 32) - 1, 1 << 31, 9 | 8 << 32];
    prop_oneof![0u64..40, any::<u64>(), prop::sample::select(edges.to_vec())]
}

/// Any JSON that is not deep.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        number(),
        ".{0,6}".prop_map(Value::from),
        prop::sample::select(vec!["F32", "F16", "I64", "F4", "F8_E4M3", "../x", WEIGHTS]).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            vec((key(), inner), 0..4).prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

/// Keys that mean something somewhere, and others.
fn key() -> impl Strategy<Value = String> {
    let known = ["dtype", "shape", "data_offsets", "weight_map", "eos_token_id", "architectures", "model", "type"];
    prop_oneof![prop::sample::select(known.to_vec()).prop_map(str::to_owned), ".{0,4}"]
}

/// A small GGUF file with values of all kinds and tensors of several types.
fn gguf() -> Vec<u8> {
    let mut writer = GgufWriter::with_alignment(16);
    writer.value("general.architecture", "llama").value("llama.block_count", 2_u32).value("split.count", 1_u16);
    writer.value("tokenizer.ggml.model", "gpt2").value("tokenizer.ggml.eos_token_id", 2_u32);
    writer.value("flag", true).value("f32", 1e-5_f32).value("f64", 0.5_f64).value("i64", -5_i64).value("u8", 8_u8);
    writer.texts("tokenizer.ggml.tokens", ["<s>", "</s>", "ä"]);
    writer.array("scores", ValueType::F32, [0.5_f32, -1.0].map(GgufValue::F32));
    writer.array("flags", ValueType::Flag, [true, false].map(GgufValue::Flag));
    writer.tensor("a", DType::F32, &Shape::from([2, 3])).tensor("b", DType::Q8_0, &Shape::from([2, 32]));
    writer.tensor("c", DType::Q4_K, &Shape::from([256])).tensor("d", DType::BF16, &Shape::from([3]));
    let mut bytes = writer.header("a").unwrap();
    bytes.resize(bytes.len() + 32 + 80 + 144 + 16, 7);
    bytes
}

fn open_gguf(bytes: Vec<u8>) -> Result<Checkpoint, FormatError> {
    open(vec![("m.gguf", bytes)])
}

#[test]
fn a_gguf_file_with_any_byte_changed() {
    let valid = gguf();
    open_gguf(valid.clone()).unwrap();
    for index in 0..valid.len() - 272 {
        for byte in [0, 1, 2, 8, 9, 12, 0x7f, 0x80, 0xff, valid[index] ^ 1, valid[index] ^ 0x80] {
            let mut bytes = valid.clone();
            bytes[index] = byte;
            if let Err(error) = open_gguf(bytes) {
                assert!(error.to_string().starts_with("m.gguf: "), "{index} {byte}: {error}");
            }
        }
    }
}

proptest! {
    #[test]
    fn a_gguf_file_with_bytes_changed(changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = gguf();
        for (index, byte) in changes {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        let _ = open_gguf(bytes);
    }

    #[test]
    fn a_gguf_file_with_numbers_changed(index in any::<prop::sample::Index>(), number in edge(), cut in 0usize..400) {
        let mut bytes = gguf();
        let index = index.index(bytes.len() - 8);
        bytes[index..index + 8].copy_from_slice(&number.to_le_bytes());
        let _ = open_gguf(bytes.clone());
        bytes.truncate(bytes.len() - cut);
        let _ = open_gguf(bytes);
    }

    #[test]
    fn any_bytes_as_gguf(bytes in vec(any::<u8>(), 0..200), keys in edge(), tensors in edge()) {
        let _ = open_gguf(bytes.clone());
        let head = [&b"GGUF\x03\0\0\0"[..], &tensors.to_le_bytes(), &keys.to_le_bytes()].concat();
        let _ = open_gguf([&head, &bytes[..]].concat());
        // A key is complete, and its value is anything.
        let key = [&b"GGUF\x03\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0k"[..], &bytes].concat();
        let _ = open_gguf(key);
    }

    #[test]
    fn any_bytes(bytes in vec(any::<u8>(), 0..200)) {
        let _ = open(with_config(bytes.clone()));
        let _ = Config::parse(&bytes);
        let valid = file(&table().to_string(), 32);
        let _ = open(vec![("config.json", bytes.clone()), (WEIGHTS, valid.clone())]);
        let _ = open(vec![("config.json", b"{}".to_vec()), (INDEX, bytes.clone()), (WEIGHTS, valid.clone())]);
        let _ = open(vec![("config.json", b"{}".to_vec()), ("tokenizer.json", bytes), (WEIGHTS, valid)]);
    }

    #[test]
    fn a_valid_file_with_bytes_changed(changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = file(&table().to_string(), 32);
        for (index, byte) in changes {
            let index = index.index(bytes.len());
            bytes[index] = byte;
        }
        let _ = open(with_config(bytes));
    }

    #[test]
    fn any_header_length(length in any::<u64>(), rest in vec(any::<u8>(), 0..64)) {
        let _ = open(with_config([&length.to_le_bytes()[..], &rest].concat()));
    }

    #[test]
    fn entries_of_any_numbers(
        shape in vec(number(), 0..4),
        offsets in vec(number(), 0..4),
        dtype in prop::sample::select(vec!["F32", "F16", "BF16", "I64", "BOOL", "F4", "F8_E8M0", "X"]),
        data in 0usize..64,
    ) {
        let entry = json!({"dtype": dtype, "shape": shape, "data_offsets": offsets});
        let _ = open(with_config(file(&json!({"a": entry}).to_string(), data)));
        let mut two = table();
        two["b"] = entry;
        let _ = open(with_config(file(&two.to_string(), data)));
    }

    #[test]
    fn tables_of_any_json(value in anything(), name in ".{0,4}", data in 0usize..64) {
        let _ = open(with_config(file(&value.to_string(), data)));
        let _ = open(with_config(file(&json!({name: value}).to_string(), data)));
    }

    #[test]
    fn indexes_of_any_json(value in anything(), name in ".{0,4}") {
        let index = |index: Value| {
            let valid = file(&table().to_string(), 32);
            open(vec![("config.json", b"{}".to_vec()), (INDEX, index.to_string().into_bytes()), (WEIGHTS, valid)])
        };
        let _ = index(value.clone());
        let _ = index(json!({"weight_map": value.clone()}));
        let _ = index(json!({"weight_map": {name: value}}));
    }

    #[test]
    fn names_in_an_index_never_leave_the_folder(name in "(\\.\\./|/|\\./|[a-z]/){1,3}[a-z.]{0,3}") {
        // A folder that exists, so that only the name can be at fault; one within it is merely not there.
        let folder = env!("CARGO_MANIFEST_DIR");
        let found = block_on(Source::path(folder).unwrap().find(&name));
        let inside = !name.split('/').any(|part| matches!(part, "" | "." | ".."));
        match found {
            Err(FormatError::MissingFile { .. }) => {}
            Ok(None) => prop_assert!(inside, "{name}"),
            _ => prop_assert!(false, "{name}"),
        }
    }

    #[test]
    fn configurations_of_any_json(value in anything(), key in key(), low in 0usize..9, high in 0usize..9) {
        let text = json!({key.clone(): value}).to_string();
        let config = Config::parse(text.as_bytes()).unwrap();
        let _ = config.architectures();
        let _ = (config.flag(&key), config.text(&key), config.ids(&key), config.number(&key, 0.0..=1.0));
        if let Ok(count) = config.count(&key, low..=high) {
            prop_assert!((low..=high).contains(&count));
        }
        if let Ok(Some(section)) = config.section(&key) {
            let error = section.count("none", 1..=2).unwrap_err().to_string();
            let expected = format!("config.json: {key}.none is missing, expected a whole number from 1 to 2");
            prop_assert_eq!(error, expected);
        }
    }
}
