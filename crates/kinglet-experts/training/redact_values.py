"""Values that are written in letters: people, addresses, organisations, e-mail addresses. Each country has its own names and ways to write them.

All functions take the random generator first. What they return is the value only, without labels, titles or punctuation around it.
"""

import collections
import json
import os
import re
import unicodedata

import redact_bodies as bodies
import redact_tables as tables

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "lists.json"), encoding="utf-8") as _file:
    LISTS = json.load(_file)

_TRADE_NAMES = {n.lower() for n in tables.KNOWN + tables.BANKS + bodies.BODIES + bodies.FIRMS} - set("apple orange shell target boots chase sky wise progressive amazon hermes op sap humana spar emirates prudential spark edge claro globe prisma iberia delta".split())
WORDS = {language: [w for w in words if w.removesuffix("'s") not in _TRADE_NAMES] for language, words in LISTS["words"].items()}
SENTENCES = LISTS["sentences"]
TOWNS = {**LISTS["places"]["towns"], "SG": ["Singapore"], "HK": ["Hong Kong", "Kowloon", "Central", "Wan Chai", "Tsuen Wan", "Sha Tin"]}
COUNTRY_NAMES = LISTS["places"]["countries"]


def pick(rng, values):
    return values[int(rng.random() * len(values))]


def chance(rng, p):
    return rng.random() < p


