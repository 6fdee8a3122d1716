"""Writes the tokenizers of this folder, those that are not there yet, and what the Python package `tokenizers` makes of
texts with them: `*.expected.json` has encodings, `*.streamed.json` what a reader sees after each token.

Run with `pip install tokenizers==0.23.*`: `python make.py`. Each tokenizer has the parts of a published family, and a
vocabulary trained on the sentences below, so that it is small.
"""

import json
from pathlib import Path

from tokenizers.decoders import DecodeStream
from tokenizers import (AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors,
                        trainers)

CORPUS = [
    "A kinglet is the smallest bird of its woods, and it's never still.",
    "The goldcrest, Regulus regulus, weighs 5 to 7 grams; it doesn't mind the cold.",
    "Die Wintergoldhähnchen überwintern im Nadelwald. Le roitelet huppé est très léger.",
    "for (let i = 0; i < 10; i++) {\n    sum += values[i];\n}",
] * 4

TEXTS = [
    "",
    " ",
    "A kinglet is small.",
    "  two  spaces\n\nand lines\t!",
    "it's 12345 grams, isn't it?",
    "Goldhähnchen über Nadelwald",
    "неизвестно 你好 🐦‍⬛ é e\u0301",
    "<s>kinglet</s> <bird> text[MASK].",
    "a<|end|>b",
]

# Characters of several bytes, and signs of several characters.
STREAMED = [
    "A kinglet isn't  still:\n\tit sings. ",
    "👩\u200d👩\u200d👧\u200d👦, 🐦\u200d⬛ and ✌🏽!",
    "🇩🇪🇫🇷 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    "小鸟在树林里唱歌。鳥は森で歌う。새가 노래한다.",
    "e\u0301 a\u0323\u0308 ก็ นี่ कि \u0627\u0644\u0639\u064f",
    "𝄞 naïve Goldhähnchen, très léger",
    "<s>kinglet</s> <bird> 🐦[MASK].",
]

SPECIAL = ["<unk>", "<s>", "</s>", "<|end|>", "[MASK]"]
ADDED = AddedToken("<bird>", lstrip=True, rstrip=False, normalized=False, special=False)


def template(tokenizer):
    pairs = [(token, tokenizer.token_to_id(token)) for token in ("<s>", "</s>")]
    return processors.TemplateProcessing(single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=pairs)


def byte_level():
    """As Llama 3 and Qwen have it."""
    tokenizer = Tokenizer(models.BPE(ignore_merges=True))
    pattern = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
               r"|\s*[\r\n]+|\s+(?!\S)|\s+")
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(pattern), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=420, special_tokens=SPECIAL, initial_alphabet=alphabet, show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), template(tokenizer)])
    return tokenizer


def byte_fallback():
    """As Llama 2 and Gemma have it."""
    bytes_ = [f"<0x{byte:02X}>" for byte in range(256)]
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    trainer = trainers.BpeTrainer(vocab_size=420, special_tokens=SPECIAL + bytes_, show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    # Bytes are tokens of the model and not added ones.
    state = json.loads(tokenizer.to_str())
    state["added_tokens"] = [token for token in state["added_tokens"] if token["content"] in SPECIAL]
    tokenizer = Tokenizer.from_str(json.dumps(state))
    tokenizer.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(),
                                           decoders.Strip(" ", 1, 0)])
    tokenizer.post_processor = template(tokenizer)
    return tokenizer


def word_piece():
    """As BERT has it."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "<s>", "</s>", "<|end|>"]
    trainer = trainers.WordPieceTrainer(vocab_size=220, special_tokens=special, show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = processors.BertProcessing(*[(t, tokenizer.token_to_id(t)) for t in ("[SEP]", "[CLS]")])
    tokenizer.enable_truncation(4)
    tokenizer.enable_padding(length=16, pad_token="[PAD]")
    return tokenizer


def unigram():
    """As T5 and XLM-RoBERTa have it."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    trainer = trainers.UnigramTrainer(vocab_size=200, special_tokens=SPECIAL, unk_token="<unk>", show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    tokenizer.post_processor = template(tokenizer)
    return tokenizer


def expected(tokenizer):
    tokenizer.no_truncation()
    tokenizer.no_padding()
    cases = []
    for text in TEXTS:
        tokenizer.encode_special_tokens = False
        special = tokenizer.encode(text)
        tokenizer.encode_special_tokens = True
        plain = tokenizer.encode(text, add_special_tokens=False)
        cases.append({"text": text, "ids": special.ids, "characters": special.offsets, "plain": plain.ids,
                      "skipped": tokenizer.decode(special.ids),
                      "kept": tokenizer.decode(special.ids, skip_special_tokens=False)})
    return cases


def streamed(tokenizer, name):
    """What a reader sees after each token: of what the tokens so far decode to, all but what may still change."""
    tokenizer.encode_special_tokens = False
    cases = []
    for text in STREAMED:
        for skip in (True, False):
            ids = tokenizer.encode(text).ids
            cuts = [len(ids)]
            # Of a character that is cut off, byte fallback writes U+FFFD for each byte, and everything else one.
            if name == "byte_level":
                cuts += [cut for cut in range(len(ids)) if tokenizer.decode(ids[:cut]).endswith("\ufffd")][:2]
            for cut in cuts:
                cases.append(stream(tokenizer, ids[:cut], skip))
    return cases


def stream(tokenizer, ids, skip):
    def decode(tokens):
        return tokenizer.decode(tokens, skip_special_tokens=skip)

    shown, pieces = "", []
    for count in range(1, len(ids) + 1):
        text = decode(ids[:count]).rstrip("\ufffd")
        # Bytes of a character that is not complete spoil those before them; these were shown already.
        if len(text) < len(shown):
            text = shown
        assert text.startswith(shown)
        pieces.append(text[len(shown):])
        shown = text
    whole = decode(ids)
    assert whole.startswith(shown)
    # The package's own stream yields the same, if not always as early.
    own, stream = "", DecodeStream([], skip)
    for id in ids:
        own += stream.step(tokenizer, id) or ""
        assert whole.startswith(own)
    assert own == shown, (own, shown)
    return {"ids": ids, "skip": skip, "pieces": pieces, "rest": whole[len(shown):]}


def lines(cases):
    return "[\n" + ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases) + "\n]\n"


def main():
    folder = Path(__file__).parent
    for make in (byte_level, byte_fallback, word_piece, unigram):
        name = make.__name__
        file = folder / f"{name}.json"
        # Training is not the same each time: what is there stays.
        if not file.exists():
            tokenizer = make()
            tokenizer.add_tokens([ADDED])
            state = json.loads(tokenizer.to_str())
            file.write_text(json.dumps(state, ensure_ascii=False, separators=(",", ":")) + "\n")
        tokenizer = Tokenizer.from_file(str(file))
        (folder / f"{name}.expected.json").write_text(lines(expected(tokenizer)))
        (folder / f"{name}.streamed.json").write_text(lines(streamed(tokenizer, name)))


main()
