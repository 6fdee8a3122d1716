"""Logits in float64: what the float32 goldens are measured by, and what mistakes an engine could make do to them.

For Llama a second, independent implementation computes them straight from the files of a checkpoint. For the others
`transformers` does, with every float32 that its models ask for made a float64.
"""

import copy
import json
from contextlib import contextmanager

import torch
from safetensors.torch import load_file
from torch.overrides import TorchFunctionMode

from greedy import logits_of


class InFloat64(TorchFunctionMode):
    """The models of `transformers` compute norms, softmax and angles in float32, whatever their weights are in."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        if func is torch.Tensor.float:
            func = torch.Tensor.double
        widen = lambda value: torch.float64 if value is torch.float32 else value
        return func(*map(widen, args), **{key: widen(value) for key, value in (kwargs or {}).items()})


@contextmanager
def in_float64():
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        with InFloat64():
            yield
    finally:
        torch.set_default_dtype(before)


def widened(model, config=None):
    """The same weights in a float64 model of this config, by default its own."""
    with in_float64():
        exact = type(model)(copy.deepcopy(config or model.config)).eval()
        assert exact.config._attn_implementation == "eager"
        exact.load_state_dict(model.state_dict())
    return exact


def exact_logits(model, ids, positions=None):
    """Of a model from `widened`."""
    with in_float64():
        logits = logits_of(model, ids, positions)
    assert logits.dtype == torch.float64
    return logits


def decode_rows(model, prompt_len, ids, positions=None):
    """The rows that tokens behind a prompt are chosen from. Each from its own forward, because the frequencies of some
    depend on the length."""
    rows = []
    for end in range(prompt_len, len(ids) + 1):
        until = None if positions is None else positions[:end]
        rows.append(exact_logits(model, ids[:end], until)[-1])
    return torch.stack(rows)


def nmse(value, reference):
    return ((value.double() - reference.double()).square().sum() / reference.double().square().sum()).item()


def inverse_frequencies(head_dim, rope):
    frequency = rope["rope_theta"] ** (-torch.arange(0, head_dim, 2, dtype=torch.float64) / head_dim)
    if rope.get("rope_type", "default") == "default":
        return frequency
    factor, low, high = rope["factor"], rope["low_freq_factor"], rope["high_freq_factor"]
    turns = rope["original_max_position_embeddings"] * frequency / (2 * torch.pi)
    smooth = ((turns - low) / (high - low)).clamp(0, 1)
    return (1 - smooth) * frequency / factor + smooth * frequency


def llama(folder, ids, positions=None, rope_scaling=True):
    """Logits by the second implementation: float64 throughout, straight from the files of a checkpoint."""
    config = json.loads((folder / "config.json").read_text())
    weights = {}
    for path in folder.glob("model*.safetensors"):
        weights |= {name: weight.double() for name, weight in load_file(path).items()}
    rope = config.get("rope_parameters") or {"rope_theta": config["rope_theta"], **(config["rope_scaling"] or {})}
    if not rope_scaling:
        rope = {"rope_theta": rope["rope_theta"]}
    heads, kv_heads, head_dim = config["num_attention_heads"], config["num_key_value_heads"], config["head_dim"]
    length = len(ids)
    positions = torch.arange(length) if positions is None else positions
    angles = positions[:, None].double() * inverse_frequencies(head_dim, rope)
    future = torch.ones(length, length, dtype=torch.bool).triu(1)

    def norm(x, name):
        return x * (x.square().mean(-1, keepdim=True) + config["rms_norm_eps"]).rsqrt() * weights[name + ".weight"]

    def linear(x, name):
        return x @ weights[name + ".weight"].T + weights.get(name + ".bias", 0)

    def split(x):
        return x.view(length, -1, head_dim).transpose(0, 1)

    def rotate(x):
        a, b = x.chunk(2, -1)
        return torch.cat((a * angles.cos() - b * angles.sin(), b * angles.cos() + a * angles.sin()), -1)

    x = weights["model.embed_tokens.weight"][ids]
    for layer in range(config["num_hidden_layers"]):
        attention, mlp = f"model.layers.{layer}.self_attn.", f"model.layers.{layer}.mlp."
        h = norm(x, f"model.layers.{layer}.input_layernorm")
        q, k, v = (split(linear(h, attention + name)) for name in ("q_proj", "k_proj", "v_proj"))
        q, k, v = rotate(q), *(t.repeat_interleave(heads // kv_heads, 0) for t in (rotate(k), v))
        scores = (q @ k.mT / head_dim**0.5).masked_fill(future, -torch.inf)
        x = x + linear((scores.softmax(-1) @ v).transpose(0, 1).flatten(1), attention + "o_proj")
        h = norm(x, f"model.layers.{layer}.post_attention_layernorm")
        gate = torch.nn.functional.silu(linear(h, mlp + "gate_proj"))
        x = x + linear(gate * linear(h, mlp + "up_proj"), mlp + "down_proj")
    return linear(norm(x, "model.norm"), "model.embed_tokens" if config["tie_word_embeddings"] else "lm_head")
