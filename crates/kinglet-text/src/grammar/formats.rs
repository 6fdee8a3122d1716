//! Formats of strings in JSON schemas, each as a regular expression for what every validator takes: a part of the
//! format where that is wide, for validators differ at its edges.

/// A name of the internet: up to four parts, the last of which begins with a letter.
macro_rules! host {
    () => {
        r"(?:[A-Za-z0-9]{1,30}(?:-[A-Za-z0-9]{1,30})?\.){0,3}[A-Za-z][A-Za-z0-9]{1,30}"
    };
}

macro_rules! date {
    () => {
        concat!(
            r"(?:[1-9][0-9]{3}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)",
            r"|02-(?:0[1-9]|1[0-9]|2[0-8]))",
            // Leap years.
            r"|(?:[1-9][0-9](?:0[48]|[2468][048]|[13579][26])|(?:[2468][048]|[13579][26])00)-02-29)"
        )
    };
}

macro_rules! time {
    () => {
        r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?(?:Z|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
    };
}

macro_rules! uri {
    () => {
        concat!(
            r"[A-Za-z][A-Za-z0-9+.-]{0,15}://",
            host!(),
            r"(?::[1-9][0-9]{0,3})?(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?",
            r"(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?",
            r"(?:#(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?"
        )
    };
}

/// The formats, and what a string of each is.
const STRINGS: [(&str, &str); 12] = [
    ("date", date!()),
    ("time", time!()),
    ("date-time", concat!(date!(), "T", time!())),
    (
        "duration",
        concat!(
            r"P(?:[0-9]{1,6}W|T(?:[0-9]{1,6}H(?:[0-9]{1,6}M(?:[0-9]{1,6}S)?)?|[0-9]{1,6}M(?:[0-9]{1,6}S)?|[0-9]{1,6}S)",
            r"|(?:[0-9]{1,6}Y(?:[0-9]{1,6}M(?:[0-9]{1,6}D)?)?|[0-9]{1,6}M(?:[0-9]{1,6}D)?|[0-9]{1,6}D)",
            r"(?:T(?:[0-9]{1,6}H(?:[0-9]{1,6}M(?:[0-9]{1,6}S)?)?|[0-9]{1,6}M(?:[0-9]{1,6}S)?|[0-9]{1,6}S))?)"
        ),
    ),
    ("email", concat!(r"[A-Za-z0-9_+-]{1,30}(?:\.[A-Za-z0-9_+-]{1,30})?@", host!())),
    ("hostname", host!()),
    (
        "ipv4",
        r"(?:(?:[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])\.){3}(?:[0-9]|[1-9][0-9]|1[0-9]{2}|2[0-4][0-9]|25[0-5])",
    ),
    (
        "ipv6",
        concat!(
            r"(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}",
            r"|(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,2})?::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,2})?"
        ),
    ),
    ("uuid", r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"),
    ("uri", uri!()),
    ("uri-reference", uri!()),
    ("json-pointer", r"(?:/(?:[^~/\x00-\x1F]|~[01])*)*"),
];

/// Formats of numbers, and the least and most of each.
const NUMBERS: [(&str, Option<(i64, i64)>); 10] = [
    ("int8", Some((-0x80, 0x7f))),
    ("int16", Some((-0x8000, 0x7fff))),
    ("int32", Some((-0x8000_0000, 0x7fff_ffff))),
    ("int64", Some((-super::schema::MOST_EXACT, super::schema::MOST_EXACT))),
    ("uint8", Some((0, 0xff))),
    ("uint16", Some((0, 0xffff))),
    ("uint32", Some((0, 0xffff_ffff))),
    ("uint64", Some((0, super::schema::MOST_EXACT))),
    ("float", None),
    ("double", None),
];

/// The expression for the strings of a format.
pub(super) fn of_strings(name: &str) -> Option<&'static str> {
    STRINGS.iter().find(|(known, _)| *known == name).map(|(_, pattern)| *pattern)
}

/// The bounds of a format of numbers, where it has any.
pub(super) fn of_numbers(name: &str) -> Option<Option<(i64, i64)>> {
    NUMBERS.iter().find(|(known, _)| *known == name).map(|(_, bounds)| *bounds)
}

/// The formats of strings, for people.
pub(super) fn names() -> String {
    STRINGS.map(|(name, _)| name).join(", ")
}
