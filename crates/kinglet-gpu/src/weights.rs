//! Weights on their way to the device: the host reads what is wanted, in pieces of a few megabytes, and hands it over.

use std::ops::Range;

use kinglet_graph::{Graph, WeightId};
use kinglet_shaders::KvFormat;
use kinglet_tensor::DType;
use wgpu::BufferUsages;

use crate::{
    Device, GpuError, Model,
    layout::{Layout, SHARD_ROWS, Vector},
    pack::Packed,
    plan::{Bucket, PlanOptions, plan},
    readback::Work,
};

/// Bytes that are packed and written at a time.
const CHUNK_BYTES: usize = 4 << 20;
/// Bytes that are written before the queue is flushed: wgpu holds a copy of all that is not done.
const FLUSH_BYTES: usize = 8 << 20;

/// The buffers of a layout.
#[derive(Debug)]
pub(crate) struct Weights {
    /// Of each shard of each matrix.
    pub(crate) shards: Vec<Vec<Shard>>,
    /// A buffer for each vector.
    pub(crate) vectors: Vec<wgpu::Buffer>,
    /// 16 bytes that nobody writes.
    pub(crate) zeros: wgpu::Buffer,
}

#[derive(Debug)]
pub(crate) struct Shard {
    /// Elements, or codes.
    pub(crate) codes: wgpu::Buffer,
    /// What belongs to the codes; the same buffer again where elements stand for themselves, and nothing binds it.
    pub(crate) scales: wgpu::Buffer,
}

/// A run of rows that the device needs next. A vector is one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The weight.
    pub weight: WeightId,
    /// The rows.
    pub rows: Range<usize>,
}

/// A model whose weights are being uploaded.
///
/// It asks for rows and is given them, so that the caller decides where they come from and waits for them in its own
/// way. Rows that a file holds in another type than the graph are converted.
#[derive(Debug)]
pub struct Upload {
    device: Device,
    graph: Graph,
    layout: Layout,
    weights: Weights,
    /// The type of each weight in its file.
    stored: Vec<DType>,
    /// What is still to be made, the next one last.
    pieces: Vec<Piece>,
    /// What the next piece still wants, the next run last.
    wanted: Vec<Wanted>,
    /// The rows of the next piece that were given, in the type they will have.
    rows: Vec<u8>,
    packed: Packed,
    flow: Flow,
}

/// What is packed and written at once.
#[derive(Clone, Debug)]
enum Piece {
    Rows { matrix: usize, shard: usize, rows: Range<usize> },
    Vector(usize),
}

impl Upload {
    /// Creates the buffers of a graph's weights. `stored` says how the files hold them, in the order of
    /// `graph.weights`.
    pub async fn new(device: Device, graph: Graph, stored: Vec<DType>) -> Result<Upload, GpuError> {
        let layout = Layout::new(&graph, device.caps())?;
        // What the device cannot run is refused before anything is created.
        for bucket in [Bucket::GENERAL, Bucket::SOLO[0]] {
            plan(&graph, &layout, device.caps(), PlanOptions { bucket, context: 1, kv: KvFormat::F16 })?;
        }
        let mut weights =
            Weights { shards: Vec::new(), vectors: Vec::new(), zeros: buffer(&device, "zeros", 16).await? };
        let mut pieces = Vec::new();
        for (index, matrix) in layout.matrices.iter().enumerate() {
            let name = &graph.weights[matrix.parts[0].0.0].name;
            let from = matrix.parts.iter().map(|(weight, _)| stored[weight.0].row_bytes(matrix.width).unwrap_or(0));
            let largest = from.chain([matrix.row_bytes()]).max().unwrap_or(0).max(1);
            let at_once = (CHUNK_BYTES / largest / SHARD_ROWS * SHARD_ROWS).max(SHARD_ROWS);
            let mut shards = Vec::new();
            for (shard, rows) in matrix.shards.iter().enumerate() {
                let codes = buffer(&device, name, rows.len() * matrix.row_bytes()).await?;
                let scales = match matrix.scale_bytes(rows.len()) {
                    0 => codes.clone(),
                    bytes => buffer(&device, name, bytes).await?,
                };
                shards.push(Shard { codes, scales });
                let starts = rows.clone().step_by(at_once);
                let runs = starts.map(|start| start..(start + at_once).min(rows.end));
                pieces.extend(runs.map(|rows| Piece::Rows { matrix: index, shard, rows }));
            }
            weights.shards.push(shards);
        }
        for (index, vector) in layout.vectors.iter().enumerate() {
            weights.vectors.push(buffer(&device, vector_name(&graph, vector), vector_bytes(vector)).await?);
            pieces.push(Piece::Vector(index));
        }
        pieces.reverse();
        let mut upload = Upload {
            device,
            graph,
            layout,
            weights,
            stored,
            pieces,
            wanted: Vec::new(),
            rows: Vec::new(),
            packed: Packed::default(),
            flow: Flow::default(),
        };
        upload.ask();
        Ok(upload)
    }

