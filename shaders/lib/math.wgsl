// Functions whose built-in form is inexact, undefined somewhere, or missing.

// What a masked score is: finite, and below any real one.
const MASKED: f32 = -1e30;

// exp within the range where each driver agrees; below it the result is as good as zero.
fn safe_exp(x: f32) -> f32 {
    return exp(clamp(x, -80.0, 80.0));
}

fn safe_exp4(x: vec4<f32>) -> vec4<f32> {
    return exp(clamp(x, vec4<f32>(-80.0), vec4<f32>(80.0)));
}

// tanh: the built-in one is NaN above 88 on some drivers, and loses small arguments on others.
fn safe_tanh(x: f32) -> f32 {
    // tanh(x) / x - 1 as a polynomial in x², which is right to 5e-8 up to 0.625.
    let inside = clamp(x, -15.0, 15.0);
    let square = inside * inside;
    let series = -0.33333328 + square * (0.1333277
        + square * (-0.05385093 + square * (0.020997275 - square * 0.0060968525)));
    let far = sign(inside) * (1.0 - 2.0 / (1.0 + safe_exp(2.0 * abs(inside))));
    return select(far, inside + inside * square * series, abs(inside) < 0.625);
}

// cap * tanh(x / cap)
fn softcap(x: f32, cap: f32) -> f32 {
    return cap * safe_tanh(x / cap);
}

fn softcap4(x: vec4<f32>, cap: f32) -> vec4<f32> {
    return vec4<f32>(softcap(x.x, cap), softcap(x.y, cap), softcap(x.z, cap), softcap(x.w, cap));
}

// The complementary error function of x >= 0: erfc(x) * exp(x²) / t as a polynomial in t = 1 / (1 + x / 2), right to
// 1e-7.
fn erfc_positive(x: f32) -> f32 {
    // Far beyond where nothing is left.
    let inside = min(x, 10.0);
    let t = 1.0 / (1.0 + 0.5 * inside);
    var series = 0.03239865 * t - 0.1716289;
    series = series * t + 0.33256868;
    series = series * t - 0.21899329;
    series = series * t - 0.08664944;
    series = series * t + 0.07456794;
    series = series * t + 0.03905752;
    series = series * t + 0.18979546;
    series = series * t + 0.2444791;
    series = series * t + 0.28231841;
    series = series * t + 0.28208584;
    let square = inside * inside;
    return select(t * series * exp(-min(square, 87.0)), 0.0, square > 87.0);
}
