"""The part of `make.py` that gives a checkpoint a tokenizer and a chat template, and goldens of text."""

import itertools
import json
from pathlib import Path

import jinja2
import torch
from tokenizers import Tokenizer, models, processors, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from greedy import GREEDY_TOKENS, MIN_MARGIN, greedy

# Its normalizer, pre-tokenizer and decoder are those of Llama 3 and Qwen.
BYTE_LEVEL = Path(__file__).resolve().parents[2] / "crates/kinglet-text/tests/tokenizers/byte_level.json"
BOS, EOS, TURN, TURN_END = SPECIAL = ["<|begin|>", "<|end|>", "<|im_start|>", "<|im_end|>"]
VOCABULARY = 400
CORPUS = [
    "A kinglet is the smallest bird of its woods, and it is never still.",
    "What does the goldcrest eat in the snow? It eats spiders, and it sings all the while.",
    "Das Goldhähnchen überwintert im Wald. Le roitelet huppé est très léger. Сова спит.",
    "你好，小鸟！小鸟在山上唱歌。山雀很小，小鸟很轻。鳥が好きです。小さい鳥が森で歌います。",
    "🐦 🌲 ❄️ 🎵 🐦🎵 🌲🐦 ❄️🐦",
    "for (let i = 0; i < 10; i++) {\n    sum += bird[i];\n}\n",
] * 4

