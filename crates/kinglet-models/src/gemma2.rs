//! Gemma 2: norms before and after each branch, gains that are one less, soft caps, every second layer a window.

use kinglet_graph::{Attention, Builder, NormOptions, Unary, Var};

use crate::{
    Architecture, Blueprint, Head, ModelError, blocks, gguf, rope,
    settings::{CONTEXT, EPS, FACTORS, Settings, Sizes, Unsaid},
};

pub(crate) const ARCHITECTURE: Architecture = Architecture {
    end_tokens: &[1],
    gguf: Some(&gguf::GEMMA2),
    ..Architecture::new("Gemma 2", &[("Gemma2ForCausalLM", Head::Generate)], build)
};

/// What GGUF files have added to the gains already.
pub(crate) const GAIN_OFFSET: &str = "norm_gain_offset";

/// The norms of a Gemma.
pub(crate) fn norms(c: &Settings<'_>) -> Result<NormOptions, ModelError> {
    let eps = c.number_or("rms_norm_eps", 1e-6, EPS)? as f32;
    let gain_offset = c.config.optional_number(GAIN_OFFSET, 0.0..=1.0)?.unwrap_or(1.0) as f32;
    Ok(NormOptions { gain_offset, ..NormOptions::rms(eps) })
}

/// Logits that go no further than a cap, where there is one.
pub(crate) fn capped(logits: Var<'_>, cap: Option<f32>) -> Var<'_> {
    cap.map_or(logits, |cap| logits.map(Unary::Softcap(cap)))
}

fn build(c: Settings<'_>) -> Result<Blueprint, ModelError> {
    let sizes = Sizes::read(&c, Unsaid { head_dim: Some(256), context: 8192, ..Unsaid::USUAL })?;
    let Sizes { vocab, hidden, ff, layers, .. } = sizes;
    let norm = norms(&c)?;
    let scale = (c.number_or("query_pre_attn_scalar", 256.0, FACTORS)? as f32).powf(-0.5);
    let softcap = c.number_unless_null("attn_logit_softcapping", 50.0, FACTORS)?.map(|cap| cap as f32);
    let logits_cap = c.number_unless_null("final_logit_softcapping", 30.0, FACTORS)?.map(|cap| cap as f32);
    let window = c.count_or("sliding_window", 4096, CONTEXT)?;
    let windowed = c.windowed(layers, |layer| layer.is_multiple_of(2))?;
    let bias = c.flag("attention_bias")?;
    let tied = c.flag_or("tie_word_embeddings", true)?;
    let function = c.function("hidden_activation", "gelu_pytorch_tanh")?;

    let g = Builder::new();
    let rope = g.rope(rope::read(&c, &sizes)?);
    let mut x = g.embed("model.embed_tokens", vocab, hidden) * (hidden as f32).sqrt();
    for (layer, windowed) in g.layers("model.layers", layers).zip(windowed) {
        let window = windowed.then_some(window);
        let attention = Attention { rope: Some(rope), scale, softcap, window, ..sizes.attention() };
        let h = layer.norm("input_layernorm", x, norm);
        let a = blocks::self_attention(&layer, h, &attention, [bias; 2]);
        x = x + layer.norm("post_attention_layernorm", a, norm);
        let h = layer.norm("pre_feedforward_layernorm", x, norm);
        let m = blocks::gated_mlp(&layer, h, ff, function, false);
        x = layer.name("", x + layer.norm("post_feedforward_layernorm", m, norm));
    }
    g.output("logits", capped(blocks::head(g.norm("model.norm", x, norm), vocab, tied), logits_cap).wanted_rows());
    c.blueprint(&ARCHITECTURE, g, &sizes)
}
