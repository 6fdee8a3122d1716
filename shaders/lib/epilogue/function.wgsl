// Stores a function of rows row..row+3 of a column.

#import function

fn store(column: u32, row: u32, value: vec4<f32>) {
    let base = column * params.output_stride + row;
    let end = row_end();
    for (var i = 0u; i < 4u; i++) {
        if (row + i < end) {
            output[base + i] = apply_function(value[i]);
        }
    }
}
