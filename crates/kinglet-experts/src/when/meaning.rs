//! What the model writes: the meaning of a phrase, whatever day it is said on.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::step::Step;

/// A phrase's meaning, in the words of [`super`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Meaning {
    /// A day, or a time on a day.
    #[serde(rename = "instant")]
    Once {
        /// The way there.
        at: Vec<String>,
    },
    /// From a time to another one.
    Range(RangeMeaning),
    /// How long something is.
    Duration {
        /// An ISO 8601 duration.
        r#for: String,
    },
    /// What returns.
    Recurring(RecurringMeaning),
    /// Nothing about time.
    None,
}

/// A range: all of what `of` leads to; or two of a beginning, an end and a length.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RangeMeaning {
    /// The way to a stretch that is all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<Vec<String>>,
    /// The way to its beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Vec<String>>,
    /// An ISO 8601 duration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#for: Option<String>,
    /// The way to its end, which goes on from its beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<Vec<String>>,
}

/// What returns by a rule.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecurringMeaning {
    /// The value of an RFC 5545 RRULE, without `UNTIL`.
    pub rule: String,
    /// The way to the day that it begins on, or to the time of each occurrence, or both.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub at: Vec<String>,
    /// The way from an occurrence's beginning to its end.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<String>,
    /// The way from the first occurrence to the last day.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub until: Vec<String>,
}

impl Meaning {
    /// The JSON schema of what the model may write: these fields in this order, and words that there are.
    pub fn schema() -> Value {
        let steps = json!({
            "type": "array", "minItems": 1, "maxItems": 6,
            "items": {"type": "string", "pattern": format!("^({})$", Step::pattern())},
        });
        let length = json!({
            "type": "string",
            "pattern": "^P([0-9]{1,4}Y)?([0-9]{1,4}M)?([0-9]{1,4}W)?([0-9]{1,4}D)?(T([0-9]{1,4}H)?([0-9]{1,4}M)?([0-9]{1,4}S)?)?$",
        });
        let day = "(MO|TU|WE|TH|FR|SA|SU)";
        let rule = json!({
            "type": "string",
            "pattern": format!(
                "^FREQ=(YEARLY|MONTHLY|WEEKLY|DAILY|HOURLY|MINUTELY|SECONDLY)(;INTERVAL=[0-9]{{1,3}})?(;BYMONTH=[0-9]{{1,2}})?\
                 (;BYMONTHDAY=-?[0-9]{{1,2}}(,-?[0-9]{{1,2}}){{0,4}})?(;BYDAY=(-?[0-9])?{day}(,{day}){{0,6}})?(;COUNT=[0-9]{{1,4}})?$"
            ),
        });
        let object = |kind: &str, fields: &[(&str, &Value)], optional: &[(&str, &Value)]| {
            let mut properties = serde_json::Map::from_iter([("kind".to_owned(), json!({"const": kind}))]);
            let mut required = vec!["kind"];
            for (name, schema) in fields {
                properties.insert((*name).to_owned(), (*schema).clone());
                required.push(name);
            }
            properties.extend(optional.iter().map(|(name, schema)| ((*name).to_owned(), (*schema).clone())));
            json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
        };
        json!({
            "x-guidance": {"whitespace_flexible": false, "item_separator": ",", "key_separator": ":"},
            "anyOf": [
                object("instant", &[("at", &steps)], &[]),
                object("range", &[("of", &steps)], &[]),
                object("range", &[("from", &steps), ("to", &steps)], &[]),
                object("range", &[("from", &steps), ("for", &length)], &[]),
                object("range", &[("for", &length), ("to", &steps)], &[]),
                object("duration", &[("for", &length)], &[]),
                object("recurring", &[("rule", &rule)], &[("at", &steps), ("to", &steps), ("until", &steps)]),
                object("none", &[], &[]),
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meanings_are_read_and_written() {
        let texts = [
            r#"{"kind":"instant","at":["fri","+1w","12:00"]}"#,
            r#"{"kind":"range","of":["w+1"]}"#,
            r#"{"kind":"range","from":["mon","09:00"],"to":["17:00"]}"#,
            r#"{"kind":"range","for":"P2W","to":["now"]}"#,
            r#"{"kind":"duration","for":"PT1H30M"}"#,
            r#"{"kind":"recurring","rule":"FREQ=WEEKLY;BYDAY=MO","at":["09:00"],"to":["11:00"]}"#,
            r#"{"kind":"none"}"#,
        ];
        for text in texts {
            let meaning: Meaning = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&meaning).unwrap(), text);
        }
        assert!(serde_json::from_str::<Meaning>(r#"{"kind":"instant","at":[],"more":1}"#).is_err());
    }
}
