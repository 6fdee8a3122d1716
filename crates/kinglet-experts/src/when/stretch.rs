//! A stretch of time, and where a step leads from it.

use jiff::{
    Span, ToSpan,
    civil::{Date, DateTime, Time, Weekday},
};

use super::step::{Length, Part, Step, Third, Unit, Yearly};

/// From `start` to `end`, which is no part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stretch {
    pub(super) start: DateTime,
    pub(super) end: DateTime,
    pub(super) size: Size,
}

/// How a stretch came to be, which decides what may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    /// This moment: what follows may be a day or a time.
    Now,
    /// A time on a day.
    Moment,
    /// A part of a day.
    Part,
    /// A day.
    Day,
    /// Several days that have something in common.
    Days(Thirds),
}

/// How a stretch of days is cut in three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Thirds {
    Month,
    Year,
    None,
}

impl Stretch {
    pub(super) fn now(now: DateTime) -> Stretch {
        Stretch { start: now, end: now, size: Size::Now }
    }

    pub(super) fn moment(at: DateTime) -> Stretch {
        Stretch { start: at, end: at, size: Size::Moment }
    }

    pub(super) fn day(date: Date) -> Option<Stretch> {
        Stretch::days(date, 1.day(), Size::Day)
    }

    fn days(first: Date, length: Span, size: Size) -> Option<Stretch> {
        let end = first.checked_add(length).ok()?;
        Some(Stretch { start: first.at(0, 0, 0, 0), end: end.at(0, 0, 0, 0), size })
    }

    fn month(year: i16, month: i8) -> Option<Stretch> {
        Stretch::days(Date::new(year, month, 1).ok()?, 1.month(), Size::Days(Thirds::Month))
    }

    fn year(year: i16) -> Option<Stretch> {
        Stretch::days(Date::new(year, 1, 1).ok()?, 1.year(), Size::Days(Thirds::Year))
    }

    /// Whether a time of the day was said.
    pub(super) fn timed(self) -> bool {
        matches!(self.size, Size::Now | Size::Moment | Size::Part)
    }

    /// The first day of it.
    pub(super) fn date(self) -> Date {
        self.start.date()
    }

    /// Where the step leads; `None` where it makes no sense behind what was said so far.
    pub(super) fn then(self, step: Step) -> Option<Stretch> {
        let today = self.date();
        match step {
            Step::Now => Some(self).filter(|stretch| stretch.size == Size::Now),
            Step::Unit(unit, count) => unit_at(today, unit, count),
            Step::Move(count, length) => self.moved(count, length),
            Step::Weekday { day, before } => self.weekday(day, before),
            Step::Nth(nth, day) => self.nth(nth, day),
            Step::NthDay(nth) => self.nth_day(nth),
            Step::Yearly { what, before } => self.yearly(what, before),
            Step::DayOfMonth(day) => self.day_of_month(day),
            Step::Date(date) => Stretch::day(date),
            Step::Month(year, month) => Stretch::month(year, month),
            Step::Year(year) => Stretch::year(year),
            Step::Decade(year) => Stretch::days(Date::new(year, 1, 1).ok()?, 10.years(), Size::Days(Thirds::None)),
            Step::Third(third) => self.third(third),
            Step::Time(time) => self.at(time),
            Step::Part(part) => self.part(part),
        }
    }

    fn moved(self, count: i64, length: Length) -> Option<Stretch> {
        let span = match length {
            Length::Seconds => count.seconds(),
            Length::Minutes => count.minutes(),
            Length::Hours => count.hours(),
            Length::Days => count.days(),
            Length::BusinessDays => return Stretch::day(business_days(self.date(), count)?),
            Length::Weeks => count.weeks(),
            Length::Months => count.months(),
            Length::Years => count.years(),
        };
        let clock = matches!(length, Length::Seconds | Length::Minutes | Length::Hours);
        match self.size {
            _ if clock => Some(Stretch::moment(self.start.checked_add(span).ok()?)),
            Size::Moment => Some(Stretch::moment(self.start.checked_add(span).ok()?)),
            _ => Stretch::day(self.date().checked_add(span).ok()?),
        }
    }

    fn weekday(self, day: Weekday, before: bool) -> Option<Stretch> {
        let today = self.date();
        let date = match (before, self.size) {
            (true, _) => today.nth_weekday(-1, day).ok()?,
            (false, Size::Days(_)) => {
                let first = if today.weekday() == day { today } else { today.nth_weekday(1, day).ok()? };
                return Stretch::day(first).filter(|stretch| stretch.end <= self.end);
            }
            (false, _) => today.nth_weekday(1, day).ok()?,
        };
        Stretch::day(date)
    }

    fn nth(self, nth: i8, day: Weekday) -> Option<Stretch> {
        let Size::Days(_) = self.size else { return None };
        let nth = i32::from(nth);
        let date = match nth > 0 {
            true => self.date().yesterday().ok()?.nth_weekday(nth, day).ok()?,
            false => self.end.date().nth_weekday(nth, day).ok()?,
        };
        Stretch::day(date).filter(|stretch| stretch.start >= self.start && stretch.end <= self.end)
    }

    fn nth_day(self, nth: i64) -> Option<Stretch> {
        let date = match nth > 0 {
            true => self.date().checked_add((nth - 1).days()).ok()?,
            false => self.end.date().checked_add(nth.days()).ok()?,
        };
        Stretch::day(date).filter(|stretch| stretch.start >= self.start && stretch.end <= self.end)
    }

