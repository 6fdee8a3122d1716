//! URLs with credentials in them.

use std::ops::Range;

use super::before;

/// Names of parameters whose values open doors, in lower case and without dashes.
const SECRETS: &[&str] = &[
    "accesskey",
    "accesskeyid",
    "apikey",
    "apitoken",
    "appkey",
    "appsecret",
    "assertion",
    "auth",
    "authentication",
    "authkey",
    "authorization",
    "bearer",
    "clientsecret",
    "codeverifier",
    "credential",
    "credentials",
    "hmac",
    "jsessionid",
    "jwt",
    "key",
    "magic",
    "otp",
    "pass",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "phpsessid",
    "privatekey",
    "pwd",
    "samlresponse",
    "secret",
    "secretkey",
    "session",
    "sessionid",
    "sessionkey",
    "sessiontoken",
    "sid",
    "sig",
    "sign",
    "signature",
    "subscriptionkey",
    "ticket",
    "token",
];

/// Ends of names that are longer: `X-Amz-Signature`, `refresh_token`.
const ENDS: &[&str] = &["token", "secret", "password", "signature", "apikey", "accesskey", "credential", "sessionid"];

/// Names that end like those and say only where a list goes on, or how.
const OTHERS: &[&str] = &["pagetoken", "nextpagetoken", "nexttoken", "continuationtoken", "synctoken"];

pub(super) fn find(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut done = 0;
    for (at, mark) in text.match_indices([':', '?']) {
        if at < done {
            continue;
        }
        let start = match mark {
            ":" if text[at..].starts_with("://") => scheme(text, at),
            "?" => path(text, at, done),
            _ => continue,
        };
        let Some(start) = start else {
            // So that nothing is read again and again.
            done = at;
            continue;
        };
        done = end(text, at);
        if has_credentials(&text[start..done], done - at) {
            found.push(start..done);
        }
    }
    found
}

/// Where the scheme before a colon begins.
fn scheme(text: &str, colon: usize) -> Option<usize> {
    let part = |byte: &u8| byte.is_ascii_alphanumeric() || b"+-.".contains(byte);
    let length = text.as_bytes()[..colon].iter().rev().take(40).take_while(|byte| part(byte)).count();
    let scheme = &text[colon - length..colon];
    let scheme = scheme.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    (!scheme.is_empty()).then_some(colon - scheme.len())
}

/// Where the path, or the host without a scheme, before a question mark begins; there is a slash in it.
fn path(text: &str, mark: usize, done: usize) -> Option<usize> {
    const LONGEST: usize = 2048;
    let from = text.floor_char_boundary(mark.saturating_sub(LONGEST)).max(done);
    let start = text[from..mark].rfind(|c| !is_part(c) || "(=,".contains(c)).map_or(from, |at| {
        let at = from + at;
        at + before_len(text, at)
    });
    text[start..mark].contains('/').then_some(start)
}

fn before_len(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}

fn is_part(c: char) -> bool {
    let ends = c.is_whitespace() || c.is_control() || "<>\"`|\\^{}".contains(c) || "“”„«»、。，）」』】".contains(c);
    !ends
}

/// Where a URL ends: what closes or ends the sentence around it is outside.
fn end(text: &str, inside: usize) -> usize {
    let rest = &text[inside..];
    let mut end = inside + rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let count = |mark: u8| text.as_bytes()[inside..end].iter().filter(|&&byte| byte == mark).count();
    let (mut round, mut square) = (count(b')').saturating_sub(count(b'(')), count(b']').saturating_sub(count(b'[')));
    while let Some(last) = before(text, end).filter(|_| end > inside) {
        match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*' | '…' => {}
            ')' if round > 0 => round -= 1,
            ']' if square > 0 => square -= 1,
            _ => break,
        }
        end -= last.len_utf8();
    }
    end
}

/// Whether a URL holds what opens a door. `behind` is how much of it is behind the colon of its scheme, or its question mark.
fn has_credentials(url: &str, behind: usize) -> bool {
    let rest = &url[url.len() - behind..];
    let (authority, parameters) = match rest.strip_prefix("://") {
        Some(rest) => (Some(rest), rest.split_once(['?', '#']).map_or("", |(_, parameters)| parameters)),
        None => (None, rest),
    };
    authority.is_some_and(has_password) || parameters.split(['?', '#', '&', ';']).any(is_secret)
}

fn has_password(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let user = match authority.rsplit_once('@') {
        Some((user, _)) => user,
        // Passwords are not always written as URLs want them: `user:a/b@host`. What is behind the colon is no port.
        None => {
            let port = authority.split_once(':').map_or("", |(_, port)| port);
            let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
            match rest.rsplit_once('@').filter(|_| !is_port && !authority.starts_with('[')) {
                Some((user, _)) => user,
                None => return false,
            }
        }
    };
    match user.split_once(':') {
        Some((_, password)) => !password.is_empty(),
        // A key in the place of a user.
        None => user.len() >= 20 && user.contains(|c: char| c.is_ascii_digit()),
    }
}

fn is_secret(parameter: &str) -> bool {
    let Some((name, value)) = parameter.split_once('=') else { return false };
    if value.is_empty() || name.len() > 64 {
        return false;
    }
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    SECRETS.contains(&name.as_str()) || ENDS.iter().any(|end| name.ends_with(end)) && !OTHERS.contains(&name.as_str())
}

#[cfg(test)]
mod tests {
    use super::{super::tests::finds, find};

    #[test]
    fn credentials() {
        finds(
            find,
            &[
                "see ⟦https://anna:pass@example.org/x⟧.",
                "DATABASE_URL=⟦postgres://app:s3cr#t/x@db.example.org:5432/app?sslmode=require⟧",
                "(⟦https://example.org/reset?user=1&token=abc123⟧), ⟦redis://:pw@localhost:6379⟧",
                "<⟦https://x.s3.amazonaws.com/a?X-Amz-Signature=ab&X-Amz-Expires=3⟧>",
                "⟦https://example.org/cb#access_token=eyJhbGciOi.x-y_z&state=1⟧!",
                "\"⟦https://api.example.org/v1?api-key=a%20b⟧\" [x](⟦https://e.org/?key=1⟧)",
                "GET ⟦/api/items?session=8f2c&page=2⟧ HTTP/1.1, ⟦www.example.org/x?pwd=a⟧",
                "git clone ⟦https://ghp_16C7e42F292c6912E7710c838347Ae178B4a@github.com/x/y⟧",
                "jdbc:⟦postgresql://host/db?user=a&password=b⟧ ⟦mongodb+srv://u:p@c.example.net⟧",
                "打开⟦https://example.org/?token=1⟧。",
            ],
        );
    }

    #[test]
    fn what_is_none() {
        finds(
            find,
            &[
                "https://example.org/path?page=2&sort=key http://localhost:8080/@anna",
                "https://example.org:443/?token=&key= https://anna@example.org/",
                "https://example.org/?pageToken=abc what?token=1 std::x ://x?y=1",
                "http://[::1]:80/@x https://medium.com/@anna?source=x",
                "is this a key? key=1 a/b? c=d",
            ],
        );
    }
}
