//! What GGUF files call things: for each family of architectures the keys of the metadata and the names of the tensors.

use kinglet_format::{Checkpoint, Config, FormatError, Metadata};

use crate::Setting;

/// The names that one family's GGUF files use.
#[derive(Debug)]
pub(crate) struct Family {
    /// The value of `general.architecture`, and the prefix of its keys.
    pub(crate) name: &'static str,
    /// Keys of `config.json`, and what follows the prefix here.
    keys: &'static [(&'static str, &'static str)],
    /// Keys of `config.json`, and further ones here that say the same: they are written and not read.
    echoes: &'static [(&'static str, &'static str)],
    /// Flags of `config.json`, and the tensor that is there where they are set.
    flags: &'static [(&'static str, &'static str)],
    /// Modules outside the layers, and their names here.
    modules: &'static [(&'static str, &'static str)],
    /// Modules of a layer, and their names here.
    layer_modules: &'static [(&'static str, &'static str)],
    /// Modules whose rows are in another order here, and the key of `config.json` that counts their heads.
    permuted: &'static [(&'static str, &'static str)],
}

pub(crate) const LLAMA: Family = Family {
    name: "llama",
    keys: &[
        ("hidden_size", "embedding_length"),
        ("intermediate_size", "feed_forward_length"),
        ("num_hidden_layers", "block_count"),
        ("num_attention_heads", "attention.head_count"),
        ("num_key_value_heads", "attention.head_count_kv"),
        ("head_dim", "attention.key_length"),
        ("max_position_embeddings", "context_length"),
        ("rms_norm_eps", "attention.layer_norm_rms_epsilon"),
        ("rope_theta", "rope.freq_base"),
        ("rope_scaling.type", "rope.scaling.type"),
        ("rope_scaling.factor", "rope.scaling.factor"),
        ("vocab_size", "vocab_size"),
    ],
    echoes: &[("head_dim", "attention.value_length"), ("head_dim", "rope.dimension_count")],
    flags: &[("attention_bias", "blk.0.attn_q.bias"), ("mlp_bias", "blk.0.ffn_gate.bias")],
    modules: &[("model.embed_tokens", "token_embd"), ("model.norm", "output_norm"), ("lm_head", "output")],
    layer_modules: &[
        ("input_layernorm", "attn_norm"),
        ("self_attn.q_proj", "attn_q"),
        ("self_attn.k_proj", "attn_k"),
        ("self_attn.v_proj", "attn_v"),
        ("self_attn.o_proj", "attn_output"),
        ("post_attention_layernorm", "ffn_norm"),
        ("mlp.gate_proj", "ffn_gate"),
        ("mlp.up_proj", "ffn_up"),
        ("mlp.down_proj", "ffn_down"),
    ],
    permuted: &[("self_attn.q_proj", "num_attention_heads"), ("self_attn.k_proj", "num_key_value_heads")],
};

/// The tensor that holds what each of a rotation's frequencies is divided by, where the model scales them.
pub(crate) const ROPE_FACTORS: &str = "rope_freqs.weight";

impl Family {
    /// What the file says, in the words of a `config.json`.
    pub(crate) fn config(&self, metadata: &Metadata, checkpoint: &Checkpoint) -> Config {
        let keys: Vec<String> = self.keys.iter().map(|(_, key)| format!("{}.{key}", self.name)).collect();
        let pairs: Vec<(&str, &str)> =
            self.keys.iter().zip(&keys).map(|((name, _), key)| (*name, key.as_str())).collect();
        let mut config = metadata.config(&pairs);
        let has = |tensor: &str| checkpoint.tensor(tensor).is_some();
        for (flag, tensor) in self.flags {
            config.set(flag, has(tensor).into());
        }
        config.set("tie_word_embeddings", (!has("output.weight")).into());
        // Files may leave the vocabulary's size to the table of embeddings.
        if let Some(table) = checkpoint.tensor("token_embd.weight") {
            config.set("vocab_size", table.shape.dims().first().copied().into());
        }
        // No scaling, in llama.cpp's words.
        if config
            .section("rope_scaling")
            .ok()
            .flatten()
            .is_some_and(|it| it.text("type").ok().flatten() == Some("none"))
        {
            config.set("rope_scaling", ().into());
        }
        config
    }

