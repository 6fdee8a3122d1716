"""Phrases that are not about a definite time, many of them with words and numbers that look as if they were."""

import json
import re
from pathlib import Path

LISTS = json.loads((Path(__file__).parent / "lists.json").read_text())
#: Common words more often than rare ones.
WORDS = [word for word in LISTS["words"]["en"] if word.isalpha()]
#: What may make a sentence one about time; such sentences are left out.
TIMELY = re.compile(
    r"\b(\d+\s*(s|sec|min|h|hr|d|day|week|month|year)\w*|\d{4}|\d+[:/.]\d+|today|tomorrow|yesterday|tonight|now|noon|midnight|morning|afternoon|"
    r"evening|night|daily|weekly|monthly|yearly|annual\w*|hourly|nightly|mon|tues?|wed|thu\w*|fri|sat|sun|\w+day|\w+days|january|february|march|april|may|june|july|august|"
    r"september|october|november|december|spring|summer|autumn|fall|winter|easter|christmas|since|until|till|ago|every|each|next|last|past|"
    r"seconds?|minutes?|hours?|weeks?|months?|years?|quarter|half|decades?|century|centuries|am|pm|o'clock|time|times|once|twice|current|later|century)\b")
SENTENCES = [s for s in (" ".join(s.lower().split()) for s in LISTS["sentences"]["en"]) if 8 < len(s) < 120 and not TIMELY.search(s)]

NOUNS = ("bread soup salad cake recipe stew pie chicken pasta apples bananas eggs potatoes bottles chairs people users files pages boxes rooms kilos miles "
         "dollars euros points goals items steps tickets copies windows doors players legs sides slices cups spoons grams meters degrees percent pounds stars").split()
