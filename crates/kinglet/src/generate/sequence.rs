use std::borrow::Cow;

use kinglet_graph::{Edit, Pick, Sampling, Step, pick_changed};
use kinglet_text::{Matcher, SpecialText};

use super::{FinishReason, GenerateOptions, Token, options::DEFAULT_MAX_TOKENS, text::TextOut};
use crate::{Error, Session};

/// One sequence that is generated.
#[derive(Debug)]
pub(crate) struct Sequence {
    /// The prompt, and what followed it.
    pub(super) tokens: Vec<u32>,
    /// How many of them are the prompt's.
    prompt: usize,
    /// Its slot, once it has one.
    pub(super) slot: Option<u32>,
    /// Tokens of the prompt that the slot had before.
    pub(super) reused: usize,
    /// Tokens that were asked for, those in flight included.
    pub(super) asked: usize,
    pub(super) max_tokens: usize,
    pub(super) sampling: Sampling,
    text: Option<TextOut>,
    matcher: Option<Matcher>,
    pub(super) finish: Option<Finish>,
}

/// How a sequence ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finish {
    pub(crate) reason: FinishReason,
    /// Whether the text is what the grammar asks for, where there is one.
    pub(crate) valid: Option<bool>,
}

impl Sequence {
    /// A sequence that begins with this prompt, the one of this index.
    pub(super) async fn new(
        session: &Session,
        prompt: Vec<u32>,
        options: &GenerateOptions,
        matcher: Option<&Matcher>,
        index: u32,
        wants_text: bool,
    ) -> Result<Sequence, Error> {
        if prompt.is_empty() {
            return Err(Error::EmptyPrompt);
        }
        let context = session.info().context;
        // The last token takes no place: nothing follows it.
        let room = context.saturating_sub(prompt.len()) + 1;
        let max_tokens = options.max_tokens.unwrap_or(room.min(DEFAULT_MAX_TOKENS));
        if prompt.len() > context || max_tokens > room {
            let tokens = prompt.len().saturating_add(max_tokens.saturating_sub(1));
            return Err(Error::Context { tokens, context });
        }
        let text = match wants_text {
            // A prompt may end within a word.
            true => Some(session.texts().tokenizer().await?.continued_stream(SpecialText::Skip)),
            false => None,
        };
        let mut tokens = prompt;
        let prompt = tokens.len();
        tokens.reserve_exact(max_tokens);
        let sequence = options.sampling.sequence.wrapping_add(index);
        Ok(Sequence {
            tokens,
            prompt,
            slot: None,
            reused: 0,
            asked: 0,
            max_tokens,
            sampling: Sampling { sequence, ..options.sampling.clone() },
            text: text.map(|stream| TextOut::new(stream, options.stop.clone().into())),
            matcher: matcher.cloned(),
            finish: (max_tokens == 0).then_some(Finish { reason: FinishReason::Length, valid: matcher.map(|_| false) }),
        })
    }

    /// The same as the beginning of a reply: a space that only the vocabulary puts before its first word is left out.
    pub(crate) async fn reply(
        session: &Session,
        prompt: Vec<u32>,
        options: &GenerateOptions,
    ) -> Result<Sequence, Error> {
        let matcher = matcher(session, options).await?;
        let mut sequence = Sequence::new(session, prompt, options, matcher.as_ref(), 0, false).await?;
        let stream = session.texts().tokenizer().await?.decode_stream(SpecialText::Skip);
        sequence.text = Some(TextOut::new(stream, options.stop.clone().into()));
        Ok(sequence)
    }

    /// Goes on with a slot that has so many of the prompt's tokens already.
    pub(crate) fn in_slot(mut self, slot: u32, reused: u32) -> Sequence {
        (self.slot, self.reused) = (Some(slot), reused as usize);
        self
    }

    /// The tokens that were generated.
    pub(crate) fn generated(&self) -> &[u32] {
        &self.tokens[self.prompt..]
    }

    /// The tokens that it has in common with another at the beginning; at least one of the prompt's remains to be computed.
    pub(super) fn in_common(&self, other: &Sequence) -> usize {
        let same = self.tokens.iter().zip(&other.tokens).take_while(|(a, b)| a == b).count();
        same.min(self.prompt.saturating_sub(1))
    }

    /// The step of what the slot lacks, which has so many of the tokens.
    pub(super) fn rest(&self, slot: u32, length: u32) -> Step {
        Step::prefill(slot, length, &self.tokens[length as usize..]).last_row()
    }

    /// Picks from logits, as the options say, what may come next.
    pub(super) fn pick(&mut self, logits: &[f32], options: &GenerateOptions) -> Result<Pick, Error> {
        let mut changed = Cow::Borrowed(logits);
        if let Some(processor) = &options.processor {
            processor.change(&self.tokens, changed.to_mut());
        }
        if let Some(matcher) = &mut self.matcher {
            let allowed = matcher.allowed()?;
            for (id, logit) in (0..).zip(changed.to_mut()) {
                if !allowed.allows(id) {
                    *logit = f32::NAN;
                }
            }
        }
        let edits: Vec<Edit> = options.penalties.edits(&self.tokens);
        // The position of the token whose logits they are.
        let position = self.tokens.len().saturating_sub(1) as u32;
        let pick = pick_changed(logits, &changed, &self.sampling, &edits, position);
        let is_changed = matches!(changed, Cow::Owned(_));
        match changed.get(pick.id as usize) {
            Some(logit) if is_changed && logit.is_nan() => Err(Error::NothingToPick { position: self.tokens.len() }),
            _ => Ok(pick),
        }
    }

    /// Adds a token that was picked. `ends`: it ends the text by the model's account.
    pub(super) fn push(
        &mut self,
        pick: Pick,
        logits: Option<Vec<f32>>,
        ends: bool,
        options: &GenerateOptions,
    ) -> Result<Token, Error> {
        let Pick { id, logprobs } = pick;
        self.tokens.push(id);
        let mut text = String::new();
        let mut cut = false;
        let mut stops = ends || options.stop_tokens.contains(&id);
        if !ends {
            if let Some(matcher) = &mut self.matcher {
                matcher.push(id)?;
                stops |= matcher.is_ended();
            }
            if let Some(out) = &mut self.text {
                let (shown, stopped) = out.push(id)?;
                text = shown;
                cut = stopped;
                stops |= stopped;
            }
        }
        let length = self.generated().len() >= self.max_tokens;
        if stops || length {
            let reason = if stops { FinishReason::Stop } else { FinishReason::Length };
            let rest = self.text.as_mut().map(TextOut::finish).unwrap_or_default();
            // What was cut may be complete by chance; nobody said that it was meant to end there.
            let valid = self.matcher.as_ref().map(|matcher| stops && !cut && matcher.is_complete());
            self.finish = Some(Finish { reason, valid });
            text += &rest;
        }
        Ok(Token { id, text, logprobs, logits })
    }
}

/// Follows the grammar from its start.
pub(super) async fn matcher(session: &Session, options: &GenerateOptions) -> Result<Option<Matcher>, Error> {
    match &options.grammar {
        Some(grammar) => Ok(Some(session.texts().grammar_tokens(session.info()).await?.matcher(grammar)?)),
        None => Ok(None),
    }
}
