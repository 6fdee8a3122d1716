"""How often `kinglet when` is right, by how likely its model takes its own answer to be: the two numbers of `calibrated` in `src/when/reader.rs`.

The phrases are those of training, each misspelled three times more, so that the model errs at times; what counts is the whole meaning, to the letter.
"""

import argparse
import math
import random

import torch
from tokenizers import Tokenizer
from transformers import LlamaForCausalLM

from when_data import example, misspell


def damaged(r, phrase):
    for _ in range(3):
        words = phrase.split(" ")
        long = [i for i, word in enumerate(words) if len(word) >= 4 and word.isalpha()]
        if long:
            i = r.choice(long)
            words[i] = misspell(r, words[i])
        phrase = " ".join(words)
    return phrase


@torch.no_grad()
def answers(model, tokenizer, phrases, most=100):
    """The likeliest tokens after each phrase, one phrase of a length beside another, and their log-probability."""
    encoded = [tokenizer.encode(phrase + "\n").ids for phrase in phrases]
    found = [None] * len(phrases)
    for length in sorted(set(map(len, encoded))):
        rows = [i for i, ids in enumerate(encoded) if len(ids) == length]
        ids = torch.tensor([encoded[i] for i in rows])
        sums, texts, live = torch.zeros(len(rows)), [[] for _ in rows], torch.ones(len(rows), dtype=torch.bool)
        past = None
        for _ in range(most):
            out = model(input_ids=ids, past_key_values=past, use_cache=True)
            past = out.past_key_values
            best, token = torch.log_softmax(out.logits[:, -1], -1).max(-1)
            sums += best * live
            live &= token != 0
            for row in range(len(rows)):
                if live[row]:
                    texts[row].append(int(token[row]))
            if not live.any():
                break
            ids = token[:, None]
        for row, i in enumerate(rows):
            found[i] = (tokenizer.decode(texts[row]), float(sums[row]))
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("-n", type=int, default=4000)
    options = parser.parse_args()
    model = LlamaForCausalLM.from_pretrained(options.folder).eval()
    tokenizer = Tokenizer.from_file(f"{options.folder}/tokenizer.json")
    r = random.Random("calibration")
    cases = [(damaged(r, phrase), meaning) for phrase, meaning in (example(r) for _ in range(options.n))]
    found = answers(model, tokenizer, [phrase for phrase, _ in cases])
    # The logarithm of the odds: probabilities near 1 differ where it counts.
    odds = [math.log(max(math.exp(lp), 1e-9) / max(-math.expm1(lp), 1e-6)) for _, lp in found]
    right = [float(text == meaning) for (text, _), (_, meaning) in zip(found, cases)]
    a, b = torch.zeros(1, requires_grad=True), torch.ones(1, requires_grad=True)
    x, y = torch.tensor(odds), torch.tensor(right)
    optimizer = torch.optim.LBFGS([a, b], max_iter=200)

    def loss():
        optimizer.zero_grad()
        value = torch.nn.functional.binary_cross_entropy_with_logits(a + b * x, y)
        value.backward()
        return value

    optimizer.step(loss)
    print(f"right: {sum(right) / len(right):.4f} of {len(right)}; confidence = 1 / (1 + exp(-({a.item():.3f} + {b.item():.3f} * log-odds)))")
    fitted = torch.sigmoid(a + b * x).tolist()
    for low, high in [(0, 0.3), (0.3, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 0.99), (0.99, 1.01)]:
        those = [right[i] for i, p in enumerate(fitted) if low <= p < high]
        if those:
            print(f"  confidence {low:.2f} to {min(high, 1):.2f}: {len(those)} phrases, {sum(those) / len(those):.3f} right")


if __name__ == "__main__":
    main()
