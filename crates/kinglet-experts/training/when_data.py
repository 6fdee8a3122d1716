"""Phrases about time with their meaning, for training `kinglet when`.

`example(r)` puts the pieces of `when_words.py` together the way people do, and says what the phrase means: the JSON that
`src/when/meaning.rs` describes. Nothing here knows what day it is: that is left to the code that resolves a meaning.
"""

import json
import random
import sys

from when_none import none
from when_words import *

WEEKLY_DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
PERIODS = {"w": "week", "mo": "month", "y": "year", "q": "quarter", "we": "weekend"}


def maybe(r, chance, text):
    return text if r.random() < chance else ""


def shift_word(r, noun, unit):
    """`next week` and its like: the word, and the step."""
    kind = r.random()
    if kind < 0.3:
        return r.choice([f"this {noun}"] * 4 + [f"the current {noun}"]), f"{unit}+0"
    if kind < 0.65:
        return r.choice([f"next {noun}"] * 6 + [f"the next {noun}", f"the coming {noun}", f"the following {noun}", f"nxt {noun}"]), f"{unit}+1"
    if kind < 0.88:
        return r.choice([f"last {noun}"] * 6 + [f"the previous {noun}", f"previous {noun}", f"the last {noun}"]), f"{unit}-1"
    if kind < 0.95:
        return f"the {noun} after next", f"{unit}+2"
    return f"the {noun} before last", f"{unit}-2"


def month_in_time(r):
    """A month, and its steps."""
    word, step = month(r)
    kind = r.random()
    if kind < 0.45:
        return maybe(r, 0.15, r.choice(["this ", "the coming ", "this coming "])) + word, [step]
    if kind < 0.6:
        return f"next {word}", [step]
    if kind < 0.7:
        return r.choice(["last ", "this past ", "last "]) + word, ["<" + step]
    if kind < 0.93:
        value = year(r)
        return r.choice([f"{word} {value}", f"{word} {value}", f"{word}, {value}", f"{word} of {value}", f"{word} '{value % 100:02}" if 2020 <= value else f"{word} {value}"]), [f"{value}-{MONTHS.index(step) + 1:02}"]
    if kind < 0.97:
        return r.choice([f"{word} next year", f"next year in {word}", f"{word} of next year"]), ["y+1", step]
    return r.choice([f"{word} last year", f"{word} of last year", f"last year in {word}"]), ["y-1", step]


def long_unit(r):
    """A week, month, quarter or year that has a beginning and an end, and its steps."""
    kind = r.random()
    if kind < 0.35:
        text, steps = month_in_time(r)
        return text, steps, "mo"
    if kind < 0.7:
        unit = r.choice(["w", "mo", "mo", "y", "y", "q"])
        if r.random() < 0.35:
            return r.choice([f"the {PERIODS[unit]}", f"the {PERIODS[unit]}", f"this {PERIODS[unit]}"]), [f"{unit}+0"], unit
        text, step = shift_word(r, PERIODS[unit], unit)
        return text, [step], unit
    if kind < 0.85:
        value = year(r)
        return r.choice([str(value), str(value), f"the year {value}"]), [str(value)], "y"
    text, steps = quarter(r)
    return text, steps, "q"


def quarter(r):
    n = r.randint(1, 4)
    text = r.choice([f"q{n}", f"q{n}", f"the {ordinal(r, n)} quarter", f"{ordinal(r, n)} quarter", f"quarter {r.choice([str(n), words_of(n)])}"])
    kind = r.random()
    if kind < 0.35:
        return text, [f"q{n}"]
    if kind < 0.8:
        value = year(r)
        return r.choice([f"{text} {value}", f"{text} of {value}", f"{text} {value}", f"{value} q{n}" if "quarter" not in text else f"{text} of {value}", f"{text}, {value}", f"{text} '{value % 100:02}" if value >= 2020 else f"{text} {value}"]), [str(value), f"q{n}"]
    word, step = r.choice([("next year", "y+1"), ("last year", "y-1"), ("this year", "y+0")])
    return r.choice([f"{text} {word}", f"{text} of {word}"]), [step, f"q{n}"]


def season(r):
    step = r.choice(list(SEASONS))
    word = r.choice(SEASONS[step][:1] * 4 + SEASONS[step])
    kind = r.random()
    if kind < 0.5:
        return r.choice(["this ", "", "the ", "next ", "the coming ", "this coming "]) + word, [step]
    if kind < 0.65:
        return r.choice(["last ", "this past "]) + word, ["<" + step]
    if kind < 0.9:
        value = year(r)
        return r.choice([f"{word} {value}", f"{word} of {value}", f"the {word} of {value}", f"the {word} {value}"]), [str(value), step]
    phrase, shift = r.choice([("next year", "y+1"), ("last year", "y-1")])
    return f"{word} {r.choice(['', 'of '])}{phrase}", [shift, step]


def named_day(r):
    """A day that the calendar or a custom names: (text, steps, preposition)."""
    kind = r.random()
    if kind < 0.40:
        word, day = weekday(r)
        k = r.random()
        if k < 0.55:
            return r.choice(["", "", "", "this ", "the coming ", "coming ", "this coming "]) + word, [day], "on "
        if k < 0.8:
            return r.choice(["next ", "next ", "nxt "][:2]) + word, ["w+1", day], ""
        if k < 0.95:
            return r.choice(["last ", "last ", "past ", "this past ", "the previous "]) + word, ["<" + day], ""
        return r.choice(["the following ", "the next "][:1]) + word, [day], "on "
    if kind < 0.48:
        word, day = weekday(r)
        shift, step = r.choice([("next week", "w+1")] * 4 + [("this week", "w+0"), ("last week", "w-1"), ("the week after next", "w+2")])
        forms = [f"{word} {shift}", f"{word} of {shift}", f"{shift} {word}", f"{shift} on {word}", f"on {word} {shift}", f"{word}, {shift}", f"the {word} of {shift}"]
        return r.choice(forms), [step, day], "on "
    if kind < 0.75:
        value = year(r) if r.random() < 0.35 else None
        text, step = date(r, value)
        k = r.random()
        if k < 0.12 and text[0].isalpha():
            word, _ = weekday(r)
            text = f"{word}{r.choice([', ', ' ', ', the ' if text[0].isdigit() else ', '])}{text}"
        elif value is None and 0.12 <= k < 0.18 and text[0].isalpha():
            return "last " + text, ["<" + step], ""
        elif value is None and 0.18 <= k < 0.23 and "/" not in text and text[-1] != ".":
            shift, back = r.choice([("next year", "y+1"), ("last year", "y-1"), ("this year", "y+0")])
            return f"{text} {r.choice(['', 'of '])}{shift}", [back, step], "on "
        return text, [step], "on "
    if kind < 0.82:
        day = r.randint(1, 31)
        text = "the " + ordinal(r, day)
        k = r.random()
        if k < 0.6:
            return text, [f"@{day}"], "on "
        shift, step = r.choice([("next month", "mo+1")] * 3 + [("this month", "mo+0"), ("last month", "mo-1"), ("the month", "mo+0"), ("the month after next", "mo+2")])
        if shift == "the month":
            return f"{text} of {shift}", [step, f"@{day}"], "on "
        return r.choice([f"{text} of {shift}", f"{text} {shift}", f"{text} of {shift}", f"{shift} on {text}"]), [step, f"@{day}"], "on "
    word, name = holiday(r)
    k = r.random()
    if k < 0.6:
        return r.choice(["", "", "", "this ", "next "]) + word, [name], "on "
    if k < 0.75:
        return "last " + word, ["<" + name], ""
    if k < 0.92:
        value = year(r)
        return r.choice([f"{word} {value}", f"{word} of {value}", f"{word}, {value}", f"{word} in {value}"]), [str(value), name], "on "
    shift, step = r.choice([("next year", "y+1"), ("last year", "y-1"), ("this year", "y+0")])
    return f"{word} {r.choice(['', 'of '])}{shift}", [step, name], "on "


