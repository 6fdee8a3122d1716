use kinglet_graph::{Norm, NormKind};

use crate::Model;

/// Runs of as many columns as the gain has, each by itself, plus the residual.
pub(crate) fn norm(model: &Model, norm: &Norm, inputs: &[&[f32]]) -> Vec<f32> {
    let gain = model.weights[norm.gain.0].to_f32();
    let bias = norm.bias.map_or_else(|| vec![0.0; gain.len()], |bias| model.weights[bias.0].to_f32());
    let mut out = Vec::with_capacity(inputs[0].len());
    for run in inputs[0].chunks_exact(gain.len()) {
        let mean_of = |value: &dyn Fn(f64) -> f64| run.iter().map(|&x| value(x.into())).sum::<f64>() / run.len() as f64;
        let mean = match norm.kind {
            NormKind::Rms | NormKind::Affine => 0.0,
            NormKind::Layer => mean_of(&|x| x),
        };
        let scale = match norm.kind {
            NormKind::Affine => 1.0,
            _ => 1.0 / (mean_of(&|x| (x - mean) * (x - mean)) + f64::from(norm.eps)).sqrt(),
        };
        out.extend(run.iter().zip(gain.iter().zip(&bias)).map(|(&x, (&gain, &bias))| {
            let gain = f64::from(gain) + f64::from(norm.gain_offset);
            ((f64::from(x) - mean) * scale * gain + f64::from(bias)) as f32
        }));
    }
    if norm.residual {
        out.iter_mut().zip(inputs[1]).for_each(|(out, residual)| *out += residual);
    }
    out
}
