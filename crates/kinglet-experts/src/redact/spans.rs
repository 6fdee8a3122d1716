//! From the tags of tokens to pieces of a text.

use std::ops::Range;

use super::{
    Kind,
    labels::{Odds, Tag},
    viterbi, words,
};

/// A piece of a text that a model takes for personal data.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Guess {
    pub(super) bytes: Range<usize>,
    pub(super) kind: Kind,
    /// The mean over its tokens of how likely they are of this kind.
    pub(super) score: f64,
}

/// From this score on a guess is sure. Where something is, the least score of others is lower: personal data comes in company,
/// and a text without any has words that look a little like names. Both were chosen on the texts of `tests/experts` that are
/// there for that.
pub(super) const SURE: f64 = 0.9;
const IN_COMPANY: f64 = 0.35;

/// Whether code decides alone what is of this kind.
const fn is_proved(kind: Kind) -> bool {
    matches!(kind, Kind::Email | Kind::Card | Kind::Iban | Kind::Ip | Kind::Url)
}

/// The pieces of a text, given the place of each token and how likely its tags are, and whether something in it is proved.
pub(super) fn guesses(text: &str, places: &[Range<usize>], odds: &[Odds], has_proof: bool) -> Vec<Guess> {
    let mut guesses = Vec::new();
    for run in joined(text, places, odds, runs_of(&viterbi::likeliest(odds))) {
        let score =
            odds[run.tokens.clone()].iter().map(|odds| odds.of(run.kind)).sum::<f64>() / run.tokens.len() as f64;
        let (Some(first), Some(last)) = (places.get(run.tokens.start), places.get(run.tokens.end - 1)) else {
            continue;
        };
        let bytes = piece(text, first.start..last.end, run.kind).filter(|_| !is_proved(run.kind));
        guesses.extend(bytes.map(|bytes| Guess { bytes, kind: run.kind, score }));
    }
    let in_company = has_proof || guesses.iter().any(|guess| guess.score >= SURE);
    guesses.retain(|guess| in_company && guess.score >= IN_COMPANY);
    guesses
}

/// Tokens of one kind.
#[derive(Debug)]
struct Run {
    tokens: Range<usize>,
    kind: Kind,
}

fn runs_of(tags: &[Tag]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (at, tag) in tags.iter().enumerate() {
        match (*tag, runs.last_mut()) {
            (Tag::Inside(kind), Some(run)) if run.kind == kind && run.tokens.end == at => run.tokens.end += 1,
            (Tag::Begin(kind) | Tag::Inside(kind), _) => runs.push(Run { tokens: at..at + 1, kind }),
            (Tag::Outside, _) => {}
        }
    }
    runs
}

/// Joins neighbours with nothing but blanks and commas between them, where the second does not look like a beginning.
fn joined(text: &str, places: &[Range<usize>], odds: &[Odds], runs: Vec<Run>) -> Vec<Run> {
    let mut joined: Vec<Run> = Vec::new();
    for run in runs {
        let goes_on = |before: &&mut Run| {
            let first = &odds[run.tokens.start];
            let between = text.get(places[before.tokens.end - 1].end..places[run.tokens.start].start);
            let kind = run.kind as usize;
            before.kind == run.kind
                && first.inside[kind] > first.begin[kind]
                && between.is_some_and(|it| it.chars().all(|c| c.is_whitespace() || c == ','))
        };
        match joined.last_mut().filter(goes_on) {
            Some(before) => before.tokens.end = run.tokens.end,
            None => joined.push(run),
        }
    }
    joined
}

/// Whole words, without what is around them.
pub(super) fn piece(text: &str, bytes: Range<usize>, kind: Kind) -> Option<Range<usize>> {
    let inside = words::trimmed(text, bytes)?;
    let bytes = words::trimmed(text, words::widened(text, inside))?;
    Some(if kind == Kind::Name { words::without_genitive(text, bytes) } else { bytes })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found of tokens, each with how likely it is the beginning and the inside of a name.
    fn found(text: &str, tags: &[(&str, f64, f64)]) -> Vec<(String, Kind)> {
        let (mut places, mut odds, mut at) = (Vec::new(), Vec::new(), 0);
        for (token, begin, inside) in tags {
            let start = at + text[at..].find(token).unwrap();
            at = start + token.len();
            places.push(start..at);
            let mut odd = Odds { outside: 1.0 - begin - inside, ..Odds::default() };
            (odd.begin[0], odd.inside[0]) = (*begin, *inside);
            odds.push(odd);
        }
        guesses(text, &places, &odds, false).into_iter().map(|it| (text[it.bytes].to_owned(), it.kind)).collect()
    }

    fn names(names: &[&str]) -> Vec<(String, Kind)> {
        names.iter().map(|name| ((*name).to_owned(), Kind::Name)).collect()
    }

    #[test]
    fn words_stay_whole_and_what_is_around_them_outside() {
        let text = "Frau Anna Meyersohn's, Bo.";
        let tags =
            [("Frau", 0.0, 0.0), (" Anna", 0.9, 0.0), (" Meyer", 0.0, 0.9), ("'s,", 0.1, 0.8), (" Bo.", 0.9, 0.0)];
        assert_eq!(found(text, &tags), names(&["Anna Meyersohn", "Bo"]));
    }

    #[test]
    fn neighbours_are_one_where_the_second_goes_on() {
        let text = "Meyer, Anna, Bo";
        let none = (",", 0.0, 0.1);
        let tags = |begin, inside| [("Meyer", 0.9, 0.0), none, ("Anna", begin, inside), none, ("Bo", 0.9, 0.0)];
        assert_eq!(found(text, &tags(0.3, 0.6)), names(&["Meyer, Anna", "Bo"]));
        assert_eq!(found(text, &tags(0.6, 0.3)), names(&["Meyer", "Anna", "Bo"]));
    }

    #[test]
    fn what_is_hardly_likely_does_not_count() {
        assert!(found("Anna", &[("Anna", 0.8, 0.05)]).is_empty());
        assert!(found(". , ", &[(". ,", 0.95, 0.0)]).is_empty());
        let tags = [("Anna", 0.99, 0.0), ("Meyer", 0.0, 0.82)];
        assert_eq!(found("Anna Meyer", &tags), names(&["Anna Meyer"]));
    }

    #[test]
    fn what_is_likely_counts_beside_what_is_sure() {
        let tags = [("Anna", 0.45, 0.0), (" saw", 0.0, 0.0), (" Bo", 0.95, 0.0)];
        assert_eq!(found("Anna saw Bo", &tags), names(&["Anna", "Bo"]));
        assert!(found("Anna saw", &tags[..2]).is_empty());
    }
}
