// Stores rows row..row+3 of a column, added to the residual stream, which has the output's shape and stride.

@group(0) @binding(7) var<storage, read> residual: array<f32>;

fn store(column: u32, row: u32, value: vec4<f32>) {
    let base = column * params.output_stride + row;
    let end = row_end();
    for (var i = 0u; i < 4u; i++) {
        if (row + i < end) {
            output[base + i] = residual[base + i] + value[i];
        }
    }
}
