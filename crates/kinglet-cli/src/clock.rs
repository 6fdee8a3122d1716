//! What the clock says, where the user is.

use jiff::{Zoned, civil::DateTime};
use kinglet::LocalTime;

/// To the minute, which is all that phrases speak of.
pub(crate) fn minute() -> DateTime {
    let now = Zoned::now().datetime();
    now.date().at(now.hour(), now.minute(), 0, 0)
}

pub(crate) fn now() -> LocalTime {
    let now = Zoned::now();
    let part = |number: i8| number.unsigned_abs();
    LocalTime {
        year: now.year().into(),
        month: part(now.month()),
        day: part(now.day()),
        hour: part(now.hour()),
        minute: part(now.minute()),
        second: part(now.second()),
        microsecond: now.subsec_nanosecond().unsigned_abs() / 1000,
    }
}
