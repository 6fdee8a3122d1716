//! What the headers of an answer say.

use ureq::http::{HeaderMap, header, header::HeaderName};

/// A part of a file, and the file's length where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ContentRange {
    pub(super) start: u64,
    /// Behind the last byte.
    pub(super) end: u64,
    pub(super) total: Option<u64>,
}

impl ContentRange {
    pub(super) fn of(headers: &HeaderMap) -> Option<ContentRange> {
        let (range, total) = fields(headers)?;
        let (first, last) = range.split_once('-')?;
        let (start, end) = (number(first)?, number(last)?.checked_add(1)?);
        let total = if total == "*" { None } else { Some(number(total)?) };
        (start < end && total.is_none_or(|total| end <= total)).then_some(ContentRange { start, end, total })
    }

    /// The file's length, said by a server that has no such part.
    pub(super) fn length_alone(headers: &HeaderMap) -> Option<u64> {
        fields(headers).filter(|(range, _)| *range == "*").and_then(|(_, total)| number(total))
    }
}

/// What stands before and after the slash.
fn fields(headers: &HeaderMap) -> Option<(&str, &str)> {
    let value = text(headers, &header::CONTENT_RANGE)?;
    let (unit, value) = value.trim().split_once(' ')?;
    let (range, total) = value.split_once('/')?;
    unit.eq_ignore_ascii_case("bytes").then_some((range.trim(), total.trim()))
}

/// Digits and nothing else: no sign, as `parse` takes one.
fn number(text: &str) -> Option<u64> {
    let text = text.trim();
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// The entity tag, or else the time of the last change.
pub(super) fn validator(headers: &HeaderMap) -> Option<String> {
    let value = text(headers, &header::ETAG).or_else(|| text(headers, &header::LAST_MODIFIED));
    value.map(str::to_owned)
}

/// A header that is text.
pub(super) fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::CONTENT_RANGE, value.parse().unwrap())])
    }

    #[test]
    fn content_ranges() {
        let range = |start, end, total| Some(ContentRange { start, end, total });
        assert_eq!(ContentRange::of(&headers("bytes 0-0/1")), range(0, 1, Some(1)));
        assert_eq!(ContentRange::of(&headers("Bytes 10-19/*")), range(10, 20, None));
        for wrong in [
            "bytes 5-4/10",
            "bytes 0-10/10",
            "bytes */10",
            "items 0-1/2",
            "bytes +0-1/2",
            "bytes 0-1",
            "",
            "bytes 0-18446744073709551615/*",
        ] {
            assert_eq!(ContentRange::of(&headers(wrong)), None, "{wrong}");
        }
        assert_eq!(ContentRange::length_alone(&headers("bytes */10")), Some(10));
        assert_eq!(ContentRange::length_alone(&headers("bytes 0-1/10")), None);
    }
}
