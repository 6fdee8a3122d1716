use kinglet_gpu::Counters;
use kinglet_graph::{Edit, Logprobs, Penalties, Pick, Sampling, pick};

use crate::{Error, PerStep, Session, Step, per_step::Readings};

/// How to continue a prompt. By default with the likeliest token each time.
///
/// ```
/// use kinglet::{GenerateOptions, Penalties, Sampling};
///
/// let options = GenerateOptions {
///     sampling: Sampling { temperature: 0.7, top_k: 40, top_p: 0.95, seed: 1, ..Sampling::default() },
///     penalties: Penalties { repeat: 1.1, ..Penalties::default() },
///     stop_tokens: vec![2],
///     ..GenerateOptions::default()
/// };
/// # assert_eq!(options.sampling.check(), Ok(()));
/// ```
///
/// Several continuations of one prompt are generations that differ in [`Sampling::sequence`]. What ends a text by its
/// letters is the caller's: a stream that is dropped ends.
#[derive(Clone, Debug, Default)]
pub struct GenerateOptions {
    /// The most tokens to generate; by default 256, or what the context has room for.
    pub max_tokens: Option<usize>,
    /// How tokens are picked.
    pub sampling: Sampling,
    /// What makes tokens less likely, or more. Those that look back make the host see each token before the next one
    /// is picked; what is read back is the token all the same.
    pub penalties: Penalties,
    /// Tokens that end the generation, beside the model's own. The last token is one of them then.
    pub stop_tokens: Vec<u32>,
    /// Go on after a token that ends the text by the model's own account.
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
    /// How likely it was and what was likeliest, where asked for.
    pub logprobs: Option<Logprobs>,
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
        options.sampling.check()?;
        options.penalties.check()?;
        let edits = options.penalties.edits(prompt);
        Edit::check_all(&edits, self.session.info().vocab)?;
        let context = self.session.info().context;
        // The last token takes no place: nothing follows it.
        let room = context.saturating_sub(prompt.len()) + 1;
        let max_tokens = options.max_tokens.unwrap_or(room.min(DEFAULT_MAX_TOKENS));
        if prompt.len() > context || max_tokens > room {
            let tokens = prompt.len().saturating_add(max_tokens.saturating_sub(1));
            return Err(Error::Context { tokens, context });
        }
        let slot = self.session.open_slot()?;
        let history = if options.penalties.look_back() { prompt.to_vec() } else { Vec::new() };
        let prompt = Step::prefill(slot, 0, prompt).last_row();
        let mut stream = TokenStream {
            session: &mut self.session,
            slot,
            next: options.logits.then(|| prompt.clone()),
            in_flight: 0,
            picks: Vec::with_capacity(1),
            history,
            options,
            max_tokens,
            produced: 0,
            ended: false,
            readings: Readings::default(),
        };
        if !stream.options.logits && stream.max_tokens > 0 {
            stream.session.set_sampling(slot, &stream.options.sampling, &edits)?;
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
    picks: Vec<Pick>,
    /// The prompt and what followed, where penalties look back.
    history: Vec<u32>,
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
            None => self.free_running().await?,
        };
        self.produced += 1;
        self.readings.token(self.session);
        if self.options.penalties.look_back() {
            self.history.push(token.id);
        }
        let ends = !self.options.ignore_end && self.session.info().end_tokens.contains(&token.id);
        self.ended = ends || self.options.stop_tokens.contains(&token.id);
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

    /// Picks from the logits itself, as the device would.
    async fn lock_step(&mut self, step: &Step) -> Result<Token, Error> {
        let outputs = self.session.step(step).await?;
        let logits = outputs.logits().first().cloned().unwrap_or_default();
        let position = self.session.slot_length(self.slot).unwrap_or(0);
        let edits = self.options.penalties.edits(&self.history);
        let Pick { id, logprobs } = pick(&logits, &self.options.sampling, &edits, position.saturating_sub(1));
        self.next = Some(Step::prefill(self.slot, position, &[id]));
        Ok(Token { id, logprobs, logits: Some(logits) })
    }

    /// Keeps several steps in flight and waits for the oldest. Where penalties look back there is only one: what the
    /// next may pick depends on its token.
    async fn free_running(&mut self) -> Result<Token, Error> {
        let look_back = self.options.penalties.look_back();
        let ahead = if look_back { 1 } else { self.session.steps_ahead() };
        let wanted = (self.max_tokens - self.produced).min(ahead);
        while self.in_flight < wanted {
            if look_back {
                let edits = self.options.penalties.edits(&self.history);
                self.session.set_sampling(self.slot, &self.options.sampling, &edits)?;
            }
            self.session.submit_next(&[self.slot]).await?;
            self.in_flight += 1;
        }
        self.session.next_picks(&mut self.picks).await?;
        self.in_flight -= 1;
        let Pick { id, logprobs } = self.picks.pop().unwrap_or_default();
        Ok(Token { id, logprobs, logits: None })
    }
}

impl Drop for TokenStream<'_> {
    /// Steps still in flight are left to end; their tokens are for nobody.
    fn drop(&mut self) {
        self.session.discard_in_flight();
        self.session.close_slot(self.slot);
    }
}
