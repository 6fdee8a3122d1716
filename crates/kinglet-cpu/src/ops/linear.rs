use kinglet_graph::{Activation, Linear, Part};

use super::elementwise::unary;
use crate::{
    Model, Precision,
    simd::{Column, PANEL, dot, for_each_chunk, in_lanes, panel_products},
};

/// From so many input rows on it pays to turn the weights into panels.
const MANY: usize = 8;

/// Products that take as long as an element of a weight to be decoded, and an activation.
const DECODING: usize = 1;
const ACTIVATION: usize = 32;

/// The products of all parts, side by side or gated, plus the residual.
pub(crate) fn linear(model: &Model, linear: &Linear, inputs: &[&[f32]], rows: usize, width: usize) -> Vec<f32> {
    let mut out = vec![0.0; rows * width];
    let mut first = 0;
    for (index, part) in linear.parts.iter().enumerate() {
        let product = product(model, part, inputs[0], rows);
        for_each_chunk(&mut out, width, (rows * part.rows).saturating_mul(ACTIVATION), |row, out| {
            let column = |column: usize| linear.scale * product[column / PANEL * rows + row][column % PANEL];
            match linear.activation {
                Activation::None | Activation::Of(_) => {
                    for (i, out) in out[first..first + part.rows].iter_mut().enumerate() {
                        *out = match linear.activation {
                            Activation::Of(function) => unary(function, column(i)),
                            _ => column(i),
                        };
                    }
                }
                Activation::Gated(function) => {
                    for (i, out) in out.iter_mut().enumerate() {
                        *out = if index == 0 { unary(function, column(i)) } else { *out * column(i) };
                    }
                }
            }
        });
        first += part.rows;
    }
    if linear.residual {
        for (out, residual) in out.iter_mut().zip(inputs[1]) {
            *out += residual;
        }
    }
    out
}

/// `weight · input + bias` as `[weight row / PANEL][input row][weight row % PANEL]`: each weight row is decoded once for all
/// inputs.
fn product(model: &Model, part: &Part, input: &[f32], rows: usize) -> Vec<Column> {
    let weight = &model.weights[part.weight.0];
    let bias = part.bias.map(|bias| model.weights[bias.0].to_f32());
    let width = weight.shape().rows_and_width().1;
    let as_panels = rows >= MANY && model.precision == Precision::F32;
    let mut in_order = vec![0.0; if as_panels { input.len() } else { 0 }];
    for (place, row) in in_order.chunks_exact_mut(width).zip(input.chunks_exact(width)) {
        in_lanes(row).for_each(|(at, value)| place[at] = value);
    }
    let mut product = vec![[0.0; PANEL]; part.rows.div_ceil(PANEL) * rows];
    for_each_chunk(&mut product, rows, (part.rows * width).saturating_mul(rows + DECODING), |chunk, place| {
        let first = chunk * PANEL;
        let weight_rows = (part.first + first..part.first + part.rows).take(PANEL).enumerate();
        let mut decoded = vec![0.0; width];
        if as_panels {
            let mut panel = vec![[0.0; PANEL]; width];
            for (lane, row) in weight_rows.clone() {
                weight.dtype().decode(weight.row(row), &mut decoded);
                in_lanes(&decoded).for_each(|(at, value)| panel[at][lane] = value);
            }
            panel_products(&panel, &in_order, place);
        } else {
            for (lane, row) in weight_rows.clone() {
                weight.dtype().decode(weight.row(row), &mut decoded);
                for (place, input) in place.iter_mut().zip(input.chunks_exact(width)) {
                    place[lane] = dot(model.precision, &decoded, input);
                }
            }
        }
        if let Some(bias) = &bias {
            for (lane, row) in weight_rows {
                place.iter_mut().for_each(|place| place[lane] += bias[row]);
            }
        }
    });
    product
}
