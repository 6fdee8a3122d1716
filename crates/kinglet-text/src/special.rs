//! Finds the texts of special tokens, which are never split.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::{
    TextError,
    pieces::{Kind, Pieces},
};

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Text to encode.
    Text(Range<usize>),
    /// A token, and where its text stands.
    Token(u32, Range<usize>),
}

/// Finds tokens in a text, the longest where several begin at one place.
#[derive(Debug)]
pub(crate) struct SpecialTokens {
    /// Those that mean themselves in every text.
    always: Finder,
    /// Those and the ones that steer a model.
    all: Finder,
    strips: Strips,
}

#[derive(Debug)]
struct Finder {
    automaton: Option<AhoCorasick>,
    ids: Vec<u32>,
}

/// Which tokens take the white space beside them along. GGUF files do not say; llama.cpp knows it of some models.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Strips {
    before: Vec<u32>,
    after: Vec<u32>,
}

impl Strips {
    /// By the names of a model, its architecture and the way it splits text.
    pub(crate) fn new(pieces: &Pieces, name: &str, architecture: &str, pre: &str) -> Strips {
        let name = name.to_lowercase();
        let find = |text: &str| pieces.find(text.as_bytes());
        let jina = ["jina-v2-de", "jina-v2-es", "jina-v2-code"].iter().any(|known| pre.contains(known));
        if jina || ["nomic-bert-moe", "jina-bert-v3"].iter().any(|known| architecture.contains(known)) {
            return Strips { before: find("<mask>").into_iter().collect(), after: Vec::new() };
        }
        if name.contains("phi-3") || name.contains("phi3") {
            let mut after: Vec<u32> = pieces.of_kind(is_found).chain(find("</s>")).collect();
            let kept = ["<unk>", "<s>", "<|endoftext|>"].map(find);
            after.retain(|id| !kept.contains(&Some(*id)));
            return Strips { before: Vec::new(), after };
        }
        let mask = if name.contains("modern-bert") { find("[MASK]") } else { None };
        Strips { before: mask.into_iter().collect(), after: Vec::new() }
    }
}

/// Kinds of tokens whose texts may be found.
fn is_found(kind: Kind) -> bool {
    kind == Kind::UserDefined || kind.is_special()
}

impl SpecialTokens {
    pub(crate) fn new(pieces: &Pieces, strips: Strips) -> Result<SpecialTokens, TextError> {
        Ok(SpecialTokens {
            always: Finder::new(pieces, pieces.of_kind(|kind| kind == Kind::UserDefined))?,
            all: Finder::new(pieces, pieces.of_kind(is_found))?,
            strips,
        })
    }

    /// The parts of a text, in order. `all` finds tokens that steer a model, too.
    pub(crate) fn parts(&self, text: &str, all: bool) -> Vec<Part> {
        let finder = if all { &self.all } else { &self.always };
        let mut parts = Vec::new();
        let mut done = 0;
        for (id, range) in finder.find(text) {
            let mut before = done..range.start;
            if self.strips.before.contains(&id) {
                let text = text.get(before.clone()).unwrap_or_default();
                before.end = before.start + text.trim_end_matches(is_space).len();
            }
            if !before.is_empty() {
                parts.push(Part::Text(before));
            }
            done = range.end;
            if self.strips.after.contains(&id) {
                let rest = text.get(done..).unwrap_or_default();
                // White space may hold a token, which comes first.
                done += rest.len() - rest.trim_start_matches(is_space).len();
            }
            parts.push(Part::Token(id, range));
        }
        if done < text.len() {
            parts.push(Part::Text(done..text.len()));
        }
        parts
    }
}

/// What C's `isspace` takes for white space.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r')
}

impl Finder {
    fn new(pieces: &Pieces, ids: impl Iterator<Item = u32>) -> Result<Finder, TextError> {
        let ids: Vec<u32> = ids.filter(|&id| !pieces.text(id).is_empty()).collect();
        if ids.is_empty() {
            return Ok(Finder { automaton: None, ids });
        }
        let mut builder = AhoCorasick::builder();
        let automaton = builder.match_kind(MatchKind::LeftmostLongest).build(ids.iter().map(|&id| pieces.text(id)));
        let wrong = |error| TextError::vocabulary(format!("has special tokens that cannot be searched for: {error}"));
        Ok(Finder { automaton: Some(automaton.map_err(wrong)?), ids })
    }

