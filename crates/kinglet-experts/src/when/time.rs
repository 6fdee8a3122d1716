use std::fmt;

use jiff::civil::{Date, DateTime};
use serde::{Serialize, Serializer};

/// When something is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Time {
    /// A day, or a time on it.
    #[serde(rename = "instant")]
    Once {
        /// When it is.
        start: Moment,
    },
    /// A stretch of time.
    Range {
        /// When it begins.
        start: Moment,
        /// When it is over: the first day or moment that is no part of it.
        end: Moment,
    },
    /// How long something is.
    Duration {
        /// As ISO 8601 has it: `PT1H30M`.
        duration: String,
    },
    /// What returns.
    Recurring {
        /// The value of an RFC 5545 RRULE.
        rule: String,
        /// The first occurrence.
        start: Moment,
        /// When that is over, where it was said.
        #[serde(skip_serializing_if = "Option::is_none")]
        end: Option<Moment>,
    },
    /// The phrase is not about time.
    None,
    /// The model is not sure what is meant.
    Unsure,
}

/// A day, or a time on it, wherever the user is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// A day.
    Day(Date),
    /// A time.
    Time(DateTime),
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Moment::Day(date) => write!(f, "{date}"),
            Moment::Time(at) => {
                write!(f, "{}T{:02}:{:02}", at.date(), at.hour(), at.minute())?;
                if at.second() > 0 { write!(f, ":{:02}", at.second()) } else { Ok(()) }
            }
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Time::Once { start } => write!(f, "{start}"),
            Time::Range { start, end } => write!(f, "{start}/{end}"),
            Time::Duration { duration } => f.write_str(duration),
            Time::Recurring { rule, start, end: None } => write!(f, "{start} {rule}"),
            Time::Recurring { rule, start, end: Some(end) } => write!(f, "{start}/{end} {rule}"),
            Time::None => f.write_str("none"),
            Time::Unsure => f.write_str("unsure"),
        }
    }
}

/// A date and a time as people write them for programs, `2026-11-20T09:00`; a date alone is its midnight.
///
/// ```
/// assert_eq!(kinglet_experts::when::parse_now("2026-11-20T09:00").unwrap().hour(), 9);
/// assert!(kinglet_experts::when::parse_now("soon").is_none());
/// ```
pub fn parse_now(text: &str) -> Option<DateTime> {
    text.parse().ok()
}
