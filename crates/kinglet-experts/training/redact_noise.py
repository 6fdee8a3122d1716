"""What happens to texts on their way: lower case, capitals, slips of the finger, lost punctuation, odd spacing, bad scans.

Works on the pieces of a document, so that the marks follow exactly. Numbers with check digits, URLs and addresses on the net keep their characters.
"""

from redact_values import ascii_of

_EXACT = {"card", "iban", "ip", "url", "national_id", "account", "phone", "birth", "email"}
_NEAR = {"q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl", "p": "ol", "a": "qsz", "s": "adwx", "d": "sfec", "f": "dgrv", "g": "fhtb", "h": "gjyn", "j": "hkum", "k": "jli", "l": "ko", "z": "xa",
         "x": "zcs", "c": "xvd", "v": "cbf", "b": "vng", "n": "bmh", "m": "nj"}
_SCANS = {"l": "1", "O": "0", "o": "0", "I": "l", "rn": "m", "m": "rn", "e": "c", "S": "5", "B": "8", "h": "b", "ti": "fi", "i": "l", "é": "e", "ü": "u", ",": ".", "t": "f"}


def _map(pieces, function):
    return [function(p, None) if type(p) is str else (function(p[0], p[1]), p[1]) for p in pieces]


def _lower(text, kind):
    return text if kind == "url" else text.lower()


def _upper(text, kind):
    return text if kind in ("url", "email") else text.upper()


def typos(rng, rate):
    random = rng.random

    def apply(text, kind):
        if kind in _EXACT or len(text) < 3:
            return text
        k = rate * (0.4 if kind else 1)
        if random() > min(0.98, k * len(text) * 1.5):
            return text
        out, i, n = [], 0, len(text)
        while i < n:
            c = text[i]
            if c.isalpha() and random() < k:
                u = random()
                if u < 0.25 and i + 1 < n and text[i + 1].isalpha():
                    out.append(text[i + 1] + c)
                    i += 2
                    continue
                if u < 0.5:
                    pass
                elif u < 0.7:
                    out.append(c + c)
                else:
                    near = _NEAR.get(c.lower())
                    out.append(near[int(random() * len(near))] if near else c)
            else:
                out.append(c)
            i += 1
        result = "".join(out)
        return result if result.strip() else text
    return apply


def _scan(rng):
    random = rng.random
    swaps = [item for item in _SCANS.items() if random() < 0.35]

    def apply(text, kind):
        if kind in _EXACT:
            return text
        for a, b in swaps:
            if a in text and random() < 0.5:
                i = text.index(a)
                text = text[:i] + b + text[i + len(a):]
        return text
    return apply


def _spaces(rng):
    random = rng.random
    wide = ("  ", "\n", "  ", "\t", "   ", " \n ")[int(random() * 6)]

    def apply(text, kind):
        if " " not in text.strip() or kind in ("card", "iban", "url", "ip") and wide != "  ":
            return text
        begin = len(text) - len(text.lstrip())
        parts = text.strip().split(" ")
        body = parts[0] + "".join((wide if random() < 0.12 else " ") + p for p in parts[1:])
        return text[:begin] + body + text[begin + len(text.strip()):]
    return apply


def _after_commas(text, kind):
    return text.replace(", ", ",") if kind is None or kind == "address" else text


def _after_stops(text, kind):
    return text.replace(". ", ".").replace(", ", ",") if kind is None else text


def _no_punctuation(text, kind):
    if kind is not None:
        return text
    out = "".join(c for c in text if c not in ".,;:!?") if "://" not in text else text
    return out


def _no_capitals_of_values(text, kind):
    return text.lower() if kind in ("name", "organisation", "address") else text


def _plain_letters(text, kind):
    return "".join(ascii_of(c) or c for c in text)


def _wrap(rng):
    """Hard line breaks at a width, as old mail programs set them; within values, too."""
    width, column = 40 + int(rng.random() * 40), [0]

    def apply(text, kind):
        out = []
        for part in text.split(" "):
            column[0] += len(part) + 1
            if "\n" in part:
                column[0] = len(part) - part.rindex("\n")
            out.append(part)
            if column[0] > width:
                out.append("\n")
                column[0] = 0
            else:
                out.append(" ")
        out.pop()
        return "".join(out)
    return apply


def _quoted(text, kind):
    return text.replace("\n", "\n> ")


def small_letters(pieces):
    return _map(pieces, _lower)


def noise(rng, pieces):
    """About a quarter of documents come through changed."""
    u = rng.random()
    if u > 0.30:
        return pieces
    if u < 0.065:
        pieces = _map(pieces, _lower)
        if rng.random() < 0.35:
            pieces = _map(pieces, _no_punctuation)
        if rng.random() < 0.3:
            pieces = _map(pieces, typos(rng, 0.02))
    elif u < 0.09:
        pieces = _map(pieces, _upper)
    elif u < 0.155:
        pieces = _map(pieces, typos(rng, 0.008 + 0.03 * rng.random()))
    elif u < 0.175:
        pieces = _map(pieces, _after_commas if u < 0.167 else _after_stops)
    elif u < 0.19:
        pieces = _map(pieces, _no_punctuation)
    elif u < 0.22:
        pieces = _map(pieces, _spaces(rng))
    elif u < 0.24:
        pieces = _map(pieces, _scan(rng))
    elif u < 0.255:
        pieces = _map(pieces, _no_capitals_of_values)
    elif u < 0.27:
        pieces = _map(pieces, _plain_letters)
    elif u < 0.29:
        pieces = _map(pieces, _wrap(rng))
    else:
        pieces = _map(pieces, _quoted)
    return pieces
