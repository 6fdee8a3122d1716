use crate::{Error, Session, Step};

/// How to continue a prompt.
#[derive(Clone, Debug)]
pub struct GenerateOptions {
    /// The most tokens to generate.
    pub max_tokens: usize,
    /// 0 takes the likeliest token.
    pub temperature: f32,
    /// Go on after a token that ends the text.
    pub ignore_end: bool,
    /// Return the logits that each token was chosen from.
    pub logits: bool,
}

impl Default for GenerateOptions {
    fn default() -> GenerateOptions {
        GenerateOptions { max_tokens: 256, temperature: 0.0, ignore_end: false, logits: false }
    }
}

/// One generated token.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// Its id.
    pub id: u32,
    /// The logits it was chosen from, where asked for.
    pub logits: Option<Vec<f32>>,
}

/// Continues prompts, one at a time.
#[derive(Debug)]
pub struct Generator {
    session: Session,
}

impl Generator {
    pub(crate) fn new(session: Session) -> Generator {
        Generator { session }
    }

    /// Starts to continue a prompt. Dropping the stream ends it.
    pub async fn generate(&mut self, prompt: &[u32], options: GenerateOptions) -> Result<TokenStream<'_>, Error> {
        if prompt.is_empty() {
            return Err(Error::EmptyPrompt);
        }
        if options.temperature != 0.0 {
            return Err(Error::Temperature { temperature: options.temperature });
        }
        let context = self.session.info().context;
        let tokens = prompt.len().saturating_add(options.max_tokens.saturating_sub(1));
        if tokens > context {
            return Err(Error::Context { tokens, context });
        }
        let slot = self.session.open_slot();
        let next = Step::prefill(slot, 0, prompt).last_row();
        Ok(TokenStream { session: &mut self.session, slot, next, options, produced: 0, ended: false })
    }
}

/// The tokens of one generation, as they come.
#[derive(Debug)]
pub struct TokenStream<'g> {
    session: &'g mut Session,
    slot: u32,
    /// The step that yields the next token.
    next: Step,
    options: GenerateOptions,
    produced: usize,
    ended: bool,
}

impl TokenStream<'_> {
    /// The next token, or `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Token>, Error> {
        if self.ended || self.produced == self.options.max_tokens {
            return Ok(None);
        }
        let outputs = self.session.step(&self.next).await?;
        let logits =
            outputs.values.into_iter().find(|(name, _)| name == "logits").and_then(|(_, rows)| rows.into_iter().next());
        let logits = logits.unwrap_or_default();
        let id = largest(&logits);
        self.produced += 1;
        self.ended = !self.options.ignore_end && self.session.info().end_tokens.contains(&id);
        let position = self.session.slot_length(self.slot).unwrap_or(0);
        self.next = Step::prefill(self.slot, position, &[id]);
        Ok(Some(Token { id, logits: self.options.logits.then_some(logits) }))
    }
}

impl Drop for TokenStream<'_> {
    fn drop(&mut self) {
        self.session.close_slot(self.slot);
    }
}

/// The index of the largest value, the first of equals; 0 where all are NaN.
fn largest(values: &[f32]) -> u32 {
    let mut best = (f32::NEG_INFINITY, 0);
    for (index, &value) in values.iter().enumerate() {
        if value > best.0 {
            best = (value, index);
        }
    }
    best.1 as u32
}
