use std::{collections::HashMap, fmt};

use serde::{
    Deserialize, Serialize, Serializer,
    de::{self, MapAccess, Visitor},
};

use super::{Kind, MapError, placeholder::Placeholder};

/// What each placeholder of a text stands for, in the order in which they came up.
///
/// It is a JSON object, `{"[NAME_1]": "Anna Meyer"}`. Handed in again with the next text, what is known keeps its
/// placeholder. A value in another spelling (`ANNA MEYER`, a name over two lines) is an entry of its own, `[NAME_1_2]`: what
/// is put back is what was there, byte for byte.
///
/// ```
/// use kinglet_experts::redact::{Map, restore};
///
/// let map = Map::from_json(r#"{"[NAME_1]": "Anna Meyer", "[EMAIL_1]": "anna@example.org"}"#)?;
/// assert_eq!(map.get("[EMAIL_1]"), Some("anna@example.org"));
/// assert_eq!(restore("Dear [NAME_1],", &map), "Dear Anna Meyer,");
/// # Ok::<(), kinglet_experts::redact::MapError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Map {
    entries: Vec<(Placeholder, String)>,
    places: HashMap<Placeholder, usize>,
    values: HashMap<(Option<Kind>, String), Placeholder>,
    /// The number of each value whose spelling is left aside.
    numbers: HashMap<(Option<Kind>, String), u32>,
    /// The last number of each kind, and the last spelling of each number.
    last_number: HashMap<Option<Kind>, u32>,
    last_spelling: HashMap<(Option<Kind>, u32), u32>,
}

impl Map {
    /// Reads what [`Map::to_json`] wrote.
    pub fn from_json(json: &str) -> Result<Map, MapError> {
        let Entries(entries) = serde_json::from_str(json)?;
        let mut map = Map::default();
        for (key, value) in entries {
            match Placeholder::at(&key) {
                Some((placeholder, length)) if length == key.len() => {
                    if map.places.contains_key(&placeholder) {
                        return Err(MapError::Twice { key });
                    }
                    map.insert(placeholder, value);
                }
                _ => return Err(MapError::Key { key }),
            }
        }
        Ok(map)
    }

    /// A JSON object, on one line.
    pub fn to_json(&self) -> String {
        let value = |(placeholder, value): &(Placeholder, String)| (placeholder.to_string(), value.clone().into());
        serde_json::Value::Object(self.entries.iter().map(value).collect()).to_string()
    }

    /// What a placeholder stands for.
    pub fn get(&self, placeholder: &str) -> Option<&str> {
        let (parsed, length) = Placeholder::at(placeholder)?;
        (length == placeholder.len()).then(|| self.value(parsed)).flatten()
    }

    /// Placeholders and values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (String, &str)> {
        self.entries.iter().map(|(placeholder, value)| (placeholder.to_string(), value.as_str()))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The values, each with its kind; none for what only looks like a placeholder.
    pub(super) fn values(&self) -> impl Iterator<Item = (Option<Kind>, &str)> {
        self.entries.iter().map(|(placeholder, value)| (placeholder.kind, value.as_str()))
    }

    pub(super) fn value(&self, placeholder: Placeholder) -> Option<&str> {
        let place = self.places.get(&placeholder)?;
        self.entries.get(*place).map(|(_, value)| value.as_str())
    }

    /// The placeholder of a value: the one that it has, or a new one.
    pub(super) fn placeholder(&mut self, kind: Option<Kind>, value: &str) -> Placeholder {
        if let Some(known) = self.values.get(&(kind, value.to_owned())) {
            return *known;
        }
        let number = self.numbers.get(&(kind, normal(value))).copied();
        let number = number.unwrap_or_else(|| self.last_number.get(&kind).copied().unwrap_or(0) + 1);
        let spelling = self.last_spelling.get(&(kind, number)).copied().unwrap_or(0) + 1;
        let placeholder = Placeholder { kind, number, spelling };
        self.insert(placeholder, value.to_owned());
        placeholder
    }

    fn insert(&mut self, placeholder: Placeholder, value: String) {
        let Placeholder { kind, number, spelling } = placeholder;
        self.places.insert(placeholder, self.entries.len());
        self.values.entry((kind, value.clone())).or_insert(placeholder);
        self.numbers.entry((kind, normal(&value))).or_insert(number);
        let last = self.last_number.entry(kind).or_default();
        *last = number.max(*last);
        let last = self.last_spelling.entry((kind, number)).or_default();
        *last = spelling.max(*last);
        self.entries.push((placeholder, value));
    }
}

impl PartialEq for Map {
    fn eq(&self, other: &Map) -> bool {
        self.entries == other.entries
    }
}

impl Eq for Map {}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// A value whose spelling is left aside: letters in lower case, white space as one space.
fn normal(value: &str) -> String {
    value.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A JSON object as it is written: a reader of objects would pass over a key that is there twice.
struct Entries(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Entries, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Entries;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = object.next_entry()? {
                    entries.push(entry);
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_keeps_its_placeholder_and_another_spelling_its_number() {
        let mut map = Map::default();
        let mut name = |value: &str| map.placeholder(Some(Kind::Name), value).to_string();
        assert_eq!(["Anna Meyer", "Bo", "Anna Meyer"].map(&mut name), ["[NAME_1]", "[NAME_2]", "[NAME_1]"]);
        assert_eq!(
            ["ANNA\nMEYER", "anna meyer", "ANNA\nMEYER"].map(&mut name),
            ["[NAME_1_2]", "[NAME_1_3]", "[NAME_1_2]"]
        );
        assert_eq!(map.placeholder(Some(Kind::Organisation), "Bo").to_string(), "[ORGANISATION_1]");
        assert_eq!(map.placeholder(None, "[NAME_1]").to_string(), "[LITERAL_1]");
        let mut again = Map::from_json(&map.to_json()).unwrap();
        assert_eq!(again, map);
        assert_eq!(again.placeholder(Some(Kind::Name), "Anna  Meyer").to_string(), "[NAME_1_4]");
        assert_eq!(again.placeholder(Some(Kind::Name), "Cleo").to_string(), "[NAME_3]");
        assert_eq!(serde_json::to_string(&map).unwrap(), map.to_json());
    }

    #[test]
    fn what_is_no_map_is_an_error() {
        let message = |json: &str| Map::from_json(json).unwrap_err().to_string();
        assert!(message("[]").starts_with("the map is no JSON object of texts"));
        assert!(message(r#"{"[NAME_1]": 3}"#).contains("invalid type: integer"));
        assert_eq!(message(r#"{"NAME_1": "x"}"#), "\"NAME_1\" in the map is no placeholder, such as [NAME_1]");
        assert_eq!(message(r#"{"[IP_1]": "x", "[IP_1]": "y"}"#), "[IP_1] is in the map twice");
        assert!(Map::from_json("{}").unwrap().is_empty());
    }
}
