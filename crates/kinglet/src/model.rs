use std::sync::Arc;

use kinglet_format::TokenizerKind;
use kinglet_gpu::{KvFormat, SessionOptions};
use kinglet_graph::{Graph, Step, optimise};
use kinglet_models::{Head, Labels};
use kinglet_text::Tokenizer;

use crate::{
    Chat, ChatOptions, ChatTemplates, DeviceInfo, Encoder, EncoderInput, Engine, Error, Generator, LoadOptions,
    Outputs, Rows, Session, Source, files::ModelFiles, texts::Texts, weights,
};

/// A model on a device.
#[derive(Clone, Debug)]
pub struct Model {
    shared: Arc<Shared>,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) info: ModelInfo,
    pub(crate) backend: Backend,
    kv: KvFormat,
    device: DeviceInfo,
    taps: Vec<String>,
    pub(crate) texts: Texts,
}

/// The model where it runs.
#[derive(Debug)]
pub(crate) enum Backend {
    Cpu(Arc<kinglet_cpu::Model>),
    Gpu(Arc<kinglet_gpu::Model>),
}

impl Shared {
    /// The graph as it runs.
    pub(crate) fn graph(&self) -> &Graph {
        match &self.backend {
            Backend::Cpu(model) => model.graph(),
            Backend::Gpu(model) => model.graph(),
        }
    }

    /// A session on a GPU for whole sequences, of which nothing is kept.
    pub(crate) fn encoder_options(&self) -> SessionOptions {
        SessionOptions { context: self.info.context, slots: kinglet_gpu::MAX_TEXTS, kv: KvFormat::F32 }
    }

    /// How large a session on a GPU may become.
    pub(crate) fn session_options(&self) -> SessionOptions {
        session_options(self.info.context, self.kv)
    }
}

/// What a model is.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ModelInfo {
    /// Its architecture.
    pub architecture: &'static str,
    /// What it is for.
    pub head: Head,
    /// What the columns of a classifier or a tagger mean.
    pub labels: Labels,
    /// Weights, counted one by one.
    pub parameters: u64,
    /// Decoder layers.
    pub layers: usize,
    /// Tokens in its vocabulary.
    pub vocab: usize,
    /// The longest sequence of this load.
    pub context: usize,
    /// The longest sequence it was made for.
    pub trained_context: usize,
    /// The tokens that end a generation.
    pub end_tokens: Vec<u32>,
    /// What turns text into tokens, where the model has it.
    pub tokenizer: Option<TokenizerKind>,
}

impl ModelInfo {
    pub(crate) fn new(files: &ModelFiles, context: usize) -> Result<ModelInfo, Error> {
        let ModelFiles { checkpoint, blueprint, weights, .. } = files;
        let end_tokens = checkpoint.end_tokens()?.unwrap_or_else(|| blueprint.end_tokens.to_vec());
        Ok(ModelInfo {
            architecture: blueprint.architecture,
            head: blueprint.head,
            labels: blueprint.labels.clone(),
            parameters: weights.iter().filter_map(|weight| weight.shape().elements()).sum::<usize>() as u64,
            layers: blueprint.layers,
            vocab: blueprint.vocab,
            context,
            trained_context: blueprint.context,
            end_tokens,
            tokenizer: checkpoint.tokenizer().cloned(),
        })
    }

    /// An error where the predictions of the two are not over the same number of tokens, so that they cannot be
    /// compared.
    pub fn check_comparable(&self, reference: &ModelInfo) -> Result<(), Error> {
        match (self.vocab, reference.vocab) {
            (vocab, reference) if vocab == reference => Ok(()),
            (vocab, reference) => Err(Error::Vocabularies { vocab, reference }),
        }
    }
}

