//! The same engine without async, for programs that wait.
//!
//! ```no_run
//! use kinglet::{EngineOptions, GenerateOptions, LoadOptions, blocking};
//!
//! let engine = blocking::Engine::new(EngineOptions::default())?;
//! let source = blocking::source("hf:HuggingFaceTB/SmolLM2-135M")?;
//! let model = engine.load(&source, LoadOptions::default())?;
//! let tokens = model.generate("A small bird", GenerateOptions::default(), |token| print!("{}", token.text))?;
//! println!(" ({} tokens)", tokens.len());
//! # Ok::<(), kinglet::Error>(())
//! ```

use pollster::block_on;
use serde_json::{Map, Value};

use crate::{
    ChatOptions, ChatTemplates, DeviceInfo, EncoderInput, EngineOptions, Error, FinishReason, GenerateOptions,
    LoadOptions, ModelInfo, Outputs, Prompt, Rows, Source, Token, Tokenizer, wgpu,
};

/// See [`Source::resolve`].
pub fn source(place: &str) -> Result<Source, Error> {
    Ok(block_on(Source::resolve(place))?)
}

/// See [`crate::open_tokenizer`].
pub fn open_tokenizer(source: &Source) -> Result<Tokenizer, Error> {
    block_on(crate::open_tokenizer(source))
}

/// See [`crate::Engine`].
#[derive(Debug)]
pub struct Engine(crate::Engine);

impl Engine {
    /// See [`crate::Engine::new`].
    pub fn new(options: EngineOptions) -> Result<Engine, Error> {
        block_on(crate::Engine::new(options)).map(Engine)
    }

    /// See [`crate::Engine::from_device`].
    pub fn from_device(adapter: &wgpu::Adapter, device: wgpu::Device, queue: wgpu::Queue) -> Engine {
        Engine(crate::Engine::from_device(adapter, device, queue))
    }

    /// See [`crate::Engine::device`].
    pub fn device(&self) -> &DeviceInfo {
        self.0.device()
    }

    /// See [`crate::Engine::load`].
    pub fn load(&self, source: &Source, options: LoadOptions) -> Result<Model, Error> {
        block_on(self.0.load(source, options)).map(Model)
    }
}

/// See [`crate::Model`].
#[derive(Clone, Debug)]
pub struct Model(crate::Model);

impl Model {
    /// See [`crate::Model::info`].
    pub fn info(&self) -> &ModelInfo {
        self.0.info()
    }

    /// See [`crate::Model::device`].
    pub fn device(&self) -> &DeviceInfo {
        self.0.device()
    }

    /// See [`crate::Model::taps`].
    pub fn taps(&self) -> &[String] {
        self.0.taps()
    }

    /// See [`crate::Model::forward`].
    pub fn forward(&self, tokens: &[u32], rows: Rows) -> Result<Outputs, Error> {
        block_on(self.0.forward(tokens, rows))
    }

    /// See [`crate::Model::encoder`].
    pub fn encoder(&self) -> Result<Encoder, Error> {
        block_on(self.0.encoder()).map(Encoder)
    }

    /// Runs whole sequences once. To do so again and again, keep an [`Encoder`].
    pub fn encode(&self, inputs: &[EncoderInput]) -> Result<Vec<Outputs>, Error> {
        self.encoder()?.run(inputs)
    }

    /// See [`crate::Model::tokenizer`].
    pub fn tokenizer(&self) -> Result<Tokenizer, Error> {
        block_on(self.0.tokenizer())
    }

    /// See [`crate::Model::chat_templates`].
    pub fn chat_templates(&self) -> Result<ChatTemplates, Error> {
        block_on(self.0.chat_templates())
    }

    /// See [`crate::Model::generator`].
    pub fn generator(&self) -> Result<Generator, Error> {
        block_on(self.0.generator()).map(Generator)
    }

    /// See [`crate::Model::chat`].
    pub fn chat(&self, options: ChatOptions) -> Result<Chat, Error> {
        block_on(self.0.chat(options)).map(Chat)
    }

    /// Continues a prompt, hands each token over as it comes, and returns them all.
    pub fn generate<'p>(
        &self,
        prompt: impl Into<Prompt<'p>>,
        options: GenerateOptions,
        mut each: impl FnMut(&Token),
    ) -> Result<Vec<Token>, Error> {
        let mut generator = self.generator()?;
        let stream = generator.generate(prompt, options)?;
        stream.inspect(|token| token.iter().for_each(&mut each)).collect()
    }
}

