//! A hub on this machine: a small web server with models, a second port for their large files, and a script that may
//! spoil each of its answers.
#![allow(dead_code, reason = "each test uses a part of it")]

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::{self, BufRead, BufReader, Write},
    net::{Ipv4Addr, Shutdown, TcpListener, TcpStream},
    sync::{Arc, Barrier, Mutex},
    thread,
    time::Duration,
};

use serde_json::json;
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// A request that came.
#[derive(Clone, Debug, Default)]
pub struct Request {
    pub method: String,
    /// With its query.
    pub path: String,
    pub range: Option<String>,
    pub token: Option<String>,
    pub if_range: Option<String>,
    /// On the port for large files.
    pub is_cdn: bool,
    /// How many requests for this path came before.
    pub earlier: usize,
}

/// What is sent back.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// The connection ends after so many bytes of the body.
    pub cut: Option<usize>,
    /// It does not end there: nothing more comes, until the client goes away.
    pub hold: bool,
    /// Before anything is sent.
    pub delay: Duration,
    /// Nothing is sent before as many replies are about to be.
    pub together: Option<Arc<Barrier>>,
    /// The body comes in chunks, and its length is not said.
    pub chunked: bool,
}

impl Reply {
    pub fn status(status: u16) -> Reply {
        Reply { status, ..Reply::default() }
    }

    pub fn with(mut self, name: &'static str, value: impl ToString) -> Reply {
        self.headers.push((name, value.to_string()));
        self
    }

    pub fn without(mut self, name: &str) -> Reply {
        self.headers.retain(|(other, _)| *other != name);
        self
    }

    pub fn cut(self, after: usize) -> Reply {
        Reply { cut: Some(after), ..self }
    }
}

/// Spoils a reply.
type Script = Box<dyn Fn(&Request, Reply) -> Reply + Send>;

#[derive(Clone)]
struct File {
    bytes: Vec<u8>,
    etag: String,
}

#[derive(Default)]
struct State {
    /// By their paths.
    files: BTreeMap<String, File>,
    listings: BTreeMap<String, Vec<u8>>,
    /// Paths that lead to the other port.
    elsewhere: BTreeMap<String, String>,
    script: Option<Script>,
    seen: Vec<Request>,
    /// Bytes of bodies that went out, by path without query.
    sent: BTreeMap<String, u64>,
}

#[derive(Clone)]
pub struct Hub {
    pub address: String,
    pub cdn: String,
    state: Arc<Mutex<State>>,
}

impl Hub {
    pub fn start() -> Hub {
        let state = Arc::new(Mutex::new(State::default()));
        let [address, cdn] = [false, true].map(|is_cdn| {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            let address = format!("http://{}", listener.local_addr().unwrap());
            let state = state.clone();
            thread::spawn(move || {
                for stream in listener.incoming().flatten() {
                    let state = state.clone();
                    thread::spawn(move || serve(stream, &state, is_cdn));
                }
            });
            address
        });
        Hub { address, cdn, state }
    }

    /// A file of a plain web server.
    pub fn put(&self, path: &str, bytes: &[u8]) {
        let etag = format!("\"{}\"", sha256(bytes));
        self.state.lock().unwrap().files.insert(path.to_owned(), File { bytes: bytes.to_vec(), etag });
    }

    /// A model of the hub, at a new commit of `main`, which is returned. Files that are not JSON are large ones.
    pub fn publish(&self, model: &str, files: &[(&str, &[u8])]) -> String {
        let mut state = self.state.lock().unwrap();
        let commit = sha1(format!("{model} {}", state.listings.len()).as_bytes());
        let mut siblings = Vec::new();
        for (name, bytes) in files {
            let git = git_hash(bytes);
            let path = format!("/{model}/resolve/{commit}/{name}");
            let large = !name.ends_with(".json");
            let mut sibling = json!({ "rfilename": name, "size": bytes.len(), "blobId": git });
            let etag = format!("\"{}\"", if large { sha256(bytes) } else { git });
            if large {
                let hash = sha256(bytes);
                sibling["lfs"] = json!({ "sha256": hash, "size": bytes.len(), "pointerSize": 134 });
                state.elsewhere.insert(path, format!("{}/blobs/{hash}?signature=secret", self.cdn));
                state.files.insert(format!("/blobs/{hash}"), File { bytes: bytes.to_vec(), etag });
            } else {
                state.files.insert(path, File { bytes: bytes.to_vec(), etag });
            }
            siblings.push(sibling);
        }
        let listing = json!({ "id": model, "sha": commit, "siblings": siblings }).to_string().into_bytes();
        for revision in ["main", &commit] {
            state.listings.insert(format!("/api/models/{model}/revision/{revision}"), listing.clone());
        }
        commit
    }

    /// Spoils every reply from now on.
    pub fn script(&self, script: impl Fn(&Request, Reply) -> Reply + Send + 'static) {
        self.state.lock().unwrap().script = Some(Box::new(script));
    }

    pub fn honest(&self) {
        self.state.lock().unwrap().script = None;
    }

