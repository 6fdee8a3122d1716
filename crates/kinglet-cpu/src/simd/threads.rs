/// Products that one thread is done with before another is awake.
#[cfg(not(target_arch = "wasm32"))]
const FEW: usize = 1 << 19;

/// Calls `work` with the index and the place of each chunk of `out`, which takes as long as `cost` products: on all threads where
/// that is worth it, in turn elsewhere.
pub(crate) fn for_each_chunk<T: Send>(out: &mut [T], chunk: usize, cost: usize, work: impl Fn(usize, &mut [T]) + Sync) {
    let chunk = chunk.max(1);
    #[cfg(target_arch = "wasm32")]
    let _ = cost;
    #[cfg(not(target_arch = "wasm32"))]
    if cost > FEW {
        use rayon::prelude::*;

        return out.par_chunks_mut(chunk).enumerate().for_each(|(index, place)| work(index, place));
    }
    out.chunks_mut(chunk).enumerate().for_each(|(index, place)| work(index, place));
}

/// What `work` makes of each item, in order: on all threads natively, in turn elsewhere.
#[cfg(not(target_arch = "wasm32"))]
pub fn map_each<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    use rayon::prelude::*;

    items.into_par_iter().map(work).collect()
}

/// What `work` makes of each item, in order: on all threads natively, in turn elsewhere.
#[cfg(target_arch = "wasm32")]
pub fn map_each<T: Send, R: Send>(items: Vec<T>, work: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    items.into_iter().map(work).collect()
}