def nth_weekday(r):
    """`the second tuesday of next month`."""
    word, day = weekday(r)
    nth = r.choice([1, 1, 2, 2, 3, 3, 4, -1, -1, -1, 5][:10])
    which = r.choice(["last"] * 3 + ["final"]) if nth == -1 else ordinal(r, nth)
    if r.random() < 0.03:
        nth, which = -2, r.choice(["second to last", "next to last", "penultimate"])
    kind = r.random()
    if kind < 0.35:
        shift, steps = r.choice([("next month", ["mo+1"])] * 3 + [("this month", ["mo+0"]), ("the month", ["mo+0"]), ("last month", ["mo-1"]), ("the month after next", ["mo+2"])])
    elif kind < 0.9:
        shift, steps = month_in_time(r)
    else:
        shift, steps = r.choice([("next year", ["y+1"]), ("the year", ["y+0"]), ("this year", ["y+0"]), (str(v := year(r)), [str(v)])])
    joint = r.choice([" of ", " of ", " in ", " "]) if not shift.startswith(("the ", "next year")) else " of "
    return f"the {which} {word}{joint}{shift}" if r.random() < 0.8 else f"{which} {word}{joint}{shift}", steps + [f"#{nth}{day}"], "on "


def edge_day(r):
    """`the end of the month`, `the first day of next year`."""
    text, steps, unit = long_unit(r)
    kind = r.random()
    if kind < 0.4:
        return r.choice(["the end of ", "the end of ", "end of ", "the very end of "]) + text, steps + ["#-1d"], "at "
    if kind < 0.6:
        return r.choice(["the beginning of ", "the start of ", "beginning of ", "start of "]) + text, steps + ["#1d"], "at "
    if kind < 0.8:
        return r.choice(["the last day of ", "last day of ", "the final day of "]) + text, steps + ["#-1d"], "on "
    if kind < 0.93 or unit == "w":
        return r.choice(["the first day of ", "first day of "]) + text, steps + ["#1d"], "on "
    n = r.randint(2, 10)
    return f"the {ordinal(r, n)} day of {text}", steps + [f"#{n}d"], "on "


def near_day(r):
    k = r.random()
    if k < 0.2:
        return r.choice(["today", "today", "today", "2day", "this day"]), ["d+0"], ""
    if k < 0.65:
        return r.choice(["tomorrow"] * 8 + ["tmrw", "tmr", "tomoz", "2morrow", "tommorow", "tomorow", "tommorrow", "tom"]), ["d+1"], ""
    if k < 0.8:
        return r.choice(["yesterday"] * 5 + ["yday", "yest"]), ["d-1"], ""
    if k < 0.93:
        return r.choice(["the day after tomorrow"] * 4 + ["day after tomorrow", "overmorrow", "the day after tmrw"]), ["d+2"], ""
    return r.choice(["the day before yesterday", "day before yesterday"]), ["d-2"], ""


DAY_UNITS = ["d", "d", "d", "d", "w", "w", "w", "mo", "mo", "y", "bd"]


def distant_day(r):
    """So many days or months from now, ago, or from another day."""
    unit = r.choice(DAY_UNITS)
    value = count(r, unit)
    text = quantity(r, unit, value)
    kind = r.random()
    if kind < 0.35:
        return r.choice(["in ", "in ", "in ", "within "][:3]) + text + maybe(r, 0.08, r.choice(["' time", " time", "'s time"])), [f"+{value}{unit}"], ""
    if kind < 0.5:
        return text + r.choice([" from now", " from now", " hence", " out", " from today", " later", " from now on"][:6]), [f"+{value}{unit}"], ""
    if kind < 0.72:
        return text + r.choice([" ago", " ago", " ago", " earlier", " back", " before now", " ago today"]), [f"-{value}{unit}"], ""
    if kind < 0.78:
        several = [(value, unit), (r.randint(1, 6), r.choice(["d", "w"]))]
        if unit in ("mo", "y", "w"):
            more = r.randint(1, 6)
            second = "d" if unit == "w" else r.choice(["d", "w"] if unit == "mo" else ["mo"])
            joined = f"{text}{r.choice([' and ', ' ', ', '])}{quantity(r, second, more)}"
            if r.random() < 0.6:
                return r.choice([f"in {joined}", f"{joined} from now", f"{joined} from today"]), [f"+{value}{unit}", f"+{more}{second}"], ""
            return f"{joined} ago", [f"-{value}{unit}", f"-{more}{second}"], ""
    base, steps, _ = r.choice([near_day, named_day, named_day, named_day, named_day, nth_weekday, edge_day])(r)
    if r.random() < 0.62:
        return text + r.choice([" from ", " from ", " after ", " following ", " on from ", " past "]) + base, steps + [f"+{value}{unit}"], ""
    return text + r.choice([" before ", " before ", " before ", " prior to ", " ahead of "]) + base, steps + [f"-{value}{unit}"], ""


def neighbour_day(r):
    """`friday week`, `the friday after christmas`, `the day before the end of the month`."""
    kind = r.random()
    if kind < 0.3:
        word, day = weekday(r)
        return r.choice([f"{word} week", f"a week on {word}", f"a week this {word}", f"{word} in a week" , f"a week {word}"][:3]), [day, "+1w"], ""
    base, steps, _ = r.choice([named_day, named_day, edge_day, nth_weekday])(r)
    if kind < 0.65:
        word, day = weekday(r)
        if r.random() < 0.5:
            return r.choice(["the ", "the first ", "the "]) + f"{word} after {base}", steps + [day], "on "
        return r.choice(["the ", "the ", "the last "]) + f"{word} before {base}", steps + ["<" + day], "on "
    if kind < 0.85:
        return r.choice(["the day after ", "a day after ", "the day following "]) + base, steps + ["+1d"], ""
    return r.choice(["the day before ", "the day before ", "a day before ", "the eve of "]) + base, steps + ["-1d"], ""


def business_day(r):
    word = r.choice(["business day", "working day", "workday", "work day"])
    return r.choice([f"the next {word}", f"next {word}", f"the following {word}"]), ["+1bd"], ""


def day(r):
    """A day: its text, its steps, and the preposition that it takes."""
    kinds = [near_day] * 5 + [named_day] * 10 + [nth_weekday] * 2 + [edge_day] * 2 + [distant_day] * 4 + [neighbour_day] * 2
    if r.random() < 0.008:
        return business_day(r)
    return r.choice(kinds)(r)


def timed_day(r):
    kinds = [near_day] * 7 + [named_day] * 10 + [nth_weekday] * 2 + [edge_day, distant_day, neighbour_day]
    return r.choice(kinds)(r)


