// Functions whose built-in form is inexact or undefined somewhere.

// What a masked score is: finite, and below any real one.
const MASKED: f32 = -1e30;

// exp within the range where each driver agrees; below it the result is as good as zero.
fn safe_exp(x: f32) -> f32 {
    return exp(clamp(x, -80.0, 80.0));
}

fn safe_exp4(x: vec4<f32>) -> vec4<f32> {
    return exp(clamp(x, vec4<f32>(-80.0), vec4<f32>(80.0)));
}

fn silu(x: f32) -> f32 {
    return x / (1.0 + safe_exp(-x));
}
