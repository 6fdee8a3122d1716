/// Something that a session did. Overlap of steps shows in their order: time shows nothing on a software adapter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The submission of this number was handed to the queue.
    Submit(u64),
    /// The host began to wait for the tokens of this submission.
    Wait(u64),
}

/// Events up to a number that was reserved before.
#[derive(Debug, Default)]
pub(super) struct EventLog {
    entries: Vec<Event>,
}

impl EventLog {
    pub(super) fn new(capacity: usize) -> EventLog {
        EventLog { entries: Vec::with_capacity(capacity) }
    }

    pub(super) fn push(&mut self, event: Event) {
        if self.entries.len() < self.entries.capacity() {
            self.entries.push(event);
        }
    }

    pub(super) fn entries(&self) -> &[Event] {
        &self.entries
    }
}