    fn find(&self, text: &str) -> impl Iterator<Item = (u32, Range<usize>)> {
        let matches = self.automaton.iter().flat_map(move |automaton| automaton.find_iter(text));
        matches.filter_map(|found| Some((*self.ids.get(found.pattern().as_usize())?, found.range())))
    }
}

/// Tokens that end a text, a turn or a part of a program. Files that were made with early converters call some of
/// them ordinary tokens.
pub(crate) const CONTROL_TEXTS: &[&str] = &[
    "<|eot_id|>",
    "<|eom_id|>",
    "<|im_end|>",
    "<|end|>",
    "<|return|>",
    "<|call|>",
    "<|calls|>",
    "<|flush|>",
    "<end_of_turn>",
    "<|endoftext|>",
    "<|end_of_text|>",
    "<EOT>",
    "_<EOT>",
    "[EOT]",
    "[EOS]",
    "<eos>",
    "<turn|>",
    "<|tool_response>",
    "<｜end▁of▁sentence｜>",
    "<end_of_utterance>",
    "[e~[",
    "<|fim_prefix|>",
    "<fim-prefix>",
    "<fim_prefix>",
    "<｜fim▁begin｜>",
    "<PRE>",
    "▁<PRE>",
    "<|code_prefix|>",
    "<|prefix|>",
    "<|fim_suffix|>",
    "<fim-suffix>",
    "<fim_suffix>",
    "<｜fim▁hole｜>",
    "<SUF>",
    "▁<SUF>",
    "<|code_suffix|>",
    "<|suffix|>",
    "<|fim_middle|>",
    "<fim-middle>",
    "<fim_middle>",
    "<｜fim▁end｜>",
    "<MID>",
    "▁<MID>",
    "<|code_middle|>",
    "<|middle|>",
    "<|fim_pad|>",
    "<fim-pad>",
    "<fim_pad>",
    "<PAD>",
    "[PAD]",
    "<|fim_repo|>",
    "<|repo_name|>",
    "<fim-repo>",
    "<REPO>",
    "<reponame>",
    "<|file_sep|>",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces() -> Pieces {
        let mut pieces = Pieces::with_capacity(4);
        for (text, kind) in
            [("<s>", Kind::Control), ("<s>>", Kind::UserDefined), ("a", Kind::Normal), ("<|x|>", Kind::Control)]
        {
            let id = pieces.push(text.as_bytes(), kind).unwrap();
            pieces.list(id);
        }
        pieces
    }

    #[test]
    fn the_longest_token_is_found() {
        let special = SpecialTokens::new(&pieces(), Strips::default()).unwrap();
        let parts = special.parts("a<s>><s>b", true);
        assert_eq!(parts, [Part::Text(0..1), Part::Token(1, 1..5), Part::Token(0, 5..8), Part::Text(8..9)]);
        assert_eq!(special.parts("<s>><s>", false), [Part::Token(1, 0..4), Part::Text(4..7)]);
        assert_eq!(special.parts("", true), []);
    }

    #[test]
    fn some_tokens_take_white_space_along() {
        let pieces = pieces();
        let strips = Strips::new(&pieces, "Phi-3 mini", "phi3", "default");
        assert_eq!(strips, Strips { before: vec![], after: vec![1, 3] });
        let special = SpecialTokens::new(&pieces, strips).unwrap();
        assert_eq!(special.parts("<|x|> \n a", true), [Part::Token(3, 0..5), Part::Text(8..9)]);
        let special = SpecialTokens::new(&pieces, Strips { before: vec![3], after: vec![] }).unwrap();
        assert_eq!(special.parts("a <|x|> ", true), [Part::Text(0..1), Part::Token(3, 2..7), Part::Text(7..8)]);
    }
}