def moment(r):
    """A time on a day."""
    text, steps, on = timed_day(r)
    kind = r.random()
    if kind < 0.22:
        part = r.choice(list(PARTS))
        hour, step = time(r, part=part)
        if steps == ["d+0"]:
            text = "tonight" if part == "night" else f"this {part}"
            if part == "evening" and r.random() < 0.5:
                text = "tonight"
            text = r.choice([text] * 5 + ["tonite"]) if text == "tonight" else text
        elif steps == ["d-1"] and part in ("night", "evening") and r.random() < 0.7:
            text = "last " + part
        elif r.random() < 0.75 or steps[-1][0] in "+-@#":
            text = f"{text} {part}" if r.random() < 0.65 else f"{r.choice(['on the ', 'the '])}{part} of {text}"
        else:
            return f"{maybe(r, 0.5, 'at ')}{hour} {PART_PHRASES[part]} {maybe(r, 0.5, on)}{text}".replace("  ", " "), steps + [step]
        forms = [f"{text} at {hour}"] * 4 + [f"{hour} {text}", f"at {hour} {text}", f"{text} {hour}", f"{text} around {hour}"[:0] or f"{text}, {hour}"]
        return r.choice(forms), steps + [step]
    if kind < 0.26:
        base, step = time(r)
        parts_text, parts = span(r, ("min", "h"), mixed=False)
        sign, word = r.choice([("+", "after"), ("-", "before"), ("-", "before"), ("+", "past")])
        return f"{parts_text} {word} {base} {text}", steps + [step] + steps_of(parts, sign)
    hour, step = time(r)
    mid = maybe(r, 0.4, on)
    forms = ([f"{mid}{text} at {hour}"] * 8 + [f"{mid}{text} {hour}"] * 3 + [f"{hour} {mid}{text}"] * 3 + [f"at {hour} {on}{text}"] * 3
             + [f"{mid}{text}, {hour}", f"{mid}{text}, at {hour}", f"{hour}, {text}", f"{mid}{text} @ {hour}", f"{mid}{text} @{hour}", f"{text}: {hour}"])
    form = r.choice(forms)
    if len(step) >= 5 and steps[-1][:2] in ("20", "19") and text[0].isdigit() and "-" in text and r.random() < 0.4:
        form = r.choice([f"{text} {step}", f"{text}t{step}"]) if step != "24:00" else form
    return form, steps + [step]


def time_alone(r):
    if r.random() < 0.5:
        text, step = time(r)
        return r.choice(["at ", "at ", "at ", "", "@ ", "@"]) + text if not text[0].isdigit() or r.random() < 0.7 or not text.isdigit() else "at " + text, [step]
    unit_text, parts = span(r, ("s", "min", "min", "min", "h", "h"))
    kind = r.random()
    if kind < 0.35:
        return "in " + unit_text + maybe(r, 0.05, r.choice(["' time", "'s time"])), steps_of(parts, "+")
    if kind < 0.6:
        return unit_text + r.choice([" from now", " from now", " from now", " later", " hence"]), steps_of(parts, "+")
    if kind < 0.9:
        return unit_text + r.choice([" ago", " ago", " ago", " earlier", " back"]), steps_of(parts, "-")
    if kind < 0.96:
        base, step = time(r)
        unit_text, parts = span(r, ("min", "h"), mixed=False)
        sign, word = r.choice([("+", "after"), ("-", "before")])
        return f"{unit_text} {word} {base}", [step] + steps_of(parts, sign)
    return r.choice([("now", ["now"]), ("right now", ["now"]), ("this time tomorrow", ["+24h"]), ("this time yesterday", ["-24h"]),
                     ("at this time tomorrow", ["+24h"]), ("immediately", ["now"]), ("same time tomorrow", ["+24h"])])


def instant(r):
    kind = r.random()
    if kind < 0.45:
        text, steps, on = day(r)
        return maybe(r, 0.35, on) + text, {"kind": "instant", "at": steps}
    if kind < 0.8:
        text, steps = moment(r)
    else:
        text, steps = time_alone(r)
    return text, {"kind": "instant", "at": steps}


def part_of_day(r):
    part = r.choice(list(PARTS))
    if r.random() < 0.4:
        text, steps = r.choice([(f"this {part}", ["d+0"]), (f"tomorrow {part}", ["d+1"]), (f"yesterday {part}", ["d-1"]),
                                ("tonight", ["d+0"]), ("last night", ["d-1"]), ("tomorrow night", ["d+1"]), ("tmrw " + part, ["d+1"]), ("last evening", ["d-1"]),
                                ("tonite", ["d+0"])])
        if "ni" in text and text.endswith(("night", "tonite")):
            part = "night"
        if text == "last evening":
            part = "evening"
        return text, steps + [part]
    text, steps, on = timed_day(r)
    if steps[0] == "d+0":
        text = f"this {part}" if part != "night" else "tonight"
        return text, steps + [part]
    if r.random() < 0.7 and steps[-1][0] not in "+-@#":
        return maybe(r, 0.3, on) + f"{text} {part}", steps + [part]
    forms = [f"the {part} of {text}", f"on the {part} of {text}", f"{text} in the {part}" if part != "night" else f"{text} at night", f"{text}, {part}" ]
    return r.choice(forms), steps + [part]


def unit_range(r):
    kind = r.random()
    if kind < 0.25:
        text, steps = month_in_time(r)
        prefix = maybe(r, 0.5, "in ") if not text.startswith(("next", "last", "this")) else ""
        return prefix + text, steps
    if kind < 0.5:
        unit = r.choice(["w", "w", "mo", "mo", "y", "y", "q", "we", "we"])
        noun = PERIODS[unit]
        if unit == "we" and r.random() < 0.35:
            return r.choice(["the weekend", "at the weekend", "on the weekend", "over the weekend", "weekend"]), ["we+0"]
        text, step = shift_word(r, noun, unit)
        return r.choice(["", "", "", "during ", "sometime ", "over "][:4]) + text, [step]
    if kind < 0.60:
        value = year(r)
        return r.choice(["", "in ", "the year ", "during ", "in the year "]) + str(value), [str(value)]
    if kind < 0.72:
        text, steps = quarter(r)
        return maybe(r, 0.3, "in ") + text, steps
    if kind < 0.82:
        text, steps = season(r)
        return maybe(r, 0.3, "in " if not text.startswith(("this", "next", "last")) else "") + text, steps
    if kind < 0.96:
        text, steps, unit = long_unit(r)
        while unit not in ("mo", "y"):
            text, steps, unit = long_unit(r)
        if text.startswith("the month") or text.startswith("the year") and not text[-1].isdigit():
            text = text.replace("the ", "this ", 1) if "after" not in text and "before" not in text else text
        word, step = r.choice([("early", "early"), ("mid", "mid"), ("late", "late")])
        join = r.choice([" ", " ", "-"]) if word == "mid" else r.choice([" ", " ", " ", " in "])
        return maybe(r, 0.2, "in ") + word + join + text, steps + [step]
    decade = r.choice(["20s", "30s", "40s", "50s", "60s", "70s", "80s", "90s"])
    century = 2000 if decade == "20s" and r.random() < 0.5 else 1900
    start = century + int(decade[:2])
    if r.random() < 0.5 and century == 1900 and start >= 1950:
        names = {"50s": "fifties", "60s": "sixties", "70s": "seventies", "80s": "eighties", "90s": "nineties"}
        return r.choice(["the ", "in the "]) + r.choice([decade, names[decade], "'" + decade]), [f"{start}s"]
    return r.choice(["the ", "in the "]) + f"{start}s", [f"{start}s"]


