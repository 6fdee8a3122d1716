use kinglet_shaders::PAGE_ROWS;

use crate::plan::{PageClasses, SLACK, pages_of};

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

    /// Pages that slots have.
    pub(crate) fn in_use(&self) -> usize {
        self.capacity - self.free.len()
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
    /// Its pages in each class of layers.
    pub(crate) held: Vec<Held>,
}

/// The pages of a slot in one class.
#[derive(Debug)]
pub(crate) struct Held {
    /// The page of each run of 64 positions.
    pub(crate) pages: Vec<u32>,
    /// Where those begin that are still the slot's: a window has left the others behind.
    pub(crate) first: usize,
}

impl Held {
    /// The pages that are the slot's.
    pub(crate) fn owned(&self) -> &[u32] {
        &self.pages[self.first..]
    }

    /// Whether everything that the token behind `length` others sees is there.
    fn has_window(&self, window: Option<usize>, length: u32) -> bool {
        let seen = window.map_or(0, |window| (length as usize + 1).saturating_sub(window));
        self.first * PAGE_ROWS as usize <= seen
    }

    /// Gives back what no token behind `length` others sees, nor sees after a few of those are taken away.
    pub(crate) fn leave_behind(&mut self, window: Option<usize>, length: u32, pool: &mut PagePool) {
        let Some(window) = window else { return };
        let kept = (length as usize).saturating_sub(window + SLACK) / PAGE_ROWS as usize;
        // Pages behind the slot's length are new.
        let kept = kept.min(self.pages.len());
        if kept > self.first {
            pool.give_back(&self.pages[self.first..kept]);
            self.first = kept;
        }
    }

    /// Leaves the pages of so many tokens.
    fn truncate(&mut self, length: u32, pool: &mut PagePool) {
        let kept = pages_of(length as usize).min(self.pages.len());
        pool.give_back(&self.pages[kept.max(self.first)..]);
        self.pages.truncate(kept);
        self.first = self.first.min(kept);
    }
}

impl Slot {
    /// An empty sequence with room for the pages of so many tokens.
    pub(crate) fn new(classes: usize, context: usize) -> Slot {
        let held = |_| Held { pages: Vec::with_capacity(pages_of(context)), first: 0 };
        Slot { length: 0, picked: false, held: (0..classes).map(held).collect() }
    }

    /// Leaves so many tokens, or fewer: the page of the next one may be shared, and what it sees may be gone, in which
    /// case none are left. Gives back the pages behind them.
    pub(crate) fn truncate(&mut self, length: u32, classes: &PageClasses, pools: &mut [PagePool]) {
        let mut length = length.min(self.length);
        let full = length / PAGE_ROWS;
        let shared = |(held, pool): (&Held, &PagePool)| {
            held.pages.get(full as usize).is_some_and(|&page| full as usize >= held.first && pool.is_shared(page))
        };
        if !length.is_multiple_of(PAGE_ROWS) && self.held.iter().zip(&*pools).any(shared) {
            length = full * PAGE_ROWS;
        }
        if length < self.length && !self.has_windows(classes, length) {
            length = 0;
        }
        for (held, pool) in self.held.iter_mut().zip(pools) {
            held.truncate(length, pool);
        }
        self.length = length;
        self.picked = false;
    }

    /// Another slot that begins with the same tokens: as many of these as fill pages, if what the next one sees is there.
    pub(crate) fn fork(&self, length: u32, classes: &PageClasses, pools: &mut [PagePool], context: usize) -> Slot {
        let mut fork = Slot::new(self.held.len(), context);
        let full = length.min(self.length) / PAGE_ROWS;
        if !self.has_windows(classes, full * PAGE_ROWS) {
            return fork;
        }
        for ((held, parent), pool) in fork.held.iter_mut().zip(&self.held).zip(pools) {
            held.pages.extend(&parent.pages[..full as usize]);
            held.first = parent.first.min(full as usize);
            pool.share(held.owned());
        }
        fork.length = full * PAGE_ROWS;
        fork
    }

    fn has_windows(&self, classes: &PageClasses, length: u32) -> bool {
        self.held.iter().zip(&classes.windows).all(|(held, window)| held.has_window(*window, length))
    }

    /// Gives all pages back.
    pub(crate) fn close(&self, pools: &mut [PagePool]) {
        self.held.iter().zip(pools).for_each(|(held, pool)| pool.give_back(held.owned()));
    }
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

    fn slot(length: u32, classes: &PageClasses, pools: &mut [PagePool]) -> Slot {
        let mut slot = Slot::new(classes.windows.len(), 1024);
        for (held, pool) in slot.held.iter_mut().zip(pools) {
            held.pages.extend((0..pages_of(length as usize)).filter_map(|_| pool.take()));
        }
        Slot { length, picked: true, ..slot }
    }

    #[test]
    fn a_shared_page_is_free_when_its_last_owner_gives_it_back() {
        let (classes, mut pools) = (PageClasses::new(&[], 1024), [PagePool::new(4, 4)]);
        let pools = &mut pools[..];
        let mut first = slot(150, &classes, pools);
        let mut second = first.fork(140, &classes, pools, 1024);
        assert_eq!((second.length, second.held[0].owned()), (128, &[0, 1][..]));
        // The page of token 100 is the other's too.
        first.truncate(100, &classes, pools);
        assert_eq!((first.length, first.held[0].owned(), first.picked), (64, &[0][..], false));
        assert!(pools[0].is_shared(0) && !pools[0].is_shared(1));
        second.truncate(100, &classes, pools);
        assert_eq!((second.length, second.held[0].owned().len()), (100, 2));
        second.truncate(200, &classes, pools);
        assert_eq!(second.length, 100);
        first.close(pools);
        assert!(!pools[0].is_shared(0));
        second.close(pools);
        assert_eq!(pools[0].in_use(), 0);
    }

    #[test]
    fn what_a_window_leaves_behind_is_given_back() {
        let cache = |window| kinglet_graph::Cache { kv_heads: 1, head_dim: 4, window };
        let classes = PageClasses::new(&[cache(None), cache(Some(70))], 1024);
        let pools = &mut [PagePool::new(16, 16), PagePool::new(16, 16)][..];
        let mut first = slot(600, &classes, pools);
        for (held, (pool, window)) in first.held.iter_mut().zip(pools.iter_mut().zip(&classes.windows)) {
            held.leave_behind(*window, 600, pool);
        }
        // Rows from 600 - 70 - 128 = 402 on, in pages of 64.
        assert_eq!((first.held[1].first, first.held[0].first), (6, 0));
        assert_eq!((pools[0].in_use(), pools[1].in_use()), (10, 4));
        // Token 453 sees rows from 384 on; token 452 would see the row before.
        let fork = first.fork(460, &classes, pools, 1024);
        assert_eq!((fork.length, pools[1].in_use()), (0, 4));
        let fork = first.fork(512, &classes, pools, 1024);
        assert_eq!((fork.length, fork.held[1].owned().len(), pools[1].in_use()), (512, 2, 4));
        first.truncate(453, &classes, pools);
        assert_eq!(first.length, 0);
        assert_eq!((pools[0].in_use(), pools[1].in_use()), (8, 2));
        let mut second = fork;
        second.truncate(453, &classes, pools);
        assert_eq!((second.length, second.held[1].owned().len()), (453, 2));
        second.truncate(452, &classes, pools);
        assert_eq!((second.length, pools[0].in_use(), pools[1].in_use()), (0, 0, 0));
    }
}
