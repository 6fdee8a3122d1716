//! A bar on standard error while something takes long.

use std::{
    io::{self, IsTerminal},
    sync::Mutex,
};

use indicatif::{ProgressBar, ProgressStyle};
use kinglet::{OnProgress, Progress, Stage};

/// What takes no longer than a moment needs no bar.
const LEAST_BYTES: u64 = 16 << 20;
const LEAST_TEXTS: usize = 64;

/// Shows a bar where somebody looks at it, and nothing else.
pub(crate) fn on_progress() -> OnProgress {
    if !io::stderr().is_terminal() {
        return OnProgress::default();
    }
    let current: Mutex<Option<(Stage, ProgressBar)>> = Mutex::default();
    OnProgress::new(move |progress: Progress<'_>| {
        // Reading, repacking and uploading take turns: one of them is told.
        if progress.total < LEAST_BYTES || matches!(progress.stage, Stage::Repack | Stage::Upload) {
            return;
        }
        let Ok(mut current) = current.lock() else { return };
        let (_, bar) = match current.take() {
            Some((stage, bar)) if stage == progress.stage => current.insert((stage, bar)),
            _ => current.insert((progress.stage, bar(progress.stage))),
        };
        bar.set_length(progress.total);
        bar.set_position(progress.done);
        if bar.message() != progress.name {
            bar.set_message(progress.name.to_owned());
        }
        if progress.done >= progress.total {
            bar.finish_and_clear();
            *current = None;
        }
    })
}

/// Shows a bar while so many texts are encoded, where somebody looks at it and it may take a while.
pub(crate) fn texts(total: usize) -> impl FnMut(usize) {
    let shown = total > LEAST_TEXTS && io::stderr().is_terminal();
    let style = ProgressStyle::with_template("encoding {bar:30} {pos}/{len} texts {per_sec} {eta}");
    let bar = shown.then(|| ProgressBar::new(total as u64).with_style(style.unwrap_or(ProgressStyle::default_bar())));
    move |done| {
        let Some(bar) = &bar else { return };
        bar.set_position(done as u64);
        if done >= total {
            bar.finish_and_clear();
        }
    }
}

fn bar(stage: Stage) -> ProgressBar {
    let verb = match stage {
        Stage::Download => "downloading",
        Stage::Read | Stage::Repack | Stage::Upload => "loading",
        Stage::Write => "writing",
    };
    let template = "{prefix} {bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta} {wide_msg}";
    let style = ProgressStyle::with_template(template).unwrap_or(ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style).with_prefix(verb)
}
