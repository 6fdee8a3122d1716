//! Names that were found, for the places where a model missed them.

use std::collections::{HashMap, HashSet};

use super::{
    Kind, Map,
    merge::{Piece, Pieces},
    spans::SURE,
    words,
};

/// The fewest characters of such a name.
const SHORTEST: usize = 3;

/// Names under their first word.
#[derive(Debug, Default)]
pub(super) struct Known(HashMap<String, Vec<Name>>);

#[derive(Debug)]
struct Name {
    text: String,
    kind: Kind,
    score: f64,
    is_one_word: bool,
}

impl Known {
    /// The names of a map, which were found before.
    pub(super) fn of(map: &Map) -> Known {
        let mut known = Known::default();
        for (kind, value) in map.values() {
            if let Some(kind) = kind {
                known.learn(value, kind, 1.0);
            }
        }
        known
    }

    /// Remembers a name, where it is one that can be told from other words.
    pub(super) fn learn(&mut self, text: &str, kind: Kind, score: f64) {
        let is_name = matches!(kind, Kind::Name | Kind::Organisation) && score >= SURE;
        let is_distinct = text.chars().any(|c| c.is_alphabetic() && !c.is_lowercase());
        let mut words = words::words(text);
        let Some((0, first)) = words.next() else { return };
        if !is_name || !is_distinct || text.chars().count() < SHORTEST {
            return;
        }
        let names = self.0.entry(first.to_owned()).or_default();
        if names.iter().all(|name| name.text != text) {
            let is_one_word = words.next().is_none();
            // The longest first: `Anna Meyer` before `Anna`.
            let place = names.partition_point(|name| name.text.len() >= text.len());
            names.insert(place, Name { text: text.to_owned(), kind, score, is_one_word });
        }
    }

    /// Adds the names in a text where nothing was found.
    pub(super) fn add_to(&self, pieces: &mut Pieces, text: &str, kinds: &[Kind]) {
        if self.0.is_empty() {
            return;
        }
        // A name that is also written as an ordinary word here (Mark, Rose) may be that word.
        let is_ordinary = |word: &&str| !word.contains(|c: char| c.is_alphabetic() && !c.is_lowercase());
        let ordinary: HashSet<&str> = words::words(text).map(|(_, word)| word).filter(is_ordinary).collect();
        for (start, word) in words::words(text) {
            let names = self.0.get(word).map_or(&[][..], Vec::as_slice);
            let is_here = |name: &&Name| {
                let is_free = !name.is_one_word || !ordinary.contains(name.text.to_lowercase().as_str());
                let end = start + name.text.len();
                is_free
                    && kinds.contains(&name.kind)
                    && text[start..].starts_with(&name.text)
                    && !words::is_inside(text, end)
            };
            if let Some(name) = names.iter().find(is_here) {
                let bytes = start..start + name.text.len();
                pieces.add(Piece { bytes, kind: Some(name.kind), score: name.score, is_exact: false });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(known: &[(&str, f64)], text: &str) -> Vec<String> {
        let mut names = Known::default();
        for (name, score) in known {
            names.learn(name, Kind::Name, *score);
        }
        let mut pieces = Pieces::default();
        names.add_to(&mut pieces, text, &Kind::ALL);
        pieces.into_vec().into_iter().map(|piece| text[piece.bytes].to_owned()).collect()
    }

    #[test]
    fn names_are_found_where_they_are_whole_words() {
        let names = [("Anna", 0.95), ("Anna Meyer", 0.95), ("Bo", 0.99), ("will", 0.99), ("Cleo", 0.5)];
        let text = "Annas Anna, ANNA Anna Meyer's; Anna Meyers. Bo will see Cleo";
        assert_eq!(found(&names, text), ["Anna", "Anna Meyer", "Anna"]);
        assert!(found(&[("Mark", 0.99)], "Mark, a mark").is_empty());
        assert_eq!(found(&[("Mark", 0.99)], "Mark, marked"), ["Mark"]);
        assert_eq!(found(&[("王小明", 0.99)], "我是王小明。"), ["王小明"]);
    }
}
