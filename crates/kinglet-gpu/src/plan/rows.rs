//! What works row by row and is no product: embeddings, norms, operations on each element.

use kinglet_graph::{By, Dim, Embed, Node, Norm, NormKind, Op, Pool, Unary, Value};
use kinglet_shaders::{Elementwise, Variant};

use super::{
    Place, Side,
    lower::{Lowering, stride, unplanned},
    params::{Param, function},
};
use crate::GpuError;

impl Lowering<'_> {
    /// A dispatch for each shard of the table: each makes the rows that it has.
    pub(super) fn embed(&mut self, value: Value, node: &Node, embed: &Embed) -> Result<(), GpuError> {
        let index = self.layout.table(self.graph, embed.table).ok_or_else(|| unplanned(node))?;
        let matrix = &self.layout.matrices[index];
        let output = self.output(value);
        let (by, first) = match embed.by {
            By::Token => (0, 0),
            By::Position { first, .. } => (1, first),
            By::Segment => (2, 0),
        };
        for (shard, rows) in matrix.shards.iter().enumerate() {
            let values = [
                ("width", Param::Number(matrix.width)),
                ("output_stride", Param::Number(stride(matrix.width))),
                ("row_first", Param::Number(rows.start)),
                ("row_count", Param::Number(rows.len())),
                ("row_blocks", Param::Number(matrix.row_blocks())),
                ("by", Param::Number(by)),
                ("position_first", Param::Number(first)),
                ("scale", Param::Float(embed.scale)),
            ];
            let mut bindings = vec![("weights", Place::Shard { matrix: index, shard }), ("output", output)];
            if matrix.format().record().is_some() {
                bindings.push(("scales", Place::Scales { matrix: index, shard }));
            }
            let grid = [Side::Tokens(1), Side::Fixed(1), Side::Fixed(1)];
            self.dispatch(&node.name, Variant::Embed { weights: matrix.format() }, vec![], &values, bindings, grid)?;
        }
        Ok(())
    }

    pub(super) fn norm(&mut self, value: Value, node: &Node, norm: &Norm) -> Result<(), GpuError> {
        let (gain, bias) = self.layout.norm(self.graph, norm).ok_or_else(|| unplanned(node))?;
        let (first, others) = norm.gains.split_first().ok_or_else(|| unplanned(node))?;
        let run = self.graph.weights[first.weight.0].shape.rows_and_width().1.max(1);
        if others.len() > 1 || !norm.copied.is_multiple_of(run) {
            let why = "more than two gains, or copied columns that are no runs".to_owned();
            return Err(GpuError::Unsupported { node: node.name.clone(), why });
        }
        let runs = norm.gains.iter().map(|gain| gain.runs).sum();
        let rows = self.gathered_by_norm(node.inputs[0]);
        let input = if rows { self.graph.node(node.inputs[0]).inputs[0] } else { node.inputs[0] };
        let residual = node.inputs.get(1).map(|residual| self.input(*residual));
        let width = node.output.width;
        let values = [
            ("width", Param::Number(run)),
            ("runs", Param::Number(runs)),
            ("first_runs", Param::Number(first.runs)),
            ("copied_runs", Param::Number(norm.copied / run)),
            ("input_stride", Param::Number(stride(width))),
            ("output_stride", Param::Number(stride(width))),
            ("eps", Param::Float(norm.eps)),
            ("gain_offset", Param::Float(norm.gain_offset)),
            ("centred", Param::Number((norm.kind == NormKind::Layer).into())),
            ("scaled", Param::Number((norm.kind != NormKind::Affine).into())),
            ("bias_step", Param::Number(bias.is_some().into())),
            ("residual_step", Param::Number(residual.is_some().into())),
        ];
        // Of rows that are already gathered there may be fewer than tokens; norms of surplus tokens do no harm.
        let side = if node.output.rows == Dim::Rows { Side::Rows(1) } else { Side::Tokens(1) };
        let bindings = vec![
            ("input", self.input(input)),
            ("gain", Place::Vector(gain)),
            ("bias", bias.map_or(Place::Zeros, Place::Vector)),
            ("residual", residual.unwrap_or(Place::Zeros)),
            ("output", self.output(value)),
        ];
        let variant = Variant::Norm { rows, subgroups: self.caps.subgroups() };
        let grid = [side, Side::Fixed((width / run) as u32), Side::Fixed(1)];
        self.dispatch(&node.name, variant, vec![], &values, bindings, grid)
    }

    /// Whether this is a choice of rows that one norm reads, and nothing else: an output is read by the caller.
    pub(super) fn gathered_by_norm(&self, value: Value) -> bool {
        let normed = |node: &Node| matches!(node.op, Op::Norm(_)) && node.inputs.first() == Some(&value);
        self.graph.node(value).op == Op::Rows && self.graph.uses(value) == 1 && self.graph.nodes.iter().any(normed)
    }

    /// One column of each sequence with a wanted row.
    pub(super) fn pool(&mut self, value: Value, node: &Node, pool: Pool) -> Result<(), GpuError> {
        let width = node.output.width;
        let values = [
            ("width", Param::Number(width)),
            ("input_stride", Param::Number(stride(width))),
            ("output_stride", Param::Number(stride(width))),
            ("mean", Param::Number((pool == Pool::Mean).into())),
        ];
        let bindings = vec![("input", self.input(node.inputs[0])), ("output", self.output(value))];
        let grid = [Side::Fixed(width.div_ceil(64) as u32), Side::Rows(1), Side::Fixed(1)];
        self.dispatch(&node.name, Variant::Pool, vec![], &values, bindings, grid)
    }

    /// Each column between those of its neighbours.
    pub(super) fn neighbours(&mut self, value: Value, node: &Node) -> Result<(), GpuError> {
        let (width, from) = (node.output.width, self.graph.node(node.inputs[0]).output.width);
        let values = [
            ("width", Param::Number(from)),
            ("input_stride", Param::Number(stride(from))),
            ("output_stride", Param::Number(stride(width))),
        ];
        let bindings = vec![("input", self.input(node.inputs[0])), ("output", self.output(value))];
        let grid = [Side::Fixed(width.div_ceil(64) as u32), Side::Tokens(1), Side::Fixed(1)];
        self.dispatch(&node.name, Variant::Neighbours, vec![], &values, bindings, grid)
    }

    /// An operation on each element, from column `offset` of the first input on.
    pub(super) fn elementwise(
        &mut self,
        value: Value,
        node: &Node,
        op: Elementwise,
        offset: usize,
        unary: Option<Unary>,
    ) -> Result<(), GpuError> {
        let width = node.output.width;
        let rows = node.output.rows == Dim::Rows;
        // Of the copies only the choice of rows gathers; a slice of chosen rows copies them as they stand.
        let gathers_or_counts_rows = if op == Elementwise::Copy { node.op == Op::Rows } else { rows };
        let from = stride(self.graph.node(node.inputs[0]).output.width);
        let to = stride(width);
        let mut values = vec![
            ("width", Param::Number(width)),
            ("left_offset", Param::Number(offset)),
            ("left_stride", Param::Number(from)),
            ("right_offset", Param::Number(0)),
            ("right_stride", Param::Number(from)),
            ("output_offset", Param::Number(0)),
            ("output_stride", Param::Number(to)),
        ];
        values.extend(function(unary));
        let mut bindings = vec![("left", self.input(node.inputs[0]))];
        if let Some(right) = node.inputs.get(1) {
            bindings.push(("right", self.input(*right)));
        }
        bindings.push(("output", self.output(value)));
        let side = if rows { Side::Rows(1) } else { Side::Tokens(1) };
        let grid = [Side::Fixed(width.div_ceil(64) as u32), side, Side::Fixed(1)];
        let variant = Variant::Elementwise { op, rows: gathers_or_counts_rows };
        self.dispatch(&node.name, variant, vec![], &values, bindings, grid)
    }
}
