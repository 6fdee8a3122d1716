"""Documents with personal data marked in them, for training the tagger of `kinglet redact`.

    document(rng) → (text, [(start, end, kind), …])

Spans count code points, are in order and do not overlap. Everything is made up as it is asked for, from `lists.json` (see `lists.py`) and patterns, so a
training never sees the same document twice; about a third of the documents have no personal data at all, so that the tagger learns what to leave alone.
The texts of `tests/experts` have no part in it.

    python redact_data.py [-n COUNT] [--seed SEED] [--kind KIND] [--check]

prints documents with brackets, `⟦kind:value⟧`; `--check` makes many, checks them and counts.
"""

import argparse
import collections
import random
import time

import redact_carriers  # noqa: F401  (adds slots)
import redact_forms as forms
import redact_grammar as grammar
import redact_hard  # noqa: F401
import redact_ids  # noqa: F401
import redact_languages  # noqa: F401  (adds rules)
import redact_names  # noqa: F401
import redact_numbers as numbers
import redact_plain
import redact_prose  # noqa: F401
import redact_scenes  # noqa: F401
import redact_things  # noqa: F401
import redact_wide as wide
from redact_grammar import SLOTS, Context, sentence
from redact_noise import noise, small_letters
from redact_values import pick

grammar.finish()

KINDS = "name address organisation email phone birth account card iban national_id ip url".split()
LANGUAGES = ["en"] * 85 + ["de"] * 4 + ["fr"] * 3 + ["es"] * 3 + ["it"] * 2 + ["nl"] * 3
# Which facts documents are mixed of.
_FACTS = "name name name name name name name name address address address address organisation organisation organisation organisation organisation email email phone phone phone birth birth account account account account card card iban iban national_id national_id national_id ip url url".split()
_OTHER = {"fact.organisation": "wide.org", "fact.national_id": "far.id", "fact.account": "far.account"}
_PLAIN = "plain.numbers plain.numbers plain.words plain.words plain.news".split()


def several(rng, low, high):
    return range(low + int(rng.random() * (high - low + 1)))


def plain_sentence(c):
    """A sentence without personal data."""
    if c.language != "en":
        c.rule(c.language + ".plain")
    elif c.rng.random() < 0.16:
        c.rule("thing.plain")
    elif c.rng.random() < 0.4:
        wide.wide_sentence(c)
    elif c.rng.random() < 0.14:
        c.rule("hard.plain")
    elif c.rng.random() < 0.4:
        c.text(sentence(c))
    elif c.rng.random() < 0.06:
        SLOTS["carrier.place"](c)
    elif c.rng.random() < 0.5:
        c.rule(pick(c.rng, pick(c.rng, redact_plain.TOPICS)))
    else:
        c.rule(pick(c.rng, _PLAIN))


def fact(c, kinds=None):
    if c.language != "en":
        c.rule(c.language + ".fact")
    else:
        name = "fact." + pick(c.rng, kinds or _FACTS)
        u = c.rng.random()
        if name in _OTHER and u < 0.45:
            name = _OTHER[name]
        c.rule(name if name != "fact.name" or u < 0.35 else "hard.name" if u < 0.6 else "wide.name" if u < 0.92 else "wide.lower")


def language_rule(c, name):
    c.rule(name if c.language == "en" else f"{c.language}.{name}")


def paragraph(c, low, high, facts, by=" ", formal=False):
    """Facts and plain sentences in a row."""
    for i in several(c.rng, low, high):
        if i:
            c.text(by)
        if c.rng.random() < facts:
            c.rule("office") if c.language == "en" and formal else fact(c)
        elif c.rng.random() < 0.15:
            language_rule(c, "ask")
        else:
            plain_sentence(c)


# --- sorts of documents -----------------------------------------------------------------------------------------------------------------------

