use std::{fmt, sync::Arc};

use llguidance::{TokenParser, api::StopReason};

use super::{TokenMask, compile::first_line, digits::Place, tokens::Shared};
use crate::TextError;

/// How much of the output an error shows.
const SHOWN: usize = 40;

/// Follows one output and says which tokens may come next. A clone goes on by itself.
#[derive(Clone)]
pub struct Matcher {
    shared: Arc<Shared>,
    parser: llguidance::Matcher,
    mask: TokenMask,
    /// Whether the mask is that of this place.
    fresh: bool,
    complete: bool,
    /// Whether nothing but the end can follow.
    ended: bool,
    /// Whether an end token has come.
    closed: bool,
    /// Where the output stands as JSON, if it is that.
    numbers: Option<Place>,
    /// The end of the output.
    tail: Vec<u8>,
}

impl fmt::Debug for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Matcher { complete, ended, .. } = self;
        let after = self.after();
        f.debug_struct("Matcher").field("after", &after).field("complete", complete).field("ended", ended).finish()
    }
}

impl Matcher {
    pub(super) fn new(shared: Arc<Shared>, parser: TokenParser, numbers: bool) -> Result<Matcher, TextError> {
        let mut matcher = Matcher {
            mask: TokenMask::none(shared.vocab),
            shared,
            parser: llguidance::Matcher::new(Ok(parser)),
            fresh: false,
            complete: false,
            ended: false,
            closed: false,
            numbers: numbers.then(Place::default),
            tail: Vec::new(),
        };
        // What nothing can match shows here, and not only when the model has read a long prompt.
        matcher.settle()?;
        match matcher.allowed() {
            Err(TextError::GrammarDeadEnd { .. }) => {
                Err(TextError::GrammarUnmet { why: "no token of the vocabulary can begin it".to_owned() })
            }
            Err(error) => Err(error),
            Ok(_) => Ok(matcher),
        }
    }

    /// One that goes on by itself and shares no work either, so that what others do never fills its limits.
    pub(super) fn apart(&self) -> Matcher {
        Matcher {
            shared: self.shared.clone(),
            parser: self.parser.deep_clone(),
            mask: self.mask.clone(),
            tail: self.tail.clone(),
            ..*self
        }
    }

    /// Which tokens may come next: those that end the output among them exactly where it may end. Where no token can
    /// go on and the output may not end, that is an error.
    pub fn allowed(&mut self) -> Result<&TokenMask, TextError> {
        if !self.fresh {
            self.update()?;
            self.fresh = true;
        }
        Ok(&self.mask)
    }

    fn update(&mut self) -> Result<(), TextError> {
        if self.ended {
            self.mask.set_words(&[]);
            for &id in &self.shared.ends {
                self.mask.set(id, true);
            }
            return Ok(());
        }
        let words = self.parser.compute_mask().map_err(|error| self.fault(&error))?;
        self.shared.translate(words.as_slice(), &mut self.mask);
        if let Some(place) = self.numbers {
            self.shorten_numbers(place);
        }
        if self.mask.is_empty() {
            if !self.complete {
                return Err(TextError::GrammarDeadEnd { after: self.after() });
            }
            // The model has no token that ends an output.
            self.ended = true;
        }
        Ok(())
    }

    /// Leaves out what makes a number too long, unless a number with so many digits is what the schema asks for. That
    /// is so where the crate writes "below 0", which zeros alone never are, so they are left out then.
    fn shorten_numbers(&mut self, place: Place) {
        let Matcher { shared, mask, .. } = self;
        let fits = |bytes: &[u8]| (place.is_text() && !bytes.contains(&b'"')) || place.after(bytes).is_some();
        let is_zero = |bytes: &[u8]| bytes.iter().all(|byte| *byte == b'0');
        let allowed = shared.digits.iter().filter(|(id, _)| mask.allows(*id));
        let long: Vec<_> = allowed.filter(|(_, bytes)| !fits(bytes)).collect();
        long.iter().for_each(|(id, _)| mask.set(*id, false));
        if mask.is_empty() {
            let zeros_only = long.iter().all(|(_, bytes)| is_zero(bytes));
            long.iter().filter(|(_, bytes)| zeros_only || !is_zero(bytes)).for_each(|(id, _)| mask.set(*id, true));
        }
    }

    /// Adds the token that came. One that is not allowed is an error, and changes nothing.
    pub fn push(&mut self, id: u32) -> Result<(), TextError> {
        if self.closed || !self.allowed()?.allows(id) {
            return Err(TextError::GrammarToken { id, after: self.after() });
        }
        if self.shared.ends.contains(&id) {
            (self.closed, self.ended, self.fresh) = (true, true, false);
            return Ok(());
        }
        self.parser.consume_token(id).map_err(|error| self.fault(&error))?;
        self.fresh = false;
        if let Ok(environment) = self.parser.tok_env() {
            let bytes = environment.tok_trie().token(id);
            self.numbers = self.numbers.map(|place| place.after_any(bytes));
            self.tail.extend_from_slice(bytes);
            let surplus = self.tail.len().saturating_sub(SHOWN);
            self.tail.drain(..surplus);
        }
        self.settle()
    }

    /// Asks whether the output may, or must, end here.
    fn settle(&mut self) -> Result<(), TextError> {
        self.ended = self.parser.is_stopped() && !self.parser.is_error();
        self.complete = self.ended || self.parser.is_accepting().map_err(|error| self.fault(&error))?;
        Ok(())
    }

    /// Whether the output so far is what the grammar wants, as it stands.
    pub fn is_complete(&self) -> bool {
        self.complete
    }

    /// Whether nothing can follow but the end.
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    fn after(&self) -> String {
        String::from_utf8_lossy(&self.tail).into_owned()
    }

    fn fault(&self, error: &impl fmt::Display) -> TextError {
        let why = first_line(error);
        if why.starts_with(&StopReason::NoExtensionBias.to_string()) {
            return TextError::GrammarDeadEnd { after: self.after() };
        }
        TextError::GrammarLimit { why }
    }
}
