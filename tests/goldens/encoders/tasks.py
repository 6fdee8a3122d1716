"""Goldens of text: what `transformers` makes of it with a checkpoint that has a tokenizer. Each task returns what
text.json holds, or {"unclear": why} where a random model decides nothing clearly."""

import json

import numpy
import torch
from tokenizers import Tokenizer
from transformers import pipeline

MIN_GAP = 5e-3  # between scores that are put in an order


def rounded(value):
    return float(f"{float(value):.9g}")


def floats(tensor):
    return [rounded(value) for value in tensor.flatten().tolist()]


def to_json(text):
    """An entry of a list to a line."""
    parts = []
    for key, value in text.items():
        if isinstance(value, list):
            value = "[\n" + ",\n".join(f"    {json.dumps(entry, ensure_ascii=False)}" for entry in value) + "\n  ]"
        else:
            value = json.dumps(value, ensure_ascii=False)
        parts.append(f"  {json.dumps(key)}: {value}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def clear(scores, gap=MIN_GAP):
    ordered = sorted(scores)
    return all(high - low >= gap for low, high in zip(ordered, ordered[1:]))


def encode(tokenizer, *texts, **settings):
    """The inputs of a model, and what text.json says of them."""
    # As a batch of one: alone, an empty second text would count as none.
    made = tokenizer(*([text] for text in texts), return_tensors="pt", **settings)
    named = {"ids": made["input_ids"][0].tolist()}
    if "token_type_ids" in made:
        named["types"] = made["token_type_ids"][0].tolist()
    return made, named


# Sentences


def pooled(hidden, pool):
    value = hidden[0].clone() if pool["mode"] == "cls" else hidden.mean(0)
    return value / value.norm().clamp(min=1e-12) if pool["normalize"] else value


SENTENCES = [
    "The kinglet sings in the old spruce.", "the KINGLET sings, in the old spruce!", "",
    "What does the wren eat in winter?", "🐦 Der kleine Vogel singt im Café von Zürich 🌲", "小鸟在山上唱歌",
    "a\tb  c\n 1999",
    "It eats spiders, flies and seeds; in winter it eats less, and sleeps more in the forest near Paris.",
]


def embed(model, tokenizer, folder):
    read = lambda name: json.loads((folder / name).read_text())
    limit = read("sentence_bert_config.json").get("max_seq_length", tokenizer.model_max_length)
    pooling = read("1_Pooling/config.json")
    pool = {
        "mode": "cls" if pooling.get("pooling_mode_cls_token") else "mean",
        "normalize": any(module["type"].endswith("Normalize") for module in read("modules.json")),
    }
    prompts = read("config_sentence_transformers.json")["prompts"]
    given = [(None, text) for text in SENTENCES] + [(name, SENTENCES[0]) for name in prompts if prompts[name]]
    found = []
    for prompt, text in given:
        whole = prompts[prompt] + text if prompt else text
        made, named = encode(tokenizer, whole, truncation=True, max_length=limit)
        embedding = pooled(model(**made).last_hidden_state[0], pool)
        found.append({"text": text, **({"prompt": prompt} if prompt else {}), **named, "embedding": floats(embedding)})
    assert any(len(entry["ids"]) == limit for entry in found) and any(len(entry["ids"]) == 2 for entry in found)
    return {"task": "embed", "max_seq_length": limit, "prompts": prompts, "embeddings": found}


# Classes


CLASSIFIED = [
    "The kinglet sings well.", "Bad birds sing badly 🐦!", "", "Le roitelet huppé est très léger.",
    "Where does the goldcrest live? It lives in the north, in the forest near Helsinki.",
]


def classify(model, tokenizer, folder):
    classifier = pipeline("text-classification", model=model, tokenizer=tokenizer, device="cpu")
    found = []
    for text in CLASSIFIED:
        made, named = encode(tokenizer, text)
        scores = classifier(text, top_k=None)
        if not clear(entry["score"] for entry in scores):
            return {"unclear": "scores"}
        scores = [{"label": entry["label"], "score": rounded(entry["score"])} for entry in scores]
        found.append({"text": text, **named, "logits": floats(model(**made).logits), "scores": scores})
    if len({entry["scores"][0]["label"] for entry in found}) < 2:
        return {"unclear": "one label"}
    kind = "sigmoid" if model.config.problem_type == "multi_label_classification" else "softmax"
    return {"task": "classify", "function": kind, "texts": found}


QUERY = "Where does the wren live?"
DOCUMENTS = [
    "The wren lives in the forest near Helsinki.", "Good birds sing well.", "",
    "Émile saw the wren in São Paulo 🌲, near the café.",
    "It eats spiders, flies and seeds; in winter it eats less and sleeps more. " * 3,
]


def rerank(model, tokenizer, folder):
    classifier = pipeline("text-classification", model=model, tokenizer=tokenizer, device="cpu")
    found = []
    for document in DOCUMENTS:
        made, named = encode(tokenizer, QUERY, document, truncation="longest_first")
        logit = model(**made).logits[0, 0]
        pair = {"text": QUERY, "text_pair": document}
        same = [classifier(pair, function_to_apply=kind, truncation=True)["score"] for kind in ("none", "sigmoid")]
        assert not document or numpy.allclose(same, [logit.item(), logit.sigmoid().item()], atol=1e-6), (same, logit)
        found.append({"text": document, **named, "logit": rounded(logit), "score": rounded(logit.sigmoid())})
    if not clear((entry["logit"] for entry in found), 0.05):
        return {"unclear": "logits"}
    return {"task": "rerank", "query": QUERY, "limit": tokenizer.model_max_length, "documents": found}


# Words


TAGGED = [
    "Anna Meyer saw the wren in Berlin.", "🤷🏽‍♀️ Émile Müller of Zürich sings in São Paulo, near Acme Corp.", "",
    "Très léger: the people of Acme Corp found the nest in Paris 🌲 in 1999 你好 Anna.",
]


def plain(entity):
    return {key: rounded(value) if key == "score" else value for key, value in entity.items()}


def tag(model, tokenizer, folder):
    tagger = pipeline("token-classification", model=model, tokenizer=tokenizer, device="cpu")
    found = []
    for text in TAGGED:
        made, named = encode(tokenizer, text)
        best = model(**made).logits[0].softmax(-1).topk(2).values
        if (best[:, 0] - best[:, 1]).min() < MIN_GAP:
            return {"unclear": "labels"}
        entry = {"text": text, **named}
        entry["tokens"] = [plain(token) for token in tagger(text, aggregation_strategy="none", ignore_labels=[])]
        for strategy in ("simple", "first"):
            entry[strategy] = [plain(group) for group in tagger(text, aggregation_strategy=strategy)]
        found.append(entry)
    for strategy, least in (("simple", 6), ("first", 4)):
        groups = [(entry["text"], group) for entry in found for group in entry[strategy]]
        wide = [group for text, group in groups if " " in text[group["start"]:group["end"]]]
        if len(groups) < least or not wide or len({group["entity_group"] for _, group in groups}) < 2:
            return {"unclear": "few entities"}
    if sum(token["entity"] == "O" for entry in found for token in entry["tokens"]) < 8:
        return {"unclear": "few O"}
    if all(entry["simple"] == entry["first"] for entry in found):
        return {"unclear": "strategies agree"}
    return {"task": "tag", "offsets": "code points", "texts": found}


# Answers


CONTEXT = (
    "The kinglet 🐦 lives in the forest near Zürich. Anna Meyer saw the wren in Berlin, and Émile found the nest of "
    "moss in 1999. In winter it eats less and sleeps more."
)
QUESTIONS = [("Who saw the wren?", CONTEXT), ("Where is the nest?", CONTEXT), ("What?", "It eats spiders 🕷 and seeds.")]
MAX_SEQ_LEN, DOC_STRIDE, MAX_ANSWER_LEN = 32, 8, 15
BEST_OF_WINDOW = 12


def spans(start, end, inside):
    """What the `question-answering` pipeline of transformers 4 made of a window: softmax over the context and the first
    token, then the products of all spans in the context."""
    kept = inside.copy()
    kept[0] = True
    chance = []
    for logits in (start, end):
        logits = numpy.where(kept, logits, -10000.0)
        raised = numpy.exp(logits - logits.max())
        chance.append(raised / raised.sum())
    start, end = chance
    for first in range(len(start)):
        for last in range(first, min(first + MAX_ANSWER_LEN, len(start))):
            if inside[first] and inside[last]:
                yield float(start[first] * end[last]), first, last


def merged(context, candidates):
    """What that pipeline answered, asked for one answer: the 12 best spans of each window, widened to whole words,
    where those with the same text count as one and have the sum of the scores."""
    answers = {}
    for index in sorted({candidate[1] for candidate in candidates}):
        for score, *_, start, end in [candidate for candidate in candidates if candidate[1] == index][:BEST_OF_WINDOW]:
            known = answers.setdefault(context[start:end].lower(), [0.0, start, end])
            known[0] += score
    (score, start, end), *others = sorted(answers.values(), key=lambda known: -known[0])
    if score < 1.1 * others[0][0]:
        return None
    return {"score": rounded(score), "start": start, "end": end, "answer": context[start:end]}


def answer(model, tokenizer, folder):
    found = []
    for question, context in QUESTIONS:
        made = tokenizer(
            question, context, truncation="only_second", max_length=MAX_SEQ_LEN, stride=DOC_STRIDE,
            return_overflowing_tokens=True, return_offsets_mapping=True,
        )
        windows, candidates = [], []
        for index, ids in enumerate(made["input_ids"]):
            given = {"input_ids": torch.tensor([ids])}
            if "token_type_ids" in made:
                given["token_type_ids"] = torch.tensor([made["token_type_ids"][index]])
            output = model(**given)
            inside = numpy.array([part == 1 for part in made.sequence_ids(index)])
            start, end = output.start_logits[0].double().numpy(), output.end_logits[0].double().numpy()
            for score, first, last in spans(start, end, inside):
                offsets = made["offset_mapping"][index]
                words = made[index].words
                aligned = (made.word_to_chars(index, words[first], 1)[0], made.word_to_chars(index, words[last], 1)[1])
                candidates.append((score, index, first, last, offsets[first][0], offsets[last][1], *aligned))
            context_from = int(inside.argmax())
            windows.append({"ids": ids, "context_from": context_from,
                            "context_start": made["offset_mapping"][index][context_from][0]})
        candidates.sort(key=lambda candidate: -candidate[0])
        best, second = candidates[:2]
        if best[0] < 1.1 * second[0] or best[0] < 0.02:
            return {"unclear": "spans"}
        score, window, first, last, start, end, word_start, word_end = best
        found.append({
            "question": question, "context": context, "windows": windows,
            "score": rounded(score), "window": window, "first": first, "last": last, "start": start, "end": end,
            "answer": context[start:end], "word_start": word_start, "word_end": word_end,
            "word_answer": context[word_start:word_end], "merged": merged(context, candidates),
        })
    if not all(entry["merged"] for entry in found):
        return {"unclear": "merged spans"}
    if not all(entry["last"] > entry["first"] for entry in found) or found[0]["window"] + found[1]["window"] == 0:
        return {"unclear": "dull spans"}
    if len({entry["answer"] for entry in found}) < len(found):
        return {"unclear": "one answer"}
    if all(entry["answer"] == entry["word_answer"] for entry in found):
        return {"unclear": "always whole words"}
    return {
        "task": "answer", "max_seq_len": MAX_SEQ_LEN, "doc_stride": DOC_STRIDE, "max_answer_len": MAX_ANSWER_LEN,
        "offsets": "code points", "questions": found,
    }


# Masks


MASKED = ["The kinglet {} in the forest.", "{} saw the wren", "Good birds {} well, 🐦 bad birds sing {}!"]


def fill(model, tokenizer, folder):
    filler = pipeline("fill-mask", model=model, tokenizer=tokenizer, device="cpu")
    found = []
    for form in MASKED:
        text = form.format(*[tokenizer.mask_token] * form.count("{}"))
        _, named = encode(tokenizer, text)
        six = filler(text, top_k=6)
        six = six if isinstance(six[0], list) else [six]
        if any(high["score"] < 1.02 * low["score"] for mask in six for high, low in zip(mask, mask[1:])):
            return {"unclear": "tokens"}
        masks = [[plain(entry) for entry in mask[:5]] for mask in six]
        found.append({"text": text, **named, "masks": masks})
    return {"task": "fill", "top_k": 5, "texts": found}


TASKS = {"embed": embed, "classify": classify, "rerank": rerank, "tag": tag, "answer": answer, "fill": fill}


def verify(folder):
    """tokenizer.json alone, without its settings of padding and truncation, gives the ids of text.json."""
    text = json.loads((folder / "text.json").read_text())
    raw = Tokenizer.from_file(str(folder / "tokenizer.json"))
    raw.no_padding()
    raw.no_truncation()

    def check(entry, *texts, limit=None):
        if limit:
            raw.enable_truncation(limit, strategy="longest_first")
        made = raw.encode(*texts)
        assert made.ids == entry["ids"], (texts, made.tokens)
        assert made.type_ids == entry.get("types", made.type_ids)

    for entry in text.get("texts", []):
        check(entry, entry["text"])
        for token, offset in zip(entry.get("tokens", []), raw.encode(entry["text"]).offsets[1:-1]):
            assert (token["start"], token["end"]) == offset
    for entry in text.get("embeddings", []):
        prompt = text["prompts"][entry["prompt"]] if "prompt" in entry else ""
        check(entry, prompt + entry["text"], limit=text["max_seq_length"])
    for entry in text.get("documents", []):
        check(entry, text["query"], entry["text"], limit=text["limit"])
    for entry in text.get("questions", []):
        assert entry["context"][entry["start"]:entry["end"]] == entry["answer"]
