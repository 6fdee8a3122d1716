use std::ops::Range;

use kinglet_graph::{Attention, Step, StepToken};

use crate::{
    Model, Precision,
    cache::{LayerCache, SlotCache},
    simd::{dot, for_each_chunk},
};

/// Writes the step's keys and values to the slots' caches, then lets each token attend to its slot up to itself.
pub(crate) fn attention(
    model: &Model,
    attention: &Attention,
    inputs: &[&[f32]],
    step: &Step,
    slots: &mut [Option<SlotCache>],
) -> Vec<f32> {
    let (query_width, kv_width) = (attention.query_width(), attention.kv_width());
    let tokens = step.tokens.len();
    // Side by side in one value, or each in its own.
    let [q, k, v] = match *inputs {
        [qkv] => {
            let row = query_width + 2 * kv_width;
            [(qkv, 0, row), (qkv, query_width, row), (qkv, query_width + kv_width, row)]
        }
        _ => [(inputs[0], 0, query_width), (inputs[1], 0, kv_width), (inputs[2], 0, kv_width)],
    };
    let row = |(value, start, stride): (&'_ [f32], usize, usize), token: usize, width: usize| {
        value[token * stride + start..][..width].to_vec()
    };
    let lengths = step.runs().flat_map(|run| {
        let length = step.tokens[run.end - 1].position + 1;
        run.map(move |_| length)
    });
    let mut queries = vec![0.0; tokens * query_width];
    for ((index, token), length) in step.tokens.iter().enumerate().zip(lengths) {
        let mut query = row(q, index, query_width);
        let mut key = row(k, index, kv_width);
        rotate(model, attention, [token.position, length], &mut query);
        rotate(model, attention, [token.position, length], &mut key);
        query.iter_mut().for_each(|x| *x *= attention.scale);
        queries[index * query_width..][..query_width].copy_from_slice(&query);
        if let Some(Some(cache)) = slots.get_mut(token.slot as usize) {
            let layer = &mut cache.layers[attention.cache];
            // A step that failed half-way may have left rows behind.
            let before = (token.position as usize - layer.first) * kv_width;
            layer.keys.truncate(before);
            layer.values.truncate(before);
            layer.keys.extend(key);
            layer.values.extend(row(v, index, kv_width));
        }
    }
    let mut out = vec![0.0; tokens * query_width];
    let (heads, head_dim) = (attention.heads, attention.head_dim);
    let longest = step.tokens.iter().map(|token| token.position as usize + 1).max().unwrap_or_default();
    for_each_chunk(&mut out, head_dim, (2 * tokens * query_width).saturating_mul(longest), |index, place| {
        let (token, head) = (index / heads, index % heads);
        let StepToken { slot, position, .. } = step.tokens[token];
        if let Some(Some(cache)) = slots.get(slot as usize) {
            let kv_head = head / (heads / attention.kv_heads);
            let query = &queries[index * head_dim..][..head_dim];
            let columns = kv_head * head_dim..(kv_head + 1) * head_dim;
            let length = cache.layers[attention.cache].keys.len() / kv_width.max(1);
            let rows = attention.seen(position as usize, length);
            attend(model.precision, attention, &cache.layers[attention.cache], query, columns, rows, place);
        }
    });
    out
}

/// One head of one token.
fn attend(
    precision: Precision,
    attention: &Attention,
    layer: &LayerCache,
    query: &[f32],
    columns: Range<usize>,
    seen: Range<usize>,
    out: &mut [f32],
) {
    let kept = seen.start - layer.first..seen.end - layer.first;
    let rows = |cache| <[f32]>::chunks_exact(cache, attention.kv_width()).take(kept.end).skip(kept.start);
    let score = |key: &[f32]| {
        let score = dot(precision, query, &key[columns.clone()]);
        match attention.softcap {
            Some(cap) => (f64::from(cap) * f64::from(score / cap).tanh()) as f32,
            None => score,
        }
    };
    let scores: Vec<f32> = rows(&layer.keys).map(score).collect();
    let largest = scores.iter().copied().fold(f32::MIN, f32::max);
    let mut total = 0.0;
    let mut sums = vec![0f64; out.len()];
    for (score, value) in scores.iter().zip(rows(&layer.values)) {
        let weight = f64::from(score - largest).exp();
        total += weight;
        for (sum, &value) in sums.iter_mut().zip(&value[columns.clone()]) {
            *sum += weight * f64::from(value);
        }
    }
    for (out, sum) in out.iter_mut().zip(sums) {
        *out = (sum / total) as f32;
    }
}

/// Turns the pairs `(d, d + pairs)` of each head.
fn rotate(model: &Model, attention: &Attention, [position, length]: [u32; 2], heads: &mut [f32]) {
    let Some(rope) = attention.rope else { return };
    let rope = &model.graph.ropes[rope.0];
    let turns: Vec<[f32; 2]> = rope.row(position as usize, length as usize).collect();
    for head in heads.chunks_exact_mut(attention.head_dim) {
        let (first, second) = head[..2 * rope.pairs()].split_at_mut(rope.pairs());
        for ((a, b), [cos, sin]) in first.iter_mut().zip(second).zip(&turns) {
            (*a, *b) = (*a * cos - *b * sin, *b * cos + *a * sin);
        }
    }
}
