/// Calls `work` with the index and the place of each chunk of `out`: on all threads natively, in turn elsewhere.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn for_each_chunk<T: Send>(out: &mut [T], chunk: usize, work: impl Fn(usize, &mut [T]) + Sync) {
    use rayon::prelude::*;

    out.par_chunks_mut(chunk.max(1)).enumerate().for_each(|(index, place)| work(index, place));
}

/// Calls `work` with the index and the place of each chunk of `out`: on all threads natively, in turn elsewhere.
#[cfg(target_arch = "wasm32")]
pub(crate) fn for_each_chunk<T: Send>(out: &mut [T], chunk: usize, work: impl Fn(usize, &mut [T]) + Sync) {
    out.chunks_mut(chunk.max(1)).enumerate().for_each(|(index, place)| work(index, place));
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
