use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_PI};

use kinglet_graph::{Binary, By, Embed, Step, Unary};
use kinglet_tensor::Tensor;

pub(crate) fn embed(embed: &Embed, table: &Tensor, step: &Step) -> Vec<f32> {
    let width = table.shape().rows_and_width().1;
    let mut out = vec![0.0; step.tokens.len() * width];
    for (out, token) in out.chunks_exact_mut(width).zip(&step.tokens) {
        let row = match embed.by {
            By::Token => token.id as usize,
            By::Position { first } => first + token.position as usize,
        };
        table.dtype().decode(table.row(row), out);
        out.iter_mut().for_each(|x| *x *= embed.scale);
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

/// The function in f64, rounded once.
pub(crate) fn unary(op: Unary, x: f32) -> f32 {
    let wide = f64::from(x);
    match op {
        Unary::Silu => (wide / (1.0 + (-wide).exp())) as f32,
        Unary::Gelu => (wide / 2.0 * libm::erfc(-wide * FRAC_1_SQRT_2)) as f32,
        Unary::GeluTanh => {
            let inner = FRAC_2_PI.sqrt() * (wide + 0.044715 * wide * wide * wide);
            // 1 + tanh(y), without losing what is left of it where y is far below zero.
            (wide / (1.0 + (-2.0 * inner).exp())) as f32
        }
        Unary::Relu => x.max(0.0),
        Unary::Tanh => wide.tanh() as f32,
        Unary::Softcap(cap) => (f64::from(cap) * (wide / f64::from(cap)).tanh()) as f32,
        Unary::Scale(factor) => x * factor,
    }
}