#: `{n}` a number, `{w}` any word, `{o}` a noun, `{a}` an ordinal, `{d}` a day of the week, `{m}` a month.
FRAMES = [
    "{n} {o}", "{n} {o} of {w}", "{a} place", "she came in {a}", "the {a} {w}", "{a} in line", "chapter {n}", "page {n}", "version {n}.{n}", "room {n}", "room {n}{n}{n}", "flight {w} {n}{n}{n}",
    "size {n}", "{n} out of {n}", "{n} by {n}", "{n} x {n}", "{n} percent", "{n}%", "${n}", "{n} dollars", "{n} euros each", "order {n}{n}{n}{n}", "ticket #{n}{n}{n}", "route {n}", "highway {n}",
    "level {n}", "{n} + {n}", "{n} plus {n}", "{n} degrees", "{n} kg", "{n} km", "{n} miles from here", "a {n} bedroom flat", "part {n} of {n}", "step {n}", "the score was {n} to {n}", "we won {n}-{n}", "score {n}-{n}", "from {w} to {w}",
    "from a to z", "between you and me", "between the {o} and the {o}", "from the {w} to the {w}", "from {n} to {n} {o}", "between {n} and {n} {o}", "{n} to {n} {o}", "{n}-{n} {o}",
    "call me", "call {w}", "call me maybe", "who are you", "what is this", "how are you?", "where is the {w}", "hello", "hello there", "hi", "thanks", "thank you so much", "ok", "yes", "no", "please", "help", "sorry",
    "may i come in?", "may i {w}", "may i have the {w}", "it may {w}", "may the {w} be with you", "that may be true", "may we {w} here?", "you may {w}", "they may or may not {w}", "this may take a while",
    "the march was {w}", "march on", "a protest march", "they march through the streets", "march forward", "the march of the {o}", "marching band", "an april fool", "april {w} is my favourite {w}", "april is a lovely name", "june is my aunt",
    "my friend june", "june said hello", "august company", "an august institution", "say hi to april", "meet june and april", "mark the {w}", "i saw {w} in the {w}", "sun and {w}", "the sun is {w}", "sat on the {w}", "he sat down", "the cat sat on the mat",
    "we wed in a church", "they wed", "the mon river", "mar the surface", "dec the halls", "fri the chicken", "sun cream", "sun hat", "sun-dried tomatoes", "the sun rose",
    "{d} roast recipe", "sunday roast recipe", "sunday dress", "a {d} kind of mood", "{d} blues", "casual friday outfits", "black friday deals", "friday night lights review", "manic monday lyrics", "the {d} club", "ruby tuesday lyrics",
    "man friday", "girl friday", "good {w}", "the best of {d}", "super tuesday explained", "{d} is a band", "who sings {d}", "a song about {d}", "why is it called {d}", "{d} spelled backwards", "ash {w}",
    "second hand {o}", "second-hand shop", "a second opinion", "second to none", "second cousin", "seconds please", "on second thought", "the second {w}", "second gear", "second class ticket", "second floor", "in the second half of the book", "she is second in line", "split second",
    "a minute detail", "minute particles", "meeting minutes template", "the minutes of the {w}", "happy hour menu", "rush hour traffic", "hour glass", "the man of the hour", "day care center", "day job", "day trader", "a daytime {w}",
    "week {w}", "month {w}", "weekend warrior", "the weekend band", "the weeknd songs", "spring water", "spring rolls", "spring cleaning tips", "spring onion", "fall over", "fall in love", "don't fall", "fall asleep", "the fall of rome", "summer dress", "summer squash recipe", "winter coat", "winter is coming", "winter tyres",
    "the winter's tale", "easter egg", "easter eggs in software", "easter bunny", "christmas tree", "christmas jumper", "christmas carol lyrics", "halloween costume", "halloween costume ideas", "valentine card", "thanksgiving turkey recipe", "new year resolution", "mother's ruin", "father figure",
    "midnight blue", "midnight express film", "midnight in paris movie", "high noon movie", "night club", "night owl", "night shift nurse", "good night", "good morning", "good evening", "good afternoon", "morning glory", "morning coffee", "afternoon tea", "evening dress", "evening gown", "morning person",
    "sometime", "some time", "someday", "some day", "one day", "one of these days", "one of those days", "soon", "sooner or later", "later", "see you later", "see you soon", "see you around", "whenever", "whenever you like", "whenever you want", "at some point", "never", "always", "often", "sometimes", "rarely", "seldom", "occasionally", "usually",
    "once upon a time", "a long time ago", "a while ago", "long ago", "in a while", "in a bit", "not yet", "already", "recently", "lately", "in the past", "in the future", "the future", "the past", "history", "eventually", "in due course", "from time to time", "now and then", "any time", "anytime", "any day now", "in no time", "out of time", "time flies",
    "time is money", "time after time", "what time is it", "what day is it", "when", "when?", "when is it?", "when are we leaving", "how long", "how long does it take", "how often", "for a while", "for ever", "forever", "for now", "as soon as possible", "when i get home", "after work", "before work", "after lunch",
    "after school", "before dinner", "when you can", "in a hurry", "a moment", "just a moment", "one moment please", "just a second", "wait a minute", "hang on a sec", "give me a minute", "at the last minute", "in the nick of time", "about time", "behind the times", "the other day", "back in the day", "these days", "those days", "all day long", "day by day", "day in day out", "year after year",
    "ages ago", "a few days ago", "in a few weeks", "several months ago", "many years ago", "some weeks ago", "a few hours", "several days", "many moons ago", "for years", "for hours", "for ages", "weeks of work", "hours of fun", "years of experience", "days gone by", "over the years", "the early days", "the good old days",
    "on the {w}", "in the {w}", "at the {w}", "by the {w}", "until the {w}", "since the {w}", "after the {w}", "before the {w}", "every {w}", "every {w} and every {w}", "next {w}", "the next {w}", "last {w}", "the last {w}", "this {w}", "that {w}", "every one of them", "each of us", "next door", "next to the {w}", "last but not least", "last name", "at last", "the last of us",
    "since you asked", "until we {w}", "every other {w} was {w}", "each {w} has {n} {o}", "the first {w}", "first aid", "first come first served", "first class", "third time lucky", "third party", "third world", "fourth wall", "fifth element", "quarter pounder", "quarter master", "half and half", "half a {w}", "half of the {o}", "a quarter of the {o}",
    "half baked", "a dozen eggs", "a couple of {o}", "a fortnight's wage", "decade {w}", "in {n} {o}", "in two words", "in one go", "in three parts", "at {n} {o}", "at {n} percent", "on {n} {o}", "for {n} {o}", "for {n} dollars", "for {n} people", "for two", "dinner for two", "table for {n}", "a table for four", "by {n} percent", "up to {n} {o}",
    "under {n} {o}", "over {n} {o}", "about {n} {o}", "{n}", "{n}{n}{n}-{n}{n}{n}{n}", "number {n}", "no. {n}", "top {n}", "top {n} {o}", "the top {n}", "area {n}", "{n} and {n}", "{n}, {n}, {n}", "{n} apples and {n} oranges", "{w} {n}", "{w} {n} {w}", "{w} no {n}", "windows {n}", "iphone {n}", "agent {n}", "world war {n}", "catch {n}", "apollo {n}", "channel {n}",
    "section {n}", "article {n}", "paragraph {n}", "exit {n}", "gate {n}", "platform {n}", "seat {n}b", "terminal {n}", "building {n}", "apartment {n}", "line {n}", "bus {n}", "{n} bus", "grade {n}", "phase {n}", "plan b", "vitamin d", "formula {n}", "mp{n} player", "covid-{n}", "ipv4", "utf-{n}", "python {n}.{n}", "http {n}{n}{n}", "error {n}{n}{n}",
    "we sat in the {w}", "we sat on the {w}", "they sat by the {w}", "she sat down", "i sat there", "he sat with {w}", "sat nav", "in the sun", "under the sun", "the sun shines", "sun and rain", "we lay in the sun", "too much sun", "{w} in the sun", "the sun is out",
    "mar a lago", "mar the {w}", "dec computers", "jan is my {w}", "jan and {w}", "i met jan", "augustus", "sep or oct?", "may and {w}", "may be", "theresa may", "may the force be with you", "we may {w} the {w}", "it may rain", "i may {w}", "{w} may {w}", "they march", "the army marches", "march in step", "{w} march", "wedding march", "april and june are sisters",
    "april lives in {w}", "june lives next door", "april is late", "april called", "may called", "june {w} {w}", "summer {w}", "winter {w}", "autumn leaves", "autumn colours", "spring in my step", "spring a leak", "spring mattress", "fall down", "fall off the {w}", "they fall", "prices fall", "night and day", "day and night", "morning all", "evening all", "night night",
    "what is {n} times {n}", "{n} times {n}", "{n} divided by {n}", "{n} minus {n}", "how many {o} in a {w}", "what is {n}% of {n}{n}", "the square root of {n}", "{n} squared", "{n}:{n} odds", "a {n}:{n} ratio", "ratio {n}:{n}", "psalm {n}:{n}", "john {n}:{n}", "{n}/{n} stars", "{n}/{n} of the {o}", "{n} 1/2 {o}", "{n}.{n} {o}", "{n}.{n} kg", "{n}.{n}.{n}", "half {o}",
    "in a minute detail", "in a heartbeat", "in the blink of an eye", "in the long run", "in the meantime", "meanwhile", "at the moment of truth", "at once", "all at once", "at times", "on time", "just in time", "in time", "time out", "time zone", "time machine", "full time job", "part time work", "long time no see", "third time's the charm", "big time", "time to go", "time will tell", "it is time", "no time to die", "overtime", "daylight saving",
    "first things first", "the second {w} is {w}", "second edition", "second place", "second wife", "second helping", "seconds count", "minute by minute", "hour by hour", "weekly magazine subscription price", "daily mail", "the daily show", "daily bread", "the monthly magazine", "annual report", "annual leave policy", "yearly income", "year book", "yearbook photos", "light year", "leap year rules", "new york", "week in review",
    "{o} for {n} {o}", "{n} for {n}", "two for one", "one on one", "{n} on {n}", "{n} of {n}", "one by one", "back to back", "top to bottom", "from top to bottom", "from start to finish", "from zero to {w}", "from {w} to {w}", "from bad to worse", "between a rock and a hard place", "between {n} and {n} {o}", "since {w} is {w}", "until {w}", "by {w}", "by the way", "by hand", "by bus", "before and after", "after all", "after you", "before {w}", "after {w}",
    "{w} tomorrowland", "tomorrow never dies", "yesterday by the beatles", "yesterday once more lyrics", "the day after tomorrow movie", "tonight show host", "groundhog day movie", "independence day film", "labor of love", "boxing gloves", "good {w} friday", "easter island", "easter egg hunt ideas", "santa claus", "halloween movie", "new year's eve film cast", "{d} night football scores", "{d} times newspaper", "the {d} paper",
    "{w}", "{w}", "{w} {w}", "{w} {w}", "{w} {w} {w}", "{w} {w} {w}", "{w} {w} {w} {w}", "{w} {w} {w} {w} {w}", "the {w} {w}", "a {w} {w}", "my {w} is {w}", "i {w} the {w}", "is the {w} {w}?", "{w} and {w}", "{w} or {w}", "{w} of {w}", "{w} with {w}", "{w} for {w}", "{w} to {w}", "how to {w} a {w}", "how to {w}", "what is {w}", "buy {w}", "buy {n} {o}", "{w} recipe", "{o} recipe",
    "{w} {o} recipe", "remind me to {w}", "remind me", "set a reminder", "set a timer", "set an alarm", "schedule a meeting", "book a table", "add milk to the list", "play some {w}", "play {w} by {w}", "turn on the {w}", "open the {w}", "tell me a joke", "what's the weather", "weather in {w}", "how old is {w}", "translate {w}", "define {w}", "who wrote {w}", "meaning of {w}",
]
DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
ORDINALS = "first second third fourth fifth tenth 1st 2nd 3rd 4th 5th 10th".split()
NUMBER_WORDS = "two three four five six seven eight nine ten eleven twelve twenty thirty fifty hundred".split()


def word(r):
    return WORDS[min(int(len(WORDS) * r.random() ** 2.5), len(WORDS) - 1)]


def clean_word(r):
    while TIMELY.search(text := word(r)):
        pass
    return text


def number(r):
    return r.choice(NUMBER_WORDS) if r.random() < 0.2 else str(r.choice([r.randint(1, 12), r.randint(1, 31), r.randint(1, 100)]))


def none(r):
    kind = r.random()
    if kind < 0.2:
        return r.choice(SENTENCES)
    if kind < 0.3:
        # The beginning of one.
        return " ".join(r.choice(SENTENCES).split()[: r.randint(2, 7)])
    text = r.choice(FRAMES)
    for key, make in (("{n}", number), ("{w}", clean_word), ("{o}", lambda r: r.choice(NOUNS)), ("{d}", lambda r: r.choice(DAYS)), ("{a}", lambda r: r.choice(ORDINALS))):
        while key in text:
            text = text.replace(key, make(r), 1)
    if r.random() < 0.1:
        text = f"{text} {r.choice(['please', 'though', 'i think', 'lol', 'again', 'for me', 'with ' + clean_word(r), 'and ' + clean_word(r)])}"
    return text
