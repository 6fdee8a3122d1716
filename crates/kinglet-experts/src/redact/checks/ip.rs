//! IP addresses of both versions.

use std::{
    net::{Ipv4Addr, Ipv6Addr},
    ops::Range,
};

use super::{after, before, is_word};

/// Words before what looks like an address and is the number of a version or a chapter.
const NUMBERED: &[&str] = &[
    "v",
    "ver",
    "version",
    "versión",
    "versione",
    "versão",
    "versie",
    "versions",
    "release",
    "build",
    "rev",
    "revision",
    "firmware",
    "update",
    "upgrade",
    "patch",
    "section",
    "sections",
    "abschnitt",
    "kapitel",
    "chapter",
    "chapitre",
    "clause",
    "article",
    "artikel",
    "paragraph",
    "annex",
    "table",
    "figure",
    "oid",
    "sección",
];

/// Words before four small numbers that are an address all the same.
const ADDRESSED: &[&str] = &[
    "ip",
    "ips",
    "addr",
    "address",
    "client",
    "dns",
    "dst",
    "from",
    "gateway",
    "host",
    "nameserver",
    "peer",
    "ping",
    "remote",
    "resolver",
    "server",
    "src",
];

pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let found = scan(text, false);
    // Where there is an address, four small numbers are one, too.
    if found.is_empty() { found } else { scan(text, true) }
}

fn scan(text: &str, small: bool) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let mut end = at;
        while let length @ 1.. = part(bytes, at, end) {
            end += length;
        }
        if end - at >= 3
            && let Some(address) = address(text, at..end, small)
        {
            // The name of an interface may be longer than the run.
            end = end.max(address.end);
            found.push(address);
        }
        at = end.max(at + 1);
    }
    found
}

/// How many bytes of what addresses are made of go on at `end`: a character, or between others the dot of an address that is
/// not to be a link, `198[.]51[.]100[.]23`.
fn part(bytes: &[u8], start: usize, end: usize) -> usize {
    match &bytes[end..] {
        [b'[', b'.', b']', next, ..] if start < end && next.is_ascii_digit() => DOT_OF_NO_LINK.len(),
        [b':' | b'.', ..] => 1,
        [byte, ..] if byte.is_ascii_hexdigit() => 1,
        _ => 0,
    }
}

const DOT_OF_NO_LINK: &str = "[.]";

/// The address in a run of its characters.
fn address(text: &str, run: Range<usize>, small: bool) -> Option<Range<usize>> {
    let colons = text[run.clone()].bytes().filter(|&byte| byte == b':').count();
    let old = || version_4(text, run.clone(), small);
    if colons > 1 { version_6(text, run.clone()).or_else(old) } else { old() }
}

fn version_4(text: &str, run: Range<usize>, small: bool) -> Option<Range<usize>> {
    // A port goes on behind it, a name may be before it.
    let mut next = run.start;
    for part in text[run].split(':') {
        let start = next + (part.len() - part.trim_start_matches('.').len());
        let whole = start..(next + part.trim_end_matches('.').len()).max(start);
        next += part.len() + 1;
        let Some((address, length)) = digits_and_port(text, whole.clone()) else { continue };
        if small || is_no_version(address) || has_word(&text[..start], ADDRESSED) {
            return (!is_part(text, &whole) && (is_local(address) || !has_word(&text[..start], NUMBERED)))
                .then_some(start..start + length);
        }
    }
    None
}

/// The address, and how long it is without the port that some programs write behind one more dot: `10.0.0.5.51234 > `.
fn digits_and_port(text: &str, whole: Range<usize>) -> Option<(Ipv4Addr, usize)> {
    let part = &text[whole.clone()];
    let address = |part: &str| match part.contains(DOT_OF_NO_LINK) {
        true => part.replace(DOT_OF_NO_LINK, ".").parse().ok(),
        false => part.parse().ok(),
    };
    if let Some(address) = address(part) {
        return Some((address, part.len()));
    }
    let (host, port) = part.rsplit_once('.')?;
    let address: Ipv4Addr = address(host)?;
    let is_port = |port: u16| port > 0 && (is_local(address) || is_flow(text, whole, port));
    port.parse().is_ok_and(is_port).then_some((address, host.len()))
}

