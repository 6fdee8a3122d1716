// Causal attention over the KV cache, of all rows or of a sliding window, grouped queries, online softmax.
//
// A workgroup takes a tile of tokens × GROUP query heads of one kv head, QUERIES in all (query j is token j / GROUP of
// the tile and head j % GROUP), so that each key is read once for all of them. It goes through the slot's pages
// that any of its tokens sees: thread r scores row r, then the threads share out the (query, vec4 of the head) pairs, 4 at most each, to add up
// the values. Rows behind the tile's last position are never read, nor pages that
// lie before the window.
//
// With SPLIT, workgroups share out the pages and write partials for `attention_reduce`:
// partials [tokens][heads][splits][HEAD_VECS], not normalised, and partial_sums [tokens][heads][splits] = (max, sum).
//
// query [tokens][heads][head_dim] at query_offset, kv as in rope_kv, output [tokens][heads][head_dim]
// grid (tiles, kv_heads * parts, splits or 1), parts = group / GROUP rounded up; surplus groups exit
// QUERIES is tile tokens * GROUP, at most 16; QUERIES * HEAD_VECS is at most 256.
// Controlled from outside: tiles (index into the tokens; 1 to QUERIES / GROUP tokens), token slots and positions
// (index into `state`, `rope`, the page table), rows of `rope`, page ids. `splits` must be enough for each split that has a page.

