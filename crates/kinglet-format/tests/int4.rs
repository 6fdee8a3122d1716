//! Matrices in 4 bits as GPTQ and AWQ publish them: every element is what its files stand for, and whatever does not fit
//! together is said in one line.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod support;

use std::{
    collections::VecDeque,
    future::poll_fn,
    ops::Range,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use kinglet_format::{Checkpoint, Files, FormatError, Reading, Source};
use kinglet_tensor::{Bytes, DType, Shape};
use pollster::block_on;
use proptest::{collection::vec, prelude::*};
use serde_json::{Value, json};
use support::Far;

const NAME: &str = "m.weight";

/// A tensor of a safetensors file.
#[derive(Clone)]
struct Tensor {
    name: &'static str,
    dtype: &'static str,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

/// A folder with one matrix.
#[derive(Clone)]
struct Folder {
    settings: Value,
    tensors: Vec<Tensor>,
}

/// How a matrix is made.
#[derive(Clone, Copy, Debug)]
struct Form {
    rows: usize,
    width: usize,
    /// -1 for a whole row.
    group: i64,
    awq: bool,
    /// Zeros are stored as they are.
    v2: bool,
    scales: DType,
    /// Columns are in no order.
    act_order: bool,
}

const FORM: Form =
    Form { rows: 24, width: 192, group: 64, awq: false, v2: false, scales: DType::F16, act_order: false };
const AWQ_ORDER: [usize; 8] = [0, 2, 4, 6, 1, 3, 5, 7];

/// A number from 0 to 2^32 - 1 that follows from others.
fn mixed(a: usize, b: usize, c: usize) -> usize {
    let mut x = 0x9e37_79b9_7f4a_7c15_u64;
    for part in [a, b, c] {
        x = (x ^ part as u64).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x ^= x >> 29;
    }
    (x >> 32) as usize
}

impl Form {
    fn columns_of_group(self) -> usize {
        usize::try_from(self.group).unwrap_or(self.width)
    }

    fn groups(self) -> usize {
        self.width.div_ceil(self.columns_of_group())
    }

    fn group(self, column: usize) -> usize {
        // Backwards, and then no run is whole.
        let place = if self.act_order { (column * 7 + 3) % self.width } else { column };
        place / self.columns_of_group()
    }

    fn code(self, row: usize, column: usize) -> usize {
        mixed(row, column, 0) % 16
    }

    /// From 1 to 16 in GPTQ's first form, where 0 has no place.
    fn zero(self, group: usize, row: usize) -> usize {
        mixed(group, row, 1) % 16 + usize::from(!self.awq && !self.v2)
    }

    fn scale(self, group: usize, row: usize) -> f32 {
        // 8 bits, so that each type has a place for it.
        (mixed(group, row, 2) % 255 + 1) as f32 / 4096.0
    }

    fn value(self, row: usize, column: usize) -> f32 {
        let group = self.group(column);
        self.scale(group, row) * (self.code(row, column) as f32 - self.zero(group, row) as f32)
    }

    fn folder(self) -> Folder {
        let Form { rows, width, .. } = self;
        let (groups, offset) = (self.groups(), usize::from(!self.awq && !self.v2));
        let word = |nibbles: [usize; 8]| {
            let word = nibbles.iter().enumerate().map(|(place, nibble)| (*nibble as u32) << (4 * place)).sum::<u32>();
            word.to_le_bytes()
        };
        let order = if self.awq { AWQ_ORDER } else { std::array::from_fn(|i| i) };
        let (mut codes, mut zeros, mut scales, mut index) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        if self.awq {
            for column in 0..width {
                for eight in 0..rows / 8 {
                    codes.extend(word(order.map(|row| self.code(8 * eight + row, column))));
                }
            }
        } else {
            for eight in 0..width / 8 {
                for row in 0..rows {
                    codes.extend(word(order.map(|column| self.code(row, 8 * eight + column))));
                }
            }
        }
        for group in 0..groups {
            for eight in 0..rows / 8 {
                zeros.extend(word(order.map(|row| self.zero(group, 8 * eight + row) - offset)));
            }
            let values: Vec<f32> = (0..rows).map(|row| self.scale(group, row)).collect();
            self.scales.encode(&values, &mut scales);
        }
        index.extend((0..width).flat_map(|column| (self.group(column) as i32).to_le_bytes()));
        let tensor = |name, dtype, shape: &[usize], bytes| Tensor { name, dtype, shape: shape.to_vec(), bytes };
        let codes_shape = if self.awq { [width, rows / 8] } else { [width / 8, rows] };
        let mut tensors = vec![
            tensor("m.qweight", "I32", &codes_shape, codes),
            tensor("m.qzeros", "I32", &[groups, rows / 8], zeros),
            tensor("m.scales", self.scales.name(), &[groups, rows], scales),
        ];
        if !self.awq {
            tensors.push(tensor("m.g_idx", "I32", &[width], index));
        }
        let settings = match self.awq {
            true => json!({"quant_method": "awq", "bits": 4, "group_size": self.group, "version": "gemm"}),
            false => json!({
                "quant_method": "gptq", "bits": 4, "group_size": self.group, "desc_act": self.act_order,
                "checkpoint_format": if self.v2 { "gptq_v2" } else { "gptq" },
            }),
        };
        Folder { settings, tensors }
    }
}

impl Folder {
    fn tensor(&mut self, name: &str) -> &mut Tensor {
        self.tensors.iter_mut().find(|tensor| tensor.name == name).unwrap()
    }

    fn without(&self, name: &str) -> Folder {
        let tensors = self.tensors.iter().filter(|tensor| tensor.name != name).cloned().collect();
        Folder { tensors, ..self.clone() }
    }

    fn with_setting(&self, key: &str, value: Value) -> Folder {
        let mut folder = self.clone();
        folder.settings[key] = value;
        folder
    }

    fn files(&self) -> Vec<(String, Bytes)> {
        let mut table = serde_json::Map::new();
        let mut data = Vec::new();
        for tensor in &self.tensors {
            let end = data.len() + tensor.bytes.len();
            let entry = json!({"dtype": tensor.dtype, "shape": tensor.shape, "data_offsets": [data.len(), end]});
            table.insert(tensor.name.to_owned(), entry);
            data.extend(&tensor.bytes);
        }
        let table = Value::from(table).to_string();
        let file = [&(table.len() as u64).to_le_bytes(), table.as_bytes(), &data].concat();
        let config = json!({"quantization_config": self.settings}).to_string();
        vec![("config.json".to_owned(), config.into_bytes().into()), ("model.safetensors".to_owned(), file.into())]
    }

    /// What becomes of it near and far: the same.
    fn open(&self) -> Result<[Checkpoint; 2], FormatError> {
        let near = block_on(Checkpoint::open(&Source::memory(self.files())));
        let far = block_on(Checkpoint::open(&Source::new(Far::new(self.files()))));
        match (near, far) {
            (Ok(near), Ok(far)) => Ok([near, far]),
            (Err(near), Err(far)) => {
                assert_eq!(near.to_string(), far.to_string());
                Err(near)
            }
            (near, far) => panic!("{near:?} {far:?}"),
        }
    }

    fn error(&self) -> String {
        let error = self.open().unwrap_err().to_string();
        assert!(!error.contains('\n') && error.len() < 300, "{error}");
        error
    }
}

fn read(checkpoint: &Checkpoint, shape: &Shape, rows: Range<usize>) -> Vec<f32> {
    let view = checkpoint.view(NAME, shape).unwrap();
    let bytes = block_on(view.read_rows(rows.clone())).unwrap();
    let width = shape.dims()[1];
    let row_bytes = view.dtype().row_bytes(width).unwrap();
    assert_eq!(bytes.len(), rows.len() * row_bytes);
    let mut values = vec![0.0; rows.len() * width];
    for (row, values) in bytes.chunks(row_bytes).zip(values.chunks_mut(width)) {
        view.dtype().decode(row, values);
    }
    values
}

fn check(form: Form, dtype: DType, type_name: &str) {
    let shape = Shape::from([form.rows, form.width]);
    for checkpoint in form.folder().open().unwrap() {
        let info = checkpoint.tensor(NAME).unwrap();
        assert_eq!((info.dtype, info.dtype_name.as_str(), &info.shape), (Some(dtype), type_name, &shape));
        assert_eq!(checkpoint.tensors().count(), 1);
        // All, from within eight, in pieces of no eight, and again.
        let mut pieces = vec![0..form.rows, 5..7, 3..form.rows, 0..0];
        pieces.extend((0..form.rows).step_by(5).map(|start| start..(start + 5).min(form.rows)));
        for rows in pieces {
            let values = read(&checkpoint, &shape, rows.clone());
            for (index, value) in values.into_iter().enumerate() {
                let (row, column) = (rows.start + index / form.width, index % form.width);
                let expected = form.value(row, column);
                let mut rounded = [0.0];
                let mut bytes = Vec::new();
                DType::F16.encode(&[expected], &mut bytes);
                DType::F16.decode(&bytes, &mut rounded);
                let expected = if dtype == DType::F16 { rounded[0] } else { expected };
                assert!(value == expected, "{type_name} {row} {column}: {value}, expected {expected}");
            }
        }
    }
}

#[test]
fn every_element_is_what_its_files_stand_for() {
    for awq in [false, true] {
        let form = Form { awq, ..FORM };
        let method = if awq { "AWQ" } else { "GPTQ" };
        for (group, width, dtype) in [
            (32, 192, DType::I4_G32),
            (64, 192, DType::I4_G64),
            (128, 256, DType::I4_G128),
            // A part of a group is left.
            (128, 200, DType::I4_G128),
            (64, 8, DType::I4_G32),
            // A group has several blocks.
            (256, 640, DType::I4_G128),
            (192, 576, DType::I4_G64),
            (96, 192, DType::I4_G32),
            // No block has one group.
            (48, 192, DType::F16),
            (8, 64, DType::F16),
        ] {
            let form = Form { group, width, ..form };
            check(form, dtype, &format!("{method} int4 g{group}"));
        }
        for (width, dtype) in [(256, DType::I4_G128), (192, DType::I4_G64), (40, DType::I4_G32)] {
            check(Form { group: -1, width, ..form }, dtype, &format!("{method} int4 g{width}"));
        }
        for scales in [DType::BF16, DType::F32] {
            check(Form { scales, ..form }, DType::I4_G64, &format!("{method} int4 g64"));
        }
        // More rows than are made together, and more columns than are read together.
        check(Form { rows: 200, width: 1000, ..form }, DType::I4_G64, &format!("{method} int4 g64"));
    }
    check(Form { v2: true, ..FORM }, DType::I4_G64, "GPTQ int4 g64");
    check(Form { act_order: true, ..FORM }, DType::F16, "GPTQ int4 g_idx");
    check(Form { act_order: true, group: 32, rows: 136, width: 1000, v2: true, ..FORM }, DType::F16, "GPTQ int4 g_idx");
    // AWQ's columns need not come by eights.
    check(Form { awq: true, width: 100, group: 32, ..FORM }, DType::I4_G32, "AWQ int4 g32");
}

#[test]
fn settings_may_be_in_files_of_their_own() {
    let mut files = FORM.folder().files();
    files[0].1 = b"{}".to_vec().into();
    let error = block_on(Checkpoint::open(&Source::memory(files.clone()))).unwrap_err().to_string();
    let expected = "config.json: quantization_config is missing, expected that of GPTQ or AWQ, as there are tensors called qweight";
    assert_eq!(error, expected);
    let settings = br#"{"bits": 4, "group_size": 64, "desc_act": false, "sym": false}"#;
    files.push(("quantize_config.json".to_owned(), settings.to_vec().into()));
    let checkpoint = block_on(Checkpoint::open(&Source::memory(files))).unwrap();
    assert_eq!(checkpoint.tensor(NAME).unwrap().dtype_name, "GPTQ int4 g64");

    let mut files = Form { awq: true, ..FORM }.folder().files();
    files[0].1 = b"{}".to_vec().into();
    let settings = br#"{"w_bit": 4, "q_group_size": 64, "zero_point": true, "version": "GEMM"}"#;
    files.push(("quant_config.json".to_owned(), settings.to_vec().into()));
    let checkpoint = block_on(Checkpoint::open(&Source::memory(files))).unwrap();
    assert_eq!(checkpoint.tensor(NAME).unwrap().dtype_name, "AWQ int4 g64");
}

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

#[test]
fn rows_of_heads_change_places() {
    let shape = Shape::from([FORM.rows, FORM.width]);
    for checkpoint in FORM.folder().open().unwrap() {
        let view = checkpoint.view(NAME, &shape).unwrap().with_paired_rows(2).unwrap();
        assert!(!view.in_memory());
        let bytes = block_on(view.read_rows(1..3)).unwrap();
        let mut values = vec![0.0; FORM.width];
        view.dtype().decode(&bytes, &mut values);
        // Row 1 is the first of the other half of a head of twelve.
        assert!((0..FORM.width).all(|column| values[column] == FORM.value(6, column)));
    }
}

/// Far away, a matrix is read from its begin to its end and not row by row, by whoever asks first.
#[test]
fn files_far_away_are_read_in_long_runs() {
    let form = Form { rows: 2048, width: 256, group: 128, ..FORM };
    let far = Far::new(form.folder().files());
    let checkpoint = block_on(Checkpoint::open(&Source::new(far.clone()))).unwrap();
    let view = checkpoint.view(NAME, &Shape::from([form.rows, form.width])).unwrap();
    for round in 0..2 {
        far.reads.lock().unwrap().clear();
        for start in (0..form.rows).step_by(32) {
            block_on(view.read_rows(start..start + 32)).unwrap();
        }
        // Scales, zeros and codes; after its last row nothing is kept.
        assert_eq!(far.reads.lock().unwrap().len(), 3, "{round}");
    }
}

/// Files far away, whose bytes are there when they are looked for a second time.
#[derive(Debug)]
struct Late(Arc<Far>);

impl Files for Late {
    fn size<'a>(&'a self, file: &'a str) -> Reading<'a, Option<u64>> {
        self.0.size(file)
    }

    fn read<'a>(&'a self, file: &'a str, range: Range<u64>) -> Reading<'a, Bytes> {
        let mut first = true;
        let mut reading = self.0.read(file, range);
        Box::pin(poll_fn(move |context| {
            if std::mem::take(&mut first) {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            reading.as_mut().poll(context)
        }))
    }

    fn place(&self) -> String {
        self.0.place()
    }
}

/// Of many reads at once the first makes what all of them want, and another does where that one is given up.
#[test]
fn reads_under_way_wait_for_each_other() {
    let form = Form { rows: 256, width: 256, group: 128, ..FORM };
    let far = Far::new(form.folder().files());
    let checkpoint = block_on(Checkpoint::open(&Source::new(Arc::new(Late(far.clone()))))).unwrap();
    let view = checkpoint.view(NAME, &Shape::from([form.rows, form.width])).unwrap();
    for (given_up, expected) in [(false, 3), (true, 4)] {
        far.reads.lock().unwrap().clear();
        let mut context = Context::from_waker(Waker::noop());
        let mut reading: VecDeque<_> =
            (0..8).map(|piece| Box::pin(view.read_rows(32 * piece..32 * (piece + 1)))).collect();
        assert!(reading.iter_mut().all(|reading| reading.as_mut().poll(&mut context).is_pending()));
        if given_up {
            reading.pop_front();
        }
        let mut pieces = 0;
        while let Some(mut first) = reading.pop_front() {
            match first.as_mut().poll(&mut context) {
                Poll::Ready(bytes) => pieces += bytes.unwrap().len() / view.dtype().row_bytes(form.width).unwrap(),
                Poll::Pending => reading.push_back(first),
            }
        }
        assert_eq!(pieces, if given_up { 224 } else { 256 });
        assert!(far.reads.lock().unwrap().len() <= expected, "{:?}", far.reads);
    }
}

/// A small matrix in one form or another.
fn any_form() -> impl Strategy<Value = Form> {
    let groups = prop::sample::select(vec![-1_i64, 8, 32, 48, 64, 128]);
    (groups, any::<[bool; 3]>(), 1_usize..4, 1_usize..20).prop_map(|(group, [awq, v2, act_order], rows, width)| Form {
        rows: 8 * rows,
        width: 8 * width,
        group,
        awq,
        v2,
        act_order: act_order && !awq,
        ..FORM
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_form_is_read(form in any_form(), start in 0_usize..24, count in 0_usize..24) {
        let shape = Shape::from([form.rows, form.width]);
        let rows = start.min(form.rows)..(start + count).min(form.rows);
        for checkpoint in form.folder().open().unwrap() {
            let exact = checkpoint.tensor(NAME).unwrap().dtype != Some(DType::F16);
            let values = read(&checkpoint, &shape, rows.clone());
            for (index, value) in values.into_iter().enumerate() {
                let expected = form.value(rows.start + index / form.width, index % form.width);
                let off = (value - expected).abs();
                prop_assert!(off <= if exact { 0.0 } else { expected.abs() / 2048.0 }, "{value} {expected}");
            }
        }
    }

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

/// How fast rows are made, on one thread. Prints figures, checks nothing:
///
/// ```text
/// cargo test --release -p kinglet-format --test int4 -- --ignored --nocapture
/// ```
#[test]
#[ignore = "takes long and checks nothing"]
#[allow(clippy::print_stdout, reason = "this is for reading")]
fn print_figures() {
    let form = Form { rows: 4096, width: 4096, group: 128, ..FORM };
    for (name, form) in [
        ("GPTQ", form),
        ("AWQ", Form { awq: true, ..form }),
        ("GPTQ g32", Form { group: 32, ..form }),
        ("GPTQ g_idx", Form { act_order: true, ..form }),
    ] {
        let checkpoint = block_on(Checkpoint::open(&Source::memory(form.folder().files()))).unwrap();
        let view = checkpoint.view(NAME, &Shape::from([form.rows, form.width])).unwrap();
        let at_once = (4 << 20) / view.dtype().row_bytes(form.width).unwrap();
        let (start, mut rounds) = (std::time::Instant::now(), 0);
        while start.elapsed().as_secs_f64() < 1.0 {
            for first in (0..form.rows).step_by(at_once) {
                std::hint::black_box(block_on(view.read_rows(first..(first + at_once).min(form.rows))).unwrap());
            }
            rounds += 1;
        }
        let bytes = (form.rows * form.width / 2 * rounds) as f64;
        println!("{name:10} {:6.0} MB/s of codes", bytes / start.elapsed().as_secs_f64() / 1e6);
    }
}
