use kinglet_graph::Graph;
use kinglet_shaders::MAX_TOKENS;

use crate::{
    Caps, GpuError, SessionOptions,
    layout::Layout,
    plan::{Bucket, PageClasses, PlanOptions, long_rows, page_bytes, plan},
    session::pages_fit,
};

/// What a model takes on a device, in bytes. Nothing is created to find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Footprint {
    /// Weights, as they are laid out for the device.
    pub weights: u64,
    /// Keys and values of one sequence of the whole context.
    pub kv: u64,
    /// Activations of the plans for prompts and for decoding one sequence, and tables.
    pub scratch: u64,
}

impl Footprint {
    /// The footprint of a graph; an error where the device's limits do not allow it.
    pub fn new(graph: &Graph, caps: &Caps, options: &SessionOptions) -> Result<Footprint, GpuError> {
        let layout = Layout::new(graph, caps)?;
        let classes = PageClasses::new(&graph.caches, options.context);
        pages_fit(graph, &classes, caps, options)?;
        let rows = |rope| options.context + long_rows(rope, options.context, MAX_TOKENS);
        let tables = graph.ropes.iter().map(|rope| (rows(rope) * rope.pairs() * 8) as u64).sum::<u64>();
        let mut scratch = tables;
        for bucket in [Bucket::GENERAL, Bucket::SOLO[0]] {
            let plan = plan(graph, &layout, caps, PlanOptions { bucket, context: options.context, kv: options.kv })?;
            scratch += plan.scratch_bytes();
        }
        let pages = |class: usize| classes.pages_per_slot(class) as u64;
        let caches = graph.caches.iter().zip(&classes.of_cache);
        let kv = caches.map(|(cache, class)| page_bytes(cache, options.kv) * pages(*class)).sum();
        Ok(Footprint { weights: layout.bytes(), kv, scratch })
    }

    /// Everything together.
    pub fn total(&self) -> u64 {
        self.weights + self.kv + self.scratch
    }
}
