//! The damaged files of tests/corpus: each says what is wrong with it, in time and on one line. `KINGLET_WRITE=1` writes
//! the messages anew; `tests/corpus/make.py` the files.
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may")]

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use kinglet_format::FormatError;
use pollster::block_on;

#[test]
fn each_file_says_what_is_wrong_with_it() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/corpus");
    let mut found = String::new();
    for format in ["gguf", "safetensors"] {
        let mut paths: Vec<PathBuf> =
            fs::read_dir(folder.join(format)).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        assert!(paths.len() >= 40, "{format} has its files");
        for path in paths {
            let start = Instant::now();
            let message = message(&path, format);
            assert!(start.elapsed() < Duration::from_secs(1), "{}: {message}", path.display());
            found += &format!("{}: {message}\n", path.file_name().unwrap().to_str().unwrap());
        }
    }
    let expected = folder.join("messages.txt");
    if std::env::var_os("KINGLET_WRITE").is_some() {
        fs::write(&expected, &found).unwrap();
    }
    let expected = fs::read_to_string(expected).unwrap();
    for (found, expected) in found.lines().zip(expected.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.lines().count(), expected.lines().count());
}

/// What opening the file says, or else reading what is in it.
fn message(path: &Path, format: &str) -> String {
    let name = format!("model.{format}");
    let files = [("config.json".to_owned(), b"{}".to_vec().into()), (name, fs::read(path).unwrap().into())];
    let checkpoint = match support::open(files.into_iter().skip(usize::from(format == "gguf")).collect()) {
        Ok(checkpoint) => checkpoint,
        Err(error) => return error.to_string(),
    };
    let read = |(name, info): (&str, &kinglet_format::TensorInfo)| -> Result<(), FormatError> {
        block_on(checkpoint.view(name, &info.shape)?.read()).map(drop)
    };
    checkpoint.tensors().try_for_each(read).map_or_else(|error| error.to_string(), |()| "opens".to_owned())
}
