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
    Aggregation, Answer, AnswerOptions, ChatOptions, ChatTemplates, Classification, DeviceInfo, EmbedOptions,
    Embedding, EncoderInput, EngineOptions, Entity, Error, Fill, FillOptions, FinishReason, GenerateOptions,
    LoadOptions, ModelInfo, Outputs, Prompt, Ranked, Rows, Source, Token, TokenScores, Tokenizer, wgpu,
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

    /// See [`crate::Model::embedder`].
    pub fn embedder(&self, options: EmbedOptions) -> Result<Embedder, Error> {
        block_on(self.0.embedder(options)).map(Embedder)
    }

    /// See [`crate::Model::reranker`].
    pub fn reranker(&self) -> Result<Reranker, Error> {
        block_on(self.0.reranker()).map(Reranker)
    }

    /// See [`crate::Model::classifier`].
    pub fn classifier(&self) -> Result<Classifier, Error> {
        block_on(self.0.classifier()).map(Classifier)
    }

    /// See [`crate::Model::tagger`].
    pub fn tagger(&self, aggregation: Aggregation) -> Result<Tagger, Error> {
        block_on(self.0.tagger(aggregation)).map(Tagger)
    }

    /// See [`crate::Model::answerer`].
    pub fn answerer(&self, options: AnswerOptions) -> Result<Answerer, Error> {
        block_on(self.0.answerer(options)).map(Answerer)
    }

    /// See [`crate::Model::filler`].
    pub fn filler(&self, options: FillOptions) -> Result<Filler, Error> {
        block_on(self.0.filler(options)).map(Filler)
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

/// See [`crate::Embedder`].
#[derive(Debug)]
pub struct Embedder(crate::Embedder);

impl Embedder {
    /// See [`crate::Embedder::embed`].
    pub fn embed(&mut self, texts: &[&str]) -> Result<Vec<Embedding>, Error> {
        block_on(self.0.embed(texts))
    }
}

/// See [`crate::Reranker`].
#[derive(Debug)]
pub struct Reranker(crate::Reranker);

impl Reranker {
    /// See [`crate::Reranker::rerank`].
    pub fn rerank(&mut self, query: &str, documents: &[&str]) -> Result<Vec<Ranked>, Error> {
        block_on(self.0.rerank(query, documents))
    }
}

/// See [`crate::Classifier`].
#[derive(Debug)]
pub struct Classifier(crate::Classifier);

impl Classifier {
    /// See [`crate::Classifier::classify`].
    pub fn classify(&mut self, texts: &[&str]) -> Result<Vec<Classification>, Error> {
        block_on(self.0.classify(texts))
    }
}

/// See [`crate::Tagger`].
#[derive(Debug)]
pub struct Tagger(crate::Tagger);

impl Tagger {
    /// See [`crate::Tagger::tag`].
    pub fn tag(&mut self, text: &str) -> Result<Vec<Entity>, Error> {
        block_on(self.0.tag(text))
    }

    /// See [`crate::Tagger::labels`].
    pub fn labels(&self) -> &[String] {
        self.0.labels()
    }

    /// See [`crate::Tagger::tokens`].
    pub fn tokens(&mut self, texts: &[&str]) -> Result<Vec<Vec<TokenScores>>, Error> {
        block_on(self.0.tokens(texts))
    }
}

/// See [`crate::Answerer`].
#[derive(Debug)]
pub struct Answerer(crate::Answerer);

impl Answerer {
    /// See [`crate::Answerer::answer`].
    pub fn answer(&mut self, question: &str, context: &str) -> Result<Answer, Error> {
        block_on(self.0.answer(question, context))
    }
}

/// See [`crate::Filler`].
#[derive(Debug)]
pub struct Filler(crate::Filler);

impl Filler {
    /// See [`crate::Filler::mask`].
    pub fn mask(&self) -> &str {
        self.0.mask()
    }

    /// See [`crate::Filler::fill`].
    pub fn fill(&mut self, text: &str) -> Result<Vec<Vec<Fill>>, Error> {
        block_on(self.0.fill(text))
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
