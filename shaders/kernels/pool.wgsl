// One column of each sequence with a wanted row: the first one's, or the mean of those up to the wanted one.
//
// input [tokens][width], output [rows][width]
// grid (width / 64 rounded up, rows, 1), a thread per element
// Controlled from outside: wanted rows (index into the step's tokens), positions: those of a sequence begin at 0, and
// its tokens stand together.

struct Params {
    width: u32,
    // Elements.
    input_stride: u32,
    output_stride: u32,
    // 1: the mean, 0: the first.
    mean: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(3) var<storage, read> input: array<f32>;
@group(0) @binding(4) var<storage, read_write> output: array<f32>;

#import step

const WORKGROUP: u32 = 64u;
// Columns that are summed by themselves: one long sum loses too much.
const PART: u32 = 64u;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let row = group.y;
    let index = group.x * WORKGROUP + lane;
    if (row >= column_count() || index >= params.width) {
        return;
    }
    let last = step_row(row);
    let first = last - min(last, step_token(last, TOKEN_POSITION));
    let end = select(first, last, params.mean == 1u) + 1u;
    var sum = 0.0;
    for (var start = first; start < end; start += PART) {
        var part = 0.0;
        for (var column = start; column < min(start + PART, end); column++) {
            part += input[column * params.input_stride + index];
        }
        sum += part;
    }
    output[row * params.output_stride + index] = sum / f32(end - first);
}
