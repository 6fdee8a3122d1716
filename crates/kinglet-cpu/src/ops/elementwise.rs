use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_PI};

use kinglet_graph::{Binary, By, Embed, Pool, Step, Unary};
use kinglet_tensor::Tensor;

pub(crate) fn embed(embed: &Embed, table: &Tensor, step: &Step) -> Vec<f32> {
    let width = table.shape().rows_and_width().1;
    let mut out = vec![0.0; step.tokens.len() * width];
    let padding = if let By::Position { padding, .. } = embed.by { padding } else { None };
    let tokens = step.tokens.iter().zip(step.places(padding)).enumerate();
    for (out, (index, (token, place))) in out.chunks_exact_mut(width).zip(tokens) {
        let row = match embed.by {
            By::Token => token.id as usize,
            By::Position { first, .. } => (first as u32).wrapping_add(place) as usize,
            By::Segment => step.segments.get(index).map_or(0, |&segment| segment as usize),
        };
        table.dtype().decode(table.row(row), out);
        out.iter_mut().for_each(|x| *x *= embed.scale);
    }
    out
}

/// One row of each sequence with a wanted row, of all rows up to that.
pub(crate) fn pool(pool: Pool, input: &[f32], step: &Step, width: usize) -> Vec<f32> {
    let pooled = step.rows.iter().flat_map(|&row| {
        let position = step.tokens[row as usize].position as usize;
        let first = row as usize - position.min(row as usize);
        let rows = match pool {
            Pool::First => first..first + 1,
            Pool::Mean => first..row as usize + 1,
        };
        (0..width).map(move |column| {
            let sum: f64 = rows.clone().map(|row| f64::from(input[row * width + column])).sum();
            (sum / rows.len() as f64) as f32
        })
    });
    pooled.collect()
}

/// Each row between those of the next token of its sequence and the one before, or zeros.
pub(crate) fn neighbours(input: &[f32], step: &Step, width: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(3 * input.len());
    let zeros = vec![0.0; width];
    for run in step.runs() {
        for token in run.clone() {
            let row = |token: usize| &input[token * width..][..width];
            out.extend_from_slice(if token + 1 < run.end { row(token + 1) } else { &zeros });
            out.extend_from_slice(row(token));
            out.extend_from_slice(if token > run.start { row(token - 1) } else { &zeros });
        }
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
