//! The folder that tools of the hub share: blobs by their hashes, snapshots that point to them, and what each branch or
//! tag stood for when it was last asked.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, ErrorKind},
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, UNIX_EPOCH},
};

use super::listing::{Blob, Listing, is_hash};
use crate::{FormatError, source::http::GivenUp};

/// Another process that downloads the same file is looked at this often.
const LOCK_PAUSE: Duration = Duration::from_millis(50);

/// A model's folder in the cache.
#[derive(Debug)]
pub(super) struct Cache {
    model: PathBuf,
    locks: PathBuf,
}

/// Held while a blob is made. It is the lock of the hub's own tools.
pub(super) struct Lock {
    _file: Option<File>,
}

impl Cache {
    pub(super) fn new(folder: &Path, model: &str) -> Cache {
        let name = format!("models--{}", model.replace('/', "--"));
        Cache { model: folder.join(&name), locks: folder.join(".locks").join(name) }
    }

    pub(super) fn folder(&self) -> String {
        self.model.display().to_string()
    }

    /// The commit that a branch or tag stood for.
    pub(super) fn commit(&self, revision: &str) -> Option<String> {
        let text = fs::read_to_string(self.model.join("refs").join(revision)).ok()?;
        Some(text.trim().to_owned()).filter(|commit| is_hash(commit, 40))
    }

    pub(super) fn set_commit(&self, revision: &str, commit: &str) -> Result<(), FormatError> {
        match self.commit(revision).as_deref() == Some(commit) {
            true => Ok(()),
            false => replace(&self.model.join("refs").join(revision), commit.as_bytes()),
        }
    }

    /// The files of a commit, where they were kept.
    pub(super) fn listing(&self, commit: &str) -> Option<Listing> {
        Listing::of_cache(&fs::read(self.listing_path(commit)).ok()?)
    }

    pub(super) fn set_listing(&self, commit: &str, listing: &Listing) -> Result<(), FormatError> {
        let path = self.listing_path(commit);
        match listing.for_cache() {
            Some(text) if !path.exists() => replace(&path, &text),
            _ => Ok(()),
        }
    }

    fn listing_path(&self, commit: &str) -> PathBuf {
        self.model.join("trees").join(format!("{commit}.json"))
    }

