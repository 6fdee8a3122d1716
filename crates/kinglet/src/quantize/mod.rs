//! A model's files made into one GGUF file, its matrices quantized.

mod convert;
mod header;
mod mixture;
mod types;

use std::{collections::BTreeMap, io::Write};

use convert::{Fidelity, PIECE_BYTES};
use kinglet_format::{
    Checkpoint, Description, FormatError, OnProgress, Progress, RowOrder, Stage, TensorView, gguf::GgufWriter,
};
use kinglet_tensor::{DType, Shape};

pub use mixture::Mixture;

use crate::{Error, Quant, Source, files::ModelFiles};

/// What a quantized file should be.
#[derive(Clone, Debug)]
pub struct QuantizeOptions {
    /// The types of matrices. Vectors are always F32.
    pub types: Mixture,
    /// Every matrix gets that type. By default the one that makes the logits gets Q6_K where that is better, as
    /// llama.cpp has it.
    pub pure: bool,
    /// The model's name, where its files have none.
    pub name: Option<String>,
    /// Who is told how far it has come.
    pub on_progress: OnProgress,
}

impl Default for QuantizeOptions {
    fn default() -> QuantizeOptions {
        QuantizeOptions { types: Mixture::Of(DType::Q8_0), pure: false, name: None, on_progress: OnProgress::default() }
    }
}

/// A model that is to become a GGUF file. Everything is checked; no weight was touched or fetched yet.
#[derive(Debug)]
pub struct Quantizer {
    checkpoint: Checkpoint,
    header: Vec<u8>,
    writer: GgufWriter,
    tensors: Vec<Target>,
    files: Vec<(String, u64)>,
    warnings: Vec<String>,
    on_progress: OnProgress,
}

/// A tensor of the file.
#[derive(Debug)]
struct Target {
    name: String,
    data: Data,
    to: DType,
}

#[derive(Debug)]
enum Data {
    /// One of the model's files has it.
    Stored(TensorView),
    /// It follows from the configuration.
    Made(Vec<f32>),
}

/// What was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantized {
    /// Bytes of the files that were read.
    pub bytes_before: u64,
    /// Bytes of the file.
    pub bytes_after: u64,
    /// Its tensors, in its order.
    pub tensors: Vec<QuantizedTensor>,
    /// What is not as it was asked for, a sentence each.
    pub warnings: Vec<String>,
}

/// What became of a tensor.
#[derive(Clone, Debug, PartialEq)]
pub struct QuantizedTensor {
    /// Its name in the file that was written.
    pub name: String,
    /// Its type before.
    pub from: DType,
    /// Its type now.
    pub to: DType,
    /// The dimensions, outermost first.
    pub shape: Vec<usize>,
    /// Bytes before; none where it was made.
    pub bytes_before: u64,
    /// Bytes now.
    pub bytes_after: u64,
    /// The squared error of the values that the file stands for, over their squares; `None` where some have no place
    /// in the type, infinities for one.
    pub nmse: Option<f64>,
}

impl Quantized {
    /// Bits that a weight takes on average.
    pub fn bits_per_weight(&self) -> f64 {
        let bytes: u64 = self.tensors.iter().map(|tensor| tensor.bytes_after).sum();
        let elements: usize = self.tensors.iter().map(|tensor| tensor.shape.iter().product::<usize>()).sum();
        (bytes * 8) as f64 / elements.max(1) as f64
    }
}

impl Quantizer {
    /// Reads what the model is and decides what becomes of each tensor. Fails wherever a load would.
    pub async fn open(source: &Source, options: &QuantizeOptions) -> Result<Quantizer, Error> {
        if !Mixture::all().any(|types| types == options.types) {
            return Err(Error::QuantizeType { name: options.types.name() });
        }
        let files = ModelFiles::open(source, Quant::Keep, &[]).await?;
        let mut warnings = Vec::new();
        let mut tensors = graph_tensors(&files).await?;
        types::choose(&mut tensors, files.blueprint.layers, options, &mut warnings);
        let writer = match files.checkpoint.description() {
            Description::HuggingFace(_) => header::of_config(&files, options, &mut tensors, &mut warnings).await?,
            Description::Gguf(metadata) => {
                add_other_tensors(&files, &mut tensors)?;
                header::of_gguf(metadata, options)
            }
        };
        let on_progress = options.on_progress.clone();
        let checkpoint = files.checkpoint;
        let (header, files) = (Vec::new(), Vec::new());
        let mut quantizer = Quantizer { checkpoint, header, writer, tensors, files, warnings, on_progress };
        for target in &quantizer.tensors {
            quantizer.writer.tensor(&target.name, target.to, &target.shape());
        }
        quantizer.header = quantizer.writer.header("the file to write")?;
        for file in quantizer.checkpoint.files() {
            let size = source.size(file).await?.unwrap_or(0);
            quantizer.files.push((file.to_owned(), size));
        }
        Ok(quantizer)
    }

