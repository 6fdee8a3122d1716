"""Greedy continuations of a prompt, and how clearly each of their tokens won."""

import torch

GREEDY_TOKENS = 24
MIN_MARGIN = 0.05  # (best logit - second best) / RMS of the row, in each row


def logits_of(model, ids):
    return model(torch.tensor([ids]), use_cache=False).logits[0]


def greedy(model, prompt, ends=(), stop_below=None):
    """Plain argmax, each row from a forward of the whole sequence: GREEDY_TOKENS, or fewer where one of `ends` is the
    last of them. None where a margin is below `stop_below`."""
    ids, rows, margins = [], [], []
    while len(ids) < GREEDY_TOKENS and not (ids and ids[-1] in ends):
        row = logits_of(model, prompt + ids)[-1]
        best, second = row.topk(2).values
        margin = ((best - second) / row.square().mean().sqrt()).item()
        if stop_below is not None and margin < stop_below:
            return None
        ids.append(row.argmax().item())
        rows.append(row)
        margins.append(margin)
    return ids, torch.stack(rows), margins
