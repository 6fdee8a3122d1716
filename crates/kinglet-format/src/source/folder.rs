//! Files of a folder, mapped into memory.

use std::{
    fs::{self, File},
    io::ErrorKind,
    path::{Component, Path, PathBuf},
};

use kinglet_tensor::Bytes;

use crate::FormatError;

/// The folder of a model and, where `path` is a file, the file's name.
pub(super) fn locate(path: &Path) -> Result<(PathBuf, Option<String>), FormatError> {
    let metadata = fs::metadata(path).map_err(|source| io_error(source, path))?;
    if metadata.is_dir() {
        return Ok((path.to_owned(), None));
    }
    // The folder of a bare file name is the current one.
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new(".")).to_owned();
    match path.file_name().and_then(|name| name.to_str()) {
        Some(name) if name.ends_with(".safetensors") => Ok((folder, Some(name.to_owned()))),
        _ => Err(FormatError::Weights {
            file: path.display().to_string(),
            why: "is neither a folder nor a .safetensors file".to_owned(),
        }),
    }
}

pub(super) fn map(folder: &Path, file: &str) -> Result<Option<Bytes>, FormatError> {
    let path = folder.join(file);
    // Names come out of model files: they must not lead elsewhere.
    let is_name = |part: &Component<'_>| matches!(part, Component::Normal(name) if *name == file);
    if !Path::new(file).components().all(|part| is_name(&part)) || file.is_empty() {
        return Err(FormatError::MissingFile { file: format!("{file:?}"), place: folder.display().to_string() });
    }
    let metadata = match fs::metadata(&path) {
        Err(source) if source.kind() == ErrorKind::NotFound => return Ok(None),
        metadata => metadata.map_err(|source| io_error(source, &path))?,
    };
    // To open a pipe would wait for whoever writes to it.
    if !metadata.is_file() {
        return Err(FormatError::Weights { file: path.display().to_string(), why: "is not a file".to_owned() });
    }
    let opened = File::open(&path).map_err(|source| io_error(source, &path))?;
    if metadata.len() == 0 {
        return Ok(Some(Bytes::from(Vec::new())));
    }
    // SAFETY: the map is private and read-only. Another process that shortens the file meanwhile could still end this
    // one, as with every program that maps files; models are written once.
    let map = unsafe { memmap2::Mmap::map(&opened) }.map_err(|source| io_error(source, &path))?;
    Ok(Some(Bytes::from_owner(map)))
}

fn io_error(source: std::io::Error, path: &Path) -> FormatError {
    FormatError::Io { source, path: path.display().to_string() }
}
