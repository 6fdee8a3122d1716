use kinglet_graph::{Attention, Graph, LongFrequencies, Node, Op, Rope, Sees, Value};
use kinglet_shaders::{MAX_SPLITS, NO_WINDOW, Variant, split_bound};

use super::{
    Bucket, Place, Side,
    lower::{Lowering, stride},
    params::Param,
};
use crate::GpuError;

/// What one workgroup of attention can hold: queries, and vec4s of all its queries together.
const QUERIES: usize = 16;
const QUERY_VECS: usize = 256;
/// Threads of a workgroup of rope_kv and attention.
const THREADS: usize = 64;

/// Query heads that one workgroup takes of those that share a kv head, and the most queries it can take.
fn group_and_queries(attention: &Attention) -> (usize, usize) {
    let queries = (QUERY_VECS / head_vecs(attention)).clamp(1, QUERIES);
    ((attention.heads / attention.kv_heads).min(queries), queries)
}

fn head_vecs(attention: &Attention) -> usize {
    attention.head_dim.div_ceil(4)
}

/// Tokens of a tile: what the narrowest attention layer can take. Tiles are part of the step, the same for all layers.
pub(super) fn tile_tokens(graph: &Graph, bucket: Bucket) -> usize {
    let layers = graph.nodes.iter().filter_map(|node| match &node.op {
        Op::Attention(attention) => Some(attention),
        _ => None,
    });
    let fit = |attention: &Attention| {
        let (group, queries) = group_and_queries(attention);
        queries / group
    };
    if bucket.solo { 1 } else { layers.map(fit).min().unwrap_or(1) }
}

impl Lowering<'_> {
    /// New keys and values go into their pages, then each tile of queries goes over its slot's pages.
    pub(super) fn attention(&mut self, value: Value, node: &Node, attention: &Attention) -> Result<(), GpuError> {
        if head_vecs(attention) > QUERY_VECS {
            let why = format!("heads of {} columns are too wide", attention.head_dim);
            return Err(GpuError::Unsupported { node: node.name.clone(), why });
        }
        let inputs = QkvInputs::new(self, node, attention);
        let rotation = Rotation::new(self, node, attention)?;
        let kv = Place::Kv(attention.cache);
        self.rope_kv(node, attention, &inputs, rotation, kv)?;

        let (group, _) = group_and_queries(attention);
        let heads_per_kv = attention.heads / attention.kv_heads;
        let parts = heads_per_kv.div_ceil(group);
        let window = window(attention);
        let splits = if self.bucket.solo { split_bound(self.context.saturating_sub(1) as u32, window) } else { 1 };
        let values = [
            ("kv_heads", Param::Number(attention.kv_heads)),
            ("group", Param::Number(heads_per_kv)),
            ("head_dim", Param::Number(attention.head_dim)),
            ("rotary", Param::Number(rotation.columns)),
            ("query_offset", Param::Number(inputs.query.1)),
            ("query_stride", Param::Number(inputs.query.2)),
            ("output_stride", Param::Number(stride(node.output.width))),
            ("splits", Param::Number(splits as usize)),
            ("scale", Param::Float(attention.scale)),
            ("softcap", Param::Float(attention.softcap.unwrap_or(0.0))),
            ("window", Param::Number(window as usize)),
            ("ahead", Param::Number((attention.sees == Sees::All).into())),
            ("page_table", Param::Number(self.classes.table(attention.cache))),
            ("rope_longer", Param::Number(rotation.longer.into())),
        ];
        let overrides = vec![
            ("QUERIES", (group * self.tile_tokens) as u32),
            ("HEAD_VECS", head_vecs(attention) as u32),
            ("GROUP", group as u32),
        ];
        let variant = Variant::Attention { kv: self.kv, split: self.bucket.solo, subgroups: self.caps.subgroups() };
        let mut bindings = vec![("query", inputs.query.0), ("rope", rotation.table), ("kv", kv)];
        let heads = Side::Fixed((attention.kv_heads * parts) as u32);
        if !self.bucket.solo {
            bindings.push(("output", self.output(value)));
            return self.dispatch(
                &node.name,
                variant,
                overrides,
                &values,
                bindings,
                [Side::Tiles, heads, Side::Fixed(1)],
            );
        }
        let places = self.bucket.tokens * attention.heads * splits as usize;
        let partials = self.activation((places * head_vecs(attention) * 16) as u64);
        let sums = self.activation((places * 8) as u64);
        bindings.extend([("partials", partials), ("partial_sums", sums)]);
        let most = if attention.window.is_some() { splits } else { MAX_SPLITS };
        let grid = [Side::Tiles, heads, Side::Splits(most)];
        self.dispatch(&node.name, variant, overrides, &values, bindings, grid)?;
        self.attention_reduce(value, node, attention, splits, [partials, sums])
    }

    fn rope_kv(
        &mut self,
        node: &Node,
        attention: &Attention,
        inputs: &QkvInputs,
        rotation: Rotation,
        kv: Place,
    ) -> Result<(), GpuError> {
        let values = [
            ("kv_heads", Param::Number(attention.kv_heads)),
            ("head_dim", Param::Number(attention.head_dim)),
            ("head_vecs", Param::Number(head_vecs(attention))),
            ("rotary", Param::Number(rotation.columns)),
            ("key_offset", Param::Number(inputs.key.1)),
            ("key_stride", Param::Number(inputs.key.2)),
            ("value_offset", Param::Number(inputs.value.1)),
            ("value_stride", Param::Number(inputs.value.2)),
            ("page_table", Param::Number(self.classes.table(attention.cache))),
            ("rope_longer", Param::Number(rotation.longer.into())),
        ];
        let bindings = vec![("key", inputs.key.0), ("value", inputs.value.0), ("rope", rotation.table), ("kv", kv)];
        let vecs = attention.kv_heads * head_vecs(attention);
        let grid = [Side::Tokens(1), Side::Fixed(vecs.div_ceil(THREADS) as u32), Side::Fixed(1)];
        self.dispatch(&node.name, Variant::RopeKv { kv: self.kv }, vec![], &values, bindings, grid)
    }

    fn attention_reduce(
        &mut self,
        value: Value,
        node: &Node,
        attention: &Attention,
        splits: u32,
        [partials, sums]: [Place; 2],
    ) -> Result<(), GpuError> {
        let values = [
            ("heads", Param::Number(attention.heads)),
            ("head_dim", Param::Number(attention.head_dim)),
            ("head_vecs", Param::Number(head_vecs(attention))),
            ("output_stride", Param::Number(stride(node.output.width))),
            ("splits", Param::Number(splits as usize)),
            ("window", Param::Number(window(attention) as usize)),
            ("ahead", Param::Number(0)),
            ("page_table", Param::Number(self.classes.table(attention.cache))),
        ];
        let output = self.output(value);
        let bindings = vec![("partials", partials), ("partial_sums", sums), ("output", output)];
        let grid = [Side::Tokens(1), Side::Fixed(attention.heads as u32), Side::Fixed(1)];
        self.dispatch(&node.name, Variant::AttentionReduce, vec![], &values, bindings, grid)
    }
}

