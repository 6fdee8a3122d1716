//! What people type for a model.

use super::Source;
use crate::{FormatError, shown::shown};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place<'p> {
    Path,
    Url,
    Hub(&'p str),
    /// Something with `://` in it.
    Unknown,
}

impl Place<'_> {
    fn of(text: &str) -> Place<'_> {
        let before = |mark: &str| text.split_once(mark).map_or("", |(before, _)| before);
        let scheme = before("://").to_ascii_lowercase();
        match scheme.as_str() {
            _ if before(":").eq_ignore_ascii_case("hf") => Place::Hub(&text["hf:".len()..]),
            "http" | "https" => Place::Url,
            // One letter is a drive.
            other if other.len() > 1 && other.bytes().all(|byte| byte.is_ascii_alphanumeric()) => Place::Unknown,
            _ => Place::Path,
        }
    }
}

pub(super) async fn open(text: &str) -> Result<Source, FormatError> {
    match Place::of(text) {
        Place::Path => Source::path(text),
        #[cfg(feature = "network")]
        Place::Url => Source::url(text, super::network::NetworkOptions::default()),
        #[cfg(feature = "network")]
        Place::Hub(model) => Source::hub(model, super::network::HubOptions::from_env()?).await,
        #[cfg(not(feature = "network"))]
        Place::Url | Place::Hub(_) => Err(error(text, "Kinglet was built without the feature `network`")),
        Place::Unknown => Err(error(text, "neither a path nor http(s):// nor hf:org/name")),
    }
}

fn error(text: &str, why: &str) -> FormatError {
    FormatError::Place { place: shown(text), why: why.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_apart() {
        for (text, place) in [
            ("models/a.gguf", Place::Path),
            ("/models/hf:a", Place::Path),
            ("C:\\models\\a.gguf", Place::Path),
            ("c:/models/a.gguf", Place::Path),
            ("c://models/a.gguf", Place::Path),
            ("hf", Place::Path),
            ("hf:org/name:Q8_0@main", Place::Hub("org/name:Q8_0@main")),
            ("HF:org/name", Place::Hub("org/name")),
            ("http://127.0.0.1:1/a", Place::Url),
            ("HTTPS://a/b.gguf", Place::Url),
            ("s3://a/b", Place::Unknown),
        ] {
            assert_eq!(Place::of(text), place, "{text}");
        }
    }
}
