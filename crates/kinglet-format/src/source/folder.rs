//! Files of a folder, mapped into memory.

use std::{
    collections::HashMap,
    fs::{self, File},
    future::ready,
    io::{ErrorKind, Read},
    ops::Range,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use kinglet_tensor::Bytes;

use super::{Files, Reading, is_path, missing, part};
use crate::{FormatError, number::wide, shown::shorten};

/// A folder, and the maps of those of its files that were asked for.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    maps: Mutex<HashMap<String, Bytes>>,
}

impl Folder {
    pub(super) fn new(path: PathBuf) -> Folder {
        Folder { path, maps: Mutex::default() }
    }

    /// The file's map, made when it is first asked for: a file that changes later still has one length.
    fn map(&self, file: &str) -> Result<Option<Bytes>, FormatError> {
        let mut maps = self.maps.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = maps.get(file) {
            return Ok(Some(bytes.clone()));
        }
        let bytes = map(&self.path, file)?;
        maps.extend(bytes.iter().map(|bytes| (file.to_owned(), bytes.clone())));
        Ok(bytes)
    }

    fn read(&self, file: &str, range: Range<u64>) -> Result<Bytes, FormatError> {
        part(file, &self.map(file)?.ok_or_else(|| missing(file, self.place()))?, range)
    }

    fn list(&self) -> Result<Option<Vec<String>>, FormatError> {
        let entries = fs::read_dir(&self.path).map_err(|source| io_error(source, &self.path))?;
        let mut names = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|source| io_error(source, &self.path))?;
            // A name that is not text is none that anything here asks for.
            names.extend(entry.file_name().into_string());
        }
        names.sort_unstable();
        Ok(Some(names))
    }
}

impl Files for Folder {
    fn size<'a>(&'a self, file: &'a str) -> Reading<'a, Option<u64>> {
        Box::pin(ready(self.map(file).map(|bytes| bytes.map(|bytes| wide(bytes.len())))))
    }

    fn read<'a>(&'a self, file: &'a str, range: Range<u64>) -> Reading<'a, Bytes> {
        Box::pin(ready(Folder::read(self, file, range)))
    }

    fn list(&self) -> Reading<'_, Option<Vec<String>>> {
        Box::pin(ready(Folder::list(self)))
    }

    fn local_path(&self, file: &str) -> Option<PathBuf> {
        is_path(file).then(|| self.path.join(file))
    }

    fn place(&self) -> String {
        self.path.display().to_string()
    }

    fn in_memory(&self) -> bool {
        true
    }
}

/// The folder of a model and, where `path` is a file, the file's name.
pub(super) fn locate(path: &Path) -> Result<(PathBuf, Option<String>), FormatError> {
    let metadata = fs::metadata(path).map_err(|source| io_error(source, path))?;
    if metadata.is_dir() {
        return Ok((path.to_owned(), None));
    }
    // The folder of a bare file name is the current one.
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new(".")).to_owned();
    let known = |name: &str| name.ends_with(".safetensors") || name.ends_with(".gguf");
    match path.file_name().and_then(|name| name.to_str()) {
        // They describe what is beside them.
        Some("config.json" | "tokenizer.json") if metadata.is_file() => Ok((folder, None)),
        Some(name) if known(name) || (metadata.is_file() && is_gguf(path)) => Ok((folder, Some(name.to_owned()))),
        _ => Err(FormatError::Weights {
            file: path.display().to_string(),
            why: "is neither a folder nor a .safetensors file nor a GGUF file".to_owned(),
        }),
    }
}

/// Caches name files by their hashes, so that only the first bytes say what one is.
fn is_gguf(path: &Path) -> bool {
    let mut magic = [0; 4];
    File::open(path).and_then(|mut file| file.read_exact(&mut magic)).is_ok() && magic == *b"GGUF"
}

fn map(folder: &Path, file: &str) -> Result<Option<Bytes>, FormatError> {
    let path = folder.join(file);
    // Names come out of model files: they must not lead elsewhere.
    if !is_path(file) {
        return Err(missing(&format!("{file:?}"), folder.display().to_string()));
    }
    let metadata = match fs::metadata(&path) {
        Err(source) if source.kind() == ErrorKind::NotFound => return Ok(None),
        metadata => metadata.map_err(|source| io_error(source, &path))?,
    };
    // To open a pipe would wait for whoever writes to it.
    if !metadata.is_file() {
        return Err(FormatError::Weights { file: shown_path(&path), why: "is not a file".to_owned() });
    }
    let map = File::open(&path).and_then(|opened| map_file(&opened, metadata.len()));
    map.map(Some).map_err(|source| io_error(source, &path))
}

/// The bytes of an open file of this length.
pub(super) fn map_file(file: &File, length: u64) -> std::io::Result<Bytes> {
    if length == 0 {
        return Ok(Bytes::from(Vec::new()));
    }
    // SAFETY: the map is private and read-only. Another process that shortens the file meanwhile could still end this
    // one, as with every program that maps files; models are written once.
    unsafe { memmap2::Mmap::map(file) }.map(Bytes::from_owner)
}

fn io_error(source: std::io::Error, path: &Path) -> FormatError {
    FormatError::Io { source, path: shown_path(path) }
}

/// Whole, where it has no name of a file's choice in it.
fn shown_path(path: &Path) -> String {
    shorten(path.display().to_string().as_bytes(), 4096)
}
