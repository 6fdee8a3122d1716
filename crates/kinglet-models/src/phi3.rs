//! Phi-3, Phi-3.5-mini and Phi-4-mini: fused projections, LongRoPE, a window, heads that turn in part.

use kinglet_graph::{Attention, Builder};

use crate::{
    Architecture, Blueprint, Head, ModelError, blocks, gguf, rope,
    settings::{CONTEXT, EPS, Settings, Sizes, Unsaid},
};

pub(crate) const ARCHITECTURE: Architecture = Architecture {
    end_tokens: &[32000],
    gguf: Some(&gguf::PHI3),
    ..Architecture::new("Phi-3, Phi-3.5-mini, Phi-4-mini", &[("Phi3ForCausalLM", Head::Generate)], build)
};

const WORDS: rope::Words =
    rope::Words { share: Some("partial_rotary_factor"), yarn_is_longrope: true, ..rope::Words::USUAL };

fn build(c: Settings<'_>) -> Result<Blueprint, ModelError> {
    let sizes = Sizes::read(&c, Unsaid { context: 4096, ..Unsaid::USUAL })?;
    let Sizes { vocab, hidden, ff, .. } = sizes;
    let eps = c.number_or("rms_norm_eps", 1e-5, EPS)? as f32;
    let window = c.optional_count("sliding_window", CONTEXT)?;
    let tied = c.flag("tie_word_embeddings")?;
    let function = c.function("hidden_act", "silu")?;

    let g = Builder::new();
    let rope = g.rope(rope::read_as(&c, &sizes, WORDS)?);
    let attention = Attention { rope: Some(rope), window, ..sizes.attention() };
    let qkv_width = attention.query_width() + 2 * attention.kv_width();
    let mut x = g.embed("model.embed_tokens", vocab, hidden);
    for layer in g.layers("model.layers", sizes.layers) {
        let h = layer.rms_norm("input_layernorm", x, eps);
        let qkv = layer.linear("self_attn.qkv_proj", h, qkv_width, false);
        let a = layer.attention_fused("self_attn.attention", qkv, attention.clone());
        x = x + layer.linear("self_attn.o_proj", a, hidden, false);
        let h = layer.rms_norm("post_attention_layernorm", x, eps);
        let names = ["mlp.gate_up_proj", "mlp.down_proj"];
        x = layer.name("", x + blocks::fused_gated_mlp(&layer, h, ff, function, names, false));
    }
    let x = g.rms_norm("model.norm", x, eps);
    g.output("logits", blocks::head(x, vocab, tied).wanted_rows());
    c.blueprint(&ARCHITECTURE, g, &sizes)
}
