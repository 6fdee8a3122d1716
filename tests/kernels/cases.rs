//! The cases: what is computed, on which weights, in which steps. One list serves tests and benchmarks.

use std::collections::HashMap;

use kinglet_gpu::{Caps, MAX_TEXTS};
use kinglet_graph::{
    Attention, Builder, Graph, LongFrequencies, Longer, NormKind, NormOptions, Pool, Rope, Sees, Step, StepToken,
    Unary, Var, optimise,
};
use kinglet_shaders::{Elementwise, Epilogue, KvFormat};
use kinglet_tensor::DType;

use crate::data::{SEGMENTS, VOCAB, attention_column, dtype, linear_column, outlier_gain};

/// Operations on values that are looked up in tables, so that each has exactly known inputs, and steps that run them.
pub struct Case {
    pub name: String,
    pub probes: Vec<Probe>,
    /// The type of the weights under test; inputs are f32.
    pub dtype: DType,
    pub kv: KvFormat,
    pub script: Vec<Run>,
    pub limits: Option<fn(&mut Caps)>,
}

/// One operation: an output of the case's graph.
#[derive(Clone, Copy, Debug)]
pub enum Probe {
    Embed {
        width: usize,
    },
    /// A table of positions, with a factor; where a token is not counted, its row is the one before the first.
    Positions {
        width: usize,
        padding: Option<u32>,
        scale: f32,
    },
    Segments {
        width: usize,
    },
    Pool {
        width: usize,
        pool: Pool,
    },
    Neighbours {
        width: usize,
    },
    /// A table of every finite 16-bit pattern.
    Patterns,
    Linear {
        width: usize,
        rows: usize,
        epilogue: Epilogue,
        /// Of the epilogues that have one.
        function: Unary,
        scale: f32,
        bias: bool,
        of: Of,
    },
    /// Two runs of the rows of one matrix: joined with one another, and one alone.
    Runs {
        width: usize,
        rows: usize,
    },
    /// A linear whose input lies where infinities were: some are left between its rows.
    Stale {
        width: usize,
        rows: usize,
    },
    Norm(Normed),
    Elementwise {
        op: Elementwise,
        /// Of the operation that has one.
        function: Unary,
        width: usize,
        of: Of,
    },
    Attention(Heads),
}

/// What an operation is applied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Of {
    /// Each token of the step.
    Tokens,
    /// Each wanted row, chosen before.
    Rows,
    /// Each wanted row, chosen by the operation itself.
    Gathered,
}

/// A norm of `runs` runs of `width` columns each.
#[derive(Clone, Copy, Debug)]
pub struct Normed {
    pub width: usize,
    pub runs: usize,
    pub kind: NormKind,
    pub gain_offset: f32,
    pub bias: bool,
    pub residual: bool,
    pub of: Of,
}

/// The shape of an attention layer.
#[derive(Clone, Copy, Debug)]
pub struct Heads {
    pub kv_heads: usize,
    /// Query heads of a kv head.
    pub group: usize,
    pub head_dim: usize,
    pub rotary: usize,
    pub inputs: Inputs,
    pub window: Option<usize>,
    pub softcap: Option<f32>,
    pub longer: Option<Lengths>,
    /// Where it sees all, the case's steps are whole sequences.
    pub sees: Sees,
}

/// How sequences beyond [`BEYOND`] tokens are turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lengths {
    Fixed,
    Growing,
}

/// A length that is none of a page or of a chunk.
pub const BEYOND: usize = 50;

/// Where queries, keys and values come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inputs {
    /// Tables, and a rotation that leaves them as they are: the cache then holds what the reference's does, in f16 too.
    Still,
    /// Tables, and a rotation as models have it.
    Turned,
    /// Products of weights of several types, and a rotation.
    Projected,
    /// Products of weights of one type, queries and keys normalised head by head, and a rotation.
    Normalised,
}

/// A step: how many tokens each of its slots gets, and which of their rows are wanted.
#[derive(Clone)]
pub struct Run {
    pub slots: Vec<(u32, u32)>,
    pub rows: Wanted,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    None,
    /// The last row of each slot.
    Last,
    /// Every second row.
    Odd,
    All,
}

impl Case {
    /// The graph, after the passes that a model's graph goes through.
    pub fn graph(&self) -> Graph {
        let g = Builder::new();
        let mut inputs = HashMap::new();
        for (index, probe) in self.probes.iter().enumerate() {
            let value = probe.build(&g, &format!("{index}"), &mut inputs);
            g.output(&format!("{index} {probe:?}"), value);
        }
        let mut graph = g.finish().expect("a case's graph");
        let dtypes: Vec<DType> = graph.weights.iter().map(|weight| dtype(self, weight)).collect();
        graph.set_dtypes(dtypes);
        optimise(graph).0
    }

    /// Whether each step holds whole sequences, which nothing follows.
    pub fn whole(&self) -> bool {
        let sees_all = |probe: &Probe| matches!(probe, Probe::Attention(Heads { sees: Sees::All, .. }));
        self.probes.iter().any(sees_all)
    }