struct Params {
    kv_heads: u32,
    // Query heads of a kv head.
    group: u32,
    head_dim: u32,
    // Elements of a head that turn, even; 0: none.
    rotary: u32,
    // Elements.
    query_offset: u32,
    query_stride: u32,
    output_stride: u32,
    // The partials' dimension.
    splits: u32,
    scale: f32,
    // Scores are bent to lie within it; 0: they are not.
    softcap: f32,
    // Rows that a token sees, its own included: at most 2^30.
    window: u32,
    // 1: tokens see what follows them, too.
    ahead: u32,
    // See lib/page and lib/rope.
    page_table: u32,
    rope_longer: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(13) var<storage, read> query: array<f32>;
#ifdef SPLIT
@group(0) @binding(14) var<storage, read_write> partials: array<vec4<f32>>;
@group(0) @binding(15) var<storage, read_write> partial_sums: array<vec2<f32>>;
#else
@group(0) @binding(4) var<storage, read_write> output: array<f32>;
#endif

override QUERIES: u32 = 4u;
override HEAD_VECS: u32 = 16u;
override GROUP: u32 = 4u;

const WORKGROUP: u32 = 64u;
// Queries in fours, and the pairs (query, vec4) a thread may have.
const QUADS: u32 = 4u;
const ENTRIES: u32 = 4u;

#import math
#import reduce
#import split
#import rope
#import kv/#{KV}

var<workgroup> queries: array<vec4<f32>, QUERIES * HEAD_VECS>;
// The position of each query's token.
var<workgroup> limits: array<u32, QUERIES>;
var<workgroup> probabilities: array<f32, QUERIES * PAGE_ROWS>;
// Per query: first what the page's maximum does to earlier sums, at the end the sum.
var<workgroup> factors: array<vec4<f32>, QUADS>;

fn query_element(head: u32, d: u32, row: u32) -> f32 {
    if (d >= params.head_dim) {
        return 0.0;
    }
    let plain = query[head + d];
    if (d >= params.rotary) {
        return plain;
    }
    return rope_turn(plain, query[head + rope_partner(d)], d, row);
}

// Four queries; where there are fewer, the last one again.
fn query_quad(q: u32) -> vec4<u32> {
    return min(vec4<u32>(q * 4u) + vec4<u32>(0u, 1u, 2u, 3u), vec4<u32>(QUERIES - 1u));
}

// Whether query j exists: the tile may be short, and so may the kv head's last part.
fn query_exists(j: u32, tile: Tile, part: u32) -> bool {
    return j / GROUP < tile.count && part * GROUP + j % GROUP < params.group;
}

fn load_queries(tile: Tile, kv_head: u32, part: u32, lane: u32) {
    for (var e = lane; e < QUERIES * HEAD_VECS; e += WORKGROUP) {
        let j = e / HEAD_VECS;
        let d = (e % HEAD_VECS) * 4u;
        var value = vec4<f32>();
        if (query_exists(j, tile, part)) {
            let token = tile.first + j / GROUP;
            let row = rope_row(token);
            let query_head = kv_head * params.group + part * GROUP + j % GROUP;
            let head = token * params.query_stride + params.query_offset + query_head * params.head_dim;
            value = params.scale * vec4<f32>(
                query_element(head, d, row),
                query_element(head, d + 1u, row),
                query_element(head, d + 2u, row),
                query_element(head, d + 3u, row),
            );
        }
        queries[e] = value;
    }
    for (var j = lane; j < QUERIES; j += WORKGROUP) {
        limits[j] = token_position(tile.first + min(j / GROUP, tile.count - 1u));
    }
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, lane: Lane) {
    let parts = (params.group + GROUP - 1u) / GROUP;
    if (group.x >= step.tiles || group.y >= params.kv_heads * parts) {
        return;
    }
    let kv_head = group.y / parts;
    let part = group.y % parts;
    let tile = step_tile(group.x);
    let last = last_seen(tile);
    let slot = token_slot(tile.first);
    let pages = seen_pages(tile);
#ifdef SPLIT
    let length = split_length(pages.end - pages.first);
    let page_first = pages.first + group.z * length;
    let page_end = min(page_first + length, pages.end);
    if (page_first >= pages.end || group.z >= params.splits) {
        return;
    }
#else
    let page_first = pages.first;
    let page_end = pages.end;
#endif
    load_queries(tile, kv_head, part, lane.index);
    workgroupBarrier();

    var maxima: array<vec4<f32>, QUADS>;
    // This thread's share of the sums of probabilities.
    var sums: array<vec4<f32>, QUADS>;
    var values: array<vec4<f32>, ENTRIES>;
    for (var q = 0u; q < QUADS; q++) {
        maxima[q] = vec4<f32>(MASKED);
    }

    for (var index = page_first; index < page_end; index++) {
        let page = page_id(slot, index);
        let rows = min(PAGE_ROWS, last + 1u - index * PAGE_ROWS);
        let position = index * PAGE_ROWS + lane.index;

        // Scores of this thread's row.
        var scores = array<vec4<f32>, QUADS>();
        if (lane.index < rows) {
            let row = page_head(page, PAGE_KEYS, params.kv_heads, kv_head, HEAD_VECS) + lane.index * HEAD_VECS;
            for (var v = 0u; v < HEAD_VECS; v++) {
                let key = kv_load(row + v);
                for (var q = 0u; q < QUADS; q++) {
                    if (q * 4u < QUERIES) {
                        let at = query_quad(q) * HEAD_VECS + v;
                        scores[q] += vec4<f32>(
                            dot(queries[at.x], key),
                            dot(queries[at.y], key),
                            dot(queries[at.z], key),
                            dot(queries[at.w], key),
                        );
                    }
                }
            }
            if (params.softcap > 0.0) {
                for (var q = 0u; q < QUADS; q++) {
                    scores[q] = softcap4(scores[q], params.softcap);
                }
            }
        }

        // Probabilities relative to the greatest score so far.
        for (var q = 0u; q < QUADS; q++) {
            if (q * 4u < QUERIES) {
                let at = query_quad(q);
                let limit = vec4<u32>(limits[at.x], limits[at.y], limits[at.z], limits[at.w]);
                let seen = sees4(limit, position, last);
                let masked = select(vec4<f32>(MASKED), scores[q], seen);
                let maximum = max(maxima[q], reduce_max4(masked, lane));
                let factor = safe_exp4(maxima[q] - maximum);
                let probability = select(vec4<f32>(), safe_exp4(masked - maximum), seen);
                maxima[q] = maximum;
                sums[q] = sums[q] * factor + probability;
                for (var i = 0u; i < 4u; i++) {
                    if (q * 4u + i < QUERIES) {
                        probabilities[(q * 4u + i) * PAGE_ROWS + lane.index] = probability[i];
                    }
                }
                if (lane.index == 0u) {
                    factors[q] = factor;
                }
            }
        }
        workgroupBarrier();

        // Values of this thread's pairs.
        for (var i = 0u; i < ENTRIES; i++) {
            let e = i * WORKGROUP + lane.index;
            if (e < QUERIES * HEAD_VECS) {
                let j = e / HEAD_VECS;
                let base = page_head(page, PAGE_VALUES, params.kv_heads, kv_head, HEAD_VECS) + e % HEAD_VECS;
                var value = values[i] * factors[j / 4u][j % 4u];
                for (var r = 0u; r < rows; r++) {
                    value += probabilities[j * PAGE_ROWS + r] * kv_load(base + r * HEAD_VECS);
                }
                values[i] = value;
            }
        }
        // The next reduction waits for all threads before anything is written again.
    }

    for (var q = 0u; q < QUADS; q++) {
        if (q * 4u < QUERIES) {
            let sum = reduce_add4(sums[q], lane);
            if (lane.index == 0u) {
                factors[q] = sum;
#ifdef SPLIT
                for (var i = 0u; i < 4u; i++) {
                    let j = q * 4u + i;
                    if (j < QUERIES && query_exists(j, tile, part)) {
                        let token = tile.first + j / GROUP;
                        let head = kv_head * params.group + part * GROUP + j % GROUP;
                        let place = (token * params.kv_heads * params.group + head) * params.splits + group.z;
                        partial_sums[place] = vec2<f32>(maxima[q][i], sum[i]);
                    }
                }
#endif
            }
        }
    }
    workgroupBarrier();

    for (var i = 0u; i < ENTRIES; i++) {
        let e = i * WORKGROUP + lane.index;
        let j = e / HEAD_VECS;
        if (e < QUERIES * HEAD_VECS && query_exists(j, tile, part)) {
            let token = tile.first + j / GROUP;
            let head = kv_head * params.group + part * GROUP + j % GROUP;
#ifdef SPLIT
            let place = (token * params.kv_heads * params.group + head) * params.splits + group.z;
            partials[place * HEAD_VECS + e % HEAD_VECS] = values[i];
#else
            let result = values[i] / factors[j / 4u][j % 4u];
            let d = (e % HEAD_VECS) * 4u;
            let place = token * params.output_stride + head * params.head_dim + d;
            for (var k = 0u; k < 4u; k++) {
                if (d + k < params.head_dim) {
                    output[place + k] = result[k];
                }
            }
#endif
        }
    }
}
