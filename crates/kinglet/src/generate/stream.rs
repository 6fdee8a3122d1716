use kinglet_gpu::Counters;
use kinglet_graph::Logprobs;

use super::{FinishReason, GenerateOptions, Run, Sequence};
use crate::{Error, PerStep, Session};

/// One generated token.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Token {
    /// Its id.
    pub id: u32,
    /// The text that is complete with it, which may be none and may be that of tokens before it: characters are never
    /// split, and what may be the beginning of a text that ends the generation waits. The texts of all tokens make the
    /// whole. Empty where nobody asked for text.
    pub text: String,
    /// How likely it was and what was likeliest, where asked for.
    pub logprobs: Option<Logprobs>,
    /// The logits it was chosen from, where asked for.
    pub logits: Option<Vec<f32>>,
}

/// The tokens of several generations, as they come. Dropping it ends them.
#[derive(Debug)]
pub struct Generations<'g> {
    session: &'g mut Session,
    run: Run,
}

impl<'g> Generations<'g> {
    pub(super) async fn start(
        session: &'g mut Session,
        sequences: Vec<Sequence>,
        options: GenerateOptions,
    ) -> Result<Generations<'g>, Error> {
        let run = Run::new(session, sequences, options);
        let mut all = Generations { session, run };
        all.run.begin(all.session).await?;
        Ok(all)
    }

    /// The next token with the index of its prompt, or `None` after the last of all.
    pub async fn next(&mut self) -> Result<Option<(usize, Token)>, Error> {
        self.run.next(self.session).await
    }

    /// Why the generation of a prompt ended; `None` while it goes on.
    pub fn finish_reason(&self, index: usize) -> Option<FinishReason> {
        self.run.finish(index).map(|finish| finish.reason)
    }

    /// Whether a text that has ended is what the grammar asks for; `None` without one. What was cut is not.
    pub fn valid(&self, index: usize) -> Option<bool> {
        self.run.finish(index)?.valid
    }

    /// Tokens of a prompt that did not have to be computed, because another began with them.
    pub fn reused_tokens(&self, index: usize) -> usize {
        self.run.reused(index)
    }

    /// What was asked of the GPU so far; `None` on the CPU.
    pub fn counters(&self) -> Option<Counters> {
        self.session.counters()
    }

    /// What each decoding step asked of the GPU; `None` on the CPU and before such a step.
    pub fn per_step(&self) -> Option<PerStep> {
        self.run.per_step(self.session)
    }
}

impl Drop for Generations<'_> {
    fn drop(&mut self) {
        self.run.end(self.session);
    }
}

/// The tokens of one generation, as they come. Dropping it ends the generation.
#[derive(Debug)]
pub struct TokenStream<'g> {
    all: Generations<'g>,
}

impl<'g> TokenStream<'g> {
    pub(super) fn new(all: Generations<'g>) -> TokenStream<'g> {
        TokenStream { all }
    }

    /// The next token, or `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Token>, Error> {
        Ok(self.all.next().await?.map(|(_, token)| token))
    }

    /// Why the generation ended; `None` while it goes on.
    pub fn finish_reason(&self) -> Option<FinishReason> {
        self.all.finish_reason(0)
    }

    /// Whether a text that has ended is what the grammar asks for; `None` without one. What was cut is not.
    pub fn valid(&self) -> Option<bool> {
        self.all.valid(0)
    }

    /// What was asked of the GPU so far; `None` on the CPU.
    pub fn counters(&self) -> Option<Counters> {
        self.all.counters()
    }

    /// What each decoding step asked of the GPU; `None` on the CPU and before such a step.
    pub fn per_step(&self) -> Option<PerStep> {
        self.all.per_step()
    }
}
