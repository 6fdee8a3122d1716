// One operation on each element: output = op(left) or op(left, right), see lib/elementwise.
//
// A copy with ROWS gathers: output column i is input column step_row(i). The other operations with ROWS have
// operands that are gathered already.
//
// left, right [tokens or rows][width] at their offsets, output likewise
// grid (width / 64 rounded up, tokens or rows, 1), a thread per element
// Controlled from outside: wanted rows when gathering (index into left's columns).

struct Params {
    width: u32,
    // Elements.
    left_offset: u32,
    left_stride: u32,
    right_offset: u32,
    right_stride: u32,
    output_offset: u32,
    output_stride: u32,
    // What the operation `function` applies: see lib/function.
    function: u32,
    operand: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(4) var<storage, read_write> output: array<f32>;
@group(0) @binding(16) var<storage, read> left: array<f32>;

#import step
#import elementwise/#{OP}

const WORKGROUP: u32 = 64u;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let column = group.y;
    let index = group.x * WORKGROUP + lane;
    if (column >= column_count() || index >= params.width) {
        return;
    }
    let source = source_column(column);
    let value = left[source * params.left_stride + params.left_offset + index];
    output[column * params.output_stride + params.output_offset + index] = element(value, source, index);
}
