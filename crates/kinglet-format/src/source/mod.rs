//! Where model bytes come from. The only place of this crate that knows a file system.

#[cfg(not(target_arch = "wasm32"))]
mod folder;

use kinglet_tensor::Bytes;

use crate::FormatError;

/// A set of named files: a folder on disk, or bytes that the caller holds.
#[derive(Clone, Debug)]
pub struct Source {
    kind: Kind,
    /// The only weight file to use, where the caller named a file and not a folder.
    weights: Option<String>,
}

#[derive(Clone, Debug)]
enum Kind {
    #[cfg(not(target_arch = "wasm32"))]
    Folder(std::path::PathBuf),
    Memory(Vec<(String, Bytes)>),
}

impl Source {
    /// A model folder, or a safetensors file that has its `config.json` beside it.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn path(path: impl AsRef<std::path::Path>) -> Result<Source, FormatError> {
        let (folder, weights) = folder::locate(path.as_ref())?;
        Ok(Source { kind: Kind::Folder(folder), weights })
    }

    /// Files in memory, under the names they would have in a folder.
    pub fn memory(files: Vec<(String, Bytes)>) -> Source {
        Source { kind: Kind::Memory(files), weights: None }
    }

    /// The only weight file to use, where there is a choice.
    pub(crate) fn weights(&self) -> Option<&str> {
        self.weights.as_deref()
    }

    /// The bytes of a file. Those of a folder are mapped, not read.
    pub fn open(&self, file: &str) -> Result<Bytes, FormatError> {
        match self.find(file)? {
            Some(bytes) => Ok(bytes),
            None => Err(FormatError::MissingFile { file: file.to_owned(), place: self.place() }),
        }
    }

    /// The bytes of a file that need not exist.
    pub fn find(&self, file: &str) -> Result<Option<Bytes>, FormatError> {
        match &self.kind {
            #[cfg(not(target_arch = "wasm32"))]
            Kind::Folder(folder) => folder::map(folder, file),
            Kind::Memory(files) => Ok(files.iter().find(|(name, _)| name == file).map(|(_, bytes)| bytes.clone())),
        }
    }

    /// What stands for the folder in messages.
    fn place(&self) -> String {
        match &self.kind {
            #[cfg(not(target_arch = "wasm32"))]
            Kind::Folder(folder) => folder.display().to_string(),
            Kind::Memory(_) => "the files given".to_owned(),
        }
    }
}
