//! Text out of tokens.

use serde_json::Value;

use crate::{TextError, aligned::SPACE, alphabet, error::shown, pieces::Kind};

/// How the texts of tokens become text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// They are bytes.
    Bytes,
    /// Their letters stand for bytes.
    Letters,
    /// They are text, in which others stand for some characters; bytes are tokens such as `<0x0A>`.
    Text { replaced: Vec<(String, String)>, bytes: bool },
    /// They are words, but for those that begin with this, which go on with a word.
    Words { continued: String, clean: bool },
    /// They are parts of words, the last of which end in this.
    Parts { end: String },
}

/// What becomes of a space that the text begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FirstSpace {
    /// It stays.
    Keep,
    /// It was not there before the text was encoded.
    Drop,
    /// As are all spaces of the first token.
    DropAll,
}

/// How text comes out of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Decoder {
    pub(crate) form: Form,
    pub(crate) first_space: FirstSpace,
}

/// A token as the decoder sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece<'t> {
    pub(crate) text: &'t [u8],
    pub(crate) kind: Kind,
}

/// Text that comes token by token. What may still change waits: bytes of a character that is not complete, and a space
/// that belongs to whatever follows.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pending {
    bytes: Vec<u8>,
    began: bool,
    /// Something of the text has been written.
    written: bool,
    space: bool,
}

impl Decoder {
    /// That of a vocabulary of text: SentencePiece's.
    pub(crate) fn sentence_piece(first_space: FirstSpace) -> Decoder {
        let replaced = vec![(SPACE.to_owned(), " ".to_owned())];
        Decoder { form: Form::Text { replaced, bytes: true }, first_space }
    }

    /// Adds a token.
    pub(crate) fn push(&self, pending: &mut Pending, piece: Piece<'_>) {
        if std::mem::take(&mut pending.space) {
            pending.bytes.push(b' ');
        }
        let start = pending.bytes.len();
        let first = !std::mem::replace(&mut pending.began, true);
        self.write(pending, piece, first);
        if self.first_space == FirstSpace::Drop && !pending.written && pending.bytes.get(start) == Some(&b' ') {
            pending.bytes.remove(start);
            pending.written = true;
        }
        pending.written |= pending.bytes.len() > start;
    }

    fn write(&self, pending: &mut Pending, piece: Piece<'_>, first: bool) {
        let out = &mut pending.bytes;
        let Ok(text) = str::from_utf8(piece.text) else { return out.extend_from_slice(piece.text) };
        match &self.form {
            Form::Bytes => out.extend_from_slice(piece.text),
            Form::Letters => {
                // Added tokens may have other letters; they mean themselves.
                if !alphabet::decode(text, out) {
                    out.extend_from_slice(piece.text);
                }
            }
            Form::Text { replaced, bytes } => match byte(text) {
                Some(byte) if *bytes && matches!(piece.kind, Kind::Normal | Kind::Byte) => out.push(byte),
                _ if piece.kind != Kind::Normal => out.extend_from_slice(piece.text),
                _ => {
                    let drop = first && self.first_space == FirstSpace::DropAll;

                    let text = replaced.iter().fold(text.to_owned(), |text, (from, to)| {
                        text.replace(from, if drop && to == " " { "" } else { to })
                    });
                    out.extend_from_slice(text.as_bytes());
                }
            },
            Form::Words { continued, clean } => {
                let word = match text.strip_prefix(continued.as_str()) {
                    _ if first => text.to_owned(),
                    Some(rest) if !continued.is_empty() => rest.to_owned(),
                    _ => format!(" {text}"),
                };
                let word = if *clean { cleaned(&word) } else { word };
                out.extend_from_slice(word.as_bytes());
            }
            Form::Parts { end } => {
                let rest = text.strip_suffix(end.as_str());
                out.extend_from_slice(rest.unwrap_or(text).as_bytes());
                pending.space = rest.is_some();
            }
        }
    }
}

impl Pending {
    /// As it is after some text.
    pub(crate) fn within_text() -> Pending {
        Pending { began: true, written: true, ..Pending::default() }
    }

    /// What is not handed over yet.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The text that can be handed over; at the end, all of it.
    pub(crate) fn take(&mut self, at_end: bool) -> String {
        let mut text = String::new();
        let mut kept = 0;
        for chunk in self.bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            let bad = chunk.invalid();
            if bad.is_empty() {
                continue;
            }
            kept += chunk.valid().len();
            // More bytes may complete it.
            let open = kept + bad.len() == self.bytes.len()
                && str::from_utf8(bad).is_err_and(|error| error.error_len().is_none());
            if open && !at_end {
                self.bytes.drain(..kept);
                return text;
            }
            text.push(char::REPLACEMENT_CHARACTER);
            kept += bad.len();
        }
        self.bytes.clear();
        text
    }
}

/// The byte of a token such as `<0x0A>`.
fn byte(text: &str) -> Option<u8> {
    let digits = text.strip_prefix("<0x")?.strip_suffix('>')?;
    (digits.len() == 2 && !digits.starts_with('+')).then(|| u8::from_str_radix(digits, 16).ok())?
}

/// Punctuation without the space before it, as BERT's decoder writes it.
fn cleaned(word: &str) -> String {
    const CLEANED: &[(&str, &str)] = &[
        (" .", "."),
        (" ?", "?"),
        (" !", "!"),
        (" ,", ","),
        (" ' ", "'"),
        (" n't", "n't"),
        (" 'm", "'m"),
        (" do not", " don't"),
        (" 's", "'s"),
        (" 've", "'ve"),
        (" 're", "'re"),
    ];
    CLEANED.iter().fold(word.to_owned(), |word, (from, to)| word.replace(from, to))
}

