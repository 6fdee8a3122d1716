"""Tiny tokenizers of the kinds that encoders come with."""

import json
import math
from collections import Counter

from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

CORPUS = [
    "The kinglet is the smallest bird of the woods, and it sings in the old spruce trees all the while.",
    "Where does the goldcrest live? It lives in the north, in the forest near Helsinki and in Zurich.",
    "Anna Meyer saw the wren in Berlin. Émile Müller of Zürich saw it in São Paulo, near the café.",
    "What does the wren eat? It eats spiders, flies and seeds; in winter it eats less and sleeps more.",
    "El pájaro más pequeño canta. Le roitelet huppé est très léger. Der kleine Vogel singt im Wald.",
    "Good birds sing well, bad birds sing badly, but this one is the best and the lightest of them all!",
    "Who found the nest? The people of Acme Corp found the nest of moss in 1999, in the park of Paris.",
]
BERT_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
NAMES = {"[PAD]": "pad_token", "[UNK]": "unk_token", "[CLS]": "cls_token", "[SEP]": "sep_token", "[MASK]": "mask_token"}


def frequent(words, inside=""):
    """The characters of some words and the longer pieces, most frequent first, with how often each occurs; `inside`
    goes before a piece that does not begin a word. (The trainers of WordPiece and Unigram differ from run to run.)"""
    single, longer = Counter(), Counter()
    for word in words:
        for start in range(len(word)):
            mark = inside if start else ""
            single[mark + word[start]] += 1
            for end in range(start + 2, min(start + 7, len(word)) + 1):
                longer[mark + word[start:end]] += 1
    return single, sorted(longer.items(), key=lambda item: (-item[1] * (len(item[0]) - 1), item[0]))


def word_piece(size, lowercase):
    normalizer = normalizers.BertNormalizer(
        clean_text=True, handle_chinese_chars=True, strip_accents=None, lowercase=lowercase
    )
    split = pre_tokenizers.BertPreTokenizer()
    words = [word for line in CORPUS for word, _ in split.pre_tokenize_str(normalizer.normalize_str(line))]
    single, longer = frequent(words, "##")
    pieces = BERT_SPECIAL + sorted(single)
    pieces += [piece for piece, _ in longer][: size - len(pieces)]
    made = Tokenizer(models.WordPiece(
        {piece: index for index, piece in enumerate(pieces)}, unk_token="[UNK]", max_input_chars_per_word=100
    ))
    made.normalizer, made.pre_tokenizer = normalizer, split
    made.add_special_tokens(BERT_SPECIAL)
    assert made.get_vocab_size() == size, made.get_vocab_size()
    made.decoder = decoders.WordPiece(prefix="##", cleanup=True)
    made.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[(token, made.token_to_id(token)) for token in ("[CLS]", "[SEP]")],
    )
    settings = {
        "do_lower_case": lowercase, "strip_accents": None, "tokenize_chinese_chars": True, "do_basic_tokenize": True,
        **{name: token for token, name in NAMES.items()}, "tokenizer_class": "BertTokenizer", "model_max_length": 64,
    }
    return made, settings, {name: token for token, name in NAMES.items()}


def byte_level(size, special, wrap, settings):
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, trim_offsets=True)
    made.decoder = decoders.ByteLevel()
    ahead, behind = special
    trainer = trainers.BpeTrainer(
        vocab_size=size - len(behind), special_tokens=ahead,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False,
    )
    made.train_from_iterator(CORPUS, trainer)
    made.add_special_tokens(behind)
    assert made.get_vocab_size() == size, made.get_vocab_size()
    made.post_processor = wrap(made)
    return made, settings


