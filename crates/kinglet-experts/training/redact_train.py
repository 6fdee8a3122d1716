"""Trains the model of `kinglet redact`: a ModernBERT that gives each token of a window of text a label."""

import random
import sys

import torch
from tokenizers import Tokenizer
from transformers import ModernBertConfig, ModernBertForTokenClassification

from redact_data import document
from training import arguments, make_tokenizer, save, train

VOCABULARY, LENGTH = 4096, 256
KINDS = ["name", "address", "organisation", "email", "phone", "birth", "account", "card", "iban", "national_id", "ip", "url"]
LABELS = ["O"] + [f"{mark}-{kind}" for kind in KINDS for mark in "BI"]
JOINTS = ["\n", "\n\n", "\n\n", "\n---\n", " ", "\n\n\n"]


def joined(r, least):
    """Documents one behind the other, at least so many characters."""
    text, spans = "", []
    while len(text) < least:
        if text:
            text += r.choice(JOINTS)
        more, found = document(r)
        spans += [(start + len(text), end + len(text), kind) for start, end, kind in found]
        text += more
    return text, spans


def labels_of(text, spans, offsets):
    """The label of each token: that of the span that it has a character of, white space aside."""
    labels, index = [], 0
    begun = -1
    for start, end in offsets:
        while start < end and text[start].isspace():
            start += 1
        while index < len(spans) and spans[index][1] <= start:
            index += 1
        if index < len(spans) and start < end and spans[index][0] < end:
            kind = 1 + 2 * KINDS.index(spans[index][2])
            labels.append(kind + (begun == index))
            begun = index
        else:
            # White space within a span goes on with it.
            labels.append(labels[-1] + (labels[-1] % 2) if start == end and labels and begun == index < len(spans) and spans[index][0] < end else 0)
    return labels


def main():
    options = arguments("redact", minutes=8, batch=256, rate=2e-3)
    r = random.Random(f"tokenizer/{options.seed}")
    if options.start:
        tokenizer = Tokenizer.from_file(f"{options.start}/tokenizer.json")
    else:
        tokenizer = make_tokenizer((document(r)[0] for _ in range(60_000)), VOCABULARY)
    # Now and then words fall into smaller pieces than they have to, as words do that nobody has seen.
    rough = Tokenizer.from_str(tokenizer.to_str())
    rough.model.dropout = 0.15

    def make(r, rows):
        texts = []
        for _ in range(rows):
            if r.random() < 0.3:
                text, spans = document(r)
            else:
                text, spans = joined(r, 1400)
            texts.append((text, spans))
        ids = torch.zeros((rows, LENGTH), dtype=torch.long)
        labels = torch.full((rows, LENGTH), -100)
        mask = torch.zeros((rows, LENGTH), dtype=torch.long)
        smooth = tokenizer.encode_batch([text for text, _ in texts[rows // 4 :]])
        encodings = rough.encode_batch([text for text, _ in texts[: rows // 4]]) + smooth
        for row, ((text, spans), encoding) in enumerate(zip(texts, encodings)):
            tags = labels_of(text, spans, encoding.offsets)
            start = r.randint(0, max(0, len(tags) - LENGTH)) if r.random() < 0.7 else 0
            count = min(LENGTH, len(tags) - start)
            ids[row, :count] = torch.tensor(encoding.ids[start : start + count])
            labels[row, :count] = torch.tensor(tags[start : start + count])
            mask[row, :count] = 1
        return {"input_ids": ids, "attention_mask": mask, "labels": labels}

    torch.manual_seed(options.seed)
    config = ModernBertConfig(
        vocab_size=VOCABULARY, hidden_size=192, intermediate_size=256, num_hidden_layers=6, num_attention_heads=6,
        max_position_embeddings=LENGTH, global_attn_every_n_layers=2, local_attention=64, num_labels=len(LABELS),
        id2label=dict(enumerate(LABELS)), label2id={label: i for i, label in enumerate(LABELS)},
        initializer_range=0.03, embedding_dropout=0.0, mlp_dropout=0.05, attention_dropout=0.0, classifier_dropout=0.1,
        pad_token_id=0, bos_token_id=None, eos_token_id=None, cls_token_id=None, sep_token_id=None,
        reference_compile=False, attn_implementation="sdpa")
    if options.start:
        model = ModernBertForTokenClassification.from_pretrained(options.start, config=config)
    else:
        model = ModernBertForTokenClassification(config)
    facts = train(model, make, options)
    save(model, tokenizer, {"command": " ".join(sys.argv), **facts}, options.out)


if __name__ == "__main__":
    main()
