// The step: which tokens this replay holds, written by the host, read by all.
// Rust has the same layout in `step.rs`.

const MAX_TOKENS: u32 = 64u;

struct Token {
    id: u32,
    position: u32,
    slot: u32,
    // Even: `id` and `position` are the host's; odd: they are taken from `state[slot]`. The other 31 bits are what is
    // added to the position, in 31 bits, for the row of a table of turns that has rows for long sequences.
    source: u32,
}

// Consecutive tokens of the step, all of one slot, at consecutive positions.
struct Tile {
    first: u32,
    count: u32,
}

struct Step {
    tokens: u32,
    rows: u32,
    tiles: u32,
    // Entries of a slot's page table: it has a part for each class of layers that keep the same pages.
    pages_per_slot: u32,
    token: array<Token, MAX_TOKENS>,
    row: array<u32, MAX_TOKENS>,
    tile: array<Tile, MAX_TOKENS>,
    page: array<u32>,
}

@group(0) @binding(1) var<storage, read> step: Step;

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
    return step.row[column];
#else
    return column;
#endif
}
