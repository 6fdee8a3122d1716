"""Writes the golden checkpoints: tiny random models with the outputs `transformers` computes for them.

    pip install torch transformers safetensors tokenizers jinja2
    python tests/goldens/make.py [NAME...]      # all of CHECKPOINTS without a name

Each folder next to this file is one checkpoint; README.md says what is in it, checkpoints.py what each is made of. A
run is deterministic: the seed search starts at 0 and takes the first seed whose continuation is varied and has clear
winners, and everything (weights and prompt) follows from that seed. Other versions of torch, or another CPU, may round
differently. The text of a checkpoint that talks is in talking.py.
"""

import copy
import json
import shutil
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM

import float64
import talking
from checkpoints import CHECKPOINTS
from float64 import nmse
from greedy import GREEDY_TOKENS, MIN_MARGIN, forget, greedy, greedy_cached, logits_of, margin_of
from older import make_older, nest_gemma3
from weights import build, layers_of, random_model

HERE = Path(__file__).resolve().parent
MIN_DISTINCT = 10  # distinct tokens in the continuation
MAX_SEEDS = 10_000
MIN_EFFECT = 1e-2  # NMSE that each deliberate mistake in `mistakes` must cause
MIN_SMALL_EFFECT = 1e-8  # and each of those that cannot do more
MAX_F64_NMSE = 1e-11  # between float64 and the float32 goldens
MAX_BYTES = 1_000_000  # of a whole folder


def search(spec):
    for seed in range(MAX_SEEDS):
        model, prompt = random_model(spec, seed)
        found = greedy(model, prompt, stop_below=MIN_MARGIN)
        if found and len(set(found[0])) >= MIN_DISTINCT and clear_when_cached(spec, model, prompt):
            texts = talking.search(model) if spec.get("talks") else None
            if texts or not spec.get("talks"):
                return seed, model, prompt, texts
    sys.exit(f"no good seed below {MAX_SEEDS}")


def clear_when_cached(spec, model, prompt):
    return spec.get("cached") != "differs" or min(map(margin_of, greedy_cached(model, prompt)[1])) >= MIN_MARGIN


def write_checkpoint(folder, spec, model):
    shutil.rmtree(folder, ignore_errors=True)
    stored = copy.deepcopy(model).to(spec["dtype"])
    stored.save_pretrained(folder, max_shard_size=spec.get("shard", "1GB"))
    (folder / "generation_config.json").unlink(missing_ok=True)
    if spec.get("talks"):
        talking.write(folder)
    if "older_config" in spec:
        make_older(folder, spec["older_config"], spec.get("older_weights"))
    if spec.get("nested"):
        nest_gemma3(folder)


def text_model(model):
    """The text model of one that sees; the goldens are of text."""
    config = model.config.text_config
    text = transformers.Gemma3ForCausalLM(config).eval()
    assert config._attn_implementation == "eager"
    text.model.load_state_dict(model.model.language_model.state_dict())
    text.lm_head.load_state_dict(model.lm_head.state_dict())
    ids = torch.arange(40)[None] % config.vocab_size
    assert torch.equal(model.eval()(ids).logits, text(ids).logits)
    return text


def read_checkpoint(folder):
    model, info = AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
    )
    # GPT-Neo has not been told of the masks in its older files, as GPT-2 and GPT-NeoX have.
    unexpected = [key for key in info["unexpected_keys"] if not key.endswith((".attention.bias", ".masked_bias"))]
    missing = [key for key in info["missing_keys"] if not key.startswith(("model.vision_tower.", "model.multi_modal_"))]
    assert not any((missing, unexpected, info["mismatched_keys"])), info
    return text_model(model) if missing != list(info["missing_keys"]) else model.eval()


