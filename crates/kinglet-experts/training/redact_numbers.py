"""Values that are written in digits: telephone numbers, dates of birth, accounts, cards, IBANs, identity numbers, IP addresses, URLs with credentials,
and the numbers that look like them and belong to nobody.

Cards always pass Luhn's check, IBANs theirs; identity numbers have right check digits where the rule is short.
"""

import redact_tables as tables
from redact_values import DOMAIN_WORDS, domain, fill, pick

DIGITS = "0123456789"
UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
TOKEN = UPPER + UPPER.lower() + DIGITS + "_-"


def digits(rng, n):
    return str(10 ** n + int(rng.random() * 10 ** n))[1:] if n < 16 else digits(rng, 8) + digits(rng, n - 8)


def between(rng, low, high):
    return low + int(rng.random() * (high - low + 1))


def grouped(text, size, by=" "):
    return by.join(text[i:i + size] for i in range(0, len(text), size))


# --- telephone ------------------------------------------------------------------------------------------------------------------------------

_EXTENSIONS = (" ext. {}", " ext {}", " x{}", "x{}", ", ext. {}", " Ext. {}", " extension {}", " (ext. {})", ", Durchwahl {}", " poste {}", " int. {}", " #{}")


def phone(rng, country):
    """A telephone number as people of that country write it, at home or for abroad."""
    if rng.random() < 0.04 or country not in tables.PHONES:
        country = pick(rng, _PHONE_COUNTRIES)
    mask, code, u = pick(rng, tables.PHONES[country]), tables.DIAL[country], rng.random()
    groups = fill(rng, mask).split("_")
    trunk = "" if country in tables.NO_TRUNK else "8" if country == "RU" else "0"
    international = u < 0.38
    v = rng.random()
    if v < 0.14:
        groups = ["".join(groups).replace("-", "")]
    elif v < 0.18 and len(groups) > 1:
        flat = "".join(groups[1:]).replace("-", "")
        groups = [groups[0]] + [flat[i:i + 2] for i in range(0, len(flat) - 1, 2)]
        groups[-1] += flat[len(flat) - len(flat) % 2:] if len(flat) % 2 else ""
    elif v < 0.24 and len(groups) > 2:
        groups = [groups[0], "".join(groups[1:])]
    north_american = country in ("US", "CA")
    by = pick(rng, ("-", "-", "-", "-", ".", " ", " ", "")) if north_american else pick(rng, (" ", " ", " ", " ", " ", "-", "-", ".", "", "/"))
    if country in ("JP", "KR", "MX", "AR", "TW", "PH") and rng.random() < 0.5:
        by = "-"
    if by == "/" and len(groups) > 2:
        text_rest = " ".join(groups[1:])
        rest = "/" + text_rest if rng.random() < 0.5 else " / " + text_rest
    else:
        rest = (by if len(groups) > 1 else "") + by.join(groups[1:])
    area = groups[0]
    if international:
        w = rng.random()
        plus = "+" + code if w < 0.82 else "00" + code if w < 0.92 else f"(+{code})" if w < 0.96 else f"+{code}" if w < 0.98 else f"0{0 if country != 'US' else 11}{code}"
        if north_american and w < 0.5:
            plus = "+1" if w < 0.4 else "1"
        zero = "(0)" if trunk == "0" and rng.random() < 0.13 else ""
        if zero:
            text = f"{plus}{pick(rng, (' ', '', ' '))}{zero}{pick(rng, (' ', '', ''))}{area}{rest}"
        elif len(groups) > 1 and rng.random() < 0.12:
            text = f"{plus} ({area}){rest if rest[:1] in ' -' else ' ' + rest.lstrip('.')}"
        else:
            joint = pick(rng, (" ", " ", " ", "-", "", ".")) if by != "" and by != "/" else pick(rng, (" ", "", ""))
            text = plus + (joint if joint != "" or w < 0.96 else " ") + area + rest
    elif north_american:
        w = rng.random()
        tail = rest.lstrip(by) if by else rest
        text = area if len(groups) == 1 else f"({area}) {tail}" if w < 0.35 else f"({area}){tail}" if w < 0.4 else f"{area}/{tail}" if w < 0.42 else (f"1{by or '-'}" if w < 0.47 else "") + area + rest
        if w > 0.96 and len(groups) > 2:
            text = tail  # seven digits, without the area
    else:
        w = rng.random()
        if len(groups) > 1 and w < 0.14:
            text = f"({trunk}{area}){rest if rest[:1] in ' -/' else ' ' + rest.lstrip('.')}"
        elif len(groups) > 1 and w < 0.2:
            text = f"{trunk}{area}{pick(rng, ('/', ' / ', '-', ' - ', ' – '))}{rest.strip(' /-.')}"
        else:
            text = trunk + area + rest
    if rng.random() < 0.05:
        text += pick(rng, _EXTENSIONS).format(between(rng, 1, 9999) if rng.random() < 0.5 else between(rng, 10, 499))
    return text


_PHONE_COUNTRIES = sorted(tables.PHONES)

# --- dates ----------------------------------------------------------------------------------------------------------------------------------

MONTHS = {
    "en": "January February March April May June July August September October November December".split(), "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(), "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split(), "nl": "januari februari maart april mei juni juli augustus september oktober november december".split(),
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split(), "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia".split(),
}
SHORT = {"en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), "de": "Jan. Feb. Mrz. Apr. Mai Jun. Jul. Aug. Sep. Okt. Nov. Dez.".split(), "fr": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.".split()}
DAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(), "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split(), "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche".split(),
    "es": "lunes martes miércoles jueves viernes sábado domingo".split(), "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica".split(), "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag".split(),
}


