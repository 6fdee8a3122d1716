//! Weights on their way to the device.

use kinglet_graph::Graph;
use kinglet_shaders::WeightFormat;
use kinglet_tensor::{DType, Tensor};
use wgpu::BufferUsages;

use crate::{
    Device, GpuError,
    layout::{BLOCK_BYTES, Layout, Matrix, Vector},
};

/// Bytes that are packed and written at a time.
const CHUNK_BYTES: usize = 4 << 20;
/// Bytes that are written before the queue is flushed: wgpu holds a copy of all that is not submitted.
const FLUSH_BYTES: usize = 64 << 20;

/// The buffers of a layout.
#[derive(Debug)]
pub(crate) struct Weights {
    /// A buffer for each shard of each matrix.
    pub(crate) shards: Vec<Vec<wgpu::Buffer>>,
    /// A buffer for each vector.
    pub(crate) vectors: Vec<wgpu::Buffer>,
}

impl Weights {
    /// Packs and writes all weights. `tensors` are in the order of `graph.weights`.
    pub(crate) async fn upload(
        device: &Device,
        graph: &Graph,
        layout: &Layout,
        tensors: &[Tensor],
    ) -> Result<Weights, GpuError> {
        let mut uploader = Uploader { device, tensors, unflushed: 0 };
        let mut weights = Weights { shards: Vec::new(), vectors: Vec::new() };
        for matrix in &layout.matrices {
            let name = &graph.weights[matrix.parts[0].0.0].name;
            let mut shards = Vec::new();
            for rows in &matrix.shards {
                let bytes = (rows.len() * matrix.row_bytes()) as u64;
                let buffer = device.checked(name, || device.buffer(name, bytes, weight_usage())).await?;
                uploader.rows(&buffer, matrix, rows.clone());
                shards.push(buffer);
            }
            weights.shards.push(shards);
        }
        for vector in &layout.vectors {
            let name =
                vector.parts.iter().find_map(|(weight, _)| *weight).map_or("", |weight| &graph.weights[weight.0].name);
            let bytes = vector_bytes(vector, tensors);
            let buffer = device.checked(name, || device.buffer(name, bytes.len() as u64, weight_usage())).await?;
            uploader.write(&buffer, 0, &bytes);
            weights.vectors.push(buffer);
        }
        uploader.flush();
        device.check()?;
        Ok(weights)
    }
}

fn weight_usage() -> BufferUsages {
    BufferUsages::STORAGE | BufferUsages::COPY_DST
}

struct Uploader<'a> {
    device: &'a Device,
    tensors: &'a [Tensor],
    unflushed: usize,
}

impl Uploader<'_> {
    /// Writes a run of a matrix's rows, packed.
    fn rows(&mut self, buffer: &wgpu::Buffer, matrix: &Matrix, rows: std::ops::Range<usize>) {
        let row_bytes = matrix.row_bytes();
        let at_once = (CHUNK_BYTES / row_bytes).max(1);
        let mut packed = Vec::new();
        let mut offset = 0;
        for start in rows.clone().step_by(at_once) {
            packed.clear();
            for row in start..(start + at_once).min(rows.end) {
                let (weight, row) = matrix.source(row);
                pack_row(&self.tensors[weight.0], row, matrix.format, &mut packed);
            }
            self.write(buffer, offset, &packed);
            offset += packed.len() as u64;
        }
    }

    fn write(&mut self, buffer: &wgpu::Buffer, offset: u64, bytes: &[u8]) {
        self.device.upload(buffer, offset, bytes);
        self.unflushed += bytes.len();
        if self.unflushed >= FLUSH_BYTES {
            self.flush();
        }
    }

    fn flush(&mut self) {
        self.device.inner.queue.submit([]);
        self.unflushed = 0;
    }
}

/// Appends a row in the format of its matrix, padded with zeros to whole blocks.
fn pack_row(tensor: &Tensor, row: usize, format: WeightFormat, packed: &mut Vec<u8>) {
    let same = match format {
        WeightFormat::F32 => tensor.dtype() == DType::F32,
        WeightFormat::F16 => tensor.dtype() == DType::F16,
        WeightFormat::BF16 => tensor.dtype() == DType::BF16,
    };
    if same {
        packed.extend_from_slice(tensor.row(row));
    } else {
        // Only f32 joins matrices of several types.
        let mut values = vec![0.0; tensor.shape().rows_and_width().1];
        tensor.dtype().decode(tensor.row(row), &mut values);
        DType::F32.encode(&values, packed);
    }
    packed.resize(packed.len().next_multiple_of(BLOCK_BYTES), 0);
}

fn vector_bytes(vector: &Vector, tensors: &[Tensor]) -> Vec<u8> {
    let parts: Vec<Vec<f32>> = vector
        .parts
        .iter()
        .map(|(weight, elements)| weight.map_or_else(|| vec![0.0; *elements], |weight| tensors[weight.0].to_f32()))
        .collect();
    let values: Vec<f32> = match parts.as_slice() {
        [first, second] if vector.interleaved => first.iter().zip(second).flat_map(|(a, b)| [*a, *b]).collect(),
        parts => parts.concat(),
    };
    let mut bytes = Vec::new();
    DType::F32.encode(&values, &mut bytes);
    // Kernels read biases in fours.
    bytes.resize(bytes.len().next_multiple_of(BLOCK_BYTES), 0);
    bytes
}
