//! Numbers of files are 64 bits wide, those of memory sometimes 32.

use std::ops::Range;

/// A length in memory as one in a file.
pub(crate) fn wide(length: usize) -> u64 {
    // No memory has more bytes than 64 bits count.
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// A range of a file as one in memory, where memory has so many bytes.
pub(crate) fn narrow(range: &Range<u64>) -> Option<Range<usize>> {
    Some(usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?)
}
