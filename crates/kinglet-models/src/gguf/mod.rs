//! What GGUF files call things: for each family of architectures the keys of the metadata and the names of the tensors.

mod families;

use kinglet_format::{Checkpoint, Config, FormatError, Metadata, SentencePooling, gguf::Value};

use crate::{Head, ModelError, Order, Setting};
pub(crate) use families::*;

/// The matrix whose rows are labels.
const CLASSIFIER: &str = "cls.output.weight";
const CLASSIFIER_POOLING: &str = "classifier.pooling_type";
const CAUSAL: &str = "attention.causal";
const NOT: &Setting = &Setting::Flag(false);

/// The names that one family's GGUF files use.
#[derive(Debug)]
pub(crate) struct Family {
    /// The value of `general.architecture`, and the prefix of its keys.
    pub(crate) name: &'static str,
    /// What may stand on the model here.
    heads: &'static [Head],
    /// Whether tokens see what is before them alone.
    causal: bool,
    /// Keys of `config.json`, and what follows the prefix here.
    keys: &'static [(&'static str, &'static str)],
    /// Keys of `config.json`, and further ones here that say the same: they are written and not read.
    echoes: &'static [(&'static str, &'static str)],
    /// Flags of `config.json`, and the tensor that is there where they are set.
    flags: &'static [(&'static str, &'static str)],
    /// The same of tensors that llama.cpp does not know: files with them are read and not written.
    unwritten: &'static [(&'static str, &'static str)],
    /// Keys of `config.json` that no file says anything of, and what is meant.
    given: &'static [(&'static str, Given)],
    /// Modules outside the layers, and their names here.
    modules: &'static [(&'static str, &'static str)],
    /// What layers begin with in Hugging Face's files.
    layers: &'static str,
    /// Modules of a layer, and their names here.
    layer_modules: &'static [(&'static str, &'static str)],
    /// Modules whose rows are in another order here.
    orders: &'static [(&'static str, Order)],
    /// What has been added to the gains of norms here.
    pub(crate) added_to_norms: f32,
}

/// A value that a family's files always mean.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Given {
    Count(usize),
    Number(f64),
    Flag(bool),
}

/// A tensor that holds what each of a rotation's frequencies is divided by.
#[derive(Debug)]
pub(crate) struct RopeTensor {
    pub(crate) name: &'static str,
    /// The key of a configuration that says the same.
    pub(crate) setting: &'static str,
    /// The kind of scaling that it is.
    kind: &'static str,
}

impl RopeTensor {
    pub(crate) const ALL: &[RopeTensor] = &[
        RopeTensor { name: "rope_freqs.weight", setting: "rope_scaling.factors", kind: "factors" },
        RopeTensor { name: "rope_factors_short.weight", setting: "rope_scaling.short_factor", kind: "longrope" },
        RopeTensor { name: "rope_factors_long.weight", setting: "rope_scaling.long_factor", kind: "longrope" },
    ];

    pub(crate) fn set(&self, config: &mut Config, values: &[f32]) {
        let scaling = config.section("rope_scaling").ok().flatten();
        let kind = scaling.as_ref().and_then(|scaling| scaling.text("type").ok().flatten()).map(str::to_owned);
        match kind {
            Some(kind) if kind != self.kind => {
                // What both together mean is not known: that name is refused.
                config.set("rope_scaling.type", format!("{kind} beside {}", self.name).into());
            }
            _ => {
                config.set("rope_scaling.type", self.kind.into());
                config.set(self.setting, values.to_vec().into());
            }
        }
    }
}

