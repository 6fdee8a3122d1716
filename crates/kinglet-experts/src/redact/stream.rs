use std::ops::Range;

use kinglet::TokenScores;

use super::{
    Error, Map, Redactor, Span, TokenTagger,
    blocks::{Blocks, Window},
    checks,
    known::Known,
    merge::{Piece, Pieces, left_over},
    placeholder::Placeholder,
    spans::{self, Guess},
};

/// Windows that go through the model together.
const TOGETHER: usize = 8;

/// A part of a text without personal data.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Part {
    /// The part, with placeholders.
    pub text: String,
    /// What was replaced, in its order. Places are those of the whole text.
    pub spans: Vec<Span>,
    /// Tokens that the model has read for it.
    pub tokens: usize,
}

/// Takes personal data out of a text that comes in parts, a few kilobytes at a time. The result is the same however the
/// text is cut. A call that is given up half-way loses nothing: the next one goes on.
///
/// ```no_run
/// # async fn example(mut redactor: kinglet_experts::redact::Redactor) -> Result<(), kinglet_experts::redact::Error> {
/// use kinglet_experts::redact::Map;
///
/// let mut stream = redactor.stream(Map::default());
/// for line in std::io::stdin().lines().map_while(Result::ok) {
///     print!("{}", stream.push(&line).await?.text);
///     print!("{}", stream.push("\n").await?.text);
/// }
/// let (last, map) = stream.finish().await?;
/// println!("{}{}", last.text, map.to_json());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct RedactStream<'r, T> {
    redactor: &'r mut Redactor<T>,
    blocks: Blocks,
    known: Known,
    map: Map,
    /// How far the text is handed over, in bytes and in code points.
    done: usize,
    done_points: usize,
    /// What is handed over next.
    part: Part,
}

impl<'r, T: TokenTagger> RedactStream<'r, T> {
    pub(super) fn new(redactor: &'r mut Redactor<T>, map: Map) -> RedactStream<'r, T> {
        let (blocks, known) = (Blocks::default(), Known::of(&map));
        RedactStream { redactor, blocks, known, map, done: 0, done_points: 0, part: Part::default() }
    }

    /// Takes more of the text, and hands over what is known of it.
    pub async fn push(&mut self, text: &str) -> Result<Part, Error> {
        self.blocks.push(text);
        self.advance().await
    }

    /// The rest of the text, which has ended, and what all its placeholders stand for.
    pub async fn finish(mut self) -> Result<(Part, Map), Error> {
        self.blocks.end();
        let part = self.advance().await?;
        Ok((part, self.map))
    }

    /// What the placeholders stand for so far.
    pub fn map(&self) -> &Map {
        &self.map
    }

    async fn advance(&mut self) -> Result<Part, Error> {
        loop {
            let windows = self.blocks.ready(TOGETHER);
            if windows.is_empty() {
                return Ok(std::mem::take(&mut self.part));
            }
            let texts: Vec<&str> = windows.iter().map(|window| self.blocks.text(window)).collect();
            let tokens = self.redactor.tagger.tokens(&texts).await?;
            for (window, tokens) in windows.iter().zip(&tokens) {
                let text = self.blocks.text(window).to_owned();
                self.part.tokens += tokens.len();
                self.replace(window, &text, tokens);
                self.blocks.done(window);
            }
        }
    }

    /// Hands a block over, up to its end or that of the last piece that begins in it.
    fn replace(&mut self, window: &Window, text: &str, tokens: &[TokenScores]) {
        let from = self.done.max(window.block.start) - window.bytes.start;
        let to = window.block.end - window.bytes.start;
        let mut pieces = self.pieces(text, tokens);
        pieces.keep(|piece| own(text, piece, from, to));
        for piece in pieces.iter().filter(|piece| !piece.is_exact) {
            if let (Some(kind), Some(value)) = (piece.kind, text.get(piece.bytes.clone())) {
                self.known.learn(value, kind, piece.score);
            }
        }
        self.known.add_to(&mut pieces, text, &self.redactor.kinds);
        pieces.keep(|piece| own(text, piece, from, to));
        let mut at = from;
        for piece in pieces.into_vec() {
            self.plain(&text[at..piece.bytes.start]);
            at = piece.bytes.end;
            self.piece(piece, text);
        }
        self.plain(&text[at..to.max(at)]);
    }

    /// All that is found in a window.
    fn pieces(&self, text: &str, tokens: &[TokenScores]) -> Pieces {
        let kinds = &self.redactor.kinds;
        let places: Vec<Range<usize>> = tokens.iter().map(|token| token.bytes.clone()).collect();
        let odds: Vec<_> = tokens.iter().map(|token| self.redactor.labels.odds(token)).collect();
        let exact = checks::find(text);
        let guesses = spans::guesses(text, &places, &odds, !exact.is_empty());
        let guesses: Vec<Guess> = guesses.into_iter().filter(|guess| kinds.contains(&guess.kind)).collect();
        let exact = exact.into_iter().filter(|found| kinds.contains(&found.kind)).collect();
        Pieces::merged(text, exact, Placeholder::find(text).map(|(_, bytes)| bytes).collect(), guesses)
    }

    fn plain(&mut self, text: &str) {
        self.part.text += text;
        self.done += text.len();
        self.done_points += text.chars().count();
    }

    fn piece(&mut self, piece: Piece, text: &str) {
        let Piece { bytes, kind, score, .. } = piece;
        let value = &text[bytes];
        let placeholder = self.map.placeholder(kind, value).to_string();
        self.part.text += &placeholder;
        let (start, start_byte) = (self.done_points, self.done);
        self.done_points += value.chars().count();
        self.done += value.len();
        // What only looks like a placeholder is no personal data.
        if let Some(kind) = kind {
            let bytes = start_byte..self.done;
            let text = value.to_owned();
            self.part.spans.push(Span { start, end: self.done_points, bytes, kind, score, text, placeholder });
        }
    }
}

/// What of a piece belongs to a block: one that begins in it, or the rest of a guess that others began.
fn own(text: &str, piece: Piece, from: usize, to: usize) -> Option<Piece> {
    if piece.bytes.start >= to || piece.bytes.end <= from {
        return None;
    }
    if piece.bytes.start >= from {
        return Some(piece);
    }
    let kind = piece.kind.filter(|_| !piece.is_exact)?;
    let bytes = left_over(text, from..piece.bytes.end, kind)?;
    Some(Piece { bytes, ..piece })
}
