//! Which of a model's files is meant where there are several: decided here for folders, for the hub and for browsers.

use std::collections::BTreeSet;

use crate::{FormatError, NetworkError, gguf::parts::first_part};

/// The most models that a message on the hub names.
const MOST_NAMED: usize = 8;

/// The most that a message on a folder names.
const MOST_IN_FOLDER: usize = 3;

/// The weight file of a model on the hub among the paths of its repository, or `None` where its files have the names
/// that they have everywhere. `wanted` is a path, or as much of the name of a GGUF model as no other has.
///
/// ```
/// let paths = ["M-Q4_0.gguf", "M-IQ4_0.gguf", "mmproj-F16.gguf"].map(str::to_owned).into();
/// assert_eq!(kinglet_format::choose_model(&paths, Some("q4_0"))?.as_deref(), Some("M-Q4_0.gguf"));
/// assert!(kinglet_format::choose_model(&paths, None).is_err());
/// # Ok::<(), kinglet_format::NetworkError>(())
/// ```
pub fn choose_model(paths: &BTreeSet<String>, wanted: Option<&str>) -> Result<Option<String>, NetworkError> {
    if let Some(path) = wanted.filter(|wanted| paths.contains(*wanted)) {
        return Ok(Some(path.to_owned()));
    }
    if wanted.is_none() && is_hugging_face(|name| paths.contains(name)) {
        return Ok(None);
    }
    let files = gguf_files(paths);
    let fit: Vec<&String> = match wanted {
        None => files.iter().filter(|path| is_model(path)).collect(),
        Some(wanted) => named(&files, wanted),
    };
    match (fit.as_slice(), wanted) {
        ([one], _) => Ok(Some((*one).clone())),
        ([], None) => Ok(None),
        ([], Some(name)) => {
            let all: Vec<&String> = files.iter().collect();
            let models = if all.is_empty() { "none".to_owned() } else { list(&all, MOST_NAMED) };
            Err(NetworkError::NoChoice { name: name.to_owned(), models })
        }
        (several, _) => Err(NetworkError::Choice { count: several.len(), models: list(several, MOST_NAMED) }),
    }
}

/// The GGUF model among the files of a folder: its first part, or `None` where there is none or the folder is one as
/// Hugging Face lays it out. `place` is the folder's
/// name in messages.
///
/// ```
/// let files = ["M.gguf", "mmproj-F16.gguf", "README.md"].map(str::to_owned);
/// assert_eq!(kinglet_format::only_model(&files, "folder")?.as_deref(), Some("M.gguf"));
/// # Ok::<(), kinglet_format::FormatError>(())
/// ```
pub fn only_model(files: &[String], place: &str) -> Result<Option<String>, FormatError> {
    if is_hugging_face(|name| files.iter().any(|file| file == name)) {
        return Ok(None);
    }
    // A part that is missing is an error of the model, not a reason to look elsewhere.
    let files = gguf_files(files);
    let models: Vec<&String> = files.iter().filter(|path| is_model(path)).collect();
    match models.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some((*one).clone())),
        several => {
            let (count, names) = (several.len(), list(several, MOST_IN_FOLDER));
            let why = format!("holds {count} GGUF models, name one of them: {names}");
            Err(FormatError::Weights { file: place.to_owned(), why })
        }
    }
}

/// Folders with GGUF files often hold the configuration of the model that they were made from: it takes weights, too.
fn is_hugging_face(is_there: impl Fn(&str) -> bool) -> bool {
    is_there("config.json") && (is_there("model.safetensors") || is_there("model.safetensors.index.json"))
}

/// The GGUF files, those that are split by their first parts.
fn gguf_files<'f>(paths: impl IntoIterator<Item = &'f String>) -> BTreeSet<String> {
    paths.into_iter().filter(|path| path.ends_with(".gguf")).map(|path| first_part(path)).collect()
}

/// What sees for a model, and what was measured of it, are no models.
fn is_model(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    !name.starts_with("mmproj") && !name.contains("imatrix")
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

fn list(models: &[&String], most: usize) -> String {
    let shown: Vec<&str> = models.iter().take(most).map(|path| path.as_str()).collect();
    shown.join(", ") + if models.len() > most { ", …" } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(paths: &[&str]) -> BTreeSet<String> {
        paths.iter().map(|path| (*path).to_owned()).collect()
    }

    #[test]
    fn one_model_is_chosen() {
        let folder = paths(&["config.json", "model.safetensors", "onnx/model.onnx"]);
        assert_eq!(choose_model(&folder, None), Ok(None));
        let gguf = paths(&["README.md", "config.json", "M-Q4_0.gguf", "mmproj-F16.gguf"]);
        assert_eq!(choose_model(&gguf, None), Ok(Some("M-Q4_0.gguf".to_owned())));
        assert_eq!(choose_model(&gguf, Some("mmproj-F16.gguf")), Ok(Some("mmproj-F16.gguf".to_owned())));
        assert_eq!(choose_model(&paths(&["pytorch_model.bin"]), None), Ok(None));
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
        let chosen = |wanted| choose_model(&files, Some(wanted)).map(Option::unwrap_or_default);
        assert_eq!(chosen("q4_0").as_deref(), Ok("M-Q4_0.gguf"));
        assert_eq!(chosen("q8_0").as_deref(), Ok("M-Q8_0/M-Q8_0-00001-of-00002.gguf"));
        assert_eq!(chosen("8_8").as_deref(), Ok("M-Q4_0_8_8.gguf"));
        assert_eq!(chosen("M-Q8_0/M-Q8_0-00002-of-00002.gguf").as_deref(), Ok("M-Q8_0/M-Q8_0-00002-of-00002.gguf"));
        assert!(matches!(chosen("m-"), Err(NetworkError::Choice { count: 4, .. })));
        assert!(matches!(chosen("q5"), Err(NetworkError::NoChoice { .. })));
        assert!(matches!(choose_model(&files, None), Err(NetworkError::Choice { count: 4, .. })));
    }

    #[test]
    fn a_folder_with_one_model_needs_no_name() {
        let find = |files: &[&str]| {
            let files: Vec<String> = files.iter().map(|&file| file.to_owned()).collect();
            only_model(&files, "folder").map_err(|error| error.to_string())
        };
        assert_eq!(find(&["README.md"]), Ok(None));
        assert_eq!(find(&["README.md", "a.gguf"]), Ok(Some("a.gguf".to_owned())));
        assert_eq!(find(&["config.json", "a.gguf"]), Ok(Some("a.gguf".to_owned())));
        assert_eq!(find(&["config.json", "model.safetensors", "a.gguf"]), Ok(None));
        assert_eq!(find(&["mmproj-F16.gguf", "a.gguf", "a.imatrix.gguf"]), Ok(Some("a.gguf".to_owned())));
        assert_eq!(
            find(&["a-00002-of-00002.gguf", "a-00001-of-00002.gguf"]),
            Ok(Some("a-00001-of-00002.gguf".to_owned()))
        );
        assert_eq!(
            find(&["d.gguf", "b.gguf", "a.gguf", "c.gguf"]),
            Err("folder: holds 4 GGUF models, name one of them: a.gguf, b.gguf, c.gguf, …".to_owned())
        );
    }
}
