//! Scales and minima of groups that are themselves whole numbers, in units of an f16 that the block keeps.
//!
//! For a unit each group takes the whole numbers that lose least, near those that it would like; and those give the
//! least-squares unit, for which the groups choose again.

use half::f16;

use super::fit::{dot, each, error, extreme, halves_near, inverse, moments, sum, to_half, whole};

/// A unit and the scales of groups in it.
pub struct Scales<const GROUPS: usize> {
    pub unit: f16,
    pub scales: [f32; GROUPS],
}

/// Units of scales and minima, and both of each group in them.
pub struct Pairs<const GROUPS: usize> {
    pub scale_unit: f16,
    pub min_unit: f16,
    pub scales: [f32; GROUPS],
    pub mins: [f32; GROUPS],
}

/// The groups of a block.
pub fn split<const GROUPS: usize, const N: usize>(values: &[f32; 256]) -> [[f32; N]; GROUPS] {
    const { assert!(GROUPS * N == 256) };
    let mut groups = [[0.0; N]; GROUPS];
    for (group, values) in groups.iter_mut().zip(values.as_chunks().0) {
        *group = *values;
    }
    groups
}

/// Finds whole scales in `low..=high` for groups that would best have the scales `wanted`. Tries units with which the
/// largest of these becomes each of `ends`.
#[inline(always)]
pub fn scales<const GROUPS: usize, const N: usize>(
    groups: &[[f32; N]; GROUPS],
    wanted: &[f32; GROUPS],
    (low, high): (f32, f32),
    ends: &[f32],
    level: impl Fn(f32) -> f32 + Copy,
) -> Scales<GROUPS> {
    let mut best = Scales { unit: f16::ZERO, scales: [0.0; GROUPS] };
    let mut least = f32::INFINITY;
    // Keeps the unit if it is better, and returns the one to try next.
    let mut try_unit = |unit: f16| {
        let mut found = Scales { unit, scales: [0.0; GROUPS] };
        let unit = unit.to_f32();
        let per_unit = inverse(unit);
        let (mut total, mut xq, mut qq) = (0.0, 0.0, 0.0);
        for ((scale, group), wanted) in found.scales.iter_mut().zip(groups).zip(wanted) {
            let nearest = whole(wanted * per_unit, low, high);
            let mut least = f32::INFINITY;
            for near in [nearest, (nearest - 1.0).max(low), (nearest + 1.0).min(high)] {
                let lost = error(group, unit * near, level);
                if lost < least {
                    (least, *scale) = (lost, near);
                }
            }
            total += least;
            let inverse = inverse(unit * *scale);
            let levels = each(group, |x| level(x * inverse));
            xq += dot(group, &levels) * *scale;
            qq += dot(&levels, &levels) * *scale * *scale;
        }
        if total < least {
            least = total;
            best = found;
        }
        if qq > 0.0 { xq / qq } else { 0.0 }
    };
    let most = extreme(wanted);
    for end in ends {
        for unit in halves_near(most / end) {
            let next = try_unit(unit);
            try_unit(to_half(next));
        }
    }
    best
}

