// Ends a greedy step: merges each row's candidates into a token id and hands it to the slot's next step.
//
// ids[row] = id, state[slot] = (id, position + 1), slot and position being those of the wanted row.
// Two rows of one step must not belong to the same slot. Other slots' state stays as it is.
//
// candidates [rows][chunks], ids [rows], state [slots]
// grid (rows, 1, 1), a workgroup per row
// Controlled from outside: wanted rows (index into the tokens), slots (index into `state`).

struct Params {
    chunks: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(18) var<storage, read> candidates: array<vec2<u32>>;
@group(0) @binding(19) var<storage, read_write> ids: array<u32>;

const WORKGROUP: u32 = 64u;

#import token
#import reduce
#import argmax

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, lane: Lane) {
    let row = group.x;
    if (row >= column_count()) {
        return;
    }
    var best = vec2<u32>(0u, 0xffffffffu);
    for (var i = lane.index; i < params.chunks; i += WORKGROUP) {
        let candidate = candidates[row * params.chunks + i];
        best = reduce_better(best, vec2<u32>(argmax_key(candidate.x), candidate.y));
    }
    best = reduce_best(best, lane);
    if (lane.index == 0u) {
        let token = step_row(row);
        let position = token_position(token);
        ids[row] = best.y;
        state[token_slot(token)] = vec2<u32>(best.y, position + 1u);
    }
}
