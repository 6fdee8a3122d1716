//! Vocabularies with merges: pairs of tokens that become one, in their order.

use std::{cmp::Reverse, ops::Range};

use hashbrown::HashMap;

use crate::{
    TextError,
    aligned::Aligned,
    alphabet,
    merge::{Joins, Merger, NONE, Symbol},
    pieces::{Kind, Pieces},
    pre_tokenizer::{Letters, PreTokenizer},
    split::Splitter,
};

#[derive(Debug)]
pub(crate) struct Bpe {
    pre: &'static PreTokenizer,
    splitter: Splitter,
    /// The rank of a pair, and what it becomes.
    merges: HashMap<(u32, u32), (u32, u32)>,
    /// The symbol of each byte.
    bytes: [u32; 256],
    /// Symbols from here on are parts of tokens and no tokens themselves.
    tokens: u32,
}

impl Bpe {
    /// Reads merges, each a pair with a space between. Parts that are no tokens are added to the pieces.
    pub(crate) fn new(pre: &'static PreTokenizer, pieces: &mut Pieces, merges: &[&str]) -> Result<Bpe, TextError> {
        let tokens = u32::try_from(pieces.len()).map_err(|_| TextError::vocabulary("has too many tokens"))?;
        let mut pairs = HashMap::with_capacity(merges.len());
        let (mut first, mut second) = (Vec::new(), Vec::new());
        for (rank, merge) in (0u32..).zip(merges) {
            // A token may begin with a space.
            let space = merge.char_indices().skip(1).find(|(_, c)| *c == ' ').map(|(at, _)| at);
            let pair = space.and_then(|at| Some((merge.get(..at)?, merge.get(at + 1..)?)));
            let Some((left, right)) = pair.filter(|(_, right)| !right.is_empty()) else {
                return Err(TextError::vocabulary(format!(
                    "has merge {rank}, which is not a pair with a space between"
                )));
            };
            first.clear();
            second.clear();
            if !(read(pre.letters, left, &mut first) && read(pre.letters, right, &mut second)) {
                let why = format!("has merge {rank}, whose letters stand for no bytes");
                return Err(TextError::vocabulary(why));
            }
            let pair = (symbol(pieces, &first)?, symbol(pieces, &second)?);
            first.extend_from_slice(&second);
            let joined = symbol(pieces, &first)?;
            // The first of equal merges counts.
            pairs.entry(pair).or_insert((rank, joined));
        }
        let bytes = std::array::from_fn(|byte| {
            let byte = u8::try_from(byte).unwrap_or_default();
            pieces.find(&[byte]).unwrap_or(NONE)
        });
        Ok(Bpe { pre, splitter: Splitter::new(pre.steps)?, merges: pairs, bytes, tokens })
    }

    /// Adds the tokens of a text that lies at `at` of the original.
    pub(crate) fn encode(&self, pieces: &Pieces, text: &str, at: usize, found: &mut Vec<(u32, Range<usize>)>) {
        let mut merger = Merger::new();
        if self.pre.letters == Letters::Bytes {
            let mut add = |id, range: Range<usize>| found.push((id, range.start + at..range.end + at));
            for piece in self.splitter.split(text) {
                self.encode_piece(pieces, &mut merger, text.as_bytes(), piece, &mut add);
            }
        } else {
            let aligned = Aligned::with_spaces(text, false);
            let mut add = |id, range| {
                let range = aligned.original(range);
                found.push((id, range.start + at..range.end + at));
            };
            for piece in self.splitter.split(aligned.text()) {
                self.encode_piece(pieces, &mut merger, aligned.text().as_bytes(), piece, &mut add);
            }
        }
    }

    fn encode_piece(
        &self,
        pieces: &Pieces,
        merger: &mut Merger<Reverse<u32>>,
        text: &[u8],
        piece: Range<usize>,
        add: &mut impl FnMut(u32, Range<usize>),
    ) {
        let bytes = &text[piece.clone()];
        let lines = self.pre.letters == Letters::CharactersAndLines && bytes.first() == Some(&b'\n');
        if (self.pre.whole_pieces || lines)
            && let Some(id) = pieces.find(bytes).filter(|&id| id < self.tokens)
        {
            return add(id, piece);
        }
        if self.pre.letters == Letters::Bytes {
            bytes
                .iter()
                .zip(piece.start..)
                .for_each(|(&byte, at)| merger.push(self.bytes[usize::from(byte)], at, at + 1));
        } else {
            let mut start = piece.start;
            for character in bytes.utf8_chunks().flat_map(|chunk| chunk.valid().chars()) {
                let end = start + character.len_utf8();
                merger.push(pieces.find(&text[start..end]).unwrap_or(NONE), start, end);
                start = end;
            }
        }
        merger.finish(self, |symbol| match symbol.id {
            id if id < self.tokens => add(id, symbol.start..symbol.end),
            _ => self.add_bytes(pieces, text, symbol, add),
        });
    }

    /// What is no token is written byte by byte; bytes that the vocabulary lacks are lost.
    fn add_bytes(&self, pieces: &Pieces, text: &[u8], symbol: &Symbol, add: &mut impl FnMut(u32, Range<usize>)) {
        for (&byte, at) in text[symbol.start..symbol.end].iter().zip(symbol.start..) {
            let (id, range) = match self.pre.letters {
                Letters::Bytes => (Some(self.bytes[usize::from(byte)]), at..at + 1),
                Letters::Characters | Letters::CharactersAndLines => (pieces.find_byte(byte), symbol.start..symbol.end),
            };
            if let Some(id) = id.filter(|&id| id < self.tokens) {
                add(id, range);
            }
        }
    }
}

impl Joins for Bpe {
    type Priority = Reverse<u32>;

    fn join(&self, left: &Symbol, right: &Symbol) -> Option<(Reverse<u32>, u32)> {
        self.merges.get(&(left.id, right.id)).map(|&(rank, joined)| (Reverse(rank), joined))
    }
}

/// The bytes that a part of a merge stands for.
fn read(letters: Letters, text: &str, bytes: &mut Vec<u8>) -> bool {
    match letters {
        Letters::Bytes => alphabet::decode(text, bytes),
        Letters::Characters | Letters::CharactersAndLines => {
            bytes.extend_from_slice(text.as_bytes());
            true
        }
    }
}

fn symbol(pieces: &mut Pieces, bytes: &[u8]) -> Result<u32, TextError> {
    if let Some(id) = pieces.find(bytes) {
        return Ok(id);
    }
    let id = pieces.push(bytes, Kind::Unused)?;
    pieces.list(id);
    Ok(id)
}