def date(rng, country="US", language="en", years=(2015, 2028)):
    """A date in one of the many ways. Birth and other dates look alike: only what stands around tells them apart."""
    y, m, d = between(rng, *years), between(rng, 1, 12), between(rng, 1, 28 if rng.random() < 0.93 else 30)
    if m == 2:
        d = min(d, 28)
    u = rng.random()
    months = MONTHS.get(language, MONTHS["en"])
    if u < 0.12:
        return f"{y}-{m:02d}-{d:02d}"
    if u < 0.42:
        by = pick(rng, "///-.") if language == "en" else pick(rng, "....//-") if language in ("de",) else pick(rng, "///-.-") if language != "nl" else pick(rng, "---/.")
        if country == "US" and language == "en":
            by = pick(rng, "/////--.")
            first, second = m, d
        else:
            first, second = d, m
        year = str(y) if rng.random() < 0.78 else f"{y % 100:02d}"
        if rng.random() < 0.3:
            return f"{first}{by}{second}{by}{year}"
        return f"{first:02d}{by}{second:02d}{by}{year}"
    if language == "en":
        name = months[m - 1] if u < 0.8 else SHORT["en"][m - 1] if m != 9 or u < 0.9 else "Sept"
        if rng.random() < 0.04:
            return f"{name} {d} {y}".lower() if u < 0.6 else f"{d} {name} {y % 100:02d}"
        th = "th" if 10 < d < 14 else {1: "st", 2: "nd", 3: "rd"}.get(d % 10, "th")
        if country in ("US", "CA", "PH") and rng.random() < 0.75:
            return f"{name} {d}{th if u < 0.5 else ''}, {y}" if u < 0.95 else f"{name} {d} {y}"
        if u > 0.97:
            return f"{d:02d}-{SHORT['en'][m - 1].upper()}-{y}" if u < 0.985 else f"{d}{SHORT['en'][m - 1]}{y}"
        if u > 0.93:
            return f"the {d}{th} of {name} {y}" if u < 0.94 else f"{d}{th} of {name} {y}" if u < 0.95 else f"{d:02d} {name.upper()} {y}"
        return f"{d}{th if u < 0.55 else ''} {name}{',' if u > 0.915 else ''} {y}"
    name = months[m - 1]
    if u > 0.9 and language in SHORT:
        name = SHORT[language][m - 1]
    if language == "de":
        return f"{d}. {name} {y}" if u < 0.95 else f"{d:02d}. {name} {y}"
    if language in ("es", "pt"):
        return f"{d} de {name} de {y}" if u < 0.93 else f"{d} {name} {y}"
    if language == "fr" and d == 1:
        return f"1er {name} {y}"
    return f"{d} {name} {y}"


def birth(rng, country="US", language="en"):
    u = rng.random()
    years = (1930, 2008) if u < 0.85 else (2005, 2025) if u < 0.97 else (1900, 1935)
    text = date(rng, country, language, years)
    if text.startswith("the "):
        text = text[4:]
    if rng.random() < 0.02 and "-" in text and len(text) == 10:
        return text.replace("-", "")
    return text


def clock(rng):
    u, h, m = rng.random(), between(rng, 0, 23), between(rng, 0, 59)
    if u < 0.5:
        m = m // 15 * 15
    return f"{h:02d}:{m:02d}" if u < 0.4 else f"{h % 12 + 1}:{m:02d} {pick(rng, ('am', 'pm', 'AM', 'PM'))}" if u < 0.6 else f"{h % 12 + 1}{pick(rng, ('am', 'pm', ' pm', ' a.m.', ' p.m.'))}" if u < 0.8 else f"{h:02d}.{m:02d}" if u < 0.9 else f"{h}h{m:02d}"


# --- money's numbers ------------------------------------------------------------------------------------------------------------------------

def luhn_digit(body):
    total = sum(int(c) if i % 2 else (int(c) * 2 - 9 if int(c) > 4 else int(c) * 2) for i, c in enumerate(reversed(body)))
    return str(-total % 10)


def luhn_right(text):
    body = "".join(c for c in text if c.isdigit())
    return len(body) > 11 and luhn_digit(body[:-1]) == body[-1]


_CARDS = (("4", 16), ("4", 16), ("4", 16), ("51", 16), ("52", 16), ("53", 16), ("54", 16), ("55", 16), ("2221", 16), ("27", 16), ("34", 15), ("37", 15), ("6011", 16), ("65", 16), ("3528", 16), ("36", 14), ("62", 16), ("5018", 16), ("6304", 16), ("6759", 16), ("6071", 16), ("4", 16))


def card(rng):
    prefix, length = pick(rng, _CARDS)
    body = prefix + digits(rng, length - 1 - len(prefix))
    number, u = body + luhn_digit(body), rng.random()
    if u < 0.3:
        return number
    by = pick(rng, (" ", " ", " ", "-", "-", ".", "  ") if u < 0.95 else (" - ",))
    if length == 15:
        return by.join((number[:4], number[4:10], number[10:]))
    if length == 14:
        return by.join((number[:4], number[4:10], number[10:]))
    return grouped(number, 4, by)


def mod97(text):
    return int("".join(str(int(c, 36)) for c in text)) % 97


_IBAN_COUNTRIES = sorted(tables.IBANS)


def iban(rng, country="DE"):
    code = country if country in tables.IBANS and rng.random() < 0.85 else pick(rng, _IBAN_COUNTRIES)
    body = fill(rng, tables.IBANS[code])
    if code == "NL":
        body = pick(rng, tables.NL_BANKS) + body[4:]
    elif code in ("GB", "IE"):
        body = pick(rng, tables.GB_BANKS) + body[4:]
    elif code == "CH" and rng.random() < 0.2:
        body = body[:-1] + pick(rng, UPPER)
    elif code in ("MT", "JO", "QA", "KW") and rng.random() < 0.5:
        body = body[:-6] + fill(rng, "******")
    check = 98 - mod97(body + code + "00")
    text, u = f"{code}{check:02d}{body}", rng.random()
    if u < 0.52:
        return grouped(text, 4)
    if u < 0.84:
        return text
    if u < 0.90:
        return grouped(text, 4, pick(rng, ("-", ".", "  ")))
    if u < 0.93:
        return grouped(text, 4).lower() if u < 0.915 else text.lower()
    if u < 0.96:
        return f"{text[:4]} {grouped(text[4:], 5)}"
    return f"{text[:2]} {text[2:4]} {grouped(text[4:], 4)}" if u < 0.98 else f"{text[:4]} {text[4:]}"


