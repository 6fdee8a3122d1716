use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use kinglet_format::{OnProgress, Progress, Stage, Threads};

/// How long each stage of a load takes, by the clock of whoever asks: an [`OnProgress`] that measures.
///
/// ```
/// use std::time::Instant;
/// use kinglet::{LoadOptions, OnProgress, Stage, StageTimes};
///
/// let start = Instant::now();
/// let times = StageTimes::new(move || start.elapsed());
/// let options = LoadOptions { on_progress: times.on_progress(OnProgress::default()), ..LoadOptions::default() };
/// // After the load:
/// println!("{:?} bytes a second were repacked", times.of(Stage::Repack).map(|time| time.bytes_per_second()));
/// ```
#[derive(Clone)]
pub struct StageTimes {
    clock: Arc<dyn Clock>,
    spent: Arc<Mutex<Spent>>,
}

/// Time since any moment that stays the same.
trait Clock: Threads {
    fn now(&self) -> Duration;
}

impl<F: Fn() -> Duration + Threads> Clock for F {
    fn now(&self) -> Duration {
        self()
    }
}

#[derive(Debug, Default)]
struct Spent {
    last: Option<Duration>,
    stages: BTreeMap<Stage, StageTime>,
}

/// What a stage took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageTime {
    /// Bytes that went through it.
    pub bytes: u64,
    /// The time that passed while nothing else went on here. Reading counts no more than the wait for it: a source reads
    /// on while other stages work.
    pub time: Duration,
}

impl StageTime {
    /// Infinite where it took no time that the clock could measure.
    pub fn bytes_per_second(&self) -> f64 {
        self.bytes as f64 / self.time.as_secs_f64()
    }
}

impl StageTimes {
    /// Measures by this clock.
    pub fn new(clock: impl Fn() -> Duration + Threads + 'static) -> StageTimes {
        StageTimes { clock: Arc::new(clock), spent: Arc::default() }
    }

    /// The callback that measures, and tells another one what it is told.
    pub fn on_progress(&self, then: OnProgress) -> OnProgress {
        let times = self.clone();
        OnProgress::new(move |progress| {
            times.count(progress);
            then.report(progress);
        })
    }

    /// What a stage took until now; `None` where there was no such stage.
    pub fn of(&self, stage: Stage) -> Option<StageTime> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner).stages.get(&stage).copied()
    }

    fn count(&self, progress: Progress<'_>) {
        let now = self.clock.now();
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        // Nothing is done yet where a stage begins: what was before is none of its time.
        let since = spent.last.replace(now).filter(|_| progress.done > 0).unwrap_or(now);
        let stage = spent.stages.entry(progress.stage).or_default();
        stage.bytes = progress.done;
        stage.time += now.saturating_sub(since);
    }
}

impl fmt::Debug for StageTimes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StageTimes").field("spent", &self.spent).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

    use super::*;

    #[test]
    fn time_goes_to_the_stage_that_just_ended() {
        let ticks = AtomicU64::new(0);
        let times = StageTimes::new(move || Duration::from_secs(1 << ticks.fetch_add(1, Relaxed)));
        let on_progress = times.on_progress(OnProgress::default());
        let tell = |stage, done| on_progress.report(Progress { stage, name: "a", done, total: 20 });
        tell(Stage::Read, 0);
        tell(Stage::Read, 10);
        tell(Stage::Repack, 10);
        tell(Stage::Read, 20);
        assert_eq!(times.of(Stage::Read), Some(StageTime { bytes: 20, time: Duration::from_secs(1 + 4) }));
        assert_eq!(times.of(Stage::Repack), Some(StageTime { bytes: 10, time: Duration::from_secs(2) }));
        assert_eq!(times.of(Stage::Upload), None);
    }
}
