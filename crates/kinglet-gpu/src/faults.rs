use std::sync::{Mutex, MutexGuard, PoisonError, Weak};

use crate::{GpuError, readback::Arrivals};

/// What went wrong with a device, and who is to be told.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    first: Option<GpuError>,
    waits: Vec<Weak<Arrivals>>,
}

impl Faults {
    /// The error that was reported first, if any.
    pub(crate) fn check(&self) -> Result<(), GpuError> {
        match &self.lock().first {
            Some(fault) => Err(fault.clone()),
            None => Ok(()),
        }
    }

    /// Notes an error and ends all waits: what they wait for may never come.
    pub(crate) fn report(&self, fault: GpuError) {
        let waits = {
            let mut state = self.lock();
            state.first.get_or_insert(fault);
            state.waits.clone()
        };
        waits.iter().filter_map(Weak::upgrade).for_each(|wait| wait.end(Err(wgpu::BufferAsyncError)));
    }

    /// Ends these waits, too, where an error is reported.
    pub(crate) fn interrupt(&self, wait: Weak<Arrivals>) {
        let mut state = self.lock();
        state.waits.retain(|known| known.strong_count() > 0);
        state.waits.push(wait);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