impl Decoder {
    /// That of a `tokenizer.json`.
    pub(crate) fn from_json(decoder: &Value) -> Result<Decoder, TextError> {
        let mut read = Reading::default();
        read.add(decoder, 0)?;
        let form = match read.form {
            Some(form) => form,
            None if read.replaced.is_empty() && !read.bytes => Form::Words { continued: String::new(), clean: false },
            None => Form::Text { replaced: read.replaced, bytes: read.bytes },
        };
        Ok(Decoder { form, first_space: read.first_space })
    }
}

/// What the parts of a decoder say one after another.
struct Reading {
    form: Option<Form>,
    replaced: Vec<(String, String)>,
    bytes: bool,
    first_space: FirstSpace,
}

impl Default for Reading {
    fn default() -> Reading {
        Reading { form: None, replaced: Vec::new(), bytes: false, first_space: FirstSpace::Keep }
    }
}

impl Reading {
    fn add(&mut self, part: &Value, depth: usize) -> Result<(), TextError> {
        let text = |key: &str| part.get(key).and_then(Value::as_str);
        let unsupported = |what: &str| Err(TextError::Part { part: "decoder", found: shown(what) });
        match text("type") {
            None if part.is_null() => {}
            Some("Sequence") if depth < 4 => {
                let parts = part.get("decoders").and_then(Value::as_array);
                parts.into_iter().flatten().try_for_each(|part| self.add(part, depth + 1))?;
            }
            Some("ByteLevel") => self.form = Some(Form::Letters),
            Some("ByteFallback") => self.bytes = true,
            // Texts follow each other anyway.
            Some("Fuse") => {}
            Some("Replace") => {
                let pattern = part.get("pattern").and_then(|pattern| pattern.get("String")).and_then(Value::as_str);
                let (Some(from), Some(to)) = (pattern, text("content")) else {
                    return unsupported("Replace with a regular expression");
                };
                self.replaced.push((from.to_owned(), to.to_owned()));
            }
            Some("Metaspace") => {
                self.replaced.push((text("replacement").unwrap_or(SPACE).to_owned(), " ".to_owned()));
                let never = text("prepend_scheme") == Some("never");
                self.first_space = if never { FirstSpace::Keep } else { FirstSpace::DropAll };
            }
            Some("Strip") => {
                let count = |key: &str| part.get(key).and_then(Value::as_u64);
                match (text("content"), count("start"), count("stop")) {
                    (_, Some(0), Some(0)) => {}
                    (Some(" "), Some(1), Some(0)) => self.first_space = FirstSpace::Drop,
                    _ => return unsupported("Strip of anything but a space at the beginning"),
                }
            }
            Some("WordPiece") => {
                let clean = part.get("cleanup").and_then(Value::as_bool).unwrap_or(true);
                self.form = Some(Form::Words { continued: text("prefix").unwrap_or("##").to_owned(), clean });
            }
            Some("BPEDecoder") => {
                self.form = Some(Form::Parts { end: text("suffix").unwrap_or("</w>").to_owned() });
            }
            other => return unsupported(other.unwrap_or("without a type")),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn decode(decoder: &Value, tokens: &[&str]) -> String {
        let decoder = Decoder::from_json(decoder).unwrap();
        let mut pending = Pending::default();
        let mut text = String::new();
        for token in tokens {
            decoder.push(&mut pending, Piece { text: token.as_bytes(), kind: Kind::Normal });
            text += &pending.take(false);
        }
        text + &pending.take(true)
    }

    #[test]
    fn decoders_of_published_tokenizers() {
        let letters = json!({"type": "ByteLevel"});
        assert_eq!(decode(&letters, &["Ġa", "Ã", "¤", "Ċ", "<｜x｜>"]), " aä\n<｜x｜>");
        let llama = json!({"type": "Sequence", "decoders": [
            {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
            {"type": "Strip", "content": " ", "start": 1, "stop": 0}]});
        assert_eq!(decode(&llama, &["▁▁a", "▁b", "<0xC3>", "<0xA4>", "<0x+1>"]), " a bä<0x+1>");
        assert_eq!(decode(&llama, &["<0xC3>", "a", "<0xE2>", "<0x82>"]), "\u{fffd}a\u{fffd}");
        let t5 = json!({"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"});
        assert_eq!(decode(&t5, &["▁", "▁a", "b▁"]), " ab ");
        let bert = json!({"type": "WordPiece", "prefix": "##", "cleanup": true});
        assert_eq!(decode(&bert, &["##a", "##b", "c", ",", "##d", "'", "s"]), "##ab c,d ' s");
        let clip = json!({"type": "BPEDecoder", "suffix": "</w>"});
        assert_eq!(decode(&clip, &["a</w>", "b", "c</w>"]), "a bc");
        assert_eq!(decode(&Value::Null, &["a", "b"]), "a b");
    }

    #[test]
    fn other_decoders_are_errors() {
        let regex = json!({"type": "Replace", "pattern": {"Regex": "a"}, "content": ""});
        for (decoder, named) in [(json!({"type": "CTC"}), "CTC"), (regex, "Replace"), (json!({}), "without a type")] {
            let error = Decoder::from_json(&decoder).unwrap_err().to_string();
            assert!(error.contains(named), "{error}");
        }
    }

    #[test]
    fn incomplete_characters_wait() {
        let mut pending = Pending { bytes: b"a\xe2\x82".to_vec(), ..Pending::default() };
        assert_eq!(pending.take(false), "a");
        pending.bytes.extend(b"\xac\xffb\xf0\x9f");
        assert_eq!(pending.take(false), "€\u{fffd}b");
        assert_eq!(pending.take(true), "\u{fffd}");
        assert_eq!(pending.take(true), "");
    }
}
