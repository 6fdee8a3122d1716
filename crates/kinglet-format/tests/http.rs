//! Files of web servers, good ones and bad ones.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test may")]

#[path = "support/hub.rs"]
mod hub;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use hub::{Hub, Reply};
use kinglet_format::{FormatError, NetworkError, OnProgress, Source, network::NetworkOptions};
use pollster::block_on;

fn options() -> NetworkOptions {
    let pause = Duration::from_millis(2);
    NetworkOptions { pause, stall_timeout: Duration::from_millis(300), ..NetworkOptions::default() }
}

/// Bytes of which no two runs are the same.
fn bytes(length: usize) -> Vec<u8> {
    (0_u32..).flat_map(|word| word.wrapping_mul(2_654_435_761).to_le_bytes()).take(length).collect()
}

const LONG: usize = 1_000_003;

fn model(hub: &Hub) -> (Source, Vec<u8>) {
    let bytes = bytes(LONG);
    hub.put("/models/a.gguf", &bytes);
    (Source::url(&format!("{}/models/a.gguf?x=1", hub.address), options()).unwrap(), bytes)
}

fn why(error: FormatError) -> NetworkError {
    match error {
        FormatError::Network { why, place } => {
            assert!(place.starts_with("http://127.0.0.1:") && !place.contains('?'), "{place}");
            why
        }
        other => panic!("{other}"),
    }
}

#[test]
fn files_are_read_by_ranges() {
    let hub = Hub::start();
    let (source, bytes) = model(&hub);
    hub.put("/models/config.json", b"{}");
    assert_eq!(source.weights(), Some("a.gguf"));
    block_on(async {
        assert_eq!(source.size("a.gguf").await.unwrap(), Some(LONG as u64));
        assert_eq!(&*source.open("config.json").await.unwrap(), b"{}");
        assert_eq!(source.size("tokenizer.json").await.unwrap(), None);
        let reads = [0..8, 10..70_000, 500_000..LONG as u64, 65_535..65_537].map(|range| {
            let expected = bytes[range.start as usize..range.end as usize].to_vec();
            (source.read("a.gguf", range), expected)
        });
        for (read, expected) in reads {
            assert_eq!(*read.await.unwrap(), *expected);
        }
        assert_eq!(source.list().await.unwrap(), None);
    });
    let seen = hub.seen();
    // The query belongs to the file that the URL names. What the first question brought is not asked for again.
    let paths: Vec<_> = seen.iter().map(|request| request.path.as_str()).collect();
    let file = "/models/a.gguf?x=1";
    assert_eq!(paths, [file, "/models/config.json", "/models/tokenizer.json", file, file, file]);
    assert!(seen.iter().all(|request| request.range.is_some() && request.method == "GET"));
    assert!(seen[3..].iter().all(|request| request.if_range.is_some()));
}

#[test]
fn names_of_model_files_lead_nowhere_else() {
    let hub = Hub::start();
    let (source, _) = model(&hub);
    hub.put("/secret", b"secret");
    for name in ["../secret", "..", "", "/secret", "a/../../secret", "..\\secret"] {
        let error = block_on(source.open(name)).unwrap_err();
        assert!(matches!(error, FormatError::MissingFile { .. }), "{name}: {error}");
    }
    assert!(hub.seen().is_empty());
    hub.put("/models/%3Fa%23%25.json", b"odd");
    assert_eq!(&*block_on(source.open("?a#%.json")).unwrap(), b"odd");
}

#[test]
fn a_cut_range_goes_on_where_it_was_cut() {
    let hub = Hub::start();
    let (source, bytes) = model(&hub);
    assert!(block_on(source.size("a.gguf")).unwrap().is_some());
    let before = hub.sent("/models/a.gguf");
    hub.script(|request, reply| if request.earlier < 6 { reply.cut(100_000) } else { reply });
    let read = block_on(source.read("a.gguf", 100_000..900_000)).unwrap();
    assert_eq!(*read, bytes[100_000..900_000]);
    assert_eq!(hub.sent("/models/a.gguf") - before, 800_000);
}

