//! Splits text into the pieces within which bytes are joined.

use std::ops::Range;

use regex_automata::{Input, meta::Regex};

use crate::TextError;

/// One way to split; what it does not match is a piece of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A pattern that says all.
    Pattern(&'static str),
    /// A pattern, and where it does not match, white space: all but the character before a word, or what there is.
    Words(&'static str),
    /// The same, with white space in runs whose lengths are powers of two.
    WordsAndTabs(&'static str),
    /// Runs of digits, in threes from their end.
    Thousands,
}

/// What to take of white space that the pattern did not match.
///
/// Published patterns end in `\s+(?!\S)|\s+`: all white space but the character before a word, or else what there is.
/// Looking ahead is the only thing in them that finite automata cannot do, and they are worth it: they take linear
/// time whatever the text.
#[derive(Clone, Copy, Debug)]
enum Spaces {
    /// `\s+(?!\S)|\s+`.
    Runs,
    /// `\s{512}(?!\S)|\s{256}(?!\S)|…|\s{1,2}(?!\S)|\s`.
    Powers,
}

/// Splits text in steps, each of which splits the pieces of the one before.
#[derive(Debug)]
pub(crate) struct Splitter {
    steps: Vec<Compiled>,
}

#[derive(Debug)]
enum Compiled {
    Pattern(Regex, Option<Spaces>),
    Thousands(Regex),
}

/// White space, where no pattern before it matches.
const SPACES: usize = 1;

impl Splitter {
    pub(crate) fn new(steps: &[Step]) -> Result<Splitter, TextError> {
        Ok(Splitter { steps: steps.iter().map(compile).collect::<Result<_, _>>()? })
    }

    /// The pieces of a text, in order and without gaps.
    pub(crate) fn split(&self, text: &str) -> Vec<Range<usize>> {
        let whole: Range<usize> = 0..text.len();
        let mut pieces = if text.is_empty() { Vec::new() } else { vec![whole] };
        for step in &self.steps {
            let mut finer = Vec::with_capacity(pieces.len());
            for piece in pieces {
                // A pattern must not look beyond the piece.
                if let Some(text) = text.get(piece.clone()) {
                    let shift = |range: Range<usize>| range.start + piece.start..range.end + piece.start;
                    step.split(text, &mut |range| finer.push(shift(range)));
                }
            }
            pieces = finer;
        }
        pieces
    }
}

fn compile(step: &Step) -> Result<Compiled, TextError> {
    let wrong = |error: Box<regex_automata::meta::BuildError>| TextError::Encode { why: error.to_string() };
    let regex = |patterns: &[&str]| Regex::new_many(patterns).map_err(|error| wrong(Box::new(error)));
    Ok(match *step {
        Step::Pattern(pattern) => Compiled::Pattern(regex(&[pattern])?, None),
        Step::Words(pattern) => Compiled::Pattern(regex(&[pattern, r"\s+"])?, Some(Spaces::Runs)),
        Step::WordsAndTabs(pattern) => Compiled::Pattern(regex(&[pattern, r"\s+"])?, Some(Spaces::Powers)),
        Step::Thousands => Compiled::Thousands(regex(&[r"\p{N}+"])?),
    })
}

impl Compiled {
    fn split(&self, text: &str, each: &mut impl FnMut(Range<usize>)) {
        let mut done = 0;
        let mut piece = |range: Range<usize>| {
            if done < range.start {
                each(done..range.start);
            }
            done = range.end;
            each(range);
        };
        match self {
            Compiled::Pattern(regex, spaces) => {
                let mut at = 0;
                while let Some(found) = (at <= text.len()).then(|| regex.find(Input::new(text).range(at..))).flatten() {
                    let mut range = found.range();
                    if let Some(spaces) = spaces.filter(|_| found.pattern().as_usize() == SPACES) {
                        let run = text.get(range.clone()).unwrap_or_default();
                        range.end = range.start + spaces.length(run, range.end == text.len());
                    }
                    // A pattern that matches nothing must not stop here for ever.
                    at = if range.is_empty() { next_character(text, range.end) } else { range.end };
                    if !range.is_empty() {
                        piece(range);
                    }
                }
            }
            Compiled::Thousands(regex) => {
                for digits in regex.find_iter(text) {
                    let mut start = digits.start();
                    for length in thousands(text.get(digits.range()).unwrap_or_default()) {
                        piece(start..start + length);
                        start += length;
                    }
                }
            }
        }
        if done < text.len() {
            each(done..text.len());
        }
    }
}

impl Spaces {
    /// How many bytes of this run are taken at once. The run is as long as it can be: a word follows, or the end.
    fn length(self, run: &str, at_end: bool) -> usize {
        let last = run.chars().next_back().map_or(0, char::len_utf8);
        match self {
            Spaces::Runs if at_end || run.len() == last => run.len(),
            Spaces::Runs => run.len() - last,
            Spaces::Powers => {
                let free = run.chars().count() - usize::from(!at_end);
                let count = if free == 0 { 1 } else { 1 << free.ilog2().min(9) };
                run.char_indices().nth(count).map_or(run.len(), |(at, _)| at)
            }
        }
    }
}

/// The lengths of groups of three digits, of which the first may have fewer.
fn thousands(digits: &str) -> Vec<usize> {
    let lengths: Vec<usize> = digits.chars().map(char::len_utf8).collect();
    let (first, rest) = lengths.split_at(lengths.len() % 3);
    let groups = std::iter::once(first).filter(|first| !first.is_empty()).chain(rest.chunks(3));
    groups.map(|group| group.iter().sum()).collect()
}

/// Where the character after this one begins; beyond the text, where there is none.
fn next_character(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.chars().next()).map_or(text.len() + 1, |c| at + c.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces<'t>(steps: &[Step], text: &'t str) -> Vec<&'t str> {
        Splitter::new(steps).unwrap().split(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn white_space_leaves_a_character_to_the_word() {
        let words = r" ?\w+";
        assert_eq!(pieces(&[Step::Words(words)], "  a\tb \n"), [" ", " a", "\t", "b", " \n"]);
        assert_eq!(pieces(&[Step::Words(words)], "  a\t\tb"), [" ", " a", "\t", "\t", "b"]);
        assert_eq!(pieces(&[Step::Words(words)], "a  "), ["a", "  "]);
        assert_eq!(pieces(&[Step::WordsAndTabs(words)], "       a   "), ["    ", "  ", " a", "  ", " "]);
        assert_eq!(pieces(&[Step::Words(words)], ""), [""; 0]);
    }

    #[test]
    fn what_no_pattern_matches_is_a_piece() {
        assert_eq!(pieces(&[Step::Pattern("[0-9]+"), Step::Pattern("b")], "abc12d"), ["a", "b", "c", "12", "d"]);
        assert_eq!(pieces(&[Step::Pattern("x*")], "éxxa"), ["é", "xx", "a"]);
    }

    #[test]
    fn digits_are_grouped_from_their_end() {
        assert_eq!(pieces(&[Step::Thousands], "a1234567b890 1"), ["a", "1", "234", "567", "b", "890", " ", "1"]);
    }
}
