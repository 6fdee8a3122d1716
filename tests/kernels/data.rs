//! The values of a case's weights, by their names.

use half::{bf16, f16};
use kinglet_graph::{Graph, Weight};
use kinglet_shaders::KvFormat;
use kinglet_tensor::{DType, Tensor};

use crate::cases::{Case, PATTERNS_WIDTH};

/// Tokens there are: a multiple of the kinds of rows, and enough for a table of them to be larger than what it is for.
pub const VOCAB: usize = 259;

/// Segments that tokens may be of.
pub const SEGMENTS: usize = 3;

/// What the values of a token's row have in common.
pub const ROW_KINDS: [&str; 7] = ["ones", "±200", "±1e4", "some subnormal", "all subnormal", "outlier", "zero"];
/// What the values of a matrix's row, which makes a column of the output, have in common.
const LINEAR_KINDS: [&str; 6] = ["ones", "outlier", "zero", "f16 subnormal", "some subnormal", "±200"];
/// What a column of values has in common.
const ATTENTION_KINDS: [&str; 8] =
    ["ones", "more ones", "±200", "±1e4", "f16 subnormal", "zero", "outlier", "some subnormal"];

/// What is far above f16 is stored as the largest f16 there is.
const BEYOND_F16: f32 = 1e5;
const LARGEST_F16: f32 = 65_504.0;

pub fn row_kind(id: u32) -> usize {
    id as usize % ROW_KINDS.len()
}

pub fn linear_column(column: usize) -> usize {
    column % LINEAR_KINDS.len()
}

pub fn attention_column(column: usize) -> usize {
    column % ATTENTION_KINDS.len()
}

pub fn outlier_gain(width: usize) -> usize {
    width / 2
}

/// For whom values are made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum For {
    Kernels,
    /// Values of the cache are as the cache's format stores them.
    Reference,
}

/// The weights of a case's graph.
pub fn tensors(case: &Case, graph: &Graph, whom: For) -> Vec<Tensor> {
    let tensor = |weight: &Weight| {
        let (dtype, mut bytes) = (dtype(case, weight), Vec::new());
        if dtype.block_elements() > 1 {
            bytes = blocks(dtype, weight);
        } else {
            dtype.encode(&values(case, weight, whom), &mut bytes);
        }
        Tensor::new(dtype, weight.shape.clone(), bytes.into()).expect("the bytes of a tensor")
    };
    graph.weights.iter().map(tensor).collect()
}

/// The type of a weight.
pub fn dtype(case: &Case, weight: &Weight) -> DType {
    match weight.name.split('.').next() {
        Some("table" | "patterns" | "matrix") => case.dtype,
        Some("projection") if weight.name.contains(".bf16.") => DType::BF16,
        Some("projection") if weight.name.contains(".f16.") => DType::F16,
        _ => DType::F32,
    }
}

/// Blocks of any bits, with scales that are neither large nor all alike.
fn blocks(dtype: DType, weight: &Weight) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(seed(weight) + 1);
    let mut bytes = vec![0; weight.shape.bytes(dtype).expect("the size of a tensor")];
    random.fill(&mut bytes);
    for block in bytes.chunks_exact_mut(dtype.block_bytes()) {
        for &at in half_fields(dtype) {
            let scale = match random.u32(0..8) {
                0 => f16::ZERO,
                1 => f16::from_bits(random.u16(1..0x400)),
                _ => f16::from_f32((random.f32() + 0.5) * if random.bool() { 0.01 } else { -0.01 }),
            };
            block[at..at + 2].copy_from_slice(&scale.to_le_bytes());
        }
    }
    bytes
}

/// Where the f16 numbers of a block are.
fn half_fields(dtype: DType) -> &'static [usize] {
    match dtype {
        DType::F32 | DType::F16 | DType::BF16 => &[],
        DType::Q8_0 | DType::Q4_0 | DType::Q5_0 | DType::IQ4_NL | DType::IQ4_XS => &[0],
        DType::I4_G32 | DType::I4_G64 | DType::I4_G128 => &[0],
        DType::Q4_1 | DType::Q5_1 | DType::Q4_K | DType::Q5_K => &[0, 2],
        DType::Q2_K => &[80, 82],
        DType::Q3_K => &[108],
        DType::Q6_K => &[208],
    }
}

/// The same values wherever the name is the same.
fn seed(weight: &Weight) -> u64 {
    weight.name.bytes().fold(7, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(byte.into()))
}