/// Whether it is one end of a connection, as programs that listen to networks write it: `host.port > host.port`. One of the
/// ports has a high number.
fn is_flow(text: &str, end: Range<usize>, port: u16) -> bool {
    let ahead = || text[..end.start].strip_suffix(" > ")?.rsplit(char::is_whitespace).next();
    let behind = || text[end.end..].strip_prefix(" > ")?.split(char::is_whitespace).next();
    let is_high = |port: u16| port > u16::from(u8::MAX);
    let is_other = |other: &str| {
        other
            .trim_end_matches([':', ','])
            .rsplit_once('.')
            .is_some_and(|(_, other)| is_high(port) && !other.is_empty() || other.parse().is_ok_and(is_high))
    };
    ahead().is_some_and(is_other) || behind().is_some_and(is_other)
}

/// A network that no version has for its number.
fn is_local(address: Ipv4Addr) -> bool {
    address.octets().starts_with(&[192, 168])
}

/// Four small numbers are hardly ever an address, unless they are all the same, as those of name servers are.
fn is_no_version(address: Ipv4Addr) -> bool {
    let [first, rest @ ..] = address.octets();
    first > 9 || rest.iter().any(|&octet| octet > 9) || rest == [first; 3]
}

/// Whether it is a part of a name or of a longer number.
fn is_part(text: &str, bytes: &Range<usize>) -> bool {
    let ahead = &text[..bytes.start];
    let mut back = ahead.chars().rev();
    let beside = match (back.next(), back.next()) {
        (Some('-' | '/'), Some(c)) => c.is_alphabetic() || c == '_',
        (Some('='), Some('=')) | (Some('.'), _) => true,
        (Some('_'), _) => false,
        (previous, _) => is_word(previous),
    };
    let mut rest = text[bytes.end..].chars();
    let behind = match rest.next() {
        Some('-' | '+' | '_') => rest.next().is_some_and(char::is_alphabetic),
        Some('.') => rest.next().is_some_and(char::is_alphanumeric),
        next => is_word(next),
    };
    beside || behind
}

/// Whether the last word of a text is one of these.
fn has_word(ahead: &str, words: &[&str]) -> bool {
    let ahead = ahead.trim_end_matches([' ', '\t', ':', '=', '"', '\'', '#', '§', '\u{a0}']);
    let ahead = ahead.strip_suffix('.').unwrap_or(ahead);
    let word = ahead.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
    word.len() <= 12 && words.contains(&word.to_lowercase().as_str())
}

fn version_6(text: &str, run: Range<usize>) -> Option<Range<usize>> {
    let Range { mut start, mut end } = run;
    // The dot that ends a sentence, and colons of the text around.
    end -= text[start..end].len() - text[start..end].trim_end_matches('.').len();
    if text[start..end].ends_with(':') && !text[start..end].ends_with("::") {
        end -= 1;
    }
    if is_word(before(text, start)) {
        // The name before a colon may end in what looks like hexadecimal digits: `src:2001:db8::5`.
        start += text[start..end].find(':')? + 1;
    } else if text[start..end].starts_with(':') && !text[start..end].starts_with("::") {
        start += 1;
    }
    let mut address = &text[start..end];
    if address.parse::<Ipv6Addr>().is_err() {
        // The port may be behind a dot here, too.
        let (host, port) = address.rsplit_once('.')?;
        let port: u16 = port.parse().ok()?;
        if host.parse::<Ipv6Addr>().is_err() || !is_flow(text, start..end, port) {
            return None;
        }
        address = host;
        end = start + host.len();
    }
    // Paths of names in code have letters alone; addresses of network cards have two digits in each group.
    let is_hardware = !address.contains("::") && address.split(':').all(|group| group.len() == 2);
    if !address.contains(|c: char| c.is_ascii_digit()) || is_hardware || is_slice(text, start) {
        return None;
    }
    end = zone(text, end);
    (!is_word(after(text, end))).then_some(start..end)
}

