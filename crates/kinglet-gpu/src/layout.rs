//! How weights lie on the device: which matrices are joined, how rows are padded, where a matrix is cut into shards.

use std::ops::Range;

use kinglet_graph::{Activation, Gain, Graph, Linear, Norm, Op, Part, WeightId};
use kinglet_shaders::WeightFormat;
use kinglet_tensor::DType;

use crate::{Caps, GpuError};

/// Rows of a shard are a multiple of this, so that kernels' groups of rows never straddle two.
pub(crate) const SHARD_ROWS: usize = 32;

/// Every weight of a graph as it will lie on the device.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// The matrices.
    pub matrices: Vec<Matrix>,
    /// Gains and biases, in f32.
    pub vectors: Vec<Vector>,
}

/// Matrices with one input, joined into one.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// The weights, and which rows of each.
    pub parts: Vec<(WeightId, Range<usize>)>,
    /// Rows of two parts alternate; else the parts follow one another.
    pub interleaved: bool,
    /// Elements of a row.
    pub width: usize,
    /// The type of the elements.
    pub dtype: DType,
    /// The rows of each shard, in order and without gaps.
    pub shards: Vec<Range<usize>>,
}

/// One vector, made of the parts of a [`Linear`] or of the gains of a [`Norm`].
#[derive(Clone, Debug, PartialEq)]
pub struct Vector {
    /// The weights, and which elements of each. A part without weight is zero.
    pub parts: Vec<(Option<WeightId>, Range<usize>)>,
    /// Elements of two parts alternate.
    pub interleaved: bool,
}

impl Matrix {
    /// How kernels read the elements.
    pub fn format(&self) -> WeightFormat {
        format_of(self.dtype)
    }

    /// Blocks of a row, the last ones padded.
    pub fn row_blocks(&self) -> usize {
        self.width.div_ceil(self.dtype.block_elements().max(self.format().block_elements()))
            * self.dtype.block_elements().div_ceil(self.format().block_elements())
    }

    /// Whether rows fill their blocks.
    pub fn aligned(&self) -> bool {
        self.row_blocks() * self.format().block_elements() == self.width
    }

    /// Bytes of a row's elements or codes.
    pub fn row_bytes(&self) -> usize {
        self.row_blocks() * self.format().block_bytes()
    }

    /// Bytes of what these many rows, beginning with a shard's first, keep beside their codes.
    pub fn scale_bytes(&self, rows: usize) -> usize {
        let (blocks, words) = self.format().record().unwrap_or((1, 0));
        (rows * self.row_blocks()).div_ceil(blocks) * words * 4
    }

    /// Rows of all shards.
    pub fn rows(&self) -> usize {
        self.parts.iter().map(|(_, rows)| rows.len()).sum()
    }

    /// Where a run of rows comes from: weights and the runs of their rows, in the order of `parts`. Runs of interleaved
    /// rows begin and end with whole pairs.
    pub fn sources(&self, rows: Range<usize>) -> Vec<(WeightId, Range<usize>)> {
        if self.interleaved {
            let half = |part: &Range<usize>| part.start + rows.start / 2..part.start + rows.end / 2;
            return self.parts.iter().map(|(weight, part)| (*weight, half(part))).collect();
        }
        let mut first = 0;
        let mut sources = Vec::new();
        for (weight, part) in &self.parts {
            let (start, end) = (rows.start.max(first), rows.end.min(first + part.len()));
            if start < end {
                sources.push((*weight, part.start + start - first..part.start + end - first));
            }
            first += part.len();
        }
        sources
    }
}

impl Vector {
    /// Elements of all parts.
    pub fn elements(&self) -> usize {
        self.parts.iter().map(|(_, elements)| elements.len()).sum()
    }
}

impl Layout {
    /// The layout of a graph's weights in the types that they are kept in.
    pub fn new(graph: &Graph, caps: &Caps) -> Result<Layout, GpuError> {
        let mut layout = Layout::default();
        for node in &graph.nodes {
            match &node.op {
                Op::Embed(embed) => layout.add_matrix(graph, caps, table_of(graph, embed.table), false)?,
                Op::Linear(linear) => {
                    let (parts, interleaved) = matrix_parts(linear);
                    layout.add_matrix(graph, caps, parts, interleaved)?;
                    if let Some(bias) = bias_of(linear) {
                        layout.add_vector(bias);
                    }
                }
                Op::Norm(norm) => {
                    let (gains, biases) = vectors_of(graph, norm);
                    layout.add_vector(gains);
                    biases.into_iter().for_each(|biases| layout.add_vector(biases));
                }
                Op::Attention(_) | Op::Binary(_) | Op::Unary(_) | Op::Slice { .. } => {}
                Op::Rows | Op::Pool(_) | Op::Neighbours => {}
            }
        }
        Ok(layout)
    }

