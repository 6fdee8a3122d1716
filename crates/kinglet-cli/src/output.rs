//! Standard output, and the readable form of numbers.

use std::{
    io::{self, BufWriter, IsTerminal, Write},
    iter,
};

use serde::Serialize;

use crate::{error::CliError, style};

/// Writes one JSON value and a line break.
pub(crate) fn json(value: &impl Serialize) -> Result<(), CliError> {
    let mut out = BufWriter::new(io::stdout().lock());
    serde_json::to_writer(&mut out, value).map_err(io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

/// Writes text at once, even where it ends within a line.
pub(crate) fn text(text: &str) -> Result<(), CliError> {
    bytes_out(text.as_bytes())
}

/// Writes bytes at once.
pub(crate) fn bytes_out(bytes: &[u8]) -> Result<(), CliError> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    Ok(out.flush()?)
}

/// Writes text that a model made. What would steer a terminal is shown, not done.
pub(crate) fn generated(text: &str) -> Result<(), CliError> {
    if text.is_empty() {
        return Ok(());
    }
    // The last two turn the direction of what follows.
    let steers = |c: char| {
        c.is_control() && !matches!(c, '\n' | '\t') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    match io::stdout().is_terminal() && text.contains(steers) {
        true => self::text(&text.replace(steers, "\u{fffd}")),
        false => self::text(text),
    }
}

/// Writes a line beside the result, for somebody who looks at it.
pub(crate) fn aside(line: &str) -> Result<(), CliError> {
    if io::stdout().is_terminal() && io::stderr().is_terminal() {
        // Where standard error is closed, nobody wants to know.
        let _ = writeln!(io::stderr(), "{}", style::dim(line));
    }
    Ok(())
}

/// The beginning of a text, on one line.
pub(crate) fn shortened(text: &str) -> String {
    const LONGEST: usize = 60;
    let line: String = text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() { format!("{line}…") } else { line }
}

/// Rows with their columns aligned: those named in `right` to the right, the others to the left.
pub(crate) fn table<const N: usize>(rows: &[[String; N]], right: &[usize]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in iter::zip(&mut widths, row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut table = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, (cell, width)) in iter::zip(row, widths).enumerate() {
            let gap = if column == 0 { "" } else { "  " };
            line += &match right.contains(&column) {
                true => format!("{gap}{cell:>width$}"),
                false => format!("{gap}{cell:<width$}"),
            };
        }
        table += line.trim_end();
        table.push('\n');
    }
    table
}

/// A whole number with its thousands apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number of bytes in the unit that suits it.
pub(crate) fn bytes(bytes: u64) -> String {
    let mut size = bytes as f64;
    let mut units = ["KiB", "MiB", "GiB", "TiB"].into_iter();
    let mut unit = "B";
    while size >= 1024.0 {
        let Some(larger) = units.next() else { break };
        size /= 1024.0;
        unit = larger;
    }
    if unit == "B" { format!("{bytes} B") } else { format!("{size:.1} {unit}") }
}

/// A rate in tokens per second, or that there is none.
pub(crate) fn rate(tokens_per_s: Option<f64>) -> String {
    match tokens_per_s {
        Some(rate) if rate >= 100.0 => format!("{} tokens/s", grouped(rate.round() as u64)),
        Some(rate) => format!("{rate:.1} tokens/s"),
        None => "n/a".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(["0", "999", "1,000", "1,234,567"].map(str::to_owned), [0, 999, 1000, 1_234_567].map(grouped));
        assert_eq!(["1023 B", "1.0 KiB", "1.5 MiB"].map(str::to_owned), [1023, 1024, 3 << 19].map(bytes));
        assert_eq!(bytes(u64::MAX), "16777216.0 TiB");
    }

    #[test]
    fn tables_align() {
        let rows = [["a", "10"], ["long", "5"]].map(|row| row.map(str::to_owned));
        assert_eq!(table(&rows, &[1]), "a     10\nlong   5\n");
    }
}
