//! The step buffer: the layout of `lib/step.wgsl`, in bytes, and the numbers the kernels have in common.

/// Tokens of a step that decodes, or of a chunk of a prompt.
pub const MAX_TOKENS: usize = 64;
/// Rows of a KV page.
pub const PAGE_ROWS: u32 = 64;
/// Workgroups that share out one context at most.
pub const MAX_SPLITS: u32 = 64;

/// Bytes of a token: id, position, slot, source, segment, place, a u32 each.
///
/// An even source: id and position are the host's; an odd one: they are taken from `state[slot]`. Its other bits are
/// what is added to the position, in 31 bits, for the row of a table of turns. The place is what is added to it for the
/// row of a table of positions.
pub const TOKEN_BYTES: usize = 24;
/// Bytes of a tile: first token, count, tokens of the slot, a u32 each.
pub const TILE_BYTES: usize = 12;

/// Where the number of tokens lies.
pub const STEP_TOKENS_OFFSET: usize = 0;
/// Where the number of wanted rows lies.
pub const STEP_ROWS_OFFSET: usize = 4;
/// Where the number of tiles lies.
pub const STEP_TILES_OFFSET: usize = 8;
/// Where the entries of a slot's page table lie, those of all classes of layers.
pub const STEP_PAGES_PER_SLOT_OFFSET: usize = 12;
/// Where it says at which word of the data wanted rows begin.
pub const STEP_ROW_FIRST_OFFSET: usize = 16;
/// Where it says at which word of the data tiles begin.
pub const STEP_TILE_FIRST_OFFSET: usize = 20;
/// Where it says at which word of the data page tables begin.
pub const STEP_PAGE_FIRST_OFFSET: usize = 24;
/// Where the data begins.
pub const STEP_DATA_OFFSET: usize = 28;

/// Where things lie in a step with room for so many tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepLayout {
    /// Tokens that there is room for, and wanted rows and tiles.
    pub tokens: usize,
}

impl StepLayout {
    /// Where the tokens begin.
    pub const fn token_offset(self) -> usize {
        STEP_DATA_OFFSET
    }

    /// Where the wanted rows begin: a u32 each, the index of a token.
    pub const fn row_offset(self) -> usize {
        self.token_offset() + self.tokens * TOKEN_BYTES
    }

    /// Where the tiles begin.
    pub const fn tile_offset(self) -> usize {
        self.row_offset() + self.tokens * 4
    }

    /// Where the page tables begin: a u32 each, `page[slot * pages_per_slot + i]`.
    pub const fn page_offset(self) -> usize {
        self.tile_offset() + self.tokens * TILE_BYTES
    }
}

/// What attention's `window` is where there is none: beyond each position, and far from overflowing.
pub const NO_WINDOW: u32 = 1 << 30;

/// How many pages a token at `position` sees through a window: what `lib/split.wgsl` computes.
pub const fn pages_seen(position: u32, window: u32) -> u32 {
    let seen = if window < position + 1 { window } else { position + 1 };
    position / PAGE_ROWS + 1 - (position + 1 - seen) / PAGE_ROWS
}

/// How many splits have a page when so many are seen: what `lib/split.wgsl` computes.
pub const fn split_count(pages: u32) -> u32 {
    let length = pages.div_ceil(if pages < MAX_SPLITS { pages } else { MAX_SPLITS });
    pages.div_ceil(length)
}

/// How many splits are enough for each position up to this one: [`split_count`] falls again where splits get longer.
///
/// This is what attention's `splits` and the grid's third side must be at least.
pub const fn split_bound(position: u32, window: u32) -> u32 {
    let most = window.saturating_add(PAGE_ROWS - 2) / PAGE_ROWS + 1;
    let pages = position / PAGE_ROWS + 1;
    let pages = if pages < most { pages } else { most };
    if pages < MAX_SPLITS { pages } else { MAX_SPLITS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_stay_within_their_bound() {
        for window in [1, 2, 63, 64, 65, 66, 1000, 4096, 5000, NO_WINDOW] {
            let mut most = 0;
            for position in 0..PAGE_ROWS * 1000 {
                let count = split_count(pages_seen(position, window));
                most = most.max(count);
                assert!(count >= 1 && most <= split_bound(position, window), "{position} {window}");
            }
            // No more than needed.
            assert_eq!(most, split_bound(PAGE_ROWS * 1000, window), "{window}");
        }
        assert_eq!((split_count(1), split_count(2), split_count(65)), (1, 2, 33));
        assert_eq!((pages_seen(63, 64), pages_seen(64, 64), pages_seen(127, 64), pages_seen(127, 65)), (1, 2, 1, 2));
    }
}
