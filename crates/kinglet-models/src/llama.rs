//! Llama 1 to 3.2, and models with its shape: RMS norms, grouped-query attention with RoPE, SwiGLU.

use kinglet_graph::{Attention, Builder};

use crate::{
    Architecture, Blueprint, Head, ModelError, blocks, gguf, rope,
    settings::{EPS, Settings, Sizes, Unsaid},
};

pub(crate) const ARCHITECTURE: Architecture = Architecture {
    end_tokens: &[2],
    gguf: Some(&gguf::LLAMA),
    ..Architecture::new("Llama 1 to 3.2, SmolLM2", &[("LlamaForCausalLM", Head::Generate)], build)
};

fn build(c: Settings<'_>) -> Result<Blueprint, ModelError> {
    let sizes = Sizes::read(&c, Unsaid::USUAL)?;
    let Sizes { vocab, hidden, ff, .. } = sizes;
    let eps = c.number_or("rms_norm_eps", 1e-6, EPS)? as f32;
    let (attention_bias, mlp_bias) = (c.flag("attention_bias")?, c.flag("mlp_bias")?);
    let tied = c.flag("tie_word_embeddings")?;
    let function = c.function("hidden_act", "silu")?;

    let g = Builder::new();
    let rope = g.rope(rope::read(&c, &sizes)?);
    let attention = Attention { rope: Some(rope), ..sizes.attention() };
    let mut x = g.embed("model.embed_tokens", vocab, hidden);
    for layer in g.layers("model.layers", sizes.layers) {
        let h = layer.rms_norm("input_layernorm", x, eps);
        x = x + blocks::self_attention(&layer, h, &attention, [attention_bias; 2]);
        let h = layer.rms_norm("post_attention_layernorm", x, eps);
        x = layer.name("", x + blocks::gated_mlp(&layer, h, ff, function, mlp_bias));
    }
    let x = g.rms_norm("model.norm", x, eps);
    g.output("logits", blocks::head(x, vocab, tied).wanted_rows());
    c.blueprint(&ARCHITECTURE, g, &sizes)
}
