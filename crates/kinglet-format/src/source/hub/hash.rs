//! Hashes of files as the hub names them.

use std::{fs::File, io::Read, path::Path};

use sha1::Sha1;
use sha2::{Digest, Sha256};

use super::{
    cache::io_error,
    listing::{Blob, Hash},
};
use crate::{FormatError, number::wide, source::http::GivenUp};

/// Bytes that are read at a time.
const PIECE: usize = 1 << 20;

/// The hash of bytes that come one after another.
pub(super) enum Hasher {
    Sha256(Sha256),
    Sha1(Sha1),
}

impl Hasher {
    /// For a file's bytes, of which none has come.
    pub(super) fn new(blob: &Blob) -> Hasher {
        match blob.hash() {
            Hash::Sha256(_) => Hasher::Sha256(Sha256::new()),
            // Git hashes what it keeps with a header before it.
            Hash::Git(_) => Hasher::Sha1(Sha1::new_with_prefix(format!("blob {}\0", blob.size))),
        }
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Hasher::Sha256(hash) => hash.update(bytes),
            Hasher::Sha1(hash) => hash.update(bytes),
        }
    }

    /// All that is left of a file, and how much that is.
    pub(super) fn read(&mut self, file: &mut File, path: &Path, given_up: &GivenUp) -> Result<u64, FormatError> {
        let mut buffer = vec![0; PIECE];
        let mut length = 0;
        loop {
            given_up.check(&path.display().to_string())?;
            let count = file.read(&mut buffer).map_err(|source| io_error(source, path))?;
            if count == 0 {
                return Ok(length);
            }
            length += wide(count);
            self.update(buffer.get(..count).unwrap_or_default());
        }
    }

    /// In hexadecimal digits.
    pub(super) fn finish(self) -> String {
        let digits = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self {
            Hasher::Sha256(hash) => digits(&hash.finalize()),
            Hasher::Sha1(hash) => digits(&hash.finalize()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_git_and_of_sha256sum() {
        let hash = |lfs: bool| {
            let blob = Blob::for_test(6, lfs);
            let mut hasher = Hasher::new(&blob);
            hasher.update(b"hel");
            hasher.update(b"lo\n");
            hasher.finish()
        };
        // `echo hello | git hash-object --stdin` and `echo hello | sha256sum`
        assert_eq!(hash(false), "ce013625030ba8dba906f756967f9e9ca394464a");
        assert_eq!(hash(true), "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03");
    }
}
