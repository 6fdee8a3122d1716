//! Vocabularies of published models against the encodings that come with them.
//!
//! `cargo xtask test --real` fetches them and runs this; without them there is nothing to test.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use kinglet::{EncodeOptions, Source, SpecialText, Tokenizer};

/// The folder with the vocabularies.
const FOLDER: &str = "KINGLET_VOCABULARIES";

/// Stands between texts.
const SEPARATOR: &str = "\n__ggml_vocab_test__\n";

/// Vocabularies with expected encodings that are not the ones that Kinglet makes, and why.
const EXPECTED_FAILURES: &[(&str, &str)] = &[];

#[test]
fn published_vocabularies_encode_as_expected() {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else {
        eprintln!("skipped: {FOLDER} names no folder; `cargo xtask test --real` fetches the vocabularies");
        return;
    };
    let mut files: Vec<PathBuf> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "gguf"));
    files.sort_unstable();
    let mut faults = Vec::new();
    let mut encoded = 0;
    for file in &files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let known = EXPECTED_FAILURES.iter().find(|(known, _)| *known == name);
        match (check(file), known) {
            (Ok(texts), None) => encoded += texts,
            (Ok(_), Some((_, why))) => faults.push(format!("{name} passes, and was expected not to: {why}")),
            (Err(fault), None) => faults.push(format!("{name}: {fault}")),
            (Err(_), Some(_)) => {}
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    println!("{} vocabularies, {encoded} texts with expected encodings", files.len());
    assert!(files.len() >= 19 && encoded >= 690, "{} vocabularies with {encoded} texts", files.len());
}

/// How many texts were encoded as expected. A vocabulary without them must at least give back what it is given.
fn check(file: &Path) -> Result<usize, String> {
    let source = Source::path(file).map_err(|error| error.to_string())?;
    let tokenizer = kinglet::blocking::open_tokenizer(&source).map_err(|error| error.to_string())?;
    let beside = |extension: &str| fs::read_to_string(format!("{}.{extension}", file.display())).ok();
    let (Some(texts), Some(expected)) = (beside("inp"), beside("out")) else {
        let text = "Hello world, 3 birds: été!";
        let ids = tokenizer.encode(text, EncodeOptions::PLAIN).map_err(|error| error.to_string())?.ids;
        let decoded = tokenizer.decode(&ids, SpecialText::Skip).map_err(|error| error.to_string())?;
        return if decoded == text { Ok(0) } else { Err(format!("{text:?} becomes {ids:?}, which is {decoded:?}")) };
    };
    let texts: Vec<&str> = texts.split(SEPARATOR).collect();
    let expected: Vec<&str> = expected.lines().collect();
    // Nothing follows the last separator.
    if texts.len() != expected.len() && texts.len() != expected.len() + 1 {
        return Err(format!("{} texts and {} encodings", texts.len(), expected.len()));
    }
    for (text, expected) in texts.iter().zip(&expected) {
        check_text(&tokenizer, text, expected)?;
    }
    Ok(expected.len())
}

fn check_text(tokenizer: &Tokenizer, text: &str, expected: &str) -> Result<(), String> {
    let expected: Vec<u32> = expected.split_whitespace().map(|id| id.parse().unwrap()).collect();
    let encoding = tokenizer.encode(text, EncodeOptions::PLAIN).map_err(|error| error.to_string())?;
    if encoding.ids != expected {
        return Err(format!("{text:?} becomes {:?}, and should become {expected:?}", encoding.ids));
    }
    let whole = tokenizer.decode(&expected, SpecialText::Skip).map_err(|error| error.to_string())?;
    let mut stream = tokenizer.decode_stream(SpecialText::Skip);
    let mut streamed = String::new();
    for id in expected {
        streamed += &stream.push(id).map_err(|error| error.to_string())?.unwrap_or_default();
    }
    streamed += &stream.finish().unwrap_or_default();
    if streamed == whole { Ok(()) } else { Err(format!("{whole:?} comes as {streamed:?}")) }
}
