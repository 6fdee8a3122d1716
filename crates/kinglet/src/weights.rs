//! Weights on their way from a model's files to where they are computed with.

use std::{
    collections::{BTreeMap, VecDeque},
    future::poll_fn,
    task::{Context, Poll},
};

use kinglet_format::{FormatError, OnProgress, Progress, Reading, Stage, TensorView};
use kinglet_gpu::{Device, Upload, Wanted};
use kinglet_graph::{Graph, WeightId};
use kinglet_tensor::{Bytes, DType, Tensor};

use crate::{Error, files::ModelFiles};

/// Bytes that are asked for before they are needed.
const AHEAD_BYTES: usize = 16 << 20;
/// Bytes that are read or converted at a time, where the device has no wish of its own.
const PIECE_BYTES: usize = 4 << 20;

/// Hands rows over as the device asks for them, a few megabytes at a time.
pub(crate) async fn on_gpu(
    device: &Device,
    graph: Graph,
    files: &ModelFiles,
    on_progress: &OnProgress,
) -> Result<kinglet_gpu::Model, Error> {
    let stored = files.weights.iter().map(TensorView::dtype).collect();
    let mut upload = Upload::new(device.clone(), graph, stored).await?;
    let mut ahead = ReadAhead::new(&files.weights, upload.wanted().cloned().collect());
    let mut told = Told::new(on_progress, files);
    while let Some((weight, bytes)) = ahead.next().await? {
        told.of(Stage::Read, weight, bytes.len());
        upload.give(&bytes)?;
        told.of(Stage::Repack, weight, bytes.len());
        upload.write().await?;
        told.of(Stage::Upload, weight, bytes.len());
    }
    let model = upload.finish().await?;
    if let Some(last) = files.weights.len().checked_sub(1) {
        told.of(Stage::Upload, WeightId(last), 0);
    }
    Ok(model)
}

/// Maps weights in place, or holds one copy of them.
pub(crate) async fn on_cpu(
    graph: Graph,
    files: &ModelFiles,
    on_progress: &OnProgress,
) -> Result<kinglet_cpu::Model, Error> {
    let dtypes = graph.weights.iter().map(|weight| weight.dtype);
    let runs = files.weights.iter().zip(dtypes.clone()).enumerate().flat_map(|(index, (view, dtype))| {
        let rows = view.shape().rows_and_width().0;
        let at_once = rows_at_once(view, dtype);
        let starts = (0..rows).step_by(at_once);
        starts.map(move |start| Wanted { weight: WeightId(index), rows: start..(start + at_once).min(rows) })
    });
    let mut ahead = ReadAhead::new(&files.weights, runs.collect());
    let mut told = Told::new(on_progress, files);
    let mut weights = Vec::with_capacity(files.weights.len());
    for (index, (view, dtype)) in files.weights.iter().zip(dtypes).enumerate() {
        let whole = view.shape().bytes(dtype).unwrap_or(0);
        let mut tensor = Bytes::from(Vec::new());
        let mut converted = Vec::new();
        while ahead.next_weight() == Some(WeightId(index)) {
            let Some((weight, bytes)) = ahead.next().await? else { break };
            told.of(Stage::Read, weight, bytes.len());
            if view.dtype() == dtype && bytes.len() == whole {
                tensor = bytes;
                continue;
            }
            converted.reserve_exact(whole - converted.len());
            view.dtype().convert_rows(&bytes, view.shape().rows_and_width().1, dtype, &mut converted);
            told.of(Stage::Repack, weight, bytes.len());
        }
        if tensor.is_empty() {
            tensor = Bytes::from(converted);
        }
        let tensor = Tensor::new(dtype, view.shape().clone(), tensor);
        let (name, shape) = (view.name().to_owned(), view.shape().to_string());
        weights.push(tensor.map_err(|error| FormatError::Rows { name, shape, why: error.to_string() })?);
    }
    Ok(kinglet_cpu::Model::new(graph, weights, kinglet_cpu::Precision::F32)?)
}