/// The `window` of kernels.
fn window(attention: &Attention) -> u32 {
    attention.window.and_then(|window| u32::try_from(window).ok()).map_or(NO_WINDOW, |window| window.min(NO_WINDOW))
}

/// Rows of a table of turns behind those of all positions: for sequences that turn otherwise because they are long.
/// A replay has `room` for so many tokens.
pub(crate) fn long_rows(rope: &Rope, context: usize, room: usize) -> usize {
    match &rope.longer {
        Some(longer) if context > longer.beyond => match longer.frequencies {
            LongFrequencies::Fixed(_) => context,
            // They change with the length: a step brings its own.
            LongFrequencies::Growing { .. } => room,
        },
        _ => 0,
    }
}

/// How queries and keys turn.
#[derive(Clone, Copy)]
struct Rotation {
    table: Place,
    /// Columns of a head that turn.
    columns: usize,
    /// The table has other rows for long sequences.
    longer: bool,
}

impl Rotation {
    fn new(lowering: &Lowering<'_>, node: &Node, attention: &Attention) -> Result<Rotation, GpuError> {
        let Some(id) = attention.rope else {
            return Ok(Rotation { table: Place::Zeros, columns: 0, longer: false });
        };
        let rope = &lowering.graph.ropes[id.0];
        let columns = 2 * rope.pairs();
        if columns > attention.head_dim {
            let why = format!("a rotation of {columns} columns is wider than a head of {}", attention.head_dim);
            return Err(GpuError::Unsupported { node: node.name.clone(), why });
        }
        Ok(Rotation {
            table: Place::Rope(id.0),
            columns,
            longer: long_rows(rope, lowering.context, lowering.bucket.tokens) > 0,
        })
    }
}

/// Where queries, keys and values lie: buffer, offset and stride of each, in elements.
struct QkvInputs {
    query: (Place, usize, usize),
    key: (Place, usize, usize),
    value: (Place, usize, usize),
}

impl QkvInputs {
    fn new(lowering: &Lowering<'_>, node: &Node, attention: &Attention) -> QkvInputs {
        let (query, kv) = (attention.query_width(), attention.kv_width());
        match *node.inputs.as_slice() {
            [q, k, v] => QkvInputs {
                query: (lowering.input(q), 0, stride(query)),
                key: (lowering.input(k), 0, stride(kv)),
                value: (lowering.input(v), 0, stride(kv)),
            },
            _ => {
                let all = lowering.input(node.inputs[0]);
                let row = stride(query + 2 * kv);
                QkvInputs { query: (all, 0, row), key: (all, query, row), value: (all, query + kv, row) }
            }
        }
    }
}