def hours_from_to(r):
    """Two times of a day: their text and steps."""
    kind = r.random()
    if kind < 0.4:
        minutes = lambda: r.choice([0, 0, 0, 30, 15, 45])
        first, second = r.randint(1, 11), r.randint(1, 12)
        a, b = minutes(), minutes()
        if kind < 0.2:
            # One `am` or `pm` for both, or none at all.
            half = r.choice(["am", "pm", "pm", " am", " pm", "p.m."])
            evening = "p" in half
            at = lambda h: h % 12 + (12 if evening else 0)
            start, end = at(first), at(second)
            if (start, a) >= (end, b):
                if not evening or first == 12:
                    return hours_from_to(r)
                start = first % 12
            texts = [f"{h}{':%02d' % m if m else ''}" for h, m in ((first, a), (second, b))]
            return texts[0], f"{texts[1]}{half}", clock(start, a), clock(end, b)
        start, end = plain_hour(first), plain_hour(second)
        if (start, a) >= (end, b):
            return hours_from_to(r)
        texts = [r.choice([f"{h}{':%02d' % m if m else ''}"] * 3 + [spoken(r, h, m)]) for h, m in ((first, a), (second, b))]
        return texts[0], texts[1], clock(start, a), clock(end, b)
    if kind < 0.5:
        part = r.choice(["morning", "afternoon", "evening"])
        hours = sorted(r.sample(list(PARTS[part]), 2))
        texts = [spoken(r, (h - 1) % 12 + 1, 0) for h in hours]
        return texts[0], f"{texts[1]} {PART_PHRASES[part]}", clock(hours[0], 0), clock(hours[1], 0)
    for _ in range(20):
        (first, start), (second, end) = time(r), time(r)
        if start < end and len(start) == len(end):
            break
    else:
        return hours_from_to(r)
    return first, second, start, end


def between(r, first, second, dash=True):
    forms = [f"from {first} to {second}"] * 4 + [f"{first} to {second}"] * 3 + [f"between {first} and {second}"] * 3 + [
        f"from {first} until {second}", f"{first} until {second}", f"{first} till {second}", f"from {first} till {second}",
        f"{first} through {second}", f"from {first} through {second}", f"{first} thru {second}"]
    if dash:
        forms += [f"{first} - {second}", f"{first}-{second}", f"{first}-{second}", f"{first} – {second}", f"{first}–{second}"]
    return r.choice(forms)


def hours_range(r):
    first, second, start, end = hours_from_to(r)
    hours = between(r, first, second)
    if r.random() < 0.25:
        return hours, {"from": [start], "to": [end]}
    text, steps, on = timed_day(r)
    if r.random() < 0.15:
        part = r.choice(["morning", "afternoon"])
        two = sorted(r.sample(list(PARTS[part]), 2))
        hours = between(r, spoken(r, (two[0] - 1) % 12 + 1, 0), spoken(r, (two[1] - 1) % 12 + 1, 0))
        text = f"this {part}" if steps[0] == "d+0" else f"{text} {part}"
        start, end = clock(two[0], 0), clock(two[1], 0)
    form = r.choice([f"{text} {hours}", f"{hours} {on}{text}", f"{hours} {text}", f"{on}{text} {hours}", f"{text}, {hours}", f"{hours}, {text}"])
    return form, {"from": steps + [start], "to": [end]}


def days_range(r):
    kind = r.random()
    if kind < 0.22:
        a, b = r.sample(DAYS, 2)
        shift, steps = r.choice([("", [])] * 3 + [("next ", ["w+1"]), ("next week ", ["w+1"])])
        if steps:
            a, b = sorted((a, b), key=DAYS.index)
        first, second = r.choice(DAY_WORDS[a]), r.choice(DAY_WORDS[b])
        if shift == "next ":
            return between(r, "next " + first, second, False), {"from": steps + [a], "to": [b]}
        text = between(r, first, second)
        if shift:
            text = r.choice([f"next week {text}", f"{text} next week", f"{text} of next week", f"next week, {text}"])
        return text, {"from": steps + [a], "to": [b]}
    if kind < 0.5:
        value = year(r) if r.random() < 0.35 else None
        index = r.randrange(12)
        a, b = sorted(r.sample(range(1, MONTH_DAYS[index] + (0 if index == 1 else 1)), 2))
        name = r.choice(MONTH_WORDS[MONTHS[index]])
        nth = r.random() < 0.45
        one, two = (ordinal(r, a), ordinal(r, b)) if nth else (str(a), str(b))
        tail = f"{r.choice([', ', ' '])}{value}" if value else ""
        the = "the " if nth and r.random() < 0.6 else ""
        forms = [f"{name} {between(r, one, two)}{tail}", f"{between(r, the + one, the + two)} {'of ' if nth and r.random() < 0.6 else ''}{name}{tail}",
                 between(r, f"{name} {one}", f"{name} {two}{tail}"), between(r, f"{name} {one}", f"{two}{tail}"),
                 between(r, f"{one} {name}", f"{two} {name}{tail}")]
        text = r.choice(forms)
        year_part = f"{value}-" if value else ""
        return text, {"from": [f"{year_part}{index + 1:02}-{a:02}"], "to": [f"{year_part}{index + 1:02}-{b:02}" if value else f"{index + 1:02}-{b:02}"]}
    if kind < 0.6:
        a, b = r.sample(range(1, 32), 2)
        first, second = ordinal(r, a), ordinal(r, b)
        return between(r, "the " + first, "the " + second), {"from": [f"@{a}"], "to": [f"@{b}"]}
    if kind < 0.75:
        a, b = r.sample(MONTHS, 2)
        first, second = r.choice(MONTH_WORDS[a]), r.choice(MONTH_WORDS[b])
        if r.random() < 0.35:
            value = year(r)
            a, b = sorted((a, b), key=MONTHS.index)
            first, second = r.choice(MONTH_WORDS[a]), r.choice(MONTH_WORDS[b])
            return between(r, first, second) + r.choice([f" {value}", f" of {value}", f", {value}"]), {
                "from": [f"{value}-{MONTHS.index(a) + 1:02}"], "to": [f"{value}-{MONTHS.index(b) + 1:02}"]}
        return between(r, first, second), {"from": [a], "to": [b]}
    if kind < 0.82:
        a = year(r)
        b = a + r.randint(1, 12)
        return between(r, str(a), str(b)), {"from": [str(a)], "to": [str(b)]}
    pick = lambda: r.choice([near_day, named_day, named_day, named_day, distant_day])(r)
    (first, a, _), (second, b, _) = pick(), pick()
    if r.random() < 0.4:
        (hour, start), (other, end) = time(r), time(r)
        return between(r, f"{first} at {hour}", f"{second} at {other}", False), {"from": a + [start], "to": b + [end]}
    if any(step.startswith(("<", "-", "d-", "w-", "mo-", "y-")) for step in b):
        return days_range(r)
    return between(r, first, second, False), {"from": a, "to": b}


def count_range(r):
    """So many units that begin or end now."""
    unit = r.choice(["d", "d", "w", "w", "mo", "mo", "y", "h", "min"])
    value = count(r, unit)
    one, several, _ = UNITS[unit]
    past = r.random() < 0.5
    if value == 1:
        text, length = r.choice([r.choice(one), r.choice(one), "1 " + r.choice(one), "one " + r.choice(one)]), [(1, unit)]
        if not past or (text in one and r.random() < 0.5):
            text, length = (quantity(r, unit, 2) if unit != "w" else "two weeks"), [(2, unit)]
    else:
        text = "couple of " + r.choice(several) if value == 2 and r.random() < 0.3 else f"{number(r, value)} {r.choice(several)}"
        length = [(value, unit)]
    if text.startswith("a "):
        text = text[2:]
    if past:
        if value == 1 and text in one:
            word = r.choice(["the past ", "past ", "the past ", "over the past "])
        else:
            word = r.choice(["the last ", "the past ", "last ", "past ", "the previous ", "over the last ", "over the past ", "in the last ", "during the last "])
        return word + text, {"for": iso(length), "to": ["now"]}
    word = r.choice(["the next ", "the next ", "next ", "the coming ", "over the next ", "within the next ", "in the next ", "for the next ", "the following "])
    return word + text, {"from": ["now"], "for": iso(length)}


