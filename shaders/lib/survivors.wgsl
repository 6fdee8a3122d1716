// Which tokens a draw is between: integers only are compared and added up, so that no order of threads matters.
// Rust has the same in kinglet-graph/src/sampling/survivors.rs. The importing kernel has `WORKGROUP` = 256 threads, a
// counter each, and `logit_bits(token)`.

#import wide
#import exact
#import argmax

const SURVIVORS_WORKGROUP: u32 = 256u;
// Tokens of a list, which spares the later passes all others.
const SURVIVORS_LISTED: u32 = 1024u;
// What a selection adds up and by which key: tokens by distance, probabilities by distance, probabilities by how far
// the distance is from the expected one.
const COUNTS: u32 = 0u;
const PROBABILITIES: u32 = 1u;
const TYPICAL: u32 = 2u;
const EVERYTHING: u32 = 0xffffffffu;
// argmax_key of -1e30 and 1e30.
const LEAST_KEY: u32 = 0x0eb60d35u;
const MOST_KEY: u32 = 0xf149f2cau;

// The two halves of wide counters.
var<workgroup> survivors_low: array<atomic<u32>, SURVIVORS_WORKGROUP>;
var<workgroup> survivors_high: array<atomic<u32>, SURVIVORS_WORKGROUP>;
var<workgroup> survivors_groups: array<vec2<u32>, 16>;
// The digit that a selection found, and what is left of its target.
var<workgroup> survivors_found: array<u32, 3>;
var<workgroup> survivors_list: array<u32, SURVIVORS_LISTED>;

// Tokens to look at: those of the list, or all.
var<private> survivors_count: u32;
var<private> survivors_in_list: bool;
// The best logit; what the keys of distances may be; the expected distance and what keys of differences may be.
var<private> survivors_best: f32;
var<private> survivors_limit: u32;
var<private> survivors_expected: f32;
var<private> survivors_typical_limit: u32;

fn survivors_begin(vocab: u32, best_key: u32) {
    survivors_count = vocab;
    survivors_in_list = false;
    survivors_best = survivors_logit(best_key);
    survivors_limit = EVERYTHING;
    survivors_expected = 0.0;
    survivors_typical_limit = EVERYTHING;
}

fn survivors_token(index: u32) -> u32 {
    if (survivors_in_list) {
        return survivors_list[index];
    }
    return index;
}

// The logit of a number's key; logits beyond 1e30 are as good as that, so that differences stay finite.
fn survivors_logit(key: u32) -> f32 {
    return bitcast<f32>(argmax_bits(clamp(key, LEAST_KEY, MOST_KEY)));
}

// How far below the best; below 0 for what is no number.
fn survivors_distance(token: u32) -> f32 {
    let key = argmax_key(logit_bits(token));
    return select(survivors_best - survivors_logit(key), -1.0, key == 0u);
}

// Orders distances. Up to 31.875 the key is the distance in steps of 2^-27, so that logits spread evenly over the
// counters; beyond, there are no probabilities left to speak of, and it keeps 17 bits of the fraction.
fn survivors_key(distance: f32) -> u32 {
    if (distance < 31.875) {
        return u32(distance * 134217728.0);
    }
    return 0xff000000u + ((bitcast<u32>(distance) - 0x41ff0000u) >> 6u);
}

// e^-distance in units of 2^-31.
fn survivors_weight(distance: f32) -> u32 {
    return u32(exact_exp(-distance) * 2147483648.0 + 0.5);
}

fn survives(distance: f32) -> bool {
    return distance >= 0.0 && survivors_key(distance) <= survivors_limit
        && survivors_key(abs(distance - survivors_expected)) <= survivors_typical_limit;
}

fn survivors_clear(lane: Lane) {
    atomicStore(&survivors_low[lane.index], 0u);
    atomicStore(&survivors_high[lane.index], 0u);
    workgroupBarrier();
}

fn survivors_add(counter: u32, value: vec2<u32>) {
    let before = atomicAdd(&survivors_low[counter], value.x);
    let carry = select(0u, 1u, before + value.x < before);
    if (value.y + carry > 0u) {
        atomicAdd(&survivors_high[counter], value.y + carry);
    }
}

