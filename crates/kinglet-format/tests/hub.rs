//! Models of a hub on this machine, and the cache that they are kept in.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may")]

#[path = "support/hub.rs"]
mod hub;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Barrier, Mutex},
    thread,
    time::Duration,
};

use hub::{Hub, Reply};
use kinglet_format::{
    FormatError, NetworkError, OnProgress, Source,
    network::{HubOptions, NetworkOptions},
};
use pollster::block_on;
use tempfile::TempDir;

const NAME: &str = "birds/kinglet-1M";
const WEIGHTS: &str = "model.safetensors";
const LONG: usize = 1_500_001;

/// A hub with one model, and an empty cache.
struct Place {
    hub: Hub,
    cache: TempDir,
    weights: Vec<u8>,
    commit: String,
}

impl Place {
    fn new() -> Place {
        let hub = Hub::start();
        let weights: Vec<u8> =
            (0_u32..).flat_map(|it| it.wrapping_mul(2_654_435_761).to_le_bytes()).take(LONG).collect();
        let commit = hub.publish(NAME, &[("config.json", b"{\"a\": 1}"), (WEIGHTS, &weights), ("b/c.gguf", b"GGUF")]);
        Place { hub, cache: tempfile::tempdir().unwrap(), weights, commit }
    }

    fn options(&self) -> HubOptions {
        let pause = Duration::from_millis(2);
        HubOptions {
            endpoint: format!("{}/", self.hub.address),
            token: Some("hf_secret".to_owned()),
            network: NetworkOptions { pause, stall_timeout: Duration::from_millis(500), ..NetworkOptions::default() },
            ..HubOptions::new(self.cache.path())
        }
    }

    fn open(&self, text: &str) -> Result<Source, FormatError> {
        block_on(Source::hub(text, self.options()))
    }

    fn source(&self) -> Source {
        self.open(NAME).unwrap()
    }

    /// In the model's folder of the cache.
    fn path(&self, path: &str) -> PathBuf {
        self.cache.path().join("models--birds--kinglet-1M").join(path)
    }

    fn blob(&self) -> PathBuf {
        self.path("blobs").join(hub::sha256(&self.weights))
    }

    fn incomplete(&self) -> PathBuf {
        self.blob().with_extension("incomplete")
    }

    /// Bytes of the weights that the hub has sent.
    fn sent(&self) -> u64 {
        self.hub.sent(&Hub::blob(&self.weights))
    }
}

fn fetch(source: &Source) -> Result<(), FormatError> {
    block_on(source.fetch(&[WEIGHTS.to_owned()], &OnProgress::default()))
}

fn why(error: FormatError) -> NetworkError {
    match error {
        FormatError::Network { why, .. } => why,
        other => panic!("{other}"),
    }
}

#[test]
fn a_model_is_looked_at_by_ranges_and_fetched_once() {
    let place = Place::new();
    let source = place.source();
    assert_eq!(source.weights(), None);
    assert_eq!(block_on(source.list()).unwrap().unwrap(), ["config.json", WEIGHTS]);
    assert_eq!(&*block_on(source.open("config.json")).unwrap(), b"{\"a\": 1}");
    assert_eq!(*block_on(source.read(WEIGHTS, 5..100)).unwrap(), place.weights[5..100]);
    assert_eq!(place.sent(), 95);
    assert!(!place.blob().exists() && !source.in_memory());

    let told: Arc<Mutex<Vec<(String, u64, u64)>>> = Arc::default();
    let heard = told.clone();
    let on_progress = OnProgress::new(move |it| heard.lock().unwrap().push((it.name.to_owned(), it.done, it.total)));
    block_on(source.fetch(&[WEIGHTS.to_owned()], &on_progress)).unwrap();
    assert_eq!(told.lock().unwrap().last(), Some(&(WEIGHTS.to_owned(), LONG as u64, LONG as u64)));
    assert!(source.in_memory());
    assert_eq!(*block_on(source.open(WEIGHTS)).unwrap(), *place.weights);
    assert_eq!(place.sent(), 95 + LONG as u64);

    // The token is for the hub alone.
    for request in place.hub.seen() {
        let expected = if request.is_cdn { None } else { Some("Bearer hf_secret") };
        assert_eq!(request.token.as_deref(), expected, "{}", request.path);
    }

    // As the hub's own tools keep it.
    assert_eq!(fs::read_to_string(place.path("refs/main")).unwrap(), place.commit);
    let pointer = place.path("snapshots").join(&place.commit).join(WEIGHTS);
    #[cfg(unix)]
    assert_eq!(fs::read_link(&pointer).unwrap(), Path::new("../../blobs").join(hub::sha256(&place.weights)));
    assert_eq!(fs::read(pointer).unwrap(), place.weights);

    // From now on, the hub is asked what `main` is and for nothing else; for a commit, not even that.
    for (text, requests) in [(NAME.to_owned(), 1), (format!("{NAME}@{}", place.commit), 0)] {
        let again = place.open(&text).unwrap();
        fetch(&again).unwrap();
        assert_eq!(*block_on(again.open(WEIGHTS)).unwrap(), *place.weights);
        assert_eq!(&*block_on(again.open("config.json")).unwrap(), b"{\"a\": 1}");
        assert_eq!(place.hub.seen().len(), requests, "{text}");
    }
}

