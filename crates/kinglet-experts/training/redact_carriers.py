"""Ordinary sentences with somebody put into them: a pronoun or `the school` is replaced by a name, so that names stand in thousands of contexts that nobody wrote a pattern for."""

import re

import redact_values as values
from redact_grammar import SLOTS
from redact_values import pick

_PLACES = {  # what is replaced → what by
    "name": re.compile(r"\b(?:[Hh]e|[Ss]he|him)\b(?!')"),
    "possessive": re.compile(r"\b[Hh]is\b"),
    "titled": re.compile(r"\b[Tt]he (?:old |young )?(?:doctor|teacher|boss|boy|girl|man|woman|judge|manager|driver|nurse|professor|lawyer|lady|child|widow|captain|priest|clerk|mayor|senator|detective|secretary|patient|student|salesman|minister|speaker)\b"),
    "organisation": re.compile(r"\b[Tt]he (?:company|bank|school|hospital|firm|university|police|committee|agency|charity|club|hotel|council|church|corporation|store|factory|college|ministry|union|department|newspaper|museum|association|team|government|party)\b"),
    "address": re.compile(r"\bat (?:home|the corner|the station|the restaurant|the office|the hotel|the party|work|the store|the club)\b|\bin the (?:house|hotel|apartment|kitchen|office|restaurant|garage|basement)\b"),
    "place": re.compile(r"\b(?:in|to) the (?:city|town|village)\b"),
}


def _carriers():
    found = {kind: [] for kind in _PLACES}
    for text in values.SENTENCES["en"]:
        if len(text) > 160:
            continue
        for kind, pattern in _PLACES.items():
            match = pattern.search(text)
            if match:
                found[kind].append((text[:match.start()], match[0], text[match.end():]))
    return found


CARRIERS = _carriers()


def _name(c):
    rng = c.rng
    kind = pick(rng, ("name", "name", "name", "possessive", "titled"))
    before, old, after = pick(rng, CARRIERS[kind])
    c.text(before)
    u = rng.random()
    if kind == "titled" and u < 0.5:
        c.rule("title")
        c.text(" ")
        SLOTS["last" if u < 0.35 else "name"](c)
    elif kind != "titled" and u < 0.12:
        c.text("My " if before == "" else "my ")
        c.rule("relative")
        c.text(" ")
        SLOTS["first"](c)
    else:
        SLOTS[pick(rng, ("name.any", "name.any", "first", "p.any"))](c)
    if kind == "possessive":
        c.text(pick(rng, ("'s", "'s", "'s", "’s", "s")))
    c.text(after)


def _organisation(c):
    before, _, after = pick(c.rng, CARRIERS["organisation"])
    c.text(before)
    SLOTS["org"](c)
    c.text(after)


def _address(c):
    before, old, after = pick(c.rng, CARRIERS["address"])
    c.text(before + ("at " if old.startswith("at") or c.rng.random() < 0.6 else "in "))
    SLOTS[pick(c.rng, ("street", "street", "street.town", "address.one"))](c)
    c.text(after)


def _place(c):
    """Towns and countries, which are nobody's."""
    before, old, after = pick(c.rng, CARRIERS["place"])
    c.text(before + old[:2] + " ")
    SLOTS[pick(c.rng, ("town", "country", "town", "region"))](c)
    c.text(after)


def _aside(c):
    """A value put into the middle of a sentence, in brackets or between commas."""
    rng = c.rng
    text = pick(rng, values.SENTENCES[c.language])
    spaces = [m.start() for m in re.finditer(" ", text)]
    at = pick(rng, spaces) if spaces else len(text)
    begin, end = pick(rng, (("(", ")"), ("(", ")"), ("", ","), ("", ""), ("- ", " -"), ("[", "]"), ("“", "”"), ("<", ">")))
    c.text(text[:at].rstrip(",;:") + " " + begin)
    SLOTS[pick(rng, ("phone", "email", "name", "name", "org", "iban", "card", "ip", "address.one", "secret", "place", "name", "p.user"))](c)
    c.text(end + text[at:])


SLOTS["carrier.name"], SLOTS["carrier.organisation"], SLOTS["carrier.address"], SLOTS["carrier.place"], SLOTS["aside"] = _name, _organisation, _address, _place, _aside
