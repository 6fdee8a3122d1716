"""What transformers renders: the references of the chat templates' tests.

    python -m venv venv && venv/bin/pip install transformers==5.23.0 jinja2==3.1.6
    venv/bin/python make.py                  # expected.jsonl, from snippets.json, birds.jinja and chats.json
    venv/bin/python make.py FOLDER           # published.json, from the templates that llama-cpp-python 0.3.36 carries
                                             # under vendor/llama.cpp/models/templates
    venv/bin/python make.py FOLDER NAME      # prints what that template makes of each chat

No published template is kept here, nor a text that one makes: of those there are hashes only.
"""

import datetime
import hashlib
import json
import logging
import sys
from pathlib import Path

logging.disable(logging.CRITICAL)

from transformers.utils import chat_template_utils as templates

HERE = Path(__file__).parent


class StoppedClock(datetime.datetime):
    """What strftime_now asks: a test knows no other day."""

    @classmethod
    def now(cls):
        return cls(2026, 3, 5, 1, 2, 3)


templates.datetime = StoppedClock


def render(template, names):
    """The text, or None where Python raises an error."""
    try:
        return templates._compile_jinja_template(template).render(**names)
    except Exception:
        return None


def write(template, chat, add_generation_prompt):
    """What a tokenizer's apply_chat_template gives, without a tokenizer."""
    messages = [{key: value for key, value in message.items() if value is not None} for message in chat["messages"]]
    try:
        texts, _ = templates.render_jinja_template(
            [messages],
            tools=chat.get("tools"),
            documents=chat.get("documents"),
            chat_template=template,
            add_generation_prompt=add_generation_prompt,
            bos_token="<s>",
            eos_token="</s>",
        )
        return texts[0]
    except Exception:
        return None


def all_chats():
    chats = json.loads((HERE / "chats.json").read_text())
    return [(name, prompt, chat) for name, chat in chats.items() for prompt in (True, False)]


def expected():
    context = json.loads((HERE / "context.json").read_text())
    birds = (HERE / "birds.jinja").read_text()
    with open(HERE / "expected.jsonl", "w") as out:
        for template in json.loads((HERE / "snippets.json").read_text()):
            case = {"template": template, "text": render(template, context)}
            out.write(json.dumps(case, ensure_ascii=False) + "\n")
        for name, prompt, chat in all_chats():
            case = {"chat": name, "add_generation_prompt": prompt, "text": write(birds, chat, prompt)}
            out.write(json.dumps(case, ensure_ascii=False) + "\n")


def digest(text):
    return "error" if text is None else hashlib.sha256(text.encode()).hexdigest()[:16]


def published(folder):
    hashes = {}
    for file in sorted(Path(folder).glob("*.jinja")):
        template = file.read_text()
        hashes[file.name] = " ".join(digest(write(template, chat, prompt)) for _, prompt, chat in all_chats())
    lines = [f"  {json.dumps(name)}: {json.dumps(line)}" for name, line in hashes.items()]
    (HERE / "published.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if len(sys.argv) == 1:
    expected()
elif len(sys.argv) == 2:
    published(sys.argv[1])
else:
    source = (Path(sys.argv[1]) / sys.argv[2]).read_text()
    for name, prompt, chat in all_chats():
        print(f"--- {name} {prompt}\n{write(source, chat, prompt)}")