#[test]
fn files_are_named_and_chosen() {
    let place = Place::new();
    let source = place.open(&format!("{NAME}:c")).unwrap();
    assert_eq!(source.weights(), Some("c.gguf"));
    assert_eq!(block_on(source.list()).unwrap().unwrap(), ["c.gguf"]);
    assert_eq!(&*block_on(source.open("c.gguf")).unwrap(), b"GGUF");
    #[cfg(unix)]
    {
        let pointer = place.path("snapshots").join(&place.commit).join("b/c.gguf");
        assert_eq!(fs::read_link(pointer).unwrap(), Path::new("../../../blobs").join(hub::sha256(b"GGUF")));
    }
    for name in ["../config.json", "b/c.gguf", "..", "/etc/passwd"] {
        assert!(matches!(block_on(source.open(name)), Err(FormatError::MissingFile { .. })), "{name}");
    }
    assert!(matches!(why(place.open(&format!("{NAME}:q4")).unwrap_err()), NetworkError::NoChoice { .. }));
    assert!(matches!(place.open("kinglet"), Err(FormatError::Place { .. })));
}

#[test]
fn a_cut_download_goes_on_and_nothing_comes_twice() {
    let place = Place::new();
    let source = place.source();
    place.hub.script(|request, reply| if request.is_cdn && request.earlier < 3 { reply.cut(400_000) } else { reply });
    fetch(&source).unwrap();
    assert_eq!(place.sent(), LONG as u64);
    assert_eq!(fs::read(place.blob()).unwrap(), place.weights);
}

#[test]
fn an_interrupted_download_is_resumed_by_the_next_call() {
    let place = Place::new();
    place.hub.script(|request, reply| match (request.is_cdn, request.earlier) {
        (true, 0) => reply.cut(1_000_000),
        (true, _) => Reply::status(404),
        _ => reply,
    });
    assert!(matches!(why(fetch(&place.source()).unwrap_err()), NetworkError::NotFound { .. }));
    assert_eq!(fs::metadata(place.incomplete()).unwrap().len(), 1_000_000);
    assert!(!place.blob().exists());
    place.hub.honest();
    fetch(&place.source()).unwrap();
    assert_eq!(fs::read(place.blob()).unwrap(), place.weights);
    assert_eq!(place.sent(), LONG as u64);
    assert!(!place.incomplete().exists());
}

