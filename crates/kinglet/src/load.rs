use kinglet_format::{OnProgress, TensorView};
use kinglet_gpu::KvFormat;
use kinglet_models::{Architecture, Blueprint, Head};
use kinglet_tensor::DType;

/// How to load a model.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// The longest sequence, in tokens. By default what the model reaches, its own scaling included, at most 4,096.
    pub context: Option<usize>,
    /// Intermediate values to return beside the logits; see [`crate::Model::taps`].
    pub taps: Vec<String>,
    /// How a GPU stores keys and values. The CPU backend keeps them in f32.
    pub kv: KvFormat,
    /// What becomes of matrices that the files hold as floats.
    pub quant: Quant,
    /// Architectures beside those that Kinglet knows.
    pub architectures: Vec<&'static Architecture>,
    /// Who is told how far the load has come.
    pub on_progress: OnProgress,
}

/// What becomes of matrices that a model's files hold as floats, while they are loaded. Those that are quantized already
/// stay as they are, and so do vectors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quant {
    /// They stay floats.
    #[default]
    Keep,
    /// 8 bits for each element and a scale for 32, as in `Q8_0`.
    Q8,
    /// 4 bits for each element and a scale for 32, as in `Q4_0`.
    Q4,
}

impl Quant {
    /// All of them.
    pub const ALL: &[Quant] = &[Quant::Keep, Quant::Q8, Quant::Q4];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Quant::Keep => "keep",
            Quant::Q8 => "q8",
            Quant::Q4 => "q4",
        }
    }

    /// The type that a weight will have.
    pub(crate) fn of(self, weight: &TensorView) -> DType {
        let floats = matches!(weight.dtype(), DType::F32 | DType::F16 | DType::BF16);
        match self {
            Quant::Q8 if floats && weight.shape().dims().len() == 2 => DType::Q8_0,
            Quant::Q4 if floats && weight.shape().dims().len() == 2 => DType::Q4_0,
            _ => weight.dtype(),
        }
    }
}

/// The longest default context: longer ones cost memory that most callers do not need.
const DEFAULT_CONTEXT: usize = 4096;

impl Default for LoadOptions {
    fn default() -> LoadOptions {
        LoadOptions {
            context: None,
            taps: Vec::new(),
            kv: KvFormat::F16,
            quant: Quant::Keep,
            architectures: Vec::new(),
            on_progress: OnProgress::default(),
        }
    }
}

impl LoadOptions {
    pub(crate) fn context(&self, blueprint: &Blueprint) -> Result<usize, crate::Error> {
        let limit = blueprint.longest;
        match self.context {
            // Whole sequences leave nothing in memory.
            None if blueprint.head != Head::Generate => Ok(blueprint.context),
            None => Ok(blueprint.longest.min(DEFAULT_CONTEXT)),
            Some(asked) if (1..=limit).contains(&asked) => Ok(asked),
            Some(asked) => Err(crate::Error::ContextOption { asked, limit }),
        }
    }
}
