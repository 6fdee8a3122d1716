//! The likeliest tags of tokens, of those that make sense: what is inside follows its beginning.

use super::{
    Kind,
    labels::{Odds, Tag},
};

/// How much the tag of what is nothing counts: what is found for this is looked at again as a whole.
const OUTSIDE: f64 = 0.4;

/// A tag for each token. The first may be inside of what began before the window.
pub(super) fn likeliest(tokens: &[Odds]) -> Vec<Tag> {
    const LEAST: f64 = 1e-12;
    let mut steps: Vec<Vec<Step>> = Vec::with_capacity(tokens.len());
    for odds in tokens {
        let before = steps.last();
        let step = |state: usize| {
            let (from, score) = before.map_or((0, 0.0), |before| best(before, state));
            Step { from, score: score + probability(odds, state).max(LEAST).ln() }
        };
        let step = (0..STATES).map(step).collect();
        steps.push(step);
    }
    let mut tags = Vec::with_capacity(tokens.len());
    let mut state = steps.last().map_or(0, |last| largest(last, 0..STATES).0);
    for step in steps.iter().rev() {
        tags.push(tag(state));
        state = step[state].from;
    }
    tags.reverse();
    tags
}

/// The likeliest way to a state: the score of its tags, and the state before.
#[derive(Clone, Copy)]
struct Step {
    from: usize,
    score: f64,
}

/// Outside, then of each kind its beginning and its inside.
const STATES: usize = 1 + 2 * Kind::ALL.len();

fn tag(state: usize) -> Tag {
    match (state.checked_sub(1), state % 2) {
        (None, _) => Tag::Outside,
        (Some(place), 1) => Tag::Begin(Kind::ALL[place / 2]),
        (Some(place), _) => Tag::Inside(Kind::ALL[place / 2]),
    }
}

fn probability(odds: &Odds, state: usize) -> f64 {
    match tag(state) {
        Tag::Outside => odds.outside * OUTSIDE,
        Tag::Begin(kind) => odds.begin[kind as usize],
        Tag::Inside(kind) => odds.inside[kind as usize],
    }
}

/// The best state before this one.
fn best(before: &[Step], state: usize) -> (usize, f64) {
    match tag(state) {
        Tag::Inside(_) => largest(before, state - 1..state + 1),
        Tag::Outside | Tag::Begin(_) => largest(before, 0..STATES),
    }
}

fn largest(steps: &[Step], states: std::ops::Range<usize>) -> (usize, f64) {
    let start = (states.start, steps[states.start].score);
    states.fold(start, |best, state| if steps[state].score > best.1 { (state, steps[state].score) } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn odds(outside: f64, begin: f64, inside: f64) -> Odds {
        let mut odds = Odds { outside, ..Odds::default() };
        (odds.begin[0], odds.inside[0]) = (begin, inside);
        odds
    }

    #[test]
    fn what_is_inside_follows_its_beginning() {
        const NAME: Kind = Kind::Name;
        let tags = likeliest(&[odds(0.9, 0.1, 0.0), odds(0.1, 0.4, 0.5), odds(0.1, 0.0, 0.9), odds(1.0, 0.0, 0.0)]);
        assert_eq!(tags, [Tag::Outside, Tag::Begin(NAME), Tag::Inside(NAME), Tag::Outside]);
        // It may have begun before the window.
        assert_eq!(likeliest(&[odds(0.2, 0.1, 0.7)]), [Tag::Inside(NAME)]);
        let mut other = odds(0.0, 0.1, 0.0);
        other.inside[Kind::Card as usize] = 0.9;
        // Inside of a card that never began is nothing; the beginning of a name is likelier.
        assert_eq!(likeliest(&[odds(1.0, 0.0, 0.0), other])[1], Tag::Begin(NAME));
        assert!(likeliest(&[]).is_empty());
    }
}
