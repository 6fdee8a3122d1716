"""Writes the golden checkpoints: tiny random Llama models with the outputs `transformers` computes for them.

    pip install torch transformers safetensors tokenizers jinja2
    python tests/goldens/make.py [NAME...]      # all of CHECKPOINTS without a name

Each folder next to this file is one checkpoint; README.md says what is in it. A run is deterministic: the seed
search starts at 0 and takes the first seed whose continuation is varied and has clear winners, and everything
(weights and prompt) follows from that seed. Other versions of torch, or another CPU, may round differently. The text
of a checkpoint that talks is in talking.py.
"""

import copy
import json
import shutil
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM

import talking
from greedy import MIN_MARGIN, greedy, logits_of

HERE = Path(__file__).resolve().parent
MIN_DISTINCT = 10  # distinct tokens in the continuation
MAX_SEEDS = 10_000
MIN_EFFECT = 1e-2  # NMSE that each deliberate mistake in `mistakes` must cause
MAX_F64_NMSE = 1e-11  # between float64 and the float32 goldens
MAX_BYTES = 1_000_000  # of a whole folder

LLAMA3_SCALING = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}

# `older_config` writes config.json as transformers 4 did; `shard` is the largest size of a weight file; `talks` adds
# what `talking.py` does.
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
        older_config=True,
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
        older_config=True,
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
}

# Standard deviation of a linear weight, times sqrt(fan_in). Queries and keys are large enough to keep attention far
# from uniform, but larger ones amplify rounding; the rest lets a layer outweigh the embedding it is added to.
GAINS = {
    "q_proj": 1.2, "k_proj": 1.2, "v_proj": 1.2, "o_proj": 1.6,
    "gate_proj": 1.5, "up_proj": 1.5, "down_proj": 1.5, "lm_head": 1.0,
}
EMBEDDING_STD = 0.3
NORM_STD = 0.2  # around 1
BIAS_STD = 0.2


def random_model(spec, seed):
    """A float32 model whose weights are exactly representable in the stored dtype, and a prompt."""
    random = torch.Generator().manual_seed(seed)
    settings = {"max_position_embeddings": 512, **copy.deepcopy(spec["config"])}
    config = LlamaConfig(**settings, attn_implementation="eager")
    model = LlamaForCausalLM(config).eval()
    for name, weight in model.named_parameters():
        module = name.split(".")[-2]
        noise = torch.randn(weight.shape, generator=random)
        if name.endswith(".bias"):
            value = BIAS_STD * noise
        elif module.endswith("norm"):
            value = 1 + NORM_STD * noise
        elif module == "embed_tokens":
            value = EMBEDDING_STD * noise
        else:
            value = GAINS[module] / weight.shape[1] ** 0.5 * noise
        if module == "lm_head" and spec.get("talks"):
            value *= talking.row_scales()
        weight.copy_(value.to(spec["dtype"]))
    prompt = torch.randint(config.vocab_size, (spec["prompt_len"],), generator=random).tolist()
    return model, prompt


def search(spec):
    for seed in range(MAX_SEEDS):
        model, prompt = random_model(spec, seed)
        found = greedy(model, prompt, stop_below=MIN_MARGIN)
        if found and len(set(found[0])) >= MIN_DISTINCT:
            texts = talking.search(model) if spec.get("talks") else None
            if texts or not spec.get("talks"):
                return seed, model, prompt, texts
    sys.exit(f"no good seed below {MAX_SEEDS}")


def older_form(config):
    """config.json as transformers 4 wrote it."""
    rope = dict(config.pop("rope_parameters"))
    config["rope_theta"] = rope.pop("rope_theta")
    config["rope_scaling"] = None if rope["rope_type"] == "default" else rope
    config["torch_dtype"] = config.pop("dtype")
    del config["transformers_version"]
    return dict(sorted(config.items()))


def write_checkpoint(folder, spec, model):
    shutil.rmtree(folder, ignore_errors=True)
    stored = copy.deepcopy(model).to(spec["dtype"])
    stored.save_pretrained(folder, max_shard_size=spec.get("shard", "1GB"))
    (folder / "generation_config.json").unlink(missing_ok=True)
    if spec.get("talks"):
        talking.write(folder)
    if spec.get("older_config"):
        path = folder / "config.json"
        path.write_text(json.dumps(older_form(json.loads(path.read_text())), indent=2) + "\n")


def read_checkpoint(folder):
    model, info = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
    )
    assert not any(info[key] for key in ("missing_keys", "unexpected_keys", "mismatched_keys")), info
    return model.eval()


def inverse_frequencies(head_dim, rope):
    frequency = rope["rope_theta"] ** (-torch.arange(0, head_dim, 2, dtype=torch.float64) / head_dim)
    if rope.get("rope_type", "default") == "default":
        return frequency
    factor, low, high = rope["factor"], rope["low_freq_factor"], rope["high_freq_factor"]
    turns = rope["original_max_position_embeddings"] * frequency / (2 * torch.pi)
    smooth = ((turns - low) / (high - low)).clamp(0, 1)
    return (1 - smooth) * frequency / factor + smooth * frequency


def forward_f64(folder, ids, positions=None, rope_scaling=True):
    """Logits by a second, independent implementation: float64 throughout, straight from the files of a checkpoint."""
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


def nmse(value, reference):
    return ((value.double() - reference.double()).square().sum() / reference.double().square().sum()).item()