    /// The files of a commit that are here: those of its listing, or else all that its snapshot has.
    pub(super) fn snapshot(&self, commit: &str) -> Listing {
        let root = self.model.join("snapshots").join(commit);
        let listing = self.listing(commit);
        let mut found = BTreeMap::new();
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(root.join(&folder)).into_iter().flatten().flatten() {
                let Ok(name) = entry.file_name().into_string() else { continue };
                let path = format!("{folder}{name}");
                // Through links: a snapshot is made of them.
                let Ok(metadata) = fs::metadata(entry.path()) else { continue };
                let listed = listing.as_ref().map(|listing| listing.files.get(&path).cloned());
                let blob =
                    listed.unwrap_or_else(|| Blob::of_cache(blob_name(&entry.path()).as_deref(), metadata.len()));
                match blob {
                    _ if metadata.is_dir() => folders.push(path + "/"),
                    Some(blob) if blob.size == metadata.len() => drop(found.insert(path, blob)),
                    _ => {}
                }
            }
        }
        Listing { files: found }
    }

    /// Where a file lies in a snapshot.
    pub(super) fn pointer(&self, commit: &str, file: &str) -> PathBuf {
        self.model.join("snapshots").join(commit).join(file)
    }

    pub(super) fn blob(&self, blob: &Blob) -> PathBuf {
        self.model.join("blobs").join(blob.name())
    }

    /// What has arrived of a blob.
    pub(super) fn incomplete(&self, blob: &Blob) -> PathBuf {
        self.model.join("blobs").join(format!("{}.incomplete", blob.name()))
    }

    /// The file if it is here with its length; a blob that has no pointer from this snapshot gets one.
    pub(super) fn find(&self, commit: &str, file: &str, blob: &Blob) -> Result<Option<PathBuf>, FormatError> {
        let is_whole = |path: &Path| fs::metadata(path).is_ok_and(|it| it.is_file() && it.len() == blob.size);
        let pointer = self.pointer(commit, file);
        if is_whole(&pointer) {
            return Ok(Some(pointer));
        }
        match is_whole(&self.blob(blob)) {
            true => self.point(commit, file, blob).map(Some),
            false => Ok(None),
        }
    }

    /// Has a snapshot point to a blob. Where the system has no links, the blob moves there, as the hub's own tools do.
    pub(super) fn point(&self, commit: &str, file: &str, blob: &Blob) -> Result<PathBuf, FormatError> {
        let pointer = self.pointer(commit, file);
        let up = "../".repeat(2 + file.matches('/').count());
        let target = PathBuf::from(format!("{up}blobs/{}", blob.name()));
        make_parent(&pointer)?;
        // Others may be at it too: whoever looks finds the old file or the new.
        let new = beside(&pointer);
        let pointed = match link(&target, &new) {
            Ok(()) => fs::rename(&new, &pointer),
            Err(_) => fs::rename(self.blob(blob), &pointer),
        };
        pointed.map_err(|source| write_error(source, &pointer))?;
        Ok(pointer)
    }

    /// Whether the file's hash was right when it was last looked at, and the file has not been touched since.
    pub(super) fn is_verified(&self, found: &Path, blob: &Blob) -> bool {
        let known = fs::read_to_string(self.verified(blob));
        known.is_ok_and(|known| state(found).is_some_and(|state| state == known))
    }

    /// Remembers that the file's hash is right.
    pub(super) fn set_verified(&self, found: &Path, blob: &Blob) {
        let Some(state) = state(found) else { return };
        // A cache that others have filled may be read-only; then it is hashed again next time.
        if let Err(error) = replace(&self.verified(blob), state.as_bytes()) {
            log::debug!("{error}");
        }
    }

    fn verified(&self, blob: &Blob) -> PathBuf {
        self.model.join("verified").join(blob.name())
    }

    /// Removes a file that is not what it should be.
    pub(super) fn remove(&self, commit: &str, file: &str, blob: &Blob) -> Result<(), FormatError> {
        for path in [self.pointer(commit, file), self.blob(blob)] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(write_error(error, &path)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Waits until no other process makes this blob.
    pub(super) fn lock(&self, blob: &Blob, given_up: &GivenUp) -> Result<Lock, FormatError> {
        let path = self.locks.join(format!("{}.lock", blob.name()));
        make_parent(&path)?;
        make_parent(&self.incomplete(blob))?;
        loop {
            given_up.check(&path.display().to_string())?;
            let file = OpenOptions::new().create(true).append(true).open(&path);
            let file = file.map_err(|source| write_error(source, &path))?;
            match file.try_lock() {
                Ok(()) if is_there(&file) => return Ok(Lock { _file: Some(file) }),
                // Whoever had the lock has removed its file; others make a new one.
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => thread::sleep(LOCK_PAUSE),
                Err(TryLockError::Error(error)) => {
                    log::warn!("{} cannot be locked, and is downloaded without: {error}", path.display());
                    return Ok(Lock { _file: None });
                }
            }
        }
    }
}

/// What changes where a file's bytes do: its length, and when it was written.
fn state(file: &Path) -> Option<String> {
    let metadata = fs::metadata(file).ok()?;
    let written = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(format!("{} {}", metadata.len(), written.as_nanos()))
}

/// The blob that a pointer leads to. Where the system has no links, the pointer is the file itself.
fn blob_name(pointer: &Path) -> Option<String> {
    fs::read_link(pointer).ok()?.file_name()?.to_str().map(str::to_owned)
}

/// Whether an open file still has its name.
#[cfg(unix)]
fn is_there(file: &File) -> bool {
    use std::os::unix::fs::MetadataExt;

    file.metadata().is_ok_and(|metadata| metadata.nlink() > 0)
}

/// Whether an open file still has its name: here, open files cannot be removed.
#[cfg(not(unix))]
fn is_there(_: &File) -> bool {
    true
}

#[cfg(unix)]
fn link(target: &Path, pointer: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, pointer)
}

#[cfg(windows)]
fn link(target: &Path, pointer: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_file(target, pointer)
}

#[cfg(not(any(unix, windows)))]
fn link(_: &Path, _: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// A name that nobody else uses, for what will be renamed.
fn beside(path: &Path) -> PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let (process, count) = (std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{name}.{process}-{count}.new"))
}

/// Writes a small file that others read at any time.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), FormatError> {
    make_parent(path)?;
    let new = beside(path);
    let written = fs::write(&new, bytes).and_then(|()| fs::rename(&new, path));
    written.map_err(|source| write_error(source, path))
}

fn make_parent(path: &Path) -> Result<(), FormatError> {
    let parent = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(|source| write_error(source, parent))
}

pub(super) fn io_error(source: io::Error, path: &Path) -> FormatError {
    FormatError::Io { source, path: path.display().to_string() }
}

pub(super) fn write_error(source: io::Error, path: &Path) -> FormatError {
    FormatError::Write { source, path: path.display().to_string() }
}
