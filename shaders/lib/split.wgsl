// How the pages that a token sees are shared out among workgroups: by position alone, so that results never depend on
// the grid. A token sees itself and the `window - 1` tokens before it; where `ahead` is 1, as many behind it.

#import page

const MAX_SPLITS: u32 = 64u;

// Pages [first, end).
struct Pages {
    first: u32,
    end: u32,
}

// Whether a token sees a row of its slot, of which `last` is the last that there is for the tile.
fn sees4(position: vec4<u32>, row: u32, last: u32) -> vec4<bool> {
    let behind = select(vec4<u32>(), vec4<u32>(params.window - 1u), params.ahead == 1u);
    let end = min(position + behind, vec4<u32>(last));
    return (vec4<u32>(row) <= end) & (position < vec4<u32>(row + params.window));
}

// The last row that any token of a tile sees.
fn last_seen(tile: Tile) -> u32 {
    let last = token_position(tile.first + tile.count - 1u);
    return select(last, min(last + params.window, tile.length) - 1u, params.ahead == 1u);
}

// Pages that any token of a tile sees.
fn seen_pages(tile: Tile) -> Pages {
    let first = token_position(tile.first) + 1u;
    return Pages((first - min(first, params.window)) / PAGE_ROWS, last_seen(tile) / PAGE_ROWS + 1u);
}

// Pages each split takes; the last one may have fewer.
fn split_length(pages: u32) -> u32 {
    let splits = min(pages, MAX_SPLITS);
    return (pages + splits - 1u) / splits;
}

// Splits that have any page.
fn split_count(pages: u32) -> u32 {
    let length = split_length(pages);
    return (pages + length - 1u) / length;
}
