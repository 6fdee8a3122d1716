//! Plans: the list of dispatches for a graph, made once. A plan is a pure function of graph, layout, caps and bucket,
//! and holds nothing of wgpu.

mod attention;
mod classes;
mod grid;
mod linear;
mod lower;
mod params;
mod rows;
mod text;

use kinglet_graph::Dim;
use kinglet_shaders::{KvFormat, Variant};

pub(crate) use attention::long_rows;
pub(crate) use classes::{PageClasses, SLACK, page_bytes, pages_of};
pub use grid::{Grid, Load, Side};
pub use lower::plan;

/// What a plan has room for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Bucket {
    /// Tokens of a step.
    pub tokens: usize,
    /// Wanted rows of a step.
    pub rows: usize,
    /// Each slot has one token at most. Attention is then split over the context.
    pub solo: bool,
}

impl Bucket {
    /// The buckets for decoding: one token for each of 1, 2, 4 or 8 slots.
    pub const SOLO: [Bucket; 4] = [Bucket::solo(1), Bucket::solo(2), Bucket::solo(4), Bucket::solo(8)];

    /// The bucket for everything else, with rows for at most one token of each of 8 slots.
    pub const GENERAL: Bucket = Bucket { tokens: 64, rows: 8, solo: false };

    /// The general bucket with a row for each token.
    pub const ALL_ROWS: Bucket = Bucket { tokens: 64, rows: 64, solo: false };

    const fn solo(tokens: usize) -> Bucket {
        Bucket { tokens, rows: tokens, solo: true }
    }

    /// A bucket for whole sequences, of so many tokens and wanted rows in all.
    pub fn whole(tokens: usize, rows: usize) -> Bucket {
        let room = |count: usize| count.max(64).next_power_of_two();
        Bucket { tokens: room(tokens), rows: room(rows), solo: false }
    }

    /// Whether plans pick the likeliest token of each row and feed it back. That needs one row a slot.
    pub fn feeds(self) -> bool {
        self != Bucket::ALL_ROWS
    }

    /// The smallest bucket for a step.
    pub fn of(tokens: usize, rows: usize, longest_run: usize) -> Bucket {
        let solo = Bucket::SOLO.into_iter().find(|bucket| tokens <= bucket.tokens);
        match solo {
            Some(bucket) if longest_run <= 1 => bucket,
            _ if rows <= Bucket::GENERAL.rows => Bucket::GENERAL,
            _ => Bucket::ALL_ROWS,
        }
    }
}

/// What a plan is made for, beside the graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PlanOptions {
    /// What it has room for.
    pub bucket: Bucket,
    /// The longest sequence.
    pub context: usize,
    /// How keys and values are stored.
    pub kv: KvFormat,
}

/// The dispatches of one step, in order.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What it has room for.
    pub bucket: Bucket,
    /// The dispatches, the last of which pick the likeliest token of each row.
    pub dispatches: Vec<Dispatch>,
    /// Where those that pick begin.
    pub picks_from: usize,
    /// What takes their place in a step that samples.
    pub sample: Option<Dispatch>,
    /// The bytes of each activation buffer.
    pub colours: Vec<u64>,
    /// The graph's outputs.
    pub outputs: Vec<PlanOutput>,
    /// Tokens that an attention tile may have.
    pub tile_tokens: usize,
}

/// One kernel launch.
#[derive(Clone, Debug, PartialEq)]
pub struct Dispatch {
    /// The node it computes.
    pub node: String,
    /// The layer of that node.
    pub layer: Option<usize>,
    /// The kernel.
    pub variant: Variant,
    /// Values of the kernel's override constants.
    pub overrides: Vec<(&'static str, u32)>,
    /// The kernel's parameters, as bytes of its uniform buffer.
    pub params: Vec<u8>,
    /// What is bound, by name; the parameters are not among them.
    pub bindings: Vec<(&'static str, Place)>,
    /// How many workgroups.
    pub grid: Grid,
}

/// A buffer that a dispatch binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// What the host says of the step.
    Step,
    /// What the device keeps of each slot.
    State,
    /// The tokens that were picked.
    Ids,
    /// How the host wants tokens picked.
    Sampling,
    /// What edited logits were before.
    Raw,
    /// A run of rows of a matrix.
    Shard {
        /// The matrix.
        matrix: usize,
        /// The run.
        shard: usize,
    },
    /// What a shard keeps beside its codes.
    Scales {
        /// The matrix.
        matrix: usize,
        /// The run.
        shard: usize,
    },
    /// A gain or bias.
    Vector(usize),
    /// A few zeros, in place of a bias.
    Zeros,
    /// Cosines and sines of a rotation.
    Rope(usize),
    /// The pages of an attention layer.
    Kv(usize),
    /// An activation buffer. While a plan is being made: an activation.
    Colour(usize),
}

/// Where an output of the graph lies after a step.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanOutput {
    /// Its name.
    pub name: String,
    /// Its buffer.
    pub colour: usize,
    /// Elements of a row.
    pub width: usize,
    /// Elements from one row to the next.
    pub stride: usize,
    /// What its rows are.
    pub rows: Dim,
}
