// The bias of a linear layer, or none.

#ifdef BIAS
@group(0) @binding(6) var<storage, read> bias: array<f32>;
#endif

// Adds the bias of rows row..row+3; rows beyond the end get that of the last.
fn add_bias(row: u32, value: vec4<f32>) -> vec4<f32> {
#ifdef BIAS
    let at = min(vec4<u32>(row) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(row_end() - 1u));
    return value + vec4<f32>(bias[at.x], bias[at.y], bias[at.z], bias[at.w]);
#else
    return value;
#endif
}
