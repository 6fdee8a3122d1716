//! Runs of a file's bytes, whatever happens to the connections that they come over.

use std::{io::Read, ops::Range};

use ureq::http::Uri;

use super::{
    client::{Answer, Client, Kind, Question, cut},
    patience::Patience,
    url,
    workers::GivenUp,
};
use crate::{FormatError, NetworkError, number::wide, shown::quoted};

/// Bytes that are taken from a connection at a time.
const PIECE: usize = 256 << 10;

/// A file on a server.
#[derive(Clone, Debug)]
pub(crate) struct Remote {
    pub(crate) url: Uri,
    pub(crate) size: u64,
    /// What tells its state from others, where the server says it.
    pub(crate) validator: Option<String>,
}

/// Takes the next bytes.
pub(crate) type Sink<'s> = dyn FnMut(&[u8]) -> Result<(), FormatError> + 's;

impl Remote {
    /// Hands over bytes in their order. What has arrived is not asked for again when a connection is cut; with a server
    /// that gives no parts of files, that is the error [`NetworkError::NoRanges`], unless all of the file is wanted and
    /// the connection holds.
    pub(crate) fn copy(
        &self,
        client: &Client,
        range: Range<u64>,
        given_up: &GivenUp,
        sink: &mut Sink<'_>,
    ) -> Result<(), FormatError> {
        let mut patience = Patience::new(&client.options, client.options.attempts);
        let mut at = range.start;
        while at < range.end {
            let before = at;
            let copied = self.copy_once(client, at..range.end, &mut |piece| {
                given_up.check(&url::shown(&self.url))?;
                at += wide(piece.len());
                sink(piece)
            });
            if at > before {
                patience.renew();
            }
            copied.or_else(|error| patience.again(error, given_up))?;
        }
        Ok(())
    }

    /// The bytes of a range.
    pub(crate) fn read(&self, client: &Client, range: Range<u64>, given_up: &GivenUp) -> Result<Vec<u8>, FormatError> {
        let mut bytes = Vec::new();
        let length = usize::try_from(range.end - range.start).unwrap_or(usize::MAX);
        let room = bytes.try_reserve_exact(length);
        room.map_err(|_| self.error(NetworkError::Answer { why: format!("{length} bytes are too many for memory") }))?;
        self.copy(client, range, given_up, &mut |piece| {
            bytes.extend_from_slice(piece);
            Ok(())
        })?;
        Ok(bytes)
    }

    /// Asks once; a part of what is wanted is fine.
    fn copy_once(&self, client: &Client, range: Range<u64>, sink: &mut Sink<'_>) -> Result<(), FormatError> {
        let whole = range == (0..self.size);
        let question = Question {
            url: &self.url,
            range: (!whole).then_some((range.start, Some(range.end))),
            validator: self.validator.as_deref(),
        };
        let mut answer = client.ask(question)?;
        let length = self.check(&answer, &range, whole).map_err(|why| self.error(why))?;
        pour(&mut answer.body, length, sink, |why| self.error(why))
    }

    /// How many bytes of the range the answer holds.
    fn check(&self, answer: &Answer, range: &Range<u64>, whole: bool) -> Result<u64, NetworkError> {
        let validator = answer.validator();
        let other = self.validator.is_some() && validator.is_some() && validator != self.validator;
        let size = match answer.kind {
            Kind::Whole => answer.length(),
            Kind::Part(part) => part.total,
            Kind::NoSuchPart(length) => length,
        };
        if other || size.is_some_and(|size| size != self.size) {
            // Without a validator, a length that differs from the one that is known is all that tells.
            return Err(match (other, &self.validator) {
                (false, None) => NetworkError::Answer {
                    why: format!("it speaks of {} bytes, and there should be {}", size.unwrap_or(0), self.size),
                },
                _ => NetworkError::Changed,
            });
        }
        match answer.kind {
            Kind::Whole if whole => Ok(self.size),
            // The part is there, so a server that says otherwise has none at all.
            Kind::Whole | Kind::NoSuchPart(_) => Err(NetworkError::NoRanges),
            Kind::Part(part) if part.start == range.start && part.end <= range.end => Ok(part.end - part.start),
            Kind::Part(part) => {
                let (start, end) = (range.start, range.end);
                let why = format!("bytes {} to {} where {start} to {end} were asked for", part.start, part.end);
                Err(NetworkError::Answer { why })
            }
        }
    }

    fn error(&self, why: NetworkError) -> FormatError {
        FormatError::Network { place: url::shown(&self.url), why }
    }
}

/// So many bytes of an answer, or an error where it ends before them.
pub(super) fn pour(
    body: &mut dyn Read,
    length: u64,
    sink: &mut Sink<'_>,
    error: impl Fn(NetworkError) -> FormatError,
) -> Result<(), FormatError> {
    let mut buffer = vec![0; PIECE];
    let mut arrived = 0;
    while arrived < length {
        let most = usize::try_from(length - arrived).map_or(PIECE, |left| left.min(PIECE));
        match body.read(buffer.get_mut(..most).unwrap_or_default()) {
            Ok(0) => return Err(error(cut(arrived, length))),
            Ok(count) => {
                arrived += wide(count);
                sink(buffer.get(..count).unwrap_or_default())?;
            }
            Err(why) => return Err(error(NetworkError::Connection { why: quoted(why) })),
        }
    }
    Ok(())
}
