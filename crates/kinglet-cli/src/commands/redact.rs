use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};

use kinglet::{Engine, LoadOptions, Tagger};
use kinglet_experts::redact::{Map, Part, RedactOptions, RedactStream, Redaction, Redactor, Restorer};

use crate::{
    args::{self, RedactArgs},
    error::CliError,
    files, output, progress,
    reader::{self, TextReader},
    report::{Device, Redact},
};

/// Takes personal data out of a text, or puts it back.
pub(crate) async fn run(args: RedactArgs) -> Result<(), CliError> {
    if let Some(file) = &args.restore {
        return put_back(&read_map(file)?, reader::open(args.file.as_deref())?);
    }
    let known = args.known.as_deref().map(read_map).transpose()?.unwrap_or_default();
    let text = reader::open(args.file.as_deref())?;
    let engine = Engine::new(args.device.engine_options()).await?;
    let mut redactor = redactor(&engine, &args).await?;
    // Before anything is written: without its map the text is worth little.
    let file = args.map.clone().map(|map| MapFile::open(map, args.file.as_deref())).transpose()?;
    let mut whole = Redaction::default();
    let each = |part: Part| match args.form.json {
        true => {
            whole.text += &part.text;
            whole.spans.extend(part.spans);
            Ok(())
        }
        false => output::text(&part.text),
    };
    let map = take_out(redactor.stream(known), text, file, each).await?;
    if args.form.json {
        let Redaction { text, spans, .. } = whole;
        return output::json(&Redact { device: Device::from(engine.device()), text, spans, map });
    }
    Ok(())
}

async fn redactor(engine: &Engine, args: &RedactArgs) -> Result<Redactor, CliError> {
    let mut options = RedactOptions::default();
    if !args.kinds.is_empty() {
        options.kinds.clone_from(&args.kinds);
    }
    let Some(place) = &args.model else { return Ok(Redactor::new(engine, options).await?) };
    let load = LoadOptions { on_progress: progress::on_progress(), ..LoadOptions::default() };
    let model = engine.load(&args::source(place).await?, load).await?;
    Ok(Redactor::of(&model, options).await?)
}

/// Reads the text, hands over what is known of it, and writes the map, also that of a text that breaks off.
async fn take_out(
    mut stream: RedactStream<'_, Tagger>,
    mut text: TextReader<impl Read>,
    file: Option<MapFile>,
    mut each: impl FnMut(Part) -> Result<(), CliError>,
) -> Result<Map, CliError> {
    let mut failure = None;
    while failure.is_none() {
        let part = match text.next() {
            Ok(Some(part)) => stream.push(&part).await.map_err(CliError::from),
            Ok(None) => break,
            Err(error) => Err(error),
        };
        failure = part.and_then(&mut each).err();
    }
    let (map, failure) = match failure {
        Some(failure) => (stream.map().clone(), Some(failure)),
        None => {
            let so_far = stream.map().clone();
            match stream.finish().await {
                Ok((last, map)) => (map, each(last).err()),
                Err(error) => (so_far, Some(error.into())),
            }
        }
    };
    if let Some(file) = file {
        file.write(&map)?;
    }
    failure.map_or(Ok(map), Err)
}

fn put_back(map: &Map, mut text: TextReader<impl Read>) -> Result<(), CliError> {
    let mut restorer = Restorer::new(map);
    while let Some(part) = text.next()? {
        output::text(&restorer.push(&part))?;
    }
    output::text(&restorer.finish())
}

fn read_map(file: &Path) -> Result<Map, CliError> {
    let map = Map::from_json(&files::text(file)?);
    map.map_err(|error| CliError::Usage(format!("{}: {error}", file.display())))
}

/// The file of a map, which nobody but its owner needs to read.
struct MapFile {
    path: PathBuf,
    file: File,
}

impl MapFile {
    /// Empties it: what it held belongs to another text. The text itself it must not be.
    fn open(path: PathBuf, text: Option<&Path>) -> Result<MapFile, CliError> {
        let is_text = text
            .is_some_and(|text| text.canonicalize().is_ok_and(|text| path.canonicalize().is_ok_and(|map| map == text)));
        if is_text {
            return Err(CliError::Usage(format!("{} is the text itself: --map names another file", path.display())));
        }
        let mut options = OpenOptions::new();
        options.create(true).write(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let open = || -> io::Result<File> {
            let file = options.open(&path)?;
            // One that was there keeps its own mode otherwise.
            #[cfg(unix)]
            file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
            Ok(file)
        };
        match open() {
            Ok(file) => Ok(MapFile { path, file }),
            Err(source) => Err(CliError::File { path, source }),
        }
    }

    fn write(self, map: &Map) -> Result<(), CliError> {
        let MapFile { path, mut file } = self;
        let mut write = || -> io::Result<()> {
            file.set_len(0)?;
            file.rewind()?;
            file.write_all(map.to_json().as_bytes())?;
            file.write_all(b"\n")
        };
        write().map_err(|source| CliError::File { path, source })
    }
}
