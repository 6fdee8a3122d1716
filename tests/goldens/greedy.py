"""Greedy continuations of a prompt, and how clearly each of their tokens won."""

import torch

GREEDY_TOKENS = 24
MIN_MARGIN = 0.05  # (best logit - second best) / RMS of the row, in each row


def forget(model):
    """With dynamic RoPE a model keeps the frequencies of the longest sequence it saw until it sees a short one."""
    rope = getattr(model.config, "rope_parameters", None) or {}
    if rope.get("rope_type") == "dynamic":
        model(torch.tensor([[0]]), use_cache=False)


def logits_of(model, ids, positions=None):
    forget(model)
    if positions is None:
        return model(torch.tensor([ids]), use_cache=False).logits[0]
    # Without a mask a gap between positions would be taken for the start of another sequence.
    mask = torch.ones(1, len(ids), dtype=torch.long)
    return model(torch.tensor([ids]), position_ids=positions[None], attention_mask=mask, use_cache=False).logits[0]


def margin_of(row):
    best, second = row.topk(2).values
    return ((best - second) / row.square().mean().sqrt()).item()


def greedy(model, prompt, ends=(), stop_below=None):
    """Plain argmax, each row from a forward of the whole sequence: GREEDY_TOKENS, or fewer where one of `ends` is the
    last of them. None where a margin is below `stop_below`."""
    ids, rows, margins = [], [], []
    while len(ids) < GREEDY_TOKENS and not (ids and ids[-1] in ends):
        row = logits_of(model, prompt + ids)[-1]
        margin = margin_of(row)
        if stop_below is not None and margin < stop_below:
            return None
        ids.append(row.argmax().item())
        rows.append(row)
        margins.append(margin)
    return ids, torch.stack(rows), margins


def greedy_cached(model, prompt, given=None):
    """The way an engine goes: the prompt once, then one token at a time, those of `given` where it is there."""
    forget(model)
    cache, step, ids, rows = None, prompt, [], []
    while len(ids) < GREEDY_TOKENS:
        output = model(torch.tensor([step]), past_key_values=cache, use_cache=True)
        row = output.logits[0, -1]
        ids.append(row.argmax().item())
        rows.append(row)
        cache, step = output.past_key_values, [given[len(ids) - 1] if given else ids[-1]]
    return ids, torch.stack(rows)