def iban_right(text):
    flat = "".join(c for c in text.upper() if c.isalnum())
    return mod97(flat[4:] + flat[:4]) == 1


# --- accounts and memberships: (label in words, masks) ----------------------------------------------------------------------------------------

ACCOUNT_MASKS = {
    "bank": "########|########|##########|############|#########|#### ####|#### ######|## ## ## ##|###-######-#|%######|##-##-##-##|######-##|### ### ###|#### #### ##|########-#|%###.%##.###|0000########|####-####-####".split("|"),
    "sort": "##-##-##|##-##-##|##-##-##|######|## ## ##|##/##/##".split("|"), "routing": "0########|1########|#########|0#### ####".split("|"), "bsb": "###-###|###-###|######|### ###".split("|"), "transit": "#####|#####-###|#####".split("|"), "institution": "00%|0##|8##".split("|"),
    "ifsc": "????0######|HDFC000####|SBIN00#####|ICIC000####".split("|"), "clabe": "##################|### ### ########### #".split("|"), "blz": "########|### ### ##|%## ### ##".split("|"), "branch": "######|#####|####|250655|470010|051001|632005".split("|"),
    "reg": "####|####|####-#|#####|### #".split("|"),
    "known": "######|#######|########|%#####|?######|??######|??-######|?-#####|??#######|???-######|####-####|####-####-#|##-#####|#########|##########|K-#####|KD-#######|C#####|CUST-#####|CU######|P######|PT-######|MRN#######|########-?|M#########|MBR-#######|POL-########|"
             "??? ######|#/####/###|### ### ####|####/##/####|H#######|RX######|E-#####|ST######|A#######?|?########|U########|?## ### ###|#### #### #|##### #####|###.###.###|???########|##-###-####-#|EMP####|S-######|LN######|####-??-####|??/##/######|W## #### ####|PAT-######|??/#######/##|######|#####|######|#######|########|#####-##|###-####-##|##-### ###|??#/##/######|S####".split("|"),
}


def account(rng, kind="known"):
    return fill(rng, pick(rng, ACCOUNT_MASKS[kind]))


# --- identity numbers -----------------------------------------------------------------------------------------------------------------------

def _weighted(body, weights, modulus):
    return sum(int(c) * w for c, w in zip(body, weights)) % modulus


def _ddmmyy(rng, form="{d:02d}{m:02d}{y:02d}"):
    return form.format(d=between(rng, 1, 28), m=between(rng, 1, 12), y=between(rng, 0, 99))


def ssn(rng):
    a = between(rng, 1, 899)
    a = 665 if a == 666 else a
    text = f"{a:03d}-{between(rng, 1, 99):02d}-{between(rng, 1, 9999):04d}"
    u = rng.random()
    return text if u < 0.75 else text.replace("-", " ") if u < 0.85 else text.replace("-", "") if u < 0.96 else f"{pick(rng, ('XXX-XX-', '***-**-', 'xxx-xx-'))}{digits(rng, 4)}"


def nino(rng):
    text = pick(rng, "ABCEGHJKLMNOPRSTWXYZ") + pick(rng, "ABCEGHJKLMNPRSTWXYZ") + digits(rng, 6) + pick(rng, "ABCD")
    u = rng.random()
    return f"{text[:2]} {text[2:4]} {text[4:6]} {text[6:8]} {text[8]}" if u < 0.55 else text if u < 0.9 else f"{text[:2]} {text[2:8]} {text[8]}" if u < 0.95 else text.lower()


def nhs(rng):
    while True:
        body = pick(rng, "4679") + digits(rng, 8)
        check = 11 - _weighted(body, range(10, 1, -1), 11)
        if check != 10:
            text = body + str(check % 11)
            return f"{text[:3]} {text[3:6]} {text[6:]}" if rng.random() < 0.7 else text


def sin(rng):
    body = pick(rng, "1234567") + digits(rng, 7)
    text = body + luhn_digit(body)
    return grouped(text, 3, pick(rng, (" ", " ", "-", "")))


def tfn(rng):
    while True:
        body = pick(rng, "12345678") + digits(rng, 7)
        for last in DIGITS:
            if _weighted(body + last, (1, 4, 3, 7, 5, 8, 6, 9, 10), 11) == 0:
                return grouped(body + last, 3, pick(rng, (" ", " ", " ", "", "-")))


def medicare_au(rng):
    return f"{pick(rng, '23456')}{digits(rng, 3)} {digits(rng, 5)} {digits(rng, 1)}"


def aadhaar(rng):
    return grouped(pick(rng, "23456789") + digits(rng, 11), 4, pick(rng, (" ", " ", " ", "-", "")))


def pan(rng):
    return fill(rng, "???") + pick(rng, "PPPPCHF") + fill(rng, "?####?")


def bsn(rng):
    while True:
        body = pick(rng, "1234567") + digits(rng, 7)
        check = _weighted(body, range(9, 1, -1), 11)
        if check < 10:
            text = body + str(check)
            u = rng.random()
            return text if u < 0.6 else grouped(text, 3, pick(rng, (" ", "."))) if u < 0.8 else f"{text[:4]}.{text[4:6]}.{text[6:]}"


def steuer_id(rng):
    body = pick(rng, "123456789") + digits(rng, 9)
    product = 10
    for c in body:
        total = (int(c) + product) % 10 or 10
        product = total * 2 % 11
    text = body + str((11 - product) % 10)
    return text if rng.random() < 0.4 else f"{text[:2]} {text[2:5]} {text[5:8]} {text[8:]}"


