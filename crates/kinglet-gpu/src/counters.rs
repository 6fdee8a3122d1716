use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// What the engine has asked of a device so far. The difference of two readings is what a token cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Replays of plans.
    pub steps: u64,
    /// Kernel launches.
    pub dispatches: u64,
    /// Queue submissions.
    pub submits: u64,
    /// Buffer writes by the host.
    pub uploads: u64,
    /// Bytes copied back to the host.
    pub readback_bytes: u64,
    /// Buffers, bind groups, layouts, shader modules and pipelines created. Encoders, passes and command buffers are not
    /// counted: each step has one of each.
    pub objects_created: u64,
}

impl std::ops::Sub for Counters {
    type Output = Counters;

    fn sub(self, earlier: Counters) -> Counters {
        Counters {
            steps: self.steps - earlier.steps,
            dispatches: self.dispatches - earlier.dispatches,
            submits: self.submits - earlier.submits,
            uploads: self.uploads - earlier.uploads,
            readback_bytes: self.readback_bytes - earlier.readback_bytes,
            objects_created: self.objects_created - earlier.objects_created,
        }
    }
}

/// Counters that are being counted.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) steps: AtomicU64,
    pub(crate) dispatches: AtomicU64,
    pub(crate) submits: AtomicU64,
    pub(crate) uploads: AtomicU64,
    pub(crate) readback_bytes: AtomicU64,
    pub(crate) objects_created: AtomicU64,
}

impl Tally {
    pub(crate) fn read(&self) -> Counters {
        Counters {
            steps: self.steps.load(Relaxed),
            dispatches: self.dispatches.load(Relaxed),
            submits: self.submits.load(Relaxed),
            uploads: self.uploads.load(Relaxed),
            readback_bytes: self.readback_bytes.load(Relaxed),
            objects_created: self.objects_created.load(Relaxed),
        }
    }
}

pub(crate) fn count(counter: &AtomicU64, by: usize) {
    counter.fetch_add(by as u64, Relaxed);
}
