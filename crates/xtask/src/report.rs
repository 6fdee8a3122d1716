//! Phases: each is run whatever became of the ones before, timed, and listed at the end.

use std::{
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::Result;

/// How a phase ended when it did not fail.
pub enum Outcome {
    /// It did what it says.
    Passed,
    /// It could not run here, and need not: why.
    Skipped(String),
}

/// What became of the phases so far.
#[derive(Default)]
pub struct Report {
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    time: Duration,
    result: Result<Outcome>,
}

impl Report {
    /// Runs a phase and notes how it ended.
    pub fn phase(&mut self, name: impl Into<String>, run: impl FnOnce() -> Result<Outcome>) {
        let name = name.into();
        println!("\n== {name}");
        let start = Instant::now();
        let result = run();
        let entry = Entry { name, time: start.elapsed(), result };
        println!("== {entry}");
        self.entries.push(entry);
    }

    /// Prints the summary, its last line the counts.
    pub fn finish(self) -> ExitCode {
        println!("\n{}", self.summary());
        if self.count("failed") == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    fn summary(&self) -> String {
        let mut lines: Vec<String> = self.entries.iter().map(Entry::to_string).collect();
        let mut counts = format!("phases: {} passed, {} failed", self.count("passed"), self.count("failed"));
        if self.count("skipped") > 0 {
            counts += &format!(", {} skipped", self.count("skipped"));
        }
        lines.push(counts);
        lines.join("\n")
    }

    fn count(&self, word: &str) -> usize {
        self.entries.iter().filter(|entry| entry.word() == word).count()
    }
}

impl Entry {
    fn word(&self) -> &'static str {
        match self.result {
            Ok(Outcome::Passed) => "passed",
            Ok(Outcome::Skipped(_)) => "skipped",
            Err(_) => "failed",
        }
    }
}

impl std::fmt::Display for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:<7} {:>7.1} s  {}", self.word(), self.time.as_secs_f64(), self.name)?;
        match &self.result {
            Ok(Outcome::Passed) => Ok(()),
            Ok(Outcome::Skipped(why)) => write!(f, ": {why}"),
            Err(error) => write!(f, ": {error:#}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_phase_runs_and_is_counted() {
        let mut report = Report::default();
        report.phase("one", || Ok(Outcome::Passed));
        report.phase("two", || anyhow::bail!("it broke"));
        report.phase("three", || Ok(Outcome::Skipped("no such system".to_owned())));
        let summary = report.summary();
        assert!(summary.contains("two: it broke"), "{summary}");
        assert!(summary.contains("three: no such system"), "{summary}");
        assert_eq!(summary.lines().last(), Some("phases: 1 passed, 1 failed, 1 skipped"));
        assert_eq!(report.finish(), ExitCode::FAILURE);
    }

    #[test]
    fn all_passed_is_success() {
        let mut report = Report::default();
        report.phase("one", || Ok(Outcome::Passed));
        assert_eq!(report.summary().lines().last(), Some("phases: 1 passed, 0 failed"));
        assert_eq!(report.finish(), ExitCode::SUCCESS);
    }
}
