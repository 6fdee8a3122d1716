//! Folders of GPTQ and AWQ that do not fit together: whatever is wrong is said in one line, near and far alike.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod support;

use kinglet_format::{Checkpoint, Source};
use kinglet_tensor::{DType, Shape};
use pollster::block_on;
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};
use support::{
    Far,
    int4::{FORM, Form, NAME, Tensor, any_form, read},
};

#[test]
fn groups_that_are_not_there_are_refused() {
    for (group, column) in [(3, 0), (-1, 191), (i32::MAX, 5), (i32::MIN, 64)] {
        let mut folder = FORM.folder();
        folder.tensor("m.g_idx").bytes[4 * column..][..4].copy_from_slice(&i32::to_le_bytes(group));
        let expected = format!("m: g_idx puts column {column} into group {group}, and its groups are 0 to 2");
        assert_eq!(folder.error(), expected);
        // Whatever the settings say of the order.
        assert_eq!(folder.with_setting("desc_act", true.into()).error(), expected);
    }
}

#[test]
fn parts_that_are_missing_are_named() {
    for part in ["qzeros", "scales"] {
        for form in [FORM, Form { awq: true, ..FORM }] {
            let folder = form.folder().without(&format!("m.{part}"));
            assert_eq!(folder.error(), format!("m: has qweight and no {part}"));
        }
    }
    // Columns in order need no list, others do.
    let folder = FORM.folder().without("m.g_idx");
    assert_eq!(read(&folder.open().unwrap()[0], &Shape::from([24, 192]), 0..1)[7], FORM.value(0, 7));
    assert_eq!(folder.with_setting("desc_act", true.into()).error(), "m: has qweight and no g_idx");
    let mut folder = FORM.folder();
    folder.tensors.push(Tensor { name: NAME, dtype: "F16", shape: vec![1], bytes: vec![0; 2] });
    assert_eq!(folder.error(), "m: has both weight and qweight");
}

#[test]
fn types_and_shapes_are_those_of_the_settings() {
    for (name, dtype, error) in [
        ("m.qweight", "F32", "qweight has type F32, expected I32"),
        ("m.qzeros", "U32", "qzeros has type U32, expected I32"),
        ("m.g_idx", "F32", "g_idx has type F32, expected I32"),
        ("m.scales", "I16", "scales has type I16, expected F16, BF16 or F32"),
    ] {
        let mut folder = FORM.folder();
        folder.tensor(name).dtype = dtype;
        assert_eq!(folder.error(), format!("m: {error}"));
    }
    let columns = "[columns / 8, rows], rows by eights and at most 1048576 columns";
    for (name, shape, error) in [
        ("m.qweight", vec![24, 24, 1], format!("qweight has shape [24, 24, 1], expected {columns}")),
        ("m.qweight", vec![576], format!("qweight has shape [576], expected {columns}")),
        ("m.qweight", vec![1 << 20, 0], format!("qweight has shape [1048576, 0], expected {columns}")),
        (
            "m.qweight",
            vec![usize::MAX / 2, 0],
            format!("qweight has shape [9223372036854775807, 0], expected {columns}"),
        ),
        ("m.qweight", vec![192, 3], format!("qweight has shape [192, 3], expected {columns}")),
        ("m.qweight", vec![12, 48], "qzeros has shape [3, 3], expected [2, 6]".to_owned()),
        ("m.qzeros", vec![9], "qzeros has shape [9], expected [3, 3]".to_owned()),
        ("m.scales", vec![24, 3], "scales has shape [24, 3], expected [3, 24]".to_owned()),
        ("m.g_idx", vec![64, 3], "g_idx has shape [64, 3], expected [192]".to_owned()),
    ] {
        let mut folder = FORM.folder();
        let tensor = folder.tensor(name);
        if shape.contains(&0) {
            tensor.bytes.clear();
        }
        tensor.shape = shape;
        assert_eq!(folder.error(), format!("m: {error}"));
    }
    let awq = Form { awq: true, ..FORM }.folder();
    assert_eq!(awq.with_setting("group_size", 32.into()).error(), "m: qzeros has shape [3, 3], expected [6, 3]");
    // The files of one method and the settings of the other.
    let gptq = awq.with_setting("quant_method", "gptq".into()).with_setting("version", Value::Null);
    assert!(gptq.error().starts_with("m: qweight has shape [192, 3], expected"), "{}", gptq.error());
}

