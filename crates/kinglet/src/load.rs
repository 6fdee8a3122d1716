use kinglet_gpu::KvFormat;

/// How to load a model.
#[derive(Clone, Debug)]
pub struct LoadOptions {
    /// The longest sequence, in tokens. By default what the model was made for, at most 4,096.
    pub context: Option<usize>,
    /// Intermediate values to return beside the logits; see [`crate::Model::taps`].
    pub taps: Vec<String>,
    /// How a GPU stores keys and values. The CPU backend keeps them in f32.
    pub kv: KvFormat,
}

/// The longest default context: longer ones cost memory that most callers do not need.
const DEFAULT_CONTEXT: usize = 4096;

impl Default for LoadOptions {
    fn default() -> LoadOptions {
        LoadOptions { context: None, taps: Vec::new(), kv: KvFormat::F16 }
    }
}

impl LoadOptions {
    pub(crate) fn context(&self, limit: usize) -> Result<usize, crate::Error> {
        match self.context {
            None => Ok(limit.min(DEFAULT_CONTEXT)),
            Some(asked) if (1..=limit).contains(&asked) => Ok(asked),
            Some(asked) => Err(crate::Error::ContextOption { asked, limit }),
        }
    }
}
