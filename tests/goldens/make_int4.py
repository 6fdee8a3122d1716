"""Writes small Llama checkpoints in 4 bits as GPTQ and AWQ publish them, and the logits of their dequantized weights.

    pip install numpy safetensors
    python tests/goldens/make_int4.py

Codes are rounded to nearest: what a quantizer would choose makes no difference to how files are read. How they are
packed follows the packing code of AutoGPTQ, GPTQModel and AutoAWQ:

GPTQ    qweight int32 [columns / 8, rows], eight columns to a word from the lowest bits on; qzeros int32
        [groups, rows / 8], eight rows to a word, each zero less 1 (not so where checkpoint_format is gptq_v2);
        scales [groups, rows]; g_idx int32 [columns], the group of each column
AWQ     qweight int32 [columns, rows / 8], eight rows to a word in the order 0 2 4 6 1 3 5 7; qzeros int32
        [groups, rows / 8] likewise; scales [groups, rows]

Either way an element stands for scale * (code - zero). The logits are float64 throughout, by an implementation of its
own.
"""

import json
import shutil
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

HERE = Path(__file__).resolve().parent / "int4"
AWQ_ORDER = [0, 2, 4, 6, 1, 3, 5, 7]
PROMPT = 24
VOCAB, HIDDEN, FF, HEADS, KV_HEADS, HEAD_DIM = 80, 128, 256, 4, 2, 32
SHAPES = {
    "self_attn.q_proj": (HEADS * HEAD_DIM, HIDDEN),
    "self_attn.k_proj": (KV_HEADS * HEAD_DIM, HIDDEN),
    "self_attn.v_proj": (KV_HEADS * HEAD_DIM, HIDDEN),
    "self_attn.o_proj": (HIDDEN, HEADS * HEAD_DIM),
    "mlp.gate_proj": (FF, HIDDEN),
    "mlp.up_proj": (FF, HIDDEN),
    "mlp.down_proj": (HIDDEN, FF),
}
CONFIG = {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": VOCAB, "hidden_size": HIDDEN,
    "intermediate_size": FF, "num_hidden_layers": 1, "num_attention_heads": HEADS, "num_key_value_heads": KV_HEADS,
    "head_dim": HEAD_DIM, "hidden_act": "silu", "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "rope_scaling": None,
    "max_position_embeddings": 256, "tie_word_embeddings": False, "torch_dtype": "float16", "bos_token_id": 0,
    "eos_token_id": 1,
}


def gptq(group, **more):
    return {"quant_method": "gptq", "bits": 4, "group_size": group, "desc_act": False, "sym": False, **more}


def awq(group):
    return {"quant_method": "awq", "bits": 4, "group_size": group, "version": "gemm", "zero_point": True}


# `file` is where older folders hold the settings; `bias` gives queries, keys and values one.
FOLDERS = {
    "gptq-g32": dict(settings=gptq(32, checkpoint_format="gptq"), bias=True),
    "gptq-g64-v2": dict(settings=gptq(64, checkpoint_format="gptq_v2", pack_dtype="int32"), shards=True),
    "gptq-g128-sym": dict(
        settings={"bits": 4, "group_size": 128, "desc_act": False, "sym": True}, file="quantize_config.json"
    ),
    "gptq-act-order": dict(settings=gptq(32, desc_act=True), gain=1.0),
    "awq-g32": dict(
        settings={"w_bit": 4, "q_group_size": 32, "zero_point": True, "version": "GEMM"}, file="quant_config.json"
    ),
    "awq-g64": dict(settings=awq(64), bias=True),
    "awq-g128": dict(settings=awq(128), shards=True),
}


def quantize(weight, groups_of_columns, sym, least_zero):
    """Codes, zeros and scales [groups, rows] of a matrix [rows, columns]."""
    rows, columns = weight.shape
    groups = groups_of_columns.max() + 1
    codes = np.zeros((rows, columns), np.int64)
    zeros, scales = np.zeros((groups, rows), np.int64), np.zeros((groups, rows), np.float16)
    for group in range(groups):
        where = groups_of_columns == group
        values = weight[:, where]
        low, high = np.minimum(values.min(1), 0), np.maximum(values.max(1), 0)
        if sym:
            high = np.maximum(high, -low)
            low = -high
        scales[group] = (high - low) / 15
        scale = scales[group].astype(np.float64)
        zeros[group] = 8 if sym else np.clip(np.round(-low / scale), least_zero, 15)
        codes[:, where] = np.clip(np.round(values / scale[:, None]) + zeros[group][:, None], 0, 15)
    return codes, zeros, scales


def words(nibbles, axis, order=range(8)):
    """Eight nibbles along an axis to a word, the first of `order` in the lowest bits."""
    nibbles = np.moveaxis(nibbles, axis, -1).astype(np.uint32)
    eights = nibbles.reshape(*nibbles.shape[:-1], -1, 8)
    packed = np.zeros(eights.shape[:-1], np.uint32)
    for place, index in enumerate(order):
        packed |= eights[..., index] << np.uint32(4 * place)
    return np.ascontiguousarray(np.moveaxis(packed, -1, axis).view(np.int32))


