use kinglet_text::{Conversation, EncodeOptions, LocalTime, SpecialText, Tokenizer};
use serde_json::{Map, Value};

use crate::{
    ChatTemplates, Error, FinishReason, GenerateOptions, PerStep, Session, Token,
    generate::{Run, Sequence, check},
    written::Written,
};

/// What a conversation begins with.
#[derive(Clone, Debug, Default)]
pub struct ChatOptions {
    /// What the model is told before all else.
    pub system: Option<String>,
    /// What the model may call, as JSON schemas.
    pub tools: Option<Vec<Value>>,
    /// Other names that the model's template knows, such as `enable_thinking`.
    pub extra: Map<String, Value>,
    /// The time, for templates that write it.
    pub now: Option<LocalTime>,
}

/// A conversation. What the model has read and written stays in its cache, so that a turn computes no more than what is
/// new in it.
///
/// ```no_run
/// # async fn example(model: kinglet::Model) -> Result<(), kinglet::Error> {
/// use kinglet::{ChatOptions, GenerateOptions};
///
/// let system = Some("You answer in one sentence.".to_owned());
/// let mut chat = model.chat(ChatOptions { system, ..ChatOptions::default() }).await?;
/// for question in ["What sings at dawn?", "And at night?"] {
///     let mut reply = chat.say(question, GenerateOptions::default()).await?;
///     while let Some(token) = reply.next().await? {
///         print!("{}", token.text);
///     }
///     println!();
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Chat {
    session: Session,
    tokenizer: Tokenizer,
    templates: ChatTemplates,
    conversation: Conversation,
    /// Messages that [`Chat::clear`] leaves.
    first: usize,
    slot: u32,
    written: Written,
    turn_end: Option<u32>,
}

impl Chat {
    pub(crate) async fn new(mut session: Session, options: ChatOptions) -> Result<Chat, Error> {
        let tokenizer = session.texts().tokenizer().await?.clone();
        let templates = session.texts().templates().await?.clone();
        let ChatOptions { system, tools, extra, now } = options;
        templates.template(tools.is_some())?;
        let messages: Vec<_> = system.iter().map(|system| message("system", system)).collect();
        let first = messages.len();
        let conversation =
            Conversation { messages, tools, extra, now, add_generation_prompt: true, ..Conversation::default() };
        let slot = session.open_slot()?;
        let turn_end = turn_end(&templates, &tokenizer, &conversation);
        let written = Written::default();
        Ok(Chat { session, tokenizer, templates, conversation, first, slot, written, turn_end })
    }

    /// Says something, and starts the model's reply to it. The reply becomes part of the conversation as far as it was
    /// read; one that is dropped before its first token leaves nothing of the turn.
    pub async fn say(&mut self, text: &str, options: GenerateOptions) -> Result<Reply<'_>, Error> {
        let before = self.conversation.messages.len();
        self.push(message("user", text));
        self.start(before, options).await
    }

    /// Starts the model's reply to the conversation as it is.
    pub async fn reply(&mut self, options: GenerateOptions) -> Result<Reply<'_>, Error> {
        self.start(self.conversation.messages.len(), options).await
    }

    /// Adds a message: with its `role`, mostly with `content`, and whatever else the template knows.
    pub fn push(&mut self, message: Map<String, Value>) {
        self.conversation.messages.push(message);
    }

    /// The messages so far.
    pub fn messages(&self) -> &[Map<String, Value>] {
        &self.conversation.messages
    }

    /// Forgets all but the system message.
    pub fn clear(&mut self) {
        self.conversation.messages.truncate(self.first);
    }

    /// Says something else to the model before all else, or nothing, and forgets the rest.
    pub fn set_system(&mut self, system: Option<&str>) {
        self.conversation.messages = system.iter().map(|system| message("system", system)).collect();
        self.first = self.conversation.messages.len();
    }

    async fn start(&mut self, before: usize, options: GenerateOptions) -> Result<Reply<'_>, Error> {
        let (run, prompt, reused_tokens) = match self.prepare(options).await {
            Ok(prepared) => prepared,
            Err(error) => {
                self.conversation.messages.truncate(before);
                return Err(error);
            }
        };
        // From here on the reply tidies up after itself, even where nobody waits for it to begin.
        let mut reply = Reply { chat: self, run, prompt, before, text: String::new(), reused_tokens };
        reply.run.begin(&mut reply.chat.session).await?;
        Ok(reply)
    }

    /// A run of the reply, the conversation before it, and how many of its tokens the slot has.
    async fn prepare(&mut self, mut options: GenerateOptions) -> Result<(Run, Written, usize), Error> {
        check(&self.session, &options)?;
        let prompt = self.prompt()?;
        let (count, context) = (prompt.tokens.len(), self.session.info().context);
        if count >= context {
            return Err(Error::Conversation { tokens: count, context });
        }
        options.max_tokens = Some(options.max_tokens.unwrap_or(usize::MAX).min(context - count + 1));
        let sequence = Sequence::reply(&self.session, prompt.tokens.clone(), &options).await?;
        let same = |(a, b): &(&u32, &u32)| a == b;
        let common = prompt.tokens.iter().zip(&self.written.tokens).take_while(same).count();
        self.session.discard_in_flight();
        // At least one token must be computed: what follows it is what is wanted.
        let common = common.min(count.saturating_sub(1)) as u32;
        let reused = self.session.truncate_slot(self.slot, common).unwrap_or(0);
        let sequence = sequence.in_slot(self.slot, reused);
        let run = Run::reply(&self.session, sequence, options, self.turn_end);
        Ok((run, prompt, reused as usize))
    }

    /// The conversation as it is now.
    fn prompt(&self) -> Result<Written, Error> {
        let rendered = self.templates.render(&self.conversation)?.text;
        // The template writes the special tokens itself.
        let options = EncodeOptions { add_special: false, parse_special: true };
        let encoding = self.tokenizer.encode(&rendered, options)?;
        Ok(self.written.continued(rendered, &encoding))
    }

    /// Makes what was generated part of the conversation, of which this was the beginning.
    fn settle(&mut self, sequence: &Sequence, prompt: Written, text: &str, before: usize) {
        let generated = sequence.generated();
        if generated.is_empty() {
            self.conversation.messages.truncate(before);
        } else {
            self.push(message("assistant", text));
        }
        self.written = prompt;
        for &id in generated {
            // A model may have tokens that its tokenizer lacks.
            self.written.push(id, &self.tokenizer.token_bytes(id).unwrap_or_default());
        }
    }
}