    /// The files that it reads weights from.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|(file, _)| file.as_str())
    }

    /// Fetches the weights if the source keeps copies, and writes the file, a few megabytes at a time.
    pub async fn write(&self, sink: &mut dyn Write) -> Result<Quantized, Error> {
        self.checkpoint.fetch(&self.on_progress).await?;
        let total = self.tensors.iter().map(Target::bytes).sum();
        let mut warnings = self.warnings.clone();
        let mut tensors = Vec::with_capacity(self.tensors.len());
        let (mut written, mut length) = (0, self.header.len() as u64);
        sink.write_all(&self.header).map_err(Error::Write)?;
        for target in &self.tensors {
            let mut on_piece = |bytes: u64| {
                written += bytes;
                self.on_progress.report(Progress { stage: Stage::Write, name: &target.name, done: written, total });
            };
            let fidelity = target.write(sink, &mut on_piece).await?;
            let padding: Vec<u8> = self.writer.padding(target.bytes()).collect();
            sink.write_all(&padding).map_err(Error::Write)?;
            length += target.bytes() + padding.len() as u64;
            if fidelity.lost > 0 {
                let (lost, name, to) = (fidelity.lost, &target.name, target.to);
                warnings.push(format!(
                    "{lost} values of {name} have no place in {to}: they are infinite, too large or no numbers"
                ));
            }
            tensors.push(target.report(&fidelity));
        }
        sink.flush().map_err(Error::Write)?;
        let bytes_before = self.files.iter().map(|(_, bytes)| bytes).sum();
        Ok(Quantized { bytes_before, bytes_after: length, tensors, warnings })
    }
}

impl Target {
    fn shape(&self) -> Shape {
        match &self.data {
            Data::Stored(view) => view.shape().clone(),
            Data::Made(values) => Shape::from([values.len()]),
        }
    }

    fn from(&self) -> DType {
        match &self.data {
            Data::Stored(view) => view.dtype(),
            Data::Made(_) => DType::F32,
        }
    }

    /// Bytes in the file that is written. Shapes whose bytes overflow were refused with the header.
    fn bytes(&self) -> u64 {
        self.shape().bytes(self.to).unwrap_or(0) as u64
    }

    async fn write(&self, sink: &mut dyn Write, on_piece: &mut dyn FnMut(u64)) -> Result<Fidelity, Error> {
        let mut fidelity = Fidelity::default();
        let view = match &self.data {
            Data::Stored(view) => view,
            Data::Made(values) => {
                let mut bytes = Vec::new();
                self.to.encode(values, &mut bytes);
                sink.write_all(&bytes).map_err(Error::Write)?;
                on_piece(bytes.len() as u64);
                return Ok(fidelity);
            }
        };
        let (rows, width) = view.shape().rows_and_width();
        let at_once = (PIECE_BYTES / width.saturating_mul(4).max(1)).max(1);
        for start in (0..rows).step_by(at_once) {
            let piece = view.read_rows(start..(start + at_once).min(rows)).await?;
            if view.dtype() == self.to {
                sink.write_all(&piece).map_err(Error::Write)?;
                on_piece(piece.len() as u64);
                continue;
            }
            for (bytes, of_part) in convert::parts(&piece, width, view.dtype(), self.to) {
                sink.write_all(&bytes).map_err(Error::Write)?;
                fidelity.add(&of_part);
                on_piece(bytes.len() as u64);
            }
        }
        Ok(fidelity)
    }

    fn report(&self, fidelity: &Fidelity) -> QuantizedTensor {
        let bytes_before = match &self.data {
            Data::Stored(view) => view.shape().bytes(view.dtype()).unwrap_or(0) as u64,
            Data::Made(_) => 0,
        };
        QuantizedTensor {
            name: self.name.clone(),
            from: self.from(),
            to: self.to,
            shape: self.shape().dims().to_vec(),
            bytes_before,
            bytes_after: self.bytes(),
            nmse: fidelity.nmse(),
        }
    }
}

/// The weights of the graph under their names in the file, rows in the file's order, types as they are.
async fn graph_tensors(files: &ModelFiles) -> Result<Vec<Target>, Error> {
    let in_file_order = matches!(files.checkpoint.description(), Description::Gguf(_));
    let mut targets = Vec::new();
    for weight in &files.blueprint.graph.weights {
        let (stored, written) = (files.described.stored(&weight.name)?, files.described.written(&weight.name)?);
        let order = match (in_file_order, written.order) {
            (true, _) => None,
            (false, Some(RowOrder::Halves { heads })) => Some(RowOrder::Pairs { heads }),
            (false, _) => stored.order,
        };
        let view = files.checkpoint.view_in_order(&stored.name, &weight.shape, order)?;
        let (to, added) = (view.dtype(), written.added - stored.added);
        let data = if added == 0.0 {
            Data::Stored(view)
        } else {
            Data::Made(view.read().await?.to_f32().into_iter().map(|gain| gain + added).collect())
        };
        targets.push(Target { name: written.name, to, data });
    }
    Ok(targets)
}

/// What a GGUF file holds beside the weights of the graph stays as it is.
fn add_other_tensors(files: &ModelFiles, tensors: &mut Vec<Target>) -> Result<(), FormatError> {
    let known: BTreeMap<&str, ()> = tensors.iter().map(|target| (target.name.as_str(), ())).collect();
    let mut others = Vec::new();
    for (name, info) in files.checkpoint.tensors().filter(|(name, _)| !known.contains_key(name)) {
        let view = files.checkpoint.view(name, &info.shape)?;
        others.push(Target { name: name.to_owned(), to: view.dtype(), data: Data::Stored(view) });
    }
    tensors.append(&mut others);
    Ok(())
}