impl Family {
    /// What the file says, in the words of a `config.json`.
    pub(crate) fn config(&self, metadata: &Metadata, checkpoint: &Checkpoint) -> Config {
        let keys: Vec<String> = self.keys.iter().map(|(_, key)| self.key(key)).collect();
        let pairs: Vec<(&str, &str)> =
            self.keys.iter().zip(&keys).map(|((name, _), key)| (*name, key.as_str())).collect();
        let mut config = metadata.config(&pairs);
        // Where layers may differ, files have a list; those that can be read here have one value in it.
        for (name, key) in &pairs {
            if let Some(Value::Array(values)) = metadata.get(key)
                && let Some(first) = values.iter().next().and_then(|value| value.as_i64())
                && values.iter().all(|value| value.as_i64() == Some(first))
            {
                config.set(name, first.into());
            }
        }
        let has = |tensor: &str| checkpoint.tensor(tensor).is_some();
        for (flag, tensor) in self.flags.iter().chain(self.unwritten) {
            config.set(flag, has(tensor).into());
        }
        config.set("tie_word_embeddings", (!has("output.weight")).into());
        // Files may leave the vocabulary's size to the table of embeddings.
        if let Some(table) = checkpoint.tensor("token_embd.weight") {
            config.set("vocab_size", table.shape.dims().first().copied().into());
        }
        for (key, given) in self.given {
            match given {
                Given::Count(count) => config.set(key, (*count).into()),
                Given::Number(number) => config.set(key, (*number).into()),
                Given::Flag(flag) => config.set(key, (*flag).into()),
            }
        }
        if let Some(table) = checkpoint.tensor(CLASSIFIER) {
            // They are counted where nobody names them.
            config.set("num_labels", table.shape.dims().first().copied().into());
            config.set("classifier_pooling", self.classifier_pooling(metadata).name().into());
        }
        // In llama.cpp's words no scaling is one, and no window one of 0.
        let unscaled = |scaling: &Config| matches!(scaling.text("type"), Ok(Some("none")));
        if config.section("rope_scaling").ok().flatten().is_some_and(|scaling| unscaled(&scaling)) {
            config.set("rope_scaling", ().into());
        }
        for (window, _) in self.keys.iter().filter(|(_, key)| *key == "attention.sliding_window") {
            if config.optional_count(window, 0..=0).is_ok() {
                config.set(window, ().into());
            }
        }
        config
    }

    /// What stands on the file's model: a classifier labels texts, unless it says that no text's rows become one.
    pub(crate) fn head(&self, metadata: &Metadata, checkpoint: &Checkpoint) -> Result<Head, FormatError> {
        if let [only] = self.heads {
            return Ok(*only);
        }
        let pooling = metadata.optional_count(&self.key(SentencePooling::KEY), SentencePooling::NUMBERS)?;
        Ok(match checkpoint.tensor(CLASSIFIER) {
            None => Head::Base,
            Some(_) if pooling == Some(SentencePooling::NONE.into()) => Head::Tag,
            Some(_) => Head::Classify,
        })
    }

    /// Whether files of the family can hold a model with this head.
    pub(crate) fn writes(&self, head: Head) -> bool {
        self.heads.contains(&head)
    }

    /// How rows become one before the classifier. llama.cpp takes their mean where a file says nothing of it.
    fn classifier_pooling(&self, metadata: &Metadata) -> SentencePooling {
        let number = |key: &str| metadata.optional_count(&self.key(key), SentencePooling::NUMBERS).ok().flatten();
        let named = |key: &str| number(key).and_then(SentencePooling::of_number);
        named(CLASSIFIER_POOLING).or_else(|| named(SentencePooling::KEY)).unwrap_or(SentencePooling::Mean)
    }

    fn key(&self, key: &str) -> String {
        format!("{}.{key}", self.name)
    }

    /// Refuses what no key of a `config.json` says and what would be computed in another way than the file means it.
    pub(crate) fn check(&self, metadata: &Metadata) -> Result<(), FormatError> {
        let key = |key: &str| self.key(key);
        // An older word for linear scaling.
        let factor = metadata.optional_number(&key("rope.scale_linear"), 0.0..=f64::from(f32::MAX))?;
        if let Some(factor) = factor.filter(|factor| *factor != 1.0) {
            return Err(metadata.wrong(&key("rope.scale_linear"), &factor.to_string(), "1"));
        }
        metadata.optional_count(&key(CLASSIFIER_POOLING), SentencePooling::NUMBERS)?;
        match metadata.flag(&key(CAUSAL))? {
            Some(other) if other != self.causal => {
                Err(metadata.wrong(&key(CAUSAL), &other.to_string(), &self.causal.to_string()))
            }
            _ => Ok(()),
        }
    }

