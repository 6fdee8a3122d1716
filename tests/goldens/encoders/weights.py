"""Random weights, such that every part of a checkpoint shows in its outputs."""

import torch
from torch import nn
from transformers.models.mobilebert.modeling_mobilebert import NoNorm

# Standard deviation of a linear weight, times sqrt(fan_in). Queries and keys are large enough to keep attention far
# from uniform.
GAIN, ATTENTION_GAIN = 1.3, 1.5
ATTENTION = ("query", "key", "q_lin", "k_lin", "q_proj", "k_proj", "Wqkv")
EMBEDDING_STD = 0.5
NORM_STD = 0.2  # around 1
BIAS_STD = 0.2


def fill(model, dtype, random, gains=()):
    """Gives a float32 model weights that are exactly representable in `dtype`. `gains` scales what they name."""
    gains = dict(gains)
    modules = dict(model.named_modules())
    for name, weight in model.named_parameters():
        path, kind = name.rsplit(".", 1)
        module = modules[path]
        noise = torch.randn(weight.shape, generator=random)
        if kind == "bias":
            value = BIAS_STD * noise
        elif isinstance(module, (nn.LayerNorm, NoNorm)):
            value = 1 + NORM_STD * noise
        elif isinstance(module, nn.Embedding):
            value = EMBEDDING_STD * noise
        else:
            gain = ATTENTION_GAIN if path.endswith(ATTENTION) else GAIN
            value = gain / weight.shape[1] ** 0.5 * noise
        for part, factor in gains.items():
            if part in name:
                value = factor * value
        weight.copy_(value.to(dtype))