/// Finds whole scales and minima in `0..=top` for groups that would best have the scales and offsets `wanted`, with
/// levels `0..=levels`. Tries units with which the largest of each becomes `top` or that much `beyond`.
#[inline(always)]
pub fn pairs<const GROUPS: usize, const N: usize>(
    groups: &[[f32; N]; GROUPS],
    wanted: &[(f32, f32); GROUPS],
    top: f32,
    levels: f32,
    beyond: &[f32],
) -> Pairs<GROUPS> {
    let mut best = Pairs { scale_unit: f16::ZERO, min_unit: f16::ZERO, scales: [0.0; GROUPS], mins: [0.0; GROUPS] };
    let mut least = f32::INFINITY;
    // Keeps the units if they are better, and returns those to try next.
    let mut try_units = |scale_unit: f16, min_unit: f16| {
        let mut found = Pairs { scale_unit, min_unit, scales: [0.0; GROUPS], mins: [0.0; GROUPS] };
        let units = [scale_unit.to_f32(), min_unit.to_f32()];
        let mut total = 0.0;
        let mut equations = Equations::default();
        for (i, (group, wanted)) in groups.iter().zip(wanted).enumerate() {
            let (lost, pair) = near_pair(group, *wanted, units, top, levels);
            [found.scales[i], found.mins[i]] = pair;
            total += lost;
            equations.add(group, &shifted_levels(group, units, pair, levels), pair);
        }
        if total < least {
            least = total;
            best = found;
        }
        equations.solve()
    };
    let most = wanted.iter().fold((0.0f32, 0.0f32), |most, pair| (most.0.max(pair.0), most.1.max(-pair.1)));
    for beyond in beyond {
        for scale_unit in halves_near(most.0 / (top + beyond)) {
            for min_unit in halves_near(most.1 / (top + beyond)) {
                let (scale, min) = try_units(scale_unit, min_unit);
                try_units(to_half(scale.max(0.0)), to_half(min.max(0.0)));
            }
        }
    }
    best
}

/// The levels of a group, with its scale and minimum in `units`.
#[inline(always)]
fn shifted_levels<const N: usize>(group: &[f32; N], units: [f32; 2], pair: [f32; 2], levels: f32) -> [f32; N] {
    let (inverse, min) = (inverse(units[0] * pair[0]), units[1] * pair[1]);
    each(group, |x| whole((x + min) * inverse, 0.0, levels))
}

/// The squared error of a group and its whole scale and minimum, the best among those near what is `wanted`.
#[inline(always)]
fn near_pair<const N: usize>(
    group: &[f32; N],
    (wanted, offset): (f32, f32),
    units: [f32; 2],
    top: f32,
    levels: f32,
) -> (f32, [f32; 2]) {
    let nearest = whole(wanted * inverse(units[0]), 0.0, top);
    let per_min = inverse(units[1]);
    // The mean level, which a change of scale should leave where it is.
    let mean = (sum(group) / N as f32 - offset) * inverse(wanted);
    let (mut least, mut best) = (f32::INFINITY, [0.0; 2]);
    for scale in [nearest, (nearest - 1.0).max(0.0), (nearest + 1.0).min(top)] {
        let real = units[0] * scale;
        // As an integer and back, because `floor` is a call on some processors.
        let below = (((real - wanted) * mean - offset) * per_min).clamp(0.0, top) as i32 as f32;
        for min in [below, (below + 1.0).min(top)] {
            let mut lost = shifted_levels(group, units, [scale, min], levels);
            for (lost, x) in lost.iter_mut().zip(group) {
                *lost = x - (real * *lost - units[1] * min);
            }
            let lost = dot(&lost, &lost);
            if lost < least {
                (least, best) = (lost, [scale, min]);
            }
        }
    }
    (least, best)
}

/// The least-squares equations for `x = scale_unit * a - min_unit * b`, where a is a level times the scale of its group
/// and b the minimum.
#[derive(Default)]
struct Equations {
    aa: f32,
    ab: f32,
    bb: f32,
    xa: f32,
    xb: f32,
}

impl Equations {
    #[inline(always)]
    fn add<const N: usize>(&mut self, group: &[f32; N], levels: &[f32; N], [scale, min]: [f32; 2]) {
        let (q1, q2, xq) = moments(group, levels);
        self.aa += scale * scale * q2;
        self.ab += scale * min * q1;
        self.bb += min * min * N as f32;
        self.xa += scale * xq;
        self.xb += min * sum(group);
    }

    fn solve(&self) -> (f32, f32) {
        let spread = self.aa * self.bb - self.ab * self.ab;
        if spread > 0.0 {
            let scale = (self.xa * self.bb - self.xb * self.ab) / spread;
            (scale, (self.xa * self.ab - self.xb * self.aa) / spread)
        } else {
            (self.xa * inverse(self.aa), 0.0)
        }
    }
}
