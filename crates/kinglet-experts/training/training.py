"""What both experts share: a tokenizer made of generated text, batches from worker processes, and the loop.

Runs on a GPU where there is one, else on the CPU. The data never ends and never repeats, so a run is as long as it is told
to be, in minutes, after which the learning rate has come down.
"""

import argparse
import itertools
import json
import math
import os
import time
from pathlib import Path

import torch
from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
from torch.utils.data import DataLoader, IterableDataset

#: How Qwen2's tokenizer splits text: digits one by one. GGUF files call it `qwen2`.
PATTERN = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def arguments(name, **defaults):
    parser = argparse.ArgumentParser(description=f"trains kinglet {name}")
    parser.add_argument("--out", default=f"out/{name}", help="the folder of the checkpoint")
    parser.add_argument("--minutes", type=float, default=defaults["minutes"], help="how long to train")
    parser.add_argument("--batch", type=int, default=defaults["batch"], help="rows of a step")
    parser.add_argument("--rate", type=float, default=defaults["rate"], help="the highest learning rate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", help="go on with the checkpoint of this folder, its tokenizer too")
    parser.add_argument("--workers", type=int, default=max(1, (os.cpu_count() or 2) - 2))
    return parser.parse_args()


def make_tokenizer(texts, vocabulary):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(PATTERN), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False),
    ])
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(vocab_size=vocabulary, special_tokens=["</s>"], show_progress=False,
                                  initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


class Batches(IterableDataset):
    """`make(random, rows)` again and again, each worker with a seed of its own."""

    def __init__(self, make, rows, seed):
        self.make, self.rows, self.seed = make, rows, seed

    def __iter__(self):
        import random
        worker = torch.utils.data.get_worker_info()
        r = random.Random(f"{self.seed}/{worker.id if worker else 0}")
        while True:
            yield self.make(r, self.rows)


def train(model, make, options, log_every=200):
    """Trains `model`, whose forward takes the tensors of `make`'s dictionaries and returns a loss."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    torch.manual_seed(options.seed)
    torch.set_float32_matmul_precision("high")
    model.to(device).train()
    matrices = [p for p in model.parameters() if p.ndim >= 2]
    vectors = [p for p in model.parameters() if p.ndim < 2]
    optimizer = torch.optim.AdamW([{"params": matrices, "weight_decay": 0.05}, {"params": vectors, "weight_decay": 0.0}],
                                  lr=options.rate, betas=(0.9, 0.98), fused=device == "cuda")
    run = torch.compile(model) if device == "cuda" else model
    data = DataLoader(Batches(make, options.batch, options.seed), batch_size=None, num_workers=options.workers,
                      pin_memory=device == "cuda", prefetch_factor=8)
    start, losses = None, []
    for step in itertools.count():
        if step == 0:
            batches = iter(data)
        batch = {key: value.to(device, non_blocking=True) for key, value in next(batches).items()}
        # Time counts from the second step on: compiling belongs to none of it.
        done = 0.0 if start is None else (time.time() - start) / (options.minutes * 60)
        if done >= 1:
            break
        warm = min(1.0, (step + 1) / 300)
        rate = options.rate * warm * (0.5 * (1 + math.cos(math.pi * min(1.0, done))) * 0.98 + 0.02)
        for group in optimizer.param_groups:
            group["lr"] = rate
        with torch.autocast(device, dtype=torch.bfloat16, enabled=device == "cuda"):
            loss = run(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        losses.append(loss.detach())
        if start is None:
            loss.item()
            start = time.time()
        if (step + 1) % log_every == 0:
            print(f"step {step + 1} loss {torch.stack(losses).mean().item():.5f} after {time.time() - start:.0f} s", flush=True)
            losses.clear()
    return {"steps": step, "seconds": round(time.time() - start), "device": torch.cuda.get_device_name() if device == "cuda" else "CPU",
            "torch": torch.__version__, "seed": options.seed, "batch": options.batch, "rate": options.rate,
            "parameters": sum(p.numel() for p in model.parameters())}


def save(model, tokenizer, facts, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    model.to("cpu").float().save_pretrained(folder, safe_serialization=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    (folder / "training.json").write_text(json.dumps(facts, indent=1) + "\n")
    print(json.dumps(facts))