def sv_nummer(rng):
    text = f"{between(rng, 10, 89)}{_ddmmyy(rng)}{pick(rng, UPPER)}{digits(rng, 3)}"
    return text if rng.random() < 0.4 else f"{text[:2]} {text[2:8]} {text[8]} {text[9:]}"


def steuernummer(rng):
    return fill(rng, pick(rng, ("##/###/#####", "###/###/#####", "###/####/####", "## ### #####")))


def ahv(rng):
    body = "756" + digits(rng, 9)
    check = -sum(int(c) * (3 if i % 2 else 1) for i, c in enumerate(body)) % 10
    text = body + str(check)
    return f"{text[:3]}.{text[3:7]}.{text[7:11]}.{text[11:]}" if rng.random() < 0.85 else text


def svnr_at(rng):
    return f"{between(rng, 1000, 9999)}{pick(rng, (' ', ' ', '', '-', '/'))}{_ddmmyy(rng)}"


def insee(rng):
    body = f"{pick(rng, '12')}{between(rng, 30, 99)}{between(rng, 1, 12):02d}{between(rng, 1, 95):02d}{digits(rng, 3)}{digits(rng, 3)}"
    text = body + f"{97 - int(body) % 97:02d}"
    u = rng.random()
    return f"{text[0]} {text[1:3]} {text[3:5]} {text[5:7]} {text[7:10]} {text[10:13]} {text[13:]}" if u < 0.65 else text if u < 0.85 else text[:13] if u < 0.93 else f"{text[:13]} {text[13:]}"


def dni(rng):
    n = between(rng, 1000000, 99999999)
    letter = "TRWAGMYFPDXBNJZSQVHLCKE"[n % 23]
    u = rng.random()
    if u < 0.2:
        x = between(rng, 0, 2)
        n = between(rng, 0, 9999999)
        letter = "TRWAGMYFPDXBNJZSQVHLCKE"[(x * 10000000 + n) % 23]
        return f"{'XYZ'[x]}{pick(rng, ('', '-'))}{n:07d}{pick(rng, ('', '-'))}{letter}"
    return f"{n:08d}{letter}" if u < 0.7 else f"{n:08d}-{letter}" if u < 0.85 else f"{n // 1000000}.{n // 1000 % 1000:03d}.{n % 1000:03d}{pick(rng, ('-', '', ' '))}{letter}"


def nif_pt(rng):
    body = pick(rng, "1235") + digits(rng, 7)
    check = 11 - _weighted(body, range(9, 1, -1), 11)
    text = body + str(check if check < 10 else 0)
    return text if rng.random() < 0.5 else grouped(text, 3)


_ODD = dict(zip(DIGITS + UPPER, (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)))


def codice_fiscale(rng):
    consonants = "BCDFGLMNPRSTVZ"
    body = "".join(pick(rng, consonants) for _ in range(5)) + pick(rng, consonants + "AEIO") + f"{between(rng, 30, 99)}{pick(rng, 'ABCDEHLMPRST')}{between(rng, 1, 28) + (40 if rng.random() < 0.5 else 0):02d}{pick(rng, 'ABCDEFGHL')}{digits(rng, 3)}"
    total = sum(_ODD[c] if i % 2 == 0 else (int(c) if c.isdigit() else ord(c) - 65) for i, c in enumerate(body))
    text = body + UPPER[total % 26]
    u = rng.random()
    return text if u < 0.85 else f"{text[:3]} {text[3:6]} {text[6:11]} {text[11:]}" if u < 0.95 else text.lower()


def pesel(rng):
    body = f"{between(rng, 30, 99)}{between(rng, 1, 12):02d}{between(rng, 1, 28):02d}{digits(rng, 4)}"
    return body + str(-_weighted(body, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3), 10) % 10)


def personnummer(rng):
    body = f"{between(rng, 30, 99)}{between(rng, 1, 12):02d}{between(rng, 1, 28):02d}{digits(rng, 3)}"
    text = body + luhn_digit(body)
    return f"{pick(rng, ('', '19', '19'))}{text[:6]}{pick(rng, ('-', '-', '-', '', '+'))}{text[6:]}"


def cpr(rng):
    return _ddmmyy(rng) + pick(rng, ("-", "-", " ", "")) + digits(rng, 4)


def fodselsnummer(rng):
    return _ddmmyy(rng) + pick(rng, (" ", "", "")) + digits(rng, 5)


def hetu(rng):
    date_part, n = _ddmmyy(rng), between(rng, 2, 899)
    return f"{date_part}{pick(rng, '---A+')}{n:03d}{'0123456789ABCDEFHJKLMNPRSTUVWXY'[int(f'{date_part}{n:03d}') % 31]}"


def cpf(rng):
    body = digits(rng, 9)
    for weights in (range(10, 1, -1), range(11, 1, -1)):
        rest = _weighted(body, weights, 11)
        body += "0" if rest < 2 else str(11 - rest)
    return f"{body[:3]}.{body[3:6]}.{body[6:9]}-{body[9:]}" if rng.random() < 0.8 else body


def curp(rng):
    return fill(rng, "????") + f"{between(rng, 30, 99)}{between(rng, 1, 12):02d}{between(rng, 1, 28):02d}{pick(rng, 'HM')}{pick(rng, ('DF', 'JC', 'NL', 'PL', 'VZ', 'MC'))}" + fill(rng, "???##")


def rfc_mx(rng):
    return fill(rng, "????") + f"{between(rng, 30, 99)}{between(rng, 1, 12):02d}{between(rng, 1, 28):02d}" + fill(rng, "***")


def rrn(rng):
    return f"{between(rng, 30, 99)}{between(rng, 1, 12):02d}{between(rng, 1, 28):02d}-{pick(rng, '1234')}{digits(rng, 6)}"