def roberta(size):
    names = {"bos_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "cls_token": "<s>", "unk_token": "<unk>",
             "pad_token": "<pad>"}
    mask = {"content": "<mask>", "single_word": False, "lstrip": True, "rstrip": False, "normalized": False}
    made, settings = byte_level(
        size, (["<s>", "<pad>", "</s>", "<unk>"], [AddedToken("<mask>", lstrip=True, special=True, normalized=False)]),
        lambda made: processors.RobertaProcessing(
            ("</s>", made.token_to_id("</s>")), ("<s>", made.token_to_id("<s>")), True, False
        ),
        {"add_prefix_space": False, **names, "mask_token": "<mask>", "trim_offsets": True,
         "tokenizer_class": "RobertaTokenizer", "model_max_length": 512},
    )
    return made, settings, {**names, "mask_token": mask}


def modern(size):
    special = ["[UNK]", "[CLS]", "[SEP]", "[PAD]"]
    mask = AddedToken("[MASK]", lstrip=True, special=True, normalized=False)
    names = {"cls_token": "[CLS]", "mask_token": "[MASK]", "pad_token": "[PAD]", "sep_token": "[SEP]",
             "unk_token": "[UNK]"}
    made, settings = byte_level(
        size, ([], [*special, mask]),
        lambda made: processors.TemplateProcessing(
            single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B [SEP]",
            special_tokens=[(token, made.token_to_id(token)) for token in ("[CLS]", "[SEP]")],
        ),
        {**names, "clean_up_tokenization_spaces": True, "model_input_names": ["input_ids", "attention_mask"],
         "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 8192},
    )
    made.normalizer = normalizers.NFC()
    return made, settings, {**names, "mask_token": {
        "content": "[MASK]", "single_word": False, "lstrip": True, "rstrip": False, "normalized": False}}


def unigram(size):
    """Unigram with pieces that are frequent in the corpus, scored by how often they occur; `<mask>` comes last."""
    single, longer = frequent("▁" + word for line in CORPUS for word in line.split())
    special = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    counts = sorted(single.items()) + longer[: size - len(special) - len(single) - 1]
    total = sum(count for _, count in counts)
    pieces = special + [(piece, round(math.log(count / total), 6)) for piece, count in counts]
    made = Tokenizer(models.Unigram(pieces, unk_id=3, byte_fallback=False))
    made.normalizer = normalizers.NFKC()
    made.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    ])
    made.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    made.add_special_tokens([AddedToken(token, special=True, normalized=False) for token, _ in special])
    made.add_special_tokens([AddedToken("<mask>", lstrip=True, special=True, normalized=False)])
    assert made.get_vocab_size() == size, made.get_vocab_size()
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>",
        special_tokens=[(token, made.token_to_id(token)) for token in ("<s>", "</s>")],
    )
    names = {"bos_token": "<s>", "cls_token": "<s>", "eos_token": "</s>", "pad_token": "<pad>", "sep_token": "</s>",
             "unk_token": "<unk>"}
    settings = {**names, "mask_token": "<mask>", "model_max_length": 512, "tokenizer_class": "XLMRobertaTokenizer"}
    mask = {"content": "<mask>", "single_word": False, "lstrip": True, "rstrip": False, "normalized": False}
    return made, settings, {**names, "mask_token": mask}


KINDS = {
    "word_piece": lambda size: word_piece(size, lowercase=True),
    "word_piece_cased": lambda size: word_piece(size, lowercase=False),
    "roberta": roberta,
    "modern": modern,
    "unigram": unigram,
}


def write(folder, kind, size, padded_to=None, **more):
    """Everything of a tokenizer. `padded_to` leaves settings of padding and truncation in tokenizer.json; `more` goes
    into tokenizer_config.json."""
    made, settings, special = KINDS[kind](size)
    if padded_to:
        made.enable_truncation(padded_to)
        made.enable_padding(length=padded_to)
    compact = json.dumps(json.loads(made.to_str()), ensure_ascii=False, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(compact + "\n")
    (folder / "tokenizer_config.json").write_text(json.dumps({**settings, **more}, indent=2) + "\n")
    (folder / "special_tokens_map.json").write_text(json.dumps(special, indent=2) + "\n")
