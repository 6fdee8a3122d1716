//! Rules of RFC 5545, as far as phrases need them: which days they fall on.

use std::fmt;

use jiff::{
    ToSpan,
    civil::{Date, Weekday},
};

/// The value of an RRULE.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rule {
    frequency: Frequency,
    interval: u32,
    month: Option<i8>,
    month_days: Vec<i8>,
    /// With a number before it, the day's place in its month, or in its year where the rule names no month.
    days: Vec<(i8, Weekday)>,
    count: Option<u32>,
    /// The last day, and whether occurrences have a time: RFC 5545 wants both in one form.
    until: Option<(Date, bool)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Frequency {
    Yearly,
    Monthly,
    Weekly,
    #[default]
    Daily,
    Hourly,
    Minutely,
    Secondly,
}

const FREQUENCIES: [(&str, Frequency); 7] = [
    ("YEARLY", Frequency::Yearly),
    ("MONTHLY", Frequency::Monthly),
    ("WEEKLY", Frequency::Weekly),
    ("DAILY", Frequency::Daily),
    ("HOURLY", Frequency::Hourly),
    ("MINUTELY", Frequency::Minutely),
    ("SECONDLY", Frequency::Secondly),
];

const DAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Monday),
    ("TU", Weekday::Tuesday),
    ("WE", Weekday::Wednesday),
    ("TH", Weekday::Thursday),
    ("FR", Weekday::Friday),
    ("SA", Weekday::Saturday),
    ("SU", Weekday::Sunday),
];

impl Rule {
    /// `None` where a part is unknown or its value makes no sense.
    pub(super) fn parse(text: &str) -> Option<Rule> {
        let mut parts = text.split(';').map(|part| part.split_once('='));
        let (_, frequency) = parts.next()?.filter(|(name, _)| *name == "FREQ")?;
        let frequency = FREQUENCIES.iter().find(|(name, _)| *name == frequency)?.1;
        let mut rule = Rule { frequency, interval: 1, ..Rule::default() };
        for part in parts {
            let (name, value) = part?;
            match name {
                "INTERVAL" => rule.interval = value.parse().ok().filter(|interval| *interval > 0)?,
                "BYMONTH" => rule.month = Some(value.parse().ok().filter(|month| (1..=12).contains(month))?),
                "BYMONTHDAY" => rule.month_days = value.split(',').map(month_day).collect::<Option<_>>()?,
                "BYDAY" => rule.days = value.split(',').map(numbered_day).collect::<Option<_>>()?,
                "COUNT" => rule.count = Some(value.parse().ok().filter(|count| *count > 0)?),
                _ => return None,
            }
        }
        rule.is_valid().then_some(rule)
    }

    /// What RFC 5545 allows together.
    fn is_valid(&self) -> bool {
        let numbered = self.days.iter().any(|(nth, _)| *nth != 0);
        let by_month = matches!(self.frequency, Frequency::Monthly | Frequency::Yearly);
        by_month || (!numbered && (self.month_days.is_empty() || self.frequency != Frequency::Weekly))
    }

    /// The rule of the day after each of its days, where it names no days of months.
    pub(super) fn a_day_later(self) -> Option<Rule> {
        let is_weekly =
            self.month.is_none() && self.month_days.is_empty() && self.days.iter().all(|(nth, _)| *nth == 0);
        let days = self.days.iter().map(|(nth, day)| (*nth, day.wrapping_add(1))).collect();
        let is_daily = matches!(self.frequency, Frequency::Daily | Frequency::Weekly);
        (is_weekly && is_daily).then_some(Rule { days, ..self })
    }

    /// Whether occurrences are on days, not within them.
    pub(super) fn by_days(&self) -> bool {
        !matches!(self.frequency, Frequency::Hourly | Frequency::Minutely | Frequency::Secondly)
    }

    /// The rule up to this day; `None` where it ends by itself.
    pub(super) fn until(self, last: Date, timed: bool) -> Option<Rule> {
        self.count.is_none().then_some(Rule { until: Some((last, timed)), ..self })
    }

    /// The days from this one on that it falls on, as far as people plan.
    pub(super) fn days_from(&self, first: Date) -> impl Iterator<Item = Date> {
        const YEARS: i64 = 9;
        let end = first.checked_add(YEARS.years()).unwrap_or(Date::MAX);
        first.series(1.day()).take_while(move |date| *date < end).filter(|date| self.falls_on(*date))
    }

    fn falls_on(&self, date: Date) -> bool {
        let in_month = |day: &i8| match *day > 0 {
            true => *day == date.day(),
            false => date.day() - date.days_in_month() - 1 == *day,
        };
        self.month.is_none_or(|month| month == date.month())
            && (self.month_days.is_empty() || self.month_days.iter().any(in_month))
            && (self.days.is_empty() || self.days.iter().any(|&(nth, day)| self.is_nth(date, nth, day)))
    }

