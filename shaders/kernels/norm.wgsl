// RMS norm: output = input / sqrt(mean(input²) + eps) * gain, per column.
//
// With ROWS, output column i is made from input column step.row[i]: only wanted rows go on.
//
// input [tokens][width], gain [width], output [tokens or rows][width]
// grid (tokens or rows, 1, 1), a workgroup per column
// Controlled from outside: step.row (index into the input's columns).

struct Params {
    width: u32,
    // Elements.
    input_stride: u32,
    output_stride: u32,
    eps: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(3) var<storage, read> input: array<f32>;
@group(0) @binding(4) var<storage, read_write> output: array<f32>;
@group(0) @binding(8) var<storage, read> gain: array<f32>;

override WORKGROUP: u32 = 128u;

#import step
#import reduce

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, lane: Lane) {
    let column = group.x;
    if (column >= column_count()) {
        return;
    }
    let source = source_column(column) * params.input_stride;
    let base = column * params.output_stride;
    var squares = 0.0;
    for (var i = lane.index; i < params.width; i += WORKGROUP) {
        let value = input[source + i];
        squares += value * value;
    }
    let mean = reduce_add(squares, lane) / f32(params.width);
    let scale = inverseSqrt(mean + params.eps);
    for (var i = lane.index; i < params.width; i += WORKGROUP) {
        output[base + i] = input[source + i] * scale * gain[i];
    }
}
