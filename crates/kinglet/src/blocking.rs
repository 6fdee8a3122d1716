//! The same engine without async, for programs that wait.
//!
//! ```no_run
//! use kinglet::{EngineOptions, GenerateOptions, LoadOptions, blocking};
//!
//! let engine = blocking::Engine::new(EngineOptions::default())?;
//! let source = blocking::source("hf:HuggingFaceTB/SmolLM2-135M")?;
//! let model = engine.load(&source, LoadOptions::default())?;
//! let tokens = model.generate(&[128_000, 9906], GenerateOptions::default(), |token| println!("{}", token.id))?;
//! println!("{} tokens", tokens.len());
//! # Ok::<(), kinglet::Error>(())
//! ```

use pollster::block_on;

use crate::{
    DeviceInfo, EngineOptions, Error, GenerateOptions, LoadOptions, ModelInfo, Outputs, Rows, Source, Token, Tokenizer,
    wgpu,
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

    /// Continues a prompt, hands each token over as it comes, and returns them all.
    pub fn generate(
        &self,
        prompt: &[u32],
        options: GenerateOptions,
        mut each: impl FnMut(&Token),
    ) -> Result<Vec<Token>, Error> {
        block_on(async {
            let mut generator = self.0.generator().await?;
            let mut stream = generator.generate(prompt, options).await?;
            let mut tokens = Vec::new();
            while let Some(token) = stream.next().await? {
                each(&token);
                tokens.push(token);
            }
            Ok(tokens)
        })
    }
}
