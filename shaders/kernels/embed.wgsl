// Rows of an embedding table.
//
// output[token] = scale * weights[id - row_first] for each token whose id lies in [row_first, row_first + row_count):
// the shard of the table that is bound. Other tokens' outputs stay as they are. Tables of positions have the token's
// position, counted from `position_first`, in place of its id, and those of segments its segment.
//
// weights [row_count][row_blocks], output [tokens][width]
// grid (tokens, 1, 1), a workgroup per token
// Controlled from outside: token ids and positions (what is outside the shard is skipped), slots (index into `state`).

struct Params {
    width: u32,
    // Elements, a multiple of 4 and at least `width`.
    output_stride: u32,
    row_first: u32,
    row_count: u32,
    row_blocks: u32,
    // 0: rows are token ids, 1: positions, 2: segments.
    by: u32,
    position_first: u32,
    scale: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(4) var<storage, read_write> output: array<vec4<f32>>;

#import token
#import weights/#{WEIGHTS}

const WORKGROUP: u32 = 64u;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let token = group.x;
    if (token >= column_count()) {
        return;
    }
    var id = token_id(token);
    if (params.by == 1u) {
        id = token_position(token) + step_token(token, TOKEN_PLACE) + params.position_first;
    } else if (params.by == 2u) {
        id = step_token(token, TOKEN_SEGMENT);
    }
    if (id < params.row_first || id - params.row_first >= params.row_count) {
        return;
    }
    let row = (id - params.row_first) * params.row_blocks;
    let base = token * (params.output_stride / 4u);
    for (var b = lane; b < params.row_blocks; b += WORKGROUP) {
        let block = weight_block(row + b);
        for (var v = 0u; v < WEIGHT_VECS; v++) {
            let index = b * WEIGHT_VECS + v;
            // The last vec4 may reach beyond the width, within the stride.
            if (index * 4u < params.width) {
                output[base + index] = params.scale * weight_vec(block, v);
            }
        }
    }
}
