//! The files of a model on the hub at one commit: what the hub says of them, and which of them are meant.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{NetworkError, gguf::parts::first_part, source::is_name};

/// The most models that a message names.
const MOST_NAMED: usize = 8;

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

/// A path in the model that leads nowhere else.
fn is_path(path: &str) -> bool {
    path.split('/').all(is_name)
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

/// Which of the files are the model: the folder that they lie in, empty or ending in a slash, and the weight file if it
/// is one of a choice.
pub(super) fn choose(paths: &BTreeSet<String>, wanted: Option<&str>) -> Result<(String, Option<String>), NetworkError> {
    let split = |path: &str| match path.rsplit_once('/') {
        Some((folder, name)) => (format!("{folder}/"), Some(name.to_owned())),
        None => (String::new(), Some(path.to_owned())),
    };
    if let Some(path) = wanted.filter(|wanted| paths.contains(*wanted)) {
        return Ok(split(path));
    }
    let is_there = |name: &str| paths.contains(name);
    if wanted.is_none()
        && is_there("config.json")
        && ["", ".index.json"].iter().any(|end| is_there(&format!("model.safetensors{end}")))
    {
        return Ok((String::new(), None));
    }
    let models: BTreeSet<String> =
        paths.iter().filter(|path| path.ends_with(".gguf")).map(|path| first_part(path)).collect();
    // What sees for a model, and what was measured of it, are no models.
    let is_model = |path: &&String| {
        let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        !name.starts_with("mmproj") && !name.contains("imatrix")
    };
    let fit: Vec<&String> = match wanted {
        None => models.iter().filter(is_model).collect(),
        Some(wanted) => named(&models, wanted),
    };
    let list = |models: &[&String]| {
        let shown: Vec<&str> = models.iter().take(MOST_NAMED).map(|path| path.as_str()).collect();
        shown.join(", ") + if models.len() > MOST_NAMED { ", …" } else { "" }
    };
    match (fit.as_slice(), wanted) {
        ([one], _) => Ok(split(one)),
        ([], None) => Ok((String::new(), None)),
        ([], Some(name)) => {
            let all: Vec<&String> = models.iter().collect();
            let models = if all.is_empty() { "none".to_owned() } else { list(&all) };
            Err(NetworkError::NoChoice { name: name.to_owned(), models })
        }
        (several, _) => Err(NetworkError::Choice { count: several.len(), models: list(several) }),
    }
}

/// The models with this in their path; where there are several, those that have it as the last word of their name: what
/// ends in `Q4_0` is meant by that, and `Q4_0_8_8` and `IQ4_0` are not.
fn named<'m>(models: &'m BTreeSet<String>, wanted: &str) -> Vec<&'m String> {
    let wanted = wanted.to_ascii_lowercase();
    let with: Vec<&String> = models.iter().filter(|path| path.to_ascii_lowercase().contains(&wanted)).collect();
    let is_last_word = |path: &&&String| {
        let path = path.trim_end_matches(".gguf").to_ascii_lowercase();
        // The number of a part says nothing of the model.
        let path = path.rsplit_once("-00001-of-").map_or(path.as_str(), |(model, _)| model);
        path.strip_suffix(&wanted).is_some_and(|rest| !rest.ends_with(|c: char| c.is_ascii_alphanumeric()))
    };
    let last: Vec<&String> = with.iter().filter(is_last_word).copied().collect();
    if last.is_empty() { with } else { last }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(paths: &[&str]) -> BTreeSet<String> {
        paths.iter().map(|path| (*path).to_owned()).collect()
    }

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

    #[test]
    fn one_model_is_chosen() {
        let folder = paths(&["config.json", "model.safetensors", "onnx/model.onnx"]);
        assert_eq!(choose(&folder, None), Ok((String::new(), None)));
        let gguf = paths(&["README.md", "config.json", "M-Q4_0.gguf", "mmproj-F16.gguf"]);
        assert_eq!(choose(&gguf, None), Ok((String::new(), Some("M-Q4_0.gguf".to_owned()))));
        assert_eq!(choose(&gguf, Some("mmproj-F16.gguf")).unwrap().1.as_deref(), Some("mmproj-F16.gguf"));
        assert_eq!(choose(&paths(&["pytorch_model.bin"]), None), Ok((String::new(), None)));
    }

    #[test]
    fn a_part_of_a_name_is_enough_if_it_is_unique() {
        let files = paths(&[
            "M-Q4_0.gguf",
            "M-Q4_0_8_8.gguf",
            "M-IQ4_0.gguf",
            "M-Q8_0/M-Q8_0-00001-of-00002.gguf",
            "M-Q8_0/M-Q8_0-00002-of-00002.gguf",
        ]);
        let chosen = |wanted| choose(&files, Some(wanted)).map(|(folder, file)| folder + &file.unwrap_or_default());
        assert_eq!(chosen("q4_0").as_deref(), Ok("M-Q4_0.gguf"));
        assert_eq!(chosen("q8_0").as_deref(), Ok("M-Q8_0/M-Q8_0-00001-of-00002.gguf"));
        assert_eq!(chosen("8_8").as_deref(), Ok("M-Q4_0_8_8.gguf"));
        assert_eq!(chosen("M-Q8_0/M-Q8_0-00002-of-00002.gguf").as_deref(), Ok("M-Q8_0/M-Q8_0-00002-of-00002.gguf"));
        assert!(matches!(chosen("m-"), Err(NetworkError::Choice { count: 4, .. })));
        assert!(matches!(chosen("q5"), Err(NetworkError::NoChoice { .. })));
        assert!(matches!(choose(&files, None), Err(NetworkError::Choice { count: 4, .. })));
    }
}