def open_range(r):
    kind = r.random()
    if kind < 0.35:
        text, steps, _ = r.choice([near_day, named_day, named_day, named_day, edge_day])(r)
        if steps[0] in ("d+1", "d+2", "d+0"):
            steps, text = ["d-1"], "yesterday"
        elif len(steps) == 1 and steps[0][0] not in "<d@" and not steps[0][:2] in ("19", "20"):
            steps = ["<" + steps[0]]
            for word in ("next ", "this coming ", "the coming ", "coming ", "this ", "the following "):
                text = text.removeprefix(word)
        elif steps[0][:2] in ("w+", "y+", "mo", "@1", "@2", "@3") or steps[0][0] == "@" or not steps[0].startswith(("<", "d-", "19", "20")):
            return open_range(r)
        if r.random() < 0.2:
            hour, step = time(r)
            return f"{r.choice(['since', 'ever since'])} {text} at {hour}", {"from": steps + [step], "to": ["now"]}
        return r.choice(["since ", "since ", "since ", "ever since ", "from "][:4]) + text, {"from": steps, "to": ["now"]}
    if kind < 0.45:
        if r.random() < 0.5:
            value = r.randint(1950, 2026)
            return f"since {value}", {"from": [str(value)], "to": ["now"]}
        word, step = month(r)
        return r.choice(["since ", "since last "]) + word, {"from": ["<" + step], "to": ["now"]}
    word = r.choice(["until ", "until ", "till ", "by ", "by ", "up to ", "through ", "no later than ", "before "][:8])
    k = r.random()
    if k < 0.55:
        text, steps, _ = r.choice([near_day, named_day, named_day, edge_day, nth_weekday])(r)
        if steps[0].startswith(("<", "d-", "w-", "y-", "mo-")):
            return open_range(r)
    elif k < 0.75:
        text, step = time(r)
        steps = [step]
        if r.random() < 0.2:
            text, steps = r.choice([("the end of the day", ["24:00"]), ("end of day", ["24:00"]), ("eod", ["24:00"]), ("end of business", ["17:00"]), ("close of business", ["17:00"]), ("cob", ["17:00"])][:3])
    elif k < 0.88:
        text, steps = moment(r)
        if steps[0].startswith(("<", "d-", "w-", "y-", "mo-")):
            return open_range(r)
    else:
        text, steps = r.choice([unit_range, unit_range])(r)
        for prefix in ("in ", "during "):
            text = text.removeprefix(prefix)
        if steps[0].startswith(("<", "w-", "y-", "mo-", "we-", "q-", "19")):
            return open_range(r)
    return word + text, {"from": ["now"], "to": steps}


def length_range(r):
    """A length with a beginning: `for two weeks starting june 1`."""
    text, parts = span(r, ("d", "d", "w", "w", "mo", "h", "h", "min"))
    hours = parts[0][1] in ("h", "min")
    if hours:
        start, steps = moment(r) if r.random() < 0.7 else time_alone_at(r)
    else:
        start, steps, _ = r.choice([near_day, named_day, named_day, edge_day])(r)
    begin = r.choice(["starting ", "starting ", "beginning ", "starting on ", "from ", "from ", "commencing "])
    length = maybe(r, 0.6, "for ") + text
    if hours and r.random() < 0.5:
        form = r.choice([f"{start} for {text}", f"for {text} {start}", f"{start} for {text}", f"{start}, for {text}"])
    else:
        # `two weeks from friday` is a day.
        if begin == "from ":
            length = "for " + text
        form = r.choice([f"{length} {begin}{start}", f"{length} {begin}{start}", f"{begin}{start} for {text}", f"{text} from {start}{r.choice([' on', ' onwards', ' onward', ' on'])}",
                         f"{begin}{start}, {length}", f"{start} for {text}"])
    return form, {"from": steps, "for": iso(parts)}


def time_alone_at(r):
    text, step = time(r)
    return text, [step]


def range_of_time(r):
    kind = r.random()
    if kind < 0.17:
        text, steps = part_of_day(r)
        return text, {"kind": "range", "of": steps}
    if kind < 0.47:
        text, steps = unit_range(r)
        return text, {"kind": "range", "of": steps}
    rest = [hours_range] * 4 + [days_range] * 5 + [count_range] * 4 + [open_range] * 4 + [length_range] * 2
    text, meaning = r.choice(rest)(r)
    return text, {"kind": "range", **meaning}


def duration(r):
    text, parts = span(r)
    if r.random() < 0.12:
        units = r.choice([("d", "h"), ("h", "min"), ("w", "d"), ("y", "mo"), ("mo", "d"), ("min", "s"), ("h", "min", "s"), ("d", "h", "min"), ("y", "mo", "d")])
        parts = [(r.randint(1, 11), unit) for unit in units]
        texts = [quantity(r, unit, value) for value, unit in parts]
        text = r.choice([" ", ", ", " and "]).join(texts) if len(parts) == 2 else ", ".join(texts[:-1]) + r.choice([" and ", ", and ", ", "]) + texts[-1]
        if r.random() < 0.3:
            short = {"d": "d", "h": "h", "min": "m", "s": "s", "w": "w", "y": "y", "mo": "mo"}
            text = r.choice(["", " "]).join(f"{value}{short[unit]}" for value, unit in parts)
    prefix = r.choice(["", "", "", "", "for ", "for ", "for ", "lasting ", "about ", "it takes ", "takes ", "lasts ", "it lasts ", "a total of ", "for a period of ", "during ", "for exactly ", "exactly ", "for about "][:18])
    suffix = r.choice([""] * 12 + [" long", " in total", " total", " altogether", " straight", " of work", " in length"])
    return prefix + text + suffix, {"kind": "duration", "for": iso(parts)}


def joined(r, texts):
    if len(texts) == 1:
        return texts[0]
    if len(texts) == 2:
        return r.choice([" and ", " and ", " & ", ", ", "/", " + "]).join(texts)
    return r.choice([", ".join(texts[:-1]) + r.choice([" and ", ", and ", ", ", " & "]) + texts[-1], "/".join(texts), ", ".join(texts), " ".join(texts)])


ADVERBS = {"daily": ("DAILY", 1), "weekly": ("WEEKLY", 1), "monthly": ("MONTHLY", 1), "yearly": ("YEARLY", 1), "annually": ("YEARLY", 1),
           "hourly": ("HOURLY", 1), "fortnightly": ("WEEKLY", 2), "biweekly": ("WEEKLY", 2), "bi-weekly": ("WEEKLY", 2), "quarterly": ("MONTHLY", 3),
           "nightly": ("DAILY", 1)}
FREQUENCIES = {"d": "DAILY", "w": "WEEKLY", "mo": "MONTHLY", "y": "YEARLY", "h": "HOURLY", "min": "MINUTELY", "s": "SECONDLY"}


