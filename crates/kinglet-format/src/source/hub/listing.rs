//! The files of a model on the hub at one commit: what the hub says of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::source::is_path;

/// The hash of a file of which none is known.
const UNKNOWN: &str = "0000000000000000000000000000000000000000";

/// The files by their paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Listing {
    pub(super) files: BTreeMap<String, Blob>,
}

/// A file as the hub keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Blob {
    pub(super) size: u64,
    /// Of the file in git, which may be a pointer to another place.
    blob_id: String,
    /// Of the file itself, where it is in another place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lfs_sha256: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    lfs_size: Option<u64>,
}

/// The hash of a file's bytes, in hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash<'b> {
    Sha256(&'b str),
    /// SHA-1, as git has it of a blob.
    Git(&'b str),
}

impl Blob {
    pub(super) fn hash(&self) -> Hash<'_> {
        match &self.lfs_sha256 {
            Some(hash) => Hash::Sha256(hash),
            None => Hash::Git(&self.blob_id),
        }
    }

    /// The name in the cache: the hash.
    pub(super) fn name(&self) -> &str {
        let (Hash::Sha256(name) | Hash::Git(name)) = self.hash();
        name
    }

    #[cfg(test)]
    pub(super) fn for_test(size: u64, lfs: bool) -> Blob {
        let lfs_sha256 = lfs.then(|| "0".repeat(64));
        Blob { size, blob_id: "0".repeat(40), lfs_sha256, lfs_size: None }
    }

    /// A file of the cache, by the name of its blob where that is known.
    pub(super) fn of_cache(name: Option<&str>, size: u64) -> Option<Blob> {
        let lfs_sha256 = name.filter(|name| is_hash(name, 64)).map(str::to_owned);
        let blob_id = name.filter(|_| lfs_sha256.is_none()).map_or_else(|| UNKNOWN.to_owned(), str::to_owned);
        Some(Blob { size, blob_id, lfs_sha256, lfs_size: None }).filter(Blob::is_valid)
    }

    /// Whether there is a hash to compare with.
    pub(super) fn has_hash(&self) -> bool {
        self.name() != UNKNOWN
    }

    fn is_valid(&self) -> bool {
        let sha256 = self.lfs_sha256.as_ref().is_none_or(|hash| is_hash(hash, 64));
        let size = self.lfs_size.is_none_or(|size| size == self.size);
        sha256 && size && is_hash(&self.blob_id, 40)
    }
}

/// So many lower-case hexadecimal digits.
pub(super) fn is_hash(text: &str, digits: usize) -> bool {
    text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

/// What the hub says of a revision.
#[derive(Deserialize)]
struct Info {
    sha: String,
    siblings: Vec<Sibling>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sibling {
    rfilename: String,
    size: Option<u64>,
    blob_id: Option<String>,
    lfs: Option<Lfs>,
}

#[derive(Deserialize)]
struct Lfs {
    sha256: String,
    size: u64,
}

/// The form in which the hub's own tools keep a listing.
#[derive(Serialize, Deserialize)]
struct Kept {
    format_version: u32,
    files: BTreeMap<String, Blob>,
}

impl Listing {
    /// The commit and its files. Files without size and hash, or whose names would lead elsewhere, are left out.
    pub(super) fn of_hub(text: &[u8]) -> Option<(String, Listing)> {
        let info: Info = serde_json::from_slice(text).ok()?;
        let files = info.siblings.into_iter().filter_map(|Sibling { rfilename, size, blob_id, lfs }| {
            let (lfs_sha256, lfs_size) = lfs.map(|lfs| (lfs.sha256, lfs.size)).unzip();
            let blob = Blob { size: lfs_size.or(size)?, blob_id: blob_id?, lfs_sha256, lfs_size };
            (blob.is_valid() && is_path(&rfilename)).then_some((rfilename, blob))
        });
        is_hash(&info.sha, 40).then(|| (info.sha, Listing { files: files.collect() }))
    }

    pub(super) fn of_cache(text: &[u8]) -> Option<Listing> {
        let kept: Kept = serde_json::from_slice(text).ok()?;
        let valid = kept.format_version == 1 && kept.files.iter().all(|(path, blob)| blob.is_valid() && is_path(path));
        valid.then_some(Listing { files: kept.files })
    }

    pub(super) fn for_cache(&self) -> Option<Vec<u8>> {
        serde_json::to_vec_pretty(&Kept { format_version: 1, files: self.files.clone() }).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_holds_what_can_be_checked() {
        let (git, sha256) = ("a".repeat(40), "b".repeat(64));
        let text = serde_json::json!({ "sha": git, "siblings": [
            { "rfilename": "config.json", "size": 3, "blobId": git },
            { "rfilename": "sub/model.gguf", "size": 9, "blobId": git, "lfs": { "sha256": sha256, "size": 9, "pointerSize": 130 } },
            { "rfilename": "../token", "size": 3, "blobId": git },
            { "rfilename": "/etc/passwd", "size": 3, "blobId": git },
            { "rfilename": "unhashed", "size": 3 },
            { "rfilename": "hash leads elsewhere", "size": 3, "blobId": "../../../../../../../../../../etc/passwd1" },
        ] });
        let (commit, listing) = Listing::of_hub(text.to_string().as_bytes()).unwrap();
        assert_eq!(commit, git);
        assert_eq!(listing.files.keys().collect::<Vec<_>>(), ["config.json", "sub/model.gguf"]);
        assert_eq!(listing.files["config.json"].hash(), Hash::Git(&git));
        assert_eq!(listing.files["sub/model.gguf"].hash(), Hash::Sha256(&sha256));
        assert_eq!(Listing::of_cache(&listing.for_cache().unwrap()), Some(listing));
        assert_eq!(Listing::of_hub(br#"{"sha": "main", "siblings": []}"#), None);
        assert_eq!(Listing::of_cache(br#"{"format_version": 2, "files": {}}"#), None);
    }
}
