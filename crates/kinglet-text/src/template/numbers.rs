//! Numbers: conversions, and how Python writes them.

/// The nearest float.
#[allow(clippy::as_conversions, reason = "there is no other conversion, and it rounds as Python does")]
pub(super) fn float(whole: i128) -> f64 {
    whole as f64
}

/// The whole part.
#[allow(clippy::as_conversions, reason = "there is no other conversion; the bounds are checked")]
pub(super) fn whole(float: f64) -> Option<i128> {
    (float.abs() < 1.7e38).then_some(float as i128)
}

/// The shortest text that reads back as this number.
pub(super) fn repr(number: f64) -> String {
    if number.is_nan() {
        return "nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let text = number.to_string();
        return if text.contains('.') { text } else { text + ".0" };
    }
    format!("{digits}e{}", exponent_text(exponent))
}

/// A sign and two digits, or more.
pub(super) fn exponent_text(exponent: i32) -> String {
    format!("{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

/// As JSON is written by Python.
pub(super) fn json(number: f64) -> String {
    match number {
        number if number.is_nan() => "NaN".to_owned(),
        f64::INFINITY => "Infinity".to_owned(),
        f64::NEG_INFINITY => "-Infinity".to_owned(),
        number => repr(number),
    }
}

/// Without what Python allows around and inside of a number.
fn bare(text: &str) -> Option<String> {
    let text = text.trim_matches(super::lexer::is_space);
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let mut bare = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '_' {
            bare.push(c);
        } else if !digit(bare.chars().next_back()) || !digit(chars.peek().copied()) {
            return None;
        }
    }
    Some(bare)
}

/// What Python's `int` makes of a text.
pub(super) fn parse_int(text: &str, base: u32) -> Option<i128> {
    let text = bare(text)?;
    let (negative, digits) = match text.strip_prefix(['-', '+']) {
        Some(digits) => (text.starts_with('-'), digits),
        None => (false, &*text),
    };
    let prefix = match base {
        16 => "0x",
        8 => "0o",
        2 => "0b",
        _ => "",
    };
    let start = digits.get(..prefix.len()).unwrap_or_default();
    let digits = if start.eq_ignore_ascii_case(prefix) { digits.get(prefix.len()..)? } else { digits };
    if digits.starts_with(['-', '+']) || !(2..=36).contains(&base) {
        return None;
    }
    let number = i128::from_str_radix(digits, base).ok()?;
    Some(if negative { -number } else { number })
}

/// What Python's `float` makes of a text.
pub(super) fn parse_float(text: &str) -> Option<f64> {
    bare(text)?.parse().ok()
}

/// Rounds to decimal places, halves to the even digit, as Python does.
pub(super) fn round(number: f64, places: i32) -> f64 {
    match usize::try_from(places) {
        // Formatting rounds the exact value.
        Ok(places) => format!("{number:.*}", places.min(400)).parse().unwrap_or(number),
        Err(_) => {
            let scale = 10f64.powi(-places);
            (number / scale).round_ties_even() * scale
        }
    }
}
