//! What several architectures have in common. Each block takes its parameters; none knows whom it is for.

use kinglet_graph::{Attention, NormOptions, Scope, Unary, Var};

/// Queries, keys and values by three products, attention, and the product after it: `self_attn` of most models.
pub(crate) fn self_attention<'g>(
    layer: &Scope<'g>,
    input: Var<'g>,
    attention: &Attention,
    [qkv_bias, output_bias]: [bool; 2],
) -> Var<'g> {
    let [q, k, v] = queries_keys_values(layer, input, attention, qkv_bias);
    let out = layer.attention("self_attn.attention", [q, k, v], attention.clone());
    layer.linear("self_attn.o_proj", out, input.width(), output_bias)
}

/// The three products before attention.
pub(crate) fn queries_keys_values<'g>(
    layer: &Scope<'g>,
    input: Var<'g>,
    attention: &Attention,
    bias: bool,
) -> [Var<'g>; 3] {
    [
        layer.linear("self_attn.q_proj", input, attention.query_width(), bias),
        layer.linear("self_attn.k_proj", input, attention.kv_width(), bias),
        layer.linear("self_attn.v_proj", input, attention.kv_width(), bias),
    ]
}

/// The same with a norm of each head's queries and keys.
pub(crate) fn normed_attention<'g>(
    layer: &Scope<'g>,
    input: Var<'g>,
    attention: &Attention,
    head_norm: NormOptions,
    bias: bool,
) -> Var<'g> {
    let [q, k, v] = queries_keys_values(layer, input, attention, bias);
    let q = layer.norm("self_attn.q_norm", q, head_norm);
    let k = layer.norm("self_attn.k_norm", k, head_norm);
    let out = layer.attention("self_attn.attention", [q, k, v], attention.clone());
    layer.linear("self_attn.o_proj", out, input.width(), bias)
}

/// `down · (f(gate · x) * (up · x))`.
pub(crate) fn gated_mlp<'g>(layer: &Scope<'g>, input: Var<'g>, ff: usize, function: Unary, bias: bool) -> Var<'g> {
    let gate = layer.linear("mlp.gate_proj", input, ff, bias);
    let up = layer.linear("mlp.up_proj", input, ff, bias);
    layer.linear("mlp.down_proj", gate.map(function) * up, input.width(), bias)
}

/// The same where one matrix holds gate and up, one after the other.
pub(crate) fn fused_gated_mlp<'g>(
    layer: &Scope<'g>,
    input: Var<'g>,
    ff: usize,
    function: Unary,
    [gate_up, down]: [&str; 2],
    bias: bool,
) -> Var<'g> {
    let gate = layer.linear_rows(gate_up, input, 2 * ff, 0..ff, bias);
    let up = layer.linear_rows(gate_up, input, 2 * ff, ff..2 * ff, bias);
    layer.linear(down, gate.map(function) * up, input.width(), bias)
}

/// `down · f(up · x)`, with biases.
pub(crate) fn plain_mlp<'g>(
    layer: &Scope<'g>,
    input: Var<'g>,
    ff: usize,
    function: Unary,
    [up, down]: [&str; 2],
) -> Var<'g> {
    let up = layer.linear(up, input, ff, true);
    layer.linear(down, up.map(function), input.width(), true)
}

/// A logit for each token of the vocabulary; with the table of the embedding where the two are tied.
pub(crate) fn head(x: Var<'_>, vocab: usize, tied: bool) -> Var<'_> {
    let weight = if tied { "model.embed_tokens.weight" } else { "lm_head.weight" };
    x.linear_with(weight, None, vocab, "lm_head")
}
