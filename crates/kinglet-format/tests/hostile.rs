//! Whatever bytes a model's files hold: an error or a checkpoint, never a panic, and no tensor beyond its file.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may")]

use kinglet_format::{Checkpoint, Config, FormatError, Source};
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};

const WEIGHTS: &str = "model.safetensors";
const INDEX: &str = "model.safetensors.index.json";

/// Opens files in memory and touches all that can be touched.
fn open(files: Vec<(&str, Vec<u8>)>) -> Result<Checkpoint, FormatError> {
    let files = files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes.into())).collect();
    let checkpoint = Checkpoint::open(&Source::memory(files))?;
    for (name, info) in checkpoint.tensors() {
        // The shape is right, so only an unknown type may be refused.
        match checkpoint.tensor(name, &info.shape) {
            Ok(tensor) => {
                assert_eq!(tensor.bytes().len(), info.bytes());
                tensor.to_f32();
                tensor.row(0);
            }
            Err(error) => assert!(info.dtype.is_none(), "{name}: {error}"),
        }
    }
    let _ = checkpoint.end_tokens();
    Ok(checkpoint)
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
fn types_that_nothing_computes_with_are_named() {
    let text = table().to_string().replace("BF16", "I16");
    let checkpoint = open(with_config(file(&text, 32))).unwrap();
    let (_, info) = checkpoint.tensors().find(|(name, _)| *name == "b").unwrap();
    assert_eq!((info.dtype, info.dtype_name.as_str()), (None, "I16"));
    let error = checkpoint.tensor("b", &info.shape).unwrap_err();
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

proptest! {
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
        // A folder that exists, so that only the name can be at fault.
        let folder = env!("CARGO_MANIFEST_DIR");
        let found = Source::path(folder).unwrap().find(&name);
        prop_assert!(matches!(found, Err(FormatError::MissingFile { .. })), "{name}");
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
