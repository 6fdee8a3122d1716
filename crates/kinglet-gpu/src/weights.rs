//! Weights on their way to the device: the host reads what is wanted, in pieces of a few megabytes, and hands it over.

use std::{collections::VecDeque, ops::Range};

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
#[derive(Clone, Debug)]
pub(crate) struct Weights {
    /// Of each shard of each matrix.
    pub(crate) shards: Vec<Vec<Shard>>,
    /// A buffer for each vector.
    pub(crate) vectors: Vec<wgpu::Buffer>,
    /// 16 bytes that nobody writes.
    pub(crate) zeros: wgpu::Buffer,
}

#[derive(Clone, Debug)]
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
    /// What is still to be given.
    wanted: VecDeque<Wanted>,
    /// What is still to be made of it.
    pieces: VecDeque<Piece>,
    /// The rows of the next piece that were given, in the type they will have.
    rows: Vec<u8>,
    /// The next piece, once all of it was given.
    packed: Packed,
    flow: Flow,
}

/// What is packed and written at once.
#[derive(Clone, Debug)]
struct Piece {
    target: Target,
    /// The runs of rows that it is made of and that were not given yet.
    wanted: usize,
}

#[derive(Clone, Debug)]
enum Target {
    Rows { matrix: usize, shard: usize, rows: Range<usize> },
    Vector(usize),
}

impl Upload {
    /// Creates the buffers of a graph's weights. `stored` says how the files hold them, in the order of
    /// `graph.weights`.
    pub async fn new(device: Device, graph: Graph, stored: Vec<DType>) -> Result<Upload, GpuError> {
        let layout = Layout::new(&graph, device.caps())?;
        // What the device cannot run is refused before anything is created.
        let solo = (!graph.sees_all()).then_some(Bucket::SOLO[0]);
        for bucket in [Bucket::GENERAL].into_iter().chain(solo) {
            plan(&graph, &layout, device.caps(), PlanOptions { bucket, context: 1, kv: KvFormat::F16 })?;
        }
        let weights = Weights::new(&device, &graph, &layout).await?;
        let mut upload = Upload {
            device,
            graph,
            layout,
            weights,
            stored,
            wanted: VecDeque::new(),
            pieces: VecDeque::new(),
            rows: Vec::new(),
            packed: Packed::default(),
            flow: Flow::default(),
        };
        upload.ask();
        Ok(upload)
    }

    /// Lists what everything is made of. Vectors without any weight are zero already.
    fn ask(&mut self) {
        for (index, matrix) in self.layout.matrices.iter().enumerate() {
            let stored = |weight: WeightId| self.stored[weight.0].row_bytes(matrix.width).unwrap_or(0);
            let from = matrix.parts.iter().map(|(weight, _)| stored(*weight));
            let largest = from.chain([matrix.row_bytes()]).max().unwrap_or(0).max(1);
            let at_once = (CHUNK_BYTES / largest / SHARD_ROWS * SHARD_ROWS).max(SHARD_ROWS);
            for (shard, of_shard) in matrix.shards.iter().enumerate() {
                for start in of_shard.clone().step_by(at_once) {
                    let rows = start..(start + at_once).min(of_shard.end);
                    let wanted = matrix.sources(rows.clone());
                    let target = Target::Rows { matrix: index, shard, rows };
                    self.pieces.push_back(Piece { target, wanted: wanted.len() });
                    self.wanted.extend(wanted.into_iter().map(|(weight, rows)| Wanted { weight, rows }));
                }
            }
        }
        for (index, vector) in self.layout.vectors.iter().enumerate() {
            let wanted = vector.parts.iter().filter_map(|(weight, _)| *weight);
            let before = self.wanted.len();
            self.wanted.extend(wanted.map(|weight| Wanted { weight, rows: 0..1 }));
            let wanted = self.wanted.len() - before;
            if wanted > 0 {
                self.pieces.push_back(Piece { target: Target::Vector(index), wanted });
            }
        }
    }

    /// What is still to be given, in this order.
    pub fn wanted(&self) -> impl ExactSizeIterator<Item = &Wanted> {
        self.wanted.iter()
    }

    /// Takes the rows that are wanted next, as they lie in their file, and repacks what they complete. To be followed by
    /// [`Upload::write`].
    pub fn give(&mut self, bytes: &[u8]) -> Result<(), GpuError> {
        let Some(Piece { target, wanted: missing @ 1.. }) = self.pieces.front().cloned() else {
            return Err(GpuError::Refused {
                what: format!("{} bytes of a weight", bytes.len()),
                why: "nothing is missing, or the rows before them were not written".to_owned(),
            });
        };
        let Some(wanted) = self.wanted.pop_front() else { return Ok(()) };
        self.take(&target, &wanted, bytes)?;
        if missing == 1 {
            self.pack(&target);
            self.rows.clear();
        }
        self.pieces[0].wanted = missing - 1;
        Ok(())
    }

