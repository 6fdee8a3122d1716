// Rows come in pairs, the gate (even) and what it lets through (odd): stores function(gate) * up at row / 2.

#import function

fn store(column: u32, row: u32, value: vec4<f32>) {
    let base = column * params.output_stride + row / 2u;
    let end = row_end();
    if (row + 1u < end) {
        output[base] = apply_function(value.x) * value.y;
    }
    if (row + 3u < end) {
        output[base + 1u] = apply_function(value.z) * value.w;
    }
}