/// See [`crate::Encoder`].
#[derive(Debug)]
pub struct Encoder(crate::Encoder);

impl Encoder {
    /// See [`crate::Encoder::run`].
    pub fn run(&mut self, inputs: &[EncoderInput]) -> Result<Vec<Outputs>, Error> {
        block_on(self.0.run(inputs))
    }
}

/// See [`crate::Generator`].
#[derive(Debug)]
pub struct Generator(crate::Generator);

impl Generator {
    /// See [`crate::Generator::generate`].
    pub fn generate<'p>(
        &mut self,
        prompt: impl Into<Prompt<'p>>,
        options: GenerateOptions,
    ) -> Result<TokenStream<'_>, Error> {
        block_on(self.0.generate(prompt, options)).map(TokenStream)
    }

    /// See [`crate::Generator::generate_all`].
    pub fn generate_all<'p>(
        &mut self,
        prompts: impl IntoIterator<Item = impl Into<Prompt<'p>>>,
        options: GenerateOptions,
    ) -> Result<Generations<'_>, Error> {
        block_on(self.0.generate_all(prompts, options)).map(Generations)
    }
}

/// See [`crate::TokenStream`]; it waits for each token.
#[derive(Debug)]
pub struct TokenStream<'g>(crate::TokenStream<'g>);

impl TokenStream<'_> {
    /// See [`crate::TokenStream::finish_reason`].
    pub fn finish_reason(&self) -> Option<FinishReason> {
        self.0.finish_reason()
    }

    /// See [`crate::TokenStream::valid`].
    pub fn valid(&self) -> Option<bool> {
        self.0.valid()
    }
}

impl Iterator for TokenStream<'_> {
    type Item = Result<Token, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        block_on(self.0.next()).transpose()
    }
}

/// See [`crate::Generations`]; it waits for each token.
#[derive(Debug)]
pub struct Generations<'g>(crate::Generations<'g>);

impl Generations<'_> {
    /// See [`crate::Generations::finish_reason`].
    pub fn finish_reason(&self, index: usize) -> Option<FinishReason> {
        self.0.finish_reason(index)
    }

    /// See [`crate::Generations::valid`].
    pub fn valid(&self, index: usize) -> Option<bool> {
        self.0.valid(index)
    }

    /// See [`crate::Generations::reused_tokens`].
    pub fn reused_tokens(&self, index: usize) -> usize {
        self.0.reused_tokens(index)
    }
}

impl Iterator for Generations<'_> {
    type Item = Result<(usize, Token), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        block_on(self.0.next()).transpose()
    }
}

/// See [`crate::Chat`].
#[derive(Debug)]
pub struct Chat(crate::Chat);

impl Chat {
    /// See [`crate::Chat::say`].
    pub fn say(&mut self, text: &str, options: GenerateOptions) -> Result<Reply<'_>, Error> {
        block_on(self.0.say(text, options)).map(Reply)
    }

    /// See [`crate::Chat::reply`].
    pub fn reply(&mut self, options: GenerateOptions) -> Result<Reply<'_>, Error> {
        block_on(self.0.reply(options)).map(Reply)
    }

    /// See [`crate::Chat::push`].
    pub fn push(&mut self, message: Map<String, Value>) {
        self.0.push(message);
    }

    /// See [`crate::Chat::messages`].
    pub fn messages(&self) -> &[Map<String, Value>] {
        self.0.messages()
    }

    /// See [`crate::Chat::clear`].
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// See [`crate::Chat::set_system`].
    pub fn set_system(&mut self, system: Option<&str>) {
        self.0.set_system(system);
    }
}

/// See [`crate::Reply`]; it waits for each token.
#[derive(Debug)]
pub struct Reply<'c>(crate::Reply<'c>);

impl Reply<'_> {
    /// See [`crate::Reply::text`].
    pub fn text(&self) -> &str {
        self.0.text()
    }

    /// See [`crate::Reply::finish_reason`].
    pub fn finish_reason(&self) -> Option<FinishReason> {
        self.0.finish_reason()
    }

    /// See [`crate::Reply::valid`].
    pub fn valid(&self) -> Option<bool> {
        self.0.valid()
    }

    /// See [`crate::Reply::prompt_tokens`].
    pub fn prompt_tokens(&self) -> usize {
        self.0.prompt_tokens()
    }

    /// See [`crate::Reply::reused_tokens`].
    pub fn reused_tokens(&self) -> usize {
        self.0.reused_tokens()
    }
}

impl Iterator for Reply<'_> {
    type Item = Result<Token, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        block_on(self.0.next()).transpose()
    }
}
