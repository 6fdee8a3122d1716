use kinglet_gpu::Counters;

use crate::{Error, PerStep, Session, Step, per_step::Readings};

/// How to continue a prompt.
#[derive(Clone, Debug, Default)]
pub struct GenerateOptions {
    /// The most tokens to generate; by default 256, or what the context has room for.
    pub max_tokens: Option<usize>,
    /// 0, the default, takes the likeliest token.
    pub temperature: f32,
    /// Go on after a token that ends the text.
    pub ignore_end: bool,
    /// Return the logits that each token was chosen from.
    pub logits: bool,
}

/// Tokens that a caller gets who names no number.
const DEFAULT_MAX_TOKENS: usize = 256;

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
        // The last token takes no place: nothing follows it.
        let room = context.saturating_sub(prompt.len()) + 1;
        let max_tokens = options.max_tokens.unwrap_or(room.min(DEFAULT_MAX_TOKENS));
        if prompt.len() > context || max_tokens > room {
            let tokens = prompt.len().saturating_add(max_tokens.saturating_sub(1));
            return Err(Error::Context { tokens, context });
        }
        let slot = self.session.open_slot()?;
        let prompt = Step::prefill(slot, 0, prompt).last_row();
        let mut stream = TokenStream {
            session: &mut self.session,
            slot,
            next: options.logits.then(|| prompt.clone()),
            in_flight: 0,
            ids: Vec::with_capacity(1),
            options,
            max_tokens,
            produced: 0,
            ended: false,
            readings: Readings::default(),
        };
        if !stream.options.logits && stream.max_tokens > 0 {
            stream.session.submit(&prompt).await?;
            stream.in_flight = 1;
            stream.readings.start(stream.session);
        }
        Ok(stream)
    }

    /// The sequences behind it.
    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }
}

/// The tokens of one generation, as they come.
#[derive(Debug)]
pub struct TokenStream<'g> {
    session: &'g mut Session,
    slot: u32,
    /// The step that yields the next token, where the host sees each token's logits first.
    next: Option<Step>,
    /// Steps whose tokens were not read, where the device feeds itself.
    in_flight: usize,
    ids: Vec<u32>,
    options: GenerateOptions,
    max_tokens: usize,
    produced: usize,
    ended: bool,
    readings: Readings,
}

impl TokenStream<'_> {
    /// The next token, or `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Token>, Error> {
        if self.ended || self.produced == self.max_tokens {
            return Ok(None);
        }
        let token = match self.next.take() {
            Some(step) => self.lock_step(&step).await?,
            None => Token { id: self.free_running().await?, logits: None },
        };
        self.produced += 1;
        self.readings.token(self.session);
        self.ended = !self.options.ignore_end && self.session.info().end_tokens.contains(&token.id);
        Ok(Some(token))
    }

    /// What was asked of the GPU so far; `None` on the CPU.
    pub fn counters(&self) -> Option<Counters> {
        self.session.counters()
    }

    /// What each decoding step asked of the GPU; `None` on the CPU and before such a step.
    pub fn per_step(&self) -> Option<PerStep> {
        self.readings.per_step(self.session)
    }

    async fn lock_step(&mut self, step: &Step) -> Result<Token, Error> {
        let outputs = self.session.step(step).await?;
        let logits = outputs.logits().first().cloned().unwrap_or_default();
        let id = kinglet_cpu::largest(&logits);
        let position = self.session.slot_length(self.slot).unwrap_or(0);
        self.next = Some(Step::prefill(self.slot, position, &[id]));
        Ok(Token { id, logits: Some(logits) })
    }

    /// Keeps several steps in flight and waits for the oldest.
    async fn free_running(&mut self) -> Result<u32, Error> {
        let wanted = (self.max_tokens - self.produced).min(self.session.steps_ahead());
        while self.in_flight < wanted {
            self.session.submit_next(&[self.slot]).await?;
            self.in_flight += 1;
        }
        self.session.next_ids(&mut self.ids).await?;
        self.in_flight -= 1;
        Ok(self.ids.first().copied().unwrap_or(0))
    }
}

impl Drop for TokenStream<'_> {
    /// Steps still in flight are left to end; their tokens are for nobody.
    fn drop(&mut self) {
        self.session.discard_in_flight();
        self.session.close_slot(self.slot);
    }
}