def every_days(r):
    """Days of the week that return: text, parts of the rule."""
    kind = r.random()
    every = r.choice(["every ", "every ", "every ", "each ", "ev "][:4])
    if kind < 0.18:
        return r.choice(["every weekday", "weekdays", "on weekdays", "each weekday", "every working day", "every workday", "every business day", "monday to friday",
                         "monday through friday", "mon-fri", "every work day", "every weekday", "on workdays", "on working days", "weekdays only", "week days", "mon to fri", "every day from monday to friday",
                         "each working day"][:19]), {"BYDAY": ["MO", "TU", "WE", "TH", "FR"]}
    if kind < 0.26:
        return r.choice(["every weekend", "weekends", "on weekends", "at weekends", "each weekend", "every saturday and sunday"]), {"BYDAY": ["SA", "SU"]}
    interval = {}
    if kind < 0.55:
        if r.random() < 0.55:
            word, day_step = weekday(r)
            text = every + word
        else:
            word, day_step = weekday(r, plural=True)
            text = r.choice(["", "on ", "every ", ""]) + word
        if r.random() < 0.2:
            k = r.random()
            single = r.choice(DAY_WORDS[day_step])
            if k < 0.6:
                text, interval = r.choice([f"every other {single}", f"every second {single}", f"every 2nd {single}", f"each alternate {single}", f"every alternate {single}",
                                           f"every two weeks on {single}", f"every 2 weeks on {single}", f"fortnightly on {single}s", f"biweekly on {single}", f"every other week on {single}", f"{single}s every other week",
                                           f"every fortnight on {single}", f"alternate {single}s"]), {"INTERVAL": 2}
            else:
                n = r.randint(3, 6)
                text, interval = r.choice([f"every {number(r, n)} weeks on {single}", f"every {ordinal(r, n)} week on {single}"]), {"INTERVAL": n}
        return text, {**interval, "BYDAY": [RULE_DAYS[day_step]]}
    if kind < 0.62:
        word, day_step = weekday(r)
        return r.choice([f"weekly on {word}", f"every week on {word}", f"once a week on {word}", f"each week on {word}", f"weekly on {word}s", f"weekly, on {word}", f"weekly {word}"]), {"BYDAY": [RULE_DAYS[day_step]]}
    steps = sorted(r.sample(DAYS, r.choice([2, 2, 2, 3, 3, 4])), key=DAYS.index)
    plural = r.random() < 0.3
    texts = [DAY_WORDS[step][0] + "s" if plural else r.choice(DAY_WORDS[step]) for step in steps]
    if r.random() < 0.15:
        r.shuffle(texts)
    text = joined(r, texts)
    text = r.choice(["on ", "", "every "]) + text if plural else r.choice(["every ", "every ", "each ", "weekly on ", "every week on "]) + text
    if r.random() < 0.08:
        text, interval = r.choice([f"every other week on {joined(r, texts)}", f"every two weeks on {joined(r, texts)}"]), {"INTERVAL": 2}
    return text, {**interval, "BYDAY": [RULE_DAYS[step] for step in steps]}


def rule_text(freq, parts):
    order = ["INTERVAL", "BYMONTH", "BYMONTHDAY", "BYDAY", "COUNT"]
    value = lambda v: ",".join(map(str, v)) if isinstance(v, list) else str(v)
    return ";".join([f"FREQ={freq}"] + [f"{key}={value(parts[key])}" for key in order if parts.get(key) not in (None, 1)])


def every(r):
    """What returns: text, frequency, parts of the rule, whether a time fits."""
    kind = r.random()
    if kind < 0.16:
        return r.choice(["every day", "every day", "daily", "each day", "everyday", "every single day", "once a day", "day after day"[:0] or "daily", "all days"[:0] or "every day"]), "DAILY", {}, True
    if kind < 0.46:
        text, parts = every_days(r)
        return text, "WEEKLY", parts, True
    if kind < 0.62:
        unit = r.choice(["d", "d", "w", "w", "mo", "mo", "y", "h", "h", "min", "min", "s"][:11])
        one, several, _ = UNITS[unit]
        n = r.choice([1, 2, 2, 2, 3, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30, 45, 90])
        if unit in ("mo", "y", "w") and n > 12:
            n = r.randint(2, 12)
        if n == 1:
            text = r.choice([f"every {one[0]}", f"each {one[0]}", f"once {'an' if unit == 'h' else 'a'} {one[0]}", f"every {one[0]}"])
        elif n == 2 and r.random() < 0.6:
            text = r.choice([f"every other {one[0]}", f"every second {one[0]}", f"every 2nd {one[0]}", f"every alternate {one[0]}", f"every two {several[0]}", f"once every two {several[0]}"])
            if unit == "w" and r.random() < 0.3:
                text = r.choice(["every fortnight", "once a fortnight", "every couple of weeks"])
        else:
            text = r.choice([f"every {number(r, n)} {r.choice(several)}"] * 4 + [f"once every {number(r, n)} {several[0]}", f"each {number(r, n)} {several[0]}", f"every {ordinal(r, n)} {one[0]}"])
        if unit in ("min", "h") and r.random() < 0.08:
            text, n, unit = r.choice([("every half hour", 30, "min"), ("every half an hour", 30, "min"), ("every quarter of an hour", 15, "min"), ("every hour and a half", 90, "min"), ("every quarter hour", 15, "min")])
        return text, FREQUENCIES[unit], {"INTERVAL": n}, unit not in ("h", "min", "s")
    if kind < 0.68:
        text = r.choice(list(ADVERBS))
        freq, n = ADVERBS[text]
        if r.random() < 0.1 and text == "quarterly":
            text = r.choice(["every quarter", "each quarter", "once a quarter"])
        return text, freq, {"INTERVAL": n}, text not in ("hourly", "nightly")
    if kind < 0.79:
        word, day_step = weekday(r)
        nth = r.choice([1, 1, 2, 2, 3, 4, -1, -1])
        which = r.choice(["last", "last", "final"]) if nth == -1 else ordinal(r, nth)
        n = 1
        months = r.choice(["of every month", "of each month", "of the month", "every month", "in every month", "each month", "of every month"])
        if r.random() < 0.08:
            n = r.choice([2, 2, 3, 6])
            months = r.choice([f"of every {number(r, n)} months", f"every {number(r, n)} months"]) if n > 2 else r.choice(["of every other month", "every other month", "of every second month"])
        start = r.choice(["every ", "the ", "on the ", "each "]) if months == "of the month" or n > 1 else r.choice(["the ", "on the ", ""])
        start = r.choice(["every ", "each "]) if months == "of the month" else start
        text = f"{start}{which} {word} {months}"
        if r.random() < 0.2 and n == 1:
            text = r.choice([f"monthly on the {which} {word}", f"every month on the {which} {word}", f"every {which} {word}", f"each month on the {which} {word}"][:2])
        return text, "MONTHLY", {"INTERVAL": n, "BYDAY": [f"{nth}{RULE_DAYS[day_step]}"]}, True
    if kind < 0.89:
        days = sorted(r.sample(range(1, 32), r.choice([1, 1, 1, 1, 2])))
        texts = [ordinal(r, d) for d in days]
        last = r.random() < 0.15
        if last:
            days, texts = [-1], ["last day"]
        which = joined(r, [texts[0]] + ["the " + t if r.random() < 0.5 else t for t in texts[1:]]).replace("/", " and ").replace("+", "and")
        n, months = 1, r.choice(["of every month", "of each month", "of the month", "every month", "each month"])
        if r.random() < 0.08:
            n = r.choice([2, 3, 6])
            months = f"every {number(r, n)} months" if n > 2 or r.random() < 0.4 else "every other month"
        text = f"{'every ' if months == 'of the month' else r.choice(['', 'on ', 'on '])}{'' if months == 'of the month' else 'the '}{which} {months}"
        if n == 1 and r.random() < 0.3:
            text = r.choice([f"monthly on the {which}", f"every month on the {which}", f"each month on the {which}", f"once a month on the {which}", f"monthly, on the {which}"] + ([f"on day {days[0]} of every month", f"every {which}"] if not last and len(days) == 1 else []))
        if last and r.random() < 0.3:
            text = r.choice(["at the end of every month", "at the end of each month", "the end of every month", "every month end"])
        return text, "MONTHLY", {"INTERVAL": n, "BYMONTHDAY": days}, True
    if kind < 0.96:
        text, step = date(r)
        while not any(c.isalpha() for c in text):
            text, step = date(r)
        m, d = map(int, step.split("-"))
        text = r.choice([f"every year on {text}", f"every {text}", f"each year on {text}", f"yearly on {text}", f"annually on {text}", f"once a year on {text}", f"{text} every year", f"{text} each year", f"every year, {text}", f"on {text} every year"])
        return text, "YEARLY", {"BYMONTH": m, "BYMONTHDAY": [d]}, True
    k = r.random()
    if k < 0.4:
        fixed = {"christmas": (12, 25), "christmas-eve": (12, 24), "boxing-day": (12, 26), "new-year": (1, 1), "new-years-eve": (12, 31), "valentines": (2, 14), "halloween": (10, 31), "independence": (7, 4)}
        name = r.choice(list(fixed))
        m, d = fixed[name]
        word = r.choice(HOLIDAYS[name])
        return r.choice([f"every {word}", f"each {word}", f"every year on {word}", f"every year at {word}"]), "YEARLY", {"BYMONTH": m, "BYMONTHDAY": [d]}, True
    if k < 0.55:
        name, m, byday = r.choice([("thanksgiving", 11, "4TH"), ("labor day", 9, "1MO"), ("mother's day", 5, "2SU"), ("father's day", 6, "3SU")])
        return r.choice([f"every {name}", f"every year on {name}", f"each {name}"]), "YEARLY", {"BYMONTH": m, "BYDAY": [byday]}, True
    word, m = month(r)
    if k < 0.8:
        day_word, day_step = weekday(r)
        nth = r.choice([1, 2, 3, 4, -1])
        which = "last" if nth == -1 else ordinal(r, nth)
        return r.choice([f"the {which} {day_word} of {word} every year", f"every {which} {day_word} in {word}", f"every year on the {which} {day_word} of {word}", f"every {which} {day_word} of {word}", f"yearly on the {which} {day_word} in {word}", f"on the {which} {day_word} of {word} each year"]), "YEARLY", {
            "BYMONTH": MONTHS.index(m) + 1, "BYDAY": [f"{nth}{RULE_DAYS[day_step]}"]}, True
    return r.choice([f"every {word}", f"each {word}", f"every year in {word}"]), "YEARLY", {"BYMONTH": MONTHS.index(m) + 1}, False


