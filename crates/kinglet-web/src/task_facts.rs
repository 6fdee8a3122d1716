//! What JavaScript is told of texts that went through an encoder.

use serde::Serialize;
use tsify::Tsify;

/// What a model is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Head {
    /// It continues texts: `generate`, `chat`.
    Generate,
    /// It makes vectors of texts: `embed`.
    Embed,
    /// It gives texts labels: `classify`, and `rerank` where there is one label.
    Classify,
    /// It finds parts of texts: `tag`.
    Tag,
    /// It finds answers in texts: `answer`.
    Answer,
    /// It fills in what is missing in texts: `fill`.
    Fill,
}

impl From<kinglet::Head> for Head {
    fn from(head: kinglet::Head) -> Head {
        match head {
            kinglet::Head::Generate => Head::Generate,
            kinglet::Head::Base => Head::Embed,
            kinglet::Head::Classify => Head::Classify,
            kinglet::Head::Tag => Head::Tag,
            kinglet::Head::Answer => Head::Answer,
            kinglet::Head::Fill => Head::Fill,
        }
    }
}

/// A document with how well it answers a query.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Tsify)]
pub struct RankedDocument {
    /// Its place among the documents that were given.
    pub index: usize,
    /// How well it answers.
    pub score: f64,
}

/// Documents by how well they answer a query.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Ranking {
    /// All of them, the best first.
    pub results: Vec<RankedDocument>,
    /// The places of those that had, with the query, more tokens than the model takes: the longer of the two was cut.
    pub truncated: Vec<usize>,
}

impl From<Vec<kinglet::Ranked>> for Ranking {
    fn from(ranked: Vec<kinglet::Ranked>) -> Ranking {
        let mut truncated: Vec<usize> = ranked.iter().filter(|it| it.truncated).map(|it| it.index).collect();
        truncated.sort_unstable();
        let results = ranked.into_iter().map(|it| RankedDocument { index: it.index, score: it.score }).collect();
        Ranking { results, truncated }
    }
}

/// A label with its score.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct LabelScore {
    /// What the model calls it.
    pub label: String,
    /// How likely it is.
    pub score: f64,
}

/// What a classifier says of texts.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Classifications {
    /// Of each text every label, the likeliest first.
    pub labels: Vec<Vec<LabelScore>>,
    /// The places of the texts that had more tokens than the model takes: those behind were left out.
    pub truncated: Vec<usize>,
}

impl From<Vec<kinglet::Classification>> for Classifications {
    fn from(found: Vec<kinglet::Classification>) -> Classifications {
        let truncated = places(found.iter().map(|it| it.truncated));
        let label = |kinglet::Label { label, score }| LabelScore { label, score };
        let labels = found.into_iter().map(|it| it.labels.into_iter().map(label).collect()).collect();
        Classifications { labels, truncated }
    }
}

/// A part of a text with a label.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Entity {
    /// Where it begins, in code points, as in Rust and Python. JavaScript's own indices count UTF-16 units, two for a
    /// character such as an emoji: take parts of `[...text]` by it, not of `text`.
    pub start: usize,
    /// Where it ends, in code points.
    pub end: usize,
    /// What it is.
    pub label: String,
    /// How likely that is: the mean over its words or tokens.
    pub score: f64,
    /// The part itself.
    pub text: String,
}

impl From<kinglet::Entity> for Entity {
    fn from(entity: kinglet::Entity) -> Entity {
        let kinglet::Entity { start, end, label, score, text } = entity;
        Entity { start, end, label, score, text }
    }
}

/// A part of a text that answers a question.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Answer {
    /// The part itself, in whole words; empty where the context has no word.
    pub answer: String,
    /// Where it begins in the context, in code points: take parts of `[...context]` by it, not of `context`.
    pub start: usize,
    /// Where it ends, in code points.
    pub end: usize,
    /// How likely it is. Places where the same stands add up, so that it may be more than 1.
    pub score: f64,
}

impl From<kinglet::Answer> for Answer {
    fn from(answer: kinglet::Answer) -> Answer {
        let kinglet::Answer { answer, start, end, score } = answer;
        Answer { answer, start, end, score }
    }
}

/// A token that may stand in a gap.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Fill {
    /// Its id.
    pub token: u32,
    /// Its text.
    pub text: String,
    /// How likely it is.
    pub score: f64,
}

impl From<kinglet::Fill> for Fill {
    fn from(fill: kinglet::Fill) -> Fill {
        let kinglet::Fill { token, text, score } = fill;
        Fill { token, text, score }
    }
}

/// The labelled parts of a text, in their order.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Entities(pub Vec<Entity>);

/// For each gap of a text the tokens that are likeliest there.
#[derive(Clone, Debug, PartialEq, Serialize, Tsify)]
pub struct Fills(pub Vec<Vec<Fill>>);

/// The places of those that hold.
pub(crate) fn places(flags: impl Iterator<Item = bool>) -> Vec<usize> {
    flags.enumerate().filter_map(|(place, flag)| flag.then_some(place)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_cut_is_named_by_its_place() {
        let ranked = [(2, true), (0, false), (1, true)];
        let ranked = ranked.map(|(index, truncated)| kinglet::Ranked { index, score: 0.5, truncated });
        let ranking = Ranking::from(ranked.to_vec());
        assert_eq!(ranking.truncated, [1, 2]);
        assert_eq!(ranking.results.iter().map(|it| it.index).collect::<Vec<_>>(), [2, 0, 1]);
        let found = [false, true].map(|truncated| kinglet::Classification { labels: Vec::new(), truncated });
        assert_eq!(Classifications::from(found.to_vec()).truncated, [1]);
    }
}
