//! From a meaning and the time that it is to an answer.

use jiff::{
    Span, SpanFieldwise, ToSpan,
    civil::{self, Date, DateTime},
};

use super::{
    Moment, Time,
    meaning::{Meaning, RangeMeaning, RecurringMeaning},
    rule::Rule,
    step::Step,
    stretch::{Size, Stretch},
};

/// What the meaning stands for; `None` where its words make no sense together.
pub(super) fn resolve(meaning: &Meaning, now: DateTime) -> Option<Time> {
    match meaning {
        Meaning::Once { at } => instant(&steps(at)?, now),
        Meaning::Range(range) => ranged(range, now),
        Meaning::Duration { r#for } => length(r#for).map(|(span, _)| Time::Duration { duration: printed(span) }),
        Meaning::Recurring(recurring) => returning(recurring, now),
        Meaning::None => Some(Time::None),
    }
}

fn steps(words: &[String]) -> Option<Vec<Step>> {
    words.iter().map(|word| Step::parse(word)).collect()
}

fn walk(from: Stretch, steps: &[Step]) -> Option<Stretch> {
    steps.iter().try_fold(from, |stretch, step| stretch.then(*step))
}

fn instant(at: &[Step], now: DateTime) -> Option<Time> {
    let stretch = walk(Stretch::now(now), at)?;
    match stretch.size {
        Size::Now | Size::Moment => Some(Time::Once { start: Moment::Time(stretch.start) }),
        Size::Day => Some(Time::Once { start: Moment::Day(stretch.date()) }),
        Size::Part | Size::Days(_) => None,
    }
}

/// Both ends in one form, if the end is behind the beginning.
fn range(start: DateTime, end: DateTime, timed: bool) -> Option<Time> {
    let moment = |at: DateTime| if timed { Moment::Time(at) } else { Moment::Day(at.date()) };
    (start < end).then(|| Time::Range { start: moment(start), end: moment(end) })
}

fn ranged(meaning: &RangeMeaning, now: DateTime) -> Option<Time> {
    let here = Stretch::now(now);
    match (&meaning.of, &meaning.from, &meaning.r#for, &meaning.to) {
        (Some(of), None, None, None) => {
            let stretch = walk(here, &steps(of)?)?;
            range(stretch.start, stretch.end, stretch.timed())
        }
        (None, Some(from), None, Some(to)) => between(walk(here, &steps(from)?)?, &steps(to)?, now),
        (None, Some(from), Some(span), None) => {
            let (from, (span, clock)) = (walk(here, &steps(from)?)?, length(span)?);
            let timed = clock || from.size == Size::Moment;
            let start = if timed { from.start } else { midnight(from.start) };
            range(start, start.checked_add(span).ok()?, timed)
        }
        (None, None, Some(span), Some(to)) => {
            let (to, (span, clock)) = (walk(here, &steps(to)?)?, length(span)?);
            let timed = clock || to.size == Size::Moment;
            let end = if timed { to.start } else { midnight(to.start) };
            range(end.checked_sub(span).ok()?, end, timed)
        }
        _ => None,
    }
}

/// From one stretch to the end of another, which goes on from the first unless it is counted from now.
fn between(from: Stretch, to: &[Step], now: DateTime) -> Option<Time> {
    let here = Stretch::now(now);
    if to == [Step::Now] {
        let timed = from.timed();
        return range(from.start, if timed { now } else { midnight(now) }, timed);
    }
    let from_now = from.size == Size::Now || matches!(to.first(), Some(Step::Unit(..) | Step::Move(..)));
    let to = walk(if from_now { here } else { from }, to)?;
    let timed = to.timed() || (from.timed() && from.size != Size::Now);
    let start = if timed { from.start } else { midnight(from.start) };
    range(start, to.end, timed)
}

fn midnight(at: DateTime) -> DateTime {
    at.date().at(0, 0, 0, 0)
}

fn returning(meaning: &RecurringMeaning, now: DateTime) -> Option<Time> {
    let rule = Rule::parse(&meaning.rule)?;
    let at = steps(&meaning.at)?;
    let (way, time) = match at.split_last() {
        Some((time @ (Step::Time(_) | Step::Part(_)), way)) => (way, Some(*time)),
        _ => (at.as_slice(), None),
    };
    // Midnight is the beginning of the next day, and a rule falls on days.
    let (rule, time) = match time {
        Some(Step::Time(None)) => (rule.a_day_later()?, Some(Step::Time(Some(civil::Time::midnight())))),
        time => (rule, time),
    };
    let begins = walk(Stretch::now(now), way)?;
    let first = if rule.by_days() || time.is_some() || !way.is_empty() {
        first_day(&rule, begins, time, now)?
    } else {
        Stretch::moment(now)
    };
    let end = match (steps(&meaning.to)?.as_slice(), first.size) {
        ([], Size::Part) => Some(Moment::Time(first.end)),
        ([], _) => None,
        (to, _) if rule.by_days() => Some(Moment::Time(walk(Stretch::moment(first.start), to)?.end)),
        // What returns within a day would go on through the night.
        _ => return None,
    };
    let rule = match steps(&meaning.until)?.as_slice() {
        [] => rule,
        until => {
            let from_now = matches!(until.first(), Some(Step::Unit(..) | Step::Move(..)));
            let last = walk(if from_now { Stretch::now(now) } else { first }, until)?;
            let last = if last.timed() { last.date() } else { last.end.date().yesterday().ok()? };
            (last >= first.date()).then_some(())?;
            rule.until(last, first.timed())?
        }
    };
    let start = if first.timed() { Moment::Time(first.start) } else { Moment::Day(first.date()) };
    Some(Time::Recurring { rule: rule.to_string(), start, end })
}

/// The first time that the rule falls on a day and is not over.
fn first_day(rule: &Rule, begins: Stretch, time: Option<Step>, now: DateTime) -> Option<Stretch> {
    let on = |date: Date| {
        let day = Stretch::day(date)?;
        let stretch = match time {
            Some(time) => day.then(time)?,
            None => day,
        };
        // A day that has begun is still that day.
        (begins.size != Size::Now || time.is_none() || stretch.start >= now).then_some(stretch)
    };
    rule.days_from(begins.date()).find_map(on)
}

/// A duration, and whether it has hours, minutes or seconds.
fn length(text: &str) -> Option<(Span, bool)> {
    let span: Span = text.parse().ok()?;
    let clock = span.get_hours() != 0 || span.get_minutes() != 0 || span.get_seconds() != 0;
    (span.fieldwise() != SpanFieldwise(0.seconds())).then_some((span, clock))
}

/// As ISO 8601 has it, in the units that were said.
fn printed(span: Span) -> String {
    let date = [
        (i64::from(span.get_years()), 'Y'),
        (span.get_months().into(), 'M'),
        (span.get_weeks().into(), 'W'),
        (span.get_days().into(), 'D'),
    ];
    let time = [(i64::from(span.get_hours()), 'H'), (span.get_minutes(), 'M'), (span.get_seconds(), 'S')];
    let joined = |parts: &[(i64, char)]| {
        parts.iter().filter(|(count, _)| *count != 0).map(|(count, unit)| format!("{count}{unit}")).collect::<String>()
    };
    let (date, time) = (joined(&date), joined(&time));
    if time.is_empty() { format!("P{date}") } else { format!("P{date}T{time}") }
}

#[cfg(test)]
mod tests {
    use jiff::civil::datetime;

    use super::*;

    /// A Friday.
    fn at() -> DateTime {
        datetime(2026, 11, 20, 9, 0, 0, 0)
    }

    #[track_caller]
    fn gives(meaning: &str, answer: &str) {
        let meaning: Meaning = serde_json::from_str(meaning).unwrap();
        let time = resolve(&meaning, at()).map_or("nothing".to_owned(), |time| time.to_string());
        assert_eq!(time, answer, "{meaning:?}");
    }

    #[test]
    fn instants() {
        let cases = [
            ("fri +1w 12:00", "2026-12-04T12:00"),
            ("d+1", "2026-11-21"),
            ("+3d", "2026-11-23"),
            ("+1h +30min", "2026-11-20T10:30"),
            ("+2bd", "2026-11-24"),
            ("17:00", "2026-11-20T17:00"),
            ("08:00", "2026-11-21T08:00"),
            ("24:00", "2026-11-21T00:00"),
            ("w+1 fri", "2026-11-27"),
            ("<fri", "2026-11-13"),
            ("mo+1 #2tue 08:45", "2026-12-08T08:45"),
            ("mo+0 #-1d", "2026-11-30"),
            ("2027 #1d", "2027-01-01"),
            ("@15", "2026-12-15"),
            ("11-20", "2026-11-20"),
            ("<11-20", "2025-11-20"),
            ("christmas -2d", "2026-12-23"),
            ("2028 easter", "2028-04-16"),
            ("christmas <fri", "2026-12-18"),
            ("w+1", "nothing"),
            ("w+1 09:00", "nothing"),
            ("mo+1 @31", "2026-12-31"),
            ("feb @30", "nothing"),
        ];
        for (steps, answer) in cases {
            let at: Vec<&str> = steps.split(' ').collect();
            gives(&serde_json::json!({"kind": "instant", "at": at}).to_string(), answer);
        }
    }

    #[test]
    fn ranges() {
        let cases = [
            (r#""of":["w+1"]"#, "2026-11-23/2026-11-30"),
            (r#""of":["we+0"]"#, "2026-11-21/2026-11-23"),
            (r#""of":["jun","late"]"#, "2027-06-21/2027-07-01"),
            (r#""of":["2027","mid"]"#, "2027-05-01/2027-09-01"),
            (r#""of":["2027","q3"]"#, "2027-07-01/2027-10-01"),
            (r#""of":["winter"]"#, "2026-12-01/2027-03-01"),
            (r#""of":["<winter"]"#, "2025-12-01/2026-03-01"),
            (r#""of":["nov"]"#, "2026-11-01/2026-12-01"),
            (r#""of":["1990s"]"#, "1990-01-01/2000-01-01"),
            (r#""of":["d+0","night"]"#, "2026-11-20T18:00/2026-11-21T00:00"),
            (r#""from":["mon","09:00"],"to":["17:00"]"#, "2026-11-23T09:00/2026-11-23T17:00"),
            (r#""from":["wed"],"to":["mon"]"#, "2026-11-25/2026-12-01"),
            (r#""from":["d+1"],"to":["w+1","fri"]"#, "2026-11-21/2026-11-28"),
            (r#""from":["now"],"to":["fri"]"#, "2026-11-20/2026-11-28"),
            (r#""from":["now"],"to":["17:00"]"#, "2026-11-20T09:00/2026-11-20T17:00"),
            (r#""from":["<mon"],"to":["now"]"#, "2026-11-16/2026-11-20"),
            (r#""from":["now"],"for":"P3D""#, "2026-11-20/2026-11-23"),
            (r#""from":["now"],"for":"PT2H""#, "2026-11-20T09:00/2026-11-20T11:00"),
            (r#""for":"PT48H","to":["now"]"#, "2026-11-18T09:00/2026-11-20T09:00"),
            (r#""from":["06-01"],"for":"P2W""#, "2027-06-01/2027-06-15"),
            (r#""from":["d+1","20:00"],"for":"PT8H""#, "2026-11-21T20:00/2026-11-22T04:00"),
            (r#""from":["2027-03-07"],"to":["2027-03-03"]"#, "nothing"),
            (r#""of":["w+1"],"for":"P1D""#, "nothing"),
        ];
        for (fields, answer) in cases {
            gives(&format!(r#"{{"kind":"range",{fields}}}"#), answer);
        }
    }

    #[test]
    fn durations() {
        gives(r#"{"kind":"duration","for":"P1Y6M2DT1H30M"}"#, "P1Y6M2DT1H30M");
        gives(r#"{"kind":"duration","for":"PT90M"}"#, "PT90M");
        gives(r#"{"kind":"duration","for":"P"}"#, "nothing");
        gives(r#"{"kind":"duration","for":"PT0S"}"#, "nothing");
        gives(r#"{"kind":"none"}"#, "none");
    }

    #[test]
    fn what_returns() {
        let cases = [
            (r#""rule":"FREQ=WEEKLY;BYDAY=FR""#, "2026-11-20 FREQ=WEEKLY;BYDAY=FR"),
            (r#""rule":"FREQ=WEEKLY;BYDAY=FR","at":["08:00"]"#, "2026-11-27T08:00 FREQ=WEEKLY;BYDAY=FR"),
            (r#""rule":"FREQ=DAILY","at":["evening"]"#, "2026-11-20T18:00/2026-11-20T22:00 FREQ=DAILY"),
            (r#""rule":"FREQ=DAILY","at":["morning"]"#, "2026-11-21T06:00/2026-11-21T12:00 FREQ=DAILY"),
            (r#""rule":"FREQ=HOURLY;INTERVAL=2""#, "2026-11-20T09:00 FREQ=HOURLY;INTERVAL=2"),
            (
                r#""rule":"FREQ=WEEKLY;BYDAY=MO","at":["22:00"],"to":["02:00"]"#,
                "2026-11-23T22:00/2026-11-24T02:00 FREQ=WEEKLY;BYDAY=MO",
            ),
            (r#""rule":"FREQ=WEEKLY;BYDAY=TU","until":["jun"]"#, "2026-11-24 FREQ=WEEKLY;BYDAY=TU;UNTIL=20270630"),
            (
                r#""rule":"FREQ=DAILY","at":["12:00"],"until":["fri"]"#,
                "2026-11-20T12:00 FREQ=DAILY;UNTIL=20261127T235959",
            ),
            (r#""rule":"FREQ=WEEKLY;BYDAY=FR","at":["24:00"]"#, "2026-11-21T00:00 FREQ=WEEKLY;BYDAY=SA"),
            (r#""rule":"FREQ=DAILY","at":["24:00"]"#, "2026-11-21T00:00 FREQ=DAILY"),
            (r#""rule":"FREQ=MONTHLY;BYMONTHDAY=31","at":["24:00"]"#, "nothing"),
            (r#""rule":"FREQ=WEEKLY;BYDAY=FR","until":["d-1"]"#, "nothing"),
            (r#""rule":"FREQ=WEEKLY;BYDAY=FR;COUNT=3","until":["jun"]"#, "nothing"),
            (r#""rule":"FREQ=HOURLY","at":["09:00"],"to":["17:00"]"#, "nothing"),
            (r#""rule":"FREQ=WEEKLY;BYDAY=TU","at":["2027-01-01","10:00"]"#, "2027-01-05T10:00 FREQ=WEEKLY;BYDAY=TU"),
            (r#""rule":"FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=4""#, "2027-07-04 FREQ=YEARLY;BYMONTH=7;BYMONTHDAY=4"),
            (r#""rule":"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30""#, "nothing"),
        ];
        for (fields, answer) in cases {
            gives(&format!(r#"{{"kind":"recurring",{fields}}}"#), answer);
        }
    }
}
