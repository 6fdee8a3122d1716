use std::sync::Arc;

use kinglet_text::{DecodeStream, TextError};

/// The text of a generation as its tokens come, up to the first of the texts that end it.
#[derive(Debug)]
pub(super) struct TextOut {
    /// `None` once nothing is to follow.
    decode: Option<DecodeStream>,
    stop: Arc<[String]>,
    /// What may be the beginning of a text that ends it.
    held: String,
}

impl TextOut {
    pub(super) fn new(decode: DecodeStream, stop: Arc<[String]>) -> TextOut {
        TextOut { decode: Some(decode), stop, held: String::new() }
    }

    /// Adds a token. Returns the text that is complete with it, and whether that is the end.
    pub(super) fn push(&mut self, id: u32) -> Result<(String, bool), TextError> {
        let Some(decode) = &mut self.decode else { return Ok((String::new(), true)) };
        let more = decode.push(id)?;
        Ok(self.release(more, false))
    }

    /// The rest, where no more tokens follow.
    pub(super) fn finish(&mut self) -> String {
        let rest = self.decode.take().and_then(DecodeStream::finish);
        self.release(rest, true).0
    }

    fn release(&mut self, more: Option<String>, all: bool) -> (String, bool) {
        self.held.push_str(&more.unwrap_or_default());
        let ends = self.stop.iter().filter_map(|stop| self.held.find(stop.as_str())).min();
        if let Some(end) = ends {
            self.held.truncate(end);
            self.decode = None;
            return (std::mem::take(&mut self.held), true);
        }
        let kept = if all { 0 } else { self.stop.iter().map(|stop| overlap(&self.held, stop)).max().unwrap_or(0) };
        let rest = self.held.split_off(self.held.len() - kept);
        (std::mem::replace(&mut self.held, rest), false)
    }
}

/// Bytes at the end of a text that a longer one may begin with.
fn overlap(text: &str, longer: &str) -> usize {
    let starts = text.char_indices().map(|(at, _)| at).skip_while(|at| text.len() - at >= longer.len());
    starts.into_iter().find(|&at| longer.starts_with(&text[at..])).map_or(0, |at| text.len() - at)
}

#[cfg(test)]
mod tests {
    use kinglet_text::{SpecialText, Tokenizer, Vocabulary};

    use super::*;

    /// What comes out for each token, and at the end.
    fn shown(tokens: &[&str], stop: &[&str]) -> Vec<String> {
        let vocabulary = Vocabulary {
            model: "llama",
            tokens: [&["<unk>"], tokens].concat(),
            token_type: [&[2][..], &vec![1; tokens.len()]].concat(),
            scores: vec![0.0; tokens.len() + 1],
            ..Vocabulary::default()
        };
        let tokenizer = Tokenizer::from_vocabulary(&vocabulary).unwrap();
        let stop = stop.iter().map(|stop| (*stop).to_owned()).collect();
        let mut out = TextOut::new(tokenizer.decode_stream(SpecialText::Skip), stop);
        let mut shown = Vec::new();
        for id in 1..=tokens.len() as u32 {
            let (text, ended) = out.push(id).unwrap();
            shown.push(text);
            if ended {
                return shown;
            }
        }
        shown.push(out.finish());
        shown
    }

    #[test]
    fn what_may_end_the_text_waits() {
        assert_eq!(shown(&["a", "b", "c"], &[]), ["a", "b", "c", ""]);
        assert_eq!(shown(&["a\n", "\nUser", ":", "x"], &["\n\nUser:"]), ["a", "", ""]);
        assert_eq!(shown(&["a\n", "\nUse", "d"], &["\n\nUser:"]), ["a", "", "\n\nUsed", ""]);
        assert_eq!(shown(&["aab", "aa"], &["aaa"]), ["aab", "", "aa"]);
        assert_eq!(shown(&["é", "éx"], &["éx", "zz"]), ["", "é"]);
    }

    #[test]
    fn the_first_of_several_ends_the_text() {
        assert_eq!(shown(&["one two three"], &["three", "two"]), ["one "]);
        assert_eq!(shown(&["stop"], &["stop"]), [""]);
    }
}
