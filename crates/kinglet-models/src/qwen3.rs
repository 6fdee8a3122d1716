//! Qwen3: a Llama that norms the queries and keys of each head.

use kinglet_graph::{Attention, Builder, NormOptions};

use crate::{
    Architecture, Blueprint, Head, ModelError, blocks, gguf, qwen2, rope,
    settings::{EPS, Settings, Sizes, Unsaid},
};

pub(crate) const ARCHITECTURE: Architecture = Architecture {
    gguf: Some(&gguf::QWEN3),
    ..Architecture::new("Qwen3", &[("Qwen3ForCausalLM", Head::Generate)], build)
};

fn build(c: Settings<'_>) -> Result<Blueprint, ModelError> {
    let sizes = Sizes::read(&c, Unsaid { head_dim: Some(128), context: 32768, ..Unsaid::USUAL })?;
    let Sizes { vocab, hidden, ff, head_dim, .. } = sizes;
    let eps = c.number_or("rms_norm_eps", 1e-6, EPS)? as f32;
    let bias = c.flag("attention_bias")?;
    let windows = qwen2::windows(&c, sizes.layers)?;
    let tied = c.flag("tie_word_embeddings")?;
    let function = c.function("hidden_act", "silu")?;

    let g = Builder::new();
    let rope = g.rope(rope::read(&c, &sizes)?);
    let head_norm = NormOptions { run: Some(head_dim), ..NormOptions::rms(eps) };
    let mut x = g.embed("model.embed_tokens", vocab, hidden);
    for (layer, window) in g.layers("model.layers", sizes.layers).zip(windows) {
        let attention = Attention { rope: Some(rope), window, ..sizes.attention() };
        let h = layer.rms_norm("input_layernorm", x, eps);
        x = x + blocks::normed_attention(&layer, h, &attention, head_norm, bias);
        let h = layer.rms_norm("post_attention_layernorm", x, eps);
        x = layer.name("", x + blocks::gated_mlp(&layer, h, ff, function, false));
    }
    let x = g.rms_norm("model.norm", x, eps);
    g.output("logits", blocks::head(x, vocab, tied).wanted_rows());
    c.blueprint(&ARCHITECTURE, g, &sizes)
}
