//! Gemma 3, text: Gemma 2 with normed queries and keys and without a cap on scores; five layers of six see a window and turn at a
//! rate of their own.

use kinglet_graph::{Attention, Builder, NormOptions, Rope};

use crate::{
    Architecture, Blueprint, Head, ModelError, Setting, blocks, gemma2, gguf, rope,
    rope::Words,
    settings::{CONTEXT, FACTORS, Settings, Sizes, Unsaid},
};

pub(crate) const ARCHITECTURE: Architecture = Architecture {
    end_tokens: &[1],
    gguf: Some(&gguf::GEMMA3),
    text_section: Some("text_config"),
    // With a part that sees: before transformers 5, and since.
    renames: &[("", "language_model."), ("model.", "model.language_model.")],
    ..Architecture::new(
        "Gemma 3, text",
        &[("Gemma3ForCausalLM", Head::Generate), ("Gemma3ForConditionalGeneration", Head::Generate)],
        build,
    )
};

/// What the published files of 4 billion parameters and more leave out.
const UNSAID: Unsaid = Unsaid { heads: Some(8), kv_heads: Some(4), head_dim: Some(256), context: 131_072 };

/// The rotations of layers that see everything, and of those that see a window.
fn rotations(c: &Settings<'_>, sizes: &Sizes) -> Result<[Rope; 2], ModelError> {
    const GLOBAL: Words = Words { default_base: 1e6, ..Words::USUAL };
    const LOCAL: Words = Words { base: "rope_local_base_freq", ..Words::USUAL };
    let by_kind = c.config.section("rope_parameters")?;
    let of_kind = |kind| by_kind.as_ref().map_or(Ok(None), |sections| sections.section(kind));
    let global = match of_kind("full_attention")? {
        Some(parameters) => Some(parameters),
        None => c.config.section("rope_scaling")?,
    };
    let (global, base) = rope::described(c, sizes, GLOBAL, global.as_ref())?;
    let (local, local_base) = rope::described(c, sizes, LOCAL, of_kind("sliding_attention")?.as_ref())?;
    rope::note(c, &global, base);
    c.note("rope_local_base_freq", Setting::Number(local_base));
    Ok([global, local])
}

fn build(c: Settings<'_>) -> Result<Blueprint, ModelError> {
    let sizes = Sizes::read(&c, UNSAID)?;
    let Sizes { vocab, hidden, ff, layers, head_dim, .. } = sizes;
    let norm = gemma2::norms(&c)?;
    let head_norm = NormOptions { run: Some(head_dim), ..norm };
    let scale = (c.number_or("query_pre_attn_scalar", 256.0, FACTORS)? as f32).powf(-0.5);
    let logits_cap = c.optional_number("final_logit_softcapping", FACTORS)?.map(|cap| cap as f32);
    let window = c.count_or("sliding_window", 4096, CONTEXT)?;
    let every = c.config.optional_count("sliding_window_pattern", 1..=1 << 16)?.unwrap_or(6);
    let windowed = c.windowed(layers, |layer| !(layer + 1).is_multiple_of(every))?;
    let bias = c.flag("attention_bias")?;
    let tied = c.flag_or("tie_word_embeddings", true)?;
    let function = c.function("hidden_activation", "gelu_pytorch_tanh")?;
    if c.config.flag("use_bidirectional_attention")? {
        return Err(c.wrong("use_bidirectional_attention", "true", "false"));
    }

    let g = Builder::new();
    let [global, local] = rotations(&c, &sizes)?.map(|rope| g.rope(rope));
    let mut x = g.embed("model.embed_tokens", vocab, hidden) * (hidden as f32).sqrt();
    for (layer, windowed) in g.layers("model.layers", layers).zip(windowed) {
        let (rope, window) = if windowed { (local, Some(window)) } else { (global, None) };
        let attention = Attention { rope: Some(rope), scale, window, ..sizes.attention() };
        let h = layer.norm("input_layernorm", x, norm);
        let a = blocks::normed_attention(&layer, h, &attention, head_norm, bias);
        x = x + layer.norm("post_attention_layernorm", a, norm);
        let h = layer.norm("pre_feedforward_layernorm", x, norm);
        let m = blocks::gated_mlp(&layer, h, ff, function, false);
        x = layer.name("", x + layer.norm("post_feedforward_layernorm", m, norm));
    }
    let logits = blocks::head(g.norm("model.norm", x, norm), vocab, tied);
    g.output("logits", gemma2::capped(logits, logits_cap).wanted_rows());
    c.blueprint(&ARCHITECTURE, g, &sizes)
}
