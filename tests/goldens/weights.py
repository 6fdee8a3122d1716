"""Random weights for tiny models, scaled so that the output depends clearly on position and history."""

import copy

import torch
import transformers
from transformers.pytorch_utils import Conv1D

import talking

# Standard deviation of a linear weight, times sqrt(fan_in). Queries and keys are large enough to keep attention far
# from uniform, but larger ones amplify rounding; the rest lets a layer outweigh the embedding it is added to.
GAINS = {
    "q_proj": 1.2, "k_proj": 1.2, "v_proj": 1.2, "o_proj": 1.6,
    "gate_proj": 1.5, "up_proj": 1.5, "down_proj": 1.5, "lm_head": 1.0,
    # Phi-3
    "qkv_proj": 1.2, "gate_up_proj": 1.5,
    # Granite 4
    "input_linear": 1.5, "output_linear": 1.5,
    # GPT-2 and GPT-Neo
    "c_attn": 1.2, "c_proj": 1.6, "c_fc": 1.5, "out_proj": 1.6,
    # GPT-NeoX
    "query_key_value": 1.2, "dense": 1.6, "dense_h_to_4h": 1.5, "dense_4h_to_h": 1.5, "embed_out": 1.0,
}
EMBEDDING_STD = 0.3
NORM_STD = 0.2  # around 1, or 0 where the model adds 1 itself
BIAS_STD = 0.2


def build(spec, changes=None):
    """A model of the config of `spec`, with `changes` made to it; its weights are not set yet."""
    family = spec.get("model", "Llama")
    settings = copy.deepcopy({**spec["config"], **(changes or {})})
    if "n_positions" not in settings:
        settings.setdefault("max_position_embeddings", 512)
    config_class = family + spec.get("config_class", "Config")
    config = getattr(transformers, config_class)(**settings, attn_implementation="eager")
    return getattr(transformers, family + spec.get("head", "ForCausalLM"))(config).eval()


def random_model(spec, seed):
    """A float32 model whose weights are exactly representable in the stored dtype, and a prompt."""
    random = torch.Generator().manual_seed(seed)
    model = build(spec)
    gains = {**GAINS, **spec.get("gains", {})}
    for name, weight in model.named_parameters():
        path = name.rsplit(".", 1)[0]
        module, owner = path.split(".")[-1], model.get_submodule(path)
        noise = torch.randn(weight.shape, generator=random)
        if name.endswith(".bias"):
            value = BIAS_STD * noise
        elif "Norm" in type(owner).__name__:
            mean = 0 if type(owner).__name__.startswith("Gemma") else 1
            value = NORM_STD * noise + mean + spec.get("norm_shift", {}).get(module, 0)
        elif isinstance(owner, torch.nn.Embedding):
            value = spec.get("embedding_std", EMBEDDING_STD) * noise
        else:
            # Conv1D keeps [in, out], the others [out, in].
            value = gains[module] / weight.shape[0 if isinstance(owner, Conv1D) else 1] ** 0.5 * noise
        if module == "lm_head" and spec.get("talks"):
            value *= talking.row_scales()
        weight.copy_(value.to(spec["dtype"]))
    vocab = model.config.get_text_config().vocab_size
    return model, torch.randint(vocab, (spec["prompt_len"],), generator=random).tolist()


def layers_of(model):
    """The list of decoder layers, whatever it is called."""
    for path in ("model.layers", "model.language_model.layers", "transformer.h", "gpt_neox.layers"):
        try:
            return model.get_submodule(path)
        except AttributeError:
            continue
    raise ValueError(f"no decoder layers in {type(model).__name__}")