    /// The requests since the last call.
    pub fn seen(&self) -> Vec<Request> {
        std::mem::take(&mut self.state.lock().unwrap().seen)
    }

    /// Bytes that were sent of a file in all.
    pub fn sent(&self, path: &str) -> u64 {
        self.state.lock().unwrap().sent.get(path).copied().unwrap_or(0)
    }

    /// Where a large file of the hub is served.
    pub fn blob(bytes: &[u8]) -> String {
        format!("/blobs/{}", sha256(bytes))
    }
}

impl State {
    /// What an honest server says.
    fn reply(&self, request: &Request) -> Reply {
        let path = request.path.split('?').next().unwrap_or_default();
        if let (Some(listing), false) = (self.listings.get(path), request.is_cdn) {
            return Reply { status: 200, body: listing.clone(), ..Reply::default() };
        }
        if let (Some(to), false) = (self.elsewhere.get(path), request.is_cdn) {
            return Reply { body: b"Found".to_vec(), ..Reply::status(302) }.with("Location", to);
        }
        let Some(File { bytes, etag }) = self.files.get(path) else { return Reply::status(404) };
        let reply = Reply::status(200).with("ETag", etag).with("Accept-Ranges", "bytes");
        let changed = request.if_range.as_ref().is_some_and(|tag| tag != etag);
        let range = request.range.as_deref().and_then(|range| range.strip_prefix("bytes=")?.split_once('-'));
        let Some((start, end)) = range.filter(|_| !changed) else { return Reply { body: bytes.clone(), ..reply } };
        let start: usize = start.parse().unwrap();
        let end = end.parse().map_or(bytes.len(), |last: usize| (last + 1).min(bytes.len()));
        if start >= bytes.len() {
            return Reply::status(416).with("Content-Range", format!("bytes */{}", bytes.len()));
        }
        let range = format!("bytes {start}-{}/{}", end - 1, bytes.len());
        Reply { status: 206, body: bytes[start..end].to_vec(), ..reply }.with("Content-Range", range)
    }
}

fn serve(stream: TcpStream, state: &Mutex<State>, is_cdn: bool) {
    let _ = stream.set_nodelay(true);
    let mut reader = BufReader::new(stream);
    // A client that goes away is none of our business.
    while let Some(mut request) = read_request(&mut reader) {
        request.is_cdn = is_cdn;
        let reply = {
            let mut state = state.lock().unwrap();
            let same = |other: &&Request| other.path == request.path && other.is_cdn == is_cdn;
            request.earlier = state.seen.iter().filter(same).count();
            let mut reply = if request.method == "GET" { state.reply(&request) } else { Reply::status(405) };
            if let Some(script) = &state.script {
                reply = script(&request, reply);
            }
            state.seen.push(request.clone());
            let path = request.path.split('?').next().unwrap_or_default().to_owned();
            *state.sent.entry(path).or_default() += reply.cut.unwrap_or(reply.body.len()) as u64;
            reply
        };
        thread::sleep(reply.delay);
        if let Some(barrier) = &reply.together {
            barrier.wait();
        }
        let written = write_reply(reader.get_mut(), &reply);
        if reply.hold {
            let _ = reader.fill_buf();
        }
        if written.is_err() || reply.cut.is_some() {
            let _ = reader.get_mut().shutdown(Shutdown::Both);
            return;
        }
    }
}

fn read_request(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut request = Request { method, path, ..Request::default() };
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { return Some(request) };
        let value = Some(value.to_owned());
        match name.to_ascii_lowercase().as_str() {
            "range" => request.range = value,
            "if-range" => request.if_range = value,
            "authorization" => request.token = value,
            "accept-encoding" => assert_eq!(value.as_deref(), Some("identity")),
            _ => {}
        }
    }
}

fn write_reply(stream: &mut TcpStream, reply: &Reply) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {} Status\r\n", reply.status);
    for (name, value) in &reply.headers {
        write!(head, "{name}: {value}\r\n").unwrap();
    }
    match reply.chunked {
        true => head += "Transfer-Encoding: chunked\r\n\r\n",
        false => write!(head, "Content-Length: {}\r\n\r\n", reply.body.len()).unwrap(),
    }
    stream.write_all(head.as_bytes())?;
    let body = &reply.body[..reply.cut.unwrap_or(reply.body.len())];
    if !reply.chunked {
        return stream.write_all(body);
    }
    for chunk in body.chunks(1000) {
        stream.write_all(format!("{:x}\r\n", chunk.len()).as_bytes())?;
        stream.write_all(chunk)?;
        stream.write_all(b"\r\n")?;
    }
    if reply.cut.is_none() { stream.write_all(b"0\r\n\r\n") } else { Ok(()) }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn sha1(bytes: &[u8]) -> String {
    hex(&Sha1::digest(bytes))
}

fn git_hash(bytes: &[u8]) -> String {
    sha1(&[format!("blob {}\0", bytes.len()).as_bytes(), bytes].concat())
}
