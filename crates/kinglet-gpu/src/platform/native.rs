use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
};

use kinglet_shaders::Dialect;
use wgpu::{Backends, Instance, InstanceDescriptor, InstanceFlags, PollType, SubmissionIndex};

/// naga's WGSL.
pub(crate) const DIALECT: Dialect = Dialect::Naga;

pub(super) async fn adapters() -> Vec<wgpu::Adapter> {
    let backends = Backends::VULKAN | Backends::METAL | Backends::DX12;
    let descriptor = InstanceDescriptor {
        backends,
        flags: InstanceFlags::empty(),
        ..InstanceDescriptor::new_without_display_handle()
    };
    Instance::new(descriptor).enumerate_adapters(backends).await
}

pub(super) fn adapter_from_environment() -> Option<String> {
    std::env::var("KINGLET_ADAPTER").ok().filter(|name| !name.is_empty())
}

/// Compiles one of Kinglet's own kernels, without the checks that untrusted WGSL needs.
pub(crate) fn create_shader(device: &wgpu::Device, label: &str, source: String) -> wgpu::ShaderModule {
    let descriptor =
        wgpu::ShaderModuleDescriptor { label: Some(label), source: wgpu::ShaderSource::Wgsl(source.into()) };
    // SAFETY: the kernels stay within their buffers and their loops end: each index that a file or a caller controls is
    // named in its kernel's header and checked on the host.
    unsafe { device.create_shader_module_trusted(descriptor, wgpu::ShaderRuntimeChecks::unchecked()) }
}

/// Calls `work` on every item, on all cores.
pub(crate) fn for_each_in_parallel<T: Sync>(items: &[T], work: impl Fn(&T) + Sync) {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(items.len());
    let next = Mutex::new(items.iter());
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let item = next.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some(item) = item else { break };
                    work(item);
                }
            });
        }
    });
}

/// The one thread of a device that waits for submissions, so that async code never does. It waits for them one by one:
/// the callbacks of a step come when that step is done, not when all are.
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
    pub(crate) fn new(device: wgpu::Device) -> Poller {
        let queue = Arc::new(Queue::default());
        // Room for all steps in flight, so that waiting for one allocates nothing.
        queue.lock().submissions.reserve(64);
        let waited = queue.clone();
        let run = move || {
            while let Some(submission) = waited.next() {
                wait(&device, submission);
            }
        };
        // Without a thread every wait would hang; `wait_for` then polls itself.
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

/// Waits for a submission, for as long as it takes: where a wait times out while another thread polls the device, wgpu
/// 30 can fail an assertion of its own.
fn wait(device: &wgpu::Device, submission: SubmissionIndex) {
    // A lost device is reported through its callbacks.
    let _ = device.poll(PollType::Wait { submission_index: Some(submission), timeout: None });
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
