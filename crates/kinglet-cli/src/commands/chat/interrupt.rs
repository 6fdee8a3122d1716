//! Ctrl-C while a conversation goes on: it stops a reply and not the program.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::SeqCst},
};

/// Whether a reply is to stop.
#[derive(Debug, Default)]
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from now on. Where that cannot be, Ctrl-C ends the program as ever.
    pub(super) fn listen(&self) {
        let came = self.0.clone();
        if let Err(error) = ctrlc::set_handler(move || came.store(true, SeqCst)) {
            log::debug!("Ctrl-C ends the program, as it cannot be listened to: {error}");
        }
    }

    /// What came before does not count.
    pub(super) fn forget(&self) {
        self.0.store(false, SeqCst);
    }

    pub(super) fn came(&self) -> bool {
        self.0.load(SeqCst)
    }
}