#[test]
fn wrong_bytes_are_found_by_their_hash() {
    let place = Place::new();
    let spoilt = |mut reply: Reply| {
        reply.body.iter_mut().take(1).for_each(|byte| *byte ^= 1);
        reply
    };
    place.hub.script(move |request, reply| if request.is_cdn && request.earlier == 0 { spoilt(reply) } else { reply });
    fetch(&place.source()).unwrap();
    assert_eq!(fs::read(place.blob()).unwrap(), place.weights);
    assert_eq!(place.sent(), 2 * LONG as u64);

    // A part that was left behind and is wrong.
    let place = Place::new();
    let source = place.source();
    fs::create_dir_all(place.path("blobs")).unwrap();
    fs::write(place.incomplete(), [7; 1000]).unwrap();
    fetch(&source).unwrap();
    assert_eq!(place.sent(), 2 * LONG as u64 - 1000);

    // Always.
    let place = Place::new();
    place.hub.script(move |request, reply| if request.is_cdn { spoilt(reply) } else { reply });
    assert!(matches!(why(fetch(&place.source()).unwrap_err()), NetworkError::Hash { .. }));
    assert!(!place.blob().exists() && !place.incomplete().exists());
    assert!(!place.path("snapshots").join(&place.commit).join(WEIGHTS).exists());
    // Small files, which git keeps, have hashes too.
    place.hub.script(|request, reply| match request.path.ends_with("config.json") {
        true => Reply { body: b"{\"a\": 2}".to_vec(), ..reply },
        false => reply,
    });
    assert!(matches!(why(block_on(place.source().open("config.json")).unwrap_err()), NetworkError::Hash { .. }));
}

#[test]
fn a_damaged_cache_is_fetched_again() {
    let place = Place::new();
    fetch(&place.source()).unwrap();
    // The wrong size is seen at once.
    fs::write(place.blob(), &place.weights[..1000]).unwrap();
    let source = place.source();
    fetch(&source).unwrap();
    assert_eq!(fs::read(place.blob()).unwrap(), place.weights);

    // Wrong bytes are found when weights are fetched, and not when a table is read.
    let mut damaged = place.weights.clone();
    damaged[1_000_000] ^= 1;
    fs::write(place.blob(), &damaged).unwrap();
    let with =
        |verify, offline| block_on(Source::hub(NAME, HubOptions { verify, offline, ..place.options() })).unwrap();
    assert_eq!(*block_on(with(false, false).open(WEIGHTS)).unwrap(), *damaged);
    assert_eq!(why(fetch(&with(false, true)).unwrap_err()), NetworkError::Damaged);
    let source = with(false, false);
    fetch(&source).unwrap();
    assert_eq!(*block_on(source.open(WEIGHTS)).unwrap(), *place.weights);
    assert_eq!(place.sent(), 3 * LONG as u64);

    // What was right and has not been written to since is hashed for whoever wants to know.
    let written = fs::metadata(place.blob()).unwrap().modified().unwrap();
    fs::write(place.blob(), &damaged).unwrap();
    fs::File::options().write(true).open(place.blob()).unwrap().set_modified(written).unwrap();
    fetch(&with(false, true)).unwrap();
    assert_eq!(why(fetch(&with(true, true)).unwrap_err()), NetworkError::Damaged);
    assert_eq!(why(block_on(with(true, true).open(WEIGHTS)).unwrap_err()), NetworkError::Damaged);
}

#[test]
fn hubs_without_ranges_begin_again() {
    let place = Place::new();
    let whole = place.weights.clone();
    place.hub.script(move |request, reply| {
        let whole = Reply { status: 200, body: whole.clone(), ..reply.clone().without("Content-Range") };
        match (request.is_cdn, request.earlier) {
            (true, 0) => whole.cut(500_000),
            (true, _) => whole,
            _ => reply,
        }
    });
    let source = place.source();
    fetch(&source).unwrap();
    assert_eq!(*block_on(source.open(WEIGHTS)).unwrap(), *place.weights);

    // Even to look at the table then takes all of the file, which stays in the cache.
    let place = Place::new();
    let whole = place.weights.clone();
    place.hub.script(move |request, reply| match request.is_cdn {
        true => Reply { status: 200, body: whole.clone(), ..reply.without("Content-Range") },
        false => reply,
    });
    assert_eq!(*block_on(place.source().read(WEIGHTS, 5..100)).unwrap(), place.weights[5..100]);
    assert!(place.blob().exists());
}

#[test]
fn two_at_once_fetch_once() {
    let place = Place::new();
    place.hub.script(|request, reply| match request.is_cdn {
        true => Reply { delay: Duration::from_millis(200), ..reply },
        false => reply,
    });
    let sources = [place.source(), place.source()];
    thread::scope(|scope| {
        for source in &sources {
            scope.spawn(|| fetch(source).unwrap());
        }
    });
    assert_eq!(place.sent(), LONG as u64);
    for source in sources {
        assert_eq!(*block_on(source.open(WEIGHTS)).unwrap(), *place.weights);
    }
}

