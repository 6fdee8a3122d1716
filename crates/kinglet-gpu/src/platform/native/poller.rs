use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
    time::Duration,
};

use wgpu::{PollStatus, PollType, SubmissionIndex};

use crate::{
    GpuError,
    faults::Faults,
    platform::Owner::{self, Engine, Program},
};

/// The time between two looks at a program's device. Several steps are in flight, so none waits for it.
const PAUSE: Duration = Duration::from_micros(200);

/// The one thread of a device that waits for submissions, so that async code never does.
#[derive(Debug)]
pub(crate) struct Poller {
    queue: Arc<Queue>,
    thread: Option<thread::JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    submissions: VecDeque<SubmissionIndex>,
    closed: bool,
}

impl Poller {
    pub(crate) fn new(device: wgpu::Device, owner: Owner, faults: Arc<Faults>) -> Poller {
        let queue = Arc::new(Queue::default());
        // Room for all steps in flight, so that waiting for one allocates nothing.
        queue.lock().submissions.reserve(64);
        let waited = queue.clone();
        let run = move || {
            let _last_words = LastWords(faults);
            while let Some(submission) = waited.next() {
                match owner {
                    Engine => wait(&device, submission),
                    Program => look_until_idle(&device, &waited),
                }
            }
        };
        // Without a thread every wait would hang; `wait_for` then waits itself.
        let spawned = thread::Builder::new().name("kinglet-poll".to_owned()).spawn(run);
        if let Err(error) = &spawned {
            log::error!("cannot start the thread that waits for the GPU: {error}");
            queue.lock().closed = true;
        }
        Poller { queue, thread: spawned.ok() }
    }

    /// Lets the thread wait for a submission; the callbacks of its maps follow.
    pub(crate) fn wait_for(&self, device: &wgpu::Device, submission: SubmissionIndex) {
        let mut state = self.queue.lock();
        if state.closed {
            drop(state);
            wait(device, submission);
        } else {
            state.submissions.push_back(submission);
            self.queue.changed.notify_one();
        }
    }
}

/// Waits for a submission alone, so that the callbacks of a step come when that step is done, not when all are; and for
/// as long as it takes: where a wait times out while another thread polls, wgpu 30 can fail an assertion of its own.
fn wait(device: &wgpu::Device, submission: SubmissionIndex) {
    // A lost device is reported through its callbacks.
    let _ = device.poll(PollType::Wait { submission_index: Some(submission), timeout: None });
}

/// Looks for what is done until nothing is left to do. A wait would keep the program from presenting its frames until
/// the step is done.
fn look_until_idle(device: &wgpu::Device, queue: &Queue) {
    while !matches!(device.poll(PollType::Poll), Ok(PollStatus::QueueEmpty)) && !queue.lock().closed {
        thread::sleep(PAUSE);
    }
}

impl Queue {
    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next submission to wait for; `None` when the device is gone.
    fn next(&self) -> Option<SubmissionIndex> {
        let mut state = self.lock();
        loop {
            if let Some(submission) = state.submissions.pop_front() {
                return Some(submission);
            }
            if state.closed {
                return None;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Reports the loss of the device where wgpu panics over it, so that nobody waits for a thread that is gone.
struct LastWords(Arc<Faults>);

impl Drop for LastWords {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.report(GpuError::Lost { why: "wgpu gave up waiting for it".to_owned() });
        }
    }
}

impl Drop for Poller {
    fn drop(&mut self) {
        self.queue.lock().closed = true;
        self.queue.changed.notify_one();
        // The thread holds the device: were it left behind, it could unload the driver while the program exits. A
        // callback that drops the last handle runs on the thread itself, which cannot wait for itself.
        if let Some(thread) = self.thread.take().filter(|thread| thread.thread().id() != thread::current().id()) {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_panics_reports_the_device_as_lost() {
        let faults = Arc::new(Faults::default());
        let last_words = LastWords(faults.clone());
        let ended = thread::spawn(move || {
            let _last_words = last_words;
            std::panic::resume_unwind(Box::new("a lost device"));
        })
        .join();
        assert!(ended.is_err());
        assert!(matches!(faults.check(), Err(GpuError::Lost { .. })));
    }
}