    fn is_nth(&self, date: Date, nth: i8, day: Weekday) -> bool {
        if date.weekday() != day || nth == 0 {
            return date.weekday() == day;
        }
        let yearly = self.frequency == Frequency::Yearly && self.month.is_none();
        let (place, length) = match yearly {
            true => (date.day_of_year(), date.days_in_year()),
            false => (date.day().into(), date.days_in_month().into()),
        };
        let nth_of_it = if nth > 0 { (place - 1) / 7 + 1 } else { -((length - place) / 7 + 1) };
        nth_of_it == i16::from(nth)
    }
}

fn month_day(text: &str) -> Option<i8> {
    text.parse().ok().filter(|day: &i8| *day != 0 && (-31..=31).contains(day))
}

fn numbered_day(text: &str) -> Option<(i8, Weekday)> {
    let split = text.len().checked_sub(2)?;
    let (nth, day) = (text.get(..split)?, text.get(split..)?);
    let nth =
        if nth.is_empty() { 0 } else { nth.parse().ok().filter(|nth: &i8| (-5..=5).contains(nth) && *nth != 0)? };
    Some((nth, DAYS.iter().find(|(name, _)| *name == day)?.1))
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name =
            |frequency| FREQUENCIES.iter().find(|(_, known)| *known == frequency).map_or("DAILY", |(name, _)| name);
        let day = |(nth, day): &(i8, Weekday)| {
            let name = DAYS.iter().find(|(_, known)| known == day).map_or("MO", |(name, _)| name);
            if *nth == 0 { name.to_owned() } else { format!("{nth}{name}") }
        };
        write!(f, "FREQ={}", name(self.frequency))?;
        if self.interval > 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        if let Some(month) = self.month {
            write!(f, ";BYMONTH={month}")?;
        }
        if !self.month_days.is_empty() {
            write!(f, ";BYMONTHDAY={}", self.month_days.iter().map(i8::to_string).collect::<Vec<_>>().join(","))?;
        }
        if !self.days.is_empty() {
            write!(f, ";BYDAY={}", self.days.iter().map(day).collect::<Vec<_>>().join(","))?;
        }
        if let Some(count) = self.count {
            write!(f, ";COUNT={count}")?;
        }
        match self.until {
            Some((date, timed)) => {
                let time = if timed { "T235959" } else { "" };
                write!(f, ";UNTIL={:04}{:02}{:02}{time}", date.year(), date.month(), date.day())
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[track_caller]
    fn falls_on(rule: &str, days: &[Date]) {
        let parsed = Rule::parse(rule).unwrap();
        assert_eq!(parsed.to_string(), rule);
        assert_eq!(parsed.days_from(date(2026, 11, 20)).take(days.len()).collect::<Vec<_>>(), days, "{rule}");
    }

    #[test]
    fn rules_fall_on_days() {
        falls_on("FREQ=WEEKLY;BYDAY=MO,FR", &[date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 27)]);
        falls_on("FREQ=MONTHLY;BYDAY=-1FR", &[date(2026, 11, 27), date(2026, 12, 25)]);
        falls_on("FREQ=MONTHLY;BYDAY=1MO", &[date(2026, 12, 7), date(2027, 1, 4)]);
        falls_on("FREQ=MONTHLY;BYMONTHDAY=31", &[date(2026, 12, 31), date(2027, 1, 31), date(2027, 3, 31)]);
        falls_on("FREQ=MONTHLY;BYMONTHDAY=-1", &[date(2026, 11, 30), date(2026, 12, 31)]);
        falls_on("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", &[date(2028, 2, 29), date(2032, 2, 29)]);
        falls_on("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", &[date(2026, 11, 26), date(2027, 11, 25)]);
        falls_on("FREQ=YEARLY;BYDAY=1MO", &[date(2027, 1, 4), date(2028, 1, 3)]);
        falls_on("FREQ=DAILY;INTERVAL=2;COUNT=3", &[date(2026, 11, 20)]);
    }

    #[test]
    fn what_is_no_rule_is_none() {
        let rules = [
            "",
            "FREQ=OFTEN",
            "BYDAY=MO",
            "FREQ=DAILY;INTERVAL=0",
            "FREQ=MONTHLY;BYMONTHDAY=32",
            "FREQ=WEEKLY;BYDAY=0MO",
            "FREQ=DAILY;BYHOUR=3",
            "FREQ=WEEKLY;BYDAY=2TU",
            "FREQ=WEEKLY;BYMONTHDAY=3",
        ];
        for rule in rules {
            assert_eq!(Rule::parse(rule), None, "{rule}");
        }
    }
}
