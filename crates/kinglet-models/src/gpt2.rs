//! GPT-2: layer norms, learned positions, one matrix for queries, keys and values, a plain feed-forward part.

use kinglet_graph::{Attention, Builder};

use crate::{
    Architecture, Blueprint, Head, ModelError, Order, blocks, gguf,
    settings::{CONTEXT, EPS, FF, HEADS, HIDDEN, LAYERS, Settings, Sizes, VOCAB},
};

pub(crate) const ARCHITECTURE: Architecture = Architecture {
    end_tokens: &[50256],
    gguf: Some(&gguf::GPT2),
    renames: &[("transformer.", "")],
    // Its weights are stored as [columns, rows].
    orders: &[
        ("attn.c_attn.weight", Order::Transposed),
        ("attn.c_proj.weight", Order::Transposed),
        ("mlp.c_fc.weight", Order::Transposed),
        ("mlp.c_proj.weight", Order::Transposed),
    ],
    ..Architecture::new("GPT-2", &[("GPT2LMHeadModel", Head::Generate)], build)
};

fn build(c: Settings<'_>) -> Result<Blueprint, ModelError> {
    let hidden = c.count("n_embd", HIDDEN)?;
    let heads = c.count("n_head", HEADS)?;
    let sizes = Sizes {
        vocab: c.count("vocab_size", VOCAB)?,
        hidden,
        ff: c.count_or("n_inner", 4 * hidden, FF)?,
        layers: c.count("n_layer", LAYERS)?,
        heads,
        kv_heads: heads,
        head_dim: hidden / heads,
        context: c.count_or("n_positions", 1024, CONTEXT)?,
    };
    let eps = c.number_or("layer_norm_epsilon", 1e-5, EPS)? as f32;
    let tied = c.flag_or("tie_word_embeddings", true)?;
    let scaled = c.flag_or("scale_attn_weights", true)?;
    let by_layer = c.flag("scale_attn_by_inverse_layer_idx")?;
    let function = c.function("activation_function", "gelu_new")?;

    let g = Builder::new();
    let attention = sizes.attention();
    let scale = if scaled { attention.scale } else { 1.0 };
    let positions = g.embed_positions("transformer.wpe", sizes.context, hidden);
    let mut x = g.embed("transformer.wte", sizes.vocab, hidden) + positions;
    for (index, layer) in g.layers("transformer.h", sizes.layers).enumerate() {
        let scale = if by_layer { scale / (index + 1) as f32 } else { scale };
        let h = layer.layer_norm("ln_1", x, eps);
        let qkv = layer.linear("attn.c_attn", h, 3 * hidden, true);
        let a = layer.attention_fused("attn.attention", qkv, Attention { scale, ..attention.clone() });
        x = x + layer.linear("attn.c_proj", a, hidden, true);
        let h = layer.layer_norm("ln_2", x, eps);
        x = layer.name("", x + blocks::plain_mlp(&layer, h, sizes.ff, function, ["mlp.c_fc", "mlp.c_proj"]));
    }
    let x = g.layer_norm("transformer.ln_f", x, eps);
    let head = if tied { "transformer.wte.weight" } else { "lm_head.weight" };
    g.output("logits", x.linear_with(head, None, sizes.vocab, "lm_head").wanted_rows());
    c.blueprint(&ARCHITECTURE, g, &sizes)
}
