"""Mistakes that an engine could make. Each takes a copy of a model and its inputs, changes the copy, and returns the
inputs; what they do to the outputs tells that the goldens would show them."""

import re

import torch
from torch import nn
from transformers.activations import ACT2FN
from transformers.models.mobilebert.modeling_mobilebert import NoNorm

FUNCTIONS = ("intermediate_act_fn", "transform_act_fn", "activation", "act", "act_fn")


def function(wrong, where=""):
    """Another function in the modules whose name holds `where`."""
    def mistake(model, inputs):
        found = [
            (module, attribute) for name, module in model.named_modules() for attribute in FUNCTIONS
            if where in name and hasattr(module, attribute) and not name.endswith(FUNCTIONS)
        ]
        for module, attribute in found:
            setattr(module, attribute, ACT2FN[wrong])
        assert found, where
        return inputs
    return mistake


def without(*suffixes):
    """Leaves modules out."""
    def mistake(model, inputs):
        paths = [path for path, _ in model.named_modules() if path.endswith(suffixes)]
        assert paths, suffixes
        for path in paths:
            model.set_submodule(path, nn.Identity())
        return inputs
    return mistake


def zeroed(pattern):
    """Takes weights, by name, for zero."""
    def mistake(model, inputs):
        weights = [weight for name, weight in model.named_parameters() if re.search(pattern, name)]
        assert weights, pattern
        for weight in weights:
            weight.zero_()
        return inputs
    return mistake


def swapped(pattern, dim=0, parts=2):
    """Takes the parts of a joined weight in the reverse order."""
    def mistake(model, inputs):
        weights = [weight for name, weight in model.named_parameters() if re.search(pattern, name)]
        assert weights, pattern
        for weight in weights:
            weight.copy_(torch.cat(weight.chunk(parts, dim)[::-1], dim))
        return inputs
    return mistake


def exchanged(one, other):
    """Takes each of two modules of the same shape for the other."""
    def mistake(model, inputs):
        parents = [module for module in model.modules() if hasattr(module, one)]
        assert parents, one
        for parent in parents:
            first, second = getattr(parent, one), getattr(parent, other)
            setattr(parent, one, second)
            setattr(parent, other, first)
        return inputs
    return mistake


def normed(path, size):
    """A norm where there is none."""
    def mistake(model, inputs):
        assert isinstance(model.get_submodule(path), nn.Identity), path
        model.set_submodule(path, nn.LayerNorm(size))
        return inputs
    return mistake


def layer_norms_for_no_norms(model, inputs):
    """Norms that look at what they scale, where there are some that do not."""
    found = [module for module in model.modules() if isinstance(module, NoNorm)]
    assert found
    for norm in found:
        norm.forward = lambda given, norm=norm: nn.functional.layer_norm(
            given, given.shape[-1:], norm.weight, norm.bias, 1e-5
        )
    return inputs


def types_ignored(_, inputs):
    return [{key: value for key, value in given.items() if key != "types"} for given in inputs]


def positions_from(first):
    """Positions that count from `first`, whatever the tokens are."""
    def mistake(_, inputs):
        return [{**given, "positions": list(range(first, first + len(given["ids"])))} for given in inputs]
    return mistake


def positions_rolled(_, inputs):
    """Each token has the position of the next one."""
    lengths = [len(given["ids"]) for given in inputs]
    return [{**given, "positions": [*range(1, length), 0]} for given, length in zip(inputs, lengths)]


def set_config(**changes):
    """Another config, for what is read in each forward."""
    def mistake(model, inputs):
        for key, value in changes.items():
            setattr(model.config, key, value)
        return inputs
    return mistake


def set_eps(eps, *suffixes):
    def mistake(model, inputs):
        norms = [module for name, module in model.named_modules() if name.endswith(suffixes)]
        assert norms, suffixes
        for norm in norms:
            norm.eps = eps
        return inputs
    return mistake


def rope_base(base, buffer="inv_freq"):
    """Another base of RoPE."""
    def mistake(model, inputs):
        found = [(module, name) for module in model.modules() for name, _ in module.named_buffers(recurse=False)
                 if name == buffer]
        assert found, buffer
        for module, name in found:
            length = len(getattr(module, name))
            value = base ** (-torch.arange(length, dtype=torch.float64) / length)
            setattr(module, name, nn.Buffer(value.to(getattr(module, name).dtype), persistent=False))
        return inputs
    return mistake


def last_token_pooled(model, inputs):
    """What reads the first token reads the last one."""
    prefix = model.base_model_prefix
    def reverse(_, __, output):
        output["last_hidden_state"] = output["last_hidden_state"].flip(1)
        if "pooler_output" in output and getattr(getattr(model, prefix), "pooler", None) is not None:
            output["pooler_output"] = getattr(model, prefix).pooler(output["last_hidden_state"])
        return output
    getattr(model, prefix).register_forward_hook(reverse)
    return inputs


def bypass(start, end):
    """What comes out of one module goes into another, past what lies between."""
    def mistake(model, inputs):
        kept = {}
        model.get_submodule(start).register_forward_hook(lambda _, __, output: kept.update(output=output))
        model.get_submodule(end).register_forward_pre_hook(lambda _, __: (kept["output"],))
        return inputs
    return mistake


class FirstToken(nn.Module):
    def forward(self, hidden):
        return hidden[:, 0]


def first_token(path):
    """The first token as it is instead of what a pooler makes of it."""
    def mistake(model, inputs):
        model.set_submodule(path, FirstToken())
        return inputs
    return mistake
