//! Threads that wait for servers, so that no async code does.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, Sender, channel},
    },
    task::{Context, Poll, Waker},
    thread,
};

use crate::{FormatError, NetworkError};

/// Says that nobody waits for a job's result any more.
#[derive(Clone, Debug, Default)]
pub(crate) struct GivenUp(Arc<AtomicBool>);

impl GivenUp {
    /// An error once it is so.
    pub(crate) fn check(&self, place: &str) -> Result<(), FormatError> {
        match self.0.load(Ordering::Relaxed) {
            true => Err(FormatError::Network { place: place.to_owned(), why: NetworkError::GivenUp }),
            false => Ok(()),
        }
    }
}

type Job = Box<dyn FnOnce() + Send>;

/// A few threads, which end with this value.
#[derive(Debug)]
pub(crate) struct Workers {
    jobs: Sender<Job>,
}

impl Workers {
    pub(crate) fn new(threads: usize) -> Workers {
        let (jobs, waiting) = channel::<Job>();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..threads.max(1) {
            let waiting = waiting.clone();
            let builder = thread::Builder::new().name("kinglet-network".to_owned());
            // With fewer threads than wished for, jobs wait longer; with none, `run` says so.
            let _ = builder.spawn(move || while work(&waiting) {});
        }
        Workers { jobs }
    }

    /// Begins a job. Dropping what this returns gives the job up: it is not begun any more, or ends when it next looks.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&GivenUp) -> Result<T, FormatError> + Send + 'static,
    ) -> Running<T> {
        let shared = Arc::new(Shared { state: Mutex::new(State::Waiting(None)), given_up: GivenUp::default() });
        let ended = Ended(shared.clone());
        // Where no thread is left, the job is dropped, and with it `ended`, which says so.
        let _ = self.jobs.send(Box::new(move || {
            let given_up = &ended.0.given_up;
            let result = given_up.check("the file").and_then(|()| job(given_up));
            ended.0.set(result);
        }));
        Running(shared)
    }
}

/// Does the next job; `false` when there will be none.
fn work(waiting: &Mutex<Receiver<Job>>) -> bool {
    let job = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
    // A callback of the program may panic; that is its own affair, and none of the next job's.
    job.map(|job| catch_unwind(AssertUnwindSafe(job))).is_ok()
}

struct Shared<T> {
    state: Mutex<State<T>>,
    given_up: GivenUp,
}

enum State<T> {
    Waiting(Option<Waker>),
    Ended(Result<T, FormatError>),
    Taken,
}

impl<T> Shared<T> {
    fn set(&self, result: Result<T, FormatError>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Waiting(waker) = &mut *state {
            let waker = waker.take();
            *state = State::Ended(result);
            drop(state);
            waker.into_iter().for_each(Waker::wake);
        }
    }
}

/// Sees to it that whoever waits hears of the end, whatever it is.
struct Ended<T>(Arc<Shared<T>>);

impl<T> Drop for Ended<T> {
    fn drop(&mut self) {
        self.0.set(Err(FormatError::Network { place: "the file".to_owned(), why: NetworkError::GivenUp }));
    }
}

/// A job under way.
pub(crate) struct Running<T>(Arc<Shared<T>>);

impl<T> Future for Running<T> {
    type Output = Result<T, FormatError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *state, State::Taken) {
            State::Ended(result) => Poll::Ready(result),
            State::Waiting(_) | State::Taken => {
                *state = State::Waiting(Some(context.waker().clone()));
                Poll::Pending
            }
        }
    }
}

impl<T> Drop for Running<T> {
    fn drop(&mut self) {
        self.0.given_up.0.store(true, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use pollster::block_on;

    use super::*;

    #[test]
    fn every_job_ends() {
        let workers = Workers::new(2);
        let jobs: Vec<_> = (0..100).map(|number| workers.run(move |_| Ok(number))).collect();
        let sum: i32 = jobs.into_iter().map(|job| block_on(job).unwrap()).sum();
        assert_eq!(sum, 4950);
        let panics = workers.run(|_| -> Result<(), FormatError> { panic!("a callback's") });
        assert!(matches!(block_on(panics), Err(FormatError::Network { why: NetworkError::GivenUp, .. })));
        assert_eq!(block_on(workers.run(|_| Ok(1))).unwrap(), 1);
    }

    #[test]
    fn a_dropped_job_is_given_up() {
        let workers = Workers::new(1);
        let (begun, begins) = channel();
        let (ended, ends) = channel();
        let job = workers.run(move |given_up| {
            begun.send(()).unwrap();
            while given_up.check("a").is_ok() {
                thread::yield_now();
            }
            ended.send(()).unwrap();
            Ok(())
        });
        begins.recv().unwrap();
        drop(job);
        ends.recv().unwrap();
    }
}
