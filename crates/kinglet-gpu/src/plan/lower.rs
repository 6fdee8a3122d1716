//! From graph to dispatches: one exhaustive `match` over the ops.

use kinglet_graph::{Binary, Dim, Graph, Lifetime, Node, Op, Value, ValueType, assign_colours};
use kinglet_shaders::{Access, Elementwise, KvFormat, Variant};

use super::{
    Bucket, Dispatch, Grid, PageClasses, Place, Plan, PlanOptions, PlanOutput, Side,
    params::{Param, params},
};
use crate::{Caps, GpuError, layout::Layout};

/// Logits that one workgroup looks through for the likeliest token.
const ARGMAX_CHUNK: usize = 1024;

/// The plan of a graph.
pub fn plan(graph: &Graph, layout: &Layout, caps: &Caps, options: PlanOptions) -> Result<Plan, GpuError> {
    let PlanOptions { bucket, context, kv } = options;
    let mut lowering = Lowering {
        graph,
        layout,
        caps,
        bucket,
        context,
        kv,
        layer: None,
        dispatches: Vec::new(),
        activations: Vec::new(),
        value_of: vec![usize::MAX; graph.nodes.len()],
        tile_tokens: super::attention::tile_tokens(graph, bucket),
        classes: PageClasses::new(&graph.caches, context),
        picks_from: 0,
        sample: None,
    };
    for index in 0..graph.nodes.len() {
        lowering.node(Value(index))?;
    }
    lowering.picks_from = lowering.dispatches.len();
    if bucket.feeds()
        && !graph.sees_all()
        && let Some(logits) = graph.outputs.iter().find(|output| output.name == "logits")
    {
        lowering.layer = None;
        lowering.sample(logits.value)?;
        lowering.feed(logits.value)?;
    }
    lowering.finish()
}

/// An activation: what lies between two dispatches.
#[derive(Clone, Copy)]
struct Activation {
    bytes: u64,
    /// It must outlive the plan's last dispatch.
    kept: bool,
}

pub(super) struct Lowering<'a> {
    pub(super) graph: &'a Graph,
    pub(super) layout: &'a Layout,
    pub(super) caps: &'a Caps,
    pub(super) bucket: Bucket,
    pub(super) context: usize,
    pub(super) kv: KvFormat,
    pub(super) tile_tokens: usize,
    pub(super) classes: PageClasses,
    /// The layer of the node being lowered.
    layer: Option<usize>,
    dispatches: Vec<Dispatch>,
    /// Where those that pick tokens begin, and what takes their place in a step that samples.
    picks_from: usize,
    sample: Option<Dispatch>,
    activations: Vec<Activation>,
    /// The activation of each node.
    value_of: Vec<usize>,
}

