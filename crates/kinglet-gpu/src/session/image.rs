//! The step as the kernels read it. Layout: `shaders/lib/step.wgsl`.

use kinglet_graph::StepToken;
use kinglet_shaders::{
    STEP_DATA_OFFSET, STEP_PAGE_FIRST_OFFSET, STEP_PAGES_PER_SLOT_OFFSET, STEP_ROW_FIRST_OFFSET, STEP_ROWS_OFFSET,
    STEP_TILE_FIRST_OFFSET, STEP_TILES_OFFSET, STEP_TOKENS_OFFSET, StepLayout, TILE_BYTES, TOKEN_BYTES,
};

/// Where a token's id and position come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// The host gives them.
    Host,
    /// The device kept them from the slot's last step.
    Device,
}

/// What else there is to say of a token.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TokenExtras {
    /// What is added to its position for the row of its turns.
    pub(crate) shift: u32,
    pub(crate) segment: u32,
    /// What is added to its position for its row in a table of positions.
    pub(crate) place: u32,
}

/// The bytes of the step buffer, and whether the device has them already.
#[derive(Debug)]
pub(crate) struct StepImage {
    bytes: Vec<u8>,
    uploaded: Vec<u8>,
    layout: StepLayout,
    pages_per_slot: usize,
    tokens: usize,
    rows: usize,
    tiles: usize,
}

impl StepImage {
    /// A step with room for so many tokens.
    pub(crate) fn new(tokens: usize, slots: usize, pages_per_slot: usize) -> StepImage {
        let layout = StepLayout { tokens };
        let bytes = vec![0; layout.page_offset() + slots * pages_per_slot * 4];
        let (uploaded, [tokens, rows, tiles]) = (Vec::new(), [0; 3]);
        let mut image = StepImage { bytes, uploaded, layout, pages_per_slot, tokens, rows, tiles };
        image.put(STEP_PAGES_PER_SLOT_OFFSET, pages_per_slot);
        let word = |offset: usize| (offset - STEP_DATA_OFFSET) / 4;
        image.put(STEP_ROW_FIRST_OFFSET, word(layout.row_offset()));
        image.put(STEP_TILE_FIRST_OFFSET, word(layout.tile_offset()));
        image.put(STEP_PAGE_FIRST_OFFSET, word(layout.page_offset()));
        image
    }

    /// Tokens that there is room for.
    pub(crate) fn room(&self) -> usize {
        self.layout.tokens
    }

    /// Bytes of the buffer.
    pub(crate) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Begins a new step.
    pub(crate) fn clear(&mut self) {
        (self.tokens, self.rows, self.tiles) = (0, 0, 0);
    }

    /// Adds consecutive tokens of one slot, which then has `length`, in tiles of at most `tile_tokens`.
    pub(crate) fn push_run(
        &mut self,
        run: impl Iterator<Item = (StepToken, TokenExtras)>,
        length: usize,
        source: Source,
        tile_tokens: usize,
    ) {
        let first = self.tokens;
        for (token, TokenExtras { shift, segment, place }) in run {
            debug_assert!(self.tokens < self.layout.tokens);
            let offset = self.layout.token_offset() + self.tokens * TOKEN_BYTES;
            // What the device knows better must not change the image: an unchanged one is not uploaded.
            let words = match source {
                Source::Host => [token.id, token.position, token.slot, shift << 1, segment, place],
                Source::Device => [0, 0, token.slot, shift << 1 | 1, segment, place],
            };
            self.bytes[offset..offset + TOKEN_BYTES].copy_from_slice(bytemuck::bytes_of(&words));
            self.tokens += 1;
        }
        for start in (first..self.tokens).step_by(tile_tokens) {
            let count = tile_tokens.min(self.tokens - start);
            let offset = self.layout.tile_offset() + self.tiles * TILE_BYTES;
            // Only those who see what follows need the length; else it would change a step that feeds itself.
            let length = if source == Source::Host { length } else { 0 };
            for (word, value) in [start, count, length].into_iter().enumerate() {
                self.put(offset + 4 * word, value);
            }
            self.tiles += 1;
        }
    }

    /// Wants the row of a token of this step.
    pub(crate) fn push_row(&mut self, token: usize) {
        self.put(self.layout.row_offset() + self.rows * 4, token);
        self.rows += 1;
    }

    /// Names a page of a slot's table.
    pub(crate) fn set_page(&mut self, slot: usize, index: usize, page: u32) {
        self.put(self.layout.page_offset() + (slot * self.pages_per_slot + index) * 4, page as usize);
    }

    /// Ends the step: the bytes to upload, or `None` where the device has them.
    pub(crate) fn finish(&mut self) -> Option<&[u8]> {
        self.put(STEP_TOKENS_OFFSET, self.tokens);
        self.put(STEP_ROWS_OFFSET, self.rows);
        self.put(STEP_TILES_OFFSET, self.tiles);
        if self.bytes == self.uploaded {
            return None;
        }
        self.uploaded.clone_from(&self.bytes);
        Some(&self.bytes)
    }

    /// Tokens, wanted rows and tiles of the step.
    pub(crate) fn counts(&self) -> [usize; 3] {
        [self.tokens, self.rows, self.tiles]
    }

    fn put(&mut self, offset: usize, value: usize) {
        self.bytes[offset..offset + 4].copy_from_slice(&(value as u32).to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(slot: u32, tokens: u32) -> impl Iterator<Item = (StepToken, TokenExtras)> {
        (0..tokens).map(move |i| (StepToken { id: 7, position: i, slot }, TokenExtras::default()))
    }

    #[test]
    fn tiles_never_span_two_slots() {
        let mut image = StepImage::new(64, 2, 4);
        image.push_run(run(0, 5), 5, Source::Host, 2);
        image.push_run(run(1, 2), 2, Source::Host, 2);
        image.finish();
        let word = |offset: usize| u32::from_le_bytes(image.bytes[offset..offset + 4].try_into().unwrap());
        let tile = |i: usize| image.layout.tile_offset() + i * TILE_BYTES;
        let tiles: Vec<[u32; 3]> = (0..4).map(|i| [word(tile(i)), word(tile(i) + 4), word(tile(i) + 8)]).collect();
        assert_eq!(image.counts(), [7, 0, 4]);
        assert_eq!(tiles, [[0, 2, 5], [2, 2, 5], [4, 1, 5], [5, 2, 2]]);
    }

    #[test]
    fn an_unchanged_step_is_not_uploaded_again() {
        let mut image = StepImage::new(64, 1, 4);
        let mut step = |page: Option<u32>| {
            image.clear();
            image.push_run(run(0, 1), 1, Source::Device, 1);
            image.push_row(0);
            page.into_iter().for_each(|page| image.set_page(0, 1, page));
            image.finish().is_some()
        };
        assert!(step(None));
        assert!(!step(None));
        assert!(step(Some(3)));
        assert!(!step(Some(3)));
    }
}
