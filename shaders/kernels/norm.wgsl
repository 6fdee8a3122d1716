// RMS or layer norm of each run of `width` columns: output = (input - mean) / sqrt(mean((input - mean)²) + eps)
// * (gain + gain_offset) + bias + residual, where an RMS norm takes 0 for the mean, and some take 1 for the root. The
// first runs have the first `width` gains and biases, the others the next ones. Behind them come runs that are copied:
// output = input + residual.
//
// With ROWS, output column i is made from input column step_row(i): only wanted rows go on. The residual has the
// output's shape and stride.
//
// input [tokens][all runs][width], gain and bias [1 or 2][width], output [tokens or rows][all runs][width]
// grid (tokens or rows, runs + copied_runs, 1), a workgroup per run
// Controlled from outside: wanted rows (index into the input's columns).

struct Params {
    // Elements of a run.
    width: u32,
    // Runs that are normalised, those of them with the first gains, and runs that are copied.
    runs: u32,
    first_runs: u32,
    copied_runs: u32,
    // Elements.
    input_stride: u32,
    output_stride: u32,
    eps: f32,
    gain_offset: f32,
    // 1: the mean is subtracted, and what is left divided by its root mean square; 0: not.
    centred: u32,
    scaled: u32,
    // 1, or 0 where there is none and a zero is bound.
    bias_step: u32,
    residual_step: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(3) var<storage, read> input: array<f32>;
@group(0) @binding(4) var<storage, read_write> output: array<f32>;
@group(0) @binding(6) var<storage, read> bias: array<f32>;
@group(0) @binding(7) var<storage, read> residual: array<f32>;
@group(0) @binding(8) var<storage, read> gain: array<f32>;

override WORKGROUP: u32 = 128u;

#import step
#import reduce

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, lane: Lane) {
    let column = group.x;
    if (column >= column_count() || group.y >= params.runs + params.copied_runs) {
        return;
    }
    let source = source_column(column) * params.input_stride + group.y * params.width;
    let base = column * params.output_stride + group.y * params.width;
    if (group.y >= params.runs) {
        for (var i = lane.index; i < params.width; i += WORKGROUP) {
            output[base + i] = input[source + i] + residual[(base + i) * params.residual_step];
        }
        return;
    }
    let vector = select(0u, params.width, group.y >= params.first_runs);
    var mean = 0.0;
    if (params.centred == 1u) {
        var sum = 0.0;
        for (var i = lane.index; i < params.width; i += WORKGROUP) {
            sum += input[source + i];
        }
        mean = reduce_add(sum, lane) / f32(params.width);
    }
    var squares = 0.0;
    for (var i = lane.index; i < params.width; i += WORKGROUP) {
        let value = input[source + i] - mean;
        squares += value * value;
    }
    let root = inverseSqrt(reduce_add(squares, lane) / f32(params.width) + params.eps);
    let scale = select(1.0, root, params.scaled == 1u);
    for (var i = lane.index; i < params.width; i += WORKGROUP) {
        let value = (input[source + i] - mean) * scale * (gain[vector + i] + params.gain_offset);
        let biased = value + bias[(vector + i) * params.bias_step];
        output[base + i] = biased + residual[(base + i) * params.residual_step];
    }
}
