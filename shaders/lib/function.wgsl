// A function of one value: which one is the parameter `function`, and `operand` is the number that some of them take.
// Rust has the same numbers in `function.rs`.

#import math

const FUNCTION_SILU: u32 = 0u;
const FUNCTION_GELU: u32 = 1u;
const FUNCTION_GELU_TANH: u32 = 2u;
const FUNCTION_RELU: u32 = 3u;
const FUNCTION_TANH: u32 = 4u;
// operand * tanh(x / operand)
const FUNCTION_SOFTCAP: u32 = 5u;
// x * operand
const FUNCTION_SCALE: u32 = 6u;

// x / (1 + exp(-y)), 0 where it is as small as numbers get: x may be large.
fn times_logistic(x: f32, y: f32) -> f32 {
    return select(x / (1.0 + exp(clamp(-y, -80.0, 87.0))), 0.0, y < -87.0);
}

// x times the normal distribution: half of erfc, so that nothing cancels where x is far below zero.
fn gelu(x: f32) -> f32 {
    let tail = 0.5 * erfc_positive(abs(x) * 0.70710678);
    return x * select(tail, 1.0 - tail, x > 0.0);
}

// x / 2 * (1 + tanh(y)) = x / (1 + exp(-2 y)), which is exact where y is far below zero.
fn gelu_tanh(x: f32) -> f32 {
    // Beyond it the square could be infinite, and the exponent is at its limit long before.
    let inside = clamp(x, -100.0, 100.0);
    return times_logistic(x, 1.5957691 * inside * (1.0 + 0.044715 * inside * inside));
}

fn apply_function(x: f32) -> f32 {
    var y = x * params.operand;
    switch (params.function) {
        case FUNCTION_SILU: {
            y = times_logistic(x, x);
        }
        case FUNCTION_GELU: {
            y = gelu(x);
        }
        case FUNCTION_GELU_TANH: {
            y = gelu_tanh(x);
        }
        case FUNCTION_RELU: {
            y = max(x, 0.0);
        }
        case FUNCTION_TANH: {
            y = safe_tanh(x);
        }
        case FUNCTION_SOFTCAP: {
            y = softcap(x, params.operand);
        }
        default: {}
    }
    return y;
}
