//! One list of what is proved, what looks like a placeholder, and what a model takes for personal data.

use std::ops::Range;

use super::{
    Kind,
    checks::Found,
    spans::{self, Guess},
    words,
};

/// A part of a text that is replaced.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    pub(super) bytes: Range<usize>,
    /// None for what looks like a placeholder.
    pub(super) kind: Option<Kind>,
    pub(super) score: f64,
    /// Whether it is proved, or looks like a placeholder: then no part of it says anything.
    pub(super) is_exact: bool,
}

/// Pieces in their order, none of which overlap.
#[derive(Debug, Default)]
pub(super) struct Pieces(Vec<Piece>);

impl Pieces {
    /// What is proved wins; of what a model says the likelier wins, and what is left of the other stays where it is a
    /// word.
    pub(super) fn merged(text: &str, exact: Vec<Found>, literals: Vec<Range<usize>>, guesses: Vec<Guess>) -> Pieces {
        let piece = |found: Found| Piece { bytes: found.bytes, kind: Some(found.kind), score: 1.0, is_exact: true };
        let mut pieces = Pieces(exact.into_iter().map(piece).collect());
        for bytes in literals {
            pieces.add(Piece { bytes, kind: None, score: 1.0, is_exact: true });
        }
        for guess in likeliest_first(guesses) {
            if !pieces.completed(&guess) {
                pieces.add_rest(text, &guess);
            }
        }
        pieces
    }

    pub(super) fn into_vec(self) -> Vec<Piece> {
        self.0
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Piece> {
        self.0.iter()
    }

    /// Keeps of each piece what `part` says.
    pub(super) fn keep(&mut self, part: impl FnMut(Piece) -> Option<Piece>) {
        self.0 = std::mem::take(&mut self.0).into_iter().filter_map(part).collect();
    }

    /// Adds a piece, unless something is there.
    pub(super) fn add(&mut self, piece: Piece) -> bool {
        let place = self.0.partition_point(|known| known.bytes.end <= piece.bytes.start);
        let is_free = self.0.get(place).is_none_or(|known| known.bytes.start >= piece.bytes.end);
        if is_free {
            self.0.insert(place, piece);
        }
        is_free
    }

    fn overlapping(&mut self, bytes: &Range<usize>) -> &mut [Piece] {
        let start = self.0.partition_point(|known| known.bytes.end <= bytes.start);
        let end = self.0.partition_point(|known| known.bytes.start < bytes.end);
        self.0.get_mut(start..end).unwrap_or_default()
    }

    /// A telephone number that is proved may have more to it, which a model knows: its extension.
    fn completed(&mut self, guess: &Guess) -> bool {
        match self.overlapping(&guess.bytes) {
            [known] if known.kind == Some(Kind::Phone) && guess.kind == Kind::Phone => {
                known.bytes = known.bytes.start.min(guess.bytes.start)..known.bytes.end.max(guess.bytes.end);
                true
            }
            _ => false,
        }
    }

    /// Adds what others leave of a guess.
    fn add_rest(&mut self, text: &str, guess: &Guess) {
        let mut start = guess.bytes.start;
        let mut rests = Vec::new();
        for known in self.overlapping(&guess.bytes) {
            rests.push(start..known.bytes.start.max(start));
            start = known.bytes.end;
        }
        rests.push(start..guess.bytes.end.max(start));
        for bytes in rests.into_iter().filter_map(|rest| left_over(text, rest, guess.kind)) {
            self.add(Piece { bytes, kind: Some(guess.kind), score: guess.score, is_exact: false });
        }
    }
}

/// There are a few in a window. The library's sort is five kilobytes of what a browser loads, for each type anew.
fn likeliest_first(guesses: Vec<Guess>) -> Vec<Guess> {
    let mut sorted = Vec::with_capacity(guesses.len());
    for guess in guesses {
        let place = sorted.partition_point(|known: &Guess| known.score >= guess.score);
        sorted.insert(place, guess);
    }
    sorted
}

/// A part of a guess, where it is words.
pub(super) fn left_over(text: &str, rest: Range<usize>, kind: Kind) -> Option<Range<usize>> {
    let bytes = words::trimmed(text, rest.clone())?;
    let is_cut = words::is_inside(text, bytes.start) || words::is_inside(text, bytes.end);
    // Nothing but the piece's own words: those beyond it belong to another.
    let piece = spans::piece(text, bytes, kind)?;
    (!is_cut && rest.start <= piece.start && piece.end <= rest.end).then_some(piece)
}

#[cfg(test)]
mod tests {
    use super::{super::checks, *};

    fn merged(text: &str, guesses: &[(&str, Kind, f64)]) -> Vec<(String, Option<Kind>)> {
        let guess = |(part, kind, score): &(&str, Kind, f64)| {
            let start = text.find(part).unwrap();
            Guess { bytes: start..start + part.len(), kind: *kind, score: *score }
        };
        let literals = text.find("[IP_1]").map(|at| at..at + 6).into_iter().collect();
        let pieces = Pieces::merged(text, checks::find(text), literals, guesses.iter().map(guess).collect());
        pieces.into_vec().into_iter().map(|it| (text[it.bytes].to_owned(), it.kind)).collect()
    }

    #[test]
    fn what_is_proved_wins_and_words_beside_it_stay() {
        let text = "Anna Meyer anna@example.org.de";
        let found = merged(text, &[("Anna Meyer anna@example", Kind::Name, 0.9)]);
        assert_eq!(
            found,
            [("Anna Meyer".to_owned(), Some(Kind::Name)), ("anna@example.org.de".to_owned(), Some(Kind::Email))]
        );
        let found = merged("at +49 30 1234567 Durchwahl 3", &[("+49 30 1234567 Durchwahl 3", Kind::Phone, 0.9)]);
        assert_eq!(found, [("+49 30 1234567 Durchwahl 3".to_owned(), Some(Kind::Phone))]);
    }

    #[test]
    fn of_two_guesses_the_likelier_wins() {
        let guesses = [("Anna Meyer", Kind::Name, 0.6), ("Meyer Ltd", Kind::Organisation, 0.9)];
        let found = merged("Anna Meyer Ltd", &guesses);
        assert_eq!(found, [("Anna".to_owned(), Some(Kind::Name)), ("Meyer Ltd".to_owned(), Some(Kind::Organisation))]);
    }

    #[test]
    fn look_alikes_are_pieces_unless_they_are_inside_of_one() {
        let found = merged("x [IP_1] y", &[("x [IP_1] y", Kind::Name, 0.9)]);
        let kinds: Vec<_> = found.iter().map(|(_, kind)| *kind).collect();
        assert_eq!(kinds, [Some(Kind::Name), None, Some(Kind::Name)]);
        assert_eq!(merged("https://e.org/?token=[IP_1]", &[])[0].1, Some(Kind::Url));
    }
}
