//! What the hub's own tools take from the environment.

use std::{env, fmt, fs, path::PathBuf};

use crate::{FormatError, NetworkError, network::NetworkOptions};

const ENDPOINT: &str = "https://huggingface.co";

/// Which hub to ask, as whom, and where to keep what it gives.
#[derive(Clone, PartialEq, Eq)]
pub struct HubOptions {
    /// The hub's address.
    pub endpoint: String,
    /// Who asks. Sent to the endpoint and to nobody else.
    pub token: Option<String>,
    /// The folder that has a folder for each model, shared with other tools that use the hub.
    pub cache: PathBuf,
    /// Use what is in the cache, and ask nobody.
    pub offline: bool,
    /// Hash each file of the cache each time it is loaded. Without this a file is hashed when it is first loaded, and again
    /// where it has been written to since. What is damaged is fetched again.
    pub verify: bool,
    /// How to ask.
    pub network: NetworkOptions,
}

impl HubOptions {
    /// What the environment says: `HF_ENDPOINT`; `HF_TOKEN` or the token that the hub's tools have stored;
    /// `HF_HUB_CACHE`, `HF_HOME` or `XDG_CACHE_HOME`; `HF_HUB_OFFLINE`; and `KINGLET_HUB_VERIFY`, which hashes what is
    /// in the cache each time.
    pub fn from_env() -> Result<HubOptions, FormatError> {
        let value = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        HubOptions::from_values(value, env::home_dir(), |path| fs::read_to_string(path).ok())
    }

    /// The public hub without a token, and this folder for the cache.
    pub fn new(cache: impl Into<PathBuf>) -> HubOptions {
        HubOptions {
            endpoint: ENDPOINT.to_owned(),
            token: None,
            cache: cache.into(),
            offline: false,
            verify: false,
            network: NetworkOptions::default(),
        }
    }

    fn from_values(
        value: impl Fn(&str) -> Option<String>,
        home: Option<PathBuf>,
        read: impl Fn(&PathBuf) -> Option<String>,
    ) -> Result<HubOptions, FormatError> {
        let path = |text: String| match (text.strip_prefix("~/"), &home) {
            (Some(rest), Some(home)) => home.join(rest),
            _ => PathBuf::from(text),
        };
        let folder = |name: &str| value(name).map(path);
        let own = || {
            let caches = folder("XDG_CACHE_HOME").or_else(|| Some(home.as_ref()?.join(".cache")));
            caches.map(|caches| caches.join("huggingface"))
        };
        let hub_home = folder("HF_HOME").or_else(own);
        let cache = folder("HF_HUB_CACHE").or_else(|| folder("HUGGINGFACE_HUB_CACHE"));
        let cache = cache.or_else(|| Some(hub_home.as_ref()?.join("hub"))).ok_or_else(|| FormatError::Network {
            place: "the hub".to_owned(),
            why: NetworkError::NotCached {
                cache: "of the hub".to_owned(),
                why: "there is no home folder to put one in: set HF_HUB_CACHE".to_owned(),
            },
        })?;
        let is_set = |name: &str| {
            value(name).is_some_and(|value| ["1", "on", "yes", "true"].contains(&value.to_ascii_lowercase().as_str()))
        };
        let stored = || {
            let file = folder("HF_TOKEN_PATH").or_else(|| Some(hub_home.as_ref()?.join("token")))?;
            read(&file)
        };
        let token = match is_set("HF_HUB_DISABLE_IMPLICIT_TOKEN") {
            true => None,
            false => value("HF_TOKEN").or_else(|| value("HUGGING_FACE_HUB_TOKEN")).or_else(stored),
        };
        let token = token.map(|token| token.trim().to_owned()).filter(|token| !token.is_empty());
        if token.as_ref().is_some_and(|token| !token.bytes().all(|byte| (b' '..=b'~').contains(&byte))) {
            return Err(FormatError::Place {
                place: "HF_TOKEN".to_owned(),
                why: "the token has characters in it that no token has; look for a line break or a quote".to_owned(),
            });
        }
        Ok(HubOptions {
            endpoint: value("HF_ENDPOINT").unwrap_or_else(|| ENDPOINT.to_owned()),
            token,
            offline: is_set("HF_HUB_OFFLINE") || is_set("TRANSFORMERS_OFFLINE"),
            verify: is_set("KINGLET_HUB_VERIFY"),
            ..HubOptions::new(cache)
        })
    }
}

impl fmt::Debug for HubOptions {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HubOptions")
            .field("endpoint", &self.endpoint)
            .field("token", &self.token.as_ref().map(|_| ".."))
            .field("cache", &self.cache)
            .field("offline", &self.offline)
            .field("verify", &self.verify)
            .field("network", &self.network)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(values: &[(&str, &str)]) -> HubOptions {
        let value = |name: &str| values.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        let read = |path: &PathBuf| (path.ends_with("token")).then(|| format!("from {}\n", path.display()));
        HubOptions::from_values(value, Some("/home/me".into()), read).unwrap()
    }

    #[test]
    fn the_environment_decides() {
        let plain = options(&[]);
        assert_eq!(plain.endpoint, ENDPOINT);
        assert_eq!(plain.cache, PathBuf::from("/home/me/.cache/huggingface/hub"));
        assert_eq!(plain.token.as_deref(), Some("from /home/me/.cache/huggingface/token"));
        assert!(!plain.offline && !plain.verify);
        assert!(!format!("{plain:?}").contains("from"));

        let cache = |values: &[(&str, &str)]| options(values).cache.display().to_string();
        assert_eq!(cache(&[("XDG_CACHE_HOME", "/x")]), "/x/huggingface/hub");
        assert_eq!(cache(&[("XDG_CACHE_HOME", "/x"), ("HF_HOME", "~/h")]), "/home/me/h/hub");
        assert_eq!(cache(&[("HF_HOME", "/h"), ("HF_HUB_CACHE", "/c")]), "/c");

        let token = |values: &[(&str, &str)]| options(values).token;
        assert_eq!(token(&[("HF_TOKEN", " hf_a\r\n"), ("HF_HOME", "/h")]).as_deref(), Some("hf_a"));
        assert_eq!(token(&[("HF_HOME", "/h")]).as_deref(), Some("from /h/token"));
        assert_eq!(token(&[("HF_HUB_DISABLE_IMPLICIT_TOKEN", "1"), ("HF_TOKEN", "hf_a")]), None);
        assert!(options(&[("HF_HUB_OFFLINE", "YES")]).offline && !options(&[("HF_HUB_OFFLINE", "0")]).offline);
        let broken = |key: &str| (key == "HF_TOKEN").then(|| "hf_a\nb".to_owned());
        let broken = HubOptions::from_values(broken, Some("/h".into()), |_| None).unwrap_err().to_string();
        assert!(broken.starts_with("HF_TOKEN: "), "{broken}");
        let homeless = HubOptions::from_values(|_| None, None, |_| None).unwrap_err().to_string();
        assert!(homeless.ends_with("set HF_HUB_CACHE"), "{homeless}");
    }
}