    /// What to give next; `None` when nothing is missing.
    pub fn wanted(&self) -> Option<&Wanted> {
        self.wanted.last()
    }

    /// Takes the rows that were wanted, as they lie in their file.
    pub async fn give(&mut self, bytes: &[u8]) -> Result<(), GpuError> {
        let Some(wanted) = self.wanted.pop() else { return Ok(()) };
        self.take(&wanted, bytes)?;
        if self.wanted.is_empty() {
            if let Some(piece) = self.pieces.pop() {
                self.write(&piece).await?;
            }
            self.ask();
        }
        Ok(())
    }

    /// Waits until everything is on the device.
    pub async fn finish(mut self) -> Result<Model, GpuError> {
        self.flow.flush(&self.device).await?;
        self.flow.end(&self.device).await?;
        Ok(Model::loaded(self.device, self.graph, self.layout, self.weights))
    }

    /// Lists what the next piece is made of. Vectors without any weight are zero already.
    fn ask(&mut self) {
        self.rows.clear();
        let Some(piece) = self.pieces.last() else { return };
        self.wanted = match piece {
            Piece::Rows { matrix, rows, .. } => {
                let sources = self.layout.matrices[*matrix].sources(rows.clone());
                sources.into_iter().map(|(weight, rows)| Wanted { weight, rows }).collect()
            }
            Piece::Vector(vector) => {
                let weights = self.layout.vectors[*vector].parts.iter().filter_map(|(weight, _)| *weight);
                weights.map(|weight| Wanted { weight, rows: 0..1 }).collect()
            }
        };
        self.wanted.reverse();
    }

    /// Appends given rows to those of the piece, in the type they will have.
    fn take(&mut self, wanted: &Wanted, bytes: &[u8]) -> Result<(), GpuError> {
        let weight = &self.graph.weights[wanted.weight.0];
        let (from, width) = (self.stored[wanted.weight.0], weight.shape.rows_and_width().1);
        let to = match self.pieces.last() {
            Some(Piece::Vector(_)) => DType::F32,
            _ => weight.dtype,
        };
        let row_bytes = from.row_bytes(width).unwrap_or(0);
        if bytes.len() != row_bytes * wanted.rows.len() {
            return Err(GpuError::Refused {
                what: format!("{} bytes of {}", bytes.len(), weight.name),
                why: format!("{} rows have {}", wanted.rows.len(), row_bytes * wanted.rows.len()),
            });
        }
        from.convert_rows(bytes, width, to, &mut self.rows);
        Ok(())
    }

    async fn write(&mut self, piece: &Piece) -> Result<(), GpuError> {
        match piece {
            Piece::Rows { matrix, shard, rows } => {
                let matrix_of = &self.layout.matrices[*matrix];
                let row_bytes = matrix_of.dtype.row_bytes(matrix_of.width).unwrap_or(0);
                if matrix_of.interleaved {
                    self.rows = interleave(&self.rows, row_bytes, matrix_of.parts.len());
                }
                self.packed.clear();
                self.packed.rows(matrix_of.format(), &self.rows, row_bytes);
                let before = rows.start - matrix_of.shards[*shard].start;
                let name = &self.graph.weights[matrix_of.parts[0].0.0].name;
                let buffers = &self.weights.shards[*matrix][*shard];
                let (codes, scales) = ((before * matrix_of.row_bytes()) as u64, matrix_of.scale_bytes(before) as u64);
                self.flow.write(&self.device, name, &buffers.codes, codes, &self.packed.codes).await?;
                self.flow.write(&self.device, name, &buffers.scales, scales, &self.packed.scales).await
            }
            Piece::Vector(index) => {
                let vector = &self.layout.vectors[*index];
                let bytes = vector_values(vector, &self.rows);
                let name = vector_name(&self.graph, vector);
                self.flow.write(&self.device, name, &self.weights.vectors[*index], 0, &bytes).await
            }
        }
    }
}