def pack(module, weight, settings, random):
    """The tensors of a matrix, and what it stands for."""
    group = settings.get("group_size", settings.get("q_group_size"))
    columns = np.arange(weight.shape[1])
    if settings.get("desc_act"):
        columns = random.permutation(columns)
    groups = columns // group
    is_awq = "version" in settings
    offset = 0 if is_awq or settings.get("checkpoint_format") == "gptq_v2" else 1
    codes, zeros, scales = quantize(weight, groups, settings.get("sym", False), offset)
    values = scales[groups].T.astype(np.float64) * (codes - zeros[groups].T)
    if is_awq:
        tensors = {"qweight": words(codes.T, 1, AWQ_ORDER), "qzeros": words(zeros, 1, AWQ_ORDER)}
    else:
        tensors = {"qweight": words(codes.T, 0), "qzeros": words(zeros - offset, 1), "g_idx": groups.astype(np.int32)}
    tensors["scales"] = scales
    return {f"{module}.{name}": tensor for name, tensor in tensors.items()}, values


def logits_of(weights, prompt):
    def norm(x, name):
        return x / np.sqrt((x * x).mean(-1, keepdims=True) + CONFIG["rms_norm_eps"]) * weights[name + ".weight"]

    def linear(x, name):
        return x @ weights[name + ".weight"].T + weights.get(name + ".bias", 0)

    def split(x):
        return x.reshape(len(prompt), -1, HEAD_DIM).transpose(1, 0, 2)

    frequencies = CONFIG["rope_theta"] ** (-np.arange(0, HEAD_DIM, 2) / HEAD_DIM)
    angles = np.arange(len(prompt))[:, None] * frequencies

    def rotate(x):
        a, b = np.split(x, 2, -1)
        return np.concatenate((a * np.cos(angles) - b * np.sin(angles), b * np.cos(angles) + a * np.sin(angles)), -1)

    layer = "model.layers.0."
    x = weights["model.embed_tokens.weight"][prompt]
    h = norm(x, layer + "input_layernorm")
    q, k, v = (split(linear(h, f"{layer}self_attn.{name}_proj")) for name in "qkv")
    q, k, v = rotate(q), *(np.repeat(t, HEADS // KV_HEADS, 0) for t in (rotate(k), v))
    scores = q @ k.transpose(0, 2, 1) / HEAD_DIM**0.5
    scores = np.where(np.triu(np.ones(scores.shape[1:], bool), 1), -np.inf, scores)
    scores = np.exp(scores - scores.max(-1, keepdims=True))
    attended = scores / scores.sum(-1, keepdims=True) @ v
    x = x + linear(attended.transpose(1, 0, 2).reshape(len(prompt), -1), layer + "self_attn.o_proj")
    h = norm(x, layer + "post_attention_layernorm")
    gate = linear(h, layer + "mlp.gate_proj")
    x = x + linear(gate / (1 + np.exp(-gate)) * linear(h, layer + "mlp.up_proj"), layer + "mlp.down_proj")
    return linear(norm(x, "model.norm"), "lm_head")


def make(name, spec, seed):
    random = np.random.default_rng(seed)
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    stored, weights = {}, {}

    def plain(tensor, values):
        stored[tensor] = values.astype(np.float16)
        weights[tensor] = stored[tensor].astype(np.float64)

    plain("model.embed_tokens.weight", 0.3 * random.standard_normal((VOCAB, HIDDEN)))
    plain("lm_head.weight", random.standard_normal((VOCAB, HIDDEN)) / HIDDEN**0.5)
    for norm in ("model.norm", "model.layers.0.input_layernorm", "model.layers.0.post_attention_layernorm"):
        plain(norm + ".weight", 1 + 0.2 * random.standard_normal(HIDDEN))
    for short, shape in SHAPES.items():
        module = f"model.layers.0.{short}"
        tensors, values = pack(module, spec.get("gain", 1.4) * random.standard_normal(shape) / shape[1] ** 0.5, spec["settings"], random)
        stored |= tensors
        weights[module + ".weight"] = values
        if spec.get("bias") and "self_attn" in short:
            plain(module + ".bias", 0.2 * random.standard_normal(shape[0]))

    config = CONFIG | {"attention_bias": bool(spec.get("bias"))}
    if "file" in spec:
        (folder / spec["file"]).write_text(json.dumps(spec["settings"], indent=2) + "\n")
    else:
        config["quantization_config"] = spec["settings"]
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    if spec.get("shards"):
        # Parts of one matrix are in different files.
        names = sorted(stored)
        files = {f"model-0000{i + 1}-of-00002.safetensors": names[i::2] for i in range(2)}
        for file, part in files.items():
            save_file({tensor: stored[tensor] for tensor in part}, folder / file, {"format": "pt"})
        index = {"metadata": {}, "weight_map": {tensor: file for file, part in files.items() for tensor in part}}
        (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")
    else:
        save_file(stored, folder / "model.safetensors", {"format": "pt"})

    prompt = random.integers(0, VOCAB, PROMPT)
    golden = {"logits": logits_of(weights, prompt).astype(np.float32)}
    if spec["settings"].get("desc_act"):
        # What rounding the weights to float16 makes of it, as transformers and Kinglet do.
        rounded = {tensor: values.astype(np.float16).astype(np.float64) for tensor, values in weights.items()}
        golden["logits_f16"] = logits_of(rounded, prompt).astype(np.float32)
    save_file(golden, folder / "golden.safetensors")
    facts = {"numpy": np.__version__, "seed": seed, "prompt_ids": prompt.tolist()}
    (folder / "golden.json").write_text(json.dumps(facts) + "\n")
    size = sum(path.stat().st_size for path in folder.iterdir())
    assert size < 200_000, size
    print(f"{name}: {size} bytes")


if __name__ == "__main__":
    for seed, (name, spec) in enumerate(FOLDERS.items()):
        make(name, spec, seed)
