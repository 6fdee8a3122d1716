//! Which tokens a draw is between. Distances are compared and probabilities added up as integers: no order of
//! addition, and so no number of threads, makes a difference.

use super::{Sampling, arithmetic::exp};

/// Logits beyond this are as good as it; their differences stay finite.
const REACH: f32 = 1e30;
/// Distances from here on have coarse keys: there are no probabilities left to speak of.
const FAR: f32 = 31.875;
const FAR_KEY: u32 = 0xff00_0000;

/// A token that may be drawn, and how far its logit is below the best.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    pub(crate) token: u32,
    pub(crate) distance: f32,
}

/// Orders distances. Up to 31.875 the key is the distance in steps of 2^-27, so that logits spread evenly over the
/// counters of a selection; beyond, it keeps 17 bits of the fraction.
fn key(distance: f32) -> u32 {
    if distance < FAR {
        (distance * 134_217_728.0) as u32
    } else {
        FAR_KEY + ((distance.to_bits() - FAR.to_bits()) >> 6)
    }
}

/// e^-distance in units of 2^-31.
pub(crate) fn weight(distance: f32) -> u32 {
    (exp(-distance) * 2_147_483_648.0 + 0.5) as u32
}

/// The candidates among edited logits: all that are numbers.
pub(crate) fn candidates(logits: &[f32]) -> Vec<Candidate> {
    let best = logits.iter().copied().fold(-REACH, f32::max).min(REACH);
    let numbers = logits.iter().enumerate().filter(|(_, logit)| !logit.is_nan());
    let candidate =
        |(token, logit): (usize, &f32)| Candidate { token: token as u32, distance: best - logit.clamp(-REACH, REACH) };
    numbers.map(candidate).collect()
}

/// Leaves those of the candidates that the options allow.
pub(crate) fn truncate(left: &mut Vec<Candidate>, sampling: &Sampling) {
    if sampling.top_k > 0 {
        let limit = select(left, |one| (key(one.distance), 1), u64::from(sampling.top_k));
        left.retain(|one| key(one.distance) <= limit);
    }
    let by_weight = |one: &Candidate| u64::from(weight(one.distance));
    if sampling.typical < 1.0 {
        let total = left.iter().map(by_weight).sum();
        let expected = expected_distance(left, total);
        let surprise = |one: &Candidate| key((one.distance - expected).abs());
        let limit = select(left, |one| (surprise(one), by_weight(one)), share(total, sampling.typical));
        left.retain(|one| surprise(one) <= limit);
    }
    if sampling.top_p < 1.0 {
        let total = left.iter().map(by_weight).sum();
        let limit = select(left, |one| (key(one.distance), by_weight(one)), share(total, sampling.top_p));
        left.retain(|one| key(one.distance) <= limit);
    }
    if sampling.min_p > 0.0 {
        let limit = key(nearest(left) + sampling.min_p_distance());
        left.retain(|one| key(one.distance) <= limit);
    }
}

/// The distance of the likeliest that is left: 0 unless it was not typical.
pub(crate) fn nearest(left: &[Candidate]) -> f32 {
    left.iter().map(|one| one.distance).fold(f32::MAX, f32::min)
}

/// The mean distance by probability: entropy, but for what all have in common.
fn expected_distance(left: &[Candidate], total: u64) -> f32 {
    let term = |one: &Candidate| u64::from((exp(-one.distance) * one.distance.min(80.0) * 2_147_483_648.0) as u32);
    left.iter().map(term).sum::<u64>() as f32 / total as f32
}

/// A share of a total, at least one unit: something is always left.
fn share(total: u64, part: f32) -> u64 {
    ((total as f32 * part) as u64).max(1)
}

