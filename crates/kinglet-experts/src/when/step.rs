//! The words of which a meaning is made. Each leads from one stretch of time to another.

use jiff::{
    ToSpan,
    civil::{Date, Time, Weekday},
};

/// A stretch of time that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Day,
    Week,
    Weekend,
    Month,
    Quarter,
    Year,
}

/// What time is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    Seconds,
    Minutes,
    Hours,
    Days,
    BusinessDays,
    Weeks,
    Months,
    Years,
}

/// A part of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Morning,
    Afternoon,
    Evening,
    Night,
}

/// A part of a month or a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Third {
    Early,
    Mid,
    Late,
}

/// What returns each year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Yearly {
    /// A month from 1 to 12.
    Month(i8),
    /// A quarter from 1 to 4.
    Quarter(i8),
    /// Three months from this one on.
    Season(i8),
    /// A month and a day of it.
    Day(i8, i8),
    Holiday(Holiday),
}

/// A day with a name that custom gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holiday {
    /// The weekday of a month, the first of them being 1.
    Nth(i8, i8, Weekday),
    /// So many days after Easter Sunday.
    Easter(i8),
}

/// One word of a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// `now`
    Now,
    /// `w+1`: the unit that the time is in, or one so many before or after it.
    Unit(Unit, i64),
    /// `+3d`, `-90min`
    Move(i64, Length),
    /// `fri`, `<fri`: in the stretch, or the next one; the latest before.
    Weekday { day: Weekday, before: bool },
    /// `#2tue`, `#-1fri`: the second of the stretch, the last.
    Nth(i8, Weekday),
    /// `#1d`, `#-1d`: the first day of the stretch, the last.
    NthDay(i64),
    /// `mar`, `q3`, `summer`, `12-24`, `easter`; with `<` the latest before.
    Yearly { what: Yearly, before: bool },
    /// `@15`: that day of the month.
    DayOfMonth(i8),
    /// `2027-03-14`
    Date(Date),
    /// `2027-03`
    Month(i16, i8),
    /// `2027`
    Year(i16),
    /// `1990s`
    Decade(i16),
    /// `early`, `mid`, `late`
    Third(Third),
    /// `17:00`; `None` is `24:00`.
    Time(Option<Time>),
    /// `morning`
    Part(Part),
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

const UNITS: [(&str, Unit); 6] = [
    ("d", Unit::Day),
    ("w", Unit::Week),
    ("we", Unit::Weekend),
    ("mo", Unit::Month),
    ("q", Unit::Quarter),
    ("y", Unit::Year),
];

const LENGTHS: [(&str, Length); 8] = [
    ("s", Length::Seconds),
    ("min", Length::Minutes),
    ("h", Length::Hours),
    ("d", Length::Days),
    ("bd", Length::BusinessDays),
    ("w", Length::Weeks),
    ("mo", Length::Months),
    ("y", Length::Years),
];

const YEARLY: [(&str, Yearly); 35] = [
    ("jan", Yearly::Month(1)),
    ("feb", Yearly::Month(2)),
    ("mar", Yearly::Month(3)),
    ("apr", Yearly::Month(4)),
    ("may", Yearly::Month(5)),
    ("jun", Yearly::Month(6)),
    ("jul", Yearly::Month(7)),
    ("aug", Yearly::Month(8)),
    ("sep", Yearly::Month(9)),
    ("oct", Yearly::Month(10)),
    ("nov", Yearly::Month(11)),
    ("dec", Yearly::Month(12)),
    ("q1", Yearly::Quarter(1)),
    ("q2", Yearly::Quarter(2)),
    ("q3", Yearly::Quarter(3)),
    ("q4", Yearly::Quarter(4)),
    ("spring", Yearly::Season(3)),
    ("summer", Yearly::Season(6)),
    ("autumn", Yearly::Season(9)),
    ("winter", Yearly::Season(12)),
    ("new-year", Yearly::Day(1, 1)),
    ("valentines", Yearly::Day(2, 14)),
    ("independence", Yearly::Day(7, 4)),
    ("halloween", Yearly::Day(10, 31)),
    ("christmas-eve", Yearly::Day(12, 24)),
    ("christmas", Yearly::Day(12, 25)),
    ("boxing-day", Yearly::Day(12, 26)),
    ("new-years-eve", Yearly::Day(12, 31)),
    ("mothers-day", Yearly::Holiday(Holiday::Nth(5, 2, Weekday::Sunday))),
    ("fathers-day", Yearly::Holiday(Holiday::Nth(6, 3, Weekday::Sunday))),
    ("labor-day", Yearly::Holiday(Holiday::Nth(9, 1, Weekday::Monday))),
    ("thanksgiving", Yearly::Holiday(Holiday::Nth(11, 4, Weekday::Thursday))),
    ("good-friday", Yearly::Holiday(Holiday::Easter(-2))),
    ("easter", Yearly::Holiday(Holiday::Easter(0))),
    ("easter-monday", Yearly::Holiday(Holiday::Easter(1))),
];

