//! E-mail addresses.

use std::ops::Range;

use super::{
    super::words::{is_east_asian, is_mark},
    after, before, is_word,
};

/// The longest part before the sign, as RFC 5321 has it, and the longest domain.
const LONGEST: (usize, usize) = (64, 253);

pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, sign) in text.match_indices(['@', '%']) {
        let sign = match sign {
            "@" => 1,
            _ if text[at..].starts_with("%40") => 3,
            _ => continue,
        };
        let (Some(start), Some(end)) = (local(text, at), domain(text, at + sign)) else { continue };
        if !is_other(&text[start..at], &text[at + sign..end], &text[end..]) {
            // What is in quotes may begin before the one found last.
            let place = found.partition_point(|known| known.start <= start);
            found.insert(place, start..end);
        }
    }
    found.dedup_by(|next, known| next.start < known.end);
    found
}

/// Where the part before the sign begins.
fn local(text: &str, at: usize) -> Option<usize> {
    if before(text, at) == Some('"') {
        return quoted(text, at - 1);
    }
    let script = before(text, at).map(is_east_asian);
    let is_local = |c: char| c.is_alphanumeric() || "!#$&'*+-^_`~.".contains(c) || is_mark(c);
    let mut start = at;
    for (count, c) in text[..at].chars().rev().enumerate() {
        // Where words have no spaces between them, an address ends where the script does.
        if !is_local(c) || c.is_alphanumeric() && Some(is_east_asian(c)) != script {
            break;
        }
        if count == LONGEST.0 {
            return None;
        }
        start -= c.len_utf8();
    }
    // What marks words up is no part of them.
    let local = &text[start..at];
    let trimmed = local.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '_' && c != '+');
    let is_right = !trimmed.is_empty() && !trimmed.ends_with('.') && trimmed.contains(char::is_alphanumeric);
    is_right.then(|| at - trimmed.len())
}

/// Where a part in quotes begins, of which this byte is the last.
fn quoted(text: &str, last: usize) -> Option<usize> {
    let from = text.floor_char_boundary(last.saturating_sub(LONGEST.0));
    let open = text[from..last].rfind('"')?;
    let inside = &text[from + open + 1..last];
    (!inside.is_empty() && !inside.contains('\n')).then_some(from + open)
}

/// Where the domain that begins here ends.
fn domain(text: &str, start: usize) -> Option<usize> {
    if let Some(inside) = text[start..].strip_prefix('[') {
        let address = &inside[..inside[..inside.floor_char_boundary(50)].find(']')?];
        let address = address.strip_prefix("IPv6:").unwrap_or(address);
        return address.parse::<std::net::IpAddr>().ok().and(Some(start + inside.find(']')? + 2));
    }
    let (mut end, mut labels, mut at) = (None, 0, start);
    while let Some(label) = label(text, at) {
        labels += 1;
        // Behind the last label there may be a dash of the sentence.
        let top = if label.starts_with("xn--") { label } else { label.split('-').next().unwrap_or_default() };
        if labels > 1 && is_top(top) {
            end = Some(at + top.len());
        }
        at += label.len();
        if after(text, at) != Some('.') {
            break;
        }
        at += 1;
    }
    let end = end?;
    // Nothing of a name goes on behind it: `a@b.c1` is none.
    (end - start <= LONGEST.1 && !is_word(after(text, end)) || script_ends(text, end)).then_some(end)
}

/// The label of a domain that begins here.
fn label(text: &str, start: usize) -> Option<&str> {
    let rest = &text[start..];
    let script = is_east_asian(rest.chars().next()?);
    let part = |c: char| (c.is_alphanumeric() || is_mark(c)) && is_east_asian(c) == script || c == '-';
    let label = &rest[..rest.find(|c| !part(c)).unwrap_or(rest.len())];
    let label = label.trim_end_matches('-');
    (!label.is_empty() && !label.starts_with('-') && label.chars().count() <= 63).then_some(label)
}

/// Whether a label can be the last of a domain.
fn is_top(label: &str) -> bool {
    label.starts_with("xn--") || label.chars().all(|c| !c.is_ascii_digit()) && label.chars().nth(1).is_some()
}

fn script_ends(text: &str, at: usize) -> bool {
    before(text, at).map(is_east_asian) != after(text, at).map(is_east_asian)
}

/// What looks like an address and is none: a server's account for its keys, the size of a picture.
fn is_other(local: &str, domain: &str, rest: &str) -> bool {
    let size = domain.strip_suffix(|c: char| c != '\n').and(domain.split_once("x."));
    let is_size = size.is_some_and(|(size, kind)| {
        size.len() == 1 && ["png", "jpg", "jpeg", "gif", "webp", "svg", "avif"].contains(&kind)
    });
    is_size || local == "git" && rest.starts_with([':', '/'])
}

#[cfg(test)]
mod tests {
    use super::{super::tests::finds, find};

    #[test]
    fn addresses() {
        finds(
            find,
            &[
                "Mail ⟦anna.meyer+news@mail.example.co.uk⟧.",
                "\"Meyer, Anna\" <⟦anna@example.org⟧>, ⟦b@x.de⟧;⟦c_d@x.de⟧",
                "⟦jürgen@müller.de⟧ and ⟦用户@例子.广告⟧",
                "邮箱是⟦anna@example.org⟧请",
                "mailto:⟦anna@example.org⟧?subject=x to=⟦anna@example.org⟧&x",
                "'⟦anna@example.org⟧' *⟦o'neil@example.org⟧* _x",
                "?email=⟦anna%40example.org⟧&x=1",
                "⟦\"anna meyer\"@example.org⟧ ⟦anna@[192.168.0.1]⟧",
                "⟦a@xn--mller-kva.xn--p1ai⟧ ⟦ANNA@EXAMPLE.ORG⟧: hello",
                "(⟦anna@example.org⟧)…⟦x@y.museum⟧-list",
            ],
        );
    }

    #[test]
    fn what_is_none() {
        finds(
            find,
            &[
                "@anna anna@ a@b anna@localhost .@x.org",
                "npm i left-pad@1.3.0 @scope/pkg@2.0.0-beta",
                "git@github.com:kinglet/kinglet.git",
                "icon@2x.png @media print",
                "a@b.c a@-x.org a@x..org user@1.2.3.4",
                &format!("{}@example.org", "a".repeat(65)),
            ],
        );
    }
}