def recurring(r):
    text, freq, parts, timed = every(r)
    meaning = {"at": []}
    kind = r.random()
    if text == "nightly":
        meaning["at"] = ["night"]
    elif timed and kind < 0.34:
        part = r.choice(list(PARTS)) if r.random() < 0.15 else None
        hour, step = time(r, part=part)
        hour = f"{hour} {PART_PHRASES[part]}" if part else hour
        text = r.choice([f"{text} at {hour}"] * 6 + [f"{text} {hour}", f"at {hour} {text}", f"{hour} {text}", f"{text}, {hour}", f"{text} @ {hour}"])
        if part and r.random() < 0.5 and text.startswith("every day at "):
            text = f"every {part} at {hour.removesuffix(' ' + PART_PHRASES[part])}"
        meaning["at"] = [step]
    elif timed and kind < 0.44:
        part = r.choice(list(PARTS))
        if freq == "DAILY" and parts == {}:
            text = r.choice([f"every {part}", f"each {part}", f"every {part}", f"daily {PART_PHRASES[part]}", f"every day {PART_PHRASES[part]}", f"{part}s" if part != "night" else "every night"][:5])
        elif text.endswith("s") or freq != "WEEKLY":
            text = f"{text} {PART_PHRASES[part]}"
        else:
            text = r.choice([f"{text} {part}", f"{text} {PART_PHRASES[part]}", f"{text} {part}"])
        meaning["at"] = [part]
    elif timed and kind < 0.54:
        first, second, start, end = hours_from_to(r)
        hours = between(r, first, second)
        text = r.choice([f"{text} {hours}", f"{text} {hours}", f"{text}, {hours}", f"{hours} {text}"])
        meaning = {"at": [start], "to": [end]}
    extra = r.random()
    if extra < 0.1:
        start, steps, on = r.choice([near_day, named_day, named_day])(r)
        if not steps[0].startswith(("<", "d-", "w-", "y-", "mo-")):
            text = r.choice([f"{text} {r.choice(['starting', 'starting', 'beginning', 'from', 'starting from', 'starting on', 'as of'])} {start}", f"starting {start}, {text}", f"{text}, starting {start}", f"starting {start} {text}"])
            meaning["at"] = steps + meaning["at"]
    elif extra < 0.24:
        until, steps, _ = r.choice([near_day, named_day, named_day, named_day, edge_day])(r)
        if r.random() < 0.2:
            until, steps = month_in_time(r)
        if not steps[0].startswith(("<", "d-", "w-", "y-", "mo-")):
            text = f"{text}{r.choice([' ', ' ', ', '])}{r.choice(['until', 'until', 'till', 'through', 'up to', 'until'])} {until}"
            meaning["until"] = steps
    elif extra < 0.36 and freq != "MINUTELY":
        n = r.choice([2, 3, 3, 4, 5, 5, 6, 7, 8, 10, 10, 12, 14, 15, 20, 30])
        unit = {"DAILY": "d", "WEEKLY": "w", "MONTHLY": "mo", "YEARLY": "y", "HOURLY": "h"}.get(freq)
        several = UNITS[unit][1][0]
        if parts.get("INTERVAL", 1) == 1 and len(parts.get("BYDAY", [])) < 2 and r.random() < 0.6:
            text = r.choice([f"{text} for {number(r, n)} {several}", f"{text} for the next {number(r, n)} {several}", f"for {number(r, n)} {several} {text}"])
        else:
            text = r.choice([f"{text}, {number(r, n)} times", f"{text} {number(r, n)} times", f"{text} for {number(r, n)} times", f"{text}, {number(r, n)} times in total", f"{text} for {number(r, n)} occurrences"])
        parts = {**parts, "COUNT": n}
    meaning = {key: value for key, value in meaning.items() if value}
    return text, {"kind": "recurring", "rule": rule_text(freq, parts), **meaning}


THINGS = ("meeting call lunch dinner breakfast appointment dentist party birthday exam flight train bus game concert lecture class training workout "
          "gym session interview deadline payment rent invoice report review standup demo launch release delivery visit doctor haircut wedding "
          "conference webinar workshop rehearsal practice match movie film show sale sprint shift brunch coffee drinks barbecue picnic trip holiday "
          "vacation backup maintenance outage check-in checkup sync planning retro presentation seminar yoga pilates run hike swim lesson").split()
