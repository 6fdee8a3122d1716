//! The time that `strftime_now` writes. The caller reads the clock: there is none in a browser's engine.

/// A time of day on a date, where the user is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalTime {
    /// 2026
    pub year: i32,
    /// 1 to 12
    pub month: u8,
    /// 1 to 31
    pub day: u8,
    /// 0 to 23
    pub hour: u8,
    /// 0 to 59
    pub minute: u8,
    /// 0 to 60
    pub second: u8,
    /// 0 to 999,999
    pub microsecond: u32,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The week begins with the day that `%w` counts as 0.
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

impl LocalTime {
    /// What Python's `strftime` makes of a format, with the names of the C locale.
    pub(super) fn format(&self, format: &str) -> String {
        let mut out = String::new();
        let mut chars = format.chars();
        while let Some(c) = chars.next() {
            if c != '%' {
                out.push(c);
                continue;
            }
            let mut code = chars.next();
            let bare = code == Some('-');
            if bare {
                code = chars.next();
            }
            let written = code.and_then(|code| self.code(code));
            match (written, code) {
                // A number without what fills it up.
                (Some(text), _) if bare => {
                    let digits = text.trim_start_matches(['0', ' ']);
                    out += if digits.is_empty() { "0" } else { digits };
                }
                (Some(text), _) => out += &text,
                (None, code) => {
                    out.push('%');
                    out.extend(bare.then_some('-'));
                    out.extend(code);
                }
            }
        }
        out
    }

    fn code(&self, code: char) -> Option<String> {
        let month = MONTHS.get(usize::from(self.month.wrapping_sub(1))).copied().unwrap_or_default();
        let day = DAYS.get(usize::try_from(self.weekday()).unwrap_or(0)).copied().unwrap_or_default();
        let short = |name: &str| name.chars().take(3).collect::<String>();
        let twelve = (self.hour + 11) % 12 + 1;
        Some(match code {
            'Y' => self.year.to_string(),
            'y' => format!("{:02}", self.year.rem_euclid(100)),
            'C' => format!("{:02}", self.year.div_euclid(100)),
            'm' => format!("{:02}", self.month),
            'B' => month.to_owned(),
            'b' | 'h' => short(month),
            'd' => format!("{:02}", self.day),
            'e' => format!("{:2}", self.day),
            'A' => day.to_owned(),
            'a' => short(day),
            'w' => self.weekday().to_string(),
            'u' => if self.weekday() == 0 { 7 } else { self.weekday() }.to_string(),
            'j' => format!("{:03}", self.day_of_year()),
            'U' => format!("{:02}", (self.day_of_year() + 6 - self.weekday()) / 7),
            'W' => format!("{:02}", (self.day_of_year() + 6 - (self.weekday() + 6) % 7) / 7),
            'H' => format!("{:02}", self.hour),
            'k' => format!("{:2}", self.hour),
            'I' => format!("{twelve:02}"),
            'l' => format!("{twelve:2}"),
            'M' => format!("{:02}", self.minute),
            'S' => format!("{:02}", self.second),
            'f' => format!("{:06}", self.microsecond),
            'p' => if self.hour < 12 { "AM" } else { "PM" }.to_owned(),
            'P' => if self.hour < 12 { "am" } else { "pm" }.to_owned(),
            'D' | 'x' => self.format("%m/%d/%y"),
            'F' => self.format("%Y-%m-%d"),
            'T' | 'X' => self.format("%H:%M:%S"),
            'R' => self.format("%H:%M"),
            'r' => self.format("%I:%M:%S %p"),
            'c' => self.format("%a %b %e %H:%M:%S %Y"),
            // Python's local time knows no zone.
            'z' | 'Z' => String::new(),
            'n' => "\n".to_owned(),
            't' => "\t".to_owned(),
            '%' => "%".to_owned(),
            _ => return None,
        })
    }

    fn is_leap(&self) -> bool {
        self.year.rem_euclid(4) == 0 && (self.year.rem_euclid(100) != 0 || self.year.rem_euclid(400) == 0)
    }

    fn day_of_year(&self) -> i32 {
        const BEFORE: [i32; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
        let before = BEFORE.get(usize::from(self.month.wrapping_sub(1))).copied().unwrap_or(0);
        before + i32::from(self.day) + i32::from(self.is_leap() && self.month > 2)
    }

    /// Days since a Sunday.
    fn weekday(&self) -> i32 {
        let before = self.year.wrapping_sub(1);
        let leaps = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
        // The first of January of the year 1 was a Monday.
        (before.rem_euclid(7) + leaps + self.day_of_year()).rem_euclid(7)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_python_writes_them() {
        let time = LocalTime { year: 2026, month: 3, day: 5, hour: 0, minute: 4, second: 9, microsecond: 42 };
        let all = "%Y %y %m %B %b %d %-d %e %A %a %w %u %j %U %W %H %I %-I %M %S %f %p %F %T %D %c %z|%% %Q";
        assert_eq!(
            time.format(all),
            "2026 26 03 March Mar 05 5  5 Thursday Thu 4 4 064 09 09 00 12 12 04 09 000042 AM 2026-03-05 00:04:09 \
             03/05/26 Thu Mar  5 00:04:09 2026 |% %Q"
        );
        let last = LocalTime { year: 2024, month: 12, day: 31, hour: 23, ..time };
        assert_eq!(last.format("%j %a %U %W %I %p"), "366 Tue 52 53 11 PM");
    }
}
