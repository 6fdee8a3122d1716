// The second operand of an elementwise operation.

@group(0) @binding(17) var<storage, read> right: array<f32>;

fn right_value(column: u32, index: u32) -> f32 {
    return right[column * params.right_stride + params.right_offset + index];
}
