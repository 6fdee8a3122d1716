//! Ctrl-C: it stops a reply; where there is none, the program.

use std::{
    process,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering::SeqCst},
    },
};

/// What a shell expects of a program that Ctrl-C ended.
const INTERRUPTED: i32 = 130;

const IDLE: u8 = 0;
const REPLYING: u8 = 1;
const STOPPING: u8 = 2;

/// Hears of Ctrl-C.
#[derive(Debug)]
pub(super) struct Interrupt(Arc<AtomicU8>);

impl Interrupt {
    /// Listens from now on. Where that cannot be, Ctrl-C ends the program as ever.
    pub(super) fn listen() -> Interrupt {
        let state = Arc::new(AtomicU8::new(IDLE));
        let heard = state.clone();
        let set = ctrlc::set_handler(move || {
            // Whoever asks twice does not want to wait for the reply's next token.
            if heard.compare_exchange(REPLYING, STOPPING, SeqCst, SeqCst).is_err() {
                process::exit(INTERRUPTED);
            }
        });
        if let Err(error) = set {
            log::debug!("Ctrl-C ends the program, as it cannot be listened to: {error}");
        }
        Interrupt(state)
    }

    /// While this lives, Ctrl-C is to stop the reply.
    pub(super) fn during_reply(&self) -> Replying {
        self.0.store(REPLYING, SeqCst);
        Replying(self.0.clone())
    }

    /// Whether the reply is to stop.
    pub(super) fn came(&self) -> bool {
        self.0.load(SeqCst) == STOPPING
    }
}

/// A reply that goes on.
#[derive(Debug)]
pub(super) struct Replying(Arc<AtomicU8>);

impl Drop for Replying {
    fn drop(&mut self) {
        self.0.store(IDLE, SeqCst);
    }
}
