//! One question to a server and its answer: redirects, credentials, time limits, and what each status means.

use std::{
    fmt,
    io::{ErrorKind, Read},
    time::Duration,
};

use ureq::{
    Agent,
    http::{HeaderMap, Uri, header},
};

use super::{
    answer::{ContentRange, text, validator},
    url,
};
use crate::{FormatError, NetworkError, network::NetworkOptions, number::wide, shown::quoted};

/// As browsers have it.
const MOST_REDIRECTS: usize = 10;

/// As much of a redirect's own text is read, so that the connection can be used again.
const REDIRECT_TEXT: u64 = 16 << 10;

/// What asks servers. It keeps connections.
pub(crate) struct Client {
    agent: Agent,
    token: Option<Token>,
    pub(super) options: NetworkOptions,
}

/// Who asks. Only the server that it is meant for hears of it.
struct Token {
    origin: (String, String, u16),
    value: String,
}

/// A question.
#[derive(Clone, Copy)]
pub(super) struct Question<'q> {
    pub(super) url: &'q Uri,
    /// From the first of these bytes up to before the second, or to the end.
    pub(super) range: Option<(u64, Option<u64>)>,
    /// What the file was last time.
    pub(super) validator: Option<&'q str>,
}

/// An answer that has something in it: the whole file, a part of it, or the word that it has no such part.
pub(super) struct Answer {
    pub(super) kind: Kind,
    headers: HeaderMap,
    pub(super) body: Box<dyn Read + Send>,
}

pub(super) enum Kind {
    Whole,
    Part(ContentRange),
    /// The file's length, where the server says it.
    NoSuchPart(Option<u64>),
}

impl Answer {
    /// The length of what the answer holds.
    pub(super) fn length(&self) -> Option<u64> {
        text(&self.headers, &header::CONTENT_LENGTH)?.parse().ok()
    }

    /// What tells this state of the file from others.
    pub(super) fn validator(&self) -> Option<String> {
        validator(&self.headers)
    }

    /// Whether it is a page, which servers of single-page applications have for every name.
    pub(super) fn is_page(&self) -> bool {
        text(&self.headers, &header::CONTENT_TYPE).is_some_and(|kind| kind.trim_start().starts_with("text/html"))
    }
}

impl Client {
    /// Asks without saying who.
    pub(crate) fn new(options: NetworkOptions) -> Client {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .accept_encoding("identity")
            .user_agent(concat!("kinglet/", env!("CARGO_PKG_VERSION")))
            .timeout_resolve(Some(options.connect_timeout))
            .timeout_connect(Some(options.connect_timeout))
            .timeout_recv_response(Some(options.stall_timeout))
            .timeout_per_read(Some(options.stall_timeout))
            .max_idle_connections_per_host(options.connections)
            .tls_config(super::tls::config())
            .build();
        Client { agent: config.new_agent(), token: None, options }
    }

    /// Says to one server who asks.
    pub(crate) fn with_token(self, place: &Uri, value: Option<&str>) -> Client {
        let token = url::origin(place).zip(value);
        let token = token.map(|(origin, value)| Token { origin, value: format!("Bearer {value}") });
        Client { token, ..self }
    }

    /// How often to ask.
    pub(crate) fn attempts(&self) -> usize {
        self.options.attempts
    }

    /// Asks once, and follows where it is sent.
    pub(super) fn ask(&self, question: Question<'_>) -> Result<Answer, FormatError> {
        let error = |why| FormatError::Network { place: url::shown(question.url), why };
        let mut place = question.url.clone();
        for _ in 0..MOST_REDIRECTS {
            let response = self.call(&place, question).map_err(|why| error(connection(why)))?;
            let (parts, body) = response.into_parts();
            let Some(location) = text(&parts.headers, &header::LOCATION).filter(|_| parts.status.is_redirection())
            else {
                let kind = kind(parts.status.as_u16(), &parts.headers).map_err(error)?;
                if let Some(coding) = text(&parts.headers, &header::CONTENT_ENCODING).filter(|it| *it != "identity") {
                    let why = format!("it is compressed ({}), and was not to be", quoted(coding));
                    return Err(error(NetworkError::Answer { why }));
                }
                return Ok(Answer { kind, headers: parts.headers, body: Box::new(body.into_reader()) });
            };
            let refused =
                || error(NetworkError::Redirect { to: quoted(location.split('?').next().unwrap_or(location)) });
            let next = url::join(&place, location).ok_or_else(refused)?;
            // Whoever asked over TLS does not want to be read by others.
            if place.scheme_str() == Some("https") && next.scheme_str() != Some("https") {
                return Err(refused());
            }
            let _ = std::io::copy(&mut body.into_reader().take(REDIRECT_TEXT), &mut std::io::sink());
            place = next;
        }
        Err(error(NetworkError::Redirect { to: format!("one place after another, {MOST_REDIRECTS} times") }))
    }

