//! The step buffer: the layout of `lib/step.wgsl`, in bytes, and the numbers the kernels have in common.

/// Tokens a step can hold.
pub const MAX_TOKENS: usize = 64;
/// Rows of a KV page.
pub const PAGE_ROWS: u32 = 64;
/// Workgroups that share out one context at most.
pub const MAX_SPLITS: u32 = 64;

/// Bytes of a token: id, position, slot, source, a u32 each.
///
/// Source 0: id and position are the host's; 1: they are taken from `state[slot]`.
pub const TOKEN_BYTES: usize = 16;
/// Bytes of a tile: first token, count, a u32 each.
pub const TILE_BYTES: usize = 8;

/// Where the number of tokens lies.
pub const STEP_TOKENS_OFFSET: usize = 0;
/// Where the number of wanted rows lies.
pub const STEP_ROWS_OFFSET: usize = 4;
/// Where the number of tiles lies.
pub const STEP_TILES_OFFSET: usize = 8;
/// Where the stride of the page table lies.
pub const STEP_PAGES_PER_SLOT_OFFSET: usize = 12;
/// Where the tokens begin.
pub const STEP_TOKEN_OFFSET: usize = 16;
/// Where the wanted rows begin: a u32 each, the index of a token.
pub const STEP_ROW_OFFSET: usize = STEP_TOKEN_OFFSET + MAX_TOKENS * TOKEN_BYTES;
/// Where the tiles begin.
pub const STEP_TILE_OFFSET: usize = STEP_ROW_OFFSET + MAX_TOKENS * 4;
/// Where the page table begins: a u32 each, `page[slot * pages_per_slot + i]`.
pub const STEP_PAGE_OFFSET: usize = STEP_TILE_OFFSET + MAX_TOKENS * TILE_BYTES;

/// How many splits have a page when the last row is at `position`: what `lib/split.wgsl` computes.
pub const fn split_count(position: u32) -> u32 {
    let pages = position / PAGE_ROWS + 1;
    let length = pages.div_ceil(split_bound(position));
    pages.div_ceil(length)
}

/// How many splits are enough for each position up to this one: [`split_count`] falls again where splits get longer.
///
/// This is what attention's `splits` and the grid's third side must be at least.
pub const fn split_bound(position: u32) -> u32 {
    let pages = position / PAGE_ROWS + 1;
    if pages < MAX_SPLITS { pages } else { MAX_SPLITS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_stay_within_their_bound() {
        let mut most = 0;
        for position in 0..PAGE_ROWS * 1000 {
            let count = split_count(position);
            most = most.max(count);
            assert!(count >= 1 && most <= split_bound(position), "{position}");
        }
        assert_eq!((split_count(63), split_count(64), split_count(64 * 64)), (1, 2, 33));
    }
}