    /// The steps, for slots that are all open.
    pub fn steps(&self) -> Vec<Step> {
        let (mut lengths, mut count) = ([0; MAX_TEXTS], 0);
        let mut steps = Vec::new();
        for run in &self.script {
            let mut step = run.step(&mut lengths, &mut count);
            if self.whole() {
                lengths.fill(0);
                // Every second step has none.
                let segment = |token: &StepToken| (token.id / 3 + token.slot) % SEGMENTS as u32;
                step.segments.extend(step.tokens.iter().map(segment).filter(|_| steps.len() % 2 == 0));
            }
            steps.push(step);
        }
        steps
    }

    /// The longest sequence.
    pub fn context(&self) -> usize {
        self.steps().iter().flat_map(|step| &step.tokens).map(|token| token.position as usize + 1).max().unwrap_or(0)
    }
}

impl Run {
    fn step(&self, lengths: &mut [u32; MAX_TEXTS], count: &mut u32) -> Step {
        let mut step = Step::default();
        for &(slot, tokens) in &self.slots {
            for index in 0..tokens {
                let place = step.tokens.len() as u32;
                // 5 has no divisor in common with the vocabulary: all tokens take their turn.
                let id = *count * 5 % VOCAB as u32;
                step.tokens.push(StepToken { id, position: lengths[slot as usize], slot });
                let wanted = match self.rows {
                    Wanted::None => false,
                    Wanted::Last => index + 1 == tokens,
                    Wanted::Odd => place % 2 == 1,
                    Wanted::All => true,
                };
                step.rows.extend(wanted.then_some(place));
                lengths[slot as usize] += 1;
                *count += 1;
            }
        }
        step
    }
}

/// Inputs that several probes of a case share.
type Values<'g> = HashMap<(&'static str, usize, Of), Var<'g>>;

impl Probe {
    fn build<'g>(&self, g: &'g Builder, index: &str, inputs: &mut Values<'g>) -> Var<'g> {
        let mut input = |kind: &'static str, width: usize, of: Of| match of {
            Of::Gathered => g.embed(&format!("{kind}.{width}"), VOCAB, width).wanted_rows(),
            _ => *inputs.entry((kind, width, of)).or_insert_with(|| {
                let tokens = g.embed(&format!("{kind}.{width}"), VOCAB, width);
                if of == Of::Rows { tokens.wanted_rows() } else { tokens }
            }),
        };
        match *self {
            Probe::Embed { width } => g.embed(&format!("table.{width}"), VOCAB, width),
            Probe::Positions { width, padding, scale } => {
                let path = format!("table.position.{width}");
                let rows = match padding {
                    Some(padding) => g.embed_positions_after(&path, VOCAB, padding, width),
                    None => g.embed_positions(&path, VOCAB, width),
                };
                rows * scale
            }
            Probe::Segments { width } => g.embed_segments(&format!("table.segment.{width}"), SEGMENTS, width),
            Probe::Pool { width, pool } => input("input", width, Of::Tokens).pool(pool),
            Probe::Neighbours { width } => input("input", width, Of::Tokens).neighbours(),
            Probe::Patterns => g.embed("patterns", VOCAB, PATTERNS_WIDTH),
            Probe::Linear { width, rows, epilogue, function, scale, bias, of } => {
                let linear = |name: &str, x| g.linear(&format!("matrix.{name}.{index}"), x, rows, bias);
                let scaled = |x: Var<'g>| if scale == 1.0 { linear("plain", x) } else { linear("plain", x) * scale };
                let x = input("input", width, of);
                match epilogue {
                    Epilogue::None => scaled(x),
                    Epilogue::Residual => input("residual", rows, of) + scaled(x),
                    Epilogue::Function => scaled(x).map(function),
                    Epilogue::Gated => linear("gate", x).map(function) * linear("up", x),
                }
            }
            Probe::Runs { width, rows } => {
                let x = input("input", width, Of::Tokens);
                let run = |name: &str, number: usize| {
                    let run = number * rows..(number + 1) * rows;
                    g.scope("").linear_rows(&format!("matrix.{name}.{index}"), x, 3 * rows, run, true)
                };
                run("pair", 2).silu() * run("pair", 1) + run("alone", 1)
            }
            Probe::Stale { width, rows } => {
                let huge = g.embed(&format!("huge.{width}"), VOCAB, width.next_multiple_of(4));
                // The second copy takes the place of the infinities, which nothing reads any more.
                let x = (huge * huge).slice(0, width).slice(0, width);
                g.linear(&format!("matrix.stale.{index}"), x, rows, false)
            }
            Probe::Norm(Normed { width, runs, kind, gain_offset, bias, residual, of }) => {
                let options = NormOptions { kind, gain_offset, bias, run: Some(width), ..NormOptions::rms(1e-5) };
                let x = g.norm(&format!("gain.{index}"), input("input", runs * width, of), options);
                let rows = if of == Of::Gathered { Of::Rows } else { of };
                if residual { x + input("residual", runs * width, rows) } else { x }
            }
            Probe::Elementwise { op, function, width, of } => {
                let x = input("input", width, of);
                match op {
                    Elementwise::Add => x + input("residual", width, of),
                    Elementwise::Mul => x * input("residual", width, of),
                    Elementwise::Function => x.map(function),
                    Elementwise::Copy if of == Of::Gathered => x,
                    Elementwise::Copy => x.slice(width / 3, width - width / 3),
                }
            }
            Probe::Attention(heads) => heads.build(g, index),
        }
    }

    /// How far it may be from the reference: 1e-12, or 1e-9 where there is an exponential. A copy is exact.
    pub fn gate(&self, kv: KvFormat) -> f64 {
        match self {
            Probe::Embed { .. } | Probe::Positions { .. } | Probe::Segments { .. } | Probe::Patterns => 0.0,
            Probe::Pool { pool: Pool::First, .. } | Probe::Neighbours { .. } => 0.0,
            Probe::Elementwise { op: Elementwise::Copy, .. } => 0.0,
            Probe::Linear { epilogue: Epilogue::Function | Epilogue::Gated, function, .. }
            | Probe::Elementwise { op: Elementwise::Function, function, .. }
                if !matches!(function, Unary::Relu | Unary::Scale(_)) =>
            {
                1e-9
            }
            Probe::Runs { .. } => 1e-9,
            Probe::Linear { .. } | Probe::Stale { .. } | Probe::Norm(_) | Probe::Elementwise { .. } => 1e-12,
            Probe::Pool { .. } => 1e-12,
            // Turned keys are rounded to 11 bits, a relative error of 1.4e-4 (root of the mean square), which moves
            // scores by as much: up to 5e-4 where they are of the order of 4, and results likewise.
            Probe::Attention(heads) if kv == KvFormat::F16 && heads.inputs != Inputs::Still => 1e-6,
            Probe::Attention(_) => 1e-9,
        }
    }

    /// What the values of an output's column have in common; each kind is compared by itself.
    pub fn column_kind(&self, column: usize) -> usize {
        match self {
            Probe::Linear { .. } | Probe::Runs { .. } | Probe::Stale { .. } => linear_column(column),
            Probe::Norm(norm) => usize::from(column % norm.width == outlier_gain(norm.width)),
            Probe::Attention(heads) if matches!(heads.inputs, Inputs::Still | Inputs::Turned) => {
                attention_column(column % heads.head_dim)
            }
            _ => 0,
        }
    }
}

