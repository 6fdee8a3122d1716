//! The names that each family's GGUF files use: a table each.

use super::{Family, Given};
use crate::{Head, Order, gemma2::GAIN_OFFSET};

/// What most families have in common.
const NAMED: Family = Family {
    name: "",
    heads: &[Head::Generate],
    causal: true,
    keys: &[],
    echoes: &[],
    flags: &[],
    unwritten: &[],
    given: &[],
    modules: &[("model.embed_tokens", "token_embd"), ("model.norm", "output_norm"), ("lm_head", "output")],
    layers: "model.layers.",
    layer_modules: &[
        ("input_layernorm", "attn_norm"),
        ("self_attn.q_proj", "attn_q"),
        ("self_attn.k_proj", "attn_k"),
        ("self_attn.v_proj", "attn_v"),
        ("self_attn.q_norm", "attn_q_norm"),
        ("self_attn.k_norm", "attn_k_norm"),
        ("self_attn.o_proj", "attn_output"),
        ("post_attention_layernorm", "ffn_norm"),
        ("mlp.gate_proj", "ffn_gate"),
        ("mlp.up_proj", "ffn_up"),
        ("mlp.down_proj", "ffn_down"),
    ],
    orders: &[],
    added_to_norms: 0.0,
};

/// Keys that most families have, and then their own.
macro_rules! keys {
    ($($own:expr),* $(,)?) => {
        &[
            ("hidden_size", "embedding_length"),
            ("intermediate_size", "feed_forward_length"),
            ("num_hidden_layers", "block_count"),
            ("num_attention_heads", "attention.head_count"),
            ("num_key_value_heads", "attention.head_count_kv"),
            ("head_dim", "attention.key_length"),
            ("max_position_embeddings", "context_length"),
            ("rms_norm_eps", "attention.layer_norm_rms_epsilon"),
            ("rope_theta", "rope.freq_base"),
            ("rope_scaling.type", "rope.scaling.type"),
            ("rope_scaling.factor", "rope.scaling.factor"),
            ("rope_scaling.original_max_position_embeddings", "rope.scaling.original_context_length"),
            ("rope_scaling.attention_factor", "rope.scaling.attn_factor"),
            ("rope_scaling.beta_fast", "rope.scaling.yarn_beta_fast"),
            ("rope_scaling.beta_slow", "rope.scaling.yarn_beta_slow"),
            ("rotary_dim", "rope.dimension_count"),
            ("vocab_size", "vocab_size"),
            $($own,)*
        ]
    };
}

/// Queries and keys as llama.cpp rotates them in the llama family: neighbours turn together.
const PAIRED: &[(&str, Order)] = &[
    ("self_attn.q_proj", Order::Halves("num_attention_heads")),
    ("self_attn.k_proj", Order::Halves("num_key_value_heads")),
];

const VALUE_LENGTH: &[(&str, &str)] = &[("head_dim", "attention.value_length")];
const LLAMA_FLAGS: &[(&str, &str)] = &[("attention_bias", "blk.0.attn_q.bias"), ("mlp_bias", "blk.0.ffn_gate.bias")];

pub(crate) const LLAMA: Family =
    Family { name: "llama", keys: keys!(), echoes: VALUE_LENGTH, flags: LLAMA_FLAGS, orders: PAIRED, ..NAMED };

pub(crate) const GRANITE: Family = Family {
    name: "granite",
    keys: keys!(
        ("embedding_multiplier", "embedding_scale"),
        ("attention_multiplier", "attention.scale"),
        ("residual_multiplier", "residual_scale"),
        ("logits_scaling", "logit_scale"),
        // llama.cpp's word for it.
        ("use_rope", "rope.scaling.finetuned"),
    ),
    echoes: VALUE_LENGTH,
    flags: LLAMA_FLAGS,
    orders: PAIRED,
    ..NAMED
};