def nric(rng):
    prefix, body = pick(rng, "STFG"), digits(rng, 7)
    total = _weighted(body, (2, 7, 6, 5, 4, 3, 2), 1000) + (4 if prefix in "TG" else 0)
    return prefix + body + ("JZIHGFEDCBA" if prefix in "ST" else "XWUTRQPNMLK")[total % 11]


def mykad(rng):
    return f"{between(rng, 30, 99)}{between(rng, 1, 12):02d}{between(rng, 1, 28):02d}-{between(rng, 1, 14):02d}-{digits(rng, 4)}"


def rsa_id(rng):
    body = f"{between(rng, 30, 99)}{between(rng, 1, 12):02d}{between(rng, 1, 28):02d}{digits(rng, 4)}08"
    text = body + luhn_digit(body)
    return text if rng.random() < 0.6 else f"{text[:6]} {text[6:10]} {text[10:]}"


def rut(rng):
    n = between(rng, 4000000, 25999999)
    total = sum(int(c) * (2 + i % 6) for i, c in enumerate(reversed(str(n))))
    check = "0K987654321"[total % 11] if total % 11 else "0"
    return f"{n // 1000000}.{n // 1000 % 1000:03d}.{n % 1000:03d}-{check}" if rng.random() < 0.7 else f"{n}-{check}"


def id_china(rng):
    body = f"{between(rng, 11, 65)}0{digits(rng, 3)}{between(rng, 1940, 2009)}{between(rng, 1, 12):02d}{between(rng, 1, 28):02d}{digits(rng, 3)}"
    return body + "10X98765432"[_weighted(body, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), 11)]


def masks(*forms):
    return lambda rng: fill(rng, pick(rng, forms))


passport = masks("#########", "?########", "??#######", "?#######", "C########", "C##??####", "??######", "?##?????#", "E########", "K#######", "?########", "## ?? #####", "#### ######")
licence = masks("?#######", "?########", "########", "#########", "?###-####-####", "?############", "### ### ###", "?????######??#??", "?????######??#??", "?##########", "??########", "D##########", "A#######", "##/##/######", "??##-###########", "#### #### ####")