    /// Appends given rows to those of the piece, in the type they will have.
    fn take(&mut self, target: &Target, wanted: &Wanted, bytes: &[u8]) -> Result<(), GpuError> {
        let weight = &self.graph.weights[wanted.weight.0];
        let (from, width) = (self.stored[wanted.weight.0], weight.shape.rows_and_width().1);
        let to = match target {
            Target::Vector(_) => DType::F32,
            Target::Rows { .. } => weight.dtype,
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

    fn pack(&mut self, target: &Target) {
        self.packed.clear();
        match target {
            Target::Rows { matrix, .. } => {
                let matrix = &self.layout.matrices[*matrix];
                let row_bytes = matrix.dtype.row_bytes(matrix.width).unwrap_or(0);
                if matrix.interleaved {
                    self.rows = interleave(&self.rows, row_bytes, matrix.parts.len());
                }
                self.packed.rows(matrix.format(), &self.rows, row_bytes);
            }
            Target::Vector(index) => {
                let length = |weight: WeightId| self.graph.weights[weight.0].shape.rows_and_width().1;
                self.packed.codes = vector_values(&self.layout.vectors[*index], length, &self.rows);
            }
        }
    }

    /// Writes what was given to the device, as far as it is complete.
    pub async fn write(&mut self) -> Result<(), GpuError> {
        let Some(Piece { target, .. }) = self.pieces.pop_front_if(|piece| piece.wanted == 0) else { return Ok(()) };
        match target {
            Target::Rows { matrix, shard, rows } => {
                let matrix_of = &self.layout.matrices[matrix];
                let before = rows.start - matrix_of.shards[shard].start;
                let name = &self.graph.weights[matrix_of.parts[0].0.0].name;
                let buffers = &self.weights.shards[matrix][shard];
                let (codes, scales) = ((before * matrix_of.row_bytes()) as u64, matrix_of.scale_bytes(before) as u64);
                self.flow.write(&self.device, name, &buffers.codes, codes, &self.packed.codes).await?;
                self.flow.write(&self.device, name, &buffers.scales, scales, &self.packed.scales).await
            }
            Target::Vector(index) => {
                let name = vector_name(&self.graph, &self.layout.vectors[index]);
                self.flow.write(&self.device, name, &self.weights.vectors[index], 0, &self.packed.codes).await
            }
        }
    }

    /// Waits until everything is on the device.
    pub async fn finish(mut self) -> Result<Model, GpuError> {
        self.flow.flush(&self.device).await?;
        self.flow.end(&self.device).await?;
        Ok(Model::loaded(self.device, self.graph, self.layout, self.weights))
    }
}

impl Weights {
    /// Buffers for everything, with nothing in them.
    async fn new(device: &Device, graph: &Graph, layout: &Layout) -> Result<Weights, GpuError> {
        let zeros = buffer(device, "zeros", 16).await?;
        let mut weights = Weights { shards: Vec::new(), vectors: Vec::new(), zeros };
        for matrix in &layout.matrices {
            let name = &graph.weights[matrix.parts[0].0.0].name;
            let mut shards = Vec::new();
            for rows in &matrix.shards {
                let codes = buffer(device, name, rows.len() * matrix.row_bytes()).await?;
                let scales = match matrix.scale_bytes(rows.len()) {
                    0 => codes.clone(),
                    bytes => buffer(device, name, bytes).await?,
                };
                shards.push(Shard { codes, scales });
            }
            weights.shards.push(shards);
        }
        for vector in &layout.vectors {
            weights.vectors.push(buffer(device, vector_name(graph, vector), vector_bytes(vector)).await?);
        }
        Ok(weights)
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
    vector.elements().next_multiple_of(4) * 4
}

/// The parts of a vector: `given` holds the whole weight of each that has one, in f32, and `length` knows its elements.
fn vector_values(vector: &Vector, length: impl Fn(WeightId) -> usize, mut given: &[u8]) -> Vec<u8> {
    let mut parts = Vec::new();
    for (weight, elements) in &vector.parts {
        match weight {
            Some(weight) => {
                let (whole, rest) = given.split_at_checked(length(*weight) * 4).unwrap_or((given, &[]));
                parts.extend_from_slice(whole.get(elements.start * 4..elements.end * 4).unwrap_or_default());
                given = rest;
            }
            None => parts.resize(parts.len() + elements.len() * 4, 0),
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
        let vector = Vector { parts: vec![(None, 0..1), (Some(WeightId(0)), 0..1)], interleaved: true };
        let values = vector_values(&vector, |_| 1, &[1, 2, 3, 4]);
        assert_eq!(values, [0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn parts_of_one_weight_are_runs_of_it() {
        let run = |elements| (Some(WeightId(0)), elements);
        let vector = Vector { parts: vec![run(2..3), run(0..2)], interleaved: false };
        let given: Vec<u8> = (0..3).flat_map(|i| [i; 4]).collect();
        let values = vector_values(&vector, |_| 3, &[&given[..], &given[..]].concat());
        assert_eq!(values, [2, 2, 2, 2, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0]);
    }
}
