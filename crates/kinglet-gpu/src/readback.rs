//! Bytes on their way back to the host.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Waker},
};

use wgpu::{BufferAsyncError, BufferUsages, MapMode, SubmissionIndex};

use crate::{Device, GpuError, counters::count, platform::first_line};

/// A buffer that the host can read once a submission is done.
#[derive(Debug)]
pub(crate) struct Readback {
    buffer: wgpu::Buffer,
    arrivals: Arc<Arrivals>,
}

/// What a readback buffer waits for, shared with wgpu's callbacks.
#[derive(Debug, Default)]
pub(crate) struct Arrivals(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// Bytes that were asked for and not read: until then the buffer must not be in a submission.
    pending: Option<u64>,
    result: Option<Result<(), BufferAsyncError>>,
    waker: Option<Waker>,
}

impl Readback {
    pub(crate) async fn new(device: &Device, bytes: u64) -> Result<Readback, GpuError> {
        let usage = BufferUsages::COPY_DST | BufferUsages::MAP_READ;
        let buffer = device.checked("a readback buffer", || device.buffer("readback", bytes, usage)).await?;
        let arrivals = Arc::default();
        device.inner.faults.interrupt(Arc::downgrade(&arrivals));
        Ok(Readback { buffer, arrivals })
    }

    /// The buffer to copy to. It must not be mapped.
    pub(crate) fn buffer(&self) -> &wgpu::Buffer {
        &self.buffer
    }

    /// Asks for the bytes that a submission copied here.
    pub(crate) fn request(&self, device: &Device, bytes: u64, submission: SubmissionIndex) {
        self.arrivals.lock().pending = Some(bytes);
        let callback = Callback { arrivals: self.arrivals.clone(), result: Ok(()) };
        self.buffer.map_async(MapMode::Read, 0..bytes, move |result| callback.call(result));
        count(&device.inner.tally.readback_bytes, bytes as usize);
        device.inner.poller.wait_for(&device.inner.device, submission);
    }

    /// Waits for the bytes, hands them to `read` and makes the buffer free for another copy. Nothing is lost where the
    /// caller gives up waiting: the next call goes on.
    pub(crate) async fn read<T>(&self, device: &Device, read: impl FnOnce(&[u8]) -> T) -> Result<T, GpuError> {
        let pending = self.arrivals.lock().pending;
        let Some(bytes) = pending else { return Err(refused("nothing was asked for")) };
        // Whatever is reported from here on ends the wait.
        device.check()?;
        let mapped = Arrival(&self.arrivals).await;
        self.arrivals.lock().pending = None;
        if let Err(error) = device.check().and(mapped.map_err(refused)) {
            return Err(device.diagnose(error).await);
        }
        let value = self.buffer.get_mapped_range(0..bytes).map(|view| read(&view));
        self.buffer.unmap();
        match value {
            Ok(value) => Ok(value),
            Err(error) => Err(device.diagnose(refused(error)).await),
        }
    }

    /// Waits for bytes that somebody asked for and gave up on.
    pub(crate) async fn settle(&self, device: &Device) -> Result<(), GpuError> {
        if self.arrivals.lock().pending.is_some() { self.read(device, |_| ()).await } else { Ok(()) }
    }
}

fn refused(why: impl ToString) -> GpuError {
    GpuError::Refused { what: "reading a result".to_owned(), why: first_line(&why.to_string()) }
}

impl Arrivals {
    /// Ends the wait.
    pub(crate) fn end(&self, result: Result<(), BufferAsyncError>) {
        let waker = {
            let mut state = self.lock();
            state.result = Some(result);
            state.waker.take()
        };
        waker.into_iter().for_each(Waker::wake);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Commands that were submitted.
#[derive(Debug)]
pub(crate) struct Work(Arc<Arrivals>);

impl Work {
    /// Submits what was written to buffers.
    pub(crate) fn submitted(device: &Device) -> Work {
        let arrivals = Arc::<Arrivals>::default();
        device.inner.faults.interrupt(Arc::downgrade(&arrivals));
        let callback = Callback { arrivals: arrivals.clone(), result: Ok(()) };
        let submission = device.inner.queue.submit([]);
        device.inner.queue.on_submitted_work_done(move || drop(callback));
        device.inner.poller.wait_for(&device.inner.device, submission);
        Work(arrivals)
    }

    /// Waits until the device is done with them.
    pub(crate) async fn done(self, device: &Device) -> Result<(), GpuError> {
        device.check()?;
        // Only a fault of the device makes it an error.
        let _ = Arrival(&self.0).await;
        device.check()
    }
}

/// Says that the bytes are there, also where it is dropped without being called: wgpu forgets the callbacks that are due
/// while a program fails to configure a surface. The bytes are there then; where they are not, reading them is an error.
struct Callback {
    arrivals: Arc<Arrivals>,
    result: Result<(), BufferAsyncError>,
}

impl Callback {
    fn call(mut self, result: Result<(), BufferAsyncError>) {
        self.result = result;
    }
}

impl Drop for Callback {
    fn drop(&mut self) {
        self.arrivals.end(self.result.clone());
    }
}

/// Resolves when the bytes are there.
struct Arrival<'a>(&'a Arrivals);

impl Future for Arrival<'_> {
    type Output = Result<(), BufferAsyncError>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.0.lock();
        match state.result.take() {
            Some(result) => Poll::Ready(result),
            None => {
                match &mut state.waker {
                    Some(waker) => waker.clone_from(context.waker()),
                    none => *none = Some(context.waker().clone()),
                }
                Poll::Pending
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faults::Faults;

    fn poll(arrivals: &Arrivals) -> Poll<Result<(), BufferAsyncError>> {
        Pin::new(&mut Arrival(arrivals)).poll(&mut Context::from_waker(Waker::noop()))
    }

    #[test]
    fn a_callback_that_is_forgotten_still_ends_the_wait() {
        let arrivals = Arc::<Arrivals>::default();
        drop(Callback { arrivals: arrivals.clone(), result: Ok(()) });
        assert!(matches!(poll(&arrivals), Poll::Ready(Ok(()))));
    }

    #[test]
    fn a_fault_of_the_device_ends_the_wait() {
        let (faults, arrivals) = (Faults::default(), Arc::<Arrivals>::default());
        faults.interrupt(Arc::downgrade(&arrivals));
        assert!(poll(&arrivals).is_pending());
        faults.report(GpuError::Lost { why: "unplugged".to_owned() });
        assert!(matches!(poll(&arrivals), Poll::Ready(Err(_))));
        assert!(matches!(faults.check(), Err(GpuError::Lost { .. })));
    }
}