/// Whether it stands in brackets behind a name: `list[1::2]`.
fn is_slice(text: &str, start: usize) -> bool {
    let mut back = text[..start].chars().rev();
    back.next() == Some('[') && back.next().is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | ')' | ']'))
}

/// Where the name of an interface behind the address ends: `%eth0`.
fn zone(text: &str, end: usize) -> usize {
    let Some(name) = text[end..].strip_prefix('%') else { return end };
    let length = name.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(name.len());
    if length == 0 { end } else { end + 1 + length }
}

#[cfg(test)]
mod tests {
    use super::{super::tests::finds, find};

    #[test]
    fn addresses() {
        finds(
            find,
            &[
                "from ⟦192.168.0.17⟧:8080, ⟦10.0.0.1⟧-⟦10.0.0.9⟧.",
                "[⟦2001:db8::1⟧]:443 ⟦fe80::1ff:fe23:4567:890a%eth0⟧",
                "⟦::1⟧ ⟦::ffff:192.0.2.128⟧ ⟦2001:0db8:85a3:0000:0000:8a2e:0370:7334⟧",
                "ip=⟦10.1.2.3⟧/24 http://⟦127.0.0.1⟧/x client:⟦10.1.2.3⟧",
                "ip:⟦fe80::1⟧, then ⟦2001:db8::a⟧. ⟦64:ff9b::192.0.2.33⟧/96",
                "(⟦8.8.8.8⟧) \"⟦1.1.1.1⟧\" ⟦2001:DB8::⟧",
                "⟦10.0.0.5⟧.51234 > ⟦10.0.0.7⟧.53: ⟦2001:db8::1f⟧.443 > ⟦::ffff:10.0.0.1⟧.80",
                "banned ⟦198[.]51[.]100[.]23⟧[.] [0-9]+[.]⟦10.0.0.1⟧ ⟦192[.]168[.]0[.]1⟧.443 > ⟦10[.]0[.]0[.]1⟧.53",
                "firmware ⟦192.168.4.20⟧, update - ⟦203.0.113.9⟧ is down, ⟦10.0.0.1⟧[.]Connection closed",
                "tcp4 0 0 ⟦192.168.1.5⟧.22 ⟦192.168.1.9⟧.51234 [⟦fe80::1%ab⟧::1] ⟦fe80::1%10⟧.0.0.1",
            ],
        );
    }

    #[test]
    fn what_is_none() {
        finds(
            find,
            &[
                "v1.2.3.14 version 1.2.3.14 Version: 1.2.3.14 ver. 1.2.3.14",
                "Chrome/120.0.0.0 kinglet-1.2.3.14.tar.gz pkg==1.2.3.14 1.2.3.14-beta",
                "Oracle 12.1.0.2.0 -> 19.3.0.0.0 => 19.3.0.0.0 > 11.2.0.4.0 a[.]b 12[.]3 24.12.31.23.5959",
                "http-client-10.2.3.4 libvirt-client-10.0.0.7-1.el9 copy-from-10.2.3.4 bedrock-server-1.20.12.1",
                "fe80::1.5rc1 2001:db8::1.443 ratio 2::1.500 x = a[1::2.5] Foo::Bar::1.02 server-10.2.3.4",
                "Oracle 12.1.0.2.5 > 19.3.0.0.1 lat 1.0 > 12.34.56.78.90 Home > 10.2.3.4.5 > a page",
                "pin it to 4.2.0.1 1.2.3 10.2.3.4.5 10.20.30.40.99999 256.1.1.1 01.2.3.4 Section 3.2.1.14",
                "12:30:45 at 10:20, 12:30:45.123 1:2:3:4:5:6",
                "std::vec a::b dead::beef ::std::string x[1::2] y[::2] face::cafe",
                "00:1a:2b:3c:4d:5e 00:1a:2b:ff:fe:3c:4d:5e",
                "std::f32::consts ab1::foo 2001:db8::1x 2001:db8",
            ],
        );
    }
}
