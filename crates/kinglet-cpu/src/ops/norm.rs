use kinglet_tensor::Tensor;

/// `x / sqrt(mean(x²) + eps) * gain`, row by row.
pub(crate) fn norm(gain: &Tensor, eps: f32, input: &[f32], width: usize) -> Vec<f32> {
    let gain = gain.to_f32();
    let mut out = Vec::with_capacity(input.len());
    for row in input.chunks_exact(width) {
        let squares: f64 = row.iter().map(|&x| f64::from(x) * f64::from(x)).sum();
        let scale = 1.0 / (squares / width as f64 + f64::from(eps)).sqrt();
        out.extend(row.iter().zip(&gain).map(|(&x, &gain)| (f64::from(x) * scale * f64::from(gain)) as f32));
    }
    out
}
