"""A small grammar for texts with marked values, and the slots it knows.

A pattern is a text with alternatives `[a|b|c]` (they nest; an empty one makes it optional: `[a|]`), and slots `{slot}`. A slot is a value (marked with its kind
where it is personal), or the name of a rule, a list of patterns one of which is taken. `\\[` is a bracket, `\\n` a line break.
What comes out is a list of pieces: a text, or a pair of a text and its kind.
"""

import redact_numbers as numbers
import redact_values as values
from redact_values import pick

RULES = {}  # name of a rule → compiled patterns
_SOURCES = {}


def add_rules(rules):
    """Rules from {name: patterns}; patterns are a list, or a text with one pattern on each line."""
    for name, patterns in rules.items():
        if isinstance(patterns, str):
            patterns = [line.strip() for line in patterns.strip().split("\n") if line.strip()]
        _SOURCES.setdefault(name, []).extend(patterns)


def finish():
    """Compiles all rules; unknown slots are errors here, not in the middle of a training."""
    for name, patterns in _SOURCES.items():
        RULES[name] = []
    for name, patterns in _SOURCES.items():
        RULES[name].extend(compile_pattern(p) for p in patterns)
    _SOURCES.clear()


def compile_pattern(text):
    nodes, end = _sequence(text.replace("\\n", "\n"), 0, False)
    assert end == len(text.replace("\\n", "\n")), text
    return nodes


def _sequence(text, i, inside):
    nodes, literal = [], []

    def flush():
        if literal:
            nodes.append("".join(literal))
            literal.clear()
    while i < len(text):
        c = text[i]
        if c == "\\":
            literal.append(text[i + 1])
            i += 2
        elif c == "[":
            flush()
            options = []
            while True:
                option, i = _sequence(text, i + 1, True)
                options.append(option)
                if text[i] == "]":
                    break
            nodes.append(tuple(options))
            i += 1
        elif inside and c in "|]":
            break
        elif c == "{":
            flush()
            end = text.index("}", i)
            nodes.append(_slot(text[i + 1:end]))
            i = end + 1
        else:
            literal.append(c)
            i += 1
    assert i < len(text) or not inside, f"open bracket in {text!r}"
    flush()
    return nodes, i


def _slot(name):
    if name in SLOTS:
        return SLOTS[name]
    assert name in _SOURCES or name in RULES, f"no slot {name}"
    patterns = RULES.setdefault(name, [])
    return lambda c: c.expand(pick(c.rng, patterns))


class Context:
    """What one document is about: its country and language, the people and organisations that come up again."""

    def __init__(self, rng, language="en", country=None):
        self.rng = rng
        self.language = language
        self.country = country or values.country(rng, language)
        self.out = []
        self._people = {}
        self._things = {}

    def expand(self, nodes):
        out, random = self.out, self.rng.random
        for node in nodes:
            kind = type(node)
            if kind is str:
                out.append(node)
            elif kind is tuple:
                self.expand(node[int(random() * len(node))])
            else:
                node(self)

    def rule(self, name):
        self.expand(pick(self.rng, RULES[name]))

    def text(self, text):
        self.out.append(text)

    def value(self, text, kind):
        text = text.strip()
        if text:
            self.out.append((text, kind))

    def other_country(self):
        return self.country if self.rng.random() < 0.85 else values.country(self.rng, self.language)

    def person(self, key):
        found = self._people.get(key)
        if found is None:
            found = self._people[key] = values.Person(self.rng, self.other_country())
        return found

    def thing(self, key, make):
        found = self._things.get(key)
        if found is None:
            found = self._things[key] = make()
        return found


SLOTS = {}


def slot(name, kind=None):
    """Registers a function of the context as a slot; what it returns is written, marked with the kind."""
    def register(function):
        if kind is None:
            SLOTS[name] = lambda c: c.out.append(function(c))
        else:
            SLOTS[name] = lambda c: c.value(function(c), kind)
        return function
    return register


# --- people: {p}, {q}, {r} are the same persons all through a document, {name} is somebody new ---------------------------------------------------