/// What was written and is not done yet. No more than two flushes' worth is in memory.
#[derive(Debug, Default)]
struct Flow {
    unflushed: usize,
    flushed: Option<Work>,
}

impl Flow {
    async fn write(
        &mut self,
        device: &Device,
        name: &str,
        buffer: &wgpu::Buffer,
        offset: u64,
        bytes: &[u8],
    ) -> Result<(), GpuError> {
        if bytes.is_empty() {
            return Ok(());
        }
        device.checked(name, || device.upload(buffer, offset, bytes)).await?;
        self.unflushed += bytes.len();
        if self.unflushed >= FLUSH_BYTES { self.flush(device).await } else { Ok(()) }
    }

    async fn flush(&mut self, device: &Device) -> Result<(), GpuError> {
        self.end(device).await?;
        self.flushed = Some(device.checked("a weight", || Work::submitted(device)).await?);
        self.unflushed = 0;
        Ok(())
    }

    async fn end(&mut self, device: &Device) -> Result<(), GpuError> {
        match self.flushed.take() {
            Some(work) => work.done(device).await,
            None => Ok(()),
        }
    }
}

async fn buffer(device: &Device, name: &str, bytes: usize) -> Result<wgpu::Buffer, GpuError> {
    let usage = BufferUsages::STORAGE | BufferUsages::COPY_DST;
    device.checked(name, || device.buffer(name, bytes as u64, usage)).await
}

fn vector_name<'g>(graph: &'g Graph, vector: &Vector) -> &'g str {
    let weight = vector.parts.iter().find_map(|(weight, _)| *weight);
    weight.map_or("", |weight| &graph.weights[weight.0].name)
}

fn vector_bytes(vector: &Vector) -> usize {
    // Kernels read biases in fours.
    vector.parts.iter().map(|(_, elements)| elements).sum::<usize>().next_multiple_of(4) * 4
}

/// The parts of a vector, of which `given` holds those that have a weight, in f32.
fn vector_values(vector: &Vector, mut given: &[u8]) -> Vec<u8> {
    let mut parts = Vec::new();
    for (weight, elements) in &vector.parts {
        match weight {
            Some(_) => {
                let (part, rest) = given.split_at_checked(elements * 4).unwrap_or((given, &[]));
                parts.extend_from_slice(part);
                given = rest;
            }
            None => parts.resize(parts.len() + elements * 4, 0),
        }
    }
    if vector.interleaved {
        parts = interleave(&parts, 4, vector.parts.len());
    }
    parts.resize(vector_bytes(vector), 0);
    parts
}

/// Takes rows in turn from `parts` runs of equal length.
fn interleave(rows: &[u8], row_bytes: usize, parts: usize) -> Vec<u8> {
    let runs: Vec<&[u8]> = rows.chunks_exact((rows.len() / parts).max(1)).collect();
    let count = rows.len() / parts / row_bytes.max(1);
    let mut out = Vec::with_capacity(rows.len());
    for row in 0..count {
        for run in &runs {
            out.extend_from_slice(&run[row * row_bytes..][..row_bytes]);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_interleaved_row_by_row() {
        assert_eq!(interleave(&[1, 2, 3, 4, 5, 6, 7, 8], 2, 2), [1, 2, 5, 6, 3, 4, 7, 8]);
    }

    #[test]
    fn a_part_without_weight_is_zero() {
        let vector = Vector { parts: vec![(None, 1), (Some(WeightId(0)), 1)], interleaved: true };
        assert_eq!(vector_values(&vector, &[1, 2, 3, 4]), [0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0]);
    }
}
