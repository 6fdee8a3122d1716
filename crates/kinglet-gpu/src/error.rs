use kinglet_graph::{GraphError, SamplingError, StepError};

/// Why something cannot be done on a GPU.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GpuError {
    /// There is no adapter of the kind asked for.
    #[error("no GPU adapter was found; install a Vulkan, Metal or DX12 driver, or use the CPU backend")]
    NoAdapter,
    /// No adapter answers to a name or index.
    #[error("no GPU adapter matches {asked:?}; there are: {found}")]
    UnknownAdapter {
        /// The name or index asked for.
        asked: String,
        /// What there is.
        found: String,
    },
    /// The adapter refuses to be opened.
    #[error("{adapter} cannot be opened: {why}")]
    Open {
        /// The adapter.
        adapter: String,
        /// What the driver said.
        why: String,
    },
    /// The device stopped working.
    #[error("the GPU device was lost: {why}")]
    Lost {
        /// What the driver said.
        why: String,
    },
    /// The device has no memory left.
    #[error("out of GPU memory while allocating {what}")]
    OutOfMemory {
        /// What needed it.
        what: String,
    },
    /// The driver or wgpu refuses a call: a fault of Kinglet.
    #[error("the GPU device refuses {what}: {why}")]
    Refused {
        /// What was tried.
        what: String,
        /// What was said.
        why: String,
    },
    /// Something is larger than the adapter, or the engine, allows.
    #[error("{what} needs {needed} {unit}, and the limit is {limit}")]
    Limit {
        /// What is too large.
        what: String,
        /// How much it needs.
        needed: u64,
        /// Of what.
        unit: &'static str,
        /// How much there may be.
        limit: u64,
    },
    /// The graph asks for what no kernel does.
    #[error("{node}: {why}")]
    Unsupported {
        /// The node.
        node: String,
        /// What is missing.
        why: String,
    },
    /// The weights.
    #[error(transparent)]
    Graph(#[from] GraphError),
    /// The step.
    #[error(transparent)]
    Step(#[from] StepError),
    /// How tokens are to be picked.
    #[error(transparent)]
    Sampling(#[from] SamplingError),
    /// All slots are open.
    #[error("all {slots} slots are open")]
    Slots {
        /// How many there are.
        slots: usize,
    },
    /// A sequence longer than the session has room for.
    #[error("{tokens} tokens do not fit into a context of {context}")]
    Context {
        /// The tokens that the sequence would have.
        tokens: usize,
        /// The longest sequence.
        context: usize,
    },
    /// More steps are in flight than there are places to read their tokens.
    #[error("{steps} steps are in flight; read their tokens first")]
    InFlight {
        /// How many.
        steps: usize,
    },
}
