//! Models of the Hugging Face hub, and of servers that speak like it. Weights are read from the hub by ranges until they
//! are fetched into the cache; the files beside them go there at once.

mod cache;
mod download;
mod hash;
mod listing;
mod model;
mod options;

use std::{
    collections::HashMap,
    fs::File,
    future::poll_fn,
    ops::Range,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::Poll,
};

use cache::{Cache, io_error};
use hash::Hasher;
use kinglet_tensor::Bytes;
use listing::{Blob, Listing, is_hash};
use model::Model;
pub use options::HubOptions;

use super::{
    Files, Reading, folder,
    http::{Client, GivenUp, Remote, Workers, url},
    is_path, missing, part,
};
use crate::{FormatError, NetworkError, OnProgress, Progress, Stage, choice::choose_model, shown::shown};

/// A listing may be this long; those of the largest models have a hundredth of it.
const LONGEST_LISTING: u64 = 32 << 20;

/// Weights below this size are fetched at once, as files beside them are.
const SMALL: u64 = 1 << 20;

/// A model of the hub.
#[derive(Debug)]
pub(super) struct Hub {
    store: Arc<Store>,
    workers: Workers,
}

/// The hub and the cache, at one commit of the model.
#[derive(Debug)]
struct Store {
    client: Client,
    cache: Cache,
    /// Where the commit's files are, ending in a slash.
    address: String,
    commit: String,
    files: Listing,
    /// Only the cache is used.
    offline: bool,
    verify: bool,
    maps: Mutex<HashMap<String, Bytes>>,
    /// For messages.
    place: String,
    /// Where the model lies in its repository: empty, or ending in a slash.
    folder: String,
    /// The weights are in the cache, and mapped.
    fetched: AtomicBool,
}

/// Finds out what a model is at its revision now, and which of its weight files is meant.
pub(super) async fn open(text: &str, options: HubOptions) -> Result<(Hub, Option<String>), FormatError> {
    let wrong = || FormatError::Place {
        place: shown(format!("hf:{text}")),
        why: "no model of the hub is called so: write hf:org/name[:file][@revision]".to_owned(),
    };
    let model = Model::parse(text).ok_or_else(wrong)?;
    let endpoint = url::parse(options.endpoint.trim_end_matches('/')).map_err(|why| FormatError::Place {
        place: shown(&options.endpoint),
        why: format!("{why}, and the hub's address should be one (HF_ENDPOINT)"),
    })?;
    let endpoint_text = options.endpoint.trim_end_matches('/').to_owned();
    let workers = Workers::new(options.network.connections);
    let resolved = workers.run(move |_| {
        let client = Client::new(options.network.clone()).with_token(&endpoint, options.token.as_deref());
        Store::resolve(client, &endpoint_text, &model, &options)
    });
    let (store, weights) = resolved.await?;
    Ok((Hub { store: Arc::new(store), workers }, weights))
}

/// How a file of the cache is looked at before it is used.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Check {
    Length,
    Hash,
}

impl Store {
    fn resolve(
        client: Client,
        endpoint: &str,
        model: &Model,
        options: &HubOptions,
    ) -> Result<(Store, Option<String>), FormatError> {
        let cache = Cache::new(&options.cache, &model.name);
        let mut place = model.shown();
        let (commit, files, offline) = look_up(&client, &cache, endpoint, model, options)?;
        if offline {
            place = format!("{place} as it is in the cache {}", cache.folder());
        }
        let paths = files.files.keys().cloned().collect();
        let chosen = choose_model(&paths, model.file.as_deref());
        let chosen = chosen.map_err(|why| FormatError::Network { place: place.clone(), why })?;
        let (folder, weights) = match chosen.as_deref().map(|path| path.rsplit_once('/').unwrap_or(("", path))) {
            Some(("", name)) => (String::new(), Some(name.to_owned())),
            Some((folder, name)) => (format!("{folder}/"), Some(name.to_owned())),
            None => (String::new(), None),
        };
        let address = format!("{endpoint}/{}/resolve/{commit}/", model.name);
        let (verify, maps, fetched) = (options.verify, Mutex::default(), AtomicBool::new(false));
        let store = Store { client, cache, address, commit, files, offline, verify, maps, place, folder, fetched };
        Ok((store, weights))
    }

    /// The path in the repository and what is there.
    fn find(&self, file: &str) -> Option<(String, &Blob)> {
        // Names come out of model files: they must not lead elsewhere.
        let path = is_path(file).then(|| format!("{}{file}", self.folder))?;
        let blob = self.files.files.get(&path)?;
        Some((path, blob))
    }

    fn remote(&self, path: &str, blob: &Blob) -> Result<Remote, FormatError> {
        let segments: Vec<String> = path.split('/').map(url::segment).collect();
        let address = format!("{}{}", self.address, segments.join("/"));
        let wrong = |why: &str| FormatError::Place { place: shown(&address), why: why.to_owned() };
        Ok(Remote { url: url::parse(&address).map_err(wrong)?, size: blob.size, validator: None })
    }

