//! GPT-Neo: GPT-2 with separate projections and unscaled scores; every second layer sees a window.

use kinglet_graph::{Attention, Builder};

use crate::{
    Architecture, Blueprint, Head, ModelError, blocks,
    settings::{CONTEXT, EPS, FF, HEADS, HIDDEN, LAYERS, Settings, Sizes, VOCAB},
};

// No GGUF file holds one.
pub(crate) const ARCHITECTURE: Architecture = Architecture {
    end_tokens: &[50256],
    renames: &[("transformer.", "")],
    ..Architecture::new("GPT-Neo", &[("GPTNeoForCausalLM", Head::Generate)], build)
};

/// For each layer whether it sees a window only.
fn windowed(c: &Settings<'_>, layers: usize) -> Result<Vec<bool>, ModelError> {
    // A list of the layers, or the same in runs.
    let runs = c.config.runs_of_texts("attention_types", *LAYERS.end())?;
    let (key, kinds) = match (c.config.texts("attention_layers")?, runs) {
        (Some(kinds), _) => ("attention_layers", kinds),
        (None, Some(kinds)) => ("attention_types", kinds),
        (None, None) => ("attention_types", ["global", "local"].into_iter().cycle().take(24).collect()),
    };
    c.one_each(key, kinds.len(), layers)?;
    let windowed = kinds.into_iter().map(|kind| match kind {
        "local" => Ok(true),
        "global" => Ok(false),
        other => Err(c.wrong(key, other, "global or local")),
    });
    windowed.collect()
}
fn build(c: Settings<'_>) -> Result<Blueprint, ModelError> {
    let hidden = c.count("hidden_size", HIDDEN)?;
    let heads = c.count("num_heads", HEADS)?;
    let sizes = Sizes {
        vocab: c.count("vocab_size", VOCAB)?,
        hidden,
        ff: c.count_or("intermediate_size", 4 * hidden, FF)?,
        layers: c.count("num_layers", LAYERS)?,
        heads,
        kv_heads: heads,
        head_dim: hidden / heads,
        context: c.count_or("max_position_embeddings", 2048, CONTEXT)?,
    };
    let eps = c.number_or("layer_norm_epsilon", 1e-5, EPS)? as f32;
    let window = c.count_or("window_size", 256, CONTEXT)?;
    let windowed = windowed(&c, sizes.layers)?;
    let tied = c.flag_or("tie_word_embeddings", true)?;
    let function = c.function("activation_function", "gelu_new")?;

    let g = Builder::new();
    let positions = g.embed_positions("transformer.wpe", sizes.context, hidden);
    let mut x = g.embed("transformer.wte", sizes.vocab, hidden) + positions;
    for (layer, windowed) in g.layers("transformer.h", sizes.layers).zip(windowed) {
        let attention = Attention { scale: 1.0, window: windowed.then_some(window), ..sizes.attention() };
        let h = layer.layer_norm("ln_1", x, eps);
        let project = |name| layer.linear(name, h, hidden, false);
        let qkv = ["attn.attention.q_proj", "attn.attention.k_proj", "attn.attention.v_proj"].map(project);
        let a = layer.attention("attn.attention", qkv, attention);
        x = x + layer.linear("attn.attention.out_proj", a, hidden, true);
        let h = layer.layer_norm("ln_2", x, eps);
        x = layer.name("", x + blocks::plain_mlp(&layer, h, sizes.ff, function, ["mlp.c_fc", "mlp.c_proj"]));
    }
    let x = g.layer_norm("transformer.ln_f", x, eps);
    let head = if tied { "transformer.wte.weight" } else { "lm_head.weight" };
    g.output("logits", x.linear_with(head, None, sizes.vocab, "lm_head").wanted_rows());
    c.blueprint(&ARCHITECTURE, g, &sizes)
}