def mail(c, formal=None):
    rng = c.rng
    formal = rng.random() < 0.2 if formal is None else formal
    u = rng.random()
    if u < 0.16:
        forms.mail_header(c)
    elif u < 0.28:
        c.text(pick(rng, ("Subject: ", "Betreff: " if c.language == "de" else "Objet : " if c.language == "fr" else "Asunto: " if c.language == "es" else "Oggetto: " if c.language == "it" else "Onderwerp: " if c.language == "nl" else "Re: ")))
        c.rule("subject")
        c.text("\n\n")
    if rng.random() < 0.9:
        language_rule(c, "greeting")
        c.text(pick(rng, ("\n\n", "\n\n", "\n", " ", "\n")))
    if c.language == "en" and rng.random() < 0.5:
        c.rule("opening")
        c.text(" ")
    facts = pick(rng, (0.3, 0.5, 0.7))
    for i in several(rng, 1, 3):
        if i:
            c.text("\n\n")
        paragraph(c, 1, 4, facts, " ", formal and rng.random() < 0.8)
    if rng.random() < 0.12:
        c.text(pick(rng, ("\n\n", "\n", ":\n")))
        forms.form(c)
    if rng.random() < 0.4:
        c.text(" ")
        language_rule(c, "ask")
    if rng.random() < 0.85:
        c.text(pick(rng, ("\n\n", "\n\n", "\n", " ")))
        language_rule(c, "closing")
        c.text(pick(rng, (",\n", "\n", ",\n\n", "\n\n", ", ", " ", "\n")))
        if c.language == "en" or rng.random() < 0.3:
            c.rule("signature")
        else:
            SLOTS[pick(rng, ("s", "s.first", "s.plain", "s.initials"))](c)
            if rng.random() < 0.25:
                c.text("\n")
                fact(c)


def letter(c):
    """With a head: who writes, whom to, where, when."""
    rng = c.rng
    if rng.random() < 0.6:
        SLOTS[pick(rng, ("s.plain", "o", "s"))](c)
        c.text("\n")
        SLOTS["address.block"](c)
        if rng.random() < 0.4:
            c.text("\n")
            if rng.random() < 0.5:
                c.text(pick(rng, ("Tel. ", "Phone: ", "T ", "")))
                SLOTS["phone"](c)
            else:
                SLOTS["s.email"](c)
        c.text("\n\n")
    if rng.random() < 0.7:
        if rng.random() < 0.4:
            SLOTS["o2"](c)
            c.text("\n")
        if rng.random() < 0.7:
            c.text(pick(rng, ("", "", "Mr ", "Mrs ", "Attn: ", "Ms ", "Dr ") if c.language == "en" else ("", "Herrn ", "Frau ") if c.language == "de" else ("", "")))
            SLOTS["p"](c)
            c.text("\n")
        SLOTS["address.block"](c)
        c.text("\n\n")
    if rng.random() < 0.5:
        SLOTS["town"](c)
        c.text(", ")
        SLOTS["date"](c)
        c.text("\n\n")
    if rng.random() < 0.4 and c.language == "en":
        c.text(pick(rng, ("Our ref: ", "Your ref: ", "Re: ", "Ref. ")))
        SLOTS["order"](c) if rng.random() < 0.4 else c.rule("subject")
        c.text("\n\n")
    mail(c, rng.random() < 0.7)


def chat(c):
    rng = c.rng
    u, speakers = rng.random(), []
    rule = "chat.line" if c.language == "en" else c.language + ".chat"
    if u < 0.55:
        speakers = ["p", "q", "r"][:2 + int(rng.random() * 2)]
    form = rng.random()
    stamped = rng.random() < 0.3
    handles = None
    if rng.random() < 0.15:  # a speaker whose user name is no name
        SLOTS["handle"](c)
        handles = c.out.pop()
    for i in several(rng, 2, 7):
        if i:
            c.text("\n")
        if stamped:
            c.text(pick(rng, ("[{}] ", "{} ", "({}) ")).format(numbers.clock(rng)))
        if speakers:
            who = pick(rng, speakers)
            if handles and who == "q":
                c.text(f"<{handles}> " if form < 0.5 else f"{handles}: ")
                c.rule(rule)
                continue
            if form < 0.3:
                SLOTS[who + ".first"](c)
                c.text(": ")
            elif form < 0.5:
                SLOTS[who + ".lower"](c)
                c.text(": ")
            elif form < 0.65:
                c.text("<")
                SLOTS[who + ".user"](c)
                c.text("> ")
            elif form < 0.75:
                SLOTS[who + ".user"](c)
                c.text(pick(rng, (": ", " | ")))
            elif form < 0.85:
                c.text({"p": "A: ", "q": "B: ", "r": "C: "}[who] if form < 0.8 else {"p": "me: ", "q": "him: ", "r": "Agent: "}[who])
            else:
                SLOTS[who + ".plain"](c)
                c.text(": " if form < 0.95 else "\n")
        c.rule(rule)
    if rng.random() < 0.4:
        c.out = small_letters(c.out)


def note(c):
    if c.language != "en":
        return mixed(c)
    lines(c, "note", 1, 3, None, pick(c.rng, ("\n", "\n", " ")))
    if c.rng.random() < 0.3:
        c.out = small_letters(c.out)