    fn add_matrix(
        &mut self,
        graph: &Graph,
        caps: &Caps,
        parts: Vec<(WeightId, Range<usize>)>,
        interleaved: bool,
    ) -> Result<(), GpuError> {
        if self.find(&parts, interleaved).is_some() {
            return Ok(());
        }
        let first = parts[0].0;
        let width = graph.weights[first.0].shape.rows_and_width().1;
        let dtype = graph.weights[first.0].dtype;
        if let Some((other, _)) = parts.iter().find(|(part, _)| graph.weights[part.0].dtype != dtype) {
            let (node, other) = (graph.weights[first.0].name.clone(), &graph.weights[other.0]);
            let why = format!("is {dtype} and joined with {}, which is {}", other.name, other.dtype);
            return Err(GpuError::Unsupported { node, why });
        }
        let mut matrix = Matrix { parts, interleaved, width, dtype, shards: Vec::new() };
        let limit = caps.binding_bytes.min(caps.buffer_bytes) as usize;
        let rows = matrix.rows();
        let fit = limit / matrix.row_bytes();
        let shard = if fit >= rows { rows } else { fit / SHARD_ROWS * SHARD_ROWS };
        if shard == 0 {
            return Err(GpuError::Limit {
                what: format!("{SHARD_ROWS} rows of {}", graph.weights[first.0].name),
                needed: (SHARD_ROWS * matrix.row_bytes()) as u64,
                unit: "bytes of a binding",
                limit: limit as u64,
            });
        }
        matrix.shards = (0..rows).step_by(shard).map(|start| start..(start + shard).min(rows)).collect();
        self.matrices.push(matrix);
        Ok(())
    }

    fn add_vector(&mut self, vector: Vector) {
        if !self.vectors.contains(&vector) {
            self.vectors.push(vector);
        }
    }

    fn find(&self, parts: &[(WeightId, Range<usize>)], interleaved: bool) -> Option<usize> {
        self.matrices.iter().position(|matrix| matrix.parts == parts && matrix.interleaved == interleaved)
    }

    /// The matrix of an embedding.
    pub(crate) fn table(&self, graph: &Graph, table: WeightId) -> Option<usize> {
        self.find(&table_of(graph, table), false)
    }

    /// The matrix of a linear.
    pub(crate) fn matrix(&self, linear: &Linear) -> Option<usize> {
        let (parts, interleaved) = matrix_parts(linear);
        self.find(&parts, interleaved)
    }

    /// The bias vector of a linear that has one.
    pub(crate) fn bias(&self, linear: &Linear) -> Option<usize> {
        let bias = bias_of(linear)?;
        self.vectors.iter().position(|vector| *vector == bias)
    }

    /// The vectors of a norm's gains, and of its biases where it has any.
    pub(crate) fn norm(&self, graph: &Graph, norm: &Norm) -> Option<(usize, Option<usize>)> {
        let find = |sought: Vector| self.vectors.iter().position(|vector| *vector == sought);
        let (gains, biases) = vectors_of(graph, norm);
        match biases {
            Some(biases) => Some((find(gains)?, Some(find(biases)?))),
            None => Some((find(gains)?, None)),
        }
    }

    /// Bytes of all weights on the device.
    pub fn bytes(&self) -> u64 {
        let bytes = |matrix: &Matrix| matrix.rows() * matrix.row_bytes() + matrix.scale_bytes(matrix.rows());
        let matrices = self.matrices.iter().map(|matrix| bytes(matrix) as u64);
        matrices.sum::<u64>() + self.vectors.iter().map(Vector::elements).sum::<usize>() as u64 * 4
    }
}

fn table_of(graph: &Graph, table: WeightId) -> Vec<(WeightId, Range<usize>)> {
    vec![(table, 0..graph.weights[table.0].shape.rows_and_width().0)]
}

fn matrix_parts(linear: &Linear) -> (Vec<(WeightId, Range<usize>)>, bool) {
    let parts = linear.parts.iter().map(|part| (part.weight, rows_of(part))).collect();
    (parts, interleaved(linear))
}

fn rows_of(part: &Part) -> Range<usize> {
    part.first..part.first + part.rows
}

fn interleaved(linear: &Linear) -> bool {
    match linear.activation {
        Activation::None | Activation::Of(_) => false,
        Activation::Gated(_) => true,
    }
}

fn bias_of(linear: &Linear) -> Option<Vector> {
    let parts: Vec<_> = linear.parts.iter().map(|part| (part.bias, rows_of(part))).collect();
    let any = parts.iter().any(|(bias, _)| bias.is_some());
    any.then(|| Vector { parts, interleaved: interleaved(linear) })
}

fn vectors_of(graph: &Graph, norm: &Norm) -> (Vector, Option<Vector>) {
    let run = |gain: &Gain| 0..graph.weights[gain.weight.0].shape.rows_and_width().1;
    let gains = norm.gains.iter().map(|gain| (Some(gain.weight), run(gain))).collect();
    let biases = norm.gains.iter().map(|gain| (gain.bias, run(gain))).collect();
    let biased = norm.gains.iter().any(|gain| gain.bias.is_some());
    let vector = |parts| Vector { parts, interleaved: false };
    (vector(gains), biased.then(|| vector(biases)))
}

fn format_of(dtype: DType) -> WeightFormat {
    match dtype {
        DType::F32 => WeightFormat::F32,
        DType::F16 => WeightFormat::F16,
        DType::BF16 => WeightFormat::BF16,
        DType::Q8_0 => WeightFormat::Q8_0,
        DType::Q4_0 => WeightFormat::Q4_0,
        DType::Q4_1 => WeightFormat::Q4_1,
        DType::Q5_0 => WeightFormat::Q5_0,
        DType::Q5_1 => WeightFormat::Q5_1,
        DType::Q2_K => WeightFormat::Q2_K,
        DType::Q3_K => WeightFormat::Q3_K,
        DType::Q4_K => WeightFormat::Q4_K,
        DType::Q5_K => WeightFormat::Q5_K,
        DType::Q6_K => WeightFormat::Q6_K,
        DType::IQ4_NL => WeightFormat::IQ4_NL,
        DType::IQ4_XS => WeightFormat::IQ4_XS,
        DType::I4_G32 => WeightFormat::I4_G32,
        DType::I4_G64 => WeightFormat::I4_G64,
        DType::I4_G128 => WeightFormat::I4_G128,
    }
}
