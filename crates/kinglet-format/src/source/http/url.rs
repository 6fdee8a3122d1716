//! Addresses: what a redirect leads to, whose they are, and what of them may be shown.

use std::str::FromStr;

use ureq::http::Uri;

use crate::shown::shorten;

/// An address of the web, without credentials in it.
pub(crate) fn parse(text: &str) -> Result<Uri, &'static str> {
    let text = text.split('#').next().unwrap_or_default();
    let uri = Uri::from_str(&encoded(text, b"")).map_err(|_| "is no valid URL")?;
    let web = matches!(uri.scheme_str(), Some("http" | "https"));
    match uri.authority() {
        Some(authority) if web && !authority.host().is_empty() => match authority.as_str().contains('@') {
            true => Err("holds a user's name or password, and such URLs are not supported"),
            false => Ok(uri),
        },
        _ => Err("is no valid URL"),
    }
}

/// Where a `Location` leads.
pub(super) fn join(base: &Uri, location: &str) -> Option<Uri> {
    let (scheme, authority) = (base.scheme_str()?, base.authority()?);
    let absolute = match location {
        _ if location.contains("://") && !location.starts_with(['/', '?', '.']) => location.to_owned(),
        _ if location.starts_with("//") => format!("{scheme}:{location}"),
        _ if location.starts_with('/') => format!("{scheme}://{authority}{location}"),
        _ if location.starts_with('?') => format!("{scheme}://{authority}{}{location}", base.path()),
        _ => format!("{scheme}://{authority}{}/{location}", base.path().rsplit_once('/')?.0),
    };
    parse(&absolute).ok()
}

/// Scheme, host and port: who gets a token that is meant for this address.
pub(super) fn origin(uri: &Uri) -> Option<(String, String, u16)> {
    let scheme = uri.scheme_str()?.to_ascii_lowercase();
    let port = uri.port_u16().unwrap_or(if scheme == "https" { 443 } else { 80 });
    Some((scheme, uri.host()?.to_ascii_lowercase(), port))
}

/// Whether it is this machine.
pub(super) fn is_local(uri: &Uri) -> bool {
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}

/// For messages. What follows a `?` may be a signature that opens doors.
pub(crate) fn shown(uri: &Uri) -> String {
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let text = format!("{}://{authority}{}", uri.scheme_str().unwrap_or_default(), uri.path());
    shorten(text.as_bytes(), 400)
}

/// A name as a segment of a path, or as its value in a query.
pub(crate) fn segment(name: &str) -> String {
    encoded(name, b"%/?#&+=:@")
}

/// Text of which these characters, and all that no URL has, are written as their codes.
fn encoded(text: &str, special: &[u8]) -> String {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte) && !special.contains(&byte);
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match plain(byte) {
            true => encoded.push(char::from(byte)),
            false => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// The name that a segment of a path stands for.
pub(super) fn decoded(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|&byte| char::from(byte).to_digit(16));
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                decoded.extend(u8::try_from(16 * high + low));
                at += 3;
            }
            _ => {
                decoded.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_lead_where_browsers_go() {
        let base = parse("https://hub.example:8443/a/resolve/main/model.gguf?x=1").unwrap();
        for (location, expected) in [
            ("/api/b?c=d#e", "https://hub.example:8443/api/b?c=d"),
            ("other.gguf", "https://hub.example:8443/a/resolve/main/other.gguf"),
            ("//cdn.example/f?sig=a%2Fb", "https://cdn.example/f?sig=a%2Fb"),
            ("http://cdn.example/ä b", "http://cdn.example/%C3%A4%20b"),
            ("?y=2", "https://hub.example:8443/a/resolve/main/model.gguf?y=2"),
        ] {
            assert_eq!(join(&base, location).unwrap().to_string(), expected);
        }
        for location in ["ftp://a/b", "file:///etc/passwd", "https://user:secret@a/b", "https:///b"] {
            assert_eq!(join(&base, location), None, "{location}");
        }
    }

    #[test]
    fn origins_have_ports() {
        let origin = |text: &str| origin(&parse(text).unwrap()).unwrap();
        assert_eq!(origin("https://Hub.example/a"), origin("https://hub.example:443/b"));
        assert_ne!(origin("https://hub.example/a"), origin("http://hub.example/a"));
        assert_ne!(origin("http://127.0.0.1:1/a"), origin("http://127.0.0.1:2/a"));
        assert!(is_local(&parse("http://[::1]:80/").unwrap()) && !is_local(&parse("http://10.0.0.1/").unwrap()));
    }

    #[test]
    fn names_are_segments() {
        let name = "a b/../%2e#?ä.gguf";
        assert_eq!(segment(name), "a%20b%2F..%2F%252e%23%3F%C3%A4.gguf");
        assert_eq!(decoded(&segment(name)), name);
        assert_eq!(decoded("100%"), "100%");
        assert_eq!(shown(&parse("https://a/b?signature=c").unwrap()), "https://a/b");
    }
}
