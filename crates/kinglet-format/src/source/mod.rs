//! Where model bytes come from. The only place of this crate that knows a file system.

#[cfg(not(target_arch = "wasm32"))]
mod folder;
#[cfg(all(feature = "network", not(target_arch = "wasm32")))]
mod http;
#[cfg(all(feature = "network", not(target_arch = "wasm32")))]
mod hub;
mod memory;
pub mod network;
#[cfg(not(target_arch = "wasm32"))]
mod place;
mod platform;

use std::{fmt::Debug, ops::Range, path::PathBuf, sync::Arc};

use kinglet_tensor::Bytes;
pub use platform::{Reading, Threads};

use crate::{
    FormatError, OnProgress,
    number::{narrow, wide},
    shown::shown,
};

/// A set of named files whose bytes can be asked for range by range.
///
/// Names are those of a folder's files, without a path. They come out of model files too: a source must refuse those
/// that would lead elsewhere.
///
/// ```
/// use std::{future::ready, ops::Range};
/// use kinglet_format::{Files, FormatError, Reading, Source};
/// use kinglet_tensor::Bytes;
///
/// /// One file, computed when it is asked for.
/// #[derive(Debug)]
/// struct Zeros;
///
/// impl Files for Zeros {
///     fn size<'a>(&'a self, file: &'a str) -> Reading<'a, Option<u64>> {
///         Box::pin(ready(Ok((file == "zeros").then_some(1 << 40))))
///     }
///
///     fn read<'a>(&'a self, _: &'a str, range: Range<u64>) -> Reading<'a, Bytes> {
///         Box::pin(ready(Ok(vec![0; usize::try_from(range.end - range.start).unwrap()].into())))
///     }
///
///     fn place(&self) -> String {
///         "thin air".to_owned()
///     }
/// }
///
/// let source = Source::new(std::sync::Arc::new(Zeros));
/// # pollster::block_on(async {
/// assert_eq!(source.read("zeros", 1 << 39..(1 << 39) + 3).await?.len(), 3);
/// # Ok::<(), FormatError>(())
/// # }).unwrap();
/// ```
pub trait Files: Debug + Threads {
    /// The length of a file, or `None` where there is no such file.
    fn size<'a>(&'a self, file: &'a str) -> Reading<'a, Option<u64>>;

    /// A part of a file that lies within its size.
    fn read<'a>(&'a self, file: &'a str, range: Range<u64>) -> Reading<'a, Bytes>;

    /// The names of the files, or `None` where the source cannot tell.
    fn list(&self) -> Reading<'_, Option<Vec<String>>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    /// Brings files to where reading them is quick, if the source keeps copies. Called before their weights are read.
    fn fetch<'a>(&'a self, files: &'a [String], on_progress: &'a OnProgress) -> Reading<'a, ()> {
        let (_, _) = (files, on_progress);
        Box::pin(std::future::ready(Ok(())))
    }

    /// Where on this machine a file is that reads come from, if there is one.
    fn local_path(&self, file: &str) -> Option<PathBuf> {
        let _ = file;
        None
    }

    /// What stands for the folder in messages.
    fn place(&self) -> String;

    /// Whether the bytes are in memory or mapped anyway, so that a read of any length is a slice that costs nothing.
    fn in_memory(&self) -> bool {
        false
    }
}

/// Where a model's files are, and which of them it is where there is a choice.
#[derive(Clone, Debug)]
pub struct Source {
    files: Arc<dyn Files>,
    weights: Option<String>,
}

