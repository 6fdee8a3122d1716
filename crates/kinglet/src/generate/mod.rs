//! Continuing prompts.

mod options;
mod run;
mod sequence;
mod stream;
mod text;

use kinglet_graph::Edit;
use kinglet_text::EncodeOptions;

pub use options::{FinishReason, GenerateOptions, Processor, Prompt};
pub(crate) use run::Run;
pub(crate) use sequence::Sequence;
pub use stream::{Generations, Token, TokenStream};

use crate::{Error, Session};

/// Continues prompts on one model.
#[derive(Debug)]
pub struct Generator {
    session: Session,
}

impl Generator {
    pub(crate) fn new(session: Session) -> Generator {
        Generator { session }
    }

    /// Starts to continue a prompt. Dropping the stream ends it.
    ///
    /// ```no_run
    /// # async fn example(model: kinglet::Model) -> Result<(), kinglet::Error> {
    /// use kinglet::GenerateOptions;
    ///
    /// let mut generator = model.generator().await?;
    /// let options = GenerateOptions { max_tokens: Some(40), stop: vec!["\n".to_owned()], ..GenerateOptions::default() };
    /// let mut stream = generator.generate("A small bird", options).await?;
    /// while let Some(token) = stream.next().await? {
    ///     print!("{}", token.text);
    /// }
    /// println!(" ({:?})", stream.finish_reason());
    /// # Ok(())
    /// # }
    /// ```
    pub async fn generate<'p>(
        &mut self,
        prompt: impl Into<Prompt<'p>>,
        options: GenerateOptions,
    ) -> Result<TokenStream<'_>, Error> {
        Ok(TokenStream::new(self.generate_all([prompt], options).await?))
    }

    /// Starts to continue several prompts together: each step of the model computes a token of each. Prompts that begin
    /// alike, or are the same, share what is computed of their beginning while they go on together, on a GPU by pages of
    /// 64 tokens; a continuation draws with the `sequence` that
    /// the options say plus its index.
    ///
    /// ```no_run
    /// # async fn example(model: kinglet::Model) -> Result<(), kinglet::Error> {
    /// use kinglet::{GenerateOptions, Sampling};
    ///
    /// let sampling = Sampling { temperature: 0.8, ..Sampling::default() };
    /// let mut generator = model.generator().await?;
    /// let mut all = generator.generate_all(["A small bird"; 4], GenerateOptions { sampling, ..Default::default() }).await?;
    /// let mut texts = vec![String::new(); 4];
    /// while let Some((index, token)) = all.next().await? {
    ///     texts[index] += &token.text;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn generate_all<'p>(
        &mut self,
        prompts: impl IntoIterator<Item = impl Into<Prompt<'p>>>,
        options: GenerateOptions,
    ) -> Result<Generations<'_>, Error> {
        check(&self.session, &options)?;
        let matcher = sequence::matcher(&self.session, &options).await?;
        let prompts: Vec<Prompt<'p>> = prompts.into_iter().map(Into::into).collect();
        let mut sequences = Vec::with_capacity(prompts.len());
        for prompt in prompts {
            let (tokens, is_text) = match prompt {
                Prompt::Text(text) => {
                    (self.session.texts().tokenizer().await?.encode(text, EncodeOptions::default())?.ids, true)
                }
                Prompt::Tokens(tokens) => (tokens.to_vec(), false),
            };
            let index = sequences.len() as u32;
            let wants_text = options.text || is_text || !options.stop.is_empty();
            sequences.push(Sequence::new(&self.session, tokens, &options, matcher.as_ref(), index, wants_text).await?);
        }
        Generations::start(&mut self.session, sequences, options).await
    }

    /// The sequences behind it.
    pub fn session(&mut self) -> &mut Session {
        &mut self.session
    }
}

/// Checks what is asked for against the model.
pub(crate) fn check(session: &Session, options: &GenerateOptions) -> Result<(), Error> {
    options.sampling.check()?;
    options.penalties.check()?;
    if options.stop.iter().any(String::is_empty) {
        return Err(Error::EmptyStop);
    }
    let bias = options.penalties.edits(&[]);
    Ok(Edit::check_all(&bias, session.info().vocab)?)
}
