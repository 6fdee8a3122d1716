use kinglet_graph::{Gain, Norm, NormKind};

use crate::Model;

/// Runs of as many columns as the gains have, each by itself, then the columns that are copied, plus the residual.
pub(crate) fn norm(model: &Model, norm: &Norm, inputs: &[&[f32]], width: usize) -> Vec<f32> {
    let values = |gain: &Gain| {
        let weight = model.weights[gain.weight.0].to_f32();
        let bias = gain.bias.map_or_else(|| vec![0.0; weight.len()], |bias| model.weights[bias.0].to_f32());
        (gain.runs, weight, bias)
    };
    let gains: Vec<_> = norm.gains.iter().map(values).collect();
    let mut out = Vec::with_capacity(inputs[0].len());
    for mut row in inputs[0].chunks_exact(width) {
        for (runs, gain, bias) in &gains {
            let (normed, rest) = row.split_at(runs * gain.len());
            normed.chunks_exact(gain.len()).for_each(|run| normalise(norm, run, gain, bias, &mut out));
            row = rest;
        }
        out.extend(row);
    }
    if norm.residual {
        out.iter_mut().zip(inputs[1]).for_each(|(out, residual)| *out += residual);
    }
    out
}

fn normalise(norm: &Norm, run: &[f32], gain: &[f32], bias: &[f32], out: &mut Vec<f32>) {
    let mean_of = |value: &dyn Fn(f64) -> f64| run.iter().map(|&x| value(x.into())).sum::<f64>() / run.len() as f64;
    let mean = match norm.kind {
        NormKind::Rms | NormKind::Affine => 0.0,
        NormKind::Layer => mean_of(&|x| x),
    };
    let scale = match norm.kind {
        NormKind::Affine => 1.0,
        _ => 1.0 / (mean_of(&|x| (x - mean) * (x - mean)) + f64::from(norm.eps)).sqrt(),
    };
    out.extend(run.iter().zip(gain.iter().zip(bias)).map(|(&x, (&gain, &bias))| {
        let gain = f64::from(gain) + f64::from(norm.gain_offset);
        ((f64::from(x) - mean) * scale * gain + f64::from(bias)) as f32
    }));
}