for _key in "pqrs":
    slot(_key, "name")(lambda c, k=_key: c.person(k).full(c.rng))
    slot(_key + ".plain", "name")(lambda c, k=_key: c.person(k).plain(c.rng))
    slot(_key + ".list", "name")(lambda c, k=_key: c.person(k).listed(c.rng))
    slot(_key + ".first", "name")(lambda c, k=_key: c.person(k).first)
    slot(_key + ".nick", "name")(lambda c, k=_key: values.nickname(c.rng, c.person(k).first))
    slot(_key + ".last", "name")(lambda c, k=_key: c.person(k).last)
    slot(_key + ".LAST", "name")(lambda c, k=_key: c.person(k).last.upper())
    slot(_key + ".middle", "name")(lambda c, k=_key: c.person(k).middle or values.first_name(c.rng))
    slot(_key + ".upper", "name")(lambda c, k=_key: c.person(k).plain(c.rng).upper())
    slot(_key + ".lower", "name")(lambda c, k=_key: c.person(k).first.lower())
    slot(_key + ".initials", "name")(lambda c, k=_key: f"{c.person(k).first[0]}. {c.person(k).last}")
    slot(_key + ".mi", "name")(lambda c, k=_key: (c.person(k).middle or c.person(k).last)[0] + pick(c.rng, ("", ".")))
    slot(_key + ".user", "name")(lambda c, k=_key: c.person(k).user(c.rng))
    slot(_key + ".email", "email")(lambda c, k=_key: c.thing("email" + k, lambda: values.email(c.rng, c.person(k), c.thing("o", lambda: values.organisation(c.rng, c.country)) if c.rng.random() < 0.4 else None)))
    slot(_key + ".any", "name")(lambda c, k=_key: any_form(c, c.person(k)))


def any_form(c, person):
    u = c.rng.random()
    return person.full(c.rng) if u < 0.5 else person.first if u < 0.72 else person.last if u < 0.85 else person.plain(c.rng)


def new_person(c):
    return values.Person(c.rng, c.other_country())


slot("name", "name")(lambda c: new_person(c).full(c.rng))
slot("name.any", "name")(lambda c: any_form(c, new_person(c)))
slot("name.list", "name")(lambda c: new_person(c).listed(c.rng))
slot("name.upper", "name")(lambda c: new_person(c).plain(c.rng).upper())
slot("first", "name")(lambda c: values.first_name(c.rng, c.country))
slot("first.lower", "name")(lambda c: values.nickname(c.rng, values.first_name(c.rng, c.country)).lower())
slot("last", "name")(lambda c: new_person(c).last)
slot("user", "name")(lambda c: new_person(c).user(c.rng))

# --- other personal values ----------------------------------------------------------------------------------------------------------------------

for _key in ("o", "o2"):
    slot(_key, "organisation")(lambda c, k=_key: c.thing(k, lambda: values.organisation(c.rng, c.country)))
slot("org", "organisation")(lambda c: values.organisation(c.rng, c.other_country()))
slot("bank", "organisation")(lambda c: pick(c.rng, values.tables.BANKS) if c.rng.random() < 0.6 else values.organisation(c.rng, c.country))
slot("address", "address")(lambda c: values.address(c.rng, c.other_country()))
slot("address.one", "address")(lambda c: values.address(c.rng, c.other_country(), False))
slot("address.block", "address")(lambda c: values.address(c.rng, c.other_country(), True))
slot("street", "address")(lambda c: values.street_address(c.rng, c.other_country()))
slot("street.town", "address")(lambda c: f"{values.street_address(c.rng, c.country)}{pick(c.rng, (', ', ', ', ' in ', ' '))}{values.town(c.rng, c.country)}")
slot("place", "address")(lambda c: values.postcode_town(c.rng, c.other_country()))
slot("postcode", "address")(lambda c: values.postcode(c.rng, c.country) or values.postcode(c.rng, "DE"))
slot("email", "email")(lambda c: values.email(c.rng, new_person(c)))
slot("o.email", "email")(lambda c: values.email(c.rng, None, c.thing("o", lambda: values.organisation(c.rng, c.country))))
slot("phone", "phone")(lambda c: numbers.phone(c.rng, c.other_country()))
slot("birth", "birth")(lambda c: numbers.birth(c.rng, c.country, c.language if c.rng.random() < 0.95 else "en"))
slot("account", "account")(lambda c: numbers.account(c.rng, "bank"))
slot("known", "account")(lambda c: numbers.account(c.rng))
for _kind in ("sort", "routing", "bsb", "transit", "institution", "ifsc", "clabe", "blz", "branch", "reg"):
    slot(_kind, "account")(lambda c, k=_kind: numbers.account(c.rng, k))
slot("card", "card")(lambda c: numbers.card(c.rng))
slot("iban", "iban")(lambda c: numbers.iban(c.rng, c.country))
slot("ip", "ip")(lambda c: numbers.ip(c.rng))
slot("ip.same", "ip")(lambda c: c.thing("ip", lambda: numbers.ip(c.rng)))
slot("secret", "url")(lambda c: numbers.secret_url(c.rng))


def _national(c):
    label, number = numbers.national(c.rng, c.country)
    c.text(label)
    c.text(pick(c.rng, (": ", " ", ": ", ", ", " is ", " = ") if c.language == "en" else (": ", " ", ": ", ", ")))
    c.value(number, "national_id")