const THIRDS: [(&str, Third); 3] = [("early", Third::Early), ("mid", Third::Mid), ("late", Third::Late)];

const PARTS: [(&str, Part); 4] =
    [("morning", Part::Morning), ("afternoon", Part::Afternoon), ("evening", Part::Evening), ("night", Part::Night)];

fn named<T: Copy>(table: &[(&str, T)], word: &str) -> Option<T> {
    table.iter().find(|(name, _)| *name == word).map(|(_, value)| *value)
}

fn names<T>(table: &[(&str, T)]) -> String {
    table.iter().map(|(name, _)| *name).collect::<Vec<_>>().join("|")
}

impl Step {
    /// A regular expression for every word that there is.
    pub(super) fn pattern() -> String {
        let (days, units, lengths, yearly) = (names(&WEEKDAYS), names(&UNITS), names(&LENGTHS), names(&YEARLY));
        let (thirds, parts) = (names(&THIRDS), names(&PARTS));
        format!(
            "now|({units})[+-][0-9]{{1,3}}|[+-][0-9]{{1,4}}({lengths})|<?({days}|{yearly}|[0-9]{{2}}-[0-9]{{2}})\
             |#-?[0-9]{{1,2}}({days}|d)|@[0-9]{{1,2}}|[0-9]{{4}}(-[0-9]{{2}}(-[0-9]{{2}})?|s)?|{thirds}|{parts}\
             |[0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}})?"
        )
    }

    /// The word as a step; `None` where it is none, or names a day or a time that there is not.
    pub(super) fn parse(word: &str) -> Option<Step> {
        let fixed = named(&THIRDS, word).map(Step::Third).or(named(&PARTS, word).map(Step::Part));
        if word == "now" || fixed.is_some() {
            return Some(fixed.unwrap_or(Step::Now));
        }
        if let Some(rest) = word.strip_prefix('#') {
            return nth(rest);
        }
        if let Some(day) = word.strip_prefix('@') {
            return day.parse().ok().filter(|day| (1..=31).contains(day)).map(Step::DayOfMonth);
        }
        if word.contains(':') {
            return clock(word).map(Step::Time);
        }
        if word.starts_with(['+', '-']) {
            let split = word.find(|c: char| c.is_ascii_alphabetic())?;
            return Some(Step::Move(word[..split].parse().ok()?, named(&LENGTHS, &word[split..])?));
        }
        let (before, name) = word.strip_prefix('<').map_or((false, word), |name| (true, name));
        if let Some(day) = named(&WEEKDAYS, name) {
            return Some(Step::Weekday { day, before });
        }
        if let Some(what) = named(&YEARLY, name).or_else(|| month_and_day(name)) {
            return Some(Step::Yearly { what, before });
        }
        if let Some(split) = word.find(['+', '-'])
            && let Some(unit) = named(&UNITS, &word[..split])
        {
            return Some(Step::Unit(unit, word[split..].parse().ok()?));
        }
        absolute(word)
    }
}

/// `2tue`, `-1d`
fn nth(word: &str) -> Option<Step> {
    let split = word.find(|c: char| c.is_ascii_alphabetic())?;
    let n: i8 = word[..split].parse().ok().filter(|n| *n != 0)?;
    match &word[split..] {
        "d" => Some(Step::NthDay(n.into())),
        day => Some(Step::Nth(n, named(&WEEKDAYS, day)?)),
    }
}

/// `17:00`, `17:00:30`, and `24:00`, which begins the next day.
fn clock(word: &str) -> Option<Option<Time>> {
    if word == "24:00" {
        return Some(None);
    }
    let mut parts = word.splitn(3, ':').map(|part| part.parse::<i8>().ok());
    let (hour, minute) = (parts.next()??, parts.next()??);
    let second = parts.next().unwrap_or(Some(0))?;
    Time::new(hour, minute, second, 0).ok().map(Some)
}

