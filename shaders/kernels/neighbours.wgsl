// Each column between those of the next token of its sequence and of the one before; zeros where there is none.
//
// input [tokens][width], output [tokens][next, own, previous][width]
// grid (3 * width / 64 rounded up, tokens, 1), a thread per element
// Controlled from outside: slots (compared with each other).

struct Params {
    width: u32,
    // Elements.
    input_stride: u32,
    output_stride: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(3) var<storage, read> input: array<f32>;
@group(0) @binding(4) var<storage, read_write> output: array<f32>;

#import step

const WORKGROUP: u32 = 64u;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let token = group.y;
    let index = group.x * WORKGROUP + lane;
    if (token >= column_count() || index >= 3u * params.width) {
        return;
    }
    // The token after this one for the first third, this one, the one before; counted from one before all.
    let neighbour = token + 2u - index / params.width;
    var value = 0.0;
    if (neighbour >= 1u && neighbour <= step.tokens) {
        if (step_token(neighbour - 1u, TOKEN_SLOT) == step_token(token, TOKEN_SLOT)) {
            value = input[(neighbour - 1u) * params.input_stride + index % params.width];
        }
    }
    output[token * params.output_stride + index] = value;
}
