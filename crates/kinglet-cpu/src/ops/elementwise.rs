use kinglet_graph::{Binary, Step, Unary};
use kinglet_tensor::Tensor;

pub(crate) fn embed(table: &Tensor, step: &Step) -> Vec<f32> {
    let width = table.shape().rows_and_width().1;
    let mut out = vec![0.0; step.tokens.len() * width];
    for (row, token) in out.chunks_exact_mut(width).zip(&step.tokens) {
        table.dtype().decode(table.row(token.id as usize), row);
    }
    out
}

pub(crate) fn binary(op: Binary, left: &[f32], right: &[f32]) -> Vec<f32> {
    let pairs = left.iter().zip(right);
    match op {
        Binary::Add => pairs.map(|(a, b)| a + b).collect(),
        Binary::Mul => pairs.map(|(a, b)| a * b).collect(),
    }
}

pub(crate) fn unary(op: Unary, input: &[f32]) -> Vec<f32> {
    match op {
        Unary::Silu => input.iter().map(|&x| silu(x)).collect(),
    }
}

pub(crate) fn silu(x: f32) -> f32 {
    (f64::from(x) / (1.0 + (-f64::from(x)).exp())) as f32
}
