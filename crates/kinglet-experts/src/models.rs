//! The weights that come with this crate.

use kinglet::Source;

/// The tagger of [`crate::redact`]; none where the feature `bundled` is off.
pub(crate) fn redact() -> Option<Source> {
    // The weights are still being trained. Then, with the feature `bundled`:
    // Some(Source::memory(vec![("redact.gguf".to_owned(), include_bytes!("../models/redact.gguf")…)]))
    None
}

/// The reader of [`crate::when`].
pub(crate) fn when() -> Option<Source> {
    None
}
