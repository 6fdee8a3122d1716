// The step: which tokens this replay holds, written by the host, read by all.
// Rust has the same layout in `step.rs`. How many tokens there is room for is known when the buffer is made.

// Words of a token in `step.data`: id, position, slot, source, segment, and what is added to the position for its row of
// a table of positions.
//
// An even source: id and position are the host's; an odd one: they are taken from `state[slot]`. Its other 31 bits are
// what is added to the position, in 31 bits, for the row of a table of turns that has rows for long sequences.
const TOKEN_WORDS: u32 = 6u;
const TOKEN_POSITION: u32 = 1u;
const TOKEN_SLOT: u32 = 2u;
const TOKEN_SOURCE: u32 = 3u;
const TOKEN_SEGMENT: u32 = 4u;
const TOKEN_PLACE: u32 = 5u;
const TILE_WORDS: u32 = 3u;

// Consecutive tokens of the step, all of one slot, at consecutive positions.
struct Tile {
    first: u32,
    count: u32,
    // The tokens that the slot has, this step's included.
    length: u32,
}

struct Step {
    tokens: u32,
    rows: u32,
    tiles: u32,
    // Entries of a slot's page table: it has a part for each class of layers that keep the same pages.
    pages_per_slot: u32,
    // Where wanted rows, tiles and page tables begin in `data`; tokens are first.
    row_first: u32,
    tile_first: u32,
    page_first: u32,
    data: array<u32>,
}

@group(0) @binding(1) var<storage, read> step: Step;

// A word of a token.
fn step_token(token: u32, word: u32) -> u32 {
    return step.data[token * TOKEN_WORDS + word];
}

// The token of a wanted row.
fn step_row(row: u32) -> u32 {
    return step.data[step.row_first + row];
}

fn step_tile(tile: u32) -> Tile {
    let at = step.tile_first + tile * TILE_WORDS;
    return Tile(step.data[at], step.data[at + 1u], step.data[at + 2u]);
}

// How many columns of activations this dispatch works on.
fn column_count() -> u32 {
#ifdef ROWS
    return step.rows;
#else
    return step.tokens;
#endif
}

// Which input column makes output column `column`: only kernels that gather differ from the identity.
fn source_column(column: u32) -> u32 {
#ifdef GATHER
    return step_row(column);
#else
    return column;
#endif
}
