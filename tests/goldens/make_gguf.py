"""Writes golden checkpoints as GGUF files, under the keys and names, and with the types and the order of rows, of
llama.cpp's convert_hf_to_gguf.py for LlamaForCausalLM. There is no vocabulary in them.

    pip install gguf==0.19.0 safetensors numpy
    python tests/goldens/make_gguf.py

What they compute is what their checkpoint computes: gguf/NAME.gguf belongs to NAME/golden.json.
"""

import json
import math
from pathlib import Path

import gguf
import numpy as np
from safetensors.numpy import load_file

HERE = Path(__file__).resolve().parent
NAMES = ["llama-gqa-tied", "llama-untied-bias"]


def permuted(rows, heads):
    """Hugging Face keeps the two halves of a head apart, GGUF their rows in turn."""
    halves = rows.reshape(heads, 2, rows.shape[0] // heads // 2, *rows.shape[1:])
    return halves.swapaxes(1, 2).reshape(rows.shape)


def rope_factors(rope, head_dim):
    """What each frequency is divided by. In float32, and a float32 compared, as the converter has it."""
    base, factor = rope["rope_theta"], rope["factor"]
    low, high, original = rope["low_freq_factor"], rope["high_freq_factor"], rope["original_max_position_embeddings"]
    exponents = np.arange(0, head_dim, 2, dtype=np.float32) / np.float32(head_dim)
    factors = []
    for frequency in np.float32(1) / np.float32(base) ** exponents:
        wave = np.float32(2 * math.pi) / frequency
        if wave < original / high:
            factors.append(1)
        elif wave > original / low:
            factors.append(factor)
        else:
            smooth = (np.float32(original) / wave - np.float32(low)) / np.float32(high - low)
            factors.append(1 / ((1 - smooth) / np.float32(factor) + smooth))
    return np.array(factors, np.float32)


def convert(name):
    config = json.loads((HERE / name / "config.json").read_text())
    weights = load_file(HERE / name / "model.safetensors")
    rope = config.get("rope_parameters") or {"rope_theta": config["rope_theta"], **(config["rope_scaling"] or {})}
    heads, kv_heads, head_dim = config["num_attention_heads"], config["num_key_value_heads"], config["head_dim"]
    matrices = {"float32": gguf.LlamaFileType.ALL_F32, "float16": gguf.LlamaFileType.MOSTLY_F16}
    path = HERE / "gguf" / f"{name}.gguf"
    path.parent.mkdir(exist_ok=True)

    out = gguf.GGUFWriter(path, "llama")
    out.add_type(gguf.GGUFType.MODEL)
    out.add_name(name.replace("-", " ").title())
    parameters = sum(weight.size for weight in weights.values())
    out.add_size_label(gguf.size_label(parameters, parameters, 0, 0))
    out.add_block_count(config["num_hidden_layers"])
    out.add_context_length(config["max_position_embeddings"])
    out.add_embedding_length(config["hidden_size"])
    out.add_feed_forward_length(config["intermediate_size"])
    out.add_head_count(heads)
    out.add_head_count_kv(kv_heads)
    out.add_rope_freq_base(rope["rope_theta"])
    out.add_layer_norm_rms_eps(config["rms_norm_eps"])
    out.add_key_length(head_dim)
    out.add_value_length(head_dim)
    out.add_file_type(matrices[config.get("dtype") or config["torch_dtype"]])
    out.add_vocab_size(config["vocab_size"])
    out.add_rope_dimension_count(head_dim)
    out.add_quantization_version(gguf.GGML_QUANT_VERSION)
    out.add_tokenizer_model("none")

    if rope.get("rope_type") == "llama3":
        out.add_tensor("rope_freqs.weight", rope_factors(rope, head_dim))
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config["num_hidden_layers"])
    for weight, values in weights.items():
        module = weight.rsplit(".", 1)[0]
        if module.endswith("q_proj"):
            values = permuted(values, heads)
        if module.endswith("k_proj"):
            values = permuted(values, kv_heads)
        # Vectors are always in float32.
        values = values.astype(np.float32) if values.ndim < 2 else values
        out.add_tensor(names.get_name(weight, try_suffixes=(".weight", ".bias")), np.ascontiguousarray(values))
    out.write_header_to_file()
    out.write_kv_data_to_file()
    out.write_tensors_to_file()
    out.close()
    print(f"{path.relative_to(HERE)}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    for golden in NAMES:
        convert(golden)
