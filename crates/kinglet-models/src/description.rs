use kinglet_format::{Checkpoint, Config, Description, RowOrder};

use crate::{
    ARCHITECTURES, Architecture, Blueprint, Head, ModelError, Order, Setting,
    gguf::{Family, RopeTensor},
    settings::Settings,
};

/// What a checkpoint says of its model, in one form for all formats.
#[derive(Debug)]
pub struct Described {
    architecture: &'static Architecture,
    head: Head,
    config: Config,
    gguf: Option<&'static Family>,
    /// What the names of weights begin with in the graph, and in the file.
    renamed: Option<(&'static str, &'static str)>,
    /// Norms have the names that they had long ago.
    old_norms: bool,
    /// Tensors that hold settings.
    rope_tensors: Vec<&'static RopeTensor>,
}

/// Where a weight of the graph lies in the model's files.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// The tensor's name.
    pub name: String,
    /// The order in which its rows are, if it is another than that of the graph.
    pub order: Option<RowOrder>,
    /// What was added to its elements.
    pub added: f32,
}

/// What a GGUF file says of a model's architecture.
#[derive(Clone, Debug)]
pub struct WrittenSettings<'b> {
    /// The value of `general.architecture`.
    pub architecture: &'static str,
    /// Keys of the metadata with their values.
    pub keys: Vec<(String, &'b Setting)>,
    /// Tensors that hold what each of the rotation's frequencies is divided by, where the model scales them.
    pub tensors: Vec<(&'static str, &'b [f32])>,
}