    /// Refuses what no key of a `config.json` says and what would be computed in another way than the file means it.
    pub(crate) fn check(&self, metadata: &Metadata) -> Result<(), FormatError> {
        let key = |key: &str| format!("{}.{key}", self.name);
        let count = |name: &str| metadata.optional_count(&key(name), 1..=1 << 30);
        let head_dim =
            match (count("attention.key_length")?, count("embedding_length")?, count("attention.head_count")?) {
                (Some(head_dim), ..) => Some(head_dim),
                (None, hidden, heads) => hidden.zip(heads).map(|(hidden, heads)| hidden / heads),
            };
        if let (Some(rotary), Some(head_dim)) = (count("rope.dimension_count")?, head_dim)
            && rotary != head_dim
        {
            let expected = format!("{head_dim}, as many as a head has");
            return Err(metadata.wrong(&key("rope.dimension_count"), &rotary.to_string(), &expected));
        }
        // An older word for linear scaling.
        let factor = metadata.optional_number(&key("rope.scale_linear"), 0.0..=f64::from(f32::MAX))?;
        if let Some(factor) = factor.filter(|factor| *factor != 1.0) {
            return Err(metadata.wrong(&key("rope.scale_linear"), &factor.to_string(), "1"));
        }
        if metadata.flag(&key("attention.causal"))? == Some(false) {
            return Err(metadata.wrong(&key("attention.causal"), "false", "true"));
        }
        Ok(())
    }

    /// The keys of a file with these settings. Settings that have no key here are not among them.
    pub(crate) fn written<'s>(&self, settings: &'s [(&'static str, Setting)]) -> Vec<(String, &'s Setting)> {
        let keys = self.keys.iter().chain(self.echoes);
        keys.filter_map(|(name, key)| {
            let (_, setting) = settings.iter().find(|(known, _)| known == name)?;
            Some((format!("{}.{key}", self.name), setting))
        })
        .collect()
    }

    /// A weight's name here, from its name in Hugging Face's files, and the key that counts the heads within which its
    /// rows are in another order.
    pub(crate) fn tensor(&self, weight: &str) -> (String, Option<&'static str>) {
        let (module, kind) = weight.rsplit_once('.').unwrap_or((weight, ""));
        let find = |names: &[(&str, &'static str)], name| names.iter().find(|(known, _)| *known == name).map(|it| it.1);
        let in_layer = module.strip_prefix("model.layers.").and_then(|rest| rest.split_once('.'));
        let (name, permuted) = match in_layer {
            Some((layer, module)) => {
                let name = find(self.layer_modules, module).map(|name| format!("blk.{layer}.{name}"));
                (name, find(self.permuted, module))
            }
            None => (find(self.modules, module).map(str::to_owned), None),
        };
        (format!("{}.{kind}", name.unwrap_or_else(|| module.to_owned())), permuted)
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
        assert_eq!(keys, ("blk.3.attn_k.bias".to_owned(), Some("num_key_value_heads")));
    }

    #[test]
    fn files_say_what_a_configuration_leaves_out() {
        let config = Config::parse(
            br#"{"architectures": ["LlamaForCausalLM"], "vocab_size": 32, "hidden_size": 24, "intermediate_size": 8,
            "num_hidden_layers": 2, "num_attention_heads": 2, "rope_parameters": {"rope_theta": 5e5}}"#,
        );
        let blueprint = crate::build(&config.unwrap()).unwrap();
        let written = LLAMA.written(&blueprint.settings);
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
}
