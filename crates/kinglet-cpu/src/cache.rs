use kinglet_graph::{Cache, Edit, Sampling};

/// Rows behind a window that stay, so that a sequence may be shortened by some tokens.
const SLACK: usize = 128;
/// Rows that are forgotten at once: each time the others move.
const FORGOTTEN: usize = 512;

/// What one slot remembers: the keys and values of each attention layer, position by position, in f32.
#[derive(Debug)]
pub(crate) struct SlotCache {
    pub(crate) layers: Vec<LayerCache>,
    pub(crate) length: u32,
    /// The token that its last step picked, if it picked one.
    pub(crate) next: Option<u32>,
    /// How its tokens are picked.
    pub(crate) sampling: Sampling,
    pub(crate) edits: Vec<Edit>,
}

#[derive(Clone, Debug)]
pub(crate) struct LayerCache {
    /// `[position][kv_heads * head_dim]`, of positions from `first` on.
    pub(crate) keys: Vec<f32>,
    pub(crate) values: Vec<f32>,
    pub(crate) first: usize,
    cache: Cache,
}

impl LayerCache {
    fn width(&self) -> usize {
        self.cache.kv_heads * self.cache.head_dim
    }

    /// Forgets rows that no token behind `length` others sees.
    fn leave_behind(&mut self, length: usize) {
        let Some(window) = self.cache.window else { return };
        let needed = length.saturating_sub(window.saturating_add(SLACK));
        if needed >= self.first + FORGOTTEN {
            let elements = (needed - self.first) * self.width();
            self.keys.drain(..elements);
            self.values.drain(..elements);
            self.first = needed;
        }
    }

    /// Whether everything that the token behind `length` others sees is there.
    fn has_window(&self, length: usize) -> bool {
        self.first <= self.cache.window.map_or(0, |window| (length + 1).saturating_sub(window))
    }
}

impl SlotCache {
    pub(crate) fn new(caches: &[Cache]) -> SlotCache {
        let layer = |&cache| LayerCache { keys: Vec::new(), values: Vec::new(), first: 0, cache };
        let layers = caches.iter().map(layer).collect();
        SlotCache { layers, length: 0, next: None, sampling: Sampling::default(), edits: Vec::new() }
    }

    /// Notes that there are so many tokens.
    pub(crate) fn grow(&mut self, length: u32) {
        self.length = length;
        self.next = None;
        self.layers.iter_mut().for_each(|layer| layer.leave_behind(length as usize));
    }

    /// Leaves so many tokens at most; none where what the next one sees is forgotten.
    pub(crate) fn truncate(&mut self, length: u32) {
        let mut kept = self.length.min(length);
        if kept < self.length && !self.layers.iter().all(|layer| layer.has_window(kept as usize)) {
            kept = 0;
        }
        for layer in &mut self.layers {
            layer.first = layer.first.min(kept as usize);
            let elements = (kept as usize - layer.first) * layer.width();
            layer.keys.truncate(elements);
            layer.values.truncate(elements);
        }
        self.length = kept;
        self.next = None;
    }

    /// Another slot that begins with the same tokens.
    pub(crate) fn fork(&self, length: u32) -> SlotCache {
        let mut fork = SlotCache { layers: self.layers.clone(), length: self.length, ..SlotCache::new(&[]) };
        fork.truncate(length);
        fork
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_before_a_window_are_forgotten_in_steps() {
        let mut slot = SlotCache::new(&[Cache { kv_heads: 1, head_dim: 2, window: Some(10) }]);
        let mut most = 0;
        for length in 1..=2000 {
            let row = [length as f32; 2];
            slot.layers[0].keys.extend(row);
            slot.layers[0].values.extend(row);
            slot.grow(length);
            most = most.max(slot.layers[0].keys.len() / 2);
            assert_eq!(slot.layers[0].keys[0], slot.layers[0].first as f32 + 1.0);
        }
        assert_eq!(most, 10 + SLACK + FORGOTTEN - 1);
        let first = slot.layers[0].first as u32;
        let mut fork = slot.fork(first + 9);
        assert_eq!((fork.length, fork.layers[0].keys.len()), (first + 9, 18));
        fork.truncate(first + 8);
        assert_eq!((fork.length, fork.layers[0].first, fork.layers[0].keys.len()), (0, 0, 0));
    }
}