# Country → [(what it is called, function)]
NATIONAL = {
    "US": [("SSN", ssn), ("SSN", ssn), ("SSN", ssn), ("Social Security number", ssn), ("Social Security No.", ssn), ("driver's license", licence), ("DL#", licence), ("Passport No.", passport), ("passport number", passport), ("ITIN", lambda r: f"9{digits(r, 2)}-7{digits(r, 1)}-{digits(r, 4)}"), ("Driver License No", licence), ("Medicare number", masks("#?*#-?*#-??##", "#?*#?*#??##"))],
    "GB": [("NI number", nino), ("National Insurance number", nino), ("NINO", nino), ("NHS number", nhs), ("NHS No", nhs), ("passport number", passport), ("driving licence", masks("?????######??#??", "????9######??9??")), ("UTR", masks("##########", "##### #####")), ("NI no.", nino), ("Passport No", masks("#########"))],
    "IE": [("PPS number", masks("#######?", "#######??")), ("PPSN", masks("#######?", "#######?A")), ("passport no.", masks("??#######", "P?#######"))], "CA": [("SIN", sin), ("Social Insurance Number", sin), ("health card", masks("####-###-###-??", "#### ### ###")), ("driver's licence", masks("?####-#####-#####", "?#### ##### #####")), ("passport", masks("??######"))],
    "AU": [("TFN", tfn), ("tax file number", tfn), ("Medicare", medicare_au), ("Medicare number", medicare_au), ("passport", masks("?#######", "??#######")), ("driver licence", masks("########", "### ### ###"))], "NZ": [("IRD number", masks("##-###-###", "###-###-###")), ("NHI", masks("???####")), ("passport no.", masks("??######", "L?######"))],
    "IN": [("Aadhaar", aadhaar), ("Aadhaar no.", aadhaar), ("PAN", pan), ("PAN card", pan), ("Passport No.", masks("?#######")), ("Voter ID", masks("???#######")), ("UAN", masks("############")), ("DL No.", masks("??##-20##-#######", "??## 20########", "??##20#########"))], "PK": [("CNIC", masks("#####-#######-#", "#############"))], "BD": [("NID", masks("##########", "#############", "### ### ####"))],
    "ZA": [("ID number", rsa_id), ("SA ID", rsa_id), ("ID no.", rsa_id), ("passport", masks("A########"))], "NG": [("NIN", masks("###########", "### #### ####")), ("BVN", masks("22#########")), ("National ID", masks("###########")), ("passport no", masks("A########"))], "KE": [("ID No.", masks("########", "#######")), ("national ID", masks("########")), ("KRA PIN", masks("A#########?"))], "GH": [("Ghana Card", masks("GHA-#########-#"))],
    "DE": [("Steuer-ID", steuer_id), ("Steueridentifikationsnummer", steuer_id), ("Steuernummer", steuernummer), ("SV-Nummer", sv_nummer), ("Sozialversicherungsnummer", sv_nummer), ("Rentenversicherungsnummer", sv_nummer), ("Personalausweis", masks("L##?##?##", "T########", "?##?##??#", "L########")), ("Reisepass", masks("C##??####", "C########")), ("Ausweisnr.", masks("L#######?", "LZ######?")), ("IdNr.", steuer_id), ("Führerschein", masks("?###??###?#", "?##########"))],
    "AT": [("SVNR", svnr_at), ("Sozialversicherungsnummer", svnr_at), ("SV-Nr.", svnr_at), ("Reisepass", masks("P #######", "U#######"))], "CH": [("AHV-Nr.", ahv), ("AHV-Nummer", ahv), ("N° AVS", ahv), ("numéro AVS", ahv), ("SSN", ahv)],
    "FR": [("numéro de sécurité sociale", insee), ("N° de sécurité sociale", insee), ("NIR", insee), ("n° sécu", insee), ("passeport", masks("##??#####")), ("CNI", masks("############", "??#???###")), ("numéro fiscal", masks("#############", "## ## ### ### ###"))], "BE": [("rijksregisternummer", masks("##.0#.1#-###.##", "##.1#.2#-###.##", "##0#1######")), ("numéro national", masks("##.0#.2#-###.##", "##0#0######")), ("NISS", masks("##.0#.1#-###.##"))], "LU": [("matricule", masks("19##0#1######", "19## 0# 1# ### ##"))],
    "NL": [("BSN", bsn), ("burgerservicenummer", bsn), ("BSN-nummer", bsn), ("paspoortnummer", masks("N????##?#", "??######?", "NX######?")), ("rijbewijsnummer", masks("##########"))], "ES": [("DNI", dni), ("NIF", dni), ("NIE", dni), ("DNI/NIE", dni), ("número de la Seguridad Social", masks("##/########/##", "## ######## ##")), ("pasaporte", masks("???######"))],
    "PT": [("NIF", nif_pt), ("contribuinte", nif_pt), ("NISS", masks("###########")), ("CC", masks("######## # ??#", "########"))], "IT": [("codice fiscale", codice_fiscale), ("C.F.", codice_fiscale), ("Codice Fiscale", codice_fiscale), ("carta d'identità", masks("C?#####??", "A?#######", "CA#####??")), ("patente", masks("??#######?", "U1########"))],
    "PL": [("PESEL", pesel), ("nr PESEL", pesel), ("dowód osobisty", masks("???######", "A?? ######"))], "CZ": [("rodné číslo", masks("##0###/####", "##5###/####")), ("r.č.", masks("##1###/####")), ("RČ", masks("##06##/####"))], "SK": [("rodné číslo", masks("##0###/####", "##5###/####"))],
    "SE": [("personnummer", personnummer), ("pers.nr", personnummer)], "NO": [("fødselsnummer", fodselsnummer), ("personnr.", fodselsnummer)], "DK": [("CPR-nr.", cpr), ("CPR", cpr), ("cpr-nummer", cpr)], "FI": [("henkilötunnus", hetu), ("HETU", hetu), ("hetu", hetu)], "IS": [("kennitala", masks("######-####"))],
    "HU": [("TAJ szám", masks("### ### ###", "#########")), ("adóazonosító", masks("8#########")), ("személyi szám", masks("######??"))], "GR": [("AFM", masks("#########")), ("AMKA", masks("###########")), ("ADT", masks("?? ######"))], "RO": [("CNP", masks("1##0#1#######", "2##1#2#######")), ("CI seria", masks("?? ######"))], "TR": [("TC Kimlik No", masks("%##########")), ("T.C. kimlik no", masks("%##########"))],
    "BR": [("CPF", cpf), ("CPF", cpf), ("RG", masks("##.###.###-#", "#########", "??-##.###.###")), ("PIS", masks("###.#####.##-#"))], "MX": [("CURP", curp), ("RFC", rfc_mx), ("NSS", masks("###########")), ("INE", masks("#############"))], "AR": [("DNI", masks("##.###.###", "########")), ("CUIL", masks("20-########-#", "27-########-#")), ("CUIT", masks("23-########-#"))],
    "CL": [("RUT", rut), ("RUN", rut)], "CO": [("cédula", masks("#.###.###.###", "##########", "##.###.###")), ("C.C.", masks("##########", "##.###.###"))], "PE": [("DNI", masks("########"))], "JP": [("My Number", masks("#### #### ####", "############")), ("passport", masks("T?#######"))], "KR": [("RRN", rrn), ("resident registration no.", rrn), ("passport", masks("M########"))],
    "CN": [("ID card no.", id_china), ("ID number", id_china), ("passport no.", masks("E########", "G########"))], "HK": [("HKID", masks("?######(#)", "?######(A)")), ("HKID No.", masks("?######(#)"))], "TW": [("ID no.", masks("?1########", "?2########"))], "SG": [("NRIC", nric), ("FIN", nric), ("NRIC No.", nric)], "MY": [("MyKad", mykad), ("IC no.", mykad), ("NRIC", mykad)],
    "PH": [("SSS No.", masks("##-#######-#")), ("TIN", masks("###-###-###", "###-###-###-000")), ("PhilHealth", masks("##-#########-#")), ("UMID", masks("####-#######-#"))], "ID": [("NIK", masks("################")), ("KTP", masks("################")), ("NPWP", masks("##.###.###.#-###.###"))], "TH": [("Thai ID", masks("#-####-#####-##-#")), ("ID card", masks("# #### ##### ## #"))], "VN": [("CCCD", masks("0###########")), ("CMND", masks("#########"))],
    "AE": [("Emirates ID", masks("784-19##-#######-#", "78419##########"))], "SA": [("Iqama", masks("2#########")), ("National ID", masks("1#########"))], "EG": [("national ID", masks("2#############", "3#############"))], "MA": [("CIN", masks("??######", "?######"))], "IL": [("Teudat Zehut", masks("#########", "########-#")), ("ID", masks("#########"))], "RU": [("SNILS", masks("###-###-### ##")), ("passport", masks("#### ######", "## ## ######")), ("INN", masks("############"))],
    "UA": [("RNOKPP", masks("##########")), ("IPN", masks("##########")), ("passport", masks("??######"))], "BG": [("EGN", masks("##########"))], "RS": [("JMBG", masks("#############"))], "HR": [("OIB", masks("###########"))], "SI": [("EMŠO", masks("#############")), ("davčna številka", masks("########"))], "EE": [("isikukood", masks("3##0#1#####", "4##1#2#####"))], "LV": [("personas kods", masks("######-#####"))], "LT": [("asmens kodas", masks("3##0#1#####", "4##1#2#####"))],
}
_NATIONAL_COUNTRIES = sorted(NATIONAL)


