//! Warnings of the engine: told when a command has done its work. One that fails says why on one line, and nothing else.

use std::{
    io::{self, Write},
    sync::{Mutex, PoisonError},
};

use log::{LevelFilter, Log, Metadata, Record};

static KEPT: Kept = Kept(Mutex::new(Vec::new()));

/// Who says the same again and again is heard so often.
const MOST: usize = 20;

struct Kept(Mutex<Vec<String>>);

/// Keeps warnings until [`tell`]; with `KINGLET_LOG`, they are written as they come, with all that it asks for.
pub(crate) fn listen() {
    const NAME: &str = "KINGLET_LOG";
    if std::env::var_os(NAME).is_some() {
        env_logger::Builder::from_env(env_logger::Env::new().filter(NAME)).init();
    } else if log::set_logger(&KEPT).is_ok() {
        log::set_max_level(LevelFilter::Warn);
    }
}

/// Writes what was kept.
pub(crate) fn tell() {
    let mut kept = KEPT.0.lock().unwrap_or_else(PoisonError::into_inner);
    for warning in kept.drain(..) {
        // Where standard error is closed, nobody wants to know.
        let _ = writeln!(io::stderr(), "warning: {warning}");
    }
}

impl Log for Kept {
    /// What goes wrong in wgpu and its drivers fails, and is then said as an error.
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("kinglet")
    }

    fn log(&self, record: &Record<'_>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let warning = record.args().to_string();
        if self.enabled(record.metadata()) && kept.len() < MOST && !kept.contains(&warning) {
            kept.push(warning);
        }
    }

    fn flush(&self) {}
}