NAMES = ("sam anna tom maria john kim lee alex ben lucy omar priya chen sofia max nina paul eva leo mia bob sue dan amy mum mom dad grandma the team "
         "marketing sales the boss the client dr smith mr jones").split()
DOING = ("call email text visit pay feed water clean wash fix buy cook pick up drop off write send check update renew cancel book order collect return "
         "submit finish start review print sign test ship deploy backup meet ask tell help walk paint move charge").split()
OBJECTS = ("mom dad the bank the dog the plants the car the house the report the rent the bill the doctor dinner groceries the invoice the tickets the kids "
           "the server the team the landlord my passport the subscription the parcel milk eggs the form the cat the lawn a table a taxi the letter flowers the results").split(" ")


def event(r):
    thing = r.choice(THINGS)
    k = r.random()
    if k < 0.5:
        return thing
    if k < 0.75:
        return f"{thing} with {r.choice(NAMES)}"
    return r.choice(["the ", "a ", "my ", "our ", "team "]) + thing


def task(r):
    return f"{r.choice(DOING)} {r.choice(['', 'the ', 'my ', 'a '])}{r.choice(THINGS + NAMES + [o for o in OBJECTS if o not in ('the', 'a', 'my')])}"


FRAMES = {
    "instant": ["remind me to {task} {x}", "remind me {x} to {task}", "{event} {x}", "{x} {event}", "let's meet {x}", "can we meet {x}?", "see you {x}", "i'll be there {x}", "{x} works for me",
                "how about {x}?", "{event} is {x}", "schedule {event} {x}", "set an alarm for {x}", "wake me up {x}", "the {thing} is due {x}", "{event} starts {x}", "book {event} {x}", "{x}: {event}", "{event}: {x}",
                "we need to {task} {x}", "i have {event} {x}", "{task} {x}", "are you free {x}?", "it happened {x}", "it arrived {x}", "{event} was {x}", "what about {x}?", "due {x}", "please {task} {x}", "set a reminder for {x}",
                "{event} on {x}", "{thing} @ {x}", "i saw {name} {x}", "we met {x}", "{thing} moved to {x}", "the {thing} begins {x}", "let us say {x}", "i need to {task} {x}", "don't forget to {task} {x}", "{name} called {x}"],
    "range": ["i'm away {x}", "{event} {x}", "{x} {event}", "block {x}", "i'm busy {x}", "are you free {x}?", "out of office {x}", "we are closed {x}", "book the room {x}", "on vacation {x}", "show me sales for {x}", "orders from {x}",
              "what happened {x}?", "{event} is {x}", "it rained {x}", "the report for {x}", "we will be in rome {x}", "available {x}", "finish the {thing} {x}", "please {task} {x}", "revenue {x}", "photos from {x}", "{name} is off {x}", "the shop is open {x}",
              "let's do {event} {x}", "everything {x}", "emails {x}", "i worked there {x}"],
    "duration": ["the {thing} takes {x}", "set a timer for {x}", "wait {x}", "cook it for {x}", "it took {x}", "the {thing} lasted {x}", "the {thing} is {x} long", "timer {x}", "{x} timer", "sleep for {x}", "bake {x}", "rest {x}", "we waited for {x}",
                 "a {thing} of {x}", "pause for {x}", "the trip takes {x}", "snooze for {x}", "{event}, {x}", "i ran for {x}", "boil for {x}", "she stayed for {x}", "he slept {x}", "the film is {x} long", "countdown {x}", "give me {x}"],
    "recurring": ["remind me to {task} {x}", "{event} {x}", "{x} {event}", "the {thing} is {x}", "we meet {x}", "{task} {x}", "take the pills {x}", "{x}: {event}", "back up the server {x}", "we have {event} {x}", "schedule {event} {x}", "the bins are collected {x}",
                  "run the backup {x}", "send the report {x}", "i go to the gym {x}", "water the plants {x}", "repeat {x}", "repeats {x}", "{thing} {x}", "happens {x}", "set an alarm {x}", "rent is due {x}", "the shop opens {x}"],
}


def framed(r, kind, phrase):
    frame = r.choice(FRAMES[kind])
    if "for {x}" in frame or "on {x}" in frame or "@ {x}" in frame:
        for preposition in ("on ", "at ", "for ", "@ ", "in "):
            phrase = phrase.removeprefix(preposition) if not phrase.startswith("in ") else phrase
    return frame.replace("{task}", task(r)).replace("{event}", event(r)).replace("{thing}", r.choice(THINGS)).replace("{name}", r.choice(NAMES)).replace("{x}", phrase)


NEIGHBOURS = {"a": "sqz", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk", "k": "jl", "l": "k", "m": "n", "n": "bm",
              "o": "ip", "p": "o", "q": "w", "r": "et", "s": "ad", "t": "ry", "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x"}


def misspell(r, word):
    i = r.randrange(1, len(word) - 1)
    kind = r.random()
    if kind < 0.3:
        return word[:i] + word[i + 1] + word[i] + word[i + 2:]
    if kind < 0.6:
        return word[:i] + word[i + 1:]
    if kind < 0.8:
        return word[:i] + word[i] + word[i:]
    return word[:i] + r.choice(NEIGHBOURS.get(word[i], "e")) + word[i + 1:]


def noise(r, text):
    if r.random() < 0.13:
        words = text.split(" ")
        long = [i for i, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
        if long:
            i = r.choice(long)
            words[i] = misspell(r, words[i])
        text = " ".join(words)
    if r.random() < 0.03 and " " in text:
        # A word that means nothing here, or a space too few.
        words = text.split(" ")
        i = r.randrange(1, len(words))
        if not any(c.isdigit() for c in words[i] + words[i - 1]):
            words[i - 1 : i + 1] = [words[i - 1] + words[i]] if r.random() < 0.4 else [words[i - 1], r.choice(["uh", "um", "like", "er", "say"]), words[i]]
        text = " ".join(words)
    if r.random() < 0.06:
        text = text.replace("'", "")
    if r.random() < 0.05:
        text = text.replace(", ", " ")
    k = r.random()
    if k < 0.05:
        text += "."
    elif k < 0.08:
        text += r.choice(["!", "?", " please", " pls", " ok?", " thanks", "...", " or so"[:0] or "?"])
    elif k < 0.10:
        text = r.choice(["maybe ", "ok ", "hey, ", "so ", "hmm ", "yes, ", "hi, ", "pls ", "um ", "well "]) + text
    elif k < 0.14:
        text = r.choice(["how about ", "sometime ", "say ", "it's ", "due ", "starting "][:3]) + text
    return text


def example(r):
    kind = r.random()
    if kind < 0.16:
        # Also what people plan, without a word about when.
        phrase = r.choice([task, event])(r) if r.random() < 0.1 else none(r)
        if r.random() < 0.08:
            phrase = framed(r, r.choice(list(FRAMES)), r.choice(["", "with " + r.choice(NAMES), "for " + r.choice(NAMES), "in the kitchen", "at the office", "at home", "on the table", "from the shop", "to rome"]))
        phrase, meaning = noise(r, phrase), {"kind": "none"}
    else:
        make = r.choices([instant, range_of_time, duration, recurring], [40, 32, 8, 24])[0]
        phrase, meaning = make(r)
        if r.random() < 0.2:
            phrase = framed(r, meaning["kind"], phrase)
        phrase = noise(r, phrase)
    phrase = " ".join(phrase.lower().split())
    return phrase, json.dumps(meaning, separators=(",", ":"))


if __name__ == "__main__":
    r = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 20):
        print("%-70s %s" % example(r))