def history_mistakes(spec, ids, prompt_len, rows_of):
    """What tells whether the past counts. `recent` keeps them where a sliding window still sees them."""
    late, vocab = spec.get("recent"), spec["config"]["vocab_size"]
    first, half = (0, prompt_len // 2) if late is None else (prompt_len - late, prompt_len - late)
    changed = ids[:first] + [(ids[first] + 1) % vocab] + ids[first + 1 :]
    half_late = torch.arange(len(ids)) + (torch.arange(len(ids)) >= half)
    which = {None: ("first_prompt_token", "second_half_of_prompt")}
    token, part = which.get(late, (f"token_{late}_before_the_end_of_prompt", f"last_{late}_of_prompt"))
    wrong = {f"{token}_changed": rows_of(changed)}
    if spec.get("positions", True):
        wrong[f"{part}_one_position_late"] = rows_of(ids, half_late)
    return wrong


def llama_mistakes(folder, spec, ids, prompt_len):
    def rows_of(ids, *positions, **more):
        return float64.llama(folder, ids, *positions, **more)[prompt_len - 1 :]

    wrong = history_mistakes(spec, ids, prompt_len, rows_of)
    if spec["config"]["rope_parameters"]["rope_type"] != "default":
        wrong["rope_scaling_ignored"] = rows_of(ids, rope_scaling=False)
    return wrong


def other_mistakes(spec, model, ids, prompt_len):
    exact = float64.widened(model)
    wrong = history_mistakes(spec, ids, prompt_len, lambda *given: float64.decode_rows(exact, prompt_len, *given))
    for name, mistake in {**spec["mistakes"], **spec.get("small_mistakes", {})}.items():
        changes = mistake if isinstance(mistake, dict) else None
        mistaken = float64.widened(model, changes and build(spec, changes).config)
        if changes is None:
            mistake(mistaken)
        wrong[name] = float64.decode_rows(mistaken, prompt_len, ids)
    return wrong


def mistakes(folder, spec, model, prompt, greedy_ids, decode_logits):
    """NMSE of decode_logits under mistakes an engine could make; tells that the goldens would show them."""
    ids = prompt + greedy_ids[:-1]
    if "mistakes" in spec:
        wrong = other_mistakes(spec, model, ids, len(prompt))
    else:
        wrong = llama_mistakes(folder, spec, ids, len(prompt))
    return {name: float(f"{nmse(rows, decode_logits):.3g}") for name, rows in wrong.items()}


def cached_facts(model, prompt, greedy_ids, decode_logits):
    """Where the cached way differs by design: what it gives when it runs freely, and how far its rows are off when
    it is given the greedy tokens."""
    ids, rows = greedy_cached(model, prompt)
    _, given_rows = greedy_cached(model, prompt, greedy_ids)
    forget(model)
    generated = model.generate(
        torch.tensor([prompt]), attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
        do_sample=False, max_new_tokens=GREEDY_TOKENS, min_new_tokens=GREEDY_TOKENS, eos_token_id=None, pad_token_id=0,
    )[0, len(prompt) :].tolist()
    facts = {
        "cached_ids": ids,
        "cached_min_margin": round(min(margin_of(row) for row in rows), 6),
        "cached_nmse_given_greedy_ids": float(f"{nmse(given_rows, decode_logits):.3g}"),
        "generate_ids": generated,
    }
    return facts, rows


def make(name, spec):
    folder = HERE / name
    seed, searched_model, prompt, texts = search(spec)
    write_checkpoint(folder, spec, searched_model)

    # From here on only what is on disk counts.
    model = read_checkpoint(folder)
    hidden = {}
    layers = layers_of(model)
    hooks = []
    for n in (0, len(layers) - 1):
        def keep(_module, _inputs, output, n=n):
            hidden[f"hidden.{n}"] = (output if isinstance(output, torch.Tensor) else output[0])[0]
        hooks.append(layers[n].register_forward_hook(keep))
    logits = logits_of(model, prompt)
    golden = {"logits": logits, **{key: value.clone() for key, value in hidden.items()}}
    for hook in hooks:
        hook.remove()
    greedy_ids, golden["decode_logits"], margins = greedy(model, prompt)
    cached = {}
    if "cached" in spec:
        cached, rows = cached_facts(model, prompt, greedy_ids, golden["decode_logits"])
    if spec.get("cached") == "differs":
        golden["cached_logits"] = rows
    save_file({key: value.contiguous() for key, value in golden.items()}, folder / "golden.safetensors")

    ids = prompt + greedy_ids[:-1]
    if "mistakes" not in spec:
        exact = float64.llama(folder, ids)
        exact_prompt, exact_decode = exact[: len(prompt)], exact[len(prompt) - 1 :]
    else:
        widened = float64.widened(model)
        exact_prompt = float64.exact_logits(widened, prompt)
        exact_decode = float64.decode_rows(widened, len(prompt), ids)
    f64_nmse = nmse(logits, exact_prompt)
    f64_nmse_decode = nmse(golden["decode_logits"], exact_decode)
    effects = mistakes(folder, spec, model, prompt, greedy_ids, golden["decode_logits"])
    small = {key: effects.pop(key) for key in spec.get("small_mistakes", {})}
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
        "nmse_of_mistakes": effects,
        **({"nmse_of_small_mistakes": small} if small else {}),
        **cached,
    }
    lines = (f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in facts.items())
    (folder / "golden.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    if texts:
        talking.write_goldens(folder, model, texts)
    verify(folder, spec, searched_model)


def verify(folder, spec, searched_model):
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
    print(f"{folder.name}: f64 nmse {facts['f64_nmse']}, {facts['f64_nmse_decode']}, {facts['nmse_of_mistakes']}, "
          f"{facts.get('nmse_of_small_mistakes')}")
    assert max(facts["f64_nmse"], facts["f64_nmse_decode"]) < MAX_F64_NMSE, facts
    assert min(facts["nmse_of_mistakes"].values()) > MIN_EFFECT, facts["nmse_of_mistakes"]
    assert min(facts.get("nmse_of_small_mistakes", {"": 1}).values()) > MIN_SMALL_EFFECT, facts

    # The cached way an engine goes, where it leads to the same.
    if spec.get("cached") is None:
        _, rows = greedy_cached(model, prompt, greedy_ids)
        assert nmse(rows, golden["decode_logits"]) < MAX_F64_NMSE
    elif spec["cached"] == "recomputed":
        assert facts["generate_ids"] == greedy_ids
    else:
        assert torch.equal(greedy_cached(model, prompt)[1], golden["cached_logits"])
        assert facts["cached_min_margin"] >= MIN_MARGIN and facts["cached_ids"] == facts["generate_ids"]

    if (folder / "text.json").exists():
        talking.verify(folder, model)

    size = sum(path.stat().st_size for path in folder.iterdir())
    assert size < MAX_BYTES, size
    print(f"  {size} bytes, seed {facts['seed']}, {facts['distinct']} distinct, min margin {facts['min_margin']:.4f}")
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
