use kinglet_shaders::PAGE_ROWS;

/// The pages of a session's caches: which are free, and which belong to which slot.
///
/// A page that a slot gives back may be used at once: the queue runs steps in the order of their submission, so a step
/// of the old owner that is still in flight is over before the new owner's first one begins.
///
/// Slots may share a page that is full: nothing is written to it any more.
#[derive(Debug)]
pub(crate) struct PagePool {
    free: Vec<u32>,
    /// How many slots have each page.
    owners: Vec<u32>,
    capacity: usize,
    limit: usize,
}

impl PagePool {
    /// A pool of `capacity` pages that may grow to `limit`.
    pub(crate) fn new(capacity: usize, limit: usize) -> PagePool {
        let capacity = capacity.min(limit);
        let mut free = Vec::with_capacity(limit);
        free.extend((0..capacity as u32).rev());
        PagePool { free, owners: vec![0; limit], capacity, limit }
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
        let page = self.free.pop()?;
        self.owners[page as usize] = 1;
        Some(page)
    }

    /// Gives full pages to one more slot.
    pub(crate) fn share(&mut self, pages: &[u32]) {
        for &page in pages {
            self.owners[page as usize] += 1;
        }
    }

    pub(crate) fn is_shared(&self, page: u32) -> bool {
        self.owners[page as usize] > 1
    }

    pub(crate) fn give_back(&mut self, pages: &[u32]) {
        for &page in pages {
            let owners = &mut self.owners[page as usize];
            *owners -= 1;
            if *owners == 0 {
                self.free.push(page);
            }
        }
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

impl Slot {
    /// Leaves so many tokens, or fewer where the page of the next one is shared, and gives back the pages behind them.
    pub(crate) fn truncate(&mut self, length: u32, pool: &mut PagePool) {
        let mut length = length.min(self.length);
        let full = length as usize / PAGE_ROWS as usize;
        let within_page = !length.is_multiple_of(PAGE_ROWS);
        if within_page && self.pages.get(full).is_some_and(|&page| pool.is_shared(page)) {
            length = full as u32 * PAGE_ROWS;
        }
        let kept = pages_of(length as usize).min(self.pages.len());
        pool.give_back(&self.pages[kept..]);
        self.pages.truncate(kept);
        self.length = length;
        self.picked = false;
    }

    /// Another slot that begins with the same tokens: as many of these as fill pages.
    pub(crate) fn fork(&self, length: u32, pool: &mut PagePool) -> Slot {
        let full = length.min(self.length) / PAGE_ROWS;
        let shared = &self.pages[..full as usize];
        pool.share(shared);
        let mut pages = Vec::with_capacity(self.pages.capacity());
        pages.extend(shared);
        Slot { length: full * PAGE_ROWS, picked: false, pages }
    }
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

    #[test]
    fn a_shared_page_is_free_when_its_last_owner_gives_it_back() {
        let mut pool = PagePool::new(4, 4);
        let pages: Vec<u32> = (0..3).filter_map(|_| pool.take()).collect();
        let mut first = Slot { length: 150, picked: true, pages };
        let mut second = first.fork(140, &mut pool);
        assert_eq!((second.length, &second.pages[..]), (128, &[0, 1][..]));
        // The page of token 100 is the other's too.
        first.truncate(100, &mut pool);
        assert_eq!((first.length, &first.pages[..], first.picked), (64, &[0][..], false));
        assert!(pool.is_shared(0) && !pool.is_shared(1));
        second.truncate(100, &mut pool);
        assert_eq!((second.length, second.pages.len()), (100, 2));
        second.truncate(200, &mut pool);
        assert_eq!(second.length, 100);
        pool.give_back(&first.pages);
        assert!(!pool.is_shared(0));
        pool.give_back(&second.pages);
        assert_eq!(pool.capacity_for(4), Some(4));
    }
}
