// The best logit of each chunk of each row; `feed` merges the chunks.
//
// candidates[row * chunks + chunk] = (bits of the logit, its index). Ties go to the lowest index; NaN never wins over
// a number, and where there is nothing else the index is still below `vocab`.
//
// input [rows][vocab], candidates [rows][chunks]
// grid (chunks, rows, 1), a workgroup per chunk
// Controlled from outside: nothing.

struct Params {
    vocab: u32,
    // Elements.
    input_stride: u32,
    // Logits a workgroup looks at.
    chunk: u32,
    chunks: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// The logits' bits: comparisons are exact, see lib/argmax.
@group(0) @binding(3) var<storage, read> input: array<u32>;
@group(0) @binding(18) var<storage, read_write> candidates: array<vec2<u32>>;

override WORKGROUP: u32 = 256u;

#import step
#import reduce
#import argmax

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, lane: Lane) {
    let chunk = group.x;
    let row = group.y;
    if (row >= column_count() || chunk >= params.chunks) {
        return;
    }
    let base = row * params.input_stride;
    let first = chunk * params.chunk;
    let end = min(first + params.chunk, params.vocab);
    // A thread without logits offers the worst candidate there is.
    var best = vec2<u32>(0u, params.vocab - 1u);
    for (var i = first + lane.index; i < end; i += WORKGROUP) {
        best = reduce_better(best, vec2<u32>(argmax_key(input[base + i]), i));
    }
    best = reduce_best(best, lane);
    if (lane.index == 0u) {
        candidates[row * params.chunks + chunk] = vec2<u32>(argmax_bits(best.x), best.y);
    }
}
