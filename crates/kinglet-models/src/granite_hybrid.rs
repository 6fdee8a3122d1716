//! Granite 4 without experts and state-space layers: Granite's multipliers, gate and up in one matrix, RoPE or none.

use kinglet_graph::{Attention, Builder};

use crate::{
    Architecture, Blueprint, Head, ModelError, blocks,
    granite::Multipliers,
    rope,
    settings::{EPS, FF, Settings, Sizes, Unsaid},
};

// Its GGUF files are those of Granite 3, with gate and up apart.
pub(crate) const ARCHITECTURE: Architecture = Architecture {
    end_tokens: &[2],
    ..Architecture::new("Granite 4, dense", &[("GraniteMoeHybridForCausalLM", Head::Generate)], build)
};

fn build(c: Settings<'_>) -> Result<Blueprint, ModelError> {
    let sizes =
        Sizes { ff: c.count_or("shared_intermediate_size", 1024, FF)?, ..Sizes::without_ff(&c, Unsaid::USUAL)? };
    let Sizes { vocab, hidden, ff, .. } = sizes;
    let by = Multipliers::read(&c)?;
    let eps = c.number_or("rms_norm_eps", 1e-6, EPS)? as f32;
    let attention_bias = c.flag("attention_bias")?;
    let tied = c.flag("tie_word_embeddings")?;
    let function = c.function("hidden_act", "silu")?;
    let experts = c.config.optional_count("num_local_experts", 0..=1 << 16)?.unwrap_or(8);
    if experts != 0 {
        return Err(c.wrong("num_local_experts", &experts.to_string(), "0"));
    }
    let kinds = c.config.texts("layer_types")?.unwrap_or_else(|| vec!["mamba"; sizes.layers]);
    c.one_each("layer_types", kinds.len(), sizes.layers)?;
    if let Some(other) = kinds.into_iter().find(|kind| !["attention", "full_attention"].contains(kind)) {
        return Err(c.wrong("layer_types", other, "attention, for each layer"));
    }

    let g = Builder::new();
    let rope = match c.config.text("position_embedding_type")? {
        Some("rope") => Some(g.rope(rope::read(&c, &sizes)?)),
        Some("nope") | None => None,
        Some(other) => return Err(c.wrong("position_embedding_type", other, "rope or nope")),
    };
    let attention = Attention { rope, scale: by.attention, ..sizes.attention() };
    let mut x = g.embed("model.embed_tokens", vocab, hidden) * by.embedding;
    for layer in g.layers("model.layers", sizes.layers) {
        let h = layer.rms_norm("input_layernorm", x, eps);
        x = x + blocks::self_attention(&layer, h, &attention, [attention_bias; 2]) * by.residual;
        let h = layer.rms_norm("post_attention_layernorm", x, eps);
        let names = ["shared_mlp.input_linear", "shared_mlp.output_linear"];
        x = layer.name("", x + blocks::fused_gated_mlp(&layer, h, ff, function, names, false) * by.residual);
    }
    let x = g.rms_norm("model.norm", x, eps);
    g.output("logits", (blocks::head(x, vocab, tied) * by.logits).wanted_rows());
    c.blueprint(&ARCHITECTURE, g, &sizes)
}
