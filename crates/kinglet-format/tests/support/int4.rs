//! Folders with one matrix as GPTQ and AWQ publish it, written by the element.

use std::ops::Range;

use kinglet_format::{Checkpoint, FormatError, Source};
use kinglet_tensor::{Bytes, DType, Shape};
use pollster::block_on;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::Far;

pub const NAME: &str = "m.weight";

/// A tensor of a safetensors file.
#[derive(Clone)]
pub struct Tensor {
    pub name: &'static str,
    pub dtype: &'static str,
    pub shape: Vec<usize>,
    pub bytes: Vec<u8>,
}

/// A folder with one matrix.
#[derive(Clone)]
pub struct Folder {
    pub settings: Value,
    pub tensors: Vec<Tensor>,
}

/// How a matrix is made.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    pub rows: usize,
    pub width: usize,
    /// -1 for a whole row.
    pub group: i64,
    pub awq: bool,
    /// Zeros are stored as they are.
    pub v2: bool,
    pub scales: DType,
    /// Columns are in no order.
    pub act_order: bool,
}

pub const FORM: Form =
    Form { rows: 24, width: 192, group: 64, awq: false, v2: false, scales: DType::F16, act_order: false };
pub const AWQ_ORDER: [usize; 8] = [0, 2, 4, 6, 1, 3, 5, 7];

/// A number from 0 to 2^32 - 1 that follows from others.
pub fn mixed(a: usize, b: usize, c: usize) -> usize {
    let mut x = 0x9e37_79b9_7f4a_7c15_u64;
    for part in [a, b, c] {
        x = (x ^ part as u64).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x ^= x >> 29;
    }
    (x >> 32) as usize
}

impl Form {
    pub fn columns_of_group(self) -> usize {
        usize::try_from(self.group).unwrap_or(self.width)
    }

    pub fn groups(self) -> usize {
        self.width.div_ceil(self.columns_of_group())
    }

    pub fn group(self, column: usize) -> usize {
        // Backwards, and then no run is whole.
        let place = if self.act_order { (column * 7 + 3) % self.width } else { column };
        place / self.columns_of_group()
    }

    pub fn code(self, row: usize, column: usize) -> usize {
        mixed(row, column, 0) % 16
    }

    /// From 1 to 16 in GPTQ's first form, where 0 has no place.
    pub fn zero(self, group: usize, row: usize) -> usize {
        mixed(group, row, 1) % 16 + usize::from(!self.awq && !self.v2)
    }

    pub fn scale(self, group: usize, row: usize) -> f32 {
        // 8 bits, so that each type has a place for it.
        (mixed(group, row, 2) % 255 + 1) as f32 / 4096.0
    }

    pub fn value(self, row: usize, column: usize) -> f32 {
        let group = self.group(column);
        self.scale(group, row) * (self.code(row, column) as f32 - self.zero(group, row) as f32)
    }

    pub fn folder(self) -> Folder {
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
    pub fn tensor(&mut self, name: &str) -> &mut Tensor {
        self.tensors.iter_mut().find(|tensor| tensor.name == name).unwrap()
    }

    pub fn without(&self, name: &str) -> Folder {
        let tensors = self.tensors.iter().filter(|tensor| tensor.name != name).cloned().collect();
        Folder { tensors, ..self.clone() }
    }

    pub fn with_setting(&self, key: &str, value: Value) -> Folder {
        let mut folder = self.clone();
        folder.settings[key] = value;
        folder
    }

    pub fn files(&self) -> Vec<(String, Bytes)> {
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
    pub fn open(&self) -> Result<[Checkpoint; 2], FormatError> {
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

    pub fn error(&self) -> String {
        let error = self.open().unwrap_err().to_string();
        assert!(!error.contains('\n') && error.len() < 300, "{error}");
        error
    }
}

pub fn read(checkpoint: &Checkpoint, shape: &Shape, rows: Range<usize>) -> Vec<f32> {
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

/// A small matrix in one form or another.
pub fn any_form() -> impl Strategy<Value = Form> {
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
