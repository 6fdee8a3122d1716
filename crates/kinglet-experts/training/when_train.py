"""Trains the model of `kinglet when`: a Llama that goes on from a phrase and a line break with the phrase's meaning."""

import random
import sys

import torch
from transformers import LlamaConfig, LlamaForCausalLM

from training import arguments, make_tokenizer, save, train
from when_data import example

VOCABULARY, LENGTH = 1024, 96


def main():
    options = arguments("when", minutes=8, batch=2048, rate=2e-3)
    r = random.Random(f"tokenizer/{options.seed}")
    texts = (f"{phrase}\n{meaning}" for phrase, meaning in (example(r) for _ in range(200_000)))
    tokenizer = make_tokenizer(texts, VOCABULARY)
    end = tokenizer.token_to_id("</s>")

    def make(r, rows):
        pairs = [example(r) for _ in range(rows)]
        phrases = tokenizer.encode_batch([phrase + "\n" for phrase, _ in pairs])
        meanings = tokenizer.encode_batch([meaning for _, meaning in pairs])
        ids = torch.full((rows, LENGTH), end)
        labels = torch.full((rows, LENGTH), -100)
        for row, (phrase, meaning) in enumerate(zip(phrases, meanings)):
            a, b = phrase.ids, meaning.ids + [end]
            if len(a) + len(b) > LENGTH:
                continue
            ids[row, : len(a) + len(b)] = torch.tensor(a + b)
            labels[row, len(a) : len(a) + len(b)] = torch.tensor(b)
        return {"input_ids": ids, "labels": labels}

    torch.manual_seed(options.seed)
    model = LlamaForCausalLM(LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=192, intermediate_size=512, num_hidden_layers=6, num_attention_heads=6,
        num_key_value_heads=2, head_dim=32, max_position_embeddings=256, rms_norm_eps=1e-5, rope_theta=10000.0,
        tie_word_embeddings=True, bos_token_id=None, eos_token_id=end, pad_token_id=None, use_cache=False))
    model.config.use_cache = True
    facts = train(model, make, options)
    save(model, tokenizer, {"command": " ".join(sys.argv), **facts}, options.out)


if __name__ == "__main__":
    main()
