//! Llama 1 to 3.2, and models with its shape: RMS norms, grouped-query attention with RoPE, SwiGLU.

use kinglet_format::Config;
use kinglet_graph::{Attention, Builder};

use crate::{Architecture, Blueprint, ModelError, Setting, gguf, rope};

pub(crate) const ARCHITECTURE: Architecture =
    Architecture { names: &["LlamaForCausalLM"], gguf: Some(&gguf::LLAMA), end_tokens: &[2], build };

fn build(config: &Config) -> Result<Blueprint, ModelError> {
    let vocab = config.count("vocab_size", 1..=1 << 24)?;
    let hidden = config.count("hidden_size", 1..=1 << 16)?;
    let ff = config.count("intermediate_size", 1..=1 << 20)?;
    let layers = config.count("num_hidden_layers", 1..=512)?;
    let heads = config.count("num_attention_heads", 1..=4096)?;
    let kv_heads = config.optional_count("num_key_value_heads", 1..=4096)?.unwrap_or(heads);
    let head_dim = config.optional_count("head_dim", 1..=1024)?.unwrap_or(hidden / heads);
    let context = config.optional_count("max_position_embeddings", 1..=1 << 30)?.unwrap_or(2048);
    let eps = config.optional_number("rms_norm_eps", 0.0..=1.0)?.unwrap_or(1e-6);
    let (attention_bias, mlp_bias) = (config.flag("attention_bias")?, config.flag("mlp_bias")?);
    let tied = config.flag("tie_word_embeddings")?;
    if let Some(other) = config.text("hidden_act")?.filter(|act| *act != "silu") {
        return Err(config.wrong("hidden_act", other, "silu").into());
    }

    let rotation = rope::from_config(config, head_dim, context)?;
    let mut settings = vec![
        ("vocab_size", Setting::Count(vocab)),
        ("hidden_size", Setting::Count(hidden)),
        ("intermediate_size", Setting::Count(ff)),
        ("num_hidden_layers", Setting::Count(layers)),
        ("num_attention_heads", Setting::Count(heads)),
        ("num_key_value_heads", Setting::Count(kv_heads)),
        ("head_dim", Setting::Count(head_dim)),
        ("max_position_embeddings", Setting::Count(context)),
        ("rms_norm_eps", Setting::Number(eps)),
    ];
    settings.extend(rope::settings(config, &rotation)?);

    let g = Builder::new();
    let eps = eps as f32;
    let rope = g.rope(rotation);
    let scale = 1.0 / (head_dim as f32).sqrt();
    let attention = Attention { heads, kv_heads, head_dim, scale, rope: Some(rope), cache: 0 };

    let mut x = g.embed("model.embed_tokens", vocab, hidden);
    for layer in g.layers("model.layers", layers) {
        let h = layer.rms_norm("input_layernorm", x, eps);
        let q = layer.linear("self_attn.q_proj", h, attention.query_width(), attention_bias);
        let k = layer.linear("self_attn.k_proj", h, attention.kv_width(), attention_bias);
        let v = layer.linear("self_attn.v_proj", h, attention.kv_width(), attention_bias);
        let a = layer.attention("self_attn.attention", [q, k, v], attention.clone());
        x = x + layer.linear("self_attn.o_proj", a, hidden, attention_bias);
        let h = layer.rms_norm("post_attention_layernorm", x, eps);
        let gate = layer.linear("mlp.gate_proj", h, ff, mlp_bias);
        let up = layer.linear("mlp.up_proj", h, ff, mlp_bias);
        x = layer.name("", x + layer.linear("mlp.down_proj", gate.silu() * up, hidden, mlp_bias));
    }
    let x = g.rms_norm("model.norm", x, eps);
    let head = if tied { "model.embed_tokens.weight" } else { "lm_head.weight" };
    g.output("logits", x.linear_with(head, vocab, "lm_head").wanted_rows());
    let graph = g.finish().map_err(|error| ModelError::Graph { file: config.file().to_owned(), error })?;
    let Architecture { names, end_tokens, .. } = ARCHITECTURE;
    Ok(Blueprint { architecture: names[0], graph, layers, vocab, context, end_tokens, settings })
}
