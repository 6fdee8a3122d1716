//! GPT-NeoX and Pythia: layer norms, heads that turn in part, attention and feed-forward side by side.

use kinglet_graph::{Attention, Builder};

use crate::{
    Architecture, Blueprint, Head, ModelError, Order, blocks, gguf, rope,
    rope::Words,
    settings::{EPS, Settings, Sizes, Unsaid},
};

pub(crate) const ARCHITECTURE: Architecture = Architecture {
    end_tokens: &[2],
    gguf: Some(&gguf::GPT_NEOX),
    // Each head has its query, key and value rows together.
    orders: &[
        ("attention.query_key_value.weight", Order::Threes("num_attention_heads")),
        ("attention.query_key_value.bias", Order::Threes("num_attention_heads")),
    ],
    ..Architecture::new("GPT-NeoX, Pythia", &[("GPTNeoXForCausalLM", Head::Generate)], build)
};

const WORDS: Words = Words { base: "rotary_emb_base", share: Some("rotary_pct"), default_share: 0.25, ..Words::USUAL };

fn build(c: Settings<'_>) -> Result<Blueprint, ModelError> {
    let sizes = Sizes::read(&c, Unsaid::USUAL)?;
    let Sizes { vocab, hidden, ff, .. } = sizes;
    let eps = c.number_or("layer_norm_eps", 1e-5, EPS)? as f32;
    let parallel = c.flag_or("use_parallel_residual", true)?;
    let bias = c.flag_or("attention_bias", true)?;
    let tied = c.flag("tie_word_embeddings")?;
    let function = c.function("hidden_act", "gelu")?;

    let g = Builder::new();
    let rope = g.rope(rope::read_as(&c, &sizes, WORDS)?);
    let attention = Attention { rope: Some(rope), ..sizes.attention() };
    let mut x = g.embed("gpt_neox.embed_in", vocab, hidden);
    for layer in g.layers("gpt_neox.layers", sizes.layers) {
        let h = layer.layer_norm("input_layernorm", x, eps);
        let qkv = layer.linear("attention.query_key_value", h, 3 * hidden, bias);
        let a = layer.attention_fused("attention.attention", qkv, attention.clone());
        let attended = x + layer.linear("attention.dense", a, hidden, bias);
        let h = layer.layer_norm("post_attention_layernorm", if parallel { x } else { attended }, eps);
        let names = ["mlp.dense_h_to_4h", "mlp.dense_4h_to_h"];
        x = layer.name("", attended + blocks::plain_mlp(&layer, h, ff, function, names));
    }
    let x = g.layer_norm("gpt_neox.final_layer_norm", x, eps);
    let head = if tied { "gpt_neox.embed_in.weight" } else { "embed_out.weight" };
    g.output("logits", x.linear_with(head, None, vocab, "lm_head").wanted_rows());
    c.blueprint(&ARCHITECTURE, g, &sizes)
}
