use std::{
    fs::{self, File},
    io::{self, BufWriter},
    path::{Path, PathBuf},
};

use kinglet::{QuantizeOptions, Quantized, QuantizedTensor, Quantizer};

use crate::{
    args::{self, QuantizeArgs},
    error::CliError,
    output::{self, bytes, grouped},
    progress,
    report::{Quantize, QuantizeTensor},
};

/// What shells say of programs that an interrupt ended.
const INTERRUPTED: i32 = 130;

/// Makes a model's files into one GGUF file.
pub(crate) async fn run(args: QuantizeArgs) -> Result<(), CliError> {
    let QuantizeArgs { input, output, types, pure, form } = args;
    let source = args::source(&input).await?;
    let options = QuantizeOptions { types, pure, name: model_name(&input), on_progress: progress::on_progress() };
    let quantizer = Quantizer::open(&source, &options).await?;
    let file = Unfinished::create(&output, &input, &quantizer)?;
    let written = write(&quantizer, &file).await?;
    file.finish()?;
    let report = report(&input, &output, written);
    match form.json {
        true => output::json(&report),
        false => output::text(&readable(&report)),
    }
}

async fn write(quantizer: &Quantizer, file: &Unfinished) -> Result<Quantized, CliError> {
    let mut sink = BufWriter::with_capacity(1 << 20, &file.file);
    let written = quantizer.write(&mut sink).await;
    // What the buffer still holds is nothing that anybody will read: without it the file stays unfinished.
    let (_, _) = sink.into_parts();
    written.map_err(|error| match error {
        kinglet::Error::Write(source) => file.error(source),
        error => error.into(),
    })
}

/// A file that has its name only once it is whole. Dropped before that, it is gone.
struct Unfinished {
    file: File,
    partial: PathBuf,
    path: PathBuf,
}

impl Unfinished {
    fn create(path: &Path, input: &Path, quantizer: &Quantizer) -> Result<Unfinished, CliError> {
        let partial = PathBuf::from(format!("{}.partial", path.display()));
        if path.extension().is_none_or(|extension| extension != "gguf") {
            return Err(CliError::Usage(format!("{} does not end in .gguf", path.display())));
        }
        if path.is_dir() {
            return Err(CliError::Usage(format!("{} is a folder", path.display())));
        }
        let folder = if input.is_dir() { input } else { input.parent().unwrap_or(Path::new("")) };
        for place in [path, &partial] {
            // Where the file is not there yet, it is none of the model's.
            let Ok(place) = fs::canonicalize(place) else { continue };
            let same = |file: &str| fs::canonicalize(folder.join(file)).is_ok_and(|file| file == place);
            if quantizer.files().any(same) {
                let place = place.display();
                return Err(CliError::Usage(format!("{place} is the model that is read: write to another file")));
            }
        }
        let file = File::create(&partial).map_err(|source| CliError::File { path: partial.clone(), source })?;
        let interrupted = partial.clone();
        // Where no handler can be had, an interrupted call leaves what it wrote.
        let _ = ctrlc::set_handler(move || {
            let _ = fs::remove_file(&interrupted);
            std::process::exit(INTERRUPTED);
        });
        Ok(Unfinished { file, partial, path: path.to_owned() })
    }

    /// Gives the file its name, once the disk has all of it.
    fn finish(self) -> Result<(), CliError> {
        let renamed = self.file.sync_all().and_then(|()| fs::rename(&self.partial, &self.path));
        renamed.map_err(|source| CliError::File { path: self.path.clone(), source })
    }

    fn error(&self, source: io::Error) -> CliError {
        CliError::File { path: self.partial.clone(), source }
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Once it has its name, there is nothing to remove; and of an error here nobody could be told.
        let _ = fs::remove_file(&self.partial);
    }
}

/// The name of the model's folder, or the one that it has on the hub.
fn model_name(input: &Path) -> Option<String> {
    if let Some(place) = input.to_str().and_then(|input| input.strip_prefix("hf:")) {
        return place.split(['/', ':', '@']).nth(1).map(str::to_owned);
    }
    let path = fs::canonicalize(input).ok()?;
    let folder = if path.is_dir() { Some(path.as_path()) } else { path.parent() };
    Some(folder?.file_name()?.to_string_lossy().into_owned())
}

fn report(input: &Path, output: &Path, written: Quantized) -> Quantize {
    let bits_per_weight = written.bits_per_weight();
    let Quantized { bytes_before, bytes_after, tensors, warnings, .. } = written;
    Quantize {
        input: input.display().to_string(),
        output: output.display().to_string(),
        bytes_before,
        bytes_after,
        bits_per_weight,
        tensors: tensors.into_iter().map(tensor).collect(),
        warnings,
    }
}

fn tensor(tensor: QuantizedTensor) -> QuantizeTensor {
    let QuantizedTensor { name, from, to, shape, bytes_before, bytes_after, nmse, .. } = tensor;
    QuantizeTensor { name, from: from.name(), to: to.name(), shape, bytes_before, bytes_after, nmse }
}

fn readable(report: &Quantize) -> String {
    let header = ["tensor", "from", "to", "shape", "bytes", "error"].map(str::to_owned);
    let row = |tensor: &QuantizeTensor| {
        let nmse = match tensor.nmse {
            Some(0.0) => "0".to_owned(),
            Some(nmse) => format!("{nmse:.2e}"),
            None => "n/a".to_owned(),
        };
        let [from, to] = [tensor.from, tensor.to].map(str::to_owned);
        [tensor.name.clone(), from, to, format!("{:?}", tensor.shape), grouped(tensor.bytes_after), nmse]
    };
    let rows: Vec<_> = std::iter::once(header).chain(report.tensors.iter().map(row)).collect();
    let facts = [
        ["before".to_owned(), bytes(report.bytes_before)],
        ["after".to_owned(), bytes(report.bytes_after)],
        ["bits per weight".to_owned(), format!("{:.2}", report.bits_per_weight)],
        ["written".to_owned(), report.output.clone()],
    ];
    let warnings: String = report.warnings.iter().map(|warning| format!("warning: {warning}\n")).collect();
    let warnings = if warnings.is_empty() { warnings } else { format!("\n{warnings}") };
    format!("{}\n{}{warnings}", output::table(&rows, &[4, 5]), output::table(&facts, &[]))
}
