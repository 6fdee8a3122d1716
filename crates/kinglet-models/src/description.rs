use kinglet_format::{Checkpoint, Config, Description};

use crate::{
    ARCHITECTURES, Architecture, Blueprint, ModelError, Setting,
    gguf::{Family, ROPE_FACTORS},
};

/// What a checkpoint says of its model, in one form for all formats.
#[derive(Debug)]
pub struct Described {
    architecture: &'static Architecture,
    config: Config,
    gguf: Option<&'static Family>,
    rope_factors: bool,
}

/// Where a weight of the graph lies in the model's files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The tensor's name.
    pub name: String,
    /// The heads within which its rows are in another order than Hugging Face's.
    pub permuted_heads: Option<usize>,
}

/// What a GGUF file says of a model's architecture.
#[derive(Clone, Debug)]
pub struct WrittenSettings<'b> {
    /// The value of `general.architecture`.
    pub architecture: &'static str,
    /// Keys of the metadata with their values.
    pub keys: Vec<(String, &'b Setting)>,
    /// The tensor that holds what each of the rotation's frequencies is divided by, where the model scales them.
    pub rope_factors: Option<(&'static str, &'b [f32])>,
}

impl Described {
    /// Reads the description of a checkpoint.
    pub fn new(checkpoint: &Checkpoint) -> Result<Described, ModelError> {
        match checkpoint.description() {
            Description::HuggingFace(config) => {
                let (architecture, config) = (of_config(config)?, config.clone());
                Ok(Described { architecture, config, gguf: None, rope_factors: false })
            }
            Description::Gguf(metadata) => {
                let found = metadata.text("general.architecture")?.unwrap_or("(none named)");
                let known = |architecture: &&&Architecture| architecture.gguf.is_some_and(|gguf| gguf.name == found);
                let family = ARCHITECTURES.iter().find(known).and_then(|it| Some((it, it.gguf?)));
                let Some((architecture, family)) = family else {
                    let supported = ARCHITECTURES.iter().filter_map(|it| it.gguf).map(|gguf| gguf.name);
                    return Err(unknown(metadata.file(), found, supported));
                };
                family.check(metadata)?;
                let config = family.config(metadata, checkpoint);
                let rope_factors = checkpoint.tensor(ROPE_FACTORS).is_some();
                Ok(Described { architecture, config, gguf: Some(family), rope_factors })
            }
        }
    }

    /// The tensor that [`Described::set_rope_factors`] wants, where the model has one.
    pub fn rope_factors(&self) -> Option<&'static str> {
        self.rope_factors.then_some(ROPE_FACTORS)
    }

    /// Says what each of the rotation's frequencies is divided by. A model that scales them in another way too is left
    /// to be refused for that.
    pub fn set_rope_factors(&mut self, factors: &[f32]) {
        if self.config.section("rope_scaling").is_ok_and(|scaling| scaling.is_some()) {
            return;
        }
        self.config.set("rope_scaling.type", "factors".into());
        self.config.set("rope_scaling.factors", factors.to_vec().into());
    }

    /// The graph.
    pub fn build(&self) -> Result<Blueprint, ModelError> {
        (self.architecture.build)(&self.config)
    }

    /// Where a weight of the graph lies.
    pub fn stored(&self, weight: &str) -> Result<Stored, ModelError> {
        match self.gguf {
            Some(family) => self.stored_by(family, weight),
            None => Ok(Stored { name: weight.to_owned(), permuted_heads: None }),
        }
    }

    /// Where a GGUF file of the model holds a weight of the graph.
    pub fn written(&self, weight: &str) -> Result<Stored, ModelError> {
        self.stored_by(self.family()?, weight)
    }

    /// What a GGUF file of the model says of its architecture.
    pub fn written_settings<'b>(&self, blueprint: &'b Blueprint) -> Result<WrittenSettings<'b>, ModelError> {
        let family = self.family()?;
        let factors = blueprint.settings.iter().find_map(|(name, setting)| match setting {
            Setting::Numbers(factors) if *name == "rope_scaling.factors" => Some((ROPE_FACTORS, factors.as_slice())),
            _ => None,
        });
        Ok(WrittenSettings {
            architecture: family.name,
            keys: family.written(&blueprint.settings),
            rope_factors: factors,
        })
    }

    fn family(&self) -> Result<&'static Family, ModelError> {
        let architecture = self.architecture.names.first().copied().unwrap_or_default();
        self.architecture.gguf.ok_or(ModelError::NoGguf { architecture })
    }

    fn stored_by(&self, family: &Family, weight: &str) -> Result<Stored, ModelError> {
        let (name, heads) = family.tensor(weight);
        let permuted_heads = heads.map(|key| self.heads(key)).transpose()?;
        Ok(Stored { name, permuted_heads })
    }

    fn heads(&self, key: &str) -> Result<usize, ModelError> {
        let heads = self.config.optional_count(key, 1..=4096)?;
        Ok(heads.map_or_else(|| self.config.count("num_attention_heads", 1..=4096), Ok)?)
    }
}

pub(crate) fn of_config(config: &Config) -> Result<&'static Architecture, ModelError> {
    let found = config.architectures();
    let known = ARCHITECTURES.iter().find(|architecture| architecture.names.iter().any(|name| found.contains(name)));
    let names = ARCHITECTURES.iter().flat_map(|architecture| architecture.names).copied();
    let found = if found.is_empty() { "(none named)".to_owned() } else { found.join(", ") };
    known.copied().ok_or_else(|| unknown(config.file(), &found, names))
}

fn unknown<'n>(file: &str, found: &str, supported: impl Iterator<Item = &'n str>) -> ModelError {
    let supported = supported.collect::<Vec<_>>().join(", ");
    ModelError::Architecture { file: file.to_owned(), found: found.to_owned(), supported }
}