impl Lowering<'_> {
    fn node(&mut self, value: Value) -> Result<(), GpuError> {
        let node = self.graph.node(value);
        self.layer = node.layer;
        match &node.op {
            Op::Embed(embed) => self.embed(value, node, embed),
            Op::Linear(linear) => self.linear(value, node, linear),
            Op::Norm(norm) => self.norm(value, node, norm),
            Op::Attention(attention) => self.attention(value, node, attention),
            Op::Binary(Binary::Add) => self.elementwise(value, node, Elementwise::Add, 0, None),
            Op::Binary(Binary::Mul) => self.elementwise(value, node, Elementwise::Mul, 0, None),
            Op::Unary(unary) => self.elementwise(value, node, Elementwise::Function, 0, Some(*unary)),
            Op::Slice { start, .. } => self.elementwise(value, node, Elementwise::Copy, *start, None),
            // A norm gathers its rows itself.
            Op::Rows if self.gathered_by_norm(value) => Ok(()),
            Op::Pool(pool) => self.pool(value, node, *pool),
            Op::Neighbours => self.neighbours(value, node),
            Op::Rows => self.elementwise(value, node, Elementwise::Copy, 0, None),
        }
    }

    /// A new activation for the output of a node.
    pub(super) fn output(&mut self, value: Value) -> Place {
        let place = self.activation(self.value_bytes(self.graph.node(value).output));
        if let Place::Colour(activation) = place {
            self.value_of[value.0] = activation;
        }
        place
    }

    /// A new activation of this size.
    pub(super) fn activation(&mut self, bytes: u64) -> Place {
        self.activations.push(Activation { bytes, kept: false });
        Place::Colour(self.activations.len() - 1)
    }

    /// The activation of a node that came before.
    pub(super) fn input(&self, value: Value) -> Place {
        Place::Colour(self.value_of[value.0])
    }

    pub(super) fn rows(&self, rows: Dim) -> usize {
        match rows {
            Dim::Tokens => self.bucket.tokens,
            Dim::Rows => self.bucket.rows,
        }
    }

    fn value_bytes(&self, value: ValueType) -> u64 {
        (self.rows(value.rows) * stride(value.width) * 4) as u64
    }

    /// Adds a dispatch, after checking it against its kernel's descriptor and the device.
    pub(super) fn dispatch(
        &mut self,
        node: &str,
        variant: Variant,
        overrides: Vec<(&'static str, u32)>,
        values: &[(&str, Param)],
        mut bindings: Vec<(&'static str, Place)>,
        grid: [Side; 3],
    ) -> Result<(), GpuError> {
        let descriptor = variant.descriptor();
        let limit = |what: &str, needed: u32, unit, limit: u32| {
            let what = format!("{node}: {variant}: {what}");
            if needed <= limit {
                Ok(())
            } else {
                Err(GpuError::Limit { what, needed: needed.into(), unit, limit: limit.into() })
            }
        };
        limit("bindings", descriptor.storage_buffers(), "storage buffers", self.caps.storage_buffers)?;
        limit("workgroup", descriptor.workgroup_bytes(&overrides), "bytes", self.caps.workgroup_bytes)?;
        limit("workgroup", descriptor.workgroup_threads(&overrides), "threads", self.caps.workgroup_threads)?;
        for side in grid {
            if let Side::Fixed(count) = side {
                limit("grid", count, "workgroups a side", self.caps.grid_side)?;
            }
        }
        bindings.push(("step", Place::Step));
        if descriptor.binding("state").is_some() {
            bindings.push(("state", Place::State));
        }
        let params = params(node, variant, values)?;
        let grid = Grid(grid);
        let (node, layer) = (node.to_owned(), self.layer);
        self.dispatches.push(Dispatch { node, layer, variant, overrides, params, bindings, grid });
        Ok(())
    }

    /// Picks the likeliest token of each row of logits and hands it to the slot's next step.
    fn feed(&mut self, logits: Value) -> Result<(), GpuError> {
        let width = self.graph.node(logits).output.width;
        let chunks = width.div_ceil(ARGMAX_CHUNK);
        let candidates = self.activation((self.bucket.rows * chunks * 8) as u64);
        let values = [
            ("vocab", Param::Number(width)),
            ("input_stride", Param::Number(stride(width))),
            ("chunk", Param::Number(ARGMAX_CHUNK)),
            ("chunks", Param::Number(chunks)),
        ];
        let bindings = vec![("input", self.input(logits)), ("candidates", candidates)];
        let grid = [Side::Fixed(chunks as u32), Side::Rows(1), Side::Fixed(1)];
        let subgroups = self.caps.subgroups();
        self.dispatch("argmax", Variant::ArgMax { subgroups }, vec![], &values, bindings, grid)?;
        let bindings = vec![("candidates", candidates), ("ids", Place::Ids)];
        let grid = [Side::Rows(1), Side::Fixed(1), Side::Fixed(1)];
        self.dispatch("feed", Variant::Feed { subgroups }, vec![], &[("chunks", Param::Number(chunks))], bindings, grid)
    }

    /// Picks tokens in any other way, and hands them on as well.
    fn sample(&mut self, logits: Value) -> Result<(), GpuError> {
        let width = self.graph.node(logits).output.width;
        let values = [("vocab", Param::Number(width)), ("input_stride", Param::Number(stride(width)))];
        let places = [("ids", Place::Ids), ("sampling", Place::Sampling), ("raw", Place::Raw)];
        let bindings = [&[("logits", self.input(logits))], &places[..]].concat();
        let grid = [Side::Rows(1), Side::Fixed(1), Side::Fixed(1)];
        let variant = Variant::Sample { subgroups: self.caps.subgroups() };
        self.dispatch("sample", variant, vec![], &values, bindings, grid)?;
        self.sample = self.dispatches.pop();
        Ok(())
    }

    /// Gives activations their colours.
    fn finish(mut self) -> Result<Plan, GpuError> {
        for output in &self.graph.outputs {
            self.activations[self.value_of[output.value.0]].kept = true;
        }
        let end = self.dispatches.len();
        let mut lives: Vec<Lifetime> =
            self.activations.iter().map(|activation| Lifetime { alive: end..end, bytes: activation.bytes }).collect();
        for (index, dispatch) in self.dispatches.iter().enumerate() {
            for (_, place) in &dispatch.bindings {
                if let Place::Colour(activation) = place {
                    let alive = &mut lives[*activation].alive;
                    *alive =
                        alive.start.min(index)..if alive.start == end { index + 1 } else { alive.end.max(index + 1) };
                }
            }
        }
        for (life, activation) in lives.iter_mut().zip(&self.activations) {
            if activation.kept {
                life.alive.end = end + 1;
            }
        }
        let (colour_of, colours) = assign_colours(&lives);
        // What samples reads an output, which is there until the end.
        for dispatch in self.dispatches.iter_mut().chain(&mut self.sample) {
            for (_, place) in &mut dispatch.bindings {
                if let Place::Colour(activation) = place {
                    *activation = colour_of[*activation];
                }
            }
        }
        let outputs = self.graph.outputs.iter().map(|output| {
            let ValueType { rows, width } = self.graph.node(output.value).output;
            let colour = colour_of[self.value_of[output.value.0]];
            PlanOutput { name: output.name.clone(), colour, width, stride: stride(width), rows }
        });
        let plan = Plan {
            bucket: self.bucket,
            outputs: outputs.collect(),
            dispatches: self.dispatches,
            picks_from: self.picks_from,
            sample: self.sample,
            colours,
            tile_tokens: self.tile_tokens,
        };
        plan.check(self.caps)?;
        Ok(plan)
    }
}

/// Elements from one row of an activation to the next.
pub(super) fn stride(width: usize) -> usize {
    width.next_multiple_of(4)
}

/// A layout that was made for another graph.
pub(super) fn unplanned(node: &Node) -> GpuError {
    GpuError::Unsupported { node: node.name.clone(), why: "its weights are not in the layout".to_owned() }
}

impl Plan {
    /// Rejects what wgpu or a browser would: a buffer that one dispatch both writes and binds a second time, a binding
    /// that is missing, a buffer that is too large.
    fn check(&self, caps: &Caps) -> Result<(), GpuError> {
        for dispatch in self.dispatches.iter().chain(&self.sample) {
            let fault = |why: String| GpuError::Unsupported { node: dispatch.node.clone(), why };
            for binding in dispatch.variant.descriptor().bindings {
                let bound = dispatch.bindings.iter().find(|(name, _)| *name == binding.name);
                match (binding.access, bound) {
                    (Access::Uniform, _) | (Access::Read, Some(_)) => {}
                    (Access::ReadWrite, Some((_, place))) => {
                        if dispatch.bindings.iter().filter(|(_, other)| other == place).count() > 1 {
                            return Err(fault(format!("{} writes a buffer that it also reads", dispatch.variant)));
                        }
                    }
                    (_, None) => return Err(fault(format!("{} lacks {}", dispatch.variant, binding.name))),
                }
            }
        }
        let largest = self.colours.iter().copied().max().unwrap_or(0);
        let limit = caps.binding_bytes.min(caps.buffer_bytes);
        if largest > limit {
            let what = "an activation buffer".to_owned();
            return Err(GpuError::Limit { what, needed: largest, unit: "bytes of a binding", limit });
        }
        Ok(())
    }

    /// Bytes of weights that one step reads.
    pub fn weight_bytes(&self, layout: &Layout) -> u64 {
        let bytes = |place: &Place| match place {
            Place::Shard { matrix, shard } => {
                let matrix = &layout.matrices[*matrix];
                (matrix.shards[*shard].len() * matrix.row_bytes()) as u64
            }
            Place::Vector(vector) => layout.vectors[*vector].elements() as u64 * 4,
            Place::Scales { matrix, shard } => {
                let matrix = &layout.matrices[*matrix];
                matrix.scale_bytes(matrix.shards[*shard].len()) as u64
            }
            _ => 0,
        };
        let reads_all = |dispatch: &&Dispatch| !matches!(dispatch.variant, Variant::Embed { .. });
        let bindings = self.dispatches.iter().filter(reads_all).flat_map(|dispatch| &dispatch.bindings);
        bindings.map(|(_, place)| bytes(place)).sum()
    }

    /// The most dispatches that one layer takes.
    pub fn dispatches_per_layer(&self) -> usize {
        let layers = self.dispatches.iter().filter_map(|dispatch| dispatch.layer);
        let count = |layer| self.dispatches.iter().filter(|dispatch| dispatch.layer == Some(layer)).count();
        layers.max().map_or(0, |last| (0..=last).map(count).max().unwrap_or(0))
    }

    /// Bytes of all activation buffers.
    pub fn scratch_bytes(&self) -> u64 {
        self.colours.iter().sum()
    }
}