pub(crate) const SMOLLM3: Family = Family {
    name: "smollm3",
    keys: keys!(),
    echoes: VALUE_LENGTH,
    flags: LLAMA_FLAGS,
    given: &[("no_rope_layer_interval", Given::Count(4))],
    orders: PAIRED,
    ..NAMED
};

pub(crate) const QWEN2: Family = Family { name: "qwen2", keys: keys!(), echoes: VALUE_LENGTH, ..NAMED };

pub(crate) const QWEN3: Family = Family {
    name: "qwen3",
    keys: keys!(),
    echoes: VALUE_LENGTH,
    flags: &[("attention_bias", "blk.0.attn_q.bias")],
    ..NAMED
};

pub(crate) const PHI3: Family = Family {
    name: "phi3",
    keys: keys!(("sliding_window", "attention.sliding_window")),
    layer_modules: &[
        ("input_layernorm", "attn_norm"),
        ("self_attn.qkv_proj", "attn_qkv"),
        ("self_attn.o_proj", "attn_output"),
        ("post_attention_layernorm", "ffn_norm"),
        ("mlp.gate_up_proj", "ffn_up"),
        ("mlp.down_proj", "ffn_down"),
    ],
    ..NAMED
};

const GEMMA_MODULES: &[(&str, &str)] = &[
    ("input_layernorm", "attn_norm"),
    ("self_attn.q_proj", "attn_q"),
    ("self_attn.k_proj", "attn_k"),
    ("self_attn.v_proj", "attn_v"),
    ("self_attn.q_norm", "attn_q_norm"),
    ("self_attn.k_norm", "attn_k_norm"),
    ("self_attn.o_proj", "attn_output"),
    ("post_attention_layernorm", "post_attention_norm"),
    ("pre_feedforward_layernorm", "ffn_norm"),
    ("mlp.gate_proj", "ffn_gate"),
    ("mlp.up_proj", "ffn_up"),
    ("mlp.down_proj", "ffn_down"),
    ("post_feedforward_layernorm", "post_ffw_norm"),
];

pub(crate) const GEMMA2: Family = Family {
    name: "gemma2",
    keys: keys!(
        ("sliding_window", "attention.sliding_window"),
        ("attn_logit_softcapping", "attn_logit_softcapping"),
        ("final_logit_softcapping", "final_logit_softcapping"),
        // No file says it. Those of up to 9 billion parameters have as many as columns of a head.
        ("query_pre_attn_scalar", "attention.key_length"),
    ),
    echoes: VALUE_LENGTH,
    given: &[(GAIN_OFFSET, Given::Number(0.0))],
    layer_modules: GEMMA_MODULES,
    added_to_norms: 1.0,
    ..NAMED
};

pub(crate) const GEMMA3: Family = Family {
    name: "gemma3",
    keys: keys!(
        ("sliding_window", "attention.sliding_window"),
        ("final_logit_softcapping", "final_logit_softcapping"),
        ("query_pre_attn_scalar", "attention.key_length"),
        ("rope_local_base_freq", "rope.freq_base_swa"),
    ),
    echoes: VALUE_LENGTH,
    given: &[(GAIN_OFFSET, Given::Number(0.0))],
    layer_modules: GEMMA_MODULES,
    added_to_norms: 1.0,
    ..NAMED
};

pub(crate) const GPT2: Family = Family {
    name: "gpt2",
    keys: &[
        ("n_embd", "embedding_length"),
        ("n_inner", "feed_forward_length"),
        ("n_layer", "block_count"),
        ("n_head", "attention.head_count"),
        ("n_positions", "context_length"),
        ("layer_norm_epsilon", "attention.layer_norm_epsilon"),
        ("vocab_size", "vocab_size"),
    ],
    modules: &[
        ("transformer.wte", "token_embd"),
        ("transformer.wpe", "position_embd"),
        ("transformer.ln_f", "output_norm"),
        ("lm_head", "output"),
    ],
    layers: "transformer.h.",
    given: &[("scale_attn_weights", Given::Flag(true)), ("scale_attn_by_inverse_layer_idx", Given::Flag(false))],
    layer_modules: &[
        ("ln_1", "attn_norm"),
        ("attn.c_attn", "attn_qkv"),
        ("attn.c_proj", "attn_output"),
        ("ln_2", "ffn_norm"),
        ("mlp.c_fc", "ffn_up"),
        ("mlp.c_proj", "ffn_down"),
    ],
    ..NAMED
};

