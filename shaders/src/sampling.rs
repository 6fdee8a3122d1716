//! The buffers of sampling: the layouts of `lib/sampling.wgsl` and `kernels/sample.wgsl`, in bytes.

use crate::step::MAX_TOKENS;

/// Slots that can sample.
pub const SAMPLING_SLOTS: usize = 8;
/// Bytes of what the host wants of a slot: edit_first, edit_count, inverse_temperature, top_k, typical, top_p,
/// min_p_distance, logprobs, seed_low, seed_high, sequence, a u32 or f32 each.
pub const SLOT_SAMPLING_BYTES: usize = 44;
/// Where edits begin.
pub const SAMPLING_EDIT_OFFSET: usize = SAMPLING_SLOTS * SLOT_SAMPLING_BYTES;
/// Bytes of an edit: token, bias, repeat, add, a u32 or f32 each.
pub const EDIT_BYTES: usize = 16;

/// The likeliest tokens that a record has room for.
pub const MAX_TOP: usize = 20;
/// Words of a record: the sum of probabilities (two), the best logit, the picked one, then (id, logit) of the likeliest.
pub const RECORD_WORDS: usize = 4 + 2 * MAX_TOP;
/// Where records begin, behind the picked tokens.
pub const PICKED_RECORDS_OFFSET: usize = MAX_TOKENS * 4;
