//! Models from the network: what can be set, and what can go wrong. What speaks to servers is compiled where there are
//! threads to wait on, with the feature `network`; browsers have their own.

use std::time::Duration;

#[cfg(all(feature = "network", not(target_arch = "wasm32")))]
pub use super::hub::HubOptions;

/// How to ask servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkOptions {
    /// Connections at a time.
    pub connections: usize,
    /// How often a server is asked that cannot be reached, has too much to do or cuts connections. Bytes that arrive
    /// start the count again.
    pub attempts: usize,
    /// The pause before the second attempt; it doubles from one to the next.
    pub pause: Duration,
    /// The longest pause that a server may ask for.
    pub longest_pause: Duration,
    /// How long a connection may take to be made.
    pub connect_timeout: Duration,
    /// How long a server may send nothing.
    pub stall_timeout: Duration,
}

impl Default for NetworkOptions {
    fn default() -> NetworkOptions {
        NetworkOptions {
            connections: 6,
            attempts: 5,
            pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(60),
            connect_timeout: Duration::from_secs(15),
            stall_timeout: Duration::from_secs(30),
        }
    }
}

/// What can go wrong on the way to a server and back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// No server, or none any more.
    #[error("connection failed: {why}")]
    Connection {
        /// What the system says.
        why: String,
    },
    /// Whoever answers cannot prove to be the server.
    #[error("the server cannot be trusted: {why}; SSL_CERT_FILE names other certificates to trust")]
    Untrusted {
        /// What the system says.
        why: String,
    },
    /// The server has too much to do.
    #[error("the server answers {status}: try again later")]
    Busy {
        /// The status.
        status: u16,
        /// How long it asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// The server has no such thing.
    #[error("not found: the server answers {status}")]
    NotFound {
        /// The status.
        status: u16,
    },
    /// The server wants to know who asks, or knows.
    #[error("the server refuses with {status}: {advice}")]
    Denied {
        /// The status.
        status: u16,
        /// What can be done.
        advice: String,
    },
    /// The server says something else.
    #[error("the server answers {status}")]
    Status {
        /// The status.
        status: u16,
    },
    /// A redirect that is not followed.
    #[error("it redirects to {to}, and that is not followed")]
    Redirect {
        /// Where to.
        to: String,
    },
    /// The server gives files as a whole only.
    #[error("the server gives no parts of it")]
    NoRanges,
    /// The server's answer is not one to what was asked.
    #[error("the server's answer cannot be: {why}")]
    Answer {
        /// What is wrong with it.
        why: String,
    },
    /// The file is another one than at first.
    #[error("it changed on the server while it was read; load it again")]
    Changed,
    /// Bytes that are not those that the hub lists.
    #[error("it arrived twice with a wrong hash: {found}, expected {expected}")]
    Hash {
        /// Of the file.
        expected: String,
        /// Of the bytes that came.
        found: String,
    },
    /// A file of the cache whose bytes are not those that the hub lists, while the hub is not asked.
    #[error("it is damaged in the cache, and the hub is not asked for it: unset HF_HUB_OFFLINE")]
    Damaged,
    /// The cache lacks the file or the model, and the hub is not asked or cannot be reached.
    #[error("it is not in the cache {cache}, and {why}")]
    NotCached {
        /// The folder.
        cache: String,
        /// Why the hub does not help.
        why: String,
    },
    /// A name that fits no file of the model.
    #[error("no GGUF model in it is called like {name}; there are: {models}")]
    NoChoice {
        /// What was asked for.
        name: String,
        /// What there is.
        models: String,
    },
    /// A name that fits several files of the model, or no name where there are several.
    #[error("{count} GGUF models fit, name one of them after a colon: {models}")]
    Choice {
        /// How many.
        count: usize,
        /// Which.
        models: String,
    },
    /// The disk is full.
    #[error("no space is left for its {bytes} bytes in {folder}")]
    Space {
        /// Of the file.
        bytes: u64,
        /// Where it should go.
        folder: String,
    },
    /// Nobody waits for it any more.
    #[error("given up")]
    GivenUp,
}

impl NetworkError {
    /// Whether it may be gone at the next attempt.
    #[cfg(all(feature = "network", not(target_arch = "wasm32")))]
    pub(crate) fn passes(&self) -> bool {
        matches!(self, NetworkError::Connection { .. } | NetworkError::Busy { .. })
    }
}
