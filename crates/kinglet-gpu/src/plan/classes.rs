use kinglet_graph::Cache;
use kinglet_shaders::{KvFormat, MAX_TOKENS, PAGE_ROWS};

/// Rows that a slot keeps behind a window, so that a sequence may be shortened by some tokens.
pub(crate) const SLACK: usize = 128;

/// Attention layers by what they keep of a sequence: those of a class share pages, a page table and a capacity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PageClasses {
    /// How many of the last tokens each class needs; all of them without. At least one class.
    pub(crate) windows: Vec<Option<usize>>,
    /// The class of each cache.
    pub(crate) of_cache: Vec<usize>,
    context: usize,
}

impl PageClasses {
    /// The classes of a graph's caches. A window that keeps as much as the longest sequence has is none.
    pub(crate) fn new(caches: &[Cache], context: usize) -> PageClasses {
        let mut classes = PageClasses { windows: Vec::new(), of_cache: Vec::new(), context };
        for cache in caches {
            let window = cache.window.filter(|window| pages_kept(*window) < pages_of(context));
            let known = classes.windows.iter().position(|known| *known == window);
            classes.of_cache.push(known.unwrap_or(classes.windows.len()));
            if known.is_none() {
                classes.windows.push(window);
            }
        }
        if classes.windows.is_empty() {
            classes.windows.push(None);
        }
        classes
    }

    /// Where the page table of a cache begins in that of a slot.
    pub(crate) fn table(&self, cache: usize) -> usize {
        self.of_cache[cache] * pages_of(self.context)
    }

    /// The most pages that a slot has in a class.
    pub(crate) fn pages_per_slot(&self, class: usize) -> usize {
        self.windows[class].map_or(pages_of(self.context), pages_kept)
    }

    /// Bytes of a page of the layer of a class that needs most.
    pub(crate) fn page_bytes(&self, class: usize, caches: &[Cache], kv: KvFormat) -> u64 {
        let of_class = caches.iter().zip(&self.of_cache).filter(|(_, of_cache)| **of_cache == class);
        of_class.map(|(cache, _)| page_bytes(cache, kv)).max().unwrap_or(1)
    }
}

/// Pages that a slot has at most in a layer with a window: of the window, the slack and the tokens of a replay, wherever
/// pages begin.
fn pages_kept(window: usize) -> usize {
    pages_of(window.saturating_add(SLACK + MAX_TOKENS - 1)) + 1
}

/// Pages that so many tokens fill.
pub(crate) fn pages_of(tokens: usize) -> usize {
    tokens.div_ceil(PAGE_ROWS as usize)
}

/// Bytes of one page of an attention layer: keys and values of 64 rows, each head padded to whole vec4s.
pub(crate) fn page_bytes(cache: &Cache, kv: KvFormat) -> u64 {
    (2 * cache.kv_heads * PAGE_ROWS as usize * cache.head_dim.div_ceil(4) * kv.vec_bytes()) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_with_equal_windows_are_of_one_class() {
        let cache = |window| Cache { kv_heads: 1, head_dim: 4, window };
        let caches = [cache(Some(100)), cache(None), cache(Some(100)), cache(Some(4000)), cache(Some(300))];
        let classes = PageClasses::new(&caches, 1000);
        // With what is kept beside it, the window of 4000 is the whole context.
        assert_eq!(classes.windows, [Some(100), None, Some(300)]);
        assert_eq!(classes.of_cache, [0, 1, 0, 1, 2]);
        assert_eq!([0, 1, 2].map(|class| classes.pages_per_slot(class)), [6, 16, 9]);
        assert_eq!((classes.table(1), classes.table(4)), (16, 32));
        assert_eq!(PageClasses::new(&[], 64).windows, [None]);
    }
}