#[test]
fn several_files_come_at_once_and_are_told_as_one() {
    let place = Place::new();
    let parts: Vec<(String, Vec<u8>)> =
        (1..=3_u8).map(|part| (format!("m-{part:05}-of-00003.gguf"), vec![part; 2_000_000])).collect();
    let files: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    place.hub.publish("birds/split", &files);
    let source = place.open("birds/split").unwrap();
    assert_eq!(source.weights(), Some("m-00001-of-00003.gguf"));
    // Each waits until all have been asked for: one after another would never end.
    let barrier = Arc::new(Barrier::new(3));
    place.hub.script(move |request, reply| match request.is_cdn {
        true => Reply { together: Some(barrier.clone()), ..reply },
        false => reply,
    });
    let told: Arc<Mutex<Vec<(u64, u64)>>> = Arc::default();
    let heard = told.clone();
    let on_progress = OnProgress::new(move |it| heard.lock().unwrap().push((it.done, it.total)));
    let names: Vec<String> = parts.iter().map(|(name, _)| name.clone()).collect();
    block_on(source.fetch(&names, &on_progress)).unwrap();
    let told = told.lock().unwrap();
    assert!(told.is_sorted() && told.last() == Some(&(6_000_000, 6_000_000)), "{told:?}");
}

#[test]
fn without_a_connection_the_cache_serves() {
    let place = Place::new();
    fetch(&place.source()).unwrap();
    let offline = || HubOptions { offline: true, ..place.options() };
    let absent = || HubOptions { endpoint: "http://127.0.0.1:1".to_owned(), ..place.options() };
    place.hub.seen();
    for options in [offline(), absent()] {
        let source = block_on(Source::hub(NAME, options)).unwrap();
        fetch(&source).unwrap();
        assert_eq!(*block_on(source.open(WEIGHTS)).unwrap(), *place.weights);
        // It was never fetched.
        let error = block_on(source.open("config.json")).unwrap_err().to_string();
        assert!(error.contains("as it is in the cache"), "{error}");
    }
    assert!(place.hub.seen().is_empty());
    for options in [offline(), absent()] {
        let error = why(block_on(Source::hub("birds/other", options.clone())).unwrap_err());
        match options.offline {
            true => assert!(matches!(error, NetworkError::NotCached { .. }), "{error}"),
            false => assert!(matches!(error, NetworkError::Connection { .. }), "{error}"),
        }
    }
    // Another tool has left no listing.
    fs::remove_dir_all(place.path("trees")).unwrap();
    let source = block_on(Source::hub(NAME, HubOptions { verify: true, ..offline() })).unwrap();
    assert_eq!(*block_on(source.open(WEIGHTS)).unwrap(), *place.weights);
}

#[test]
fn refusals_say_what_to_do() {
    let place = Place::new();
    for (status, code, advice) in [
        (401, "RepoNotFound", "HF_TOKEN"),
        (403, "GatedRepo", "licence"),
        (404, "RevisionNotFound", "not found"),
        (503, "", "try again later"),
    ] {
        place.hub.script(move |_, _| Reply::status(status).with("X-Error-Code", code));
        let error = place.open(NAME).unwrap_err().to_string();
        assert!(error.starts_with("hf:birds/kinglet-1M: ") && error.contains(advice), "{error}");
        assert!(!error.contains("hf_secret"));
    }
    place.hub.script(|_, reply| Reply { body: b"<html>".to_vec(), ..reply });
    assert!(matches!(why(place.open(NAME).unwrap_err()), NetworkError::Answer { .. }));
}

#[test]
fn a_new_commit_is_seen_and_shares_what_did_not_change() {
    let place = Place::new();
    fetch(&place.source()).unwrap();
    place.hub.publish(NAME, &[("config.json", b"{\"b\": 2}"), (WEIGHTS, &place.weights)]);
    let source = place.source();
    fetch(&source).unwrap();
    assert_eq!(&*block_on(source.open("config.json")).unwrap(), b"{\"b\": 2}");
    assert_eq!(*block_on(source.open(WEIGHTS)).unwrap(), *place.weights);
    assert_eq!(place.sent(), LONG as u64);
}
