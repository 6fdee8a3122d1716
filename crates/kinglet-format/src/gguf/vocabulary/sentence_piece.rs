//! A SentencePiece vocabulary: from the `tokenizer.model` that it was trained into, or from the BPE with bytes to fall
//! back on that a `tokenizer.json` makes of it.

use std::collections::HashSet;

use super::{BYTE, CONTROL, Json, NORMAL, Table, Tokenizer, UNKNOWN};

/// A score for tokens that no merge makes.
const ADDED: f32 = -1000.0;

/// The type of models that merge.
const BPE: u64 = 2;

/// The types of pieces are those of GGUF files.
const TYPES: std::ops::RangeInclusive<u64> = 1..=6;

/// Pieces in the order of their ids.
#[derive(Debug, Default)]
pub(super) struct SentencePiece {
    pub(super) scores: Vec<f32>,
    /// A text gets a space before it.
    pub(super) space_prefix: bool,
    /// The last of the tokens that the model has no row for, other than added ones.
    pub(super) beyond: Option<u32>,
}

/// Reads the protocol buffer of a `tokenizer.model`; `None` where it is none, or one that does not merge.
pub(super) fn of_model(bytes: &[u8], table: &mut Table) -> Option<SentencePiece> {
    let mut found = SentencePiece { scores: vec![ADDED; table.texts.len()], space_prefix: true, beyond: None };
    let (mut pieces, mut merges) = (0_u32, false);
    for field in Fields(bytes) {
        match field? {
            // pieces
            (1, Value::Bytes(piece)) => {
                let (mut text, mut score, mut kind) = (None, 0.0, NORMAL);
                for field in Fields(piece) {
                    match field? {
                        (1, Value::Bytes(bytes)) => text = Some(std::str::from_utf8(bytes).ok()?),
                        (2, Value::Four(bytes)) => score = f32::from_le_bytes(bytes),
                        (3, Value::Number(number)) if TYPES.contains(&number) => kind = i32::try_from(number).ok()?,
                        _ => {}
                    }
                }
                let id = usize::try_from(pieces).ok()?;
                match found.scores.get_mut(id) {
                    Some(place) => *place = score,
                    None => found.beyond = Some(pieces),
                }
                table.set(id, text?, kind);
                pieces = pieces.checked_add(1)?;
            }
            // trainer_spec, and in it model_type
            (2, Value::Bytes(trainer)) => {
                for field in Fields(trainer) {
                    merges |= matches!(field?, (3, Value::Number(BPE)));
                }
            }
            // normalizer_spec, and in it add_dummy_prefix
            (3, Value::Bytes(normalizer)) => {
                for field in Fields(normalizer) {
                    if let (3, Value::Number(number)) = field? {
                        found.space_prefix = number != 0;
                    }
                }
            }
            _ => {}
        }
    }
    (pieces > 0 && merges).then_some(found)
}

/// Scores that make SentencePiece merge what the BPE would: the first merge has the highest. `None` where the BPE is
/// none that SentencePiece could be.
pub(super) fn of_json(tokenizer: &Tokenizer, table: &mut Table) -> Option<SentencePiece> {
    if !tokenizer.model.byte_fallback {
        return None;
    }
    let mut scores = vec![ADDED; table.texts.len()];
    let vocab = &tokenizer.model.vocab;
    let added: HashSet<u32> = tokenizer.added_tokens.iter().map(|token| token.id).collect();
    let mut beyond = None;
    for (token, &id) in vocab {
        let kind = match token.as_str() {
            token if Some(token) == tokenizer.model.unk_token.as_deref() => UNKNOWN,
            token if is_byte(token) => BYTE,
            _ => NORMAL,
        };
        if !table.set(usize::try_from(id).ok()?, token, kind) && !added.contains(&id) {
            beyond = beyond.max(Some(id));
        }
    }
    let mut rank = 0.0;
    for (first, second) in tokenizer.model.merges.iter().map(super::Merge::pair) {
        let id = vocab.get(&format!("{first}{second}"))?;
        // Many pairs make the same token; the first of them says when.
        if let Some(score) = usize::try_from(*id).ok().and_then(|id| scores.get_mut(id))
            && *score == ADDED
        {
            *score = rank;
            rank -= 1.0;
        }
    }
    // Below all merges, though nothing asks: one letter is no merge.
    scores.iter_mut().filter(|score| **score == ADDED).for_each(|score| *score = ADDED.min(rank - 1.0));
    let space_prefix = prepends(&tokenizer.normalizer) || prepends(&tokenizer.pre_tokenizer);
    Some(SentencePiece { scores, space_prefix, beyond })
}

/// `<0x0A>`
fn is_byte(token: &str) -> bool {
    let digits = token.strip_prefix("<0x").and_then(|rest| rest.strip_suffix('>'));
    digits.is_some_and(|digits| digits.len() == 2 && u8::from_str_radix(digits, 16).is_ok())
}

/// Whether a step of a tokenizer puts a space before a text.
fn prepends(steps: &Json) -> bool {
    let several = ["normalizers", "pretokenizers"].iter().find_map(|key| steps.get(key)?.as_array());
    several.map_or(std::slice::from_ref(steps), Vec::as_slice).iter().any(|step| {
        let text = |key: &str| step.get(key).and_then(Json::as_str);
        match text("type") {
            Some("Prepend") => true,
            Some("Metaspace") => match text("prepend_scheme") {
                Some(scheme) => scheme != "never",
                None => step.get("add_prefix_space").and_then(Json::as_bool).unwrap_or(true),
            },
            _ => false,
        }
    })
}

/// The fields of a message of protocol buffers; `None` and then nothing where they are damaged.
struct Fields<'b>(&'b [u8]);

#[derive(Debug)]
enum Value<'b> {
    Number(u64),
    Four([u8; 4]),
    Eight,
    Bytes(&'b [u8]),
}

impl<'b> Iterator for Fields<'b> {
    type Item = Option<(u64, Value<'b>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field)
    }
}

impl<'b> Fields<'b> {
    fn field(&mut self) -> Option<(u64, Value<'b>)> {
        let tag = self.number()?;
        let value = match tag & 7 {
            0 => Value::Number(self.number()?),
            1 => {
                self.0 = self.0.get(8..)?;
                Value::Eight
            }
            2 => {
                let length = usize::try_from(self.number()?).ok()?;
                let (bytes, rest) = self.0.split_at_checked(length)?;
                self.0 = rest;
                Value::Bytes(bytes)
            }
            5 => {
                let (bytes, rest) = self.0.split_first_chunk()?;
                self.0 = rest;
                Value::Four(*bytes)
            }
            _ => return None,
        };
        Some((tag >> 3, value))
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

/// The type that a token added to a vocabulary has.
pub(super) fn added_type(special: bool, before: i32) -> i32 {
    match (special, before) {
        // What stands for all that is unknown stays so.
        (_, UNKNOWN) => UNKNOWN,
        (true, _) => CONTROL,
        (false, _) => super::USER_DEFINED,
    }
}
