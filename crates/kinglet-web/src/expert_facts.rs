//! What a page may say to the experts, and what it is told.

use kinglet_experts::redact;
use serde::{Deserialize, Serialize};
use tsify::Tsify;
use wasm_bindgen::prelude::*;

use crate::options::Options;

/// What is taken out of a text.
#[derive(Clone, Debug, Default, Deserialize, Tsify)]
#[serde(default, rename_all = "camelCase")]
pub struct RedactOptions {
    /// The kinds of personal data. By default all of them.
    #[tsify(optional)]
    pub kinds: Option<Vec<RedactKind>>,
}

impl Options for RedactOptions {
    const MAY_BE: &'static [(&'static str, &'static str)] = &[(
        "kinds",
        "an array of name, address, organisation, email, phone, birth, account, card, iban, national_id, ip, url",
    )];
}

impl From<RedactOptions> for redact::RedactOptions {
    fn from(RedactOptions { kinds }: RedactOptions) -> redact::RedactOptions {
        let named = |kinds: Vec<RedactKind>| kinds.into_iter().map(redact::Kind::from).collect();
        redact::RedactOptions { kinds: kinds.map_or_else(|| redact::RedactOptions::default().kinds, named) }
    }
}

/// What a piece of personal data is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Tsify)]
#[serde(rename_all = "snake_case")]
pub enum RedactKind {
    /// A person's name, or a part of it.
    Name,
    /// Where somebody lives or an office is.
    Address,
    /// A company, school, authority or association.
    Organisation,
    /// An e-mail address.
    Email,
    /// A telephone or fax number.
    Phone,
    /// A date of birth.
    Birth,
    /// A bank account, or what a person is known by at an organisation.
    Account,
    /// The number of a payment card.
    Card,
    /// An IBAN.
    Iban,
    /// What a state knows a person by.
    NationalId,
    /// An IP address.
    Ip,
    /// A URL with credentials in it.
    Url,
}

impl From<RedactKind> for redact::Kind {
    fn from(kind: RedactKind) -> redact::Kind {
        match kind {
            RedactKind::Name => redact::Kind::Name,
            RedactKind::Address => redact::Kind::Address,
            RedactKind::Organisation => redact::Kind::Organisation,
            RedactKind::Email => redact::Kind::Email,
            RedactKind::Phone => redact::Kind::Phone,
            RedactKind::Birth => redact::Kind::Birth,
            RedactKind::Account => redact::Kind::Account,
            RedactKind::Card => redact::Kind::Card,
            RedactKind::Iban => redact::Kind::Iban,
            RedactKind::NationalId => redact::Kind::NationalId,
            RedactKind::Ip => redact::Kind::Ip,
            RedactKind::Url => redact::Kind::Url,
        }
    }
}

impl From<redact::Kind> for RedactKind {
    fn from(kind: redact::Kind) -> RedactKind {
        match kind {
            redact::Kind::Name => RedactKind::Name,
            redact::Kind::Address => RedactKind::Address,
            redact::Kind::Organisation => RedactKind::Organisation,
            redact::Kind::Email => RedactKind::Email,
            redact::Kind::Phone => RedactKind::Phone,
            redact::Kind::Birth => RedactKind::Birth,
            redact::Kind::Account => RedactKind::Account,
            redact::Kind::Card => RedactKind::Card,
            redact::Kind::Iban => RedactKind::Iban,
            redact::Kind::NationalId => RedactKind::NationalId,
            redact::Kind::Ip => RedactKind::Ip,
            redact::Kind::Url => RedactKind::Url,
        }
    }
}

/// A text without personal data.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
#[tsify(hashmap_as_object)]
pub struct Redaction {
    /// The text, with placeholders such as `[NAME_1]`.
    pub text: String,
    /// What was replaced, in its order.
    pub spans: Vec<RedactedSpan>,
    /// What each placeholder stands for, those of the texts before included. It says what the text no longer does: keep it
    /// where the text came from.
    #[tsify(type = "Record<string, string>")]
    pub map: redact::Map,
}

/// A piece of personal data that was replaced.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct RedactedSpan {
    /// Where it begins in the text as it was, in code points: take parts of `[...text]` by it, not of `text`.
    pub start: usize,
    /// Where it ends, in code points.
    pub end: usize,
    /// What it is.
    pub kind: RedactKind,
    /// How likely that is; 1 where it is proved.
    pub score: f64,
    /// The piece itself.
    pub text: String,
    /// What stands for it now.
    pub placeholder: String,
}

impl From<redact::Redaction> for Redaction {
    fn from(redact::Redaction { text, spans, map, .. }: redact::Redaction) -> Redaction {
        Redaction { text, spans: spans.into_iter().map(RedactedSpan::from).collect(), map }
    }
}

impl From<redact::Span> for RedactedSpan {
    fn from(span: redact::Span) -> RedactedSpan {
        let redact::Span { start, end, kind, score, text, placeholder, .. } = span;
        RedactedSpan { start, end, kind: kind.into(), score, text, placeholder }
    }
}

// Answers cross as JSON: only so they are word for word what the native command prints.
#[wasm_bindgen(typescript_custom_section)]
const ANSWERS: &str = r#"
/** What a phrase means. A day is written `2026-12-04`, a time on it `2026-12-04T12:00`, both wherever the user is. */
export type WhenAnswer = {
  /** How likely the answer is right. */
  confidence: number;
  /** What the model has read; absent where it was no meaning. */
  meaning?: WhenMeaning;
} & (
  /** A day, or a time on it. */
  | { kind: "instant"; start: string }
  /** A stretch of time; `end` is the first day or moment that is no part of it. */
  | { kind: "range"; start: string; end: string }
  /** How long something is, as ISO 8601 has it: `PT1H30M`. */
  | { kind: "duration"; duration: string }
  /** What returns: the value of an RFC 5545 RRULE, the first occurrence, and its end where that was said. */
  | { kind: "recurring"; rule: string; start: string; end?: string }
  /** `none`: the phrase is not about time. `unsure`: the model does not know what is meant. */
  | { kind: "none" | "unsure" }
);

/** A phrase's meaning, whatever day it is said on: the words that lead to a time, such as `fri`, `+1w`, `12:00`. */
export type WhenMeaning =
  | { kind: "instant"; at: string[] }
  | { kind: "range"; of?: string[]; from?: string[]; for?: string; to?: string[] }
  | { kind: "duration"; for: string }
  | { kind: "recurring"; rule: string; at?: string[]; to?: string[]; until?: string[] }
  | { kind: "none" };
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_go_by_one_name_everywhere() {
        let (_, may_be) = RedactOptions::MAY_BE[0];
        assert_eq!(may_be, format!("an array of {}", redact::Kind::ALL.map(redact::Kind::name).join(", ")));
        for kind in redact::Kind::ALL {
            let named = RedactKind::from(kind);
            assert_eq!(serde_json::to_value(named).unwrap(), kind.name());
            assert_eq!(redact::Kind::from(named), kind);
        }
        assert_eq!(redact::RedactOptions::from(RedactOptions::default()), redact::RedactOptions::default());
    }
}