fn survivors_counter(counter: u32) -> vec2<u32> {
    return vec2<u32>(atomicLoad(&survivors_low[counter]), atomicLoad(&survivors_high[counter]));
}

// The sum of all probabilities, or of distances times probabilities.
fn survivors_sum(distances: bool, lane: Lane) -> vec2<u32> {
    survivors_clear(lane);
    var sum = vec2<u32>(0u, 0u);
    for (var i = lane.index; i < survivors_count; i += SURVIVORS_WORKGROUP) {
        let distance = survivors_distance(survivors_token(i));
        if (survives(distance)) {
            let weighted = u32(exact_exp(-distance) * min(distance, 80.0) * 2147483648.0);
            sum = wide_add(sum, vec2<u32>(select(survivors_weight(distance), weighted, distances), 0u));
        }
    }
    survivors_add(0u, sum);
    workgroupBarrier();
    let total = survivors_counter(0u);
    workgroupBarrier();
    return total;
}

// A share of a total, at least one unit: something is always left.
fn survivors_share(total: vec2<u32>, part: f32) -> vec2<u32> {
    let share = wide_from(wide_float(total) * part);
    return select(share, vec2<u32>(1u, 0u), share.x == 0u && share.y == 0u);
}

// The smallest key up to which the survivors' counts or probabilities add up to the target, or the largest key of all.
fn survivors_select(what: u32, wanted: vec2<u32>, lane: Lane) -> u32 {
    var target_left = wanted;
    var prefix = 0u;
    var mask = 0u;
    for (var round = 0u; round < 4u; round++) {
        let shift = 24u - 8u * round;
        survivors_clear(lane);
        for (var i = lane.index; i < survivors_count; i += SURVIVORS_WORKGROUP) {
            let distance = survivors_distance(survivors_token(i));
            if (survives(distance)) {
                let by = select(distance, abs(distance - survivors_expected), what == TYPICAL);
                let key = survivors_key(by);
                let weight = select(survivors_weight(distance), 1u, what == COUNTS);
                if ((key & mask) == prefix && weight > 0u) {
                    survivors_add((key >> shift) & 255u, vec2<u32>(weight, 0u));
                }
            }
        }
        workgroupBarrier();
        if (lane.index < 16u) {
            var sum = vec2<u32>(0u, 0u);
            for (var i = 0u; i < 16u; i++) {
                sum = wide_add(sum, survivors_counter(lane.index * 16u + i));
            }
            survivors_groups[lane.index] = sum;
        }
        workgroupBarrier();
        if (lane.index == 0u) {
            let found = survivors_digit(target_left);
            survivors_found[0] = found.x;
            survivors_found[1] = found.y;
            survivors_found[2] = found.z;
        }
        workgroupBarrier();
        prefix |= survivors_found[0] << shift;
        mask |= 255u << shift;
        target_left = vec2<u32>(survivors_found[1], survivors_found[2]);
    }
    return prefix;
}

// The counter with which the sum reaches the target, or the last one, and what is left of the target before it.
fn survivors_digit(wanted: vec2<u32>) -> vec3<u32> {
    var left = wanted;
    var group = 0u;
    while (group < 15u && wide_less(survivors_groups[group], left)) {
        left = wide_sub(left, survivors_groups[group]);
        group++;
    }
    var digit = group * 16u;
    while (digit < group * 16u + 15u && wide_less(survivors_counter(digit), left)) {
        left = wide_sub(left, survivors_counter(digit));
        digit++;
    }
    return vec3<u32>(digit, left);
}

// From here on only the survivors are looked at, where they are few.
fn survivors_gather(lane: Lane) {
    survivors_clear(lane);
    if (!survivors_in_list) {
        for (var token = lane.index; token < survivors_count; token += SURVIVORS_WORKGROUP) {
            if (survives(survivors_distance(token))) {
                let place = atomicAdd(&survivors_low[0], 1u);
                if (place < SURVIVORS_LISTED) {
                    survivors_list[place] = token;
                }
            }
        }
    }
    workgroupBarrier();
    let listed = atomicLoad(&survivors_low[0]);
    workgroupBarrier();
    if (!survivors_in_list && listed <= SURVIVORS_LISTED) {
        survivors_in_list = true;
        survivors_count = listed;
    }
}