impl Model {
    #[allow(clippy::arc_with_non_send_sync, reason = "in browsers sources are not, and models stay on their thread")]
    pub(crate) async fn load(engine: &Engine, source: &Source, options: LoadOptions) -> Result<Model, Error> {
        let files = ModelFiles::open(source, options.quant, &options.architectures).await?;
        let info = ModelInfo::new(&files, options.context(&files.blueprint)?)?;
        let mut graph = files.blueprint.graph.clone();
        let taps = graph.taps().map(str::to_owned).collect();
        for name in &options.taps {
            if !graph.tap(name) {
                return Err(Error::Tap { name: name.clone() });
            }
        }
        let (graph, report) = optimise(graph);
        for pass in &report.passes {
            log::debug!("{}: fired {} times", pass.name, pass.fired);
            pass.skipped.iter().for_each(|why| log::debug!("{}: skipped {why}", pass.name));
        }
        files.checkpoint.fetch(&options.on_progress).await?;
        let backend = match &engine.gpu {
            Some(device) => Backend::Gpu(Arc::new(weights::on_gpu(device, graph, &files, &options.on_progress).await?)),
            None => Backend::Cpu(Arc::new(weights::on_cpu(graph, &files, &options.on_progress).await?)),
        };
        let texts = Texts::new(source.clone());
        let shared = Shared { info, backend, kv: options.kv, device: engine.info.clone(), taps, texts };
        Ok(Model { shared: Arc::new(shared) })
    }

    /// What the model is.
    pub fn info(&self) -> &ModelInfo {
        &self.shared.info
    }

    /// What the model runs on.
    pub fn device(&self) -> &DeviceInfo {
        &self.shared.device
    }

    /// The names of all values that [`LoadOptions::taps`] can ask for.
    pub fn taps(&self) -> &[String] {
        &self.shared.taps
    }

    /// Bytes that decoding a token must read at the least: the weights of every step, in the types that they are kept in,
    /// and the keys and values of a sequence of this length.
    pub fn bytes_per_token(&self, length: usize) -> u64 {
        let graph = self.shared.graph();
        let element = match (&self.shared.backend, self.shared.kv) {
            (Backend::Gpu(_), KvFormat::F16) => 2,
            _ => 4,
        };
        graph.step_bytes() + (graph.cache_elements() * length * element) as u64
    }

    /// Sequences that the caller advances step by step.
    pub async fn session(&self) -> Result<Session, Error> {
        self.expect(Head::Generate)?;
        Session::new(self.shared.clone()).await
    }

    /// What turns text into the model's tokens. It is read when it is first asked for.
    pub async fn tokenizer(&self) -> Result<Tokenizer, Error> {
        Ok(self.shared.texts.tokenizer().await?.clone())
    }

    /// How the model wants conversations written. That is read when it is first asked for.
    pub async fn chat_templates(&self) -> Result<ChatTemplates, Error> {
        Ok(self.shared.texts.templates().await?.clone())
    }

    /// A conversation with the model. Each has a cache of its own, so that any number can go on at a time.
    pub async fn chat(&self, options: ChatOptions) -> Result<Chat, Error> {
        let mut session = self.session().await?;
        session.prepare_to_generate().await?;
        Chat::new(session, options).await
    }

    /// Generates from prompts. Each generator has a cache of its own, so that any number can be at work.
    pub async fn generator(&self) -> Result<Generator, Error> {
        let mut session = self.session().await?;
        session.prepare_to_generate().await?;
        Ok(Generator::new(session))
    }

    /// An error where the model is for something else.
    pub(crate) fn expect(&self, head: Head) -> Result<(), Error> {
        let ModelInfo { architecture, head: found, .. } = self.shared.info;
        match head == found {
            true => Ok(()),
            false => Err(Error::Head { architecture, found, wanted: head }),
        }
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Runs whole sequences, several at a time, where the model's tokens see what follows them.
    pub async fn encoder(&self) -> Result<Encoder, Error> {
        Encoder::new(self.shared.clone(), None).await
    }

    /// Runs a sequence once and returns the rows of every output.
    pub async fn forward(&self, tokens: &[u32], rows: Rows) -> Result<Outputs, Error> {
        if self.shared.graph().sees_all() {
            let input = EncoderInput::new(self.shared.info.head, tokens.to_vec());
            let input = match rows {
                Rows::All => input,
                Rows::Last => input.last_row(),
            };
            return Ok(self.encoder().await?.run(&[input]).await?.pop().unwrap_or_default());
        }
        let mut session = self.session().await?;
        let slot = session.open_slot()?;
        let step = Step::prefill(slot, 0, tokens);
        session
            .step(&match rows {
                Rows::All => step,
                Rows::Last => step.last_row(),
            })
            .await
    }
}

pub(crate) fn session_options(context: usize, kv: KvFormat) -> SessionOptions {
    SessionOptions { context, kv, ..SessionOptions::default() }
}
