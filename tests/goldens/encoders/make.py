"""Writes the goldens of encoders: tiny random checkpoints with the outputs `transformers` computes for them.

    pip install torch transformers safetensors tokenizers
    python tests/goldens/encoders/make.py [NAME...]      # all of CHECKPOINTS without a name

README.md says what is in each folder. A run is deterministic: the search for a seed starts at 0 and takes the first
one whose outputs show all the mistakes of `checkpoints.py` and whose text has clear winners. Other versions of torch,
or another CPU, may round differently. The text is in tasks.py.
"""

import copy
import json
import os
import shutil
import sys
import warnings
from pathlib import Path

os.environ["TOKENIZERS_PARALLELISM"] = "false"

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer

import tasks
import vocabularies
import weights
from checkpoints import CHECKPOINTS

HERE = Path(__file__).resolve().parent
MAX_SEEDS = 3000
MIN_EFFECT = 1e-3  # NMSE that each deliberate mistake must cause
MAX_F64_NMSE = 1e-11  # between float64 and the float32 goldens
MAX_BYTES = 150_000  # of a whole folder
LENGTHS = (1, 2, 7, 20, 45)


def class_of(spec):
    return getattr(transformers, spec["model"])


def random_model(spec, seed):
    random = torch.Generator().manual_seed(seed)
    settings = copy.deepcopy(spec["config"])
    config = class_of(spec).config_class(**settings, attn_implementation="eager")
    model = class_of(spec)(config).eval()
    weights.fill(model, spec["dtype"], random, spec.get("gains", {}))
    inputs = []
    for index, length in enumerate(spec.get("lengths", LENGTHS)):
        ids = torch.randint(config.vocab_size, (length,), generator=random).tolist()
        if "pad" in spec:  # an ordinary text holds none, but for one
            ids = [id + 1 if id == spec["pad"] else id for id in ids]
            if index == 3:
                ids[length // 2] = spec["pad"]
        given = {"ids": ids}
        if spec.get("types") and index % 2 == 0:  # the others go without
            given["types"] = [int(at >= length // 3) for at in range(length)]
        inputs.append(given)
    return model, inputs


def outputs_of(model, inputs):
    """The outputs for each input, computed alone, by their names in golden.safetensors."""
    found = {}
    for index, given in enumerate(inputs):
        names = {"ids": "input_ids", "types": "token_type_ids", "positions": "position_ids"}
        output = model(**{names[key]: torch.tensor([value]) for key, value in given.items()})
        kinds = {"hidden": "last_hidden_state", "logits": "logits", "start": "start_logits", "end": "end_logits"}
        for kind, key in kinds.items():
            if key in output:
                found[f"{kind}.{index}"] = output[key][0].contiguous()
    return found


def nmse(value, reference):
    error = sum((value[key].double() - reference[key].double()).square().sum() for key in reference)
    return (error / sum(tensor.double().square().sum() for tensor in reference.values())).item()


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def write_checkpoint(folder, spec, model, seed):
    shutil.rmtree(folder, ignore_errors=True)
    copy.deepcopy(model).to(spec["dtype"]).save_pretrained(folder)
    if "older_weights" in spec:
        path = folder / "model.safetensors"
        random = torch.Generator().manual_seed(seed)
        save_file(spec["older_weights"](load_file(path), random), path, metadata={"format": "pt"})
    if "older_config" in spec:
        path = folder / "config.json"
        write_json(path, spec["older_config"](json.loads(path.read_text())))
    if "tokenizer" in spec:
        size, more = spec["config"]["vocab_size"], spec.get("tokenizer_settings", {})
        vocabularies.write(folder, spec["tokenizer"], size, spec.get("padded_to"), **more)
    for name, value in spec.get("files", {}).items():
        (folder / name).parent.mkdir(exist_ok=True)
        write_json(folder / name, value)


def read_checkpoint(folder, spec):
    settings = {}
    if "read_config" in spec:
        settings["config"] = class_of(spec).config_class(**spec["read_config"](json.loads(
            (folder / "config.json").read_text()
        )))
    model, info = class_of(spec).from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True, **settings
    )
    unexpected = [key for key in info["unexpected_keys"] if not key.endswith(tuple(spec.get("ignored", ["?"])))]
    assert not (unexpected or info["missing_keys"] or info["mismatched_keys"]), info
    for weight in model.parameters():  # where a tensor lies in the file decides how products are rounded
        weight.data = weight.data.clone()
    return model.eval()


def effects_of(mistakes, model, inputs, golden):
    effects = {}
    for name, mistake in mistakes.items():
        wrong = copy.deepcopy(model)
        effects[name] = nmse(outputs_of(wrong, mistake(wrong, inputs)), golden)
    return effects


def attempt(name, spec, seed):
    """Writes the whole folder; None where the seed does not show everything."""
    folder = HERE / name
    made, inputs = random_model(spec, seed)
    write_checkpoint(folder, spec, made, seed)

    # From here on only what is on disk counts.
    model = read_checkpoint(folder, spec)
    golden = outputs_of(model, inputs)
    exact = outputs_of(copy.deepcopy(model).double(), inputs)
    f64_nmse = nmse(golden, exact)
    effects = effects_of(spec["mistakes"], model, inputs, golden)
    small = effects_of(spec.get("small_mistakes", {}), model, inputs, golden)
    if min(effects.values()) < MIN_EFFECT:
        return min(effects.items(), key=lambda item: item[1])
    if "task" in spec:
        tokenizer = AutoTokenizer.from_pretrained(folder)
        text = tasks.TASKS[spec["task"]](model, tokenizer, folder)
        if "unclear" in text:
            return text["unclear"]
        (folder / "text.json").write_text(tasks.to_json(text))
    if "pool" in spec:
        pool = spec["pool"]
        golden |= {f"pooled.{index}": tasks.pooled(golden[f"hidden.{index}"], pool) for index in range(len(inputs))}
    save_file(golden, folder / "golden.safetensors")
    short = lambda values: {key: float(f"{value:.3g}") for key, value in values.items()}
    facts = {
        "name": name,
        "torch": str(torch.__version__),
        "transformers": transformers.__version__,
        "seed": seed,
        "model": spec["model"],
        "inputs": inputs,
        "f64_nmse": float(f"{f64_nmse:.3g}"),
        "nmse_of_mistakes": short(effects),
        "nmse_of_small_mistakes": short(small),
    }
    lines = (f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in facts.items())
    (folder / "golden.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    verify(name, spec, made)
    return None


def verify(name, spec, made):
    """Reads everything back from disk and checks it."""
    folder = HERE / name
    facts = json.loads((folder / "golden.json").read_text())
    golden = load_file(folder / "golden.safetensors")
    again = outputs_of(made, facts["inputs"])
    read = outputs_of(read_checkpoint(folder, spec), facts["inputs"])
    assert all(torch.equal(again[key], golden[key]) and torch.equal(read[key], golden[key]) for key in again)
    assert all(tensor.dtype == torch.float32 and tensor.isfinite().all() for tensor in golden.values())
    assert facts["f64_nmse"] < MAX_F64_NMSE, facts
    assert all(1e-2 < tensor.square().mean().sqrt() < 1e2 for tensor in golden.values()), golden
    dtypes = {tensor.dtype for tensor in load_file(folder / "model.safetensors").values()} - {torch.int64}
    assert dtypes == {spec["dtype"]}, dtypes
    if "task" in spec:
        tasks.verify(folder)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert size < MAX_BYTES, size
    print(f"{name}: {size} bytes, seed {facts['seed']}, f64 nmse {facts['f64_nmse']}, "
          f"{facts['nmse_of_mistakes']}, small {facts['nmse_of_small_mistakes']}", flush=True)


def make(name, spec):
    reasons = {}
    for seed in range(MAX_SEEDS):
        reason = attempt(name, spec, seed)
        if reason is None:
            return
        key = reason if isinstance(reason, str) else reason[0]
        reasons[key] = reasons.get(key, 0) + 1
        if seed % 100 == 99:
            print(name, seed, reasons, flush=True)
    sys.exit(f"{name}: no good seed below {MAX_SEEDS}: {reasons}")


def main():
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    warnings.filterwarnings("ignore", message="Tokenizer does not support real words")
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    with torch.no_grad():
        for name in sys.argv[1:] or CHECKPOINTS:
            make(name, CHECKPOINTS[name])


if __name__ == "__main__":
    main()
