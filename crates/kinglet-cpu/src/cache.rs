use kinglet_graph::{Cache, Edit, Sampling};

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
    /// `[position][kv_heads * head_dim]`.
    pub(crate) keys: Vec<f32>,
    pub(crate) values: Vec<f32>,
}

impl SlotCache {
    pub(crate) fn new(caches: &[Cache]) -> SlotCache {
        let layer = |_| LayerCache { keys: Vec::new(), values: Vec::new() };
        let layers = caches.iter().map(layer).collect();
        SlotCache { layers, length: 0, next: None, sampling: Sampling::default(), edits: Vec::new() }
    }
    /// Leaves so many tokens at most.
    pub(crate) fn truncate(&mut self, length: u32) {
        let (kept, had) = (self.length.min(length) as usize, self.length as usize);
        for LayerCache { keys, values } in &mut self.layers {
            for rows in [keys, values] {
                rows.truncate(rows.len() / had.max(1) * kept);
            }
        }
        self.length = kept as u32;
        self.next = None;
    }

    /// Another slot that begins with the same tokens.
    pub(crate) fn fork(&self, length: u32) -> SlotCache {
        let mut fork = SlotCache { layers: self.layers.clone(), length: self.length, ..SlotCache::new(&[]) };
        fork.truncate(length);
        fork
    }
}