impl Source {
    /// A model folder as Hugging Face lays it out, or one with a GGUF model in it; a safetensors file that has its
    /// `config.json` beside it; or a GGUF file, which may be any part of a split one.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn path(path: impl AsRef<std::path::Path>) -> Result<Source, FormatError> {
        let (folder, weights) = folder::locate(path.as_ref())?;
        Ok(Source { files: Arc::new(folder::Folder::new(folder)), weights })
    }

    /// What people type: a path as for [`Source::path`], a URL as for [`Source::url`], or a model of the Hugging Face hub
    /// as for [`Source::hub`], with what the environment says of the hub.
    ///
    /// ```
    /// use kinglet_format::Source;
    ///
    /// # pollster::block_on(async {
    /// let error = Source::resolve("s3://bucket/model.gguf").await.unwrap_err();
    /// assert_eq!(error.to_string(), "s3://bucket/model.gguf: neither a path nor http(s):// nor hf:org/name");
    /// # });
    /// ```
    #[cfg(not(target_arch = "wasm32"))]
    pub async fn resolve(place: &str) -> Result<Source, FormatError> {
        place::open(place).await
    }

    /// A `.gguf` file on a web server, which may be any part of a split one; a `.safetensors` file that has its
    /// `config.json` beside it; or a folder, whose files are asked for by their names. Weights come straight from the
    /// server, by ranges.
    #[cfg(all(feature = "network", not(target_arch = "wasm32")))]
    pub fn url(address: &str, options: network::NetworkOptions) -> Result<Source, FormatError> {
        let (files, weights) = http::open(address, options)?;
        Ok(Source { files: Arc::new(files), weights })
    }

    /// A model of the Hugging Face hub: `org/name[:file][@revision]`. The file is a path in the model's repository, or as
    /// much of the name of one of its GGUF models as no other has: `:Q4_K_M`. Weights are downloaded when the model is
    /// loaded; to look at it, their tables are enough.
    #[cfg(all(feature = "network", not(target_arch = "wasm32")))]
    pub async fn hub(model: &str, options: network::HubOptions) -> Result<Source, FormatError> {
        let (files, weights) = hub::open(model, options).await?;
        Ok(Source { files: Arc::new(files), weights })
    }

    /// Files in memory, under the names they would have in a folder.
    pub fn memory(files: Vec<(String, Bytes)>) -> Source {
        Source::new(Arc::new(memory::Memory::new(files)))
    }

    /// Files of any kind.
    pub fn new(files: Arc<dyn Files>) -> Source {
        Source { files, weights: None }
    }

    /// Says which weight file to use, or which part of a split one. Every name but that of a `.safetensors` file is
    /// taken for a GGUF file's.
    pub fn with_weights(self, file: impl Into<String>) -> Source {
        Source { weights: Some(file.into()), ..self }
    }

    /// The weight file to use, where the caller named one.
    pub fn weights(&self) -> Option<&str> {
        self.weights.as_deref()
    }

    /// The length of a file, or `None` where there is no such file.
    pub async fn size(&self, file: &str) -> Result<Option<u64>, FormatError> {
        self.files.size(file).await
    }

    /// A part of a file, all of it or an error.
    pub async fn read(&self, file: &str, range: Range<u64>) -> Result<Bytes, FormatError> {
        if range.is_empty() {
            return Ok(Bytes::from(Vec::new()));
        }
        let length = range.end - range.start;
        let bytes = self.files.read(file, range.clone()).await?;
        if wide(bytes.len()) != length {
            let size = range.start.saturating_add(wide(bytes.len()));
            return Err(FormatError::Short { file: shown(file), size, end: range.end });
        }
        Ok(bytes)
    }

    /// The bytes of a whole file. Those of a folder are mapped, not read.
    pub async fn open(&self, file: &str) -> Result<Bytes, FormatError> {
        self.find(file).await?.ok_or_else(|| self.missing(file))
    }

    /// The bytes of a whole file that need not exist.
    pub async fn find(&self, file: &str) -> Result<Option<Bytes>, FormatError> {
        match self.size(file).await? {
            Some(size) => Ok(Some(self.read(file, 0..size).await?)),
            None => Ok(None),
        }
    }

    /// The names of the files, or `None` where the source cannot tell.
    pub async fn list(&self) -> Result<Option<Vec<String>>, FormatError> {
        self.files.list().await
    }

    /// Brings files to where reading them is quick, if the source keeps copies.
    pub async fn fetch(&self, files: &[String], on_progress: &OnProgress) -> Result<(), FormatError> {
        self.files.fetch(files, on_progress).await
    }

    /// Where on this machine a file is that reads come from, if there is one: in a folder, or in the cache of the hub.
    pub fn local_path(&self, file: &str) -> Option<PathBuf> {
        self.files.local_path(file)
    }

    /// What stands for the folder in messages.
    pub fn place(&self) -> String {
        self.files.place()
    }

    /// Whether reading costs nothing, as the bytes are in memory or mapped.
    pub fn in_memory(&self) -> bool {
        self.files.in_memory()
    }

    /// The error that says that a file is not there.
    pub(crate) fn missing(&self, file: &str) -> FormatError {
        missing(file, self.place())
    }
}

/// Whether it is the name of a file and leads nowhere else.
#[cfg(not(target_arch = "wasm32"))]
fn is_name(file: &str) -> bool {
    let plain = !file.contains(['/', '\\', '\0']) && !matches!(file, "" | "." | "..");
    // On some systems a drive or a stream may stand before a colon.
    plain && std::path::Path::new(file).components().count() == 1 && !(cfg!(windows) && file.contains(':'))
}

/// Whether it is such a name, perhaps within folders.
#[cfg(not(target_arch = "wasm32"))]
fn is_path(file: &str) -> bool {
    file.split('/').all(is_name)
}

fn missing(file: &str, place: String) -> FormatError {
    // Model files may name it.
    FormatError::MissingFile { file: shown(file), place }
}

/// A slice of a file's bytes.
fn part(file: &str, bytes: &Bytes, range: Range<u64>) -> Result<Bytes, FormatError> {
    let short = || FormatError::Short { file: shown(file), size: wide(bytes.len()), end: range.end };
    narrow(&range).and_then(|range| bytes.slice(range)).ok_or_else(short)
}