/// `12-24`; February 29 is one.
fn month_and_day(word: &str) -> Option<Yearly> {
    const LEAP: i16 = 2024;
    let (month, day) = word.split_once('-').filter(|(month, day)| month.len() == 2 && day.len() == 2)?;
    let date = Date::new(LEAP, month.parse().ok()?, day.parse().ok()?).ok()?;
    Some(Yearly::Day(date.month(), date.day()))
}

/// `2027`, `2027-03`, `2027-03-14`, `1990s`
fn absolute(word: &str) -> Option<Step> {
    if let Some(year) = word.strip_suffix('s') {
        return year.parse().ok().filter(|year| year % 10 == 0).map(Step::Decade);
    }
    let mut parts = word.splitn(3, '-');
    let year: i16 = parts.next().filter(|year| year.len() == 4)?.parse().ok()?;
    let Some(month) = parts.next() else { return Some(Step::Year(year)) };
    let month: i8 = month.parse().ok()?;
    match parts.next() {
        Some(day) => Date::new(year, month, day.parse().ok()?).ok().map(Step::Date),
        None => Date::new(year, month, 1).ok().map(|_| Step::Month(year, month)),
    }
}

impl Holiday {
    /// The day in that year.
    pub(super) fn of(self, year: i16) -> Option<Date> {
        match self {
            Holiday::Nth(month, nth, day) => Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, day).ok(),
            Holiday::Easter(days) => easter(year)?.checked_add(i64::from(days).days()).ok(),
        }
    }
}

/// Easter Sunday of the Gregorian calendar, by the method that Nature printed in 1876.
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e, f) = (b / 4, b % 4, (b + 8) / 25);
    let h = (19 * a + b - d - (b - f + 1) / 3 + 15) % 30;
    let l = (32 + 2 * e + 2 * (c / 4) - h - c % 4) % 7;
    let days = h + l - 7 * ((a + 11 * h + 22 * l) / 451) + 114;
    Date::new(year, i8::try_from(days / 31).ok()?, i8::try_from(days % 31 + 1).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    #[test]
    fn words_are_steps() {
        let cases = [
            ("now", Step::Now),
            ("w+1", Step::Unit(Unit::Week, 1)),
            ("mo-12", Step::Unit(Unit::Month, -12)),
            ("-90min", Step::Move(-90, Length::Minutes)),
            ("+3bd", Step::Move(3, Length::BusinessDays)),
            ("<fri", Step::Weekday { day: Weekday::Friday, before: true }),
            ("#-1fri", Step::Nth(-1, Weekday::Friday)),
            ("#1d", Step::NthDay(1)),
            ("<12-24", Step::Yearly { what: Yearly::Day(12, 24), before: true }),
            ("q3", Step::Yearly { what: Yearly::Quarter(3), before: false }),
            ("@31", Step::DayOfMonth(31)),
            ("2027-03-14", Step::Date(date(2027, 3, 14))),
            ("2027-03", Step::Month(2027, 3)),
            ("2027", Step::Year(2027)),
            ("1990s", Step::Decade(1990)),
            ("24:00", Step::Time(None)),
            ("23:59:59", Step::Time(Some(time(23, 59, 59, 0)))),
        ];
        for (word, step) in cases {
            assert_eq!(Step::parse(word), Some(step), "{word}");
        }
    }

    #[test]
    fn what_there_is_not_is_none() {
        for word in
            ["", "then", "02-30", "2027-13", "2027-02-29", "25:00", "#0mon", "@0", "@32", "+3", "d+", "1995s", "<now"]
        {
            assert_eq!(Step::parse(word), None, "{word}");
        }
    }

    #[test]
    fn easter_moves() {
        for (year, month, day) in
            [(1961, 4, 2), (2024, 3, 31), (2026, 4, 5), (2027, 3, 28), (2038, 4, 25), (2285, 3, 22)]
        {
            assert_eq!(easter(year), Some(date(year, month, day)));
        }
        assert_eq!(Holiday::Nth(11, 4, Weekday::Thursday).of(2026), Some(date(2026, 11, 26)));
    }
}
