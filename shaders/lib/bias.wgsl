// The bias of a linear layer. Where it has none, a zero is bound and `bias_step` is 0.

@group(0) @binding(6) var<storage, read> bias: array<f32>;

// Adds the bias of rows row..row+3; rows beyond the end get that of the last.
fn add_bias(row: u32, value: vec4<f32>) -> vec4<f32> {
    let rows = min(vec4<u32>(row) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(row_end() - 1u));
    let at = rows * params.bias_step;
    return value + vec4<f32>(bias[at.x], bias[at.y], bias[at.z], bias[at.w]);
}
