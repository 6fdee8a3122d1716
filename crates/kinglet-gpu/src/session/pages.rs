use kinglet_shaders::PAGE_ROWS;

/// The pages of a session's caches: which are free, and which belong to which slot.
///
/// A page that a slot gives back may be used at once: the queue runs steps in the order of their submission, so a step
/// of the old owner that is still in flight is over before the new owner's first one begins.
#[derive(Debug)]
pub(crate) struct PagePool {
    free: Vec<u32>,
    capacity: usize,
    limit: usize,
}

impl PagePool {
    /// A pool of `capacity` pages that may grow to `limit`.
    pub(crate) fn new(capacity: usize, limit: usize) -> PagePool {
        let capacity = capacity.min(limit);
        let mut free = Vec::with_capacity(limit);
        free.extend((0..capacity as u32).rev());
        PagePool { free, capacity, limit }
    }

    /// Pages that exist.
    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }

    /// Pages that there may be.
    pub(crate) fn limit(&self) -> usize {
        self.limit
    }

    /// The capacity that holds `pages` more, or `None` where the limit does not allow it.
    pub(crate) fn capacity_for(&self, pages: usize) -> Option<usize> {
        let needed = self.capacity - self.free.len() + pages;
        if needed > self.limit {
            return None;
        }
        let mut capacity = self.capacity.max(1);
        while capacity < needed {
            capacity *= 2;
        }
        Some(capacity.min(self.limit))
    }

    /// Adds pages up to a new capacity.
    pub(crate) fn grow(&mut self, capacity: usize) {
        self.free.splice(0..0, (self.capacity as u32..capacity as u32).rev());
        self.capacity = capacity;
    }

    pub(crate) fn take(&mut self) -> Option<u32> {
        self.free.pop()
    }

    pub(crate) fn give_back(&mut self, pages: &[u32]) {
        self.free.extend(pages);
    }
}

/// One sequence.
#[derive(Debug)]
pub(crate) struct Slot {
    /// Tokens of all steps that were submitted.
    pub(crate) length: u32,
    /// The device knows the token that follows: the last step picked it.
    pub(crate) picked: bool,
    pub(crate) pages: Vec<u32>,
}

/// Pages that so many tokens fill.
pub(crate) fn pages_of(tokens: usize) -> usize {
    tokens.div_ceil(PAGE_ROWS as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capacity_doubles_up_to_the_limit() {
        let mut pool = PagePool::new(2, 7);
        assert_eq!((pool.take(), pool.take(), pool.take()), (Some(0), Some(1), None));
        assert_eq!(pool.capacity_for(1), Some(4));
        assert_eq!(pool.capacity_for(5), Some(7));
        assert_eq!(pool.capacity_for(6), None);
        pool.grow(4);
        assert_eq!((pool.take(), pool.take(), pool.take()), (Some(2), Some(3), None));
        pool.give_back(&[1, 3]);
        assert_eq!((pool.take(), pool.take(), pool.take()), (Some(3), Some(1), None));
    }
}
