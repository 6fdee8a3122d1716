use std::{fmt, sync::Arc};

use crate::source::Threads;

/// How far something has come that takes long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// What is going on.
    pub stage: Stage,
    /// The file or the tensor that it is going on with.
    pub name: &'a str,
    /// Bytes that are done.
    pub done: u64,
    /// Bytes there are, as far as it is known.
    pub total: u64,
}

/// What takes long. Loading a model goes through the first four; they take turns, a few megabytes at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// A file comes over the network to where it is kept.
    Download,
    /// Weights are read.
    Read,
    /// Weights are put in the order that a device reads them in, and quantized if that was asked for.
    Repack,
    /// Weights are handed to the device.
    Upload,
    /// A file is written.
    Write,
}

/// Who is told of [`Progress`]: one callback for everything that takes long. It is called on the thread that does the
/// work, often, and should be quick.
///
/// ```
/// use kinglet_format::{OnProgress, Progress, Stage};
///
/// let on_progress = OnProgress::new(|progress| println!("{}: {} of {}", progress.name, progress.done, progress.total));
/// on_progress.report(Progress { stage: Stage::Read, name: "model.norm.weight", done: 1, total: 2 });
/// ```
#[derive(Clone, Default)]
pub struct OnProgress(Option<Arc<dyn Callback>>);

/// A function that threads can share where there are threads.
trait Callback: Threads {
    fn call(&self, progress: Progress<'_>);
}

impl<F: Fn(Progress<'_>) + Threads> Callback for F {
    fn call(&self, progress: Progress<'_>) {
        self(progress);
    }
}

impl OnProgress {
    /// Calls this function.
    pub fn new(callback: impl Fn(Progress<'_>) + Threads + 'static) -> OnProgress {
        OnProgress(Some(Arc::new(callback)))
    }

    /// Tells whoever wants to know.
    pub fn report(&self, progress: Progress<'_>) {
        if let Some(callback) = &self.0 {
            callback.call(progress);
        }
    }
}

impl fmt::Debug for OnProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "OnProgress(..)" } else { "OnProgress" })
    }
}
