// Merges what the splits of `attention` have found: rescales each to the greatest maximum, adds up, normalises.
//
// partials [tokens][heads][splits][head_vecs], partial_sums [tokens][heads][splits], output [tokens][heads][head_dim]
// grid (tokens, heads, 1), a workgroup per head
// Controlled from outside: tiles (index into the tokens), token slots (index into `state`), positions:
// `splits` must be enough for what the tile sees.

struct Params {
    // Query heads.
    heads: u32,
    head_dim: u32,
    // head_dim in fours, rounded up.
    head_vecs: u32,
    // Elements.
    output_stride: u32,
    // The partials' dimension.
    splits: u32,
    // As attention has it.
    window: u32,
    ahead: u32,
    // See lib/page.
    page_table: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(4) var<storage, read_write> output: array<f32>;
@group(0) @binding(14) var<storage, read> partials: array<vec4<f32>>;
@group(0) @binding(15) var<storage, read> partial_sums: array<vec2<f32>>;

#import math
#import split

const WORKGROUP: u32 = 64u;

// The tile that `token` is in: attention has split what its tokens see.
fn tile_of(token: u32) -> Tile {
    for (var i = 0u; i < step.tiles; i++) {
        let tile = step_tile(i);
        if (tile.first <= token && token < tile.first + tile.count) {
            return tile;
        }
    }
    return Tile(token, 1u, token_position(token) + 1u);
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let token = group.x;
    let head = group.y;
    if (token >= column_count() || head >= params.heads) {
        return;
    }
    let pages = seen_pages(tile_of(token));
    let splits = min(split_count(pages.end - pages.first), params.splits);
    let base = (token * params.heads + head) * params.splits;
    var maximum = MASKED;
    for (var s = 0u; s < splits; s++) {
        maximum = max(maximum, partial_sums[base + s].x);
    }
    var sum = 0.0;
    for (var s = 0u; s < splits; s++) {
        let partial = partial_sums[base + s];
        sum += partial.y * safe_exp(partial.x - maximum);
    }
    for (var vec = lane; vec < params.head_vecs; vec += WORKGROUP) {
        var value = vec4<f32>();
        for (var s = 0u; s < splits; s++) {
            value += partials[(base + s) * params.head_vecs + vec] * safe_exp(partial_sums[base + s].x - maximum);
        }
        let result = value / sum;
        let place = token * params.output_stride + head * params.head_dim + vec * 4u;
        for (var k = 0u; k < 4u; k++) {
            if (vec * 4u + k < params.head_dim) {
                output[place + k] = result[k];
            }
        }
    }
}