def national(rng, country):
    """(what it is called, the number)"""
    if country not in NATIONAL or rng.random() < 0.05:
        country = pick(rng, _NATIONAL_COUNTRIES)
    label, make = pick(rng, NATIONAL[country])
    return label, make(rng).strip()


# --- network --------------------------------------------------------------------------------------------------------------------------------

def ipv6(rng):
    u = rng.random()

    def hextet():
        return f"{int(rng.random() * 65536):x}"
    if u < 0.35:
        return "2001:db8:" + ":".join(hextet() for _ in range(between(rng, 1, 3))) + "::" + f"{int(rng.random() * 65536):x}"
    if u < 0.55:
        return f"{pick(rng, ('fe80', 'fd00', 'fd12', '2a02', '2a00', '2606', '2400', '2a01'))}:" + ":".join(hextet() for _ in range(between(rng, 1, 3))) + "::" + pick(rng, ("1", "2", hextet(), hextet(), hextet()))
    if u < 0.8:
        return f"{pick(rng, ('2001', '2a02', '2a00', '2003', '2607', '240e', 'fe80', '2804'))}:" + ":".join(hextet() for _ in range(7))
    if u < 0.85:
        return "::1" if u < 0.82 else "::ffff:" + ipv4(rng)
    if u < 0.95:
        return "fe80::" + ":".join(hextet() for _ in range(4))
    return "2001:DB8:" + ":".join(hextet().upper() for _ in range(6))


def ipv4(rng):
    u, b = rng.random(), lambda: int(rng.random() * 256)
    if u < 0.2:
        return f"192.168.{pick(rng, (0, 1, b(), b()))}.{b()}"
    if u < 0.38:
        return f"10.{b()}.{b()}.{b()}"
    if u < 0.44:
        return f"172.{between(rng, 16, 31)}.{b()}.{b()}"
    if u < 0.54:
        return pick(rng, ("192.0.2.", "198.51.100.", "203.0.113.")) + str(b())
    if u < 0.56:
        return "127.0.0.1"
    return f"{between(rng, 1, 223)}.{b()}.{b()}.{b()}"


def ip(rng):
    return ipv4(rng) if rng.random() < 0.72 else ipv6(rng)


def token(rng, low=12, high=40):
    u = rng.random()
    if u < 0.3:
        return "".join(pick(rng, "0123456789abcdef") for _ in range(between(rng, low, high)))
    if u < 0.4:
        return "eyJ" + "".join(pick(rng, TOKEN) for _ in range(between(rng, 10, 30))) + "." + "".join(pick(rng, TOKEN) for _ in range(12))
    if u < 0.5:
        return pick(rng, ("sk_live_", "pk_test_", "ghp_", "AKIA", "xoxb-", "sk-", "key-", "tok_", "glpat-", "AIza")) + "".join(pick(rng, TOKEN[:62]) for _ in range(between(rng, low, high)))
    return "".join(pick(rng, TOKEN) for _ in range(between(rng, low, high)))


_SCHEMES = "https https https http ftp sftp postgres postgresql mysql mongodb mongodb+srv redis amqp ssh git git+https smb rtsp ldap imaps smtp svn mqtt".split()
_PATHS = "api v1 v2 v3 login auth reset download files export users orders invoice report webhook callback oauth share media images static docs data hooks in upload verify confirm unsubscribe session account admin blog news search product category en wiki issues pull releases index.html feed.xml q1.pdf".split()
_QUERY = "id page q lang utm_source ref sort size user from to year tab v format type view category limit offset".split()
_SECRETS = "token token token access_token access_token key api_key apikey key sig signature sig auth auth_token secret password pwd pass sid jwt client_secret X-Amz-Signature sv sig reset_token refresh_token".split()


def host(rng):
    u = rng.random()
    if u < 0.2:
        return pick(rng, ("localhost", "db", "db-prod-1.internal", "redis.internal", "cache", "mq.local", "nas.home", "registry.corp", "postgres")) + (f":{between(rng, 1000, 65000)}" if rng.random() < 0.6 else "")
    return pick(rng, ("", "", "www.", "api.", "app.", "hooks.", "files.", "cdn.", "my.", "portal.", "login.", "db-1.")) + domain(rng) + (f":{between(rng, 80, 65000)}" if rng.random() < 0.12 else "")


def path(rng):
    return "".join("/" + (pick(rng, _PATHS) if rng.random() < 0.75 else pick(rng, DOMAIN_WORDS) if rng.random() < 0.6 else str(between(rng, 1, 99999))) for _ in range(between(rng, 0, 4)))


def secret_url(rng, user=None):
    """A URL with credentials in it."""
    u = rng.random()
    if u < 0.42:
        name = user if user and rng.random() < 0.5 else pick(rng, ("admin", "root", "app", "billing_rw", "deploy", "svc", "backup", "reader", "user", "postgres", "ci", "guest", pick(rng, DOMAIN_WORDS)))
        word = pick(rng, (token(rng, 6, 16), pick(rng, DOMAIN_WORDS) + str(between(rng, 1, 2026)) + pick(rng, ("", "!", "$", "-x")), pick(rng, DOMAIN_WORDS).capitalize() + "-" + pick(rng, DOMAIN_WORDS), "hunter2", "p4ss"))
        name = "" if rng.random() < 0.08 else name
        where = ipv4(rng) + pick(rng, ("", f":{between(rng, 80, 65000)}")) if rng.random() < 0.25 else host(rng)
        return f"{pick(rng, _SCHEMES)}://{name}:{word}@{where}{path(rng)}{pick(rng, ('', '', '', '/0', '?ssl=true', '.git'))}"
    query = [f"{pick(rng, _SECRETS)}={token(rng, 8, 40)}"]
    for _ in range(between(rng, 0, 2)):
        query.insert(0 if rng.random() < 0.7 else 1, f"{pick(rng, _QUERY)}={pick(rng, (str(between(rng, 1, 9999)), pick(rng, DOMAIN_WORDS)))}")
    if rng.random() < 0.15:
        query.append(f"{pick(rng, ('expires', 'exp', 'X-Amz-Expires', 'se'))}={between(rng, 300, 1900000000)}")
    return f"{pick(rng, ('https', 'https', 'https', 'https', 'http', 'wss'))}://{host(rng)}{path(rng) or '/'}?{'&'.join(query)}"