    /// The file's map, if the cache has it. Weights are hashed when they are fetched, which is before they are used, and
    /// not when their tables are read.
    fn cached(&self, path: &str, blob: &Blob, check: Check, given_up: &GivenUp) -> Result<Option<Bytes>, FormatError> {
        if let Some(map) = self.maps.lock().unwrap_or_else(PoisonError::into_inner).get(path) {
            return Ok(Some(map.clone()));
        }
        match self.cache.find(&self.commit, path, blob)? {
            Some(found) if check == Check::Length || self.is_right(&found, blob, given_up)? => {
                self.map(path, &found, blob).map(Some)
            }
            Some(_) if self.offline => {
                let place = format!("{path} of {}", self.place);
                Err(FormatError::Network { place, why: NetworkError::Damaged })
            }
            Some(_) => {
                log::warn!("{path} of {} is damaged in the cache, and fetched again", self.place);
                self.cache.remove(&self.commit, path, blob).map(|()| None)
            }
            None => Ok(None),
        }
    }

    fn is_right(&self, found: &Path, blob: &Blob, given_up: &GivenUp) -> Result<bool, FormatError> {
        if !blob.has_hash() || !self.verify && self.cache.is_verified(found, blob) {
            return Ok(true);
        }
        let mut hasher = Hasher::new(blob);
        let mut file = File::open(found).map_err(|source| io_error(source, found))?;
        hasher.read(&mut file, found, given_up)?;
        let is_right = hasher.finish() == blob.name();
        if is_right {
            self.cache.set_verified(found, blob);
        }
        Ok(is_right)
    }

    fn map(&self, path: &str, found: &Path, blob: &Blob) -> Result<Bytes, FormatError> {
        let map = File::open(found).and_then(|file| folder::map_file(&file, blob.size));
        let map = map.map_err(|source| io_error(source, found))?;
        self.maps.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned(), map.clone());
        Ok(map)
    }

    fn read(&self, file: &str, range: Range<u64>, given_up: &GivenUp) -> Result<Bytes, FormatError> {
        let (path, blob) = self.find(file).ok_or_else(|| missing(file, self.place.clone()))?;
        if range.end > blob.size {
            return Err(FormatError::Short { file: shown(file), size: blob.size, end: range.end });
        }
        let is_weights = [".gguf", ".safetensors"].iter().any(|ending| path.ends_with(ending)) && blob.size > SMALL;
        let check = if is_weights && !self.verify { Check::Length } else { Check::Hash };
        if let Some(map) = self.cached(&path, blob, check, given_up)? {
            return part(file, &map, range);
        }
        if is_weights {
            match self.remote(&path, blob)?.read(&self.client, range.clone(), given_up) {
                Err(FormatError::Network { why: NetworkError::NoRanges, .. }) => {}
                read => return read.map(Bytes::from),
            }
        }
        match self.download(&path, blob, given_up, &mut |_| {}) {
            // A small file need not be kept where nothing can be.
            Err(FormatError::Write { .. }) if !is_weights => {
                self.remote(&path, blob)?.read(&self.client, range, given_up).map(Bytes::from)
            }
            found => part(file, &self.map(&path, &found?, blob)?, range),
        }
    }

    /// The files that have yet to come, and how many bytes they have.
    fn missing_of(&self, files: &[String], given_up: &GivenUp) -> Result<Vec<(String, Blob)>, FormatError> {
        let mut wanted = Vec::new();
        for file in files {
            let (path, blob) = self.find(file).ok_or_else(|| missing(file, self.place.clone()))?;
            self.maps.lock().unwrap_or_else(PoisonError::into_inner).remove(&path);
            if self.cached(&path, blob, Check::Hash, given_up)?.is_none() {
                wanted.push((path, blob.clone()));
            }
        }
        Ok(wanted)
    }
}