    /// In the year that was said; else the one that is not over yet, or the latest that is.
    fn yearly(self, what: Yearly, before: bool) -> Option<Stretch> {
        const YEARS: i16 = 8;
        let year = self.start.year();
        if !before && self.size == Size::Days(Thirds::Year) {
            return what.of(year);
        }
        let today = self.date().at(0, 0, 0, 0);
        if before {
            return (0..=YEARS).filter_map(|back| what.of(year - back)).find(|stretch| stretch.end <= today);
        }
        // A winter that is not over began a year ago.
        (-1..=YEARS).filter_map(|on| what.of(year + on)).find(|stretch| stretch.end > today)
    }

    fn day_of_month(self, day: i8) -> Option<Stretch> {
        let today = self.date();
        if self.size == Size::Days(Thirds::Month) {
            return Stretch::day(Date::new(today.year(), today.month(), day).ok()?);
        }
        let month = |on: i64| today.first_of_month().checked_add(on.months()).ok();
        let dates = (0..4).filter_map(month).filter_map(|first| Date::new(first.year(), first.month(), day).ok());
        dates.into_iter().find(|date| *date >= today).and_then(Stretch::day)
    }

    fn third(self, third: Third) -> Option<Stretch> {
        let index = match third {
            Third::Early => 0,
            Third::Mid => 1,
            Third::Late => 2,
        };
        let Size::Days(thirds) = self.size else { return None };
        let step = match thirds {
            Thirds::Month => 10.days(),
            Thirds::Year => 4.months(),
            Thirds::None => return None,
        };
        let mut start = self.start;
        for _ in 0..index {
            start = start.checked_add(step).ok()?;
        }
        let end = if index == 2 { self.end } else { start.checked_add(step).ok()? };
        Some(Stretch { start, end, size: Size::Days(Thirds::None) })
    }

    /// On the day that was said; else the next such time.
    fn at(self, time: Option<Time>) -> Option<Stretch> {
        let on = |date: Date| match time {
            Some(time) => Some(date.to_datetime(time)),
            None => Some(date.tomorrow().ok()?.at(0, 0, 0, 0)),
        };
        let today = self.date();
        let at = match self.size {
            Size::Day => on(today)?,
            Size::Now | Size::Moment => match on(today)? {
                at if at > self.start => at,
                _ => on(today.tomorrow().ok()?)?,
            },
            Size::Part | Size::Days(_) => return None,
        };
        Some(Stretch::moment(at))
    }

    /// Of the day that was said; else the next one that is not over.
    fn part(self, part: Part) -> Option<Stretch> {
        let (from, to) = match part {
            Part::Morning => (6, 12),
            Part::Afternoon => (12, 18),
            Part::Evening => (18, 22),
            Part::Night => (18, 24),
        };
        let of = |date: Date| {
            let midnight = date.at(0, 0, 0, 0);
            let (start, end) = (midnight.checked_add(from.hours()).ok()?, midnight.checked_add(to.hours()).ok()?);
            Some(Stretch { start, end, size: Size::Part })
        };
        match self.size {
            Size::Day => of(self.date()),
            Size::Now => match of(self.date())? {
                stretch if stretch.end > self.start => Some(stretch),
                _ => of(self.date().tomorrow().ok()?),
            },
            Size::Moment | Size::Part | Size::Days(_) => None,
        }
    }
}

impl Yearly {
    fn of(self, year: i16) -> Option<Stretch> {
        let months = |first: i8| Stretch::days(Date::new(year, first, 1).ok()?, 3.months(), Size::Days(Thirds::None));
        match self {
            Yearly::Month(month) => Stretch::month(year, month),
            Yearly::Quarter(quarter) => months(quarter * 3 - 2),
            Yearly::Season(month) => months(month),
            Yearly::Day(month, day) => Stretch::day(Date::new(year, month, day).ok()?),
            Yearly::Holiday(holiday) => Stretch::day(holiday.of(year)?),
        }
    }
}

/// The unit that a day lies in, or one so many later.
fn unit_at(today: Date, unit: Unit, count: i64) -> Option<Stretch> {
    let monday = |weeks: i64| {
        let back = i64::from(today.weekday().to_monday_zero_offset());
        today.checked_sub(back.days()).ok()?.checked_add(weeks.weeks()).ok()
    };
    match unit {
        Unit::Day => Stretch::day(today.checked_add(count.days()).ok()?),
        Unit::Week => Stretch::days(monday(count)?, 1.week(), Size::Days(Thirds::None)),
        Unit::Weekend => Stretch::days(monday(count)?.checked_add(5.days()).ok()?, 2.days(), Size::Days(Thirds::None)),
        Unit::Month => {
            let first = today.first_of_month().checked_add(count.months()).ok()?;
            Stretch::month(first.year(), first.month())
        }
        Unit::Quarter => {
            let first = Date::new(today.year(), (today.month() - 1) / 3 * 3 + 1, 1).ok()?;
            let first = first.checked_add((count * 3).months()).ok()?;
            Stretch::days(first, 3.months(), Size::Days(Thirds::None))
        }
        Unit::Year => Stretch::year(i16::try_from(i64::from(today.year()) + count).ok()?),
    }
}

/// So many days on, or back, Saturdays and Sundays not counted.
fn business_days(mut date: Date, count: i64) -> Option<Date> {
    let mut left = count.abs();
    while left > 0 {
        date = if count > 0 { date.tomorrow() } else { date.yesterday() }.ok()?;
        if !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) {
            left -= 1;
        }
    }
    Some(date)
}
