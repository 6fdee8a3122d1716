// Ends a step that samples: picks each row's token as its slot wants it and hands it to the slot's next step.
// The definition is `pick` in kinglet-graph: edits, top-k, typical, top-p, min-p, temperature, and a draw that takes
// the least E/p, where E is an exponential variable that depends on seed, sequence, position and token alone.
//
// ids[row] = id, state[slot] = (id, position + 1), slot and position being those of the wanted row; where wanted,
// from ids[RECORDS + row * RECORD] (see sampling.rs): the sum of probabilities, the best and the picked logit, then (id, logit) of the
// likeliest, all before edits. Edited logits are edited in place; raw[edit] keeps what they were.
// Two rows of one step must not belong to the same slot.
//
// input [rows][vocab], ids [rows] and records, state [slots], raw [edits]
// grid (rows, 1, 1), a workgroup per row
// Controlled from outside: wanted rows (index into the tokens), slots (index into `state` and `sampling.slot`),
// sampling.slot (runs of `sampling.edit`), sampling.edit (tokens below `vocab`).

struct Params {
    vocab: u32,
    // Elements.
    input_stride: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// The logits' bits: comparisons are exact, see lib/argmax.
@group(0) @binding(22) var<storage, read_write> logits: array<u32>;
@group(0) @binding(19) var<storage, read_write> ids: array<u32>;
@group(0) @binding(23) var<storage, read_write> raw: array<u32>;

const WORKGROUP: u32 = 256u;
// Where records begin in `ids`, and the words of one: room for 20 tokens.
const RECORDS: u32 = 64u;
const RECORD: u32 = 44u;
const NOBODY: u32 = 0xffffffffu;

#import token
#import reduce
#import random
#import sampling
#import survivors

var<private> row_first: u32;

fn logit_bits(token: u32) -> u32 {
    return logits[row_first + token];
}

// The best of all logits: its key, and the lowest token that has it.
fn best_of_all(lane: Lane) -> vec2<u32> {
    var best = vec2<u32>(0u, params.vocab - 1u);
    for (var i = lane.index; i < params.vocab; i += WORKGROUP) {
        best = reduce_better(best, vec2<u32>(argmax_key(logit_bits(i)), i));
    }
    return reduce_best(best, lane);
}

// Writes down the sum of probabilities, the best logit and the likeliest tokens.
fn describe(record: u32, top: u32, lane: Lane) {
    let best = best_of_all(lane);
    survivors_begin(params.vocab, best.x);
    let total = survivors_sum(false, lane);
    if (lane.index == 0u) {
        ids[record] = total.x;
        ids[record + 1u] = total.y;
        ids[record + 2u] = argmax_bits(best.x);
    }
    if (top == 0u) {
        return;
    }
    survivors_limit = survivors_select(COUNTS, vec2<u32>(top, 0u), lane);
    survivors_gather(lane);
    var previous = vec2<u32>(NOBODY, 0u);
    for (var place = 0u; place < top; place++) {
        var next = vec2<u32>(0u, NOBODY);
        for (var i = lane.index; i < survivors_count; i += WORKGROUP) {
            let token = survivors_token(i);
            let one = vec2<u32>(argmax_key(logit_bits(token)), token);
            let follows = one.x < previous.x || (one.x == previous.x && one.y > previous.y);
            if (follows && one.x > 0u) {
                next = reduce_better(next, one);
            }
        }
        next = reduce_best(next, lane);
        if (lane.index == 0u) {
            ids[record + 4u + 2u * place] = next.y;
            ids[record + 5u + 2u * place] = argmax_bits(next.x);
        }
        previous = next;
    }
}

fn edited(bits: u32, edit: Edit) -> u32 {
    let key = argmax_key(bits);
    let biased = survivors_logit(key) + edit.bias;
    let repeated = select(biased * edit.repeat, biased / edit.repeat, biased > 0.0);
    return select(bitcast<u32>(repeated + edit.add), bits, key == 0u);
}

fn edit_all(wanted: SlotSampling, lane: Lane) {
    for (var i = lane.index; i < wanted.edit_count; i += WORKGROUP) {
        let place = wanted.edit_first + i;
        let edit = sampling.edit[place];
        let bits = logit_bits(edit.token);
        raw[place] = bits;
        logits[row_first + edit.token] = edited(bits, edit);
    }
    storageBarrier();
    workgroupBarrier();
}

// Leaves the tokens that the options allow, each among those that the one before left.
fn truncate(wanted: SlotSampling, lane: Lane) {
    if (wanted.top_k > 0u) {
        survivors_limit = survivors_select(COUNTS, vec2<u32>(wanted.top_k, 0u), lane);
        survivors_gather(lane);
    }
    if (wanted.typical < 1.0) {
        let total = survivors_sum(false, lane);
        let weighted = survivors_sum(true, lane);
        survivors_expected = wide_float(weighted) / wide_float(total);
        survivors_typical_limit = survivors_select(TYPICAL, survivors_share(total, wanted.typical), lane);
        survivors_gather(lane);
    }
    if (wanted.top_p < 1.0) {
        let total = survivors_sum(false, lane);
        let limit = survivors_select(PROBABILITIES, survivors_share(total, wanted.top_p), lane);
        survivors_limit = min(survivors_limit, limit);
        survivors_gather(lane);
    }
}

// The least distance that is left: 0 unless the likeliest token was not typical.
fn nearest(lane: Lane) -> f32 {
    var best = vec2<u32>(0u, NOBODY);
    for (var i = lane.index; i < survivors_count; i += WORKGROUP) {
        let distance = survivors_distance(survivors_token(i));
        if (survives(distance)) {
            best.x = max(best.x, ~bitcast<u32>(distance));
        }
    }
    return bitcast<f32>(~reduce_best(best, lane).x);
}

fn draw(wanted: SlotSampling, likeliest: vec2<u32>, position: u32, lane: Lane) -> u32 {
    survivors_begin(params.vocab, likeliest.x);
    truncate(wanted, lane);
    var base = 0.0;
    if (wanted.typical < 1.0) {
        base = nearest(lane);
    }
    // It takes away from the end, so that the nearest stay the nearest.
    survivors_limit = min(survivors_limit, survivors_key(base + wanted.min_p_distance));
    let stream = random_stream(vec4<u32>(wanted.seed_low, wanted.seed_high, wanted.sequence, position));
    // A score is above 0, and so its bits are ordered as it is.
    var best = vec2<u32>(0u, likeliest.y);
    for (var i = lane.index; i < survivors_count; i += WORKGROUP) {
        let token = survivors_token(i);
        let distance = survivors_distance(token);
        if (survives(distance)) {
            let cold = exact_exp((distance - base) * wanted.inverse_temperature);
            let score = random_exponential(stream, token) * cold;
            best = reduce_better(best, vec2<u32>(~bitcast<u32>(score), token));
        }
    }
    return reduce_best(best, lane).y;
}

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) group: vec3<u32>, lane: Lane) {
    let row = group.x;
    if (row >= column_count()) {
        return;
    }
    let token = step_row(row);
    let position = token_position(token);
    let wanted = sampling.slot[token_slot(token)];
    let record = RECORDS + row * RECORD;
    row_first = row * params.input_stride;
    if (wanted.logprobs > 0u) {
        describe(record, wanted.logprobs - 1u, lane);
    }
    edit_all(wanted, lane);
    let likeliest = best_of_all(lane);
    var id = likeliest.y;
    if (wanted.inverse_temperature > 0.0) {
        id = draw(wanted, likeliest, position, lane);
    }
    if (lane.index == 0u) {
        ids[row] = id;
        ids[record + 3u] = logit_bits(id);
        state[token_slot(token)] = vec2<u32>(id, position + 1u);
    }
    storageBarrier();
    workgroupBarrier();
    for (var i = lane.index; i < wanted.edit_count; i += WORKGROUP) {
        if (sampling.edit[wanted.edit_first + i].token == id) {
            ids[record + 3u] = raw[wanted.edit_first + i];
        }
    }
}