    fn call(&self, place: &Uri, question: Question<'_>) -> Result<ureq::http::Response<ureq::Body>, ureq::Error> {
        let mut request = self.agent.get(place);
        if let Some((start, end)) = question.range {
            let end = end.map(|end| end.saturating_sub(1).to_string()).unwrap_or_default();
            request = request.header(header::RANGE, format!("bytes={start}-{end}"));
        }
        // A weak one is compared, but may not be sent.
        if let Some(validator) = question.validator.filter(|tag| question.range.is_some() && tag.starts_with('"')) {
            request = request.header(header::IF_RANGE, validator);
        }
        if let Some(token) = self.token.as_ref().filter(|token| url::origin(place).as_ref() == Some(&token.origin)) {
            request = request.header(header::AUTHORIZATION, &token.value);
        }
        match url::is_local(place) {
            true => request.config().proxy(None).build().call(),
            false => request.call(),
        }
    }

    /// A short text. Servers that fail to give it are asked again, this often.
    pub(crate) fn text(&self, place: &Uri, longest: u64, attempts: usize) -> Result<Vec<u8>, FormatError> {
        let error = |why| FormatError::Network { place: url::shown(place), why };
        let mut patience = super::patience::Patience::new(&self.options, attempts);
        loop {
            let read = || {
                let answer = self.ask(Question { url: place, range: None, validator: None })?;
                let (expected, mut text) = (answer.length(), Vec::new());
                let read = answer.body.take(longest + 1).read_to_end(&mut text);
                read.map_err(|why| error(NetworkError::Connection { why: quoted(why) }))?;
                let length = wide(text.len());
                if length > longest {
                    return Err(error(NetworkError::Answer { why: format!("it is longer than {longest} bytes") }));
                }
                match expected {
                    Some(expected) if length < expected => Err(error(cut(length, expected))),
                    _ => Ok(text),
                }
            };
            match read() {
                Ok(text) => return Ok(text),
                Err(why) => patience.again(why, &Default::default())?,
            }
        }
    }
}

/// The error of a connection that ended too early.
pub(super) fn cut(arrived: u64, expected: u64) -> NetworkError {
    NetworkError::Connection { why: format!("the connection was cut after {arrived} of {expected} bytes") }
}

fn connection(error: ureq::Error) -> NetworkError {
    let why = match error {
        ureq::Error::Timeout(_) => "the server does not answer".to_owned(),
        ureq::Error::HostNotFound => "there is no such host, or no connection".to_owned(),
        // What a certificate that does not hold comes as.
        ureq::Error::Io(why) if why.kind() == ErrorKind::InvalidData => {
            return NetworkError::Untrusted { why: quoted(why) };
        }
        // What the server says is no HTTP, and will not be at the next attempt.
        other @ (ureq::Error::Protocol(_)
        | ureq::Error::Http(_)
        | ureq::Error::BadUri(_)
        | ureq::Error::LargeResponseHeader(..)) => {
            return NetworkError::Answer { why: quoted(other) };
        }
        other => quoted(other),
    };
    NetworkError::Connection { why }
}

/// What an answer holds, by its status.
fn kind(status: u16, headers: &HeaderMap) -> Result<Kind, NetworkError> {
    match status {
        200 => Ok(Kind::Whole),
        206 => {
            let wrong = || NetworkError::Answer { why: "a part without a valid Content-Range".to_owned() };
            ContentRange::of(headers).map(Kind::Part).ok_or_else(wrong)
        }
        416 => Ok(Kind::NoSuchPart(ContentRange::length_alone(headers))),
        404 | 410 => Err(NetworkError::NotFound { status }),
        401 | 403 | 407 => Err(NetworkError::Denied { status, advice: advice(headers) }),
        408 | 425 | 429 | 500..=599 => {
            let seconds = text(headers, &header::RETRY_AFTER).and_then(|seconds| seconds.trim().parse().ok());
            Err(NetworkError::Busy { status, retry_after: seconds.map(Duration::from_secs) })
        }
        _ => Err(NetworkError::Status { status }),
    }
}

/// What the hub says of a refusal is in a header of its own.
fn advice(headers: &HeaderMap) -> String {
    match headers.get("x-error-code").and_then(|code| code.to_str().ok()) {
        Some("GatedRepo") => "accept the model's licence on its page, and set HF_TOKEN to a token that may read it",
        Some("RepoNotFound") => "there is no such model, or it is private: set HF_TOKEN to a token that may read it",
        _ => "it wants to know who asks; models of the hub are read with HF_TOKEN",
    }
    .to_owned()
}

impl fmt::Debug for Client {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("options", &self.options).finish_non_exhaustive()
    }
}
