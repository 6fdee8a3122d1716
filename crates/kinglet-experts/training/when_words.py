"""How English spells numbers, times of day, days and spans of time, each beside its meaning.

Every function takes a random number generator and returns what somebody may write together with what it means, in
the language of steps that `src/when/steps.rs` resolves. `when_data.py` puts them together.
"""

DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
DAY_WORDS = {
    "mon": ["monday"] * 5 + ["mon", "mon."],
    "tue": ["tuesday"] * 5 + ["tue", "tues", "tue."],
    "wed": ["wednesday"] * 5 + ["wed", "weds"],
    "thu": ["thursday"] * 5 + ["thu", "thur", "thurs"],
    "fri": ["friday"] * 5 + ["fri", "fri."],
    "sat": ["saturday"] * 5 + ["sat", "sat."],
    "sun": ["sunday"] * 5 + ["sun", "sun."],
}
RULE_DAYS = {"mon": "MO", "tue": "TU", "wed": "WE", "thu": "TH", "fri": "FR", "sat": "SA", "sun": "SU"}
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
MONTH_WORDS = {
    "jan": ["january"] * 3 + ["jan", "jan."],
    "feb": ["february"] * 3 + ["feb", "feb."],
    "mar": ["march"] * 4 + ["mar", "mar."],
    "apr": ["april"] * 4 + ["apr", "apr."],
    "may": ["may"],
    "jun": ["june"] * 4 + ["jun"],
    "jul": ["july"] * 4 + ["jul"],
    "aug": ["august"] * 4 + ["aug", "aug."],
    "sep": ["september"] * 3 + ["sep", "sept", "sept."],
    "oct": ["october"] * 3 + ["oct", "oct."],
    "nov": ["november"] * 3 + ["nov", "nov."],
    "dec": ["december"] * 3 + ["dec", "dec."],
}
MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
SEASONS = {"spring": ["spring", "springtime"], "summer": ["summer", "summertime"], "autumn": ["autumn", "fall"],
           "winter": ["winter", "wintertime"]}
HOLIDAYS = {
    "christmas": ["christmas", "christmas", "christmas day", "xmas", "x-mas"],
    "christmas-eve": ["christmas eve", "xmas eve"],
    "boxing-day": ["boxing day"],
    "new-year": ["new year's day", "new years day", "new year"],
    "new-years-eve": ["new year's eve", "new years eve", "nye"],
    "valentines": ["valentine's day", "valentines day", "valentine's", "valentines"],
    "halloween": ["halloween", "hallowe'en"],
    "independence": ["independence day", "the fourth of july", "the 4th of july"],
    "labor-day": ["labor day", "labour day"],
    "thanksgiving": ["thanksgiving", "thanksgiving day"],
    "easter": ["easter", "easter sunday", "easter day"],
    "good-friday": ["good friday"],
    "easter-monday": ["easter monday"],
    "mothers-day": ["mother's day", "mothers day"],
    "fathers-day": ["father's day", "fathers day"],
}
ONES = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen").split()
TENS = "_ _ twenty thirty forty fifty sixty seventy eighty ninety".split()
ORDINALS = ("_ first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
            "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth").split()

#: The words of each unit: one, several, short forms that stand right behind a number.
UNITS = {
    "s": (["second", "sec"], ["seconds", "seconds", "secs", "sec"], ["s", "sec", "secs"]),
    "min": (["minute", "minute", "min"], ["minutes", "minutes", "mins", "min"], ["min", "m", "mins"]),
    "h": (["hour", "hour", "hr"], ["hours", "hours", "hrs", "hr"], ["h", "hr", "hrs"]),
    "d": (["day"], ["days"], ["d", "days"]),
    "w": (["week", "week", "wk"], ["weeks", "weeks", "wks"], ["w", "wk", "wks"]),
    "mo": (["month", "month", "mth"], ["months", "months", "mths"], ["mo", "mos", "months"]),
    "y": (["year", "year", "yr"], ["years", "years", "yrs"], ["y", "yr", "yrs"]),
    "bd": (["business day", "working day", "work day", "workday"],
           ["business days", "working days", "work days", "workdays"], ["bd", " business days"]),
}


