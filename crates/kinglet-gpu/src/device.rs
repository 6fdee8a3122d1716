use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use wgpu::{BufferDescriptor, BufferUsages, ErrorFilter};

use crate::{
    Caps, Counters, GpuError,
    counters::{Tally, count},
    faults::Faults,
    pipeline::{Pipeline, PipelineKey},
    platform::{self, AdapterDescription, DeviceOptions, Owner, Poller, first_line},
};

/// An open device with its compiled kernels. Clones share it.
#[derive(Clone, Debug)]
pub struct Device {
    pub(crate) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) device: wgpu::Device,
    pub(crate) queue: wgpu::Queue,
    pub(crate) pipelines: Arc<Mutex<HashMap<PipelineKey, Pipeline>>>,
    pub(crate) tally: Tally,
    pub(crate) poller: Arc<Poller>,
    pub(crate) faults: Arc<Faults>,
    description: AdapterDescription,
}

impl Device {
    /// Opens the adapter that the options choose.
    pub async fn open(options: &DeviceOptions) -> Result<Device, GpuError> {
        let (device, queue, description) = platform::open(options).await?;
        let opened = Device::new(device, queue, description, Owner::Engine);
        opened.watch();
        Ok(opened)
    }

    /// Uses a program's own device, within the features and limits that it was opened with. The program keeps its
    /// handlers for errors and for the loss of the device; it must have set one for errors, because wgpu panics over
    /// whatever a step of a lost device does where there is none.
    pub fn from_wgpu(adapter: wgpu::AdapterInfo, device: wgpu::Device, queue: wgpu::Queue) -> Device {
        let description = platform::describe_device(adapter, &device);
        Device::new(device, queue, description, Owner::Program)
    }

    /// The same device with no tier above `tier`.
    pub fn with_tier(&self, tier: crate::Tier) -> Device {
        self.with_caps(|caps| caps.tier = tier)
    }

    /// The same device with lower limits. It can do no more than before, even where `lower` says so.
    pub fn with_caps(&self, lower: impl FnOnce(&mut Caps)) -> Device {
        let mut description = self.inner.description.clone();
        lower(&mut description.caps);
        description.caps = description.caps.within(self.caps());
        let inner = Inner {
            device: self.inner.device.clone(),
            queue: self.inner.queue.clone(),
            // Kernels do not depend on caps; their choice does.
            pipelines: self.inner.pipelines.clone(),
            tally: Tally::default(),
            poller: self.inner.poller.clone(),
            // The handlers report to the device that was opened.
            faults: self.inner.faults.clone(),
            description,
        };
        Device { inner: Arc::new(inner) }
    }

    fn new(device: wgpu::Device, queue: wgpu::Queue, description: AdapterDescription, owner: Owner) -> Device {
        let faults = Arc::new(Faults::default());
        let poller = Arc::new(Poller::new(device.clone(), owner, faults.clone()));
        let inner =
            Inner { device, queue, pipelines: Arc::default(), tally: Tally::default(), poller, faults, description };
        Device { inner: Arc::new(inner) }
    }

    /// Turns errors that nobody waits for into errors of the next call. wgpu would end the program.
    fn watch(&self) {
        let faults = self.inner.faults.clone();
        self.inner.device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            faults.report(typed(error, "a step"));
        }));
        let faults = self.inner.faults.clone();
        self.inner.device.set_device_lost_callback(move |_, why| {
            faults.report(GpuError::Lost { why: first_line(&why) });
        });
    }

    /// The error that the device reported first, if any.
    pub(crate) fn check(&self) -> Result<(), GpuError> {
        self.inner.faults.check()
    }

    /// What the device is.
    pub fn description(&self) -> &AdapterDescription {
        &self.inner.description
    }

    /// What the device can do.
    pub fn caps(&self) -> &Caps {
        &self.inner.description.caps
    }

    /// What has been asked of the device so far.
    pub fn counters(&self) -> Counters {
        self.inner.tally.read()
    }

    /// What stands behind an error: the loss of the device, where that is so. A program's device tells the program, not
    /// the engine; and browsers end what is under way before they say why.
    pub(crate) async fn diagnose(&self, error: GpuError) -> GpuError {
        let scope = self.inner.device.push_error_scope(ErrorFilter::Validation);
        // Nothing but a lost device refuses to make such a buffer, silently, or to write to it then.
        let probe = self.inner.device.create_buffer(&BufferDescriptor {
            label: Some("probe"),
            size: 16,
            usage: BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        self.inner.queue.write_buffer(&probe, 0, &[0; 16]);
        let refused = scope.pop().await.is_some();
        probe.destroy();
        match self.check() {
            Err(fault) => fault,
            Ok(()) if refused => {
                let lost = GpuError::Lost { why: "it was destroyed, or its driver gave up".to_owned() };
                self.inner.faults.report(lost.clone());
                lost
            }
            Ok(()) => error,
        }
    }

    /// Runs `create` and returns what the device says of it.
    pub(crate) async fn checked<T>(&self, what: &str, create: impl FnOnce() -> T) -> Result<T, GpuError> {
        let memory = self.inner.device.push_error_scope(ErrorFilter::OutOfMemory);
        let validation = self.inner.device.push_error_scope(ErrorFilter::Validation);
        let created = create();
        let (validation, memory) = (validation.pop(), memory.pop());
        match validation.await.or(memory.await) {
            Some(error) => Err(self.diagnose(typed(error, what)).await),
            None => self.check().map(|()| created),
        }
    }

    /// A buffer. To be called inside [`Device::checked`].
    pub(crate) fn buffer(&self, label: &str, bytes: u64, usage: BufferUsages) -> wgpu::Buffer {
        count(&self.inner.tally.objects_created, 1);
        let size = bytes.next_multiple_of(16).max(16);
        self.inner.device.create_buffer(&BufferDescriptor {
            label: Some(label),
            size,
            usage,
            mapped_at_creation: false,
        })
    }

    /// Writes to a buffer before the next submission.
    pub(crate) fn upload(&self, buffer: &wgpu::Buffer, offset: u64, bytes: &[u8]) {
        count(&self.inner.tally.uploads, 1);
        self.inner.queue.write_buffer(buffer, offset, bytes);
    }
}

pub(crate) fn typed(error: wgpu::Error, what: &str) -> GpuError {
    match error {
        wgpu::Error::OutOfMemory { .. } => GpuError::OutOfMemory { what: what.to_owned() },
        other => GpuError::Refused { what: what.to_owned(), why: first_line(&other.to_string()) },
    }
}
