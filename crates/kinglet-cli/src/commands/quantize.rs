use std::{
    fs::{self, File},
    io::{self, BufWriter},
    path::{Path, PathBuf},
};

use kinglet::{QuantizeOptions, Quantized, QuantizedTensor, Quantizer, Source};

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
    check_name(&output)?;
    let source = args::source(&input).await?;
    let options = QuantizeOptions { types, pure, name: model_name(&input), on_progress: progress::on_progress() };
    let quantizer = Quantizer::open(&source, &options).await?;
    let file = Unfinished::create(&output, &source, &quantizer)?;
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

/// Refuses what can be no file of this command's, before anything is asked of a server.
fn check_name(path: &Path) -> Result<(), CliError> {
    if path.extension().is_none_or(|extension| extension != "gguf") {
        return Err(CliError::Usage(format!("{} does not end in .gguf", path.display())));
    }
    if path.is_dir() {
        return Err(CliError::Usage(format!("{} is a folder", path.display())));
    }
    // The folder of a bare file name is the current one.
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    fs::metadata(folder).map(drop).map_err(|source| CliError::File { path: path.to_owned(), source })
}

/// A file that has its name only once it is whole. Dropped before that, it is gone.
struct Unfinished {
    file: File,
    partial: PathBuf,
    path: PathBuf,
}

impl Unfinished {
    fn create(path: &Path, source: &Source, quantizer: &Quantizer) -> Result<Unfinished, CliError> {
        let partial = PathBuf::from(format!("{}.partial", path.display()));
        for place in [path, &partial] {
            // Where the file is not there yet, it is none of the model's.
            let Ok(place) = fs::canonicalize(place) else { continue };
            let same = |file: &str| {
                let local = source.local_path(file).and_then(|file| fs::canonicalize(file).ok());
                local.is_some_and(|file| file == place)
            };
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

/// The name of the model's folder, or the one that it has on the hub or in a URL.
fn model_name(input: &Path) -> Option<String> {
    let text = input.to_str().unwrap_or_default();
    match text.split_once(':') {
        Some((scheme, place)) if scheme.eq_ignore_ascii_case("hf") => {
            return place.split(['/', ':', '@']).nth(1).map(str::to_owned);
        }
        Some((scheme, place)) if ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) => {
            return name_in_url(place);
        }
        _ => {}
    }
    let path = fs::canonicalize(input).ok()?;
    let folder = if path.is_dir() { Some(path.as_path()) } else { path.parent() };
    Some(folder?.file_name()?.to_string_lossy().into_owned())
}

/// The last name in a URL's path, without its ending where it is a file's; that of the folder where the file is called
/// as all are. A GGUF file brings its own.
fn name_in_url(after_scheme: &str) -> Option<String> {
    const OF_ALL: &str = "model";
    let address = after_scheme.split(['?', '#']).next()?;
    let (_host, path) = address.trim_start_matches('/').split_once('/')?;
    let mut stems = path.rsplit('/').map(|name| name.strip_suffix(".safetensors").unwrap_or(name));
    stems.find(|stem| !["", OF_ALL].contains(stem)).map(str::to_owned)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_models_that_are_elsewhere() {
        for (input, name) in [
            ("hf:birds/kinglet", Some("kinglet")),
            ("HF:birds/kinglet-1.5:Q8_0@main", Some("kinglet-1.5")),
            ("hf:kinglet", None),
            ("https://birds.example/models/kinglet", Some("kinglet")),
            ("HTTP://birds.example:80/models/kinglet-1.5/?a=b/c", Some("kinglet-1.5")),
            ("http://birds.example/models/wren.safetensors#a", Some("wren")),
            ("http://birds.example/kinglet/model.safetensors", Some("kinglet")),
            ("http://birds.example/", None),
            ("http://birds.example", None),
        ] {
            assert_eq!(model_name(Path::new(input)).as_deref(), name, "{input}");
        }
    }
}