def lines(c, rule, low, high, head=None, by="\n"):
    if head and c.rng.random() < 0.7:
        c.rule(head)
        c.text("\n" if by == "\n" or c.rng.random() < 0.5 else " ")
    for i in several(c.rng, low, high):
        if i:
            c.text(by)
        c.rule(rule)


def contract(c):
    if c.language != "en":
        return paragraph(c, 2, 5, 0.55, "\n" if c.rng.random() < 0.5 else " ")
    if c.rng.random() < 0.3:
        c.text(pick(c.rng, ("PROMISSORY NOTE\n\n", "RESIDENTIAL LEASE\n\n", "SERVICE AGREEMENT\n", "Power of Attorney\n\n", "EMPLOYMENT CONTRACT\n\n", "NON-DISCLOSURE AGREEMENT\n\n", "LAST WILL AND TESTAMENT\n\n", "Affidavit\n\n")))
    lines(c, "legal.clause", 1, 4, "legal.parties", pick(c.rng, ("\n", "\n\n", " ")))


def mixed(c):
    """Facts and ordinary sentences, one after another."""
    paragraph(c, 1, 8, pick(c.rng, (0.35, 0.5, 0.8)), pick(c.rng, (" ", " ", " ", "\n", "\n- ", "\n\n", " – ")))


def single(c):
    """One fact, bare or in the middle of much else."""
    rng = c.rng
    u = rng.random()
    if u < 0.3:
        return fact(c)
    before, after = int(rng.random() * 4), int(rng.random() * 4)
    by = pick(rng, (" ", " ", "\n"))
    for _ in range(before):
        plain_sentence(c)
        c.text(by)
    fact(c)
    for _ in range(after):
        c.text(by)
        plain_sentence(c)


def buried(c):
    """A longer text about something, with one or two values somewhere in it."""
    rng = c.rng
    if c.language != "en":
        return single(c)
    lines_of = wide.wide_lines if rng.random() < 0.5 else topic_lines
    lines_of(c, 1, 5)
    for _ in several(rng, 1, 2):
        c.text(pick(rng, (" ", "\n", "\n\n")))
        fact(c)
        c.text(pick(rng, (" ", "\n", "\n\n")))
        lines_of(c, 1, 3)


def numbers_galore(c):
    """Numbers of all sorts beside each other, some somebody's, most not."""
    for i in several(c.rng, 3, 9):
        if i:
            c.text(pick(c.rng, ("\n", "\n", ". ", "; ", ", ")))
        if c.rng.random() < 0.4:
            fact(c, ("account", "card", "iban", "national_id", "phone", "ip", "birth", "account"))
        else:
            c.rule("plain.numbers") if c.language == "en" else plain_sentence(c)


def names_galore(c):
    """Lists of people, as on a register, in a mail's head or under a table."""
    rng = c.rng
    head = pick(rng, ("Attendees", "Class 4b", "Team", "Participants", "Invited", "Guest list", "Board", "Crew", "Winners", "Contacts", "Shift plan", "Members", "Staff", "Delegates", "Room list"))
    c.text(head + pick(rng, (":\n", "\n", ": ", "\n\n")))
    by = pick(rng, ("\n", "\n", ", ", "; ", "\n- ", "\n* "))
    form, extra = pick(rng, ("name", "name.list", "name.any", "first", "name.list", "last")), rng.random()
    for i in several(rng, 3, 10):
        c.text(by if i else by.lstrip("\n,; "))
        if by == "\n" and extra < 0.2:
            c.text(f"{i + 1}. ")
        SLOTS[form](c)
        if 0.2 < extra < 0.6:
            c.text(pick(rng, (", ", " - ", " (", "\t", " | ")))
            SLOTS[pick(rng, ("phone", "email", "town", "job", "known", "org", "n", "birth", "time"))](c)


def addresses_galore(c):
    rng = c.rng
    for i in several(rng, 1, 4):
        if i:
            c.text(pick(rng, ("\n\n", "\n\n", "\n", "; ")))
        c.rule("label" if rng.random() < 0.6 else "fact.address")


def form(c):
    u = c.rng.random()
    layout = forms.form if u < 0.46 else forms.table if u < 0.66 else forms.json_record if u < 0.72 else forms.json_nested if u < 0.76 else forms.json_lines if u < 0.79 else forms.yaml_record if u < 0.87 else forms.inline if u < 0.94 else forms.xml_record if u < 0.965 else forms.http if u < 0.985 else forms.sql
    layout(c)
    if c.rng.random() < 0.15:
        c.text("\n\n")
        paragraph(c, 1, 2, 0.3)


