"""What there is in the world, by the tens of thousands (see `things` in lists.py), where a name might stand: in lists, in headings, as subject and object, with capitals
or without. So that a word that nobody has seen before is not a name because it has a capital."""

from redact_grammar import SLOTS, add_rules
from redact_values import LISTS, pick

THINGS = LISTS["things"]
_KINDS = sorted(THINGS)
_CAPITALS = {kind: [name for name in THINGS[kind] if name[0].isupper()] for kind in _KINDS}


def _thing(c, kind=None):
    rng = c.rng
    kind = kind or pick(rng, _KINDS)
    u = rng.random()
    name = pick(rng, _CAPITALS[kind] if u < 0.35 and _CAPITALS[kind] else THINGS[kind])
    if 0.35 < u < 0.75:
        name = " ".join(word[:1].upper() + word[1:] for word in name.split(" "))
    elif u > 0.96:
        name = name.upper()
    elif u > 0.9:
        name = name.lower()
    c.text(name)


def _series(c):
    """Several of a kind, as on a menu, a packing list, an agenda."""
    rng = c.rng
    kind = pick(rng, _KINDS)
    by = pick(rng, (", ", ", ", ", ", "\n", "\n- ", "; ", " / ", "\n* ", " and "))
    for i in range(2 + int(rng.random() * 7)):
        c.text(by if i else by.lstrip(" ,;/").removeprefix("and ") if by.startswith("\n") else "")
        _thing(c, kind)
        if rng.random() < 0.1:
            c.text(pick(rng, (" (v)", " x 2", " (vg)", " – new", " 3.50", " (3 pcs)", " *", "?", " with extras")))


SLOTS["thing.any"], SLOTS["things"] = _thing, _series
for _kind in _KINDS:
    SLOTS["thing." + _kind] = lambda c, kind=_kind: _thing(c, kind)

add_rules({
    "thing.plain": """
        {things}
        {things}
        [Today|Tonight|Starters|Mains|Puddings|Sides|Menu|Specials|To buy|To do|Topics|Agenda|Seeds|Wildlife|Exhibits|Syllabus|Keywords|Tags|Stops|Route|Sights][:| –] {things}
        The {thing.any} [is|was|has been|can be|looks|costs] {word}[, the {thing.any} {word}|].
        [The|A|An|This|Our|That|My|Every|No] {thing.any} [of|in|with|from|for|without|beside|near] [the |a |]{thing.any} [is|was|were|has|had|will be|makes] {word}.
        [with|from|to|at|by|about|after|before|in|on|near|like|for] {thing.any}[ and {thing.any}| or {thing.any}|]
        {thing.any}: {sentence}
        {thing.any} – {sentence}
        {thing.any} and {thing.any} [are|were|look|taste|smell|grow|live|work] {word}[ in {thing.place}|].
        {thing.any} {word} [the |]{thing.any}.
        We [saw|visited|ate|grew|studied|discussed|bought|sold|painted|crossed|ordered|tried] [the |some |a |two |]{thing.any} [and|but not|near|with] [the |a |]{thing.any}[ {soon}| on {day}|].
        [i|we|they] [like|love|hate|want|need|miss|got|lost|saw] {thing.any}[ and {thing.any}| lol| tbh|, not {thing.any}| more than {thing.any}|]
        [What|Which|Where|When|Why|How] [is|was|are|were] [the |a |]{thing.any}[ called| made of| found| from| so {word}|]?
        {n}. {thing.any}[ ({year})| [–|:] {thing.any}|]
        # {thing.any}\\n\\n{sentence}
        In {thing.place}[ and {thing.place}|] [the |]{thing.any} [is|was|are|were] {word}.
        {thing.place}, {thing.place} and {thing.place}[, {nn} km| in {month}| by train|]
        [Served|Filled|Topped|Mixed|Best] with {thing.food}[, {thing.food}|] and {thing.food}.
        {thing.food} [with|and|in|on] {thing.food} [{money}|{n}.{nn}|v|]
        Plant {thing.plant} [beside|after|away from] {thing.plant}[, not {thing.plant}|][ in {month}|].
        [diagnosis|history|allergies|dx|hx|pmh][:| of] {thing.state}[, {thing.state}|]
        {thing.event} [and|after|before|during] {thing.event} ({year})
    """,
})