/// All of a tensor that is used where it lies, else as many rows as a piece has.
fn rows_at_once(view: &TensorView, dtype: DType) -> usize {
    let (rows, width) = view.shape().rows_and_width();
    if view.dtype() == dtype && view.in_memory() {
        return rows.max(1);
    }
    let largest = view.dtype().row_bytes(width).max(dtype.row_bytes(width)).unwrap_or(0);
    (PIECE_BYTES / largest.max(1)).max(1)
}

/// Reads that are under way before their bytes are needed, so that the source works while other bytes are repacked.
struct ReadAhead<'f> {
    views: &'f [TensorView],
    wanted: VecDeque<Wanted>,
    under_way: VecDeque<Read<'f>>,
    /// Bytes of those under way.
    bytes: usize,
}

struct Read<'f> {
    weight: WeightId,
    bytes: usize,
    state: State<'f>,
}

enum State<'f> {
    Asked(Reading<'f, Bytes>),
    There(Bytes),
}

impl<'f> ReadAhead<'f> {
    fn new(views: &'f [TensorView], wanted: VecDeque<Wanted>) -> ReadAhead<'f> {
        ReadAhead { views, wanted, under_way: VecDeque::new(), bytes: 0 }
    }

    /// The weight of the run that comes next.
    fn next_weight(&self) -> Option<WeightId> {
        let under_way = self.under_way.front().map(|read| read.weight);
        under_way.or_else(|| self.wanted.front().map(|wanted| wanted.weight))
    }

    /// The next run and its weight; `None` after the last.
    async fn next(&mut self) -> Result<Option<(WeightId, Bytes)>, FormatError> {
        self.ask();
        poll_fn(|context| self.poll(context)).await
    }

    fn ask(&mut self) {
        while let Some(wanted) = self.wanted.front() {
            let view = &self.views[wanted.weight.0];
            let row_bytes = view.dtype().row_bytes(view.shape().rows_and_width().1).unwrap_or(0);
            let bytes = wanted.rows.len() * row_bytes;
            if !self.under_way.is_empty() && self.bytes + bytes > AHEAD_BYTES {
                break;
            }
            let state = State::Asked(Box::pin(view.read_rows(wanted.rows.clone())));
            self.under_way.push_back(Read { weight: wanted.weight, bytes, state });
            self.bytes += bytes;
            self.wanted.pop_front();
        }
    }

    /// Sees to all of them, so that each is begun.
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<(WeightId, Bytes)>, FormatError>> {
        for read in &mut self.under_way {
            if let State::Asked(reading) = &mut read.state
                && let Poll::Ready(bytes) = reading.as_mut().poll(context)?
            {
                read.state = State::There(bytes);
            }
        }
        match self.under_way.pop_front() {
            Some(Read { weight, bytes, state: State::There(given) }) => {
                self.bytes -= bytes;
                Poll::Ready(Ok(Some((weight, given))))
            }
            Some(pending) => {
                self.under_way.push_front(pending);
                Poll::Pending
            }
            None => Poll::Ready(Ok(None)),
        }
    }
}

/// Tells how many of the files' bytes have gone through each stage.
struct Told<'t> {
    on_progress: &'t OnProgress,
    views: &'t [TensorView],
    done: BTreeMap<Stage, u64>,
    total: u64,
}

impl<'t> Told<'t> {
    fn new(on_progress: &'t OnProgress, files: &'t ModelFiles) -> Told<'t> {
        let bytes = |view: &TensorView| view.shape().bytes(view.dtype()).unwrap_or(0) as u64;
        let total = files.weights.iter().map(bytes).sum();
        on_progress.report(Progress { stage: Stage::Read, name: "", done: 0, total });
        Told { on_progress, views: &files.weights, done: BTreeMap::new(), total }
    }

    fn of(&mut self, stage: Stage, weight: WeightId, bytes: usize) {
        let done = self.done.entry(stage).or_default();
        *done += bytes as u64;
        let name = self.views[weight.0].name();
        self.on_progress.report(Progress { stage, name, done: *done, total: self.total });
    }
}