/// The smallest key up to which weights add up to the target, or the largest key of all. Digit by digit, as the kernel
/// does it.
fn select(left: &[Candidate], key_and_weight: impl Fn(&Candidate) -> (u32, u64), target: u64) -> u32 {
    let (mut prefix, mut mask, mut rest) = (0, 0, target);
    for shift in [24, 16, 8, 0] {
        let mut digits = [0u64; 256];
        for (key, weight) in left.iter().map(&key_and_weight).filter(|(key, _)| key & mask == prefix) {
            digits[(key >> shift & 255) as usize] += weight;
        }
        let mut digit = 0;
        while digit < 255 && digits[digit] < rest {
            rest -= digits[digit];
            digit += 1;
        }
        prefix |= (digit as u32) << shift;
        mask |= 255 << shift;
    }
    prefix
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(logits: &[f32], sampling: Sampling) -> Vec<u32> {
        let mut left = candidates(logits);
        truncate(&mut left, &sampling);
        left.iter().map(|one| one.token).collect()
    }

    #[test]
    fn keys_keep_the_order() {
        let distances = [0.0, 1e-7, 0.5, 1.0, 31.8, 31.874_998, 31.875, 31.876, 32.0, 33.0, 80.0, 1e4, 1e9, 2e30, 5e30];
        assert!(distances.windows(2).all(|pair| key(pair[0]) < key(pair[1])));
        assert!(key(5e30) < u32::MAX);
    }

    #[test]
    fn each_option_leaves_what_it_says() {
        // Probabilities 0.5, 0.25, 0.125, 0.0625, 0.0625.
        let logits = [0.5f32, 0.25, 0.125, 0.0625, 0.0625].map(f32::ln);
        let plain = Sampling::default();
        assert_eq!(left(&logits, plain.clone()), [0, 1, 2, 3, 4]);
        assert_eq!(left(&logits, Sampling { top_k: 2, ..plain.clone() }), [0, 1]);
        assert_eq!(left(&logits, Sampling { top_k: 4, ..plain.clone() }), [0, 1, 2, 3, 4], "ties stay together");
        assert_eq!(left(&logits, Sampling { top_k: 9, ..plain.clone() }), [0, 1, 2, 3, 4]);
        assert_eq!(left(&logits, Sampling { top_p: 0.49, ..plain.clone() }), [0]);
        assert_eq!(left(&logits, Sampling { top_p: 0.7, ..plain.clone() }), [0, 1]);
        assert_eq!(left(&logits, Sampling { top_p: 0.8, ..plain.clone() }), [0, 1, 2]);
        assert_eq!(left(&logits, Sampling { top_p: 1e-9, ..plain.clone() }), [0]);
        assert_eq!(left(&logits, Sampling { min_p: 0.24, ..plain.clone() }), [0, 1, 2]);
        assert_eq!(left(&logits, Sampling { min_p: 1.0, ..plain.clone() }), [0]);
        // The entropy is 1.875 bits; their surprises are 1, 2, 3, 4 and 4 bits.
        assert_eq!(left(&logits, Sampling { typical: 0.2, ..plain.clone() }), [1]);
        assert_eq!(left(&logits, Sampling { typical: 0.7, ..plain.clone() }), [0, 1]);
        // Each among what is left: of 0.5 and 0.25, 0.6 of the probability is the first's.
        assert_eq!(left(&logits, Sampling { top_k: 2, top_p: 0.6, ..plain.clone() }), [0]);
        assert_eq!(left(&logits, Sampling { typical: 0.2, min_p: 0.9, ..plain }), [1]);
    }

    #[test]
    fn hostile_logits_leave_something() {
        let all = Sampling { top_k: 3, typical: 0.5, top_p: 0.5, min_p: 0.5, ..Sampling::default() };
        assert_eq!(left(&[f32::NAN, -1e4, f32::NEG_INFINITY], all.clone()), [1]);
        assert_eq!(left(&[f32::INFINITY, 3.0, f32::NAN], all.clone()), [0]);
        assert_eq!(left(&[-1e30; 4], all.clone()), [0, 1, 2, 3]);
        assert_eq!(left(&[f32::NAN; 3], all.clone()), [0u32; 0]);
        assert_eq!(left(&[1e4, -1e4, 9999.5], Sampling { top_k: 2, ..Sampling::default() }), [0, 2]);
    }
}
