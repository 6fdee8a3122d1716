// How the host wants each slot's token picked. Rust has the same layout in `sampling.rs`.

const SAMPLING_SLOTS: u32 = 8u;

struct SlotSampling {
    // The slot's edits, of `edit`.
    edit_first: u32,
    edit_count: u32,
    // 0: take the likeliest.
    inverse_temperature: f32,
    // 0: all.
    top_k: u32,
    // 1: all.
    typical: f32,
    // 1: all.
    top_p: f32,
    // How far below the nearest logit one may be.
    min_p_distance: f32,
    // 0: say nothing of probabilities; else one more than the number of likeliest tokens to name.
    logprobs: u32,
    seed_low: u32,
    seed_high: u32,
    sequence: u32,
}

// What is done to a logit: see `Edit` in kinglet-graph. No two of a slot are for one token.
struct Edit {
    token: u32,
    bias: f32,
    repeat: f32,
    add: f32,
}

struct Sampling {
    slot: array<SlotSampling, SAMPLING_SLOTS>,
    edit: array<Edit>,
}

@group(0) @binding(21) var<storage, read> sampling: Sampling;
