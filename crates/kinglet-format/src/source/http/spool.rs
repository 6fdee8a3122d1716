//! A file of a server that gives no parts of it: kept in an unnamed temporary file as far as it has been needed.

use std::{
    fmt,
    fs::File,
    io::{ErrorKind, Read, Seek, SeekFrom, Write},
    ops::Range,
    sync::{Mutex, MutexGuard, PoisonError},
};

use kinglet_tensor::Bytes;
use ureq::http::Uri;

use super::{
    Question,
    client::{Answer, Client, Kind},
    patience::Patience,
    remote::pour,
    url,
    workers::GivenUp,
};
use crate::{
    FormatError, NetworkError,
    number::wide,
    shown::shown,
    source::{folder, part},
};

/// The most that is taken of a file whose length the server does not say: as much as the longest file beside weights may
/// have. Weights have a length.
const MOST_UNSAID: u64 = 256 << 20;

/// The bytes between two looks at whoever waits.
const STEP: u64 = 1 << 20;

pub(super) struct Spool {
    url: Uri,
    size: u64,
    validator: Option<String>,
    state: Mutex<State>,
}

struct State {
    file: File,
    received: u64,
    /// The rest, while its connection holds.
    rest: Option<Box<dyn Read + Send>>,
    /// All of it, once it is here.
    map: Option<Bytes>,
}

impl Spool {
    /// Begins with an answer that holds the whole file. Where its length is not said, all of it is taken at once.
    pub(super) fn new(url: &Uri, answer: Answer, given_up: &GivenUp) -> Result<Spool, FormatError> {
        let file = tempfile::tempfile().map_err(temporary)?;
        let (length, validator) = (answer.length(), answer.validator());
        let state = State { file, received: 0, rest: Some(answer.body), map: None };
        let mut spool = Spool { url: url.clone(), size: length.unwrap_or(0), validator, state: Mutex::new(state) };
        if length.is_none() {
            spool.size = spool.take_all(given_up)?;
        }
        Ok(spool)
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn read(
        &self,
        client: &Client,
        file: &str,
        range: Range<u64>,
        given_up: &GivenUp,
    ) -> Result<Bytes, FormatError> {
        if range.end > self.size {
            return Err(FormatError::Short { file: shown(file), size: self.size, end: range.end });
        }
        self.pull(client, range.end, given_up, &mut |_| {})?;
        let mut state = self.state();
        if let Some(map) = &state.map {
            return part(file, map, range);
        }
        let mut bytes = Vec::new();
        let length = range.end - range.start;
        state.file.seek(SeekFrom::Start(range.start)).map_err(temporary)?;
        Read::by_ref(&mut state.file).take(length).read_to_end(&mut bytes).map_err(temporary)?;
        Ok(bytes.into())
    }

    /// Takes bytes until so many are here.
    pub(super) fn pull(
        &self,
        client: &Client,
        until: u64,
        given_up: &GivenUp,
        on_bytes: &mut dyn FnMut(u64),
    ) -> Result<(), FormatError> {
        let mut state = self.state();
        let mut patience = Patience::new(&client.options, client.options.attempts);
        while state.received < until {
            let before = state.received;
            let pulled = self.pull_once(client, &mut state, (until - before).min(STEP), given_up);
            if state.received > before {
                patience.renew();
                on_bytes(state.received);
            }
            if let Err(error) = pulled {
                state.rest = None;
                patience.again(error, given_up)?;
            }
        }
        if state.received == self.size && state.map.is_none() {
            state.rest = None;
            state.map = Some(folder::map_file(&state.file, self.size).map_err(temporary)?);
        }
        Ok(())
    }

    fn pull_once(
        &self,
        client: &Client,
        state: &mut State,
        length: u64,
        given_up: &GivenUp,
    ) -> Result<(), FormatError> {
        given_up.check(&url::shown(&self.url))?;
        if state.rest.is_none() {
            state.rest = Some(self.from(client, state.received, given_up)?);
        }
        let State { file, received, rest: Some(rest), .. } = state else { return Ok(()) };
        file.seek(SeekFrom::Start(*received)).map_err(temporary)?;
        let mut keep = |piece: &[u8]| {
            file.write_all(piece).map_err(|error| self.write_error(error))?;
            *received += wide(piece.len());
            Ok(())
        };
        pour(rest, length, &mut keep, |why| self.error(why))
    }

    /// Asks for the whole once more, up to what is here already.
    fn from(&self, client: &Client, received: u64, given_up: &GivenUp) -> Result<Box<dyn Read + Send>, FormatError> {
        let mut answer = client.ask(Question { url: &self.url, range: None, validator: None })?;
        let same = answer.validator() == self.validator && answer.length().is_none_or(|length| length == self.size);
        if !same || !matches!(answer.kind, Kind::Whole) {
            return Err(self.error(NetworkError::Changed));
        }
        let mut skip = |_: &[u8]| given_up.check(&url::shown(&self.url));
        pour(&mut answer.body, received, &mut skip, |why| self.error(why))?;
        Ok(answer.body)
    }

    /// Everything up to the end of an answer, and how much that is.
    fn take_all(&self, given_up: &GivenUp) -> Result<u64, FormatError> {
        let mut state = self.state();
        let State { file, received, rest, .. } = &mut *state;
        let Some(mut rest) = rest.take() else { return Ok(0) };
        loop {
            given_up.check(&url::shown(&self.url))?;
            let mut step = rest.by_ref().take(STEP);
            let mut piece = Vec::new();
            let read = step.read_to_end(&mut piece);
            read.map_err(|why| self.error(NetworkError::Connection { why: why.to_string() }))?;
            if piece.is_empty() {
                return Ok(*received);
            }
            file.write_all(&piece).map_err(|error| self.write_error(error))?;
            *received += wide(piece.len());
            if *received > MOST_UNSAID {
                let why = format!("the server does not say how long it is, and sent more than {MOST_UNSAID} bytes");
                return Err(self.error(NetworkError::Answer { why }));
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn error(&self, why: NetworkError) -> FormatError {
        FormatError::Network { place: url::shown(&self.url), why }
    }

    fn write_error(&self, error: std::io::Error) -> FormatError {
        match error.kind() {
            ErrorKind::StorageFull => {
                let folder = format!("{}; TMPDIR says where else", std::env::temp_dir().display());
                self.error(NetworkError::Space { bytes: self.size, folder })
            }
            _ => temporary(error),
        }
    }
}

fn temporary(source: std::io::Error) -> FormatError {
    FormatError::Write { source, path: format!("a temporary file in {}", std::env::temp_dir().display()) }
}

impl fmt::Debug for Spool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spool").field("url", &url::shown(&self.url)).field("size", &self.size).finish_non_exhaustive()
    }
}
