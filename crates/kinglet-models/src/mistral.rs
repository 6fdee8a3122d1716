//! Mistral: a Llama whose layers see a window.

use kinglet_graph::{Attention, Builder};

use crate::{
    Architecture, Blueprint, Head, ModelError, blocks, rope,
    settings::{CONTEXT, EPS, Settings, Sizes, Unsaid},
};

// GGUF files of Mistral say that they are of the llama family, and nothing of the window.
pub(crate) const ARCHITECTURE: Architecture =
    Architecture { end_tokens: &[2], ..Architecture::new("Mistral", &[("MistralForCausalLM", Head::Generate)], build) };

fn build(c: Settings<'_>) -> Result<Blueprint, ModelError> {
    let sizes = Sizes::read(&c, Unsaid { context: 4096 * 32, ..Unsaid::USUAL })?;
    let Sizes { vocab, hidden, ff, .. } = sizes;
    let eps = c.number_or("rms_norm_eps", 1e-6, EPS)? as f32;
    let window = c.count_unless_null("sliding_window", 4096, CONTEXT)?;
    let tied = c.flag("tie_word_embeddings")?;
    let function = c.function("hidden_act", "silu")?;

    let g = Builder::new();
    let rope = g.rope(rope::read(&c, &sizes)?);
    let attention = Attention { rope: Some(rope), window, ..sizes.attention() };
    let mut x = g.embed("model.embed_tokens", vocab, hidden);
    for layer in g.layers("model.layers", sizes.layers) {
        let h = layer.rms_norm("input_layernorm", x, eps);
        x = x + blocks::self_attention(&layer, h, &attention, [false; 2]);
        let h = layer.rms_norm("post_attention_layernorm", x, eps);
        x = layer.name("", x + blocks::gated_mlp(&layer, h, ff, function, false));
    }
    let x = g.rms_norm("model.norm", x, eps);
    g.output("logits", blocks::head(x, vocab, tied).wanted_rows());
    c.blueprint(&ARCHITECTURE, g, &sizes)
}