SLOTS["id"] = _national  # the name of the number and the number


@slot("idlabel")
def _id_label(c):
    """What a number is called; the next `{idno}` is such a number."""
    label, c._things["idno"] = numbers.national(c.rng, c.country)
    return label


slot("idno", "national_id")(lambda c: c._things.pop("idno", None) or numbers.national(c.rng, c.country)[1])

# --- what is nobody's ----------------------------------------------------------------------------------------------------------------------------

slot("town")(lambda c: values.town(c.rng, c.other_country()))
slot("country")(lambda c: pick(c.rng, values.COUNTRY_NAMES))
slot("region")(lambda c: pick(c.rng, values.LISTS["places"]["regions"]))
slot("day")(lambda c: pick(c.rng, numbers.DAYS.get(c.language, numbers.DAYS["en"])))
slot("month")(lambda c: pick(c.rng, numbers.MONTHS[c.language]))
slot("date")(lambda c: numbers.date(c.rng, c.country, c.language))
slot("date.past")(lambda c: numbers.date(c.rng, c.country, c.language, (1960, 2026)))
slot("time")(lambda c: numbers.clock(c.rng))
slot("year")(lambda c: str(numbers.between(c.rng, 1850, 2030)))
slot("exp")(lambda c: pick(c.rng, ("{m:02d}/{y:02d}", "{m:02d}/20{y:02d}", "{m}/{y:02d}", "{m:02d}-{y:02d}")).format(m=numbers.between(c.rng, 1, 12), y=numbers.between(c.rng, 24, 33)))
slot("n")(lambda c: str(numbers.between(c.rng, 2, 12)))
slot("nn")(lambda c: str(numbers.between(c.rng, 2, 99)))
slot("bp")(lambda c: f"{numbers.between(c.rng, 85, 190)}/{numbers.between(c.rng, 45, 110)}")
slot("nnn")(lambda c: str(numbers.between(c.rng, 100, 9999)))
slot("digits")(lambda c: numbers.digits(c.rng, numbers.between(c.rng, 2, 9)))
slot("order")(lambda c: numbers.neutral(c.rng))
slot("money")(lambda c: numbers.money(c.rng))
slot("version")(lambda c: numbers.version(c.rng))
slot("quantity")(lambda c: numbers.quantity(c.rng))
slot("url")(lambda c: numbers.plain_url(c.rng))
slot("word")(lambda c: word(c))
slot("Word")(lambda c: word(c).capitalize())
slot("noun")(lambda c: pick(c.rng, values._CAPITALISABLE[c.language][:3000]))
slot("sentence")(lambda c: sentence(c))
slot("job")(lambda c: pick(c.rng, JOBS.get(c.language, JOBS["en"])))
slot("token")(lambda c: numbers.token(c.rng, 6, 20))
slot("odd")(lambda c: numbers.odd(c.rng))
slot("geo")(lambda c: f"{c.rng.random() * 140 - 70:.{numbers.between(c.rng, 2, 6)}f}, {c.rng.random() * 300 - 150:.{numbers.between(c.rng, 2, 6)}f}")
slot("coupon")(lambda c: pick(c.rng, values.DOMAIN_WORDS).upper() + str(numbers.between(c.rng, 5, 50)))
slot("handle")(lambda c: pick(c.rng, ("{}{}", "{}_{}", "x{}{}x", "{}{}99", "the_{}_{}", "{}bot")).format(pick(c.rng, values.DOMAIN_WORDS), pick(c.rng, values.DOMAIN_WORDS)))
slot("hash")(lambda c: f"{int(c.rng.random() * 16 ** 7):07x}")
slot("log.date")(lambda c: f"{numbers.between(c.rng, 2018, 2027)}-{numbers.between(c.rng, 1, 12):02d}-{numbers.between(c.rng, 1, 28):02d}" + pick(c.rng, ("", "T10:14:03Z", " 08:40:12", "T22:10:04.118Z")))
slot("email.encoded", "email")(lambda c: values.email(c.rng, new_person(c)).replace("@", "%40"))

JOBS = dict(values.LISTS["jobs"])
JOBS["en"] = sorted(set(j.lower() for j in JOBS.get("en", []))) or ["engineer"]


def word(c):
    """Any word, frequent ones more often."""
    words = values.WORDS[c.language]
    return words[int(len(words) * c.rng.random() ** 3)]


def sentence(c, low=0, high=400):
    found = values.SENTENCES.get(c.language) or values.SENTENCES["en"]
    for _ in range(4):
        text = pick(c.rng, found)
        if low <= len(text) <= high:
            break
    return text