    /// The keys of a file with these settings. A setting that no file of the family can say is an error, unless it is
    /// what is meant anyway.
    pub(crate) fn written<'s>(
        &self,
        settings: &'s [(&'static str, Setting)],
        file: &str,
    ) -> Result<Vec<(String, &'s Setting)>, ModelError> {
        let by_tensor = |name: &str| {
            let flag = self.flags.iter().any(|(flag, _)| *flag == name) || name == "tie_word_embeddings";
            flag || RopeTensor::ALL.iter().any(|tensor| tensor.setting == name)
        };
        let mut written = Vec::new();
        if !self.causal {
            written.push((self.key(CAUSAL), NOT));
        }
        for (name, setting) in settings {
            let keys = self.keys.iter().chain(self.echoes).filter(|(known, _)| known == name);
            let before = written.len();
            written.extend(keys.map(|(_, key)| (self.key(key), setting)));
            if written.len() == before && !by_tensor(name) && !self.is_given(name, setting) {
                let (file, setting, family) = (file.to_owned(), format!("{name} {setting}"), self.name);
                return Err(ModelError::NoGgufKey { file, setting, family });
            }
        }
        Ok(written)
    }

    fn is_given(&self, name: &str, setting: &Setting) -> bool {
        let given = self.given.iter().find(|(known, _)| *known == name);
        given.is_some_and(|(_, given)| match (given, setting) {
            (Given::Count(given), Setting::Count(count)) => given == count,
            (Given::Number(given), Setting::Number(number)) => given == number,
            (Given::Flag(given), Setting::Flag(flag)) => given == flag,
            _ => false,
        }) || self.unwritten.iter().any(|(flag, _)| *flag == name) && *setting == Setting::Flag(false)
    }

    /// A weight's name here, from its name in Hugging Face's files, and the order in which its rows are.
    pub(crate) fn tensor(&self, weight: &str) -> (String, Option<Order>) {
        let (module, kind) = weight.rsplit_once('.').unwrap_or((weight, ""));
        let find = |names: &[(&str, &'static str)], name| names.iter().find(|(known, _)| *known == name).map(|it| it.1);
        let in_layer = module.strip_prefix(self.layers).and_then(|rest| rest.split_once('.'));
        let name = match in_layer {
            Some((layer, module)) => find(self.layer_modules, module).map(|name| format!("blk.{layer}.{name}")),
            None => find(self.modules, module).map(str::to_owned),
        };
        let order = in_layer.and_then(|(_, module)| self.orders.iter().find(|(known, _)| *known == module));
        (format!("{}.{kind}", name.unwrap_or_else(|| module.to_owned())), order.map(|(_, order)| *order))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_have_llama_cpps_names() {
        assert_eq!(LLAMA.tensor("model.embed_tokens.weight"), ("token_embd.weight".to_owned(), None));
        assert_eq!(LLAMA.tensor("lm_head.weight").0, "output.weight");
        assert_eq!(LLAMA.tensor("model.layers.12.mlp.down_proj.weight").0, "blk.12.ffn_down.weight");
        assert_eq!(LLAMA.tensor("model.norm.weight").0, "output_norm.weight");
        let keys = LLAMA.tensor("model.layers.3.self_attn.k_proj.bias");
        assert_eq!(keys, ("blk.3.attn_k.bias".to_owned(), Some(Order::Halves("num_key_value_heads"))));
    }

    #[test]
    fn files_say_what_a_configuration_leaves_out() {
        let config = Config::parse(
            br#"{"architectures": ["LlamaForCausalLM"], "vocab_size": 32, "hidden_size": 24, "intermediate_size": 8,
            "num_hidden_layers": 2, "num_attention_heads": 2, "rope_parameters": {"rope_theta": 5e5}}"#,
        );
        let blueprint = crate::build(&config.unwrap()).unwrap();
        let written = LLAMA.written(&blueprint.settings, "config.json").unwrap();
        let find = |key: &str| written.iter().find(|(known, _)| known == key).map(|(_, setting)| *setting);
        for (key, expected) in [
            ("llama.block_count", Setting::Count(2)),
            ("llama.attention.head_count_kv", Setting::Count(2)),
            ("llama.attention.key_length", Setting::Count(12)),
            ("llama.attention.value_length", Setting::Count(12)),
            ("llama.rope.dimension_count", Setting::Count(12)),
            ("llama.context_length", Setting::Count(2048)),
            ("llama.vocab_size", Setting::Count(32)),
            ("llama.attention.layer_norm_rms_epsilon", Setting::Number(1e-6)),
            ("llama.rope.freq_base", Setting::Number(5e5)),
        ] {
            assert_eq!(find(key), Some(&expected), "{key}");
        }
        // Scaled frequencies are a tensor: with these keys llama.cpp would scale them once more.
        assert!(!written.iter().any(|(key, _)| key.contains("rope.scaling")));
    }

    #[test]
    fn what_no_key_says_is_an_error() {
        let config = |more: &str| {
            let text = format!(
                r#"{{"architectures": ["SmolLM3ForCausalLM"], "vocab_size": 32, "hidden_size": 24,
                "intermediate_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2{more}}}"#
            );
            crate::build(&Config::parse(text.as_bytes()).unwrap()).unwrap()
        };
        assert!(SMOLLM3.written(&config("").settings, "config.json").is_ok());
        let other = config(r#", "no_rope_layer_interval": 3"#);
        assert_eq!(
            SMOLLM3.written(&other.settings, "config.json").unwrap_err().to_string(),
            "config.json: a GGUF file of the family smollm3 cannot say no_rope_layer_interval 3"
        );
    }
}
