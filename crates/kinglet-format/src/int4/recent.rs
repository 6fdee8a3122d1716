//! Rows that were made and not asked for yet. Files that are far away are read in long runs, so that more rows come of
//! one than its reader asks for at a time.

use std::{
    collections::VecDeque,
    future::poll_fn,
    ops::Range,
    sync::{Mutex, MutexGuard, PoisonError},
    task::{Poll, Waker},
};

use kinglet_tensor::Bytes;

/// Bytes of a run of rows, with what is needed to make it. Whoever holds rows of a run keeps it alive, so that four of
/// them may be there at once.
pub(super) const RUN_BYTES: usize = 8 << 20;
/// Readers take from two matrices in turn at the most.
const RUNS: usize = 2;

/// The latest runs of a checkpoint's matrices.
#[derive(Debug, Default)]
pub(super) struct Recent(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    runs: VecDeque<Run>,
    busy: bool,
    waiting: Vec<Waker>,
}

#[derive(Debug)]
struct Run {
    module: String,
    rows: Range<usize>,
    row_bytes: usize,
    bytes: Bytes,
}

/// The right to make a run. Who asks for rows that are being made waits, instead of making them too.
pub(super) struct Turn<'r>(&'r Recent);

impl Recent {
    /// Waits until nobody makes a run.
    pub(super) async fn turn(&self) -> Turn<'_> {
        poll_fn(|context| {
            let mut state = self.state();
            if !state.busy {
                state.busy = true;
                return Poll::Ready(Turn(self));
            }
            if !state.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                state.waiting.push(context.waker().clone());
            }
            Poll::Pending
        })
        .await
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turn<'_> {
    /// Rows, where all of them are there. A run is dropped when its last row is taken.
    pub(super) fn take(&self, module: &str, rows: &Range<usize>) -> Option<Bytes> {
        let runs = &mut self.0.state().runs;
        let holds = |run: &Run| run.module == module && run.rows.start <= rows.start && rows.end <= run.rows.end;
        let at = runs.iter().position(holds)?;
        let run = runs.get(at)?;
        let first = (rows.start - run.rows.start) * run.row_bytes;
        let bytes = run.bytes.slice(first..first + rows.len() * run.row_bytes);
        if rows.end == run.rows.end {
            runs.remove(at);
        }
        bytes
    }

    /// Drops the oldest run, and another of this matrix, for one that will be made.
    pub(super) fn make_room(&self, module: &str) {
        let runs = &mut self.0.state().runs;
        runs.retain(|run| run.module != module);
        runs.truncate(RUNS - 1);
    }

    /// Keeps a run for those who ask for the rest of it.
    pub(super) fn keep(&self, module: &str, rows: Range<usize>, row_bytes: usize, bytes: Bytes) {
        self.0.state().runs.push_front(Run { module: module.to_owned(), rows, row_bytes, bytes });
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let waiting = {
            let mut state = self.0.state();
            state.busy = false;
            std::mem::take(&mut state.waiting)
        };
        waiting.into_iter().for_each(Waker::wake);
    }
}
