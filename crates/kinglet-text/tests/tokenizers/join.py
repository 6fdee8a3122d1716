"""Writes joined.json: what the Python packages make of texts and pairs of texts with the tokenizers of this folder,
whole and cut, and how long `tokenizers` cuts them.

Run with `pip install tokenizers==0.23.* transformers==5.*`: `python join.py`. A tokenizer is one of the folder in which
some parts are replaced, as `changes` says.
"""

import json
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast

FOLDER = Path(__file__).parent

FIRST = [
    "A kinglet is small.",
    "  Le roitelet  huppé\n",
    "🐦‍⬛ é e\u0301 [MASK] <bird>",
    "",
]
SECOND = [
    "it's 12345 grams, isn't it?",
    " Goldhähnchen über Nadelwald 🐦",
]

# (room, overlap)
WINDOWS = [(14, 0), (20, 7)]
ROOMS = [11, 24]


def state(part):
    return json.loads(part.__getstate__())


def template(single, pair, tokens):
    return state(processors.TemplateProcessing(single=single, pair=pair, special_tokens=tokens))


def byte_level(trim):
    return state(processors.ByteLevel(add_prefix_space=False, trim_offsets=trim))


MARKS = [("<s>", 1), ("</s>", 2)]
LLAMA = template("<s> $A", "<s> $A <s>:1 $B:1", MARKS)


def variants():
    """Names, the tokenizers that they are made of, and what is different."""
    roberta = processors.RobertaProcessing(("</s>", 2), ("<s>", 1), trim_offsets=True, add_prefix_space=False)
    start = pre_tokenizers.ByteLevel(add_prefix_space=False)
    yield "bert", "word_piece", {}
    yield "roberta", "byte_level", {"post_processor": state(roberta), "pre_tokenizer": state(start)}
    yield "xlm_roberta", "unigram", {"post_processor": template("<s> $A </s>", "<s> $A </s> </s> $B </s>", MARKS)}
    steps = {"type": "Sequence", "processors": [byte_level(True), LLAMA]}
    yield "llama", "byte_level", {"post_processor": steps}
    yield "gpt2", "byte_level", {"post_processor": byte_level(True)}
    yield "nothing", "byte_fallback", {"post_processor": None}
    odd = template("[MASK]:3 $A:2 <|end|>:5", "$B:4 <|end|>:1 <s>:7 $A:9",
                   [{"id": "<|end|>", "ids": [3, 4], "tokens": ["<|end|>", "[MASK]"]}, ("[MASK]", 4), ("<s>", 1)])
    inside = {"direction": "Left", "max_length": 3, "strategy": "OnlyFirst", "stride": 1}
    padding = {"strategy": {"Fixed": 40}, "direction": "Left", "pad_to_multiple_of": None, "pad_id": 0,
               "pad_type_id": 6, "pad_token": "<unk>"}
    yield "odd", "unigram", {"post_processor": odd, "truncation": inside, "padding": padding}


def made(base, changes):
    parts = json.loads((FOLDER / f"{base}.json").read_text())
    tokenizer = Tokenizer.from_str(json.dumps(parts | changes))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def shown(encoding):
    places = zip(encoding.sequence_ids, encoding.offsets)
    return {"ids": encoding.ids, "segments": encoding.type_ids,
            "places": [None if text is None else [text, *offsets] for text, offsets in places]}


def cut(tokenizer, texts, room, overlap, strategy):
    """All windows, which are those that transformers makes, too."""
    tokenizer.enable_truncation(room, stride=overlap, strategy=strategy)
    encoding = tokenizer.encode(*texts)
    tokenizer.no_truncation()
    windows = [shown(window) for window in [encoding, *encoding.overflowing]]
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer)
    wide = fast(*texts, truncation=strategy, max_length=room, stride=overlap, return_overflowing_tokens=True,
                return_token_type_ids=True)
    assert wide["input_ids"] == [window["ids"] for window in windows]
    assert wide["token_type_ids"] == [window["segments"] for window in windows]
    # TemplateProcessing gives texts their segments in the first window alone; a model wants them in all.
    segments = dict(zip(encoding.sequence_ids, encoding.type_ids))
    for window, encoding in zip(windows[1:], encoding.overflowing):
        window["segments"] = [segment if text is None else segments[text]
                              for text, segment in zip(encoding.sequence_ids, encoding.type_ids)]
    return windows


def cases(tokenizer):
    whole = [{"texts": [text], **shown(tokenizer.encode(text))} for text in FIRST]
    pairs = [(first, SECOND[0]) for first in FIRST] + [(FIRST[2], SECOND[1]), (FIRST[0], ""), ("", "")]
    whole += [{"texts": pair, **shown(tokenizer.encode(*pair))} for pair in pairs]
    one, other = FIRST[2], SECOND[0] + SECOND[1] + " A kinglet is the smallest bird of its woods."
    windows = [{"texts": [other], "room": room, "overlap": overlap,
                "windows": cut(tokenizer, [other], room, overlap, "longest_first")} for room, overlap in WINDOWS]
    # Without a post-processor the package forgets which text a window is of.
    if tokenizer.post_processor is not None:
        rest = len(tokenizer.encode(one, "").ids)
        windows += [{"texts": [one, other], "room": rest + room, "overlap": overlap,
                     "windows": cut(tokenizer, [one, other], rest + room, overlap, "only_second")}
                    for room, overlap in WINDOWS]
    longest = [{"texts": texts, "room": room, **cut(tokenizer, texts, room, 0, "longest_first")[0]}
               for texts in ([one, other], [other, FIRST[0]]) for room in ROOMS]
    return {"added": [tokenizer.num_special_tokens_to_add(pair) for pair in (False, True)], "whole": whole,
            "windows": windows, "longest": longest}


def lengths():
    """Of texts of so many words, how many stay."""
    tokenizer = Tokenizer(models.WordLevel({"a": 0}, unk_token="a"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    longest, windows = [], []
    for first in range(6):
        for second in range(6):
            for room in range(1, first + second + 2):
                tokenizer.enable_truncation(room, strategy="longest_first")
                kept = tokenizer.encode("a " * first, "a " * second).sequence_ids
                longest.append([first, second, room, kept.count(0), kept.count(1)])
    for tokens in range(10):
        for room in range(1, 6):
            for overlap in range(room):
                tokenizer.enable_truncation(room, stride=overlap)
                encoding = tokenizer.encode("a " * tokens)
                starts = [part.offsets for part in [encoding, *encoding.overflowing]]
                ranges = [[part[0][0] // 2, part[-1][1] // 2 + 1] if part else [0, 0] for part in starts]
                windows.append([tokens, room, overlap, ranges])
    return {"longest": longest, "windows": windows}


def lines(name, entries):
    rows = [json.dumps(entry, ensure_ascii=False, separators=(",", ":")) for entry in entries]
    return f'"{name}": [\n' + ",\n".join(rows) + "\n]"


def main():
    tokenizers = [{"name": name, "base": base, "changes": changes, **cases(made(base, changes))}
                  for name, base, changes in variants()]
    cut = [lines(name, entries) for name, entries in lengths().items()]
    (FOLDER / "joined.json").write_text("{" + ",\n".join([lines("tokenizers", tokenizers), *cut]) + "}\n")


main()