TEMPLATE = """\
{{- bos_token }}
{%- for message in messages %}
    {%- if message['role'] not in ['system', 'user', 'assistant'] %}
        {{- raise_exception('unknown role: ' + message['role']) }}
    {%- endif %}
    {{- '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""

# What some rows of the output are scaled by, so that random replies end now and then (all end tokens), are mostly UTF-8
# (tokens that alone are none), and hold no control characters and nothing that opens a text or a turn.
END_SCALE, PART_SCALE, MUTE_SCALE = 1.15, 0.7, 0.1

SYSTEM = "You are a kinglet. Answer in one short song."
MIN_TOKENS = 6  # of a continuation that ends by itself


def tokenizer():
    """Byte-level BPE; the ids of the special tokens are the last ones."""
    base = Tokenizer.from_file(str(BYTE_LEVEL))
    made = Tokenizer(models.BPE(ignore_merges=True))
    made.normalizer, made.pre_tokenizer, made.decoder = base.normalizer, base.pre_tokenizer, base.decoder
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY - len(SPECIAL), initial_alphabet=made.pre_tokenizer[1].alphabet(), show_progress=False
    )
    made.train_from_iterator(CORPUS, trainer)
    made.add_special_tokens(SPECIAL)
    assert made.get_vocab_size() == VOCABULARY
    made.post_processor = processors.TemplateProcessing(
        single=f"{BOS} $A", pair=f"{BOS} $A {BOS} $B", special_tokens=[(BOS, made.token_to_id(BOS))]
    )
    return made


def ids_of(*tokens):
    return [VOCABULARY - len(SPECIAL) + SPECIAL.index(token) for token in tokens]


def row_scales():
    """What to scale each row of the output by."""
    made = tokenizer()

    def scale(token):
        text = made.decode([token], skip_special_tokens=False)
        if text in (EOS, TURN_END):
            return END_SCALE
        if text in (BOS, TURN) or not text.replace("\n", "").isprintable():
            return MUTE_SCALE
        return PART_SCALE if "\ufffd" in text else 1.0

    return torch.tensor([scale(token) for token in range(VOCABULARY)])[:, None]


def write(folder):
    """Everything next to config.json and the weights."""

    def write_json(name, value, **form):
        (folder / name).write_text(json.dumps(value, ensure_ascii=False, **form) + "\n")

    write_json("tokenizer.json", json.loads(tokenizer().to_str()), separators=(",", ":"))
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": BOS, "eos_token": EOS,
                "clean_up_tokenization_spaces": False, "model_max_length": 1024}
    write_json("tokenizer_config.json", settings, indent=2)
    ends = {"bos_token_id": ids_of(BOS)[0], "eos_token_id": ids_of(EOS, TURN_END)}
    write_json("generation_config.json", ends, indent=2)
    (folder / "chat_template.jinja").write_text(TEMPLATE)


class Talker:
    """A model with its tokenizer, and how `transformers` would be used for text with them."""

    def __init__(self, model, tokenizer):
        self.model, self.tokenizer, self.ends = model, tokenizer, ids_of(EOS, TURN_END)

    @classmethod
    def searched(cls, model):
        fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer(), bos_token=BOS, eos_token=EOS)
        fast.chat_template = TEMPLATE
        return cls(model, fast)

    @classmethod
    def read(cls, model, folder):
        return cls(model, AutoTokenizer.from_pretrained(folder))

    def generate(self, ids, stop_below=None):
        """What follows some ids, as text.json has it; None where a margin is below `stop_below`."""
        found = greedy(self.model, ids, self.ends, stop_below)
        if found is None:
            return None
        tokens, _, margins = found
        return {
            "tokens": tokens,
            "text": self.tokenizer.decode(tokens, skip_special_tokens=True),
            "finish_reason": "stop" if tokens[-1] in self.ends else "length",
            "min_margin": round(min(margins), 6),
        }

    def complete(self, prompt, stop_below=None):
        ids = self.tokenizer(prompt)["input_ids"]
        found = self.generate(ids, stop_below)
        return found and {"prompt": prompt, "ids": ids, **found}

    def answer(self, turns, user, stop_below=None):
        """The turn that follows `turns`. What was generated stays as it is: the tokens of a random model are not those
        that their text would be split into."""
        messages = [{"role": "system", "content": SYSTEM}]
        for turn in turns:
            messages += [{"role": "user", "content": turn["user"]}, {"role": "assistant", "content": turn["text"]}]
        messages.append({"role": "user", "content": user})
        rendered = self.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        ids, known = [], ""
        if turns:
            ids, known = turns[-1]["prompt_ids"] + turns[-1]["tokens"], turns[-1]["rendered"] + turns[-1]["text"]
            known += TURN_END if ids[-1:] == ids_of(TURN_END) else ""
        assert rendered.startswith(known), (rendered, known)
        ids = ids + self.split(rendered[len(known):])
        found = self.generate(ids, stop_below)
        return found and {"user": user, "rendered": rendered, "prompt_ids": ids, **found}

    def split(self, text):
        return self.tokenizer(text, add_special_tokens=False)["input_ids"]

    def characters_in_parts(self, tokens):
        """How many characters of their text no token holds alone."""
        whole = sum(len(self.tokenizer.decode([token]).replace("\ufffd", "")) for token in tokens)
        return len(self.tokenizer.decode(tokens).replace("\ufffd", "")) - whole


def phrases(*parts):
    return ["".join(words) for words in itertools.product(*parts)]


BIRDS = ["a goldcrest", "the wren", "a firecrest", "the owl", "a treecreeper", "the siskin", "a robin", "the snow",
         "the smallest bird", "a nest of moss", "the old spruce", "winter", "a spider", "the woods"]
ASCII = phrases(["In the morning ", "Once ", "Above all, ", "They say that ", "After 3 days ", "Mostly "], BIRDS,
                [" sings", " sleeps", " waits", " is light", " hides", " was gone", " moves"],
                ["", " and", ",", " because", ":", " in"])
CJK = phrases(["小鸟", "山雀", "森の鳥", "戴菊", "猫头鹰", "キクイタダキ", "雪", "春天"],
              ["在唱歌", "很轻", "が好き", "不怕冷", "は小さい", "飞走了", "在山上", "来了"],
              ["", "。", "，", "！", "？", "、"])
EMOJI = phrases(["🐦", "🌲", "❄️", "👩🏽‍🚀", "🦉", "🐦‍⬛", "🎵", "🪺"], ["", " ", "🌲", "❄️", "🐦", "👍🏿", " + "],
                ["🎵", "🐦", "🇫🇮", "❄️", " = ", "!", "…"])
BLANK = [" "]

OPENINGS = ["Tell me about ", "Do you know ", "What of ", "Where is ", "Please draw ", "How small is ", "Über ", "你好! "]
CHAT = [
    phrases(OPENINGS, BIRDS, ["?", ".", "!", ", please.", " 🐦", "…"]),
    phrases(["And ", "Then what of ", "Fine, and ", "Encore: ", "Und "], BIRDS,
            [" in the snow?", " by night?", " im Wald?", " 在山上？", "?", " ❄️?"]),
    phrases(["Thanks! Now ", "Is it lighter than ", "Last one: ", "さて、"], BIRDS,
            [", once more.", "?", " 🎵", " — très bien?", "\n\nIn two lines.", "!"]),
]


def ended_by(*ends):
    return lambda talker, found: found["tokens"][-1] in ids_of(*ends)


def cut(talker, found):
    return found["finish_reason"] == "length"


def cut_and_odd(talker, found):
    """Their text would be split into other tokens."""
    return cut(talker, found) and talker.split(found["text"]) != found["tokens"]


def in_parts(talker, found):
    """A character comes in several tokens."""
    return talker.characters_in_parts(found["tokens"]) > 0


def broken(talker, found):
    """Bytes that are no UTF-8, and text after them."""
    return "\ufffd" in found["text"].rstrip("\ufffd")


def anything(talker, found):
    return True


COMPLETIONS = [(BLANK, anything), (ASCII, ended_by(EOS)), (CJK, cut), (EMOJI, broken), (ASCII, in_parts)]
# The last turn may end in any way: nobody has to tell what follows.
TURNS = list(zip(CHAT, [ended_by(TURN_END), cut_and_odd, ended_by(EOS, TURN_END)]))


def varied(found):
    tokens = found["tokens"]
    return 4 * len(set(tokens)) >= 3 * len(tokens) and len(tokens) >= MIN_TOKENS


def fit_for_chat(found):
    """Whether the text of a reply says all of it but its end, and a template that trims it changes nothing."""
    text, inner = found["text"], found["tokens"][:-1]
    return not set(ids_of(*SPECIAL)) & set(inner) and "\ufffd" not in text and text == text.strip()


def converse(talker, turns=()):
    """The rest of a conversation, after `turns`."""
    if len(turns) == len(TURNS):
        return turns
    users, wanted = TURNS[len(turns)]
    for user in users:
        turn = talker.answer(turns, user, MIN_MARGIN)
        if turn and varied(turn) and fit_for_chat(turn) and wanted(talker, turn):
            found = converse(talker, (*turns, turn))
            if found:
                return found
    return None


def search(model):
    """Prompts and turns of a user that the model answers with clear winners, in all the ways that goldens should have;
    None where it does not."""
    talker = Talker.searched(model)
    completions = []
    for prompts, wanted in COMPLETIONS:
        found = (talker.complete(prompt, MIN_MARGIN) for prompt in prompts)
        fit = next((one for one in found if one and varied(one) and wanted(talker, one)), None)
        if fit is None:
            return None
        completions.append(fit["prompt"])
    turns = converse(talker)
    return turns and (completions, [turn["user"] for turn in turns])


def write_goldens(folder, model, texts):
    """What the checkpoint on disk makes of the texts found."""
    prompts, users = texts
    talker = Talker.read(model, folder)
    turns = []
    for user in users:
        turns.append(talker.answer(turns, user))

    def lines(of):
        return "[\n    " + ",\n    ".join(json.dumps(one, ensure_ascii=False) for one in of) + "\n  ]"

    completions = lines(talker.complete(prompt) for prompt in prompts)
    chat = f'{{"system": {json.dumps(SYSTEM)}, "turns": {lines(turns)}}}'
    facts = f'{{\n  "max_tokens": {GREEDY_TOKENS},\n  "completions": {completions},\n  "chat": {chat}\n}}\n'
    (folder / "text.json").write_text(facts)


def verify(folder, model):
    """Reads the goldens of text back, and checks them with what `transformers` itself would generate."""
    text = json.loads((folder / "text.json").read_text())
    completions, turns = text["completions"], text["chat"]["turns"]
    talker = Talker.read(model, folder)
    for index, (found, (_, wanted)) in enumerate(zip(completions + turns, COMPLETIONS + TURNS, strict=True)):
        ids = found["ids"] if index < len(completions) else found["prompt_ids"]
        given = {"input_ids": torch.tensor([ids]), "attention_mask": torch.ones(1, len(ids), dtype=torch.long)}
        new = model.generate(**given, do_sample=False, max_new_tokens=GREEDY_TOKENS, pad_token_id=0)
        assert new[0].tolist() == ids + found["tokens"], "generation_config.json or the cache gives other tokens"
        assert found["min_margin"] >= MIN_MARGIN and varied(found) and wanted(talker, found), found
    for turn in turns:
        assert fit_for_chat(turn), turn
        assert talker.tokenizer.decode(turn["prompt_ids"]) == turn["rendered"]
    last = turns[-1]
    assert talker.split(last["rendered"]) != last["prompt_ids"], "encoding the replies again should show"
    try:
        talker.tokenizer.apply_chat_template([{"role": "owl", "content": ""}], tokenize=False)
    except jinja2.TemplateError as error:
        assert str(error) == "unknown role: owl"
    else:
        raise AssertionError("the template takes any role")
