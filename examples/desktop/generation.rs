//! A model that generates on the program's device, in a thread of its own.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    thread::{self, JoinHandle},
};

use kinglet::{Engine, Error, GenerateOptions, LoadOptions, Source};

/// A generation under way.
pub struct Generation {
    /// The tokens as they come.
    pub tokens: Receiver<u32>,
    rests: Arc<AtomicBool>,
    thread: JoinHandle<Result<(), Error>>,
}

impl Generation {
    /// Loads a model and lets it generate.
    pub fn start(engine: Engine, model: PathBuf, prompt: Vec<u32>) -> Generation {
        let (sender, tokens) = channel();
        let rests = Arc::new(AtomicBool::new(false));
        let rest = rests.clone();
        let thread = thread::spawn(move || pollster::block_on(generate(engine, model, &prompt, &sender, &rest)));
        Generation { tokens, rests, thread }
    }

    /// Lets it rest after the next token, or go on.
    pub fn rest(&self, rest: bool) {
        self.rests.store(rest, Ordering::Release);
        self.thread.thread().unpark();
    }

    /// Ends it after the next token, and says what went wrong.
    pub fn end(self) -> Result<(), Box<dyn std::error::Error>> {
        self.rest(false);
        drop(self.tokens);
        Ok(self.thread.join().map_err(|_| "the generation panicked")??)
    }
}

async fn generate(
    engine: Engine,
    model: PathBuf,
    prompt: &[u32],
    tokens: &Sender<u32>,
    rest: &AtomicBool,
) -> Result<(), Error> {
    let model = engine.load(&Source::path(model)?, LoadOptions::default()).await?;
    let mut generator = model.generator().await?;
    let options = GenerateOptions { ignore_end: true, ..GenerateOptions::default() };
    let mut stream = generator.generate(prompt, options).await?;
    while let Some(token) = stream.next().await? {
        // Nobody listens any more: dropping the stream ends the generation.
        if tokens.send(token.id).is_err() {
            break;
        }
        while rest.load(Ordering::Acquire) {
            thread::park();
        }
    }
    Ok(())
}