pub(crate) const GPT_NEOX: Family = Family {
    name: "gptneox",
    keys: &[
        ("hidden_size", "embedding_length"),
        ("intermediate_size", "feed_forward_length"),
        ("num_hidden_layers", "block_count"),
        ("num_attention_heads", "attention.head_count"),
        ("max_position_embeddings", "context_length"),
        ("layer_norm_eps", "attention.layer_norm_epsilon"),
        ("use_parallel_residual", "use_parallel_residual"),
        ("rope_theta", "rope.freq_base"),
        ("rotary_dim", "rope.dimension_count"),
        ("vocab_size", "vocab_size"),
    ],
    flags: &[("attention_bias", "blk.0.attn_qkv.bias")],
    modules: &[
        ("gpt_neox.embed_in", "token_embd"),
        ("gpt_neox.final_layer_norm", "output_norm"),
        ("embed_out", "output"),
    ],
    layers: "gpt_neox.layers.",
    layer_modules: &[
        ("input_layernorm", "attn_norm"),
        ("attention.query_key_value", "attn_qkv"),
        ("attention.dense", "attn_output"),
        ("post_attention_layernorm", "ffn_norm"),
        ("mlp.dense_h_to_4h", "ffn_up"),
        ("mlp.dense_4h_to_h", "ffn_down"),
    ],
    ..NAMED
};

pub(crate) const MODERN_BERT: Family = Family {
    name: "modern-bert",
    heads: &[Head::Base, Head::Classify, Head::Tag],
    causal: false,
    keys: &[
        ("hidden_size", "embedding_length"),
        ("intermediate_size", "feed_forward_length"),
        ("num_hidden_layers", "block_count"),
        ("num_attention_heads", "attention.head_count"),
        ("num_key_value_heads", "attention.head_count_kv"),
        ("head_dim", "attention.key_length"),
        ("max_position_embeddings", "context_length"),
        ("norm_eps", "attention.layer_norm_epsilon"),
        ("local_attention", "attention.sliding_window"),
        ("global_attn_every_n_layers", "attention.sliding_window_pattern"),
        ("global_rope_theta", "rope.freq_base"),
        ("local_rope_theta", "rope.freq_base_swa"),
        ("rope_scaling.type", "rope.scaling.type"),
        ("rope_scaling.factor", "rope.scaling.factor"),
        ("rotary_dim", "rope.dimension_count"),
        ("hidden_activation", "hidden_activation"),
        ("vocab_size", "vocab_size"),
        ("classifier_pooling", "classifier.pooling_type"),
        ("id2label", "classifier.output_labels"),
    ],
    echoes: VALUE_LENGTH,
    unwritten: &[
        ("attention_bias", "blk.0.attn_qkv.bias"),
        ("mlp_bias", "blk.0.ffn_up.bias"),
        ("norm_bias", "output_norm.bias"),
        ("classifier_bias", "cls.bias"),
    ],
    modules: &[
        ("model.embeddings.tok_embeddings", "token_embd"),
        ("model.embeddings.norm", "token_embd_norm"),
        ("model.final_norm", "output_norm"),
        ("head.dense", "cls"),
        ("head.norm", "cls.norm"),
        ("classifier", "cls.output"),
    ],
    layer_modules: &[
        ("attn_norm", "attn_norm"),
        ("attn.Wqkv", "attn_qkv"),
        ("attn.Wo", "attn_output"),
        ("mlp_norm", "ffn_norm"),
        // The half that is activated comes first here, too.
        ("mlp.Wi", "ffn_up"),
        ("mlp.Wo", "ffn_down"),
    ],
    ..NAMED
};
