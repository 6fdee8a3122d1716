use kinglet_graph::{Activation, Linear, Part};

use super::elementwise::unary;
use crate::{
    Model,
    simd::{dot, for_each_chunk},
};

/// Weight rows that one thread takes at a time.
const ROWS: usize = 16;

/// The products of all parts, side by side or gated, plus the residual.
pub(crate) fn linear(model: &Model, linear: &Linear, inputs: &[&[f32]], rows: usize, width: usize) -> Vec<f32> {
    let mut out = vec![0.0; rows * width];
    let mut first = 0;
    for (index, part) in linear.parts.iter().enumerate() {
        let product = product(model, part, inputs[0], rows);
        for (row, out) in out.chunks_exact_mut(width).enumerate() {
            let column = |column: usize| product[column * rows + row];
            match linear.activation {
                Activation::None | Activation::Of(_) => {
                    for (i, out) in out[first..first + part.rows].iter_mut().enumerate() {
                        *out = match linear.activation {
                            Activation::Of(function) => unary(function, linear.scale * column(i)),
                            _ => linear.scale * column(i),
                        };
                    }
                }
                Activation::Gated(function) => {
                    for (i, out) in out.iter_mut().enumerate() {
                        let product = linear.scale * column(i);
                        *out = if index == 0 { unary(function, product) } else { *out * product };
                    }
                }
            }
        }
        first += part.rows;
    }
    if linear.residual {
        for (out, residual) in out.iter_mut().zip(inputs[1]) {
            *out += residual;
        }
    }
    out
}

/// `weight · input + bias` as `[weight row][input row]`: each weight row is decoded once for all inputs.
fn product(model: &Model, part: &Part, input: &[f32], rows: usize) -> Vec<f32> {
    let weight = &model.weights[part.weight.0];
    let bias = part.bias.map(|bias| model.weights[bias.0].to_f32());
    let width = weight.shape().rows_and_width().1;
    let mut product = vec![0.0; part.rows * rows];
    for_each_chunk(&mut product, ROWS * rows, |chunk, place| {
        let mut decoded = vec![0.0; width];
        for (row, place) in (part.first + chunk * ROWS..).zip(place.chunks_exact_mut(rows.max(1))) {
            weight.dtype().decode(weight.row(row), &mut decoded);
            let bias = bias.as_ref().map_or(0.0, |bias| bias[row]);
            for (place, input) in place.iter_mut().zip(input.chunks_exact(width)) {
                *place = dot(model.precision, &decoded, input) + bias;
            }
        }
    });
    product
}