/// The commit, its files, and whether only the cache is there to give them.
fn look_up(
    client: &Client,
    cache: &Cache,
    endpoint: &str,
    model: &Model,
    options: &HubOptions,
) -> Result<(String, Listing, bool), FormatError> {
    let revision = &model.revision;
    let is_commit = is_hash(revision, 40);
    let in_cache = if is_commit { Some(revision.clone()) } else { cache.commit(revision) };
    let snapshot =
        in_cache.map(|commit| (cache.snapshot(&commit), commit)).filter(|(files, _)| !files.files.is_empty());
    let not_cached = |why: &str| FormatError::Network {
        place: model.shown(),
        why: NetworkError::NotCached { cache: options.cache.display().to_string(), why: why.to_owned() },
    };
    if options.offline {
        let (files, commit) = snapshot.ok_or_else(|| not_cached("the hub is not asked: HF_HUB_OFFLINE is set"))?;
        return Ok((commit, files, true));
    }
    // What a commit holds never changes.
    if let Some(listing) = cache.listing(revision).filter(|_| is_commit) {
        return Ok((revision.clone(), listing, false));
    }
    let address = format!("{endpoint}/api/models/{}/revision/{}?blobs=true", model.name, url::segment(revision));
    let wrong = |why: &str| FormatError::Place { place: shown(&address), why: why.to_owned() };
    // Whoever has the model already need not wait long for a hub that cannot be reached.
    let attempts = if snapshot.is_some() { 1 } else { options.network.attempts };
    let error = match client.text(&url::parse(&address).map_err(wrong)?, LONGEST_LISTING, attempts) {
        Ok(text) => {
            let why = || NetworkError::Answer { why: "it is no listing of a model's files".to_owned() };
            let (commit, files) =
                Listing::of_hub(&text).ok_or_else(|| FormatError::Network { place: model.shown(), why: why() })?;
            let kept = cache.set_listing(&commit, &files);
            let kept = kept.and_then(|()| if is_commit { Ok(()) } else { cache.set_commit(revision, &commit) });
            // A cache that others have filled may be read-only.
            if let Err(error) = kept {
                log::warn!("what {} stands for is not kept: {error}", model.shown());
            }
            return Ok((commit, files, false));
        }
        Err(error) => error,
    };
    match (error, snapshot) {
        (FormatError::Network { why, .. }, Some((files, commit))) if why.passes() => {
            log::warn!("{} is used as it is in the cache: {why}", model.shown());
            Ok((commit, files, true))
        }
        (FormatError::Network { why, .. }, _) => Err(FormatError::Network { place: model.shown(), why }),
        (other, _) => Err(other),
    }
}

impl Files for Hub {
    fn size<'a>(&'a self, file: &'a str) -> Reading<'a, Option<u64>> {
        let size = self.store.find(file).map(|(_, blob)| blob.size);
        Box::pin(std::future::ready(Ok(size)))
    }

    fn read<'a>(&'a self, file: &'a str, range: Range<u64>) -> Reading<'a, Bytes> {
        let (store, file) = (self.store.clone(), file.to_owned());
        Box::pin(self.workers.run(move |given_up| store.read(&file, range, given_up)))
    }

    fn list(&self) -> Reading<'_, Option<Vec<String>>> {
        let in_folder =
            |path: &String| path.strip_prefix(&self.store.folder).filter(|name| !name.contains('/')).map(str::to_owned);
        let names = self.store.files.files.keys().filter_map(in_folder).collect();
        Box::pin(std::future::ready(Ok(Some(names))))
    }

    fn fetch<'a>(&'a self, files: &'a [String], on_progress: &'a OnProgress) -> Reading<'a, ()> {
        let (store, files) = (self.store.clone(), files.to_vec());
        Box::pin(async move {
            let looking = store.clone();
            let wanted = self.workers.run(move |given_up| looking.missing_of(&files, given_up)).await?;
            let total = wanted.iter().map(|(_, blob)| blob.size).sum();
            let sum = Arc::new(Sum { on_progress: on_progress.clone(), done: Mutex::default(), total });
            let mut running: Vec<_> = wanted
                .into_iter()
                .map(|(path, blob)| {
                    let (store, sum) = (store.clone(), sum.clone());
                    self.workers.run(move |given_up| {
                        let mut before = 0;
                        let found = store.download(&path, &blob, given_up, &mut |now| {
                            sum.report(&path, before, now);
                            before = now;
                        })?;
                        store.map(&path, &found, &blob).map(drop)
                    })
                })
                .collect();
            // The first error ends all of them.
            poll_fn(|context| {
                let mut left = Vec::new();
                for mut job in running.drain(..) {
                    match std::pin::Pin::new(&mut job).poll(context)? {
                        Poll::Ready(()) => {}
                        Poll::Pending => left.push(job),
                    }
                }
                running = left;
                if running.is_empty() { Poll::Ready(Ok::<(), FormatError>(())) } else { Poll::Pending }
            })
            .await?;
            store.fetched.store(true, Ordering::Relaxed);
            Ok(())
        })
    }

    fn local_path(&self, file: &str) -> Option<PathBuf> {
        let (path, blob) = self.store.find(file)?;
        self.store.cache.find(&self.store.commit, &path, blob).ok().flatten()
    }

    fn place(&self) -> String {
        self.store.place.clone()
    }

    fn in_memory(&self) -> bool {
        self.store.fetched.load(Ordering::Relaxed)
    }
}

/// How far all downloads of a load have come together.
struct Sum {
    on_progress: OnProgress,
    done: Mutex<u64>,
    total: u64,
}

impl Sum {
    /// One file has come from one length to another; back to none where it has to begin again. Told in order, so that
    /// what is done does not seem to shrink.
    fn report(&self, name: &str, before: u64, now: u64) {
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        *done = done.saturating_add(now).saturating_sub(before);
        self.on_progress.report(Progress { stage: Stage::Download, name, done: *done, total: self.total });
    }
}
