//! The weights that come with this crate, beside the cards that say what they are; none where the feature `bundled` is off.

#[cfg(feature = "bundled")]
use kinglet::Bytes;
use kinglet::Source;

/// The tagger of [`crate::redact`].
#[cfg(feature = "bundled")]
pub(crate) fn redact() -> Option<Source> {
    file("redact.gguf", include_bytes!("../models/redact.gguf"))
}

/// The reader of [`crate::when`].
#[cfg(feature = "bundled")]
pub(crate) fn when() -> Option<Source> {
    file("when.gguf", include_bytes!("../models/when.gguf"))
}

#[cfg(feature = "bundled")]
fn file(name: &str, bytes: &'static [u8]) -> Option<Source> {
    Some(Source::memory(vec![(name.to_owned(), Bytes::from_owner(bytes))]).with_weights(name))
}

#[cfg(not(feature = "bundled"))]
pub(crate) fn redact() -> Option<Source> {
    None
}

#[cfg(not(feature = "bundled"))]
pub(crate) fn when() -> Option<Source> {
    None
}