impl Described {
    /// Reads the description of a checkpoint, whose architecture is one of these or one that Kinglet knows.
    pub fn new(checkpoint: &Checkpoint, more: &[&'static Architecture]) -> Result<Described, ModelError> {
        match checkpoint.description() {
            Description::HuggingFace(config) => {
                let (architecture, head, config) = of_config(config, more)?;
                let any = |prefix: &str| checkpoint.tensors().any(|(name, _)| name.starts_with(prefix));
                let applies = |(from, to): &&(&str, &str)| if to.is_empty() { !any(from) } else { any(to) };
                let old_norms = checkpoint.tensors().any(|(name, _)| name.ends_with(".LayerNorm.gamma"));
                let renamed = architecture.renames.iter().find(applies).copied();
                Ok(Described { architecture, head, config, gguf: None, renamed, old_norms, rope_tensors: Vec::new() })
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
                let rope_tensors = RopeTensor::ALL.iter().filter(|it| checkpoint.tensor(it.name).is_some()).collect();
                let head = family.head(metadata, checkpoint)?;
                Ok(Described {
                    architecture,
                    head,
                    config,
                    gguf: Some(family),
                    renamed: None,
                    old_norms: false,
                    rope_tensors,
                })
            }
        }
    }

    /// What stands on the model.
    pub fn head(&self) -> Head {
        self.head
    }

    /// Leaves away what stands on the model, as far as its architecture has a class for that.
    pub fn without_head(&mut self) {
        if self.architecture.classes.iter().any(|(_, head)| *head == Head::Base) {
            self.head = Head::Base;
        }
    }

    /// Tensors that [`Described::set_rope_tensor`] wants, where the model has them.
    pub fn rope_tensors(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.rope_tensors.clone().into_iter().map(|tensor| tensor.name)
    }

    /// Says what a tensor that describes the rotation holds. A model that scales frequencies in another way too is
    /// refused when it is built.
    pub fn set_rope_tensor(&mut self, name: &str, values: &[f32]) {
        if let Some(tensor) = RopeTensor::ALL.iter().find(|tensor| tensor.name == name) {
            tensor.set(&mut self.config, values);
        }
    }

    /// The graph.
    pub fn build(&self) -> Result<Blueprint, ModelError> {
        (self.architecture.build)(Settings::new(&self.config, self.head))
    }

    /// Where a weight of the graph lies.
    pub fn stored(&self, weight: &str) -> Result<Stored, ModelError> {
        if let Some(family) = self.gguf {
            return self.stored_by(family, weight);
        }
        let renamed = self.renamed.and_then(|(from, to)| Some(format!("{to}{}", weight.strip_prefix(from)?)));
        let renamed = match renamed {
            renamed if !self.old_norms => renamed,
            renamed => {
                let name = renamed.as_deref().unwrap_or(weight);
                Some(
                    name.replace(".LayerNorm.weight", ".LayerNorm.gamma").replace(".LayerNorm.bias", ".LayerNorm.beta"),
                )
            }
        };
        let order = self.architecture.orders.iter().find(|(suffix, _)| weight.ends_with(suffix));
        let order = order.map(|(_, order)| self.row_order(*order)).transpose()?;
        Ok(Stored { name: renamed.unwrap_or_else(|| weight.to_owned()), order, added: 0.0 })
    }

    /// Where a GGUF file of the model holds a weight of the graph.
    pub fn written(&self, weight: &str) -> Result<Stored, ModelError> {
        self.stored_by(self.family()?, weight)
    }

    /// What a GGUF file of the model says of its architecture.
    pub fn written_settings<'b>(&self, blueprint: &'b Blueprint) -> Result<WrittenSettings<'b>, ModelError> {
        let family = self.family()?;
        let tensor = |tensor: &'static RopeTensor| {
            let (_, setting) = blueprint.settings.iter().find(|(name, _)| *name == tensor.setting)?;
            if let Setting::Numbers(numbers) = setting { Some((tensor.name, numbers.as_slice())) } else { None }
        };
        let keys = family.written(&blueprint.settings, self.config.file())?;
        Ok(WrittenSettings {
            architecture: family.name,
            keys,
            tensors: RopeTensor::ALL.iter().filter_map(tensor).collect(),
        })
    }

    fn family(&self) -> Result<&'static Family, ModelError> {
        let architecture = self.architecture.class(self.head);
        let family = self.architecture.gguf.filter(|family| family.writes(self.head));
        family.ok_or(ModelError::NoGguf { architecture })
    }

    fn stored_by(&self, family: &Family, weight: &str) -> Result<Stored, ModelError> {
        let (name, order) = family.tensor(weight);
        let order = order.map(|order| self.row_order(order)).transpose()?;
        let added = if weight.ends_with("norm.weight") { family.added_to_norms } else { 0.0 };
        Ok(Stored { name, order, added })
    }

    fn row_order(&self, order: Order) -> Result<RowOrder, ModelError> {
        let heads = |key: &str| match self.config.optional_count(key, 1..=4096)? {
            Some(heads) => Ok(heads),
            None => self.config.count("num_attention_heads", 1..=4096),
        };
        Ok(match order {
            Order::Halves(key) => RowOrder::Halves { heads: heads(key)? },
            Order::Threes(key) => RowOrder::Threes { heads: heads(key)? },
            Order::Transposed => RowOrder::Transposed,
        })
    }
}

/// The architecture that a configuration names, and the part of it that describes the model of text.
pub(crate) fn of_config(
    config: &Config,
    more: &[&'static Architecture],
) -> Result<(&'static Architecture, Head, Config), ModelError> {
    let found = config.architectures();
    let classes = || more.iter().chain(ARCHITECTURES).flat_map(|it| it.classes.iter().map(|class| (*it, *class)));
    let known = classes().find(|(_, (name, _))| found.contains(name));
    let Some((architecture, (_, head))) = known else {
        let names = classes().map(|(_, (name, _))| name);
        let found = if found.is_empty() { "(none named)".to_owned() } else { found.join(", ") };
        return Err(unknown(config.file(), &found, names));
    };
    let section = architecture.text_section.map(|key| config.section(key)).transpose()?.flatten();
    Ok((architecture, head, section.unwrap_or_else(|| config.clone())))
}

fn unknown<'n>(file: &str, found: &str, supported: impl Iterator<Item = &'n str>) -> ModelError {
    let supported = supported.collect::<Vec<_>>().join(", ");
    ModelError::Architecture { file: file.to_owned(), found: found.to_owned(), supported }
}