#[test]
fn servers_that_have_too_much_to_do_are_asked_again() {
    let hub = Hub::start();
    let (source, bytes) = model(&hub);
    hub.script(|request, reply| match request.earlier {
        0 => Reply::status(503),
        1 => Reply::status(429).with("Retry-After", 0),
        2 => Reply { delay: Duration::from_millis(600), ..reply },
        _ => reply,
    });
    assert_eq!(*block_on(source.read("a.gguf", 0..70_000)).unwrap(), bytes[..70_000]);

    let (source, _) = model(&hub);
    hub.seen();
    hub.script(|_, _| Reply::status(503));
    assert_eq!(
        why(block_on(source.size("a.gguf")).unwrap_err()),
        NetworkError::Busy { status: 503, retry_after: None }
    );
    assert_eq!(hub.seen().len(), options().attempts);
    // Nobody waits an hour.
    hub.script(|_, _| Reply::status(429).with("Retry-After", 3600));
    let hour = Some(Duration::from_secs(3600));
    assert_eq!(
        why(block_on(source.size("a.gguf")).unwrap_err()),
        NetworkError::Busy { status: 429, retry_after: hour }
    );
    assert_eq!(hub.seen().len(), 1);
}

#[test]
fn a_file_that_changes_is_an_error_and_no_mixture() {
    let hub = Hub::start();
    let (source, _) = model(&hub);
    assert!(block_on(source.size("a.gguf")).unwrap().is_some());
    hub.put("/models/a.gguf", &[1; LONG]);
    assert_eq!(why(block_on(source.read("a.gguf", 70_000..80_000)).unwrap_err()), NetworkError::Changed);
    // A server that does not care for `If-Range` tells by its tag.
    hub.script(|_, reply| {
        Reply { status: 206, body: vec![1; 10], ..reply }.with("Content-Range", "bytes 80000-80009/1000003")
    });
    assert_eq!(why(block_on(source.read("a.gguf", 80_000..80_010)).unwrap_err()), NetworkError::Changed);
}

#[test]
fn servers_that_lie_about_ranges_are_found_out() {
    let hub = Hub::start();
    for lie in
        ["bytes 70001-80000/1000003", "bytes 70000-80001/1000003", "bytes 70000-80000", "items 70000-79999/1000003"]
    {
        let (source, _) = model(&hub);
        hub.honest();
        assert!(block_on(source.size("a.gguf")).unwrap().is_some());
        hub.script(move |_, reply| reply.without("Content-Range").with("Content-Range", lie));
        let error = why(block_on(source.read("a.gguf", 70_000..80_000)).unwrap_err());
        assert!(matches!(error, NetworkError::Answer { .. }), "{lie}: {error}");
    }
    let (source, _) = model(&hub);
    hub.script(|_, reply| reply.with("Content-Encoding", "gzip"));
    let error = why(block_on(source.size("a.gguf")).unwrap_err());
    assert!(matches!(error, NetworkError::Answer { .. }), "{error}");
    hub.honest();
    // More bytes than were asked for are not taken.
    let (source, bytes) = model(&hub);
    hub.script(|_, mut reply| {
        reply.body.extend([0; 5]);
        reply
    });
    assert_eq!(*block_on(source.read("a.gguf", 70_000..80_000)).unwrap(), bytes[70_000..80_000]);
}

