//! The graph of a model: what it computes, without saying where.
//!
//! A model file builds a [`Graph`] with the [`Builder`]; [`optimise`] rewrites it; the CPU backend runs it as it is and
//! the GPU backend makes plans of it. A [`Step`] is what goes through it: tokens with positions and slots. [`Sampling`]
//! says how the tokens that follow are picked from its logits.
//!
//! ```
//! use kinglet_graph::{Builder, optimise};
//!
//! let g = Builder::new();
//! let x = g.embed("embed", 256, 64);
//! let up = g.linear("up", x, 128, false);
//! let gate = g.linear("gate", x, 128, false);
//! let x = x + g.linear("down", gate.silu() * up, 64, false);
//! g.output("hidden", x);
//! let (graph, report) = optimise(g.finish()?);
//! assert_eq!(graph.nodes.len(), 3); // embed, gate and up in one, down with its residual
//! assert_eq!(report.fired("fuse_gate"), 1);
//! # Ok::<(), kinglet_graph::GraphError>(())
//! ```

mod builder;
mod error;
mod graph;
mod infer;
mod memory;
mod op;
mod passes;
mod rope;
mod sampling;
mod step;
mod text;

pub use builder::{Builder, NormOptions, Scope, Var};
pub use error::GraphError;
pub use graph::{Graph, Node, Output, Value, Weight, WeightId};
pub use infer::{Dim, ValueType};
pub use memory::{Lifetime, assign_colours};
pub use op::{
    Activation, Attention, Binary, By, Cache, Embed, Gain, Linear, Norm, NormKind, Op, Part, Pool, RopeId, Sees, Unary,
};
pub use passes::{PassReport, Report, optimise};
pub use rope::{LongFrequencies, Longer, Rope};
pub use sampling::{Dry, Edit, Logprobs, Penalties, Pick, Sampling, SamplingError, largest, pick, pick_changed};
pub use step::{Step, StepError, StepToken};