def words_of(number):
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + ("-" + ONES[number % 10] if number % 10 else "")
    if number % 100 == 0 and number < 1000:
        return ONES[number // 100] + " hundred"
    return str(number)


def number(r, value):
    """A number in digits or in words."""
    if r.random() < 0.55 or value > 120:
        return str(value)
    words = words_of(value)
    return words.replace("-", " ") if r.random() < 0.3 else words


def ordinal(r, value):
    suffix = "th" if 10 <= value % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    if r.random() < 0.7:
        return f"{value}{suffix}"
    if value <= 20:
        return ORDINALS[value]
    if value % 10 == 0:
        return TENS[value // 10][:-1] + "ieth"
    return TENS[value // 10] + ("-" if r.random() < 0.7 else " ") + ORDINALS[value % 10]


def weekday(r, plural=False):
    day = r.choice(DAYS)
    if plural:
        return r.choice([DAY_WORDS[day][0] + "s"] * 4 + [DAY_WORDS[day][0] + "'s"]), day
    return r.choice(DAY_WORDS[day]), day


def month(r):
    name = r.choice(MONTHS)
    return r.choice(MONTH_WORDS[name]), name


def holiday(r):
    name = r.choice(list(HOLIDAYS))
    return r.choice(HOLIDAYS[name]), name


COMMON_COUNTS = [1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 10, 12, 14, 15, 20, 24, 30, 36, 45, 48, 60, 90, 100]


def count(r, unit):
    """How many of a unit people speak of."""
    if r.random() < 0.25:
        return r.randint(1, 99)
    most = {"y": 30, "mo": 24, "w": 20, "d": 100, "bd": 30, "h": 96, "min": 120, "s": 120}[unit]
    while (value := r.choice(COMMON_COUNTS)) > most:
        pass
    return value


def quantity(r, unit, value):
    """`value` of a unit: `three days`, `3d`, `a week`, `a couple of hours`."""
    one, several, short = UNITS[unit]
    if value == 1:
        article = "an" if unit == "h" else "a"
        return r.choice([f"{article} {r.choice(one)}", f"{article} {r.choice(one)}", f"one {r.choice(one)}",
                         f"1 {r.choice(one)}", f"1{r.choice(short)}"])
    if value == 2 and r.random() < 0.2:
        return r.choice(["a couple of ", "a couple ", "couple of "]) + r.choice(several)
    if unit == "w" and value == 2 and r.random() < 0.3:
        return r.choice(["a fortnight", "one fortnight", "14 days"][:2])
    if value == 12 and r.random() < 0.1:
        return "a dozen " + r.choice(several)
    if r.random() < 0.15:
        return f"{value}{r.choice(short)}"
    return f"{number(r, value)} {r.choice(several)}"


LETTERS = {"s": "S", "min": "M", "h": "H", "d": "D", "w": "W", "mo": "M", "y": "Y"}


def iso(parts):
    """An ISO 8601 duration of (value, unit) pairs."""
    date = "".join(f"{value}{LETTERS[unit]}" for value, unit in parts if unit in ("y", "mo", "w", "d"))
    time = "".join(f"{value}{LETTERS[unit]}" for value, unit in parts if unit in ("h", "min", "s"))
    return "P" + date + ("T" + time if time else "")


SMALLER = {"h": ("min", 30), "y": ("mo", 6), "min": ("s", 30), "d": ("h", 12)}


def span(r, units=("s", "min", "min", "h", "h", "d", "w", "mo", "y"), mixed=True):
    """A length of time in words, and its (value, unit) pairs."""
    unit = r.choice(units)
    if mixed and unit in SMALLER and r.random() < 0.25:
        smaller, half = SMALLER[unit]
        one, several, short = UNITS[unit]
        value = r.randint(1, 12 if unit == "h" else 6)
        several = several[0] if r.random() < 0.8 else r.choice(several)
        if r.random() < 0.65:
            forms = [f"{number(r, value)} and a half {several}", f"{value}.5 {several}", f"{value} 1/2 {several}",
                     f"{value}½ {several}", f"{value}.5{short[0]}"]
            if value == 1:
                article = "an" if unit == "h" else "a"
                forms = [f"{article} {one[0]} and a half"] * 4 + ["1.5 " + several, f"one and a half {several}",
                                                                  f"one {one[0]} and a half", f"1.5{short[0]}"]
            return r.choice(forms), [(value, unit), (half, smaller)]
        low = r.choice([5, 10, 15, 20, 30, 40, 45, 50, r.randint(1, 59)]) if smaller in ("min", "s") else r.randint(1, 11)
        first, second = quantity(r, unit, value), quantity(r, smaller, low)
        joined = r.choice([f"{first} and {second}", f"{first} {second}", f"{first}, {second}"])
        if unit == "h" and r.random() < 0.4:
            joined = r.choice([f"{value}h{low}m", f"{value}h {low}m", f"{value}h{low}", f"{value}h {low}min",
                               f"{value} hr {low} min", f"{value} hrs {low} mins"])
        return joined, [(value, unit), (low, smaller)]
    if unit == "h" and r.random() < 0.2:
        text, minutes = r.choice([("half an hour", 30), ("half an hour", 30), ("a half hour", 30), ("half hour", 30),
                                  ("a quarter of an hour", 15), ("quarter of an hour", 15),
                                  ("three quarters of an hour", 45), ("three-quarters of an hour", 45)])
        return text, [(minutes, "min")]
    if unit == "y" and r.random() < 0.08:
        return r.choice(["half a year", "a half year"]), [(6, "mo")]
    if unit == "y" and r.random() < 0.08:
        value = r.randint(1, 4)
        return ("a decade" if value == 1 else f"{number(r, value)} decades"), [(value * 10, "y")]
    if unit == "d" and r.random() < 0.04:
        return "half a day", [(12, "h")]
    value = count(r, unit)
    return quantity(r, unit, value), [(value, unit)]


def steps_of(parts, sign):
    return [f"{sign}{value}{unit}" for value, unit in parts]


def clock(hour, minute):
    return f"{hour:02}:{minute:02}"


MINUTES = [0] * 8 + [30] * 4 + [15, 45, 15, 45, 10, 20, 40, 50, 5, 55, 25, 35]


def plain_hour(hour):
    """What an hour from 1 to 12 means where nothing says which half of the day it is in."""
    return hour + 12 if 1 <= hour <= 6 else hour


def spoken(r, hour, minute):
    """An hour of twelve and minutes, without a half of the day: `half past six`, `6:30`, `six thirty`."""
    name = (lambda h: number(r, h))
    after = hour % 12 + 1
    forms = []
    if minute == 0:
        forms = [str(hour)] * 3 + [words_of(hour), f"{hour} o'clock", f"{words_of(hour)} o'clock", f"{hour} oclock", f"{hour}:00"]
    else:
        forms = [f"{hour}:{minute:02}"] * 3 + [f"{hour}.{minute:02}"]
        if minute >= 10:
            forms.append(f"{words_of(hour)} {words_of(minute)}")
        else:
            forms.append(f"{words_of(hour)} oh {words_of(minute)}")
    if minute == 30:
        forms += [f"half past {name(hour)}"] * 3 + [f"half {words_of(hour)}"]
    elif minute == 15:
        forms += [f"quarter past {name(hour)}", f"a quarter past {name(hour)}", f"quarter after {name(hour)}"]
    elif minute == 45:
        forms += [f"quarter to {name(after)}", f"a quarter to {name(after)}", f"quarter of {name(after)}",
                  f"quarter till {name(after)}"]
    elif 0 < minute < 30:
        forms += [f"{number(r, minute)}{r.choice(['', '', ' minutes'])} {r.choice(['past', 'past', 'after'])} {name(hour)}"] * 2
    elif minute > 30:
        forms += [f"{number(r, 60 - minute)}{r.choice(['', '', ' minutes'])} {r.choice(['to', 'to', 'before', 'till'])} {name(after)}"] * 2
    text = r.choice(forms)
    return text


PARTS = {"morning": range(1, 12), "afternoon": range(12, 19), "evening": range(17, 24), "night": range(18, 24)}
PART_PHRASES = {"morning": "in the morning", "afternoon": "in the afternoon", "evening": "in the evening", "night": "at night"}


def time(r, bare=True, part=None):
    """A time of day and its step. `bare` times may leave open which half of the day they are in; with a `part` they do."""
    minute = r.choice(MINUTES) if r.random() < 0.85 else r.randint(0, 59)
    if part:
        hour = r.choice(list(PARTS[part]))
        text = spoken(r, (hour - 1) % 12 + 1, minute)
        if r.random() < 0.1:
            text = clock(hour, minute)
        return text, clock(hour, minute)
    kind = r.random()
    if kind < 0.10:
        return r.choice([("noon", "12:00"), ("noon", "12:00"), ("midday", "12:00"), ("12 noon", "12:00"),
                         ("midnight", "24:00"), ("midnight", "24:00"), ("12:00", "12:00"), ("12", "12:00"),
                         ("high noon", "12:00"), ("noontime", "12:00"), ("twelve noon", "12:00")])
    if kind < 0.45:
        hour = r.choice([h for h in range(24)] + list(range(8, 22)))
        twelve = (hour - 1) % 12 + 1
        half = "am" if hour < 12 else "pm"
        half = r.choice([half] * 4 + [f"{half[0]}.m.", f"{half[0]}.m", half[0], half.upper()])
        if half in ("a", "p"):
            return f"{twelve}{':%02d' % minute if minute else ''}{half}", clock(hour, minute)
        gap = r.choice(["", "", " "])
        if minute == 0:
            body = r.choice([str(twelve)] * 5 + [f"{twelve}:00", words_of(twelve)])
        else:
            body = r.choice([f"{twelve}:{minute:02}"] * 5 + [f"{twelve}.{minute:02}", f"{words_of(twelve)} {words_of(minute)}" if minute > 9 else f"{twelve}:{minute:02}"])
        gap = " " if body[-1].isalpha() else gap
        if r.random() < 0.1:
            body, gap = spoken(r, twelve, minute), " "
        return body + gap + half, clock(hour, minute)
    if kind < 0.6:
        hour = r.randint(0, 23)
        text = clock(hour, minute)
        if hour >= 13 and r.random() < 0.2:
            text = r.choice([f"{hour}h{minute:02}", f"{hour}.{minute:02}", f"{hour}{minute:02}", f"{hour}h" if minute == 0 else text,
                             f"{hour}{minute:02} hours", f"{hour}:{minute:02}h"])
        if r.random() < 0.05:
            second = r.randint(0, 59)
            return f"{text}:{second:02}" if ":" in text and text[-1] != "h" else text, (
                clock(hour, minute) + f":{second:02}" if ":" in text and text[-1] != "h" else clock(hour, minute))
        return text, clock(hour, minute)
    if kind < 0.75 or not bare:
        part = r.choice(list(PARTS))
        text, step = time(r, part=part)
        return f"{text} {PART_PHRASES[part]}", step
    hour = r.randint(1, 12)
    return spoken(r, hour, minute), clock(plain_hour(hour), minute)


def date(r, year=None):
    """A day of a month, and its step; of that year where one is given."""
    index = r.randrange(12)
    day = r.randint(1, MONTH_DAYS[index])
    name = r.choice(MONTH_WORDS[MONTHS[index]])
    if year is not None and index == 1 and day == 29 and year % 4:
        day = 28
    step = f"{index + 1:02}-{day:02}"
    nth = ordinal(r, day)
    forms = [f"{name} {day}", f"{name} {day}", f"{day} {name}", f"{name} {nth}", f"{nth} {name}", f"{nth} of {name}",
             f"the {nth} of {name}", f"{name} the {nth}"]
    if year is None:
        if r.random() < 0.15:
            forms = [f"{index + 1}/{day}", f"{index + 1}/{day}", f"{index + 1:02}/{day:02}", f"{day}.{index + 1}.",
                     f"{day:02}.{index + 1:02}."] + ([f"{day}/{index + 1}"] if day > 12 else [])
        return r.choice(forms), step
    years = [str(year)] * 4 + [f"'{year % 100:02}"]
    forms = [f"{form}{',' if form[-1] not in '.' and r.random() < 0.4 else ''} {r.choice(years)}" for form in forms]
    if r.random() < 0.45:
        short = f"{year % 100:02}"
        forms = [f"{year}-{step}"] * 4 + [f"{index + 1}/{day}/{year}", f"{index + 1:02}/{day:02}/{year}", f"{index + 1}/{day}/{short}",
                 f"{day}.{index + 1}.{year}", f"{day:02}.{index + 1:02}.{year}", f"{year}/{index + 1:02}/{day:02}", f"{day}.{index + 1}.{short}",
                 f"{day:02}-{name[:3]}-{year}"]
        if day > 12:
            forms += [f"{day}/{index + 1}/{year}", f"{day}/{index + 1}/{short}", f"{day}-{index + 1}-{year}"]
    return r.choice(forms), f"{year}-{step}"


def year(r):
    return r.choice([r.randint(2020, 2032)] * 5 + [r.randint(1900, 2099)])