/// So many for each token are more than all 65,536 patterns.
pub const PATTERNS_WIDTH: usize = 254;

impl Lengths {
    fn of(self, rotary: usize) -> Longer {
        let frequencies = match self {
            Lengths::Fixed => LongFrequencies::Fixed(Rope::new(500.0, rotary).frequencies),
            Lengths::Growing => LongFrequencies::Growing { base: 10_000.0, factor: 4.0 },
        };
        Longer { beyond: BEYOND, frequencies }
    }
}

impl Heads {
    fn build<'g>(&self, g: &'g Builder, index: &str) -> Var<'g> {
        let Heads { kv_heads, group, head_dim, rotary, inputs, window, softcap, longer, sees } = *self;
        let rope = match inputs {
            Inputs::Still => Rope { frequencies: vec![0.0; rotary / 2], scale: 1.0, longer: None },
            Inputs::Turned | Inputs::Projected | Inputs::Normalised => Rope::new(10_000.0, rotary),
        };
        let rope = Rope { longer: longer.map(|lengths| lengths.of(rotary)), ..rope };
        let attention = Attention {
            rope: (rotary > 0).then(|| g.rope(rope)),
            sees,
            window,
            softcap,
            ..Attention::new(kv_heads * group, kv_heads, head_dim)
        };
        let widths = [attention.query_width(), attention.kv_width(), attention.kv_width()];
        let qkv = match inputs {
            Inputs::Projected => {
                let x = g.embed("plain.37", VOCAB, 37);
                let linear = |name: &str, width, bias| g.linear(&format!("projection.{name}"), x, width, bias);
                [linear("f32", widths[0], true), linear("f16", widths[1], false), linear("bf16", widths[2], true)]
            }
            Inputs::Normalised => {
                let x = g.embed("plain.37", VOCAB, 37);
                let linear = |name: &str, width| g.linear(&format!("projection.{name}"), x, width, false);
                let options = NormOptions { run: Some(head_dim), gain_offset: 1.0, ..NormOptions::rms(1e-6) };
                let heads = |name, width| g.norm(&format!("projection.{name}_norm"), linear(name, width), options);
                [heads("q", widths[0]), heads("k", widths[1]), linear("v", widths[2])]
            }
            Inputs::Still | Inputs::Turned => {
                let moved = if inputs == Inputs::Turned { "turned" } else { "still" };
                let table = |name, width| g.embed(&format!("{name}.{moved}.{head_dim}"), VOCAB, width);
                [table("query", widths[0]), table("key", widths[1]), table("value", widths[2])]
            }
        };
        g.scope("").attention(&format!("attention.{index}"), qkv, attention)
    }
}
