//! SmolLM3: a Llama of which some layers do not turn queries and keys.

use kinglet_graph::{Attention, Builder};

use crate::{
    Architecture, Blueprint, Head, ModelError, Setting, blocks, gguf, rope,
    rope::Words,
    settings::{CONTEXT, EPS, Settings, Sizes, Unsaid},
};

pub(crate) const ARCHITECTURE: Architecture = Architecture {
    end_tokens: &[128001],
    gguf: Some(&gguf::SMOLLM3),
    ..Architecture::new("SmolLM3", &[("SmolLM3ForCausalLM", Head::Generate)], build)
};

/// For each layer whether it turns queries and keys.
fn turning(c: &Settings<'_>, layers: usize) -> Result<Vec<bool>, ModelError> {
    let interval = c.count_or("no_rope_layer_interval", 4, 1..=1 << 16)?;
    let regular: Vec<bool> = (1..=layers).map(|layer| !layer.is_multiple_of(interval)).collect();
    // The key says the contrary of what its entries mean: those that are 1 turn.
    let Some(listed) = c.config.counts("no_rope_layers", 0..=1)? else { return Ok(regular) };
    c.one_each("no_rope_layers", listed.len(), layers)?;
    let listed: Vec<bool> = listed.into_iter().map(|turns| turns == 1).collect();
    if listed != regular {
        c.note("no_rope_layers", Setting::Numbers(listed.iter().map(|&turns| f32::from(turns)).collect()));
    }
    Ok(listed)
}

/// The window of layers that see no more, where there is one.
fn window(c: &Settings<'_>) -> Result<Option<usize>, ModelError> {
    if !c.config.flag("use_sliding_window")? {
        return Ok(None);
    }
    c.optional_count("sliding_window", CONTEXT)
}

fn build(c: Settings<'_>) -> Result<Blueprint, ModelError> {
    let sizes = Sizes::read(&c, Unsaid { context: 32768, ..Unsaid::USUAL })?;
    let Sizes { vocab, hidden, ff, layers, .. } = sizes;
    let eps = c.number_or("rms_norm_eps", 1e-6, EPS)? as f32;
    let (attention_bias, mlp_bias) = (c.flag("attention_bias")?, c.flag("mlp_bias")?);
    let tied = c.flag_or("tie_word_embeddings", true)?;
    let turning = turning(&c, layers)?;
    let window = window(&c)?;
    let windowed = c.windowed(layers, |layer| turning.get(layer) == Some(&false))?;
    let function = c.function("hidden_act", "silu")?;

    let g = Builder::new();
    let rope = g.rope(rope::read_as(&c, &sizes, Words { default_base: 2e6, ..Words::USUAL })?);
    let mut x = g.embed("model.embed_tokens", vocab, hidden);
    for ((layer, turns), windowed) in g.layers("model.layers", layers).zip(turning).zip(windowed) {
        let (rope, window) = (turns.then_some(rope), window.filter(|_| windowed));
        let attention = Attention { rope, window, ..sizes.attention() };
        let h = layer.rms_norm("input_layernorm", x, eps);
        x = x + blocks::self_attention(&layer, h, &attention, [attention_bias; 2]);
        let h = layer.rms_norm("post_attention_layernorm", x, eps);
        x = layer.name("", x + blocks::gated_mlp(&layer, h, ff, function, mlp_bias));
    }
    let x = g.rms_norm("model.norm", x, eps);
    g.output("logits", blocks::head(x, vocab, tied).wanted_rows());
    c.blueprint(&ARCHITECTURE, g, &sizes)
}