#[test]
fn settings_that_cannot_be_are_refused() {
    for (key, value, error) in [
        ("bits", json!(3), "bits is 3, expected 4"),
        ("bits", json!(8), "bits is 8, expected 4"),
        ("bits", json!(1e300), "bits is 1e+300, expected a number from -1 to 1048576"),
        ("group_size", json!(0), "group_size is 0, expected -1 or a whole number from 1 to 1048576"),
        ("group_size", json!(u64::MAX), "group_size is 18446744073709551615, expected a number from -1 to 1048576"),
        ("group_size", json!("128"), "group_size is \"128\", expected a number from -1 to 1048576"),
        ("group_size", json!(-128), "group_size is -128, expected a number from -1 to 1048576"),
        ("quant_method", json!("marlin"), "quant_method is marlin, expected gptq or awq"),
        ("checkpoint_format", json!("marlin"), "checkpoint_format is marlin, expected gptq or gptq_v2"),
        ("desc_act", json!(1), "desc_act is 1, expected true or false"),
    ] {
        let expected = format!("config.json: quantization_config.{error}");
        assert_eq!(FORM.folder().with_setting(key, value).error(), expected);
    }
}

#[test]
fn scales_that_have_no_place_are_refused() {
    for (scales, bits, value) in [
        (DType::BF16, [0x80, 0x47], "6.5536e4"),
        (DType::BF16, [0x80, 0xff], "-inf"),
        (DType::F16, [0x00, 0x7c], "inf"),
        (DType::F16, [0x01, 0x7e], "NaN"),
    ] {
        for act_order in [false, true] {
            let mut folder = Form { scales, act_order, ..FORM }.folder();
            folder.tensor("m.scales").bytes[2 * 30..][..2].copy_from_slice(&bits);
            for checkpoint in folder.open().unwrap() {
                let view = checkpoint.view(NAME, &Shape::from([24, 192])).unwrap();
                let error = block_on(view.read_rows(6..7)).unwrap_err().to_string();
                assert_eq!(error, format!("m: scales holds {value}, expected finite numbers up to 65504"));
            }
        }
    }
}

#[test]
fn the_shape_is_that_of_the_configuration() {
    let checkpoint = &FORM.folder().open().unwrap()[0];
    let error = checkpoint.view(NAME, &Shape::from([24, 200])).unwrap_err().to_string();
    assert_eq!(error, "tensor m.weight has shape [24, 192] where config.json asks for [24, 200]");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    /// An error or a checkpoint whose rows are read or refused, near and far alike.
    #[test]
    fn files_with_bytes_changed(form in any_form(), changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut files = form.folder().files();
        for (index, byte) in changes {
            let lengths: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
            let mut index = index.index(lengths);
            for (_, bytes) in &mut files {
                let mut changed = bytes.to_vec();
                if let Some(place) = changed.get_mut(index) {
                    *place = byte;
                }
                index = index.wrapping_sub(bytes.len());
                *bytes = changed.into();
            }
        }
        let near = block_on(Checkpoint::open(&Source::memory(files.clone())));
        let far = block_on(Checkpoint::open(&Source::new(Far::new(files))));
        match (near, far) {
            (Ok(near), Ok(far)) => {
                for (name, info) in near.tensors().filter(|(_, info)| info.dtype.is_some()) {
                    let read = |checkpoint: &Checkpoint| {
                        let rows = 0..info.shape.rows_and_width().0;
                        let bytes = block_on(checkpoint.view(name, &info.shape).unwrap().read_rows(rows));
                        bytes.map(|bytes| bytes.to_vec()).map_err(|error| error.to_string())
                    };
                    prop_assert_eq!(read(&near), read(&far));
                }
            }
            (Err(near), Err(far)) => {
                let (near, far) = (near.to_string(), far.to_string());
                prop_assert!(!near.contains('\n') && near.len() < 1000);
                prop_assert_eq!(near.replace("the files given", "far away"), far);
            }
            (near, far) => prop_assert!(false, "{:?} {:?}", near, far),
        }
    }
}