def fill(rng, mask):
    """A text in the form of a mask: `#` digit, `%` digit from 1, `?` capital letter, `*` digit or letter."""
    out, random = [], rng.random
    for c in mask:
        if c == "#":
            out.append("0123456789"[int(random() * 10)])
        elif c == "%":
            out.append("123456789"[int(random() * 9)])
        elif c == "?":
            out.append("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[int(random() * 26)])
        elif c == "*":
            out.append("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[int(random() * 36)])
        else:
            out.append(c)
    return "".join(out)


_FOLD = {"ß": "ss", "ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ð": "d", "þ": "th", "œ": "oe", "ə": "e"}
_UMLAUT = {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}


def ascii_of(text, german=False):
    if text.isascii():
        return text
    if german:
        text = "".join(_UMLAUT.get(c, c) for c in text)
    text = "".join(_FOLD.get(c, c) for c in unicodedata.normalize("NFD", text))
    return "".join(c for c in text if c.isascii())


# --- countries ------------------------------------------------------------------------------------------------------------------------------

def _people():
    raw = dict(LISTS["people"])
    for country, (first, last) in tables.MORE_PEOPLE.items():
        raw[country] = {"first": first, "last": last}
    common = collections.Counter(name for lists in raw.values() for names in lists.values() for name in names)
    words = set(WORDS["en"][:6000]).difference(w.lower() for names in LISTS["word_names"].values() for w in names)
    for c in list(raw):  # the lists have words like `You` and `Trading` among the names of some countries
        raw[c] = {key: [n for n in names if common[n] > 5 or n.lower() not in words and len(n) > 2] for key, names in raw[c].items()}
        if len(raw[c]["last"]) < 8:
            del raw[c]
    return raw


PEOPLE = _people()
ALL_PEOPLE = sorted(PEOPLE)
COUNTRIES = sorted(tables.ADDRESSES)
FIRST_WORDS, LAST_WORDS = LISTS["word_names"]["first"], LISTS["word_names"]["last"]
_BY_LANGUAGE = {
    "en": ("US " * 14 + "GB " * 12 + "IE CA CA CA AU AU AU NZ ZA ZA NG NG KE GH IN IN IN IN PK SG MY PH HK " + " ".join(COUNTRIES)).split(),
    "de": "DE DE DE DE DE DE AT AT CH LU".split(), "fr": "FR FR FR FR FR BE CH CA LU MA".split(), "es": "ES ES ES ES MX MX AR CL CO PE".split(), "nl": "NL NL NL NL BE".split(), "it": "IT IT IT IT IT CH".split(),
}


def country(rng, language="en"):
    return pick(rng, _BY_LANGUAGE.get(language, _BY_LANGUAGE["en"]))


# --- people ---------------------------------------------------------------------------------------------------------------------------------

_ONSETS = "b br c ch cr d dr f fl g gr h j k kl kr l m mb n ng p pr qu r rh s sh sk st str t th tr v vl w wr y z zh Ts Kh".lower().split()
_VOWELS = "a a a e e e i i o o u ai ei ia ie io oa ou ue y é á ö ü".split()
_CODAS = ["", "", "", "", "n", "r", "l", "s", "th", "m", "nd", "k", "sh", "t", "rd", "ng", "x", "lt", "nn", "ck"]
_ENDINGS = "son sen ski ska ov ova ić wicz enko ez es ian yan idis oğlu man mann er berg stein feld ton ley ford field well worth dottir ini elli etti ano oni eau ard ault in nen la wala kar singh pour zadeh abe ura moto".split()


def invented(rng, last):
    """A name that is in no list, of syllables or of the parts of two names."""
    if rng.random() < 0.5:
        word = "".join(pick(rng, _ONSETS) + pick(rng, _VOWELS) + (pick(rng, _CODAS) if rng.random() < 0.4 else "") for _ in range(1 + int(rng.random() * 2.4)))
        if last and rng.random() < 0.6:
            word += pick(rng, _ENDINGS)
    else:
        key = "last" if last else "first"
        a, b = (pick(rng, PEOPLE[pick(rng, ALL_PEOPLE)][key]) for _ in "ab")
        word = a[:2 + int(rng.random() * 3)] + b[-(2 + int(rng.random() * 3)):]
    word = word.replace("-", "").replace(" ", "").replace("'", "").replace(".", "")
    return word[:1].upper() + word[1:].lower() if len(word) > 2 else "Oru" + word


_FOLLOWERS = {}
_FREQUENT = set(WORDS["en"][:12000])


def sounding(rng, code, key):
    """A name that is in no list but sounds like those of a country: each letter follows the three before it somewhere there."""
    chain = _FOLLOWERS.get((code, key))
    if chain is None:
        chain = _FOLLOWERS[code, key] = {}
        for name in PEOPLE[code][key][::3]:
            text = "   " + name.lower() + "\n"
            for i in range(3, len(text)):
                chain.setdefault(text[i - 3:i], []).append(text[i])
    for _ in range(6):
        name = "   "
        while name[-1] != "\n" and len(name) < 18:
            name += pick(rng, chain[name[-3:]])
        name = name.strip()
        if len(name) > 3 and name not in _FREQUENT:
            break
    return name.title() if " " in name or "-" in name else name.capitalize()


def first_name(rng, code=None):
    u = rng.random()
    if u < 0.04:
        return invented(rng, False)
    if u < 0.09:
        return sounding(rng, code if code in PEOPLE and u < 0.06 else pick(rng, ALL_PEOPLE), "first")
    if u < 0.14:
        return pick(rng, FIRST_WORDS)
    if u < 0.32:
        return pick(rng, PEOPLE[pick(rng, ALL_PEOPLE)]["first"])
    names = PEOPLE[code if code in PEOPLE and u < 0.95 else pick(rng, ALL_PEOPLE)]["first"]
    return names[int(len(names) * (rng.random() ** (2 if u < 0.6 else 1)))]


def last_name(rng, code=None):
    u = rng.random()
    if u < 0.05:
        return invented(rng, True)
    if u < 0.11:
        return sounding(rng, code if code in PEOPLE and u < 0.08 else pick(rng, ALL_PEOPLE), "last")
    if u < 0.16:
        return pick(rng, LAST_WORDS)
    if u < 0.165:
        return pick(rng, WORDS["en"]).capitalize()
    if u < 0.34:
        return pick(rng, PEOPLE[pick(rng, ALL_PEOPLE)]["last"])
    names = PEOPLE[code if code in PEOPLE and u < 0.95 else pick(rng, ALL_PEOPLE)]["last"]
    return names[int(len(names) * (rng.random() ** (2 if u < 0.6 else 1)))]


_PARTICLES = {"NL": ["van", "de", "van der", "van den", "van de", "ter", "ten", "van 't", "van"], "BE": ["Van", "De", "Van den", "Vander", "Van de", "D'"],
              "DE": ["von", "von", "von der", "zu", "vom"], "AT": ["von"], "FR": ["de", "de la", "du", "Le", "d'"], "IT": ["De", "Di", "Della", "D'", "Lo", "Dal"], "PT": ["da", "dos", "de", "do"], "BR": ["da", "dos", "de", "do"], "ES": ["de", "de la", "del"],
              "AE": ["Al-", "Al", "bin", "El"], "SA": ["Al-", "Al", "bin"], "EG": ["El-", "El", "Abd El"], "MA": ["El", "Ben", "Aït"], "IE": ["Ó", "O'", "Mc", "Mac", "Ní"], "GB": ["Mc", "Mac", "O'", "Fitz"], "US": ["Mc", "O'", "De", "Van", "St.", "Mac"], "ZA": ["van der", "du", "van", "de"],
              "PH": ["dela", "de los", "de"], "MX": ["de la", "de"], "IL": ["Ben-", "Bar-"], "MY": ["bin", "binti"], "CA": ["Mc", "Mac"]}
_PARTICLE_RATE = {"NL": 0.28, "BE": 0.22, "AE": 0.4, "SA": 0.4, "EG": 0.2, "BR": 0.15, "PT": 0.15, "IT": 0.06, "FR": 0.07, "DE": 0.04, "IE": 0.15, "ZA": 0.1, "MY": 0.3}
_SPANISH, _PORTUGUESE = set("ES MX AR CL CO PE".split()), {"PT", "BR"}
_FAMILY_FIRST = {"CN": 0.55, "TW": 0.5, "HK": 0.5, "SG": 0.5, "KR": 0.5, "HU": 0.5, "VN": 0.8, "JP": 0.15, "MY": 0.3}


class Person:
    """Somebody, and the ways to write him."""

    __slots__ = ("country", "first", "middle", "last", "order", "_user")

    def __init__(self, rng, code, of_there=False):
        """Somebody in a country, or, as that is what people are like, from elsewhere."""
        self.country = code
        source = code if of_there else pick(rng, tables.PEOPLE[code].split()) if code in tables.PEOPLE and rng.random() < 0.85 else pick(rng, ALL_PEOPLE)
        self.first, self.last, self.middle, self.order = first_name(rng, source), last_name(rng, source), "", "fl"
        self._user = None
        u = rng.random()
        if source in _PARTICLES and u < _PARTICLE_RATE.get(source, 0.05):
            particle = pick(rng, _PARTICLES[source])
            glue = "" if particle[-1] in "'-" or particle in ("Mc", "Mac", "Fitz", "Vander") else " "
            self.last = particle + glue + (self.last if particle != "Vander" else self.last.lower())
        elif source in _SPANISH and u < 0.5:
            self.last += (" y " if u < 0.02 else " ") + last_name(rng, source)
        elif source in _PORTUGUESE and u < 0.55:
            self.last = (pick(rng, ("", "", "da ", "dos ", "de ")) + last_name(rng, source) + " " + self.last)
        elif u < 0.05:
            self.last += "-" + last_name(rng, source)
        elif source == "IS":
            self.last = self.first.rstrip("aui") + pick(rng, ("sson", "sdóttir"))
            self.first = first_name(rng, source)
        v = rng.random()
        if source in _FAMILY_FIRST and v < _FAMILY_FIRST[source]:
            self.order = "lf"
        if source in ("KR", "TW") and v < 0.5 and " " not in self.first:
            self.first += "-" + first_name(rng, source).lower()
        elif source in ("CN", "HK", "SG", "VN") and v < 0.5:
            self.first += " " + first_name(rng, source)
        elif source in ("FR", "BE") and v < 0.12:
            self.first = pick(rng, ("Jean", "Marie", "Anne", "Pierre", "Paul", "Louis")) + "-" + self.first
        elif source in _SPANISH and v < 0.2:
            self.first += " " + pick(rng, ("José", "María", "del Carmen", "Luis", "Antonio", "Carmen", "Ángel", "Teresa"))
        elif v < 0.28:
            self.middle = first_name(rng, source)
            if source in ("RU", "UA"):
                self.middle = first_name(rng, source).rstrip("aiy") + pick(rng, ("ovich", "evich", "ovna", "evna"))

    def full(self, rng):
        """As in a running text."""
        first, last, u = self.first, self.last, rng.random()
        if self.order == "lf":
            if u < 0.9:
                return f"{last} {first}"
            return f"{first} {last}"
        if u < 0.62:
            return f"{first} {self.middle} {last}" if self.middle and u < 0.35 else f"{first} {last}"
        if u < 0.72:
            return f"{first} {(self.middle or last)[0].upper()}. {last}"
        if u < 0.80:
            return f"{first[0]}. {last}"
        if u < 0.84:
            return f"{first[0]}. {(self.middle or last)[0].upper()}. {last}" if u < 0.82 else f"{first[0]}.{(self.middle or last)[0].upper()}. {last}"
        if u < 0.86:
            return f"{first} {pick(rng, _INITIALS)}. {pick(rng, _INITIALS)}. {last}"
        if u < 0.88:
            return f"{first} {last}" + pick(rng, (" Jr.", " Jr", ", Jr.", " III", " II", " Sr.", " IV"))
        if u < 0.90:
            return f"{first[0]} {last}"
        if u < 0.91:
            return f"{first[0]}{(self.middle or first)[0].upper()} {last}"
        if u < 0.925:
            return f"{first} \"{first_name(rng)[:5]}\" {last}"
        if u < 0.94:
            return f"{first} {last}-{last_name(rng)}"
        if u < 0.95:
            return f"{first} {last[0]}."
        if u < 0.96:
            return f"{first} {last[0]}"
        return f"{first} {last}"

    def plain(self, rng):
        """First and last name, nothing else."""
        return f"{self.last} {self.first}" if self.order == "lf" and rng.random() < 0.8 else f"{self.first} {self.last}"

    def listed(self, rng):
        """As in forms, tables and registers: often last name first or in capitals."""
        u, first, last = rng.random(), self.first, self.last
        if u < 0.4:
            return self.full(rng)
        middle = f" {self.middle}" if self.middle and u < 0.6 else f" {self.middle[0]}." if self.middle else ""
        if u < 0.68:
            return f"{last}, {first}{middle}"
        if u < 0.74:
            return f"{last.upper()}, {first}{middle}"
        if u < 0.80:
            return f"{last}, {first}{middle}".upper()
        if u < 0.86:
            return f"{first}{middle} {last}".upper()
        if u < 0.89:
            return f"{last} {first}"
        if u < 0.92:
            return f"{last.upper()} {first}" if u < 0.905 else f"{first} {last.upper()}"
        if u < 0.95:
            return f"{last}, {first[0]}."
        if u < 0.97:
            return f"{last} {first[0]}" if u < 0.96 else f"{last}, {first[0]}"
        return f"{last};{first}" if u < 0.975 else f"{last},{first}" if u < 0.985 else f"{first} {last}"

    def user(self, rng, fresh=False):
        """A user name made of the name, as in log lines and chats."""
        if self._user is None or fresh:
            first = re.sub(r"[^a-z]", "", ascii_of(self.first, self.country in ("DE", "AT", "CH")).lower()) or "kim"
            last = re.sub(r"[^a-z]", "", ascii_of(self.last, self.country in ("DE", "AT", "CH")).lower()) or "lee"
            u, n = rng.random(), str(int(rng.random() * 99) + 1)
            self._user = (first[0] + last if u < 0.22 else f"{first}.{last}" if u < 0.42 else f"{first}_{last}" if u < 0.48 else first + last if u < 0.54 else first + n if u < 0.60 else f"{first[0]}.{last}" if u < 0.68 else
                          last if u < 0.73 else last + first[0] if u < 0.78 else f"{first}_{last[0]}" if u < 0.82 else f"{first}{last[0]}" if u < 0.85 else f"{first}-{last}" if u < 0.88 else f"{last}.{first}" if u < 0.91 else
                          f"{first[0]}{last[:6]}{n}" if u < 0.94 else first if u < 0.96 else f"{first.capitalize()}{last.capitalize()}" if u < 0.98 else f"{first}{1950 + int(rng.random() * 60)}")
        return self._user


_INITIALS = "ABCDEFGHJKLMNOPRSTVW"


def nickname(rng, first):
    """What friends make of a first name."""
    u = rng.random()
    if u < 0.75 or len(first) < 4:
        return first
    short = first[:3 + int(rng.random() * 2)].rstrip("aeiou -'") or first
    return short + pick(rng, ("", "", "y", "ie", "i", "o", "a", "ey"))


# --- e-mail ---------------------------------------------------------------------------------------------------------------------------------

_FREE = "gmail.com gmail.com gmail.com yahoo.com hotmail.com outlook.com icloud.com aol.com proton.me protonmail.com live.com gmx.de web.de t-online.de gmx.at bluewin.ch orange.fr free.fr laposte.net wanadoo.fr sfr.fr libero.it virgilio.it tiscali.it alice.it ziggo.nl " \
        "kpnmail.nl hetnet.nl telenet.be skynet.be hotmail.es telefonica.net yahoo.co.uk btinternet.com sky.com ntlworld.com eircom.net rogers.com shaw.ca bigpond.com optusnet.com.au xtra.co.nz rediffmail.com yahoo.co.in mweb.co.za webmail.co.za wp.pl onet.pl o2.pl interia.pl seznam.cz " \
        "centrum.cz telia.com online.no mail.dk luukku.com freemail.hu otenet.gr yahoo.ro uol.com.br terra.com.br bol.com.br yahoo.com.mx prodigy.net.mx docomo.ne.jp naver.com daum.net qq.com 163.com singnet.com.sg yahoo.com.ph mail.ru yandex.ru ukr.net abv.bg walla.co.il example.com example.org example.net".split()
_TLDS = "com com com com org net example example example co.uk de fr es it nl eu io ch at be ie ca com.au co.nz in co.za com.ng co.ke pl cz se no dk fi hu gr ro com.tr com.br com.mx com.ar cl jp co.jp kr cn hk sg com.my ph ae co.il edu ac.uk gov.uk gov test biz info app dev health clinic law".split()
_ROLES = "info office contact hello support sales billing accounts admin hr jobs service team mail reception booking orders enquiries press buero kontakt rechnung direction secretariat contabilidad pedidos administratie segreteria noreply no-reply newsletter helpdesk it.support careers invoices".split()
DOMAIN_WORDS = [w for w in WORDS["en"][400:9000] if w.isascii() and w.isalpha() and 3 < len(w) < 11]


def domain(rng, organisation=None):
    if organisation and rng.random() < 0.7:
        parts = [p for p in re.findall(r"[a-z0-9]+", ascii_of(organisation, True).lower()) if p not in _NOT_IN_DOMAINS] or ["acme"]
        base = ("-" if rng.random() < 0.4 else "").join(parts[:1 + int(rng.random() * 3)])[:28].strip("-") or "acme"
    else:
        base = pick(rng, DOMAIN_WORDS) + (("-" if rng.random() < 0.3 else "") + pick(rng, DOMAIN_WORDS) if rng.random() < 0.7 else "")
    return f"{base}.{pick(rng, _TLDS)}"


_NOT_IN_DOMAINS = set("ltd inc llc gmbh co kg plc the of and de la sa srl bv ag limited s a r l e v".split())


def email(rng, person=None, organisation=None):
    u = rng.random()
    if u < 0.12:
        local = pick(rng, _ROLES)
    elif person is not None and u < 0.9:
        local = person.user(rng, True).strip(".")
    else:
        local = pick(rng, DOMAIN_WORDS) + pick(rng, ("", "", str(int(rng.random() * 2000)), "_x", ".home", "-" + pick(rng, DOMAIN_WORDS)))
    v = rng.random()
    if v < 0.04:
        local += "+" + pick(rng, DOMAIN_WORDS)
    host = domain(rng, organisation) if organisation or v < 0.5 else pick(rng, _FREE)
    if v < 0.1 and host.count(".") == 1:
        host = pick(rng, ("mail.", "corp.", "students.", "staff.", "uk.", "post.")) + host
    address = f"{local}@{host}"
    if v > 0.96:
        return address.upper() if v > 0.98 else address[0].upper() + address[1:]
    if 0.945 < v < 0.955:
        return address.replace("@", pick(rng, (" at ", " [at] ", "(at)", " (at) "))).replace(".", pick(rng, (" dot ", ".")))
    return address


# --- addresses ------------------------------------------------------------------------------------------------------------------------------

_SLOT = re.compile(r"\{(\w+)\}")
_STREETS = {family: {k: v.split("|") if isinstance(v, str) else v for k, v in table.items()} for family, table in tables.STREETS.items()}


def _subst(rng, template, get):
    return _SLOT.sub(lambda m: get(m[1]), template)


def town(rng, code):
    towns = TOWNS.get(code) or TOWNS["GB"]
    return towns[int(len(towns) * rng.random() ** 1.4)]


def street(rng, code, family):
    table = _STREETS[family]
    template = pick(rng, table["p"])

    def get(key):
        if key in table:
            return pick(rng, table[key])
        if key == "L":
            return last_name(rng, code).split()[-1]
        if key == "F":
            return first_name(rng, code)
        return town(rng, code).split(",")[0]
    text = _subst(rng, template, get)
    if "#" in text:
        text = fill(rng, text)
    return text.replace("l' ", "l'") if family == "fr" else text


_NUMBER_FIRST = set("en fr cn ar he in af".split())


def house_number(rng):
    u = rng.random()
    n = 1 + int((1 if u < 0.5 else 3) * 60 * rng.random() ** 1.5)
    if u > 0.93:
        n = 100 + int(rng.random() * 9900)
    if 0.80 < u < 0.86:
        return f"{n}{pick(rng, 'abcdABCD')}"
    if 0.86 < u < 0.88:
        return f"{n}-{n + 2}"
    if 0.88 < u < 0.89:
        return f"{n}/{1 + int(rng.random() * 9)}"
    return str(n)


def _address_get(rng, code, family, shared):
    def get(key):
        if key == "h":
            return house_number(rng)
        if key in ("s", "S"):
            text = street(rng, code, family)
            return text.upper() if key == "S" else text
        if key == "t":
            return shared["t"]
        if key == "p":
            return shared["p"]
        if key == "n":
            return str(1 + int(rng.random() * 99))
        if key == "d":
            return str(1 + int(rng.random() * 9))
        if key == "v":
            return str(101 + int(rng.random() * 1400))
        if key == "a":
            return pick(rng, "abcdefABC")
        if key == "B":
            return pick(rng, "ABCDEFGH")
        if key == "q":
            return pick(rng, ("bis", "ter", "B", "bis"))
        if key == "o":
            return pick(rng, ("izda.", "dcha.", "izq.", "der.", "A", "B", "1ª"))
        if key == "y":
            return pick(rng, ("Esq.", "Dto.", "Dt.º", "Esq", "Frente", "A"))
        if key == "l":
            u = rng.random()
            if code == "SG":
                return pick(rng, _HDB_TOWNS)
            if code == "BR" and u < 0.7:
                return pick(rng, _LOCALITIES)
            return town(rng, code) if u < 0.5 else pick(rng, _STREETS["en"]["W"]) + pick(rng, _STREETS["en"]["w"]) if family in ("en", "af") else last_name(rng, code).split()[-1] if u < 0.7 else town(rng, code)
        if key == "r":
            return pick(rng, tables.REGIONS.get(code, _REGION_FALLBACK))
        if key == "R":
            return pick(rng, LISTS["places"]["regions"])
        if key == "R2":
            return pick(rng, tables.REGIONS["IT2"])
        if key == "C":
            return pick(rng, tables.COUNTIES.get(code, tables.COUNTIES["GB"]))
        if key == "W":
            return pick(rng, _STREETS.get(family, _STREETS["en"]).get("W", _STREETS["en"]["W"]))
        if key == "f":
            return street(rng, "FR", "fr")
        if key == "i":
            return street(rng, "IT", "it")
        if key == "b":
            kind = tables.FAMILY_LANGUAGE.get(code, "en")
            words = tables.BUILDINGS.get(kind, tables.BUILDINGS["en"])
            w = pick(rng, words)
            if kind == "fr":
                return f"{w} {pick(rng, _STREETS['fr']['W'])}"
            if kind == "de":
                return f"{w} {last_name(rng, 'DE')}"
            base = pick(rng, _STREETS["en"]["W"]) if rng.random() < 0.6 else last_name(rng, code)
            return f"{'The ' if rng.random() < 0.12 else ''}{base} {w}"
        if key == "u":
            return _subst(rng, pick(rng, tables.UNITS.get(tables.FAMILY_LANGUAGE.get(code, "en"), tables.UNITS["en"])), get)
        return ""
    return get


_REGION_FALLBACK = ["Selangor", "Ontario", "Lagos", "Punjab", "Gauteng"]
_HDB_TOWNS = "Bedok|Jurong West|Tampines|Toa Payoh|Woodlands|Yishun|Hougang|Clementi|Bukit Batok|Pasir Ris|Punggol|Sengkang|Serangoon|Queenstown|Choa Chu Kang|Bishan|Geylang|Marine Parade".split("|")
_LOCALITIES = LISTS["places"]["streets"].get("pt_BR", {}).get("localities", ["Centro"])
_PARSED = {}
for _code, (_families, _masks, _formats, _names) in tables.ADDRESSES.items():
    _PARSED[_code] = (_families.split(), _masks.split("|"), _formats.split("|"), _names.split("|"))


def postcode(rng, code):
    return fill(rng, pick(rng, _PARSED[code][1]))


def address(rng, code, multiline=None):
    """An address in one line or in several."""
    families, masks, formats, names = _PARSED[code]
    family = pick(rng, families)
    get = _address_get(rng, code, family, {"t": town(rng, code), "p": fill(rng, pick(rng, masks))})
    if family == "en" and code in ("GB", "IE", "ZA", "NZ") and rng.random() < 0.06:
        template = pick(rng, _VILLAGES)
        if code != "IE":
            template = template.replace("Co. {C}", "{C}")
    else:
        template = _choose_parts(rng, _PREPARED[code][int(rng.random() * len(formats))])
    lines = [line.strip(" ,") for line in _subst(rng, template, get).split("\n")]
    lines = [line for line in lines if line]
    u = rng.random()
    if multiline is None:
        multiline = u < 0.25
    if rng.random() < (0.25 if multiline else 0.13):
        lines.append(pick(rng, names).upper() if rng.random() < 0.3 else pick(rng, names))
    v = rng.random()
    if multiline:
        indent = pick(rng, ("", "", "", "", "  ", "    ", "\t"))
        return (",\n" if v < 0.15 else "\n").join(lines).replace("\n", "\n" + indent)
    text = (", " if v < 0.88 else " " if v < 0.92 else " - " if v < 0.94 else "; " if v < 0.95 else ",").join(lines)
    return text


_VILLAGES = ["{b}\n{t}\nCo. {C}", "{b}\n{s}\n{t}\n{p}", "{l}\n{t}\nCo. {C}", "{b}\n{l}\n{t} {p}", "The Old {W} House\n{s}\n{t}", "{b}\n{h} {s}\n{l}\nCo. {C} {p}", "{W} House, {h} {s}\n{t} {p}", "Second Floor, {h} {s}\n{t}\n{p}", "{W} Cottage\n{t}\n{p}"]


def _prepare(template):
    """Template → parts: texts, and lists of one text that may be left out. Line breaks are newlines from here on."""
    parts, rest = [], template.replace("/", "\n").replace("~", "/")
    while True:
        match = re.search(r"\(((?: ?,? ?\n?)?\{(?:u|l)\}\n?)\)", rest)
        if not match:
            return parts + [rest]
        parts += [rest[:match.start()], [match[1]]]
        rest = rest[match.end():]


def _choose_parts(rng, parts):
    return "".join(p if type(p) is str else p[0] if rng.random() < 0.4 else "" for p in parts)


_PREPARED = {code: [_prepare(f) for f in parsed[2]] for code, parsed in _PARSED.items()}


def street_address(rng, code):
    """Street and number alone, as in `meet me at 12 Rue de Rivoli`."""
    family = pick(rng, _PARSED[code][0])
    if family in ("jp", "kr", "cn", "vn", "id", "bt"):
        code, family = "GB", "en"
    name, number = street(rng, code, family), house_number(rng)
    u = rng.random()
    if family in _NUMBER_FIRST:
        return f"{number}, {name}" if family == "fr" and u < 0.3 else f"{number} {name}"
    if family in ("es", "pt") and u < 0.6:
        return f"{name}, {number}"
    if family == "ro":
        return f"{name} nr. {number}"
    return f"{name} {number}"


def postcode_town(rng, code):
    if not _PARSED[code][1][0]:
        code = "DE"
    t, p, u = town(rng, code), postcode(rng, code), rng.random()
    if code in ("US", "CA", "AU"):
        r = pick(rng, tables.REGIONS[code])
        return f"{t}, {r} {p}" if code != "AU" and u < 0.85 else f"{t} {r} {p}"
    if code in ("GB", "IE", "IN", "ZA", "NZ", "JP", "KR", "CN", "TW", "SG", "LV", "IL", "PK", "BD", "RU", "UA", "KE", "NG"):
        return f"{t} {p}" if u < 0.6 else f"{t}, {p}" if u < 0.9 else p
    if code == "IT" and u < 0.4:
        return f"{p} {t} ({pick(rng, tables.REGIONS['IT2'])})"
    return f"{p} {t}"


# --- organisations --------------------------------------------------------------------------------------------------------------------------

_CAPITALISABLE = {language: [w for w in words[300:12000] if w.isalpha() and 3 < len(w) < 12] for language, words in WORDS.items()}
_SAINTS = "Mary John Joseph Luke Thomas James Francis Anne Peter Paul Michael Andrew George Elisabeth Martin Nicholas Patrick Jude Vincent Clare Theresa".split()


def organisation(rng, code):
    u, language = rng.random(), tables.FAMILY_LANGUAGE.get(code, "en")
    if u < 0.04:
        return pick(rng, tables.BANKS)
    if u < 0.08:
        return pick(rng, tables.KNOWN)
    if u < 0.14:
        return pick(rng, bodies.BODIES)
    if u < 0.22:
        return pick(rng, bodies.FIRMS)
    if u < 0.36:
        return _subst(rng, pick(rng, bodies.SMALL.get(language if rng.random() < 0.7 else "en", bodies.SMALL["en"])), _organisation_get(rng, code, language))
    if u < 0.43:
        return _subst(rng, pick(rng, tables.AUTHORITIES.get(code, tables.AUTHORITIES["GB"])), _organisation_get(rng, code, language))
    if u < 0.64:
        templates = tables.PLACES_OF.get(language, tables.PLACES_OF["en"])
        return _subst(rng, pick(rng, templates), _organisation_get(rng, code, language))
    return company(rng, code, language)


def _organisation_get(rng, code, language):
    def get(key):
        if key == "T":
            return town(rng, code)
        if key == "L":
            return last_name(rng, code)
        if key == "F":
            return pick(rng, _SAINTS) if rng.random() < 0.3 else first_name(rng, code)
        if key == "O":
            return pick(rng, tables.BRANDS)
        if key == "C":
            return pick(rng, tables.COUNTIES.get(code, tables.COUNTIES["GB"]))
        if key == "R":
            return pick(rng, LISTS["places"]["regions"])
        if key == "X":
            return pick(rng, _CAPITALISABLE[language if language in WORDS else "en"]).capitalize()
        if key == "n":
            return str(1 + int(rng.random() * 999))
        family = _STREETS.get(language)
        return pick(rng, family["W"]) if family else pick(rng, tables.BRANDS)
    return get


def company(rng, code, language):
    u = rng.random()
    trade = pick(rng, tables.TRADES_BY[language]) if language in tables.TRADES_BY and u * 10 % 1 < 0.7 else pick(rng, tables.TRADES)
    v = rng.random()
    if v < 0.22:
        base = f"{pick(rng, tables.BRANDS)} {trade}"
    elif v < 0.42:
        base = f"{last_name(rng, code)} {trade}"
    elif v < 0.50:
        base = f"{last_name(rng, code)} {pick(rng, ('&', '&', 'and', '+', 'und' if language == 'de' else '&'))} {last_name(rng, code)}"
    elif v < 0.57:
        base = f"{pick(rng, _CAPITALISABLE[language if language in WORDS else 'en']).capitalize()} {trade}"
    elif v < 0.64:
        base = f"{pick(rng, _CAPITALISABLE['en']).capitalize()} {pick(rng, ('&', 'and', '&'))} {pick(rng, _CAPITALISABLE['en']).capitalize()}"
    elif v < 0.70:
        base = pick(rng, tables.BRANDS) + pick(rng, ("soft", "tech", "med", "net", "ware", "lab", "works", "Pay", "ify", "ly", "bank", "core", "hub", "line", "ex", " One", " 24"))
    elif v < 0.75:
        base = "".join(pick(rng, "ABCDEFGHIJKLMNOPRSTVWXZ") for _ in range(2 + int(rng.random() * 3))) + (f" {trade}" if rng.random() < 0.6 else "")
    elif v < 0.80:
        base = f"{town(rng, code)} {trade}"
    elif v < 0.84:
        base = pick(rng, tables.BRANDS)
    elif v < 0.88:
        base = f"{trade} {last_name(rng, code)}"
    elif v < 0.91:
        base = f"{pick(rng, _CAPITALISABLE['en']).capitalize()}{pick(rng, _CAPITALISABLE['en']).lower() if rng.random() < 0.5 else pick(rng, _CAPITALISABLE['en']).capitalize()}"
    elif v < 0.94:
        base = f"{invented(rng, False)} {trade}"
    elif v < 0.97:
        base = f"{pick(rng, tables.BRANDS)} {pick(rng, tables.TRADES)} {pick(rng, ('& ' + pick(rng, tables.TRADES), pick(rng, tables.TRADES), 'of ' + town(rng, code), 'International', 'UK', 'Europe', 'Global', 'Group'))}"
    else:
        base = f"{pick(rng, ('The', 'Café', 'Studio', 'Atelier', 'Casa', 'Club', 'Hotel', 'Team'))} {pick(rng, _CAPITALISABLE['en']).capitalize()} {pick(rng, tables.TRADES)}"
    if rng.random() < 0.5:
        suffix = pick(rng, tables.SUFFIXES.get(code, tables.SUFFIXES["GB"]))
        base += suffix if suffix.startswith(",") else " " + suffix
    return base
