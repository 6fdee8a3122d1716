//! What an English phrase about time means.
//!
//! A small Llama reads the phrase and writes its meaning as JSON by [`Meaning::schema`]: not a date, but the way to one, in
//! words such as `fri`, `+1w`, `12:00`. Code walks that way from the time that it is. So the model never reckons with
//! dates, and what it has understood can be read.
//!
//! | words | lead to |
//! |---|---|
//! | `now` | this moment |
//! | `d+1` `w+0` `we+0` `mo-1` `q+1` `y+2` | tomorrow; this week; its weekend; last month; the next quarter; the year after next |
//! | `+3d` `-90min` `+2bd` | so long later or earlier: `s`, `min`, `h`, `d`, business days, `w`, `mo`, `y` |
//! | `fri` `<fri` | the Friday of the stretch before it, else the next one; the latest one before |
//! | `#2tue` `#-1fri` `#1d` `#-1d` | the second Tuesday, the last Friday, the first day, the last day of the stretch |
//! | `mar` `q3` `summer` `12-24` `easter` | that of the year before it, else the next one; with `<` the latest one before |
//! | `@15` | the 15th of the month before it, else the next 15th |
//! | `2027-03-14` `2027-03` `2027` `1990s` | themselves |
//! | `early` `mid` `late` | a third of the month or year before it |
//! | `17:00` `24:00` `morning` `night` | that time on the day before it, else the next one; a part of the day |

mod meaning;
mod reader;
mod resolve;
mod rule;
mod step;
mod stretch;
mod time;

pub use meaning::{Meaning, RangeMeaning, RecurringMeaning};
pub use reader::{Answer, When};
pub use time::{Moment, Time, parse_now};
