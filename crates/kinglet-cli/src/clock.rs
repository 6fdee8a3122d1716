//! What the clock says, where the user is.

use jiff::Zoned;
use kinglet::LocalTime;

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