fn values(case: &Case, weight: &Weight, whom: For) -> Vec<f32> {
    let (rows, width) = weight.shape.rows_and_width();
    let mut random = Random(fastrand::Rng::with_seed(seed(weight)));
    let mut parts = weight.name.split('.');
    let (first, second) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let head_dim = parts.next().and_then(|third| third.parse().ok()).unwrap_or(width);
    let still = second == "still";
    let vector = weight.shape.dims().len() == 1;
    match first {
        "input" | "residual" | "table" => (0..rows).flat_map(|row| random.row(row, width)).collect(),
        "patterns" => (0..rows * PATTERNS_WIDTH).map(|index| pattern(case.dtype, index as u16)).collect(),
        "matrix" if !vector => (0..rows).flat_map(|row| random.matrix_row(row, width)).collect(),
        "huge" => {
            let inside = second.parse().unwrap_or(width);
            (0..rows * width).map(|index| if index % width < inside { random.one() } else { f32::MAX }).collect()
        }
        "gain" => random.gains(width),
        "query" => (0..rows).flat_map(|row| random.query(row, still, width, head_dim)).collect(),
        "key" => {
            let keys = (0..rows).flat_map(|_| random.key(still, width, head_dim));
            keys.map(|key| stored(case.kv, key)).collect()
        }
        "value" => {
            let values = (0..rows * width).map(|index| random.value(case.kv, index / width, index % width % head_dim));
            let given = |value: f32| match whom {
                For::Kernels if value.abs() >= BEYOND_F16 => value,
                _ => stored(case.kv, value),
            };
            values.map(given).collect()
        }
        "projection" if !vector => {
            random.ones(rows * width).iter().map(|value| value * 1.7 / (width as f32).sqrt()).collect()
        }
        _ => random.ones(rows * width),
    }
}

/// A finite value of every 16-bit pattern: the others are zero.
fn pattern(dtype: DType, bits: u16) -> f32 {
    let value = if dtype == DType::F16 { f16::from_bits(bits).to_f32() } else { bf16::from_bits(bits).to_f32() };
    if value.is_finite() { value } else { 0.0 }
}

/// A value as the cache holds it.
fn stored(kv: KvFormat, value: f32) -> f32 {
    match kv {
        KvFormat::F32 => value,
        KvFormat::F16 => f16::from_f32(value.clamp(-LARGEST_F16, LARGEST_F16)).to_f32(),
    }
}

struct Random(fastrand::Rng);

impl Random {
    /// Between -1 and 1.
    fn one(&mut self) -> f32 {
        self.0.f32() * 2.0 - 1.0
    }

    fn ones(&mut self, count: usize) -> Vec<f32> {
        (0..count).map(|_| self.one()).collect()
    }

    /// So small that the sum of a thousand of them, times 200, is subnormal too: a device may take all of it for zero.
    fn subnormal(&mut self) -> f32 {
        self.one() * 1e-43
    }

    /// The row of a token.
    fn row(&mut self, id: usize, width: usize) -> Vec<f32> {
        let mut row = self.ones(width);
        match row_kind(id as u32) {
            0 => {}
            1 => row.iter_mut().for_each(|value| *value *= 200.0),
            2 => row.iter_mut().for_each(|value| *value *= 1e4),
            3 => row.iter_mut().skip(1).step_by(3).for_each(|value| *value = self.subnormal()),
            4 => row.iter_mut().for_each(|value| *value = self.subnormal()),
            5 => row[id % width] = 1e3,
            _ => row.fill(0.0),
        }
        // silu of a large negative number is nothing; alone it could not be compared.
        row[0] = row[0].abs();
        row
    }

    /// The row of a matrix.
    fn matrix_row(&mut self, row: usize, width: usize) -> Vec<f32> {
        let scale = 1.0 / (width as f32).sqrt();
        let mut values: Vec<f32> = self.ones(width).iter().map(|value| value * scale).collect();
        match linear_column(row) {
            0 => {}
            1 => values[row % width] = 1e3,
            2 => values.fill(0.0),
            3 => values.iter_mut().for_each(|value| *value *= 5e-5 / scale),
            4 => values.iter_mut().skip(1).step_by(3).for_each(|value| *value = self.subnormal()),
            _ => values.iter_mut().for_each(|value| *value *= 200.0 / scale),
        }
        values
    }

    fn gains(&mut self, width: usize) -> Vec<f32> {
        let mut gains: Vec<f32> = self.ones(width).iter().map(|value| 1.0 + value * 0.5).collect();
        gains[outlier_gain(width)] = 100.0;
        gains
    }

    /// Queries of a token: flat, middling or pointed, or zero, which weighs all keys alike.
    fn query(&mut self, id: usize, still: bool, width: usize, head_dim: usize) -> Vec<f32> {
        let scale = [1.7, 0.5, 4.0, 1.7, 1.7, 1.7, 0.0][row_kind(id as u32)];
        let mut queries: Vec<f32> = self.ones(width).iter().map(|value| value * scale).collect();
        if still {
            queries.iter_mut().skip(1).step_by(head_dim).for_each(|query| *query *= 0.1);
        }
        queries
    }

    /// Keys of a token. Models have channels in which all keys are large and alike, and queries small; turned ones are
    /// left out, because what f16 rounds off of them is as large as other keys.
    fn key(&mut self, still: bool, width: usize, head_dim: usize) -> Vec<f32> {
        let mut keys: Vec<f32> = self.ones(width).iter().map(|value| value * 1.7).collect();
        if still {
            keys.iter_mut().skip(1).step_by(head_dim).for_each(|key| *key += 200.0);
        }
        keys
    }

    /// A value of a token.
    fn value(&mut self, kv: KvFormat, row: usize, column: usize) -> f32 {
        let one = self.one();
        match attention_column(column) {
            0 | 1 => one,
            2 => one * 200.0,
            3 if kv == KvFormat::F16 && row.is_multiple_of(5) => BEYOND_F16.copysign(one),
            3 => one * 1e4,
            4 => one * 5e-5,
            5 => 0.0,
            6 if row.is_multiple_of(16) => 1e3,
            7 if row.is_multiple_of(3) => self.subnormal(),
            _ => one,
        }
    }
}
