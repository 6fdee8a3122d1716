// Rows come in pairs, the gate (even) and what it lets through (odd): stores silu(gate) * up at row / 2.

#import math

fn store(column: u32, row: u32, value: vec4<f32>) {
    let base = column * params.output_stride + row / 2u;
    let end = row_end();
    if (row + 1u < end) {
        output[base] = silu(value.x) * value.y;
    }
    if (row + 3u < end) {
        output[base + 1u] = silu(value.z) * value.w;
    }
}
