// Where rows of the KV cache lie: [page][k|v][kv_head][row 0..63][head_vecs], in units of four elements.
// `params.page_table` is where the layer's part of a slot's page table begins.

#import token

const PAGE_ROWS: u32 = 64u;
const PAGE_KEYS: u32 = 0u;
const PAGE_VALUES: u32 = 1u;

// The page that holds rows [64 * index, 64 * index + 64) of a slot.
fn page_id(slot: u32, index: u32) -> u32 {
    return step.data[step.page_first + slot * step.pages_per_slot + params.page_table + index];
}

// The first vec4 of row 0 of a head.
fn page_head(page: u32, keys_or_values: u32, kv_heads: u32, kv_head: u32, head_vecs: u32) -> u32 {
    return ((page * 2u + keys_or_values) * kv_heads + kv_head) * PAGE_ROWS * head_vecs;
}
