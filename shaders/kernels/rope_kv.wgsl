// New rows of the KV cache: turns the keys by their position and writes keys and values into the pages.
//
// key [tokens][kv_heads][head_dim] at key_offset, value likewise,
// kv [page][k|v][kv_head][64 rows][head_vecs] in fours of elements; what lies beyond head_dim becomes zero
// grid (tokens, kv_heads * head_vecs / 64 rounded up, 1), a thread per vec4 of key and value
// Controlled from outside: token slots and positions (index into `state`, `rope`, the page table), rows of
// `rope`, page ids.

struct Params {
    kv_heads: u32,
    head_dim: u32,
    // head_dim in fours, rounded up.
    head_vecs: u32,
    // Elements of a head that turn, even; 0: none.
    rotary: u32,
    // Elements.
    key_offset: u32,
    key_stride: u32,
    value_offset: u32,
    value_stride: u32,
    // See lib/page and lib/rope.
    page_table: u32,
    rope_longer: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(9) var<storage, read> key: array<f32>;
@group(0) @binding(10) var<storage, read> value: array<f32>;

#import page
#import rope
#import kv/#{KV}

const WORKGROUP: u32 = 64u;

fn key_element(head: u32, d: u32, row: u32) -> f32 {
    if (d >= params.head_dim) {
        return 0.0;
    }
    let plain = key[head + d];
    if (d >= params.rotary) {
        return plain;
    }
    return rope_turn(plain, key[head + rope_partner(d)], d, row);
}

fn value_element(head: u32, d: u32) -> f32 {
    if (d >= params.head_dim) {
        return 0.0;
    }
    return value[head + d];
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
    let token = group.x;
    let index = group.y * WORKGROUP + lane;
    if (token >= column_count() || index >= params.kv_heads * params.head_vecs) {
        return;
    }
    let kv_head = index / params.head_vecs;
    let vec = index % params.head_vecs;
    let d = vec * 4u;
    let position = token_position(token);
    let row = rope_row(token);
    let page = page_id(token_slot(token), position / PAGE_ROWS);
    let place = (position % PAGE_ROWS) * params.head_vecs + vec;

    let key_head = token * params.key_stride + params.key_offset + kv_head * params.head_dim;
    kv_store(page_head(page, PAGE_KEYS, params.kv_heads, kv_head, params.head_vecs) + place, vec4<f32>(
        key_element(key_head, d, row),
        key_element(key_head, d + 1u, row),
        key_element(key_head, d + 2u, row),
        key_element(key_head, d + 3u, row),
    ));

    let value_head = token * params.value_stride + params.value_offset + kv_head * params.head_dim;
    kv_store(page_head(page, PAGE_VALUES, params.kv_heads, kv_head, params.head_vecs) + place, vec4<f32>(
        value_element(value_head, d),
        value_element(value_head, d + 1u),
        value_element(value_head, d + 2u),
        value_element(value_head, d + 3u),
    ));
}