def medical(c):
    if c.language != "en":
        return form(c) if c.rng.random() < 0.4 else mixed(c)
    lines(c, "med.line", 1, 8, "med.head", pick(c.rng, ("\n", "\n", " ")))


def ticket(c):
    if c.language != "en":
        return mixed(c)
    if c.rng.random() < 0.25:
        forms.inline(c)
        c.text(pick(c.rng, ("\n", "\n\n", ". ")))
    lines(c, "ticket", 1, 7, None, pick(c.rng, ("\n", "\n", " ", " ")))


def scene(rule, low, high, separators=("\n", "\n", " ")):
    def make(c):
        if c.language != "en":
            return mixed(c)
        lines(c, rule, low, high, None, pick(c.rng, separators))
    return make


# Sorts with personal data, and how many of a hundred.
_SORTS = [(mail, 17), (letter, 4), (chat, 9), (form, 17), (forms.log, 9), (medical, 5), (contract, 4), (ticket, 6), (mixed, 7), (single, 7), (buried, 6),  (numbers_galore, 4), (names_galore, 2), (addresses_galore, 3),
          (note, 5), (scene("minutes", 3, 8), 3), (scene("report", 1, 4), 3), (scene("cv", 2, 7), 2), (scene("invoice", 2, 6), 3), (scene("news", 1, 4, (" ", " ", "\n")), 4), (scene("review", 1, 3, (" ",)), 1)]
SORTS = [make for make, share in _SORTS for _ in range(share)]


# --- documents without personal data -----------------------------------------------------------------------------------------------------------

def plain_corpus(c):
    by = pick(c.rng, (" ", " ", " ", "\n", "\n\n", "\n- "))
    for i in several(c.rng, 1, 7):
        c.text((by if i else "") + sentence(c))


def plain_patterns(c):
    by = pick(c.rng, (" ", " ", "\n", "\n- ", "\n\n"))
    for i in several(c.rng, 1, 7):
        if i:
            c.text(by)
        plain_sentence(c)


def plain_chat(c):
    rule = "chat.plain" if c.language == "en" else c.language + ".plain"
    for i in several(c.rng, 2, 8):
        if i:
            c.text("\n")
        u = c.rng.random()
        c.rule(rule if c.language != "en" or u < 0.4 else "hard.plain" if u < 0.6 else pick(c.rng, ("w.chat", "w.chat", "w.typed")))
    if c.rng.random() < 0.25:
        c.out = small_letters(c.out)


def topic_lines(c, low, high):
    """Title and lines of one topic, as prose, list or paragraphs."""
    rng = c.rng
    topic = pick(rng, redact_plain.TOPICS)
    if rng.random() < 0.55:
        c.rule("pl.title")
        c.text(pick(rng, ("\n\n", "\n\n", "\n", ". ", ": ")))
    by = pick(rng, (" ", " ", " ", "\n", "\n", "\n- ", "\n\n"))
    for i in several(rng, low, high):
        if i:
            c.text(by if rng.random() < 0.9 else "\n\n")
        if rng.random() < 0.14:
            c.text(sentence(c))
        else:
            c.rule(pick(rng, topic))


def plain_topic(c):
    if c.language != "en":
        return plain_patterns(c)
    topic_lines(c, 2, 12)


def plain_wide(c):
    if c.language != "en":
        return plain_patterns(c)
    wide.wide_lines(c, 1, 12)


def plain_salad(c):
    """Words without sense, capitals anywhere: a capital letter alone makes no name."""
    rng = c.rng
    style = rng.random()
    out = []
    for _ in several(rng, 6, 60):
        w = grammar.word(c)
        u = rng.random()
        if u < 0.25 or style < 0.2:
            w = w.capitalize()
        elif u < 0.28 or style > 0.93:
            w = w.upper()
        elif u < 0.34:
            w = pick(rng, (numbers.neutral, numbers.money, numbers.version, numbers.quantity, numbers.clock))(rng)
        out.append(w + (pick(rng, (",", ".", ";", ":", " -")) if rng.random() < 0.15 else ""))
        if rng.random() < 0.03:
            out[-1] += "\n"
    c.text(" ".join(out).replace("\n ", "\n"))


def plain_form(c):
    pick(c.rng, (forms.form, forms.table, forms.json_record, forms.yaml_record, forms.inline))(c, False)


def plain_log(c):
    rng = c.rng
    for i in several(rng, 1, 6):
        if i:
            c.text("\n")
        c.text((forms.stamp(rng) + " " + pick(rng, forms._LEVELS) + " ").lstrip())
        c.rule("log.plainline")