#[test]
fn a_server_without_ranges_is_read_once() {
    let hub = Hub::start();
    let whole =
        |reply: Reply, bytes: &[u8]| Reply { status: 200, body: bytes.to_vec(), ..reply.without("Content-Range") };
    for mode in ["ignores", "416", "chunked", "cut"] {
        let (source, bytes) = model(&hub);
        let (first, sent) = (bytes.clone(), hub.sent("/models/a.gguf"));
        hub.seen();
        hub.script(move |request, reply| match (mode, request.range.is_some()) {
            ("416", true) => Reply::status(416),
            ("chunked", _) => Reply { chunked: true, ..whole(reply, &first) },
            ("cut", _) if request.earlier < 3 => whole(reply, &first).cut(300_000 * (request.earlier + 1)),
            _ => whole(reply, &first),
        });
        let told: Arc<Mutex<Vec<(u64, u64)>>> = Arc::default();
        let heard = told.clone();
        let on_progress = OnProgress::new(move |it| heard.lock().unwrap().push((it.done, it.total)));
        block_on(async {
            assert_eq!(source.size("a.gguf").await.unwrap(), Some(LONG as u64), "{mode}");
            assert_eq!(*source.read("a.gguf", 0..10).await.unwrap(), bytes[..10], "{mode}");
            source.fetch(&["a.gguf".to_owned()], &on_progress).await.unwrap();
            assert_eq!(*source.read("a.gguf", 999_000..LONG as u64).await.unwrap(), bytes[999_000..], "{mode}");
        });
        let told = told.lock().unwrap();
        if mode != "chunked" {
            assert_eq!(told.last(), Some(&(LONG as u64, LONG as u64)), "{mode}");
        }
        assert!(told.is_sorted(), "{mode}: {told:?}");
        match mode {
            "cut" => assert_eq!(hub.seen().len(), 4),
            _ => assert_eq!(hub.sent("/models/a.gguf") - sent, LONG as u64, "{mode}"),
        }
    }
}

#[test]
fn a_page_is_no_file_and_neither_is_a_refusal_beside_one() {
    let hub = Hub::start();
    let (source, _) = model(&hub);
    hub.script(|request, reply| match request.path.contains("gguf") {
        true => reply,
        false => {
            Reply { body: b"<html>".to_vec(), ..Reply::status(200).with("Content-Type", "text/html; charset=utf-8") }
        }
    });
    assert_eq!(block_on(source.size("config.json")).unwrap(), None);
    hub.script(|request, reply| if request.path.contains("gguf") { reply } else { Reply::status(403) });
    // As long as nothing was given, the refusal may be of the whole place.
    assert!(matches!(why(block_on(source.size("other.json")).unwrap_err()), NetworkError::Denied { status: 403, .. }));
    assert!(block_on(source.size("a.gguf")).unwrap().is_some());
    assert_eq!(block_on(source.size("another.json")).unwrap(), None);
}

#[test]
fn redirects_are_followed_within_reason() {
    let hub = Hub::start();
    let (source, bytes) = model(&hub);
    let cdn = hub.cdn.clone();
    hub.script(move |request, reply| match (request.is_cdn, request.path.starts_with("/models/a")) {
        (false, true) => Reply::status(301).with("Location", "/elsewhere/a.gguf"),
        (false, false) => Reply::status(307).with("Location", format!("{cdn}/models/a.gguf?signature=secret")),
        (true, _) => reply,
    });
    assert_eq!(*block_on(source.read("a.gguf", 0..100_000)).unwrap(), bytes[..100_000]);

    let (source, _) = model(&hub);
    hub.script(|_, _| Reply::status(302).with("Location", "a.gguf"));
    assert!(matches!(why(block_on(source.size("a.gguf")).unwrap_err()), NetworkError::Redirect { .. }));
    hub.script(|_, _| Reply::status(302).with("Location", "file:///etc/passwd"));
    let error = why(block_on(source.size("a.gguf")).unwrap_err());
    assert_eq!(error, NetworkError::Redirect { to: "file:///etc/passwd".to_owned() });
}

#[test]
fn empty_files_and_absent_servers() {
    let hub = Hub::start();
    let (source, _) = model(&hub);
    hub.put("/models/empty.json", b"");
    assert_eq!(&*block_on(source.open("empty.json")).unwrap(), b"");

    let nobody = Source::url("http://127.0.0.1:1/a.gguf", options()).unwrap();
    assert!(matches!(why(block_on(nobody.size("a.gguf")).unwrap_err()), NetworkError::Connection { .. }));
    for wrong in ["http://", "http://user:secret@host/a.gguf", "ftp://host/a"] {
        let error = Source::url(wrong, options()).unwrap_err();
        assert!(matches!(error, FormatError::Place { .. }), "{error}");
    }
}
