//! Ctrl-C while a conversation goes on: it stops a reply and not the program.

use std::{
    process,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// What a shell expects of a program that a signal ended.
const INTERRUPTED: i32 = 130;

/// Whoever means a reply may be a moment late.
const LATE: Duration = Duration::from_millis(300);

/// What a signal would mean now.
#[derive(Clone, Copy, Debug)]
enum State {
    /// A reply goes on: it is to stop.
    Replying,
    /// A reply is to stop, which it does with its next token. Whoever asks again wants to leave.
    Stopping,
    /// It has ended. Keys are no signals while somebody types, so whoever sends one wants the program to end.
    Ended(Instant),
}

/// Hears of Ctrl-C, and of the signals that ask a program to end.
#[derive(Debug)]
pub(super) struct Interrupt(Arc<Mutex<State>>);

impl Interrupt {
    pub(super) fn new() -> Interrupt {
        Interrupt(Arc::new(Mutex::new(State::Ended(Instant::now()))))
    }

    /// Listens from now on. Where that cannot be, Ctrl-C ends the program as ever.
    pub(super) fn listen(&self) {
        let state = self.0.clone();
        let heard = move || {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            match *state {
                State::Replying => *state = State::Stopping,
                State::Ended(when) if when.elapsed() < LATE => {}
                State::Stopping | State::Ended(_) => process::exit(INTERRUPTED),
            }
        };
        if let Err(error) = ctrlc::set_handler(heard) {
            log::debug!("Ctrl-C ends the program, as it cannot be listened to: {error}");
        }
    }

    /// A reply begins.
    pub(super) fn begin(&self) {
        self.set(State::Replying);
    }

    /// It has ended.
    pub(super) fn end(&self) {
        self.set(State::Ended(Instant::now()));
    }

    /// Whether the reply is to stop.
    pub(super) fn came(&self) -> bool {
        matches!(*self.0.lock().unwrap_or_else(PoisonError::into_inner), State::Stopping)
    }

    fn set(&self, state: State) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = state;
    }
}
