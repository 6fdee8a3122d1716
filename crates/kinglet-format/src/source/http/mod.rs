//! Files beside a URL, read by ranges. Nothing is written to disk where the server gives parts of files.

mod answer;
mod client;
mod patience;
mod remote;
mod spool;
mod tls;
pub(super) mod url;
mod workers;

use std::{
    collections::HashMap,
    ops::Range,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

pub(super) use client::Client;
use client::{Kind, Question};
use kinglet_tensor::Bytes;
pub(super) use remote::Remote;
use spool::Spool;
use ureq::http::Uri;
pub(super) use workers::{GivenUp, Workers};

use super::{Files, Reading, is_name, is_path, missing, part};
use crate::{
    FormatError, NetworkError, OnProgress, Progress, Stage,
    network::NetworkOptions,
    number::wide,
    shown::{quoted, shown},
};

/// What the first question asks for: all of a small file, and where the table of a large one begins.
const FIRST: u64 = 64 << 10;

/// Files on a web server.
#[derive(Debug)]
pub(super) struct Http {
    site: Arc<Site>,
    workers: Workers,
}

#[derive(Debug)]
struct Site {
    client: Client,
    /// Ends in a slash.
    folder: String,
    /// The file that the URL names, and the query that goes with it and with no other.
    named: Option<(String, String)>,
    files: Mutex<HashMap<String, Arc<Mutex<Known>>>>,
    /// The server has given something. From then on a refusal is its way to say that there is no such file.
    reached: AtomicBool,
}

/// What is known of a file.
#[derive(Clone, Debug)]
enum Known {
    Nothing,
    Missing,
    /// The server gives parts of it; the first is here.
    Parts(Arc<Remote>, Bytes),
    /// The server gives it as a whole only.
    Whole(Arc<Spool>),
}

/// The files beside a URL, and the weight file where the URL names one.
pub(super) fn open(address: &str, options: NetworkOptions) -> Result<(Http, Option<String>), FormatError> {
    let wrong = |why: &str| FormatError::Place { place: shown(address), why: why.to_owned() };
    let uri = url::parse(address).map_err(wrong)?;
    let (path, query) = (uri.path(), uri.query().map(|query| format!("?{query}")).unwrap_or_default());
    let (parent, last) = path.rsplit_once('/').unwrap_or(("", path));
    let name = url::decoded(last);
    let is_file = [".gguf", ".safetensors"].iter().any(|ending| name.ends_with(ending));
    let server = format!("{}://{}", uri.scheme_str().unwrap_or_default(), uri.authority().map_or("", |it| it.as_str()));
    let (folder, named) = match is_file {
        true if is_name(&name) => (format!("{server}{parent}/"), Some((name, query))),
        true => return Err(wrong("names no file")),
        false if last.is_empty() => (format!("{server}{path}"), None),
        false => (format!("{server}{path}/"), None),
    };
    let weights = named.as_ref().map(|(name, _)| name.clone());
    let workers = Workers::new(options.connections);
    let (client, files, reached) = (Client::new(options), Mutex::default(), AtomicBool::new(false));
    Ok((Http { site: Arc::new(Site { client, folder, named, files, reached }), workers }, weights))
}

impl Site {
    fn url(&self, file: &str) -> Result<Uri, FormatError> {
        // Names come out of model files: they must not lead elsewhere.
        if !is_path(file) {
            return Err(missing(file, self.folder.clone()));
        }
        let query = self.named.as_ref().filter(|(name, _)| name == file).map_or("", |(_, query)| query);
        let address = format!("{}{}{query}", self.folder, url::segment(file));
        url::parse(&address).map_err(|why| FormatError::Place { place: shown(address), why: why.to_owned() })
    }

    /// What is known of a file, after asking once.
    fn known(&self, file: &str, given_up: &GivenUp) -> Result<Known, FormatError> {
        let entry = {
            let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
            files.entry(file.to_owned()).or_insert_with(|| Arc::new(Mutex::new(Known::Nothing))).clone()
        };
        // Whoever else wants the same file waits for the one answer.
        let mut known = entry.lock().unwrap_or_else(PoisonError::into_inner);
        if let Known::Nothing = *known {
            *known = self.find_out(&self.url(file)?, given_up)?;
            if !matches!(*known, Known::Missing) {
                self.reached.store(true, Ordering::Relaxed);
            }
        }
        Ok(known.clone())
    }

    fn find_out(&self, url: &Uri, given_up: &GivenUp) -> Result<Known, FormatError> {
        let options = &self.client.options;
        let mut patience = patience::Patience::new(options, options.attempts);
        loop {
            match self.first(url, given_up) {
                Err(FormatError::Network { why: NetworkError::NotFound { .. }, .. }) => return Ok(Known::Missing),
                Err(FormatError::Network { why: NetworkError::Denied { .. }, .. })
                    if self.reached.load(Ordering::Relaxed) =>
                {
                    return Ok(Known::Missing);
                }
                Err(error) => patience.again(error, given_up)?,
                Ok(known) => return Ok(known),
            }
        }
    }

    fn first(&self, url: &Uri, given_up: &GivenUp) -> Result<Known, FormatError> {
        let question = Question { url, range: Some((0, Some(FIRST))), validator: None };
        let mut answer = self.client.ask(question)?;
        if let Kind::NoSuchPart(length) = answer.kind {
            if length == Some(0) {
                let remote = Remote { url: url.clone(), size: 0, validator: None };
                return Ok(Known::Parts(Arc::new(remote), Bytes::from(Vec::new())));
            }
            // It may have the whole.
            answer = self.client.ask(Question { range: None, ..question })?;
        }
        if answer.is_page() {
            return Ok(Known::Missing);
        }
        let error = |why| FormatError::Network { place: url::shown(url), why };
        match answer.kind {
            Kind::Whole => Ok(Known::Whole(Arc::new(Spool::new(url, answer, given_up)?))),
            Kind::Part(answer::ContentRange { start: 0, end, total: Some(size) }) if end == size.min(FIRST) => {
                let mut first = Vec::new();
                let mut keep = |piece: &[u8]| {
                    first.extend_from_slice(piece);
                    Ok(())
                };
                remote::pour(&mut answer.body, end, &mut keep, error)?;
                let remote = Remote { url: url.clone(), size, validator: answer.validator() };
                Ok(Known::Parts(Arc::new(remote), Bytes::from(first)))
            }
            Kind::Part(_) | Kind::NoSuchPart(_) => {
                let why = "its first part is not the one that was asked for, or has no length".to_owned();
                Err(error(NetworkError::Answer { why }))
            }
        }
    }

    fn size(&self, file: &str, given_up: &GivenUp) -> Result<Option<u64>, FormatError> {
        Ok(match self.known(file, given_up)? {
            Known::Nothing | Known::Missing => None,
            Known::Parts(remote, _) => Some(remote.size),
            Known::Whole(spool) => Some(spool.size()),
        })
    }

    fn read(&self, file: &str, range: Range<u64>, given_up: &GivenUp) -> Result<Bytes, FormatError> {
        match self.known(file, given_up)? {
            Known::Nothing | Known::Missing => Err(missing(file, self.folder.clone())),
            Known::Parts(remote, first) => {
                if range.end > remote.size {
                    return Err(FormatError::Short { file: shown(file), size: remote.size, end: range.end });
                }
                match range.end <= wide(first.len()) {
                    true => part(file, &first, range),
                    false => remote.read(&self.client, range, given_up).map(Bytes::from),
                }
            }
            Known::Whole(spool) => spool.read(&self.client, file, range, given_up),
        }
    }

    /// The file's spool, if it needs one.
    fn spool(&self, file: &str, given_up: &GivenUp) -> Result<Option<Arc<Spool>>, FormatError> {
        Ok(match self.known(file, given_up)? {
            Known::Whole(spool) => Some(spool),
            Known::Nothing | Known::Missing | Known::Parts(..) => None,
        })
    }
}

impl Files for Http {
    fn size<'a>(&'a self, file: &'a str) -> Reading<'a, Option<u64>> {
        let (site, file) = (self.site.clone(), file.to_owned());
        Box::pin(self.workers.run(move |given_up| site.size(&file, given_up)))
    }

    fn read<'a>(&'a self, file: &'a str, range: Range<u64>) -> Reading<'a, Bytes> {
        let (site, file) = (self.site.clone(), file.to_owned());
        Box::pin(self.workers.run(move |given_up| site.read(&file, range, given_up)))
    }

    /// Only files that the server gives as a whole have to be brought anywhere.
    fn fetch<'a>(&'a self, files: &'a [String], on_progress: &'a OnProgress) -> Reading<'a, ()> {
        let (site, files, on_progress) = (self.site.clone(), files.to_vec(), on_progress.clone());
        Box::pin(self.workers.run(move |given_up| {
            let mut spools = Vec::new();
            for file in &files {
                spools.extend(site.spool(file, given_up)?.map(|spool| (file, spool)));
            }
            let total = spools.iter().map(|(_, spool)| spool.size()).sum();
            let mut before = 0;
            for (name, spool) in spools {
                spool.pull(&site.client, spool.size(), given_up, &mut |done| {
                    on_progress.report(Progress { stage: Stage::Download, name, done: before + done, total });
                })?;
                before += spool.size();
            }
            Ok(())
        }))
    }

    fn place(&self) -> String {
        quoted(&self.site.folder)
    }
}
