"""config.json and weight files as they were published before transformers 5."""

import json
import re

import torch
from safetensors.torch import load_file, save_file

# Those whose config.json names the kind of each layer; the others of that time have a rule for it.
WITH_LAYER_TYPES = {"granitemoehybrid": {"full_attention": "attention"}, "smollm3": {}}


def older_config(config, changes=None):
    """config.json as transformers 4 wrote it. `changes` are made last: what else such files say, or do not (None)."""
    config = dict(config)
    kind = config["model_type"]
    rope = config.pop("rope_parameters", None)
    if kind == "gemma3_text":
        config |= gemma3_rope(rope)
    elif kind == "gpt_neox":
        config |= {"rotary_emb_base": rope["rope_theta"], "rotary_pct": rope["partial_rotary_factor"]}
    elif rope:
        config |= flat_rope(rope)
    if "layer_types" in config:
        names = WITH_LAYER_TYPES.get(kind)
        kinds = config.pop("layer_types")
        if names is not None:
            config["layer_types"] = [names.get(kind, kind) for kind in kinds]
    config["torch_dtype"] = config.pop("dtype")
    del config["transformers_version"]
    for key, value in (changes or {}).items():
        if value is None:
            config.pop(key)
        else:
            config[key] = value
    return dict(sorted(config.items()))


def flat_rope(rope):
    rope = dict(rope)
    flat = {"rope_theta": rope.pop("rope_theta")}
    if rope.get("partial_rotary_factor", 1) != 1:
        flat["partial_rotary_factor"] = rope["partial_rotary_factor"]
    rope.pop("partial_rotary_factor", None)
    if rope["rope_type"] == "longrope":
        flat["original_max_position_embeddings"] = rope.pop("original_max_position_embeddings")
    if rope["rope_type"] != "llama3":  # the others are older than `rope_type`
        rope["type"] = rope.pop("rope_type")
    return flat | {"rope_scaling": None if rope.get("type") == "default" else rope}


def gemma3_rope(rope):
    whole, local = dict(rope["full_attention"]), rope["sliding_attention"]
    flat = {"rope_theta": whole.pop("rope_theta"), "rope_local_base_freq": local["rope_theta"]}
    return flat | {"rope_scaling": None if whole["rope_type"] == "default" else whole}


def add_masks(weights, positions, name, masked_bias=None):
    """The causal mask that each attention layer kept in the file; `name` is that of the layer's first weight."""
    layers = {match[1] for weight in weights if (match := re.match(name, weight))}
    causal = torch.ones(1, 1, positions, positions).tril()
    for layer in layers:
        weights[f"{layer}.bias"] = causal.clone() if masked_bias is None else causal.to(torch.uint8)
        if masked_bias is not None:
            weights[f"{layer}.masked_bias"] = masked_bias.clone()


def gpt2_weights(weights, config):
    """No `transformer.` before the names, and a mask in each layer."""
    weights = {name.removeprefix("transformer."): weight for name, weight in weights.items()}
    add_masks(weights, config["n_positions"], r"(h\.\d+\.attn)\.c_attn\.weight")
    return weights


def neox_weights(weights, config):
    """A mask and the inverse frequencies in each layer."""
    heads, hidden = config["num_attention_heads"], config["hidden_size"]
    rotary = int(hidden // heads * config["rotary_pct"])
    name = r"(gpt_neox\.layers\.\d+\.attention)\.query_key_value\.weight"
    add_masks(weights, config["max_position_embeddings"], name, torch.tensor(-1e9))
    inverse = 1 / config["rotary_emb_base"] ** (torch.arange(0, rotary, 2).float() / rotary)
    for layer in range(config["num_hidden_layers"]):
        weights[f"gpt_neox.layers.{layer}.attention.rotary_emb.inv_freq"] = inverse.to(torch.float16)
    return weights


def neo_weights(weights, config):
    """A mask in each layer."""
    name = r"(transformer\.h\.\d+\.attn\.attention)\.q_proj\.weight"
    add_masks(weights, config["max_position_embeddings"], name, torch.tensor(-1e9))
    return weights


# What a nested config says of its text model; the rest is left to the defaults of the architecture.
SAID_OF_TEXT = {
    "hidden_size", "intermediate_size", "model_type", "num_hidden_layers", "rope_scaling", "sliding_window", "head_dim",
    "query_pre_attn_scalar", "vocab_size",
}


def nest_gemma3(folder):
    """Gemma 3 from 4B up: the text model within one that sees. Its vision tower is left out of the weights."""
    path = folder / "config.json"
    config = json.loads(path.read_text())
    nested = {
        "architectures": ["Gemma3ForConditionalGeneration"],
        "boi_token_index": 298, "eoi_token_index": 299, "image_token_index": 300,
        "eos_token_id": config["eos_token_id"],
        "initializer_range": config["initializer_range"],
        "mm_tokens_per_image": 4,
        "model_type": "gemma3",
        "text_config": {key: value for key, value in config.items() if key in SAID_OF_TEXT},
        "torch_dtype": config["torch_dtype"],
        "vision_config": {
            "hidden_size": 16, "image_size": 28, "intermediate_size": 16, "model_type": "siglip_vision_model",
            "num_attention_heads": 2, "num_hidden_layers": 1, "patch_size": 14, "vision_use_head": False,
        },
    }
    path.write_text(json.dumps(nested, indent=2) + "\n")
    weights = load_file(folder / "model.safetensors")
    weights = {f"language_model.{name}": weight for name, weight in weights.items()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


WEIGHTS = {"gpt2": gpt2_weights, "gpt_neox": neox_weights, "gpt_neo": neo_weights}


def make_older(folder, changes, weights):
    """Rewrites config.json, and the weights where they were published otherwise too and that is asked for."""
    path = folder / "config.json"
    config = older_config(json.loads(path.read_text()), changes)
    path.write_text(json.dumps(config, indent=2) + "\n")
    if weights:
        stored = WEIGHTS[config["model_type"]](load_file(folder / "model.safetensors"), config)
        save_file(stored, folder / "model.safetensors", metadata={"format": "pt"})
