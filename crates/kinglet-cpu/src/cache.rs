use kinglet_graph::Cache;

/// What one slot remembers: the keys and values of each attention layer, position by position, in f32.
#[derive(Debug)]
pub(crate) struct SlotCache {
    pub(crate) layers: Vec<LayerCache>,
    pub(crate) length: u32,
    /// The token that its last step picked, if it picked one.
    pub(crate) next: Option<u32>,
}

#[derive(Debug)]
pub(crate) struct LayerCache {
    /// `[position][kv_heads * head_dim]`.
    pub(crate) keys: Vec<f32>,
    pub(crate) values: Vec<f32>,
}

impl SlotCache {
    pub(crate) fn new(caches: &[Cache]) -> SlotCache {
        let layer = |_| LayerCache { keys: Vec::new(), values: Vec::new() };
        SlotCache { layers: caches.iter().map(layer).collect(), length: 0, next: None }
    }
}