def plain_url(rng):
    """A URL that gives nothing away."""
    u = rng.random()
    if u < 0.15:
        return pick(rng, ("www.", "")) + domain(rng) + path(rng)
    query = "&".join(f"{pick(rng, _QUERY)}={pick(rng, (str(between(rng, 1, 9999)), pick(rng, DOMAIN_WORDS)))}" for _ in range(between(rng, 1, 3)))
    return f"{pick(rng, ('https', 'https', 'https', 'http', 'ftp'))}://{host(rng)}{path(rng)}" + (f"?{query}" if u > 0.6 else "") + (f"#{pick(rng, DOMAIN_WORDS)}" if u > 0.93 else "")


# --- numbers of nobody ----------------------------------------------------------------------------------------------------------------------

_CURRENCIES = "$ $ $ £ £ € € € USD EUR GBP CHF AUD CAD INR ZAR NGN SEK PLN R$ Rs. ₹ ¥ kr R".split()
_NEUTRAL = masks("#####", "######", "####", "#####-?", "INV-20##-#####", "20##-###-#", "PO #####", "PO-######", "#######", "SN ##?-#####", "??-####", "##-####-?", "RE-20##/####", "TCK-#####", "#-######", "########", "REF ######", "???-####", "?###-##-#", "##########", "1Z????############", "###-#######-#######", "ORD#######", "####/20##", "#### #### #### ####", "RMA-#####",
                 "SKU ######", "978-#-##-######-#", "978##########", "LOT ######", "E-0###", "?-###", "JP######", "CASE-########", "????#######", "0#########", "CVE-20##-#####", "#.##.#####", "??####?", "00########")


def neutral(rng):
    """The number of an order, ticket, invoice, part, parcel … Many look just like the number of a customer: only the words around tell."""
    return _NEUTRAL(rng) if rng.random() < 0.6 else account(rng, "known" if rng.random() < 0.8 else "bank")


_ODD_MASKS = ("???#?########", "HRB ######", "US########", "DE#########", "?? ## ??? ", "??-?? ###", "AB## CDE", "0#:4a:%#:bc:##:0%", "%#-#####-#", "##.####/j.%###", "10.####/##.####", "##-##-####/##", "###.###.###.#", "%###.%##.###-#", "9########A", "KvK ########", "## ### ### ###", "###-##-###", "E###/##", "#####.#####", "W-##/####-?")


def odd(rng):
    """Hashes, identifiers of machines and companies, number plates: numbers and letters that are no person's."""
    u = rng.random()
    if u < 0.25:
        h = f"{int(rng.random() * 16 ** 12):012x}{int(rng.random() * 16 ** 12):012x}{int(rng.random() * 16 ** 8):08x}"
        return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}" if u < 0.12 else h[:7 + int(rng.random() * 25)]
    if u < 0.33:
        return ":".join(f"{int(rng.random() * 256):02x}" for _ in range(6))
    if u < 0.4:
        return f"0x{int(rng.random() * 16 ** 8):08x}"
    return fill(rng, pick(rng, _ODD_MASKS)).strip()


def money(rng):
    c, n, u = pick(rng, _CURRENCIES), rng.random() ** 3 * 9000, rng.random()
    whole = int(n)
    text = f"{whole:,}.{int(rng.random() * 100):02d}" if u < 0.45 else f"{whole:,}".replace(",", ".") + f",{int(rng.random() * 100):02d}" if u < 0.6 else f"{whole}.{int(rng.random() * 100):02d}" if u < 0.75 else str(whole)
    if len(c) == 1 or c == "R$":
        return f"{c}{text}" if rng.random() < 0.75 or c in "$£" else f"{text} {c}"
    return f"{c} {text}" if rng.random() < 0.6 else f"{text} {c}"


def version(rng):
    n = between
    return pick(rng, (f"{n(rng, 0, 20)}.{n(rng, 0, 30)}.{n(rng, 0, 40)}", f"v{n(rng, 0, 9)}.{n(rng, 0, 30)}", f"{n(rng, 1, 20)}.{n(rng, 0, 9)}.{n(rng, 0, 20)}.{n(rng, 0, 999)}", f"{n(rng, 1, 12)}.{n(rng, 0, 20)}.{n(rng, 0, 99)}.{n(rng, 1, 9)}",
                      f"{n(rng, 0, 9)}.{n(rng, 0, 9)}.{n(rng, 0, 9)}-rc{n(rng, 1, 4)}", f"{n(rng, 2015, 2027)}.{n(rng, 1, 12)}", f"{n(rng, 1, 9)}.{n(rng, 0, 9)}", f"build {n(rng, 100, 99999)}", f"{n(rng, 0, 9)}.{n(rng, 0, 9)}.{digits(rng, 5)}"))


def quantity(rng):
    n = between(rng, 1, 400) if rng.random() < 0.7 else round(rng.random() * 100, 1)
    return f"{n}{pick(rng, (' ', ' ', ''))}{pick(rng, _UNITS)}"


_UNITS = "kg g mg ml l cm mm km m h min s % °C °F kB MB GB kWh V A W mmHg bpm pcs boxes pages pieces miles lbs oz ft hours days weeks minutes people cups tablespoons litres metres percent Mbit/s Hz rpm points".split()
