//! Granite 3: a Llama with multipliers, for embeddings, scores, what layers add, and logits.

use kinglet_graph::{Attention, Builder};

use crate::{
    Architecture, Blueprint, Head, ModelError, blocks, gguf, rope,
    settings::{EPS, FACTORS, Settings, Sizes, Unsaid},
};

pub(crate) const ARCHITECTURE: Architecture = Architecture {
    end_tokens: &[2],
    gguf: Some(&gguf::GRANITE),
    ..Architecture::new("Granite 3", &[("GraniteForCausalLM", Head::Generate)], build)
};

/// The factors of a Granite.
pub(crate) struct Multipliers {
    pub(crate) embedding: f32,
    pub(crate) attention: f32,
    pub(crate) residual: f32,
    pub(crate) logits: f32,
}

impl Multipliers {
    pub(crate) fn read(c: &Settings<'_>) -> Result<Multipliers, ModelError> {
        let number = |key| c.number_or(key, 1.0, FACTORS).map(|number| number as f32);
        Ok(Multipliers {
            embedding: number("embedding_multiplier")?,
            attention: number("attention_multiplier")?,
            residual: number("residual_multiplier")?,
            logits: 1.0 / number("logits_scaling")?,
        })
    }
}

fn build(c: Settings<'_>) -> Result<Blueprint, ModelError> {
    let sizes = Sizes::read(&c, Unsaid::USUAL)?;
    let Sizes { vocab, hidden, ff, .. } = sizes;
    let by = Multipliers::read(&c)?;
    let eps = c.number_or("rms_norm_eps", 1e-6, EPS)? as f32;
    let (attention_bias, mlp_bias) = (c.flag("attention_bias")?, c.flag("mlp_bias")?);
    let tied = c.flag("tie_word_embeddings")?;
    let function = c.function("hidden_act", "silu")?;

    let g = Builder::new();
    let rope = match c.flag_or("use_rope", true)? {
        true => Some(g.rope(rope::read(&c, &sizes)?)),
        false => None,
    };
    let attention = Attention { rope, scale: by.attention, ..sizes.attention() };
    let mut x = g.embed("model.embed_tokens", vocab, hidden) * by.embedding;
    for layer in g.layers("model.layers", sizes.layers) {
        let h = layer.rms_norm("input_layernorm", x, eps);
        x = x + blocks::self_attention(&layer, h, &attention, [attention_bias; 2]) * by.residual;
        let h = layer.rms_norm("post_attention_layernorm", x, eps);
        x = layer.name("", x + blocks::gated_mlp(&layer, h, ff, function, mlp_bias) * by.residual);
    }
    let x = g.rms_norm("model.norm", x, eps);
    g.output("logits", (blocks::head(x, vocab, tied) * by.logits).wanted_rows());
    c.blueprint(&ARCHITECTURE, g, &sizes)
}
