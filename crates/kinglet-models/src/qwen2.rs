//! Qwen2 and Qwen2.5: a Llama with biases of queries, keys and values, some of whose layers may see a window.

use kinglet_graph::{Attention, Builder};

use crate::{
    Architecture, Blueprint, Head, ModelError, blocks, gguf, rope,
    settings::{CONTEXT, EPS, Settings, Sizes, Unsaid},
};

pub(crate) const ARCHITECTURE: Architecture = Architecture {
    gguf: Some(&gguf::QWEN2),
    ..Architecture::new("Qwen2, Qwen2.5", &[("Qwen2ForCausalLM", Head::Generate)], build)
};

/// What each layer sees: all, or the window that Qwen's later layers may have.
pub(crate) fn windows(c: &Settings<'_>, layers: usize) -> Result<Vec<Option<usize>>, ModelError> {
    if !c.config.flag("use_sliding_window")? {
        return Ok(vec![None; layers]);
    }
    let window = c.count_or("sliding_window", 4096, CONTEXT)?;
    let from = c.config.optional_count("max_window_layers", 0..=1 << 16)?.unwrap_or(28);
    let windowed = c.windowed(layers, |layer| layer >= from)?;
    Ok(windowed.into_iter().map(|windowed| windowed.then_some(window)).collect())
}

fn build(c: Settings<'_>) -> Result<Blueprint, ModelError> {
    let sizes = Sizes::read(&c, Unsaid { context: 32768, ..Unsaid::USUAL })?;
    let Sizes { vocab, hidden, ff, .. } = sizes;
    let eps = c.number_or("rms_norm_eps", 1e-6, EPS)? as f32;
    let windows = windows(&c, sizes.layers)?;
    let tied = c.flag("tie_word_embeddings")?;
    let function = c.function("hidden_act", "silu")?;

    let g = Builder::new();
    let rope = g.rope(rope::read(&c, &sizes)?);
    let mut x = g.embed("model.embed_tokens", vocab, hidden);
    for (layer, window) in g.layers("model.layers", sizes.layers).zip(windows) {
        let attention = Attention { rope: Some(rope), window, ..sizes.attention() };
        let h = layer.rms_norm("input_layernorm", x, eps);
        x = x + blocks::self_attention(&layer, h, &attention, [true, false]);
        let h = layer.rms_norm("post_attention_layernorm", x, eps);
        x = layer.name("", x + blocks::gated_mlp(&layer, h, ff, function, false));
    }
    let x = g.rms_norm("model.norm", x, eps);
    g.output("logits", blocks::head(x, vocab, tied).wanted_rows());
    c.blueprint(&ARCHITECTURE, g, &sizes)
}
