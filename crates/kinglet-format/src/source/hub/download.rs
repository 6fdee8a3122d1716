//! A file on its way into the cache: resumed where it ended last time, and hashed before it gets its name.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use super::{
    Store,
    cache::{Cache, write_error},
    hash::Hasher,
    listing::Blob,
};
use crate::{
    FormatError, NetworkError,
    number::wide,
    source::http::{Client, GivenUp, Remote},
};

/// How often a file may arrive with a wrong hash before that is an error: the part that was there before may have been
/// to blame.
const ROUNDS: usize = 2;

impl Store {
    /// Brings a file into the cache, and says how many of its bytes are there meanwhile.
    pub(super) fn download(
        &self,
        path: &str,
        blob: &Blob,
        given_up: &GivenUp,
        on_bytes: &mut dyn FnMut(u64),
    ) -> Result<PathBuf, FormatError> {
        let _lock = self.cache.lock(blob, given_up)?;
        // Another process may have been at it while this one waited.
        if let Some(found) = self.cache.find(&self.commit, path, blob)? {
            on_bytes(blob.size);
            return Ok(found);
        }
        let remote = self.remote(path, blob)?;
        let mut found = String::new();
        for _ in 0..ROUNDS {
            let mut part = Part::open(&self.cache, blob, given_up)?;
            on_bytes(part.length);
            part.fill(&self.client, &remote, given_up, on_bytes)?;
            match part.finish(&self.cache.blob(blob))? {
                Ok(()) => {
                    let found = self.cache.point(&self.commit, path, blob)?;
                    self.cache.set_verified(&found, blob);
                    return Ok(found);
                }
                Err(hash) => found = hash,
            }
            log::warn!("{path} of {} arrived with a wrong hash, and is fetched again", self.place);
        }
        let why = NetworkError::Hash { expected: blob.name().to_owned(), found };
        Err(FormatError::Network { place: format!("{path} of {}", self.place), why })
    }
}

/// As much of a blob as has arrived, under a name that says so.
struct Part<'b> {
    blob: &'b Blob,
    path: PathBuf,
    file: File,
    length: u64,
    hasher: Hasher,
}

impl<'b> Part<'b> {
    fn open(cache: &Cache, blob: &'b Blob, given_up: &GivenUp) -> Result<Part<'b>, FormatError> {
        let path = cache.incomplete(blob);
        let file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let file = file.map_err(|source| write_error(source, &path))?;
        let mut part = Part { blob, path, file, length: 0, hasher: Hasher::new(blob) };
        part.length = part.hasher.read(&mut part.file, &part.path, given_up)?;
        if part.length > blob.size {
            part.restart()?;
        }
        Ok(part)
    }

    /// Takes what is missing.
    fn fill(
        &mut self,
        client: &Client,
        remote: &Remote,
        given_up: &GivenUp,
        on_bytes: &mut dyn FnMut(u64),
    ) -> Result<(), FormatError> {
        for attempt in 1.. {
            let filled = remote.copy(client, self.length..self.blob.size, given_up, &mut |piece| {
                self.write(piece)?;
                on_bytes(self.length);
                Ok(())
            });
            match filled {
                // A server that gives no parts has to begin again.
                Err(FormatError::Network { why: NetworkError::NoRanges, .. })
                    if self.length > 0 && attempt < client.attempts() =>
                {
                    self.restart()?;
                    on_bytes(0);
                }
                other => return other,
            }
        }
        Ok(())
    }

    fn write(&mut self, piece: &[u8]) -> Result<(), FormatError> {
        self.file.write_all(piece).map_err(|error| self.write_error(error))?;
        self.hasher.update(piece);
        self.length += wide(piece.len());
        Ok(())
    }

    fn restart(&mut self) -> Result<(), FormatError> {
        let emptied = self.file.set_len(0).and_then(|()| self.file.seek(SeekFrom::Start(0)));
        emptied.map_err(|source| write_error(source, &self.path))?;
        (self.length, self.hasher) = (0, Hasher::new(self.blob));
        Ok(())
    }

    /// Gives the file its name if its hash is right, once the disk has all of it; else removes it and returns the hash.
    fn finish(self, path: &Path) -> Result<Result<(), String>, FormatError> {
        let found = self.hasher.finish();
        let at = |source| write_error(source, &self.path);
        if found != self.blob.name() {
            drop(self.file);
            return fs::remove_file(&self.path).map(|()| Err(found)).map_err(at);
        }
        self.file.sync_all().map_err(at)?;
        drop(self.file);
        fs::rename(&self.path, path).map(Ok).map_err(at)
    }

    fn write_error(&self, error: std::io::Error) -> FormatError {
        match error.kind() {
            ErrorKind::StorageFull => {
                let folder = self.path.parent().unwrap_or(Path::new(".")).display().to_string();
                let why = NetworkError::Space { bytes: self.blob.size, folder };
                FormatError::Network { place: self.path.display().to_string(), why }
            }
            _ => write_error(error, &self.path),
        }
    }
}