/// The model's reply, as it comes.
#[derive(Debug)]
pub struct Reply<'c> {
    chat: &'c mut Chat,
    run: Run,
    /// The conversation before it.
    prompt: Written,
    /// Messages to go back to where nothing is said.
    before: usize,
    text: String,
    reused_tokens: usize,
}

impl Reply<'_> {
    /// The next token, or `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Token>, Error> {
        let next = self.run.next(&mut self.chat.session).await?;
        Ok(next.map(|(_, token)| {
            self.text += &token.text;
            token
        }))
    }

    /// The text so far.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Why the reply ended; `None` while it goes on.
    pub fn finish_reason(&self) -> Option<FinishReason> {
        self.run.finish(0).map(|finish| finish.reason)
    }

    /// Whether a reply that has ended is what the grammar asks for; `None` without one. What was cut is not.
    pub fn valid(&self) -> Option<bool> {
        self.run.finish(0)?.valid
    }

    /// The tokens of the whole conversation up to the reply.
    pub fn prompt_tokens(&self) -> usize {
        self.prompt.tokens.len()
    }

    /// How many of them were there from earlier turns, and did not have to be computed.
    pub fn reused_tokens(&self) -> usize {
        self.reused_tokens
    }

    /// What each decoding step asked of the GPU; `None` on the CPU and before such a step.
    pub fn per_step(&self) -> Option<PerStep> {
        self.run.per_step(&self.chat.session)
    }
}

impl Drop for Reply<'_> {
    /// What was read of the reply stays in the conversation.
    fn drop(&mut self) {
        if let Some(sequence) = self.run.end_reply(&mut self.chat.session) {
            self.chat.settle(&sequence, std::mem::take(&mut self.prompt), &self.text, self.before);
        }
    }
}

fn message(role: &str, content: &str) -> Map<String, Value> {
    [("role", role), ("content", content)].into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect()
}

/// The special token that the template puts behind a reply. Some models do not say that it ends a text.
fn turn_end(templates: &ChatTemplates, tokenizer: &Tokenizer, conversation: &Conversation) -> Option<u32> {
    const REPLY: &str = "A kinglet sings.";
    let mut sample = Conversation { add_generation_prompt: false, ..conversation.clone() };
    sample.messages.extend([message("user", "What sings?"), message("assistant", REPLY)]);
    // A template may refuse such a conversation; it says so when it matters.
    let text = templates.render(&sample).ok()?.text;
    let rest = &text[text.rfind(REPLY)? + REPLY.len()..];
    let options = EncodeOptions { add_special: false, parse_special: true };
    let ids = tokenizer.encode(rest.trim_start(), options).ok()?.ids;
    let is_special = |id: &u32| {
        let shown = |special| tokenizer.decode(&[*id], special).unwrap_or_default();
        shown(SpecialText::Skip).is_empty() && !shown(SpecialText::Keep).is_empty()
    };
    ids.first().copied().filter(is_special)
}
