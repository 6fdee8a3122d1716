use kinglet_graph::{Activation, Dim, Linear, Node, Value};
use kinglet_shaders::{Epilogue, MATVEC_COLUMNS, Variant};

use super::{
    Grid, Place, Side,
    lower::{Lowering, stride, unplanned},
    params::{Param, function},
};
use crate::GpuError;

/// Rows that one workgroup of matvec computes, and rows and columns of one of matmul.
const MATVEC_ROWS: usize = 4;
const MATMUL_TILE: usize = 32;

impl Lowering<'_> {
    /// A dispatch for each shard: few columns go through matvec, many through matmul.
    pub(super) fn linear(&mut self, value: Value, node: &Node, linear: &Linear) -> Result<(), GpuError> {
        let index = self.layout.matrix(linear).ok_or_else(|| unplanned(node))?;
        let matrix = &self.layout.matrices[index];
        let bias = self.layout.bias(linear);
        let weights = matrix.format();
        let (epilogue, unary) = match (linear.activation, linear.residual) {
            (Activation::None, false) => (Epilogue::None, None),
            (Activation::None, true) => (Epilogue::Residual, None),
            (Activation::Of(unary), false) => (Epilogue::Function, Some(unary)),
            (Activation::Gated(unary), false) => (Epilogue::Gated, Some(unary)),
            (Activation::Of(_) | Activation::Gated(_), true) => {
                let why = "a function and a residual in one product".to_owned();
                return Err(GpuError::Unsupported { node: node.name.clone(), why });
            }
        };
        let rows = node.output.rows == Dim::Rows;
        let columns = self.rows(node.output.rows);
        let matvec = MATVEC_COLUMNS.iter().copied().find(|&fit| columns <= fit as usize);
        let variant = match matvec {
            Some(columns) => {
                let subgroups = self.caps.subgroups();
                Variant::Matvec { weights, epilogue, columns, subgroups }
            }
            None => Variant::Matmul { weights, epilogue },
        };
        let output = self.output(value);
        for (shard, run) in matrix.shards.iter().enumerate() {
            let mut values = vec![
                ("width", Param::Number(matrix.width)),
                ("input_stride", Param::Number(stride(matrix.width))),
                ("output_stride", Param::Number(stride(node.output.width))),
                ("row_first", Param::Number(run.start)),
                ("row_count", Param::Number(run.len())),
                ("row_blocks", Param::Number(matrix.row_blocks())),
                ("bias_step", Param::Number(bias.is_some().into())),
                ("of_rows", Param::Number(rows.into())),
                ("scale", Param::Float(linear.scale)),
            ];
            values.extend(function(unary));
            let mut bindings = vec![
                ("input", self.input(node.inputs[0])),
                ("weights", Place::Shard { matrix: index, shard }),
                ("bias", bias.map_or(Place::Zeros, Place::Vector)),
                ("output", output),
            ];
            if weights.record().is_some() {
                bindings.push(("scales", Place::Scales { matrix: index, shard }));
            }
            if linear.residual {
                bindings.push(("residual", self.input(node.inputs[1])));
            }
            let step_rows = |group| if rows { Side::Rows(group) } else { Side::Tokens(group) };
            let grid = match matvec {
                Some(_) => {
                    let [x, y] = Grid::folded(run.len().div_ceil(MATVEC_ROWS) as u32, self.caps.grid_side);
                    // No wanted row: nothing to launch.
                    [x, y, step_rows(columns as u32)]
                }
                None => {
                    let x = Side::Fixed(run.len().div_ceil(MATMUL_TILE) as u32);
                    [x, step_rows(MATMUL_TILE as u32), Side::Fixed(1)]
                }
            };
            self.dispatch(&node.name, variant, vec![("ALIGNED", matrix.aligned().into())], &values, bindings, grid)?;
        }
        Ok(())
    }
}