def plain_scene(c):
    rule, by = pick(c.rng, (("med.plain", " "), ("plain.news", " "), ("plain.numbers", "\n"), ("plain.words", "\n"), ("ask", " "), ("plain.numbers", " "), ("plain.words", " ")))
    if c.language != "en":
        rule = c.language + ".plain"
    for i in several(c.rng, 2, 7):
        if i:
            c.text(by)
        c.rule(rule)


_PLAIN_SORTS = [(plain_wide, 34), (plain_topic, 18), (plain_corpus, 14), (plain_patterns, 11), (plain_chat, 7), (plain_salad, 4), (plain_form, 5), (plain_log, 4), (plain_scene, 3)]
PLAIN_SORTS = [make for make, share in _PLAIN_SORTS for _ in range(share)]


# --- documents --------------------------------------------------------------------------------------------------------------------------------

def assemble(pieces):
    """Pieces → text and spans; white space at the ends of values is left outside."""
    texts, spans, at = [], [], 0
    for piece in pieces:
        if type(piece) is str:
            texts.append(piece)
            at += len(piece)
        else:
            text, kind = piece
            start = at + len(text) - len(text.lstrip())
            end = at + len(text.rstrip())
            texts.append(text)
            at += len(text)
            if end > start:
                spans.append((start, end, kind))
    text = "".join(texts)
    cut = len(text) - len(text.lstrip())
    text = text.strip()
    return text, [(s - cut, e - cut, k) for s, e, k in spans]


def document(rng):
    """One document: its text and its spans (start, end, kind)."""
    while True:
        context = Context(rng, pick(rng, LANGUAGES))
        pick(rng, PLAIN_SORTS if rng.random() < 0.34 else SORTS)(context)
        if rng.random() < 0.2:  # two in one, as in a long text whose parts are about different things
            context.text(pick(rng, ("\n\n", "\n", "\n\n---\n\n", " ")))
            other = Context(rng, context.language, context.country)
            pick(rng, PLAIN_SORTS if rng.random() < 0.6 or not any(type(p) is tuple for p in context.out) else SORTS)(other)
            context.out += other.out
        text, spans = assemble(noise(rng, context.out))
        if len(text) > 1500:
            text, spans = shorten(text, spans)
        if len(text) >= 40 or len(text) >= 12 and rng.random() < 0.25:
            return text, spans


def shorten(text, spans):
    """Cut at the end of a line or sentence, not within a value."""
    end = max(text.rfind("\n", 700, 1500), text.rfind(". ", 700, 1500) + 1)
    end = end if end > 0 else 1500
    for s, e, _ in spans:
        if s < end < e:
            end = s
    text = text[:end].rstrip()
    return text, [(s, e, k) for s, e, k in spans if e <= len(text)]


def marked(text, spans):
    out, at = [], 0
    for start, end, kind in spans:
        out += [text[at:start], "⟦", kind, ":", text[start:end], "⟧"]
        at = end
    return "".join(out) + text[at:]


def check(text, spans):
    at = 0
    for start, end, kind in spans:
        value = text[start:end]
        assert at <= start < end <= len(text), (text, spans)
        assert value == value.strip() and kind in KINDS, (value, kind)
        if kind == "card":
            assert numbers.luhn_right(value), value
        elif kind == "iban":
            assert numbers.iban_right(value), value
        at = end


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("-n", type=int, default=20, help="how many")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--kind", help="only documents with a value of this kind, or `none`")
    parser.add_argument("--check", action="store_true", help="make 20,000, check and count them")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    if options.check:
        count = 20000
        begin, totals, with_spans, characters = time.time(), collections.Counter(), 0, 0
        documents = [document(rng) for _ in range(count)]
        seconds = time.time() - begin
        for text, spans in documents:
            check(text, spans)
            totals.update(kind for _, _, kind in spans)
            with_spans += bool(spans)
            characters += len(text)
        print(f"{count / seconds:.0f} documents a second; {with_spans / count:.1%} with spans; {characters / count:.0f} characters on average")
        print("of 1,000 documents: " + ", ".join(f"{kind} {totals[kind] * 1000 / count:.0f}" for kind in KINDS))
        return
    done = 0
    while done < options.n:
        text, spans = document(rng)
        check(text, spans)
        if options.kind and not (any(k == options.kind for _, _, k in spans) if options.kind != "none" else not spans):
            continue
        print(f"=== {done + 1}\n{marked(text, spans)}")
        done += 1


if __name__ == "__main__":
    main()
