"""What each golden checkpoint is made of.

- `model` and `head` name the classes of `transformers`; `config` is what their config is made with.
- `prompt_len`, `dtype` (of the stored weights), `shard` (the largest size of a weight file).
- `older_config` writes config.json as transformers 4 did, with these changes (None takes a key away); `older_weights`
  writes the weights under the names, and with the buffers, of that time.
- `nested` puts the text model of Gemma 3 into a config, and under names, as those that see are published.
- `gains`, `embedding_std`, `norm_shift`: see weights.py.
- `mistakes` are the details that the checkpoint is for, each left out: changes of the config, or what to do to the
  model. `small_mistakes` are those that can do little. Without `mistakes` it is a plain Llama, which has a second
  implementation in float64.py.
- `recent`: a sliding window forgets the beginning of a prompt, so that mistakes in its past are made that far before
  its end. `positions=False`: the model has none.
- `cached`: the usual cached way does not lead to the same, by design. "recomputed": `generate` of `transformers` fills
  its cache again and does. "differs": nothing does, and golden.json says what the cached way gives.
- `talks` adds what talking.py does.
"""

import re

import torch
from torch import nn

import talking

LLAMA3_SCALING = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}

LONGROPE = {
    "rope_theta": 10000.0,
    "rope_type": "longrope",
    "original_max_position_embeddings": 64,
}


SHORT_FACTOR = [1.0, 1.05, 1.1, 1.2, 1.25, 1.3, 1.4, 1.5]
LONG_FACTOR = [1.1, 1.4, 1.9, 2.6, 3.4, 4.1, 5.0, 6.5]
PHI4_FACTORS = {
    "short_factor": [1.0] * 6,
    "long_factor": [1.0, 1.2, 1.7, 2.9, 4.4, 6.1],
}
YARN = {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32}
SCALED_LLAMA = dict(
    vocab_size=128, hidden_size=48, intermediate_size=64, num_hidden_layers=2,
    num_attention_heads=4, num_key_value_heads=2, head_dim=16, tie_word_embeddings=True,
    rms_norm_eps=1e-5, bos_token_id=0, eos_token_id=1,
)
# The multipliers make little of a layer, so that its weights are made larger.
GRANITE_GAINS = {"q_proj": 1.5, "k_proj": 1.5, "o_proj": 5.0, "down_proj": 5.0, "output_linear": 5.0}
GRANITE4 = dict(
    vocab_size=128, hidden_size=48, intermediate_size=80, shared_intermediate_size=80, num_hidden_layers=3,
    num_attention_heads=4, num_key_value_heads=2, tie_word_embeddings=True,
    layer_types=["full_attention"] * 3, num_local_experts=0, num_experts_per_tok=0,
    embedding_multiplier=12.0, attention_multiplier=0.125, residual_multiplier=0.22, logits_scaling=10.0,
    mamba_n_heads=6, mamba_d_head=16, mamba_d_state=16,
    rms_norm_eps=1e-5, bos_token_id=0, eos_token_id=0, pad_token_id=1,
    rope_parameters={"rope_theta": 10000.0, "rope_type": "default"},
)
GRANITE4_OLDER = {"time_step_limit": None, "init_method": "mup", "normalization_function": "rmsnorm"}
GRANITE4_MISTAKES = {
    "embedding_multiplier_1": {"embedding_multiplier": 1.0},
    "attention_multiplier_by_head_dim": {"attention_multiplier": 12**-0.5},
    "residual_multiplier_1": {"residual_multiplier": 1.0},
    "logits_scaling_1": {"logits_scaling": 1.0},
}


def without(*names):
    """Leaves modules out."""
    def change(model):
        paths = [path for path, _ in model.named_modules() if path.endswith(names)]
        assert paths, names
        for path in paths:
            model.set_submodule(path, nn.Identity())
    return change


def zeroed(pattern):
    """Takes weights, by name, for zero."""
    def change(model):
        weights = [weight for name, weight in model.named_parameters() if re.search(pattern, name)]
        assert weights, pattern
        for weight in weights:
            weight.zero_()
    return change