def mistakes(folder, prompt, greedy_ids, decode_logits):
    """NMSE of decode_logits under mistakes an engine could make; tells that the goldens would show them."""
    ids, first_row = prompt + greedy_ids[:-1], len(prompt) - 1
    half_late = torch.arange(len(ids)) + (torch.arange(len(ids)) >= len(prompt) // 2)
    wrong = {
        "first_prompt_token_changed": forward_f64(folder, [(ids[0] + 1) % decode_logits.shape[1]] + ids[1:]),
        "second_half_of_prompt_one_position_late": forward_f64(folder, ids, positions=half_late),
    }
    config = json.loads((folder / "config.json").read_text())
    if (config.get("rope_parameters") or config["rope_scaling"] or {}).get("rope_type", "default") != "default":
        wrong["rope_scaling_ignored"] = forward_f64(folder, ids, rope_scaling=False)
    return {name: nmse(logits[first_row:], decode_logits) for name, logits in wrong.items()}


def make(name, spec):
    folder = HERE / name
    seed, searched_model, prompt, texts = search(spec)
    write_checkpoint(folder, spec, searched_model)

    # From here on only what is on disk counts.
    model = read_checkpoint(folder)
    hidden = {}
    last = model.config.num_hidden_layers - 1
    for n in (0, last):
        keep = lambda _, __, output, n=n: hidden.update({f"hidden.{n}": output[0]})
        model.model.layers[n].register_forward_hook(keep)
    logits = logits_of(model, prompt)
    golden = {"logits": logits, **{key: value.clone() for key, value in hidden.items()}}
    greedy_ids, golden["decode_logits"], margins = greedy(model, prompt)
    save_file({key: value.contiguous() for key, value in golden.items()}, folder / "golden.safetensors")

    exact = forward_f64(folder, prompt + greedy_ids[:-1])
    f64_nmse = nmse(logits, exact[: len(prompt)])
    f64_nmse_decode = nmse(golden["decode_logits"], exact[len(prompt) - 1 :])
    effects = mistakes(folder, prompt, greedy_ids, golden["decode_logits"])
    facts = {
        "name": name,
        "torch": str(torch.__version__),
        "transformers": transformers.__version__,
        "seed": seed,
        "decode_logits_by": "a forward of the whole sequence for each token, without a cache",
        "prompt_ids": prompt,
        "greedy_ids": greedy_ids,
        "distinct": len(set(greedy_ids)),
        "min_margin": round(min(margins), 6),
        "margins": [round(margin, 6) for margin in margins],
        "f64_nmse": float(f"{f64_nmse:.3g}"),
        "f64_nmse_decode": float(f"{f64_nmse_decode:.3g}"),
        "nmse_of_mistakes": {key: float(f"{value:.3g}") for key, value in effects.items()},
    }
    lines = (f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in facts.items())
    (folder / "golden.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    if texts:
        talking.write_goldens(folder, model, texts)
    verify(folder, searched_model)


def verify(folder, searched_model):
    """Reads everything back from disk and checks it."""
    facts = json.loads((folder / "golden.json").read_text())
    golden = load_file(folder / "golden.safetensors")
    prompt, greedy_ids = facts["prompt_ids"], facts["greedy_ids"]
    model = read_checkpoint(folder)
    assert torch.equal(logits_of(model, prompt), golden["logits"]), "config.json or weights do not give the logits"
    assert torch.equal(logits_of(searched_model, prompt), golden["logits"]), "not the model that was written"
    assert golden["decode_logits"].argmax(-1).tolist() == greedy_ids
    assert torch.equal(golden["decode_logits"][0], golden["logits"][-1])
    assert all(tensor.dtype == torch.float32 and tensor.isfinite().all() for tensor in golden.values())
    assert facts["distinct"] >= MIN_DISTINCT and facts["min_margin"] >= MIN_MARGIN
    assert max(facts["f64_nmse"], facts["f64_nmse_decode"]) < MAX_F64_NMSE, facts
    assert min(facts["nmse_of_mistakes"].values()) > MIN_EFFECT, facts["nmse_of_mistakes"]

    # The cached way an engine goes: the prompt once, then one token at a time.
    cache, step, rows = None, prompt, []
    for token in greedy_ids:
        output = model(torch.tensor([step]), past_key_values=cache, use_cache=True)
        cache, step = output.past_key_values, [token]
        rows.append(output.logits[0, -1])
    assert nmse(torch.stack(rows), golden["decode_logits"]) < MAX_F64_NMSE

    if (folder / "text.json").exists():
        talking.verify(folder, model)

    size = sum(path.stat().st_size for path in folder.iterdir())
    assert size < MAX_BYTES, size
    print(f"{folder.name}: {size} bytes, seed {facts['seed']}, {facts['distinct']} distinct, "
          f"min margin {facts['min_margin']:.4f}, f64 nmse {facts['f64_nmse']:.2g} (decode "
          f"{facts['f64_nmse_decode']:.2g}), mistakes {facts['nmse_of_mistakes']}")
    for key, tensor in sorted(golden.items()):
        print(f"  {key} {list(tensor.shape)} rms {tensor.square().mean().sqrt():.3f}")


def main():
    transformers.utils.logging.disable_progress_bar()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    names = sys.argv[1:] or CHECKPOINTS
    with torch.no_grad():
        for name in names:
            make(name, CHECKPOINTS[name])


if __name__ == "__main__":
    main()
