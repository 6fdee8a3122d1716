//! Ctrl-C while a conversation goes on: it stops a reply and not the program.

use std::{
    future::poll_fn,
    pin::pin,
    process,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Poll, Waker},
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
    /// A reply is to stop, which it does when something of it is awaited. Whoever asks again wants to leave.
    Stopping,
    /// It has ended. Keys are no signals while somebody types, so whoever sends one wants the program to end.
    Ended(Instant),
}

/// Hears of Ctrl-C, and of the signals that ask a program to end.
#[derive(Clone, Debug)]
pub(crate) struct Interrupt(Arc<Mutex<(State, Waker)>>);

impl Interrupt {
    /// One that does not listen yet.
    pub(crate) fn new() -> Interrupt {
        Interrupt(Arc::new(Mutex::new((State::Ended(Instant::now()), Waker::noop().clone()))))
    }

    /// Listens from now on. Where that cannot be, Ctrl-C ends the program as ever.
    pub(super) fn listen(&self) {
        let heard = self.clone();
        if let Err(error) = ctrlc::set_handler(move || heard.hear()) {
            log::debug!("Ctrl-C ends the program, as it cannot be listened to: {error}");
        }
    }

    fn hear(&self) {
        let mut inner = self.inner();
        match inner.0 {
            State::Replying => {
                inner.0 = State::Stopping;
                inner.1.wake_by_ref();
            }
            State::Ended(when) if when.elapsed() < LATE => {}
            State::Stopping | State::Ended(_) => process::exit(INTERRUPTED),
        }
    }

    /// A reply begins.
    pub(super) fn begin(&self) {
        self.inner().0 = State::Replying;
    }

    /// It has ended.
    pub(super) fn end(&self) {
        self.inner().0 = State::Ended(Instant::now());
    }

    /// What a future yields, unless the reply is to stop before.
    pub(crate) async fn or<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        let mut future = pin!(future);
        poll_fn(|context| {
            let mut inner = self.inner();
            if let State::Stopping = inner.0 {
                return Poll::Ready(None);
            }
            inner.1.clone_from(context.waker());
            drop(inner);
            future.as_mut().poll(context).map(Some)
        })
        .await
    }

    fn inner(&self) -> MutexGuard<'_, (State, Waker)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