CHECKPOINTS = {
    "llama-gqa-tied": dict(
        prompt_len=150,
        dtype=torch.float32,
        config=dict(
            vocab_size=256, hidden_size=64, intermediate_size=96, num_hidden_layers=4,
            num_attention_heads=8, num_key_value_heads=2, head_dim=16, tie_word_embeddings=True,
            rms_norm_eps=1e-5, bos_token_id=0, eos_token_id=1,
            rope_parameters={"rope_theta": 10000.0, **LLAMA3_SCALING},
        ),
    ),
    "llama-untied-bias": dict(
        prompt_len=40,
        dtype=torch.float16,
        older_config={},
        config=dict(
            vocab_size=272, hidden_size=48, intermediate_size=90, num_hidden_layers=3,
            num_attention_heads=4, num_key_value_heads=2, head_dim=20, tie_word_embeddings=False,
            attention_bias=True, mlp_bias=True,
            rms_norm_eps=1e-6, bos_token_id=1, eos_token_id=2,
            rope_parameters={"rope_theta": 10000.0, "rope_type": "default"},
        ),
    ),
    "llama-sharded-bf16": dict(
        prompt_len=70,
        dtype=torch.bfloat16,
        older_config={},
        shard="220KB",
        config=dict(
            vocab_size=320, hidden_size=96, intermediate_size=176, num_hidden_layers=3,
            num_attention_heads=6, num_key_value_heads=1, head_dim=16, tie_word_embeddings=False,
            rms_norm_eps=1e-5, bos_token_id=0, eos_token_id=[1, 2],
            rope_parameters={"rope_theta": 500000.0, **LLAMA3_SCALING},
        ),
    ),
    "llama-odd": dict(
        prompt_len=130,
        dtype=torch.float32,
        config=dict(
            vocab_size=259, hidden_size=30, intermediate_size=50, num_hidden_layers=2,
            num_attention_heads=3, num_key_value_heads=1, head_dim=10, tie_word_embeddings=True,
            rms_norm_eps=1e-5, bos_token_id=None, eos_token_id=None,
            rope_parameters={"rope_theta": 10000.0, "rope_type": "default"},
        ),
    ),
    "llama-chat": dict(
        prompt_len=40,
        dtype=torch.float16,
        talks=True,
        config=dict(
            vocab_size=talking.VOCABULARY, hidden_size=48, intermediate_size=96, num_hidden_layers=2,
            num_attention_heads=4, num_key_value_heads=2, head_dim=12, tie_word_embeddings=False,
            max_position_embeddings=1024, rms_norm_eps=1e-5,
            bos_token_id=talking.ids_of(talking.BOS)[0], eos_token_id=talking.ids_of(talking.EOS)[0],
            rope_parameters={"rope_theta": 10000.0, "rope_type": "default"},
        ),
    ),
    "mistral": dict(
        model="Mistral",
        prompt_len=70,
        dtype=torch.bfloat16,
        older_config={},
        config=dict(
            vocab_size=128, hidden_size=48, intermediate_size=80, num_hidden_layers=3,
            num_attention_heads=6, num_key_value_heads=2, head_dim=12, tie_word_embeddings=False,
            sliding_window=24, rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2,
            rope_parameters={"rope_theta": 10000.0, "rope_type": "default"},
        ),
        recent=10,
        mistakes={
            "sliding_window_ignored": {"sliding_window": None},
            "sliding_window_one_longer": {"sliding_window": 25},
        },
    ),
    "qwen2": dict(
        model="Qwen2",
        prompt_len=50,
        dtype=torch.float16,
        # As published: a window that is not used.
        older_config={"sliding_window": 16, "max_window_layers": 1},
        config=dict(
            vocab_size=128, hidden_size=48, intermediate_size=88, num_hidden_layers=3,
            num_attention_heads=6, num_key_value_heads=2, tie_word_embeddings=True,
            use_sliding_window=False, max_window_layers=1, rms_norm_eps=1e-6, bos_token_id=0, eos_token_id=1,
            rope_parameters={"rope_theta": 1000000.0, "rope_type": "default"},
        ),
        mistakes={
            "biases_ignored": zeroed(r"_proj\.bias"),
            "window_used": {"use_sliding_window": True, "sliding_window": 16},
        },
    ),
    "qwen3": dict(
        model="Qwen3",
        prompt_len=50,
        dtype=torch.bfloat16,
        config=dict(
            vocab_size=128, hidden_size=40, intermediate_size=88, num_hidden_layers=3,
            num_attention_heads=4, num_key_value_heads=2, head_dim=16, tie_word_embeddings=True,
            rms_norm_eps=1e-6, bos_token_id=0, eos_token_id=1,
            rope_parameters={"rope_theta": 1000000.0, "rope_type": "default"},
        ),
        mistakes={
            "query_norm_ignored": without("q_norm"),
            "key_norm_ignored": without("k_norm"),
        },
    ),
    "gpt2": dict(
        model="GPT2", head="LMHeadModel",
        prompt_len=50,
        dtype=torch.float16,
        config=dict(
            vocab_size=128, n_embd=48, n_layer=3, n_head=4, n_positions=128, n_ctx=128, bos_token_id=0, eos_token_id=1,
        ),
        mistakes={
            "biases_ignored": zeroed(r"c_\w+\.bias"),
            "attention_not_scaled": {"scale_attn_weights": False},
        },
        small_mistakes={"exact_gelu": {"activation_function": "gelu"}},
    ),
    "gpt2-published": dict(
        model="GPT2", head="LMHeadModel",
        prompt_len=40,
        dtype=torch.float32,
        older_config={"torch_dtype": None, "n_ctx": 72, "n_inner": None, "add_cross_attention": None},
        older_weights=True,
        gains={"c_attn": 1.7},
        config=dict(
            vocab_size=131, n_embd=32, n_layer=2, n_head=4, n_positions=72, bos_token_id=130, eos_token_id=130,
        ),
        mistakes={
            "biases_ignored": zeroed(r"c_\w+\.bias"),
            "attention_not_scaled": {"scale_attn_weights": False},
        },
        small_mistakes={"exact_gelu": {"activation_function": "gelu"}},
    ),
    "phi3": dict(
        model="Phi3",
        prompt_len=60,
        dtype=torch.float16,
        config=dict(
            vocab_size=128, hidden_size=48, intermediate_size=80, num_hidden_layers=3,
            num_attention_heads=4, num_key_value_heads=2, tie_word_embeddings=False,
            original_max_position_embeddings=512,
            sliding_window=20, rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2, pad_token_id=None,
            rope_parameters={"rope_theta": 10000.0, "rope_type": "default"},
        ),
        recent=10,
        mistakes={
            "sliding_window_ignored": {"sliding_window": None},
            "sliding_window_one_longer": {"sliding_window": 21},
        },
    ),
    "phi3-longrope": dict(
        model="Phi3",
        prompt_len=50,
        dtype=torch.float16,
        older_config={},
        cached="recomputed",
        config=dict(
            vocab_size=128, hidden_size=48, intermediate_size=80, num_hidden_layers=3,
            num_attention_heads=3, num_key_value_heads=3, tie_word_embeddings=False,
            max_position_embeddings=256, original_max_position_embeddings=64,
            rms_norm_eps=1e-5, bos_token_id=1, eos_token_id=2, pad_token_id=None,
            rope_parameters={**LONGROPE, "short_factor": SHORT_FACTOR, "long_factor": LONG_FACTOR},
        ),
        mistakes={
            "short_factors_always": {
                "rope_parameters": {**LONGROPE, "short_factor": SHORT_FACTOR, "long_factor": SHORT_FACTOR},
            },
            "long_factors_always": {
                "rope_parameters": {**LONGROPE, "short_factor": LONG_FACTOR, "long_factor": LONG_FACTOR},
            },
            "attention_factor_1": {"rope_parameters": {
                **LONGROPE, "short_factor": SHORT_FACTOR, "long_factor": LONG_FACTOR, "attention_factor": 1.0,
            }},
        },
    ),
    "granite": dict(
        model="Granite",
        prompt_len=50,
        dtype=torch.bfloat16,
        older_config={},
        embedding_std=0.05,
        gains=GRANITE_GAINS,
        config=dict(
            vocab_size=128, hidden_size=48, intermediate_size=80, num_hidden_layers=3,
            num_attention_heads=4, num_key_value_heads=2, tie_word_embeddings=True,
            embedding_multiplier=12.0, attention_multiplier=0.125, residual_multiplier=0.22, logits_scaling=8.0,
            rms_norm_eps=1e-5, bos_token_id=0, eos_token_id=0, pad_token_id=0,
            rope_parameters={"rope_theta": 10000.0, "rope_type": "default"},
        ),
        mistakes={
            "embedding_multiplier_1": {"embedding_multiplier": 1.0},
            "attention_multiplier_by_head_dim": {"attention_multiplier": 12**-0.5},
            "residual_multiplier_1": {"residual_multiplier": 1.0},
            "logits_scaling_1": {"logits_scaling": 1.0},
        },
    ),
    "gemma2": dict(
        model="Gemma2",
        prompt_len=60,
        dtype=torch.bfloat16,
        older_config={"hidden_act": "gelu_pytorch_tanh", "cache_implementation": "hybrid"},
        embedding_std=0.06,
        gains={"q_proj": 2.5, "k_proj": 2.5},
        config=dict(
            vocab_size=128, hidden_size=48, intermediate_size=96, num_hidden_layers=3,
            num_attention_heads=4, num_key_value_heads=2, head_dim=16,
            sliding_window=16, query_pre_attn_scalar=16, attn_logit_softcapping=6.0, final_logit_softcapping=1.0,
            rms_norm_eps=1e-6, bos_token_id=2, eos_token_id=1, pad_token_id=0,
            rope_parameters={"rope_theta": 10000.0, "rope_type": "default"},
        ),
        recent=10,
        mistakes={
            "sliding_window_ignored": {"sliding_window": 512},
            "window_in_the_other_layers": {"layer_types": ["full_attention", "sliding_attention", "full_attention"]},
            "attention_softcap_ignored": {"attn_logit_softcapping": None},
            "final_softcap_ignored": {"final_logit_softcapping": None},
            "query_pre_attn_scalar_256": {"query_pre_attn_scalar": 256},
        },
        small_mistakes={"exact_gelu": {"hidden_activation": "gelu"}},
    ),
    "gemma2-scaled": dict(
        model="Gemma2",
        prompt_len=40,
        dtype=torch.float32,
        embedding_std=0.06,
        gains={"q_proj": 2.5, "k_proj": 2.5},
        config=dict(
            vocab_size=128, hidden_size=32, intermediate_size=48, num_hidden_layers=2,
            num_attention_heads=4, num_key_value_heads=1, head_dim=16,
            # As in the 27B: hidden / heads, and not head_dim.
            sliding_window=12, query_pre_attn_scalar=8, attn_logit_softcapping=6.0, final_logit_softcapping=1.0,
            rms_norm_eps=1e-6, bos_token_id=2, eos_token_id=1, pad_token_id=0,
            rope_parameters={"rope_theta": 10000.0, "rope_type": "default"},
        ),
        recent=8,
        mistakes={
            "sliding_window_ignored": {"sliding_window": 512},
            "scaled_by_head_dim": {"query_pre_attn_scalar": 16},
        },
    ),
    "gemma3": dict(
        model="Gemma3", config_class="TextConfig",
        prompt_len=60,
        dtype=torch.bfloat16,
        older_config={"sliding_window_pattern": 6, "cache_implementation": "hybrid"},
        embedding_std=0.06,
        # Without it the normalised queries and keys are too even to tell where they are.
        norm_shift={"q_norm": 0.35, "k_norm": 0.35},
        config=dict(
            vocab_size=128, hidden_size=32, intermediate_size=48, num_hidden_layers=6,
            num_attention_heads=4, num_key_value_heads=1, head_dim=16,
            sliding_window=16, query_pre_attn_scalar=16, rms_norm_eps=1e-6,
            bos_token_id=2, eos_token_id=1, pad_token_id=0,
            rope_parameters={
                "full_attention": {"rope_theta": 100000.0, "rope_type": "linear", "factor": 8.0},
                "sliding_attention": {"rope_theta": 1000.0, "rope_type": "default"},
            },
        ),
        recent=10,
        mistakes={
            "sliding_window_ignored": {"sliding_window": 512},
            "window_in_all_layers": {"layer_types": ["sliding_attention"] * 6},
            "rope_scaling_ignored": {"rope_parameters": {
                "full_attention": {"rope_theta": 100000.0, "rope_type": "default"},
                "sliding_attention": {"rope_theta": 1000.0, "rope_type": "default"},
            }},
            "one_rope_base": {"rope_parameters": {
                "full_attention": {"rope_theta": 100000.0, "rope_type": "linear", "factor": 8.0},
                "sliding_attention": {"rope_theta": 100000.0, "rope_type": "default"},
            }},
            "query_norm_ignored": without("q_norm"),
        },
    ),
    "gemma3-newer": dict(
        model="Gemma3", config_class="TextConfig",
        prompt_len=50,
        dtype=torch.float32,
        embedding_std=0.06,
        norm_shift={"q_norm": 0.35, "k_norm": 0.35},
        config=dict(
            vocab_size=128, hidden_size=32, intermediate_size=48, num_hidden_layers=3,
            num_attention_heads=4, num_key_value_heads=2, head_dim=12,
            layer_types=["sliding_attention", "sliding_attention", "full_attention"],
            sliding_window=12, query_pre_attn_scalar=24, rms_norm_eps=1e-6,
            bos_token_id=2, eos_token_id=1, pad_token_id=0,
            rope_parameters={
                "full_attention": {"rope_theta": 1000000.0, "rope_type": "default"},
                "sliding_attention": {"rope_theta": 10000.0, "rope_type": "default"},
            },
        ),
        recent=8,
        mistakes={
            "sliding_window_ignored": {"sliding_window": 512},
            "scaled_by_head_dim": {"query_pre_attn_scalar": 12},
            "one_rope_base": {"rope_parameters": {
                "full_attention": {"rope_theta": 1000000.0, "rope_type": "default"},
                "sliding_attention": {"rope_theta": 1000000.0, "rope_type": "default"},
            }},
            "key_norm_ignored": without("k_norm"),
        },
    ),
    "gemma3-nested": dict(
        model="Gemma3", config_class="TextConfig",
        prompt_len=50,
        dtype=torch.float16,
        older_config={},
        nested=True,
        embedding_std=0.06,
        norm_shift={"q_norm": 0.35, "k_norm": 0.35},
        config=dict(
            vocab_size=128, hidden_size=32, intermediate_size=32, head_dim=8, sliding_window=12,
            num_hidden_layers=6, query_pre_attn_scalar=16,
            # What the published files leave to defaults.
            num_attention_heads=8, num_key_value_heads=4, rms_norm_eps=1e-6, max_position_embeddings=131072,
            bos_token_id=2, eos_token_id=[1, 106], pad_token_id=0,
            rope_parameters={
                "full_attention": {"rope_theta": 1000000.0, "rope_type": "linear", "factor": 8.0},
                "sliding_attention": {"rope_theta": 10000.0, "rope_type": "default"},
            },
        ),
        recent=8,
        mistakes={
            "sliding_window_ignored": {"sliding_window": 512},
            "scaled_by_head_dim": {"query_pre_attn_scalar": 8},
            "one_rope_base": {"rope_parameters": {
                "full_attention": {"rope_theta": 1000000.0, "rope_type": "linear", "factor": 8.0},
                "sliding_attention": {"rope_theta": 1000000.0, "rope_type": "default"},
            }},
        },
        small_mistakes={
            "rope_scaling_ignored": {"rope_parameters": {
                "full_attention": {"rope_theta": 1000000.0, "rope_type": "default"},
                "sliding_attention": {"rope_theta": 10000.0, "rope_type": "default"},
            }},
        },
    ),
    "phi4-mini": dict(
        model="Phi3",
        prompt_len=80,
        dtype=torch.bfloat16,
        # As published: a window longer than any sequence.
        older_config={"sliding_window": 262144, "full_attn_mod": 1, "interpolate_factor": 1},
        config=dict(
            vocab_size=128, hidden_size=64, intermediate_size=96, num_hidden_layers=2,
            num_attention_heads=4, num_key_value_heads=2, tie_word_embeddings=True,
            max_position_embeddings=256, original_max_position_embeddings=64,
            rms_norm_eps=1e-5, bos_token_id=0, eos_token_id=0, pad_token_id=0,
            rope_parameters={**LONGROPE, "partial_rotary_factor": 0.75, **PHI4_FACTORS},
        ),
        mistakes={
            "rotary_by_head_dim": {"rope_parameters": {
                **LONGROPE, "partial_rotary_factor": 1.0,
                **{kind: [*factors, 1.0, 1.0] for kind, factors in PHI4_FACTORS.items()},
            }},
            "short_factors": {"rope_parameters": {
                **LONGROPE, "partial_rotary_factor": 0.75, "short_factor": [1.0] * 6, "long_factor": [1.0] * 6,
            }},
            "attention_factor_1": {"rope_parameters": {
                **LONGROPE, "partial_rotary_factor": 0.75, "attention_factor": 1.0, **PHI4_FACTORS,
            }},
        },
    ),
    "granite4": dict(
        model="GraniteMoeHybrid",
        prompt_len=50,
        dtype=torch.bfloat16,
        older_config=GRANITE4_OLDER,
        embedding_std=0.05,
        gains=GRANITE_GAINS,
        config=dict(**GRANITE4, position_embedding_type="rope"),
        mistakes=GRANITE4_MISTAKES,
    ),
    "granite4-nope": dict(
        model="GraniteMoeHybrid",
        prompt_len=50,
        dtype=torch.float16,
        embedding_std=0.05,
        gains=GRANITE_GAINS,
        config=dict(**GRANITE4, position_embedding_type="nope"),
        positions=False,
        mistakes={**GRANITE4_MISTAKES, "rotated": {"position_embedding_type": "rope"}},
    ),
    "gpt-neo": dict(
        model="GPTNeo",
        prompt_len=50,
        dtype=torch.float16,
        older_config={},
        older_weights=True,
        # Its scores are not divided by the root of head_dim.
        gains={"q_proj": 0.9, "k_proj": 0.9},
        config=dict(
            vocab_size=128, hidden_size=32, num_layers=4, num_heads=4, window_size=10, max_position_embeddings=80,
            attention_types=[[["global", "local"], 2]], bos_token_id=0, eos_token_id=0,
        ),
        mistakes={
            "window_ignored": {"window_size": 80},
            "window_one_longer": {"window_size": 11},
            "local_layers_first": {"attention_types": [[["local", "global"], 2]]},
            "biases_ignored": zeroed(r"(out_proj|c_\w+)\.bias"),
        },
        small_mistakes={"exact_gelu": {"activation_function": "gelu"}},
    ),
    "qwen2-window": dict(
        model="Qwen2",
        prompt_len=50,
        dtype=torch.float32,
        older_config={},
        config=dict(
            vocab_size=128, hidden_size=32, intermediate_size=48, num_hidden_layers=3,
            num_attention_heads=4, num_key_value_heads=2, tie_word_embeddings=False,
            use_sliding_window=True, sliding_window=16, max_window_layers=1,
            rms_norm_eps=1e-6, bos_token_id=0, eos_token_id=1,
            rope_parameters={"rope_theta": 10000.0, "rope_type": "default"},
        ),
        recent=10,
        mistakes={
            "sliding_window_ignored": {"use_sliding_window": False},
            "window_in_all_layers": {"max_window_layers": 0},
            "window_in_the_first_layers": {
                "layer_types": ["sliding_attention", "full_attention", "full_attention"],
            },
        },
    ),
    "smollm3": dict(
        model="SmolLM3",
        prompt_len=50,
        dtype=torch.bfloat16,
        older_config={},
        config=dict(
            vocab_size=128, hidden_size=48, intermediate_size=80, num_hidden_layers=4,
            num_attention_heads=4, num_key_value_heads=2, tie_word_embeddings=True,
            rms_norm_eps=1e-6, bos_token_id=0, eos_token_id=1, pad_token_id=None,
            rope_parameters={"rope_theta": 100000.0, "rope_type": "default"},
        ),
        mistakes={
            "rotated_in_all_layers": {"no_rope_layers": [1] * 4},
            "rotated_in_the_other_layers": {"no_rope_layers": [0, 0, 0, 1]},
        },
    ),
    "pythia": dict(
        model="GPTNeoX",
        prompt_len=50,
        dtype=torch.float16,
        older_config={},
        older_weights=True,
        gains={"query_key_value": 1.8},
        config=dict(
            vocab_size=128, hidden_size=48, intermediate_size=192, num_hidden_layers=3, num_attention_heads=3,
            max_position_embeddings=80, tie_word_embeddings=False, bos_token_id=0, eos_token_id=0,
            use_parallel_residual=True,
            rope_parameters={"rope_theta": 10000.0, "rope_type": "default", "partial_rotary_factor": 0.25},
        ),
        mistakes={
            "residual_in_sequence": {"use_parallel_residual": False},
            "rotary_by_head_dim": {
                "rope_parameters": {"rope_theta": 10000.0, "rope_type": "default", "partial_rotary_factor": 1.0},
            },
            "biases_ignored": zeroed(r"(query_key_value|dense\w*)\.bias"),
        },
        small_mistakes={"gelu_by_tanh": {"hidden_act": "gelu_new"}},
    ),
    "gpt-neox-sequential": dict(
        model="GPTNeoX",
        prompt_len=50,
        dtype=torch.float32,
        config=dict(
            vocab_size=128, hidden_size=32, intermediate_size=96, num_hidden_layers=2, num_attention_heads=2,
            tie_word_embeddings=False, bos_token_id=0, eos_token_id=0, use_parallel_residual=False,
            rope_parameters={"rope_theta": 10000.0, "rope_type": "default", "partial_rotary_factor": 0.5},
        ),
        mistakes={
            "residual_in_parallel": {"use_parallel_residual": True},
            "rotary_by_head_dim": {
                "rope_parameters": {"rope_theta": 10000.0, "rope_type": "default", "partial_rotary_factor": 1.0},
            },
        },
        small_mistakes={"gelu_by_tanh": {"hidden_act": "gelu_new"}},
    ),
    "llama-yarn": dict(
        prompt_len=60,
        dtype=torch.float16,
        config=dict(
            **SCALED_LLAMA, max_position_embeddings=128,
            rope_parameters={"rope_theta": 10000.0, **YARN, "beta_fast": 8.0, "beta_slow": 0.5},
        ),
        mistakes={
            "rope_scaling_ignored": {"rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"}},
            "default_betas": {"rope_parameters": {"rope_theta": 10000.0, **YARN}},
            "attention_factor_1": {"rope_parameters": {
                "rope_theta": 10000.0, **YARN, "beta_fast": 8.0, "beta_slow": 0.5, "attention_factor": 1.0,
            }},
        },
    ),
    "llama-yarn-older": dict(
        prompt_len=50,
        dtype=torch.float16,
        older_config={},
        config=dict(
            **SCALED_LLAMA, max_position_embeddings=32,
            rope_parameters={"rope_theta": 10000.0, **YARN, "mscale": 1.0, "mscale_all_dim": 0.5},
        ),
        mistakes={
            "rope_scaling_ignored": {"rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"}},
            "scaled_linearly": {"rope_parameters": {"rope_theta": 10000.0, "rope_type": "linear", "factor": 4.0}},
            "mscale_ignored": {"rope_parameters": {"rope_theta": 10000.0, **YARN}},
        },
    ),
    "llama-linear": dict(
        prompt_len=50,
        dtype=torch.bfloat16,
        older_config={},
        config=dict(
            **SCALED_LLAMA, rope_parameters={"rope_theta": 10000.0, "rope_type": "linear", "factor": 2.5},
        ),
        mistakes={
            "rope_scaling_ignored": {"rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"}},
        },
    ),
    "llama-dynamic": dict(
        prompt_len=50,
        dtype=torch.bfloat16,
        older_config={},
        cached="differs",
        config=dict(
            **SCALED_LLAMA, max_position_embeddings=32,
            rope_parameters={"rope_theta": 10000.0, "rope_type": "dynamic", "factor": 2.0},
        ),
        mistakes={
            "rope_scaling_ignored": {"rope_parameters": {"rope_theta": 10000.0, "rope_type": "default"}},
            "scaled_linearly": {"rope_parameters": {"rope_theta": 10000.0, "rope_type": "linear", "factor": 2.0}},
        },
    ),
}
