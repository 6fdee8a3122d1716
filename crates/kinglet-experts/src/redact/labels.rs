//! What the labels of a model mean here.

use kinglet::TokenScores;

use super::{Error, Kind};

const KINDS: usize = Kind::ALL.len();

/// What a token is to the piece of data that it may be a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tag {
    Outside,
    Begin(Kind),
    Inside(Kind),
}

/// How likely each tag is for a token.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Odds {
    pub(super) outside: f64,
    pub(super) begin: [f64; KINDS],
    pub(super) inside: [f64; KINDS],
}

impl Odds {
    /// How likely the token is a part of this kind.
    pub(super) fn of(&self, kind: Kind) -> f64 {
        self.begin[kind as usize] + self.inside[kind as usize]
    }
}

/// The tag of each label.
#[derive(Debug)]
pub(super) struct Labels(Vec<Tag>);

impl Labels {
    pub(super) fn new(names: &[String]) -> Result<Labels, Error> {
        let tags: Vec<Tag> = names.iter().map(|name| tag(name)).collect();
        match tags.iter().all(|tag| *tag == Tag::Outside) {
            true => Err(Error::Labels { labels: names.join(", ") }),
            false => Ok(Labels(tags)),
        }
    }

    pub(super) fn odds(&self, token: &TokenScores) -> Odds {
        let mut odds = Odds::default();
        for (tag, score) in self.0.iter().zip(&token.scores) {
            *match tag {
                Tag::Outside => &mut odds.outside,
                Tag::Begin(kind) => &mut odds.begin[*kind as usize],
                Tag::Inside(kind) => &mut odds.inside[*kind as usize],
            } += score;
        }
        odds
    }
}

/// What a label says. Those of other taggers for persons and organisations are known, too; the rest is nothing personal.
fn tag(name: &str) -> Tag {
    let (mark, name) = name.split_once('-').unwrap_or(("I", name));
    let kind = match name {
        "PER" | "PERSON" => Some(Kind::Name),
        "ORG" => Some(Kind::Organisation),
        _ => Kind::ALL.into_iter().find(|kind| kind.name() == name),
    };
    match (kind, mark) {
        (Some(kind), "B") => Tag::Begin(kind),
        (Some(kind), _) => Tag::Inside(kind),
        (None, _) => Tag::Outside,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_tags() {
        let names = ["O", "B-name", "I-name", "B-LOC", "I-PER", "I-national_id"].map(str::to_owned);
        let labels = Labels::new(&names).unwrap();
        let token = TokenScores { bytes: 0..1, scores: vec![0.1, 0.2, 0.3, 0.05, 0.25, 0.1], unknown: false };
        let odds = labels.odds(&token);
        assert!((odds.outside - 0.15).abs() < 1e-9 && (odds.of(Kind::Name) - 0.75).abs() < 1e-9);
        assert!((odds.inside[Kind::NationalId as usize] - 0.1).abs() < 1e-9);
        let message = Labels::new(&names[3..4]).unwrap_err().to_string();
        assert!(message.starts_with("none of the model's labels (B-LOC) is one of redact's"), "{message}");
    }

    #[test]
    fn kinds_are_their_places() {
        assert!(Kind::ALL.iter().enumerate().all(|(at, kind)| *kind as usize == at));
    }
}
