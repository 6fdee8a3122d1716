//! The scale, or the scale and offset, with which a group of values loses least when it is rounded to levels.
//!
//! Which level a value rounds to depends on the scale, and the best scale on the levels: so scales over a range are
//! tried, each is replaced by the least-squares scale for the levels that it led to, and the best one wins.

use half::f16;

/// Where the whole block is nothing but zeros: half the smallest f16, which no type can keep.
pub const NOTHING: f32 = 1.0 / (1 << 25) as f32;

/// The sum of products, added in lanes so that it can be vector instructions; which it is only when it stands alone.
#[inline(never)]
pub fn dot<const N: usize>(a: &[f32; N], b: &[f32; N]) -> f32 {
    let mut lanes = [0.0; 8];
    for (a, b) in a.as_chunks::<8>().0.iter().zip(b.as_chunks::<8>().0) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    add(lanes)
}

/// The sum, likewise.
#[inline(never)]
pub fn sum<const N: usize>(values: &[f32; N]) -> f32 {
    let mut lanes = [0.0; 8];
    for values in values.as_chunks::<8>().0 {
        for (lane, value) in lanes.iter_mut().zip(values) {
            *lane += value;
        }
    }
    add(lanes)
}

/// The sum of levels, of their squares, and of values times levels.
#[inline(always)]
pub fn moments<const N: usize>(values: &[f32; N], levels: &[f32; N]) -> (f32, f32, f32) {
    (sum(levels), dot(levels, levels), dot(values, levels))
}

/// Adds the lanes. (Hidden from the loops before: otherwise a compiler cuts their vectors to fit the branches of this.)
#[inline(always)]
fn add(lanes: [f32; 8]) -> f32 {
    let [a, b, c, d, e, f, g, h] = std::hint::black_box(lanes);
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

/// A function of every value. (`array::map` is not made for so many.)
#[inline(always)]
pub fn each<const N: usize>(values: &[f32; N], f: impl Fn(f32) -> f32) -> [f32; N] {
    let mut results = [0.0; N];
    for (result, &value) in results.iter_mut().zip(values) {
        *result = f(value);
    }
    results
}

/// Added to this number a value has no room for a fraction. `round` would be a call on most processors.
const NO_FRACTION: f32 = 12_582_912.0;

/// The nearest of the whole numbers `low..=high`, as a float.
#[inline(always)]
pub fn whole(value: f32, low: f32, high: f32) -> f32 {
    (value.clamp(low, high) + NO_FRACTION) - NO_FRACTION
}

/// The lowest byte of a small whole number.
#[inline(always)]
pub fn byte(whole: f32) -> u8 {
    (whole + NO_FRACTION).to_bits() as u8
}

/// Lowest bytes of functions of values.
#[inline(always)]
pub fn bytes<const N: usize>(values: &[f32; N], f: impl Fn(f32) -> f32) -> [u8; N] {
    let mut bytes = [0; N];
    for (byte, &value) in bytes.iter_mut().zip(values) {
        *byte = self::byte(f(value));
    }
    bytes
}

/// 1 / `scale`, or 0 for no scale.
#[inline(always)]
pub fn inverse(scale: f32) -> f32 {
    if scale == 0.0 { 0.0 } else { 1.0 / scale }
}

/// The nearest finite f16.
pub fn to_half(value: f32) -> f16 {
    f16::from_f32(value.clamp(-65_504.0, 65_504.0))
}

/// The f16s worth trying for a scale: the nearest, and of subnormals, which are coarse, also those beside it.
pub fn halves_near(value: f32) -> impl Iterator<Item = f16> {
    let nearest = to_half(value);
    let magnitude = nearest.to_bits() & 0x7fff;
    let beside = [magnitude + 1, magnitude.saturating_sub(1)].map(|bits| f16::from_bits(bits).copysign(nearest));
    [nearest].into_iter().chain(beside.into_iter().filter(move |_| magnitude < 0x0400))
}

/// The least and the largest element.
#[inline(always)]
pub fn range<const N: usize>(values: &[f32; N]) -> (f32, f32) {
    let (mut low, mut high) = ([f32::INFINITY; 8], [f32::NEG_INFINITY; 8]);
    for values in values.as_chunks::<8>().0 {
        for ((low, high), &value) in low.iter_mut().zip(&mut high).zip(values) {
            *low = if value < *low { value } else { *low };
            *high = if value > *high { value } else { *high };
        }
    }
    (low.into_iter().fold(f32::INFINITY, f32::min), high.into_iter().fold(f32::NEG_INFINITY, f32::max))
}

/// The element that is farthest from zero.
#[inline(always)]
pub fn extreme<const N: usize>(values: &[f32; N]) -> f32 {
    let (low, high) = range(values);
    if -low > high { low } else { high }
}

/// Inverse scales to start from where levels are `low..=high`: they bring the element farthest from zero, `most`, near
/// either end, a few times `step` off.
#[inline(always)]
pub fn starts(most: f32, low: f32, high: f32, step: f32) -> [f32; 19] {
    std::array::from_fn(|i| {
        let end = if i < 13 { low - (i as f32 - 6.0) * step } else { high + (i as f32 - 14.0) * step };
        end / most
    })
}

/// The scale among least-squares scales that loses least. `level` gives what a value, divided by the scale, rounds to;
/// `inverses` are the inverse scales to start from.
#[inline(always)]
pub fn scale<const N: usize>(values: &[f32; N], inverses: &[f32], level: impl Fn(f32) -> f32) -> f32 {
    let (mut best_xq, mut best_qq) = (0.0, 1.0);
    for inverse in inverses {
        let levels = each(values, |x| level(x * inverse));
        let (xq, qq) = (dot(values, &levels), dot(&levels, &levels));
        // The error is the sum of squares less xq²/qq.
        if xq * xq * best_qq > best_xq * best_xq * qq {
            (best_xq, best_qq) = (xq, qq);
        }
    }
    best_xq / best_qq
}

/// The f16 with which a group loses least, as [`scale`] finds it. Always tries `plain` too: when values were decoded
/// from a block whose extreme is that many times its scale, nothing else gives them back exactly.
#[inline(always)]
pub fn half_scale<const N: usize>(
    values: &[f32; N],
    plain: f32,
    inverses: &[f32],
    level: impl Fn(f32) -> f32 + Copy,
) -> f16 {
    let best = scale(values, inverses, level);
    let (mut scale, mut least) = (f16::ZERO, f32::INFINITY);
    for half in [to_half(plain)].into_iter().chain(halves_near(best)) {
        let lost = error(values, half.to_f32(), level);
        if lost < least {
            (scale, least) = (half, lost);
        }
    }
    scale
}

/// The squared error of a group, times a scale rounded to levels.
#[inline(always)]
pub fn error<const N: usize>(values: &[f32; N], scale: f32, level: impl Fn(f32) -> f32) -> f32 {
    let inverse = inverse(scale);
    let lost = each(values, |x| x - scale * level(x * inverse));
    dot(&lost, &lost)
}

/// Scale and offset with which a group loses least when rounded to `scale * (0..=top) + offset`; the scale is not
/// negative, the offset at most `ceiling`. Tries ranges that reach one `step` (a part of the range) beyond either end, up
/// to such that leave out `steps` of them.
#[inline(always)]
pub fn affine<const N: usize>(values: &[f32; N], top: f32, ceiling: f32, (steps, step): (i32, f32)) -> (f32, f32) {
    let (low, high) = range(values);
    let low = low.min(ceiling);
    let high = high.max(low);
    let range = high - low;
    if range < NOTHING {
        return (0.0, low);
    }
    // Around the middle there is least to cancel when sums of squares are subtracted.
    let middle = low + range * 0.5;
    let values = each(values, |x| x - middle);
    let ceiling = ceiling - middle;
    let sum = sum(&values);
    let count = N as f32;

    let refit = |from_scale: f32, from_offset: f32| {
        let inverse = inverse(from_scale);
        let levels = each(&values, |x| whole((x - from_offset) * inverse, 0.0, top));
        let (q1, q2, xq) = moments(&values, &levels);
        let spread = count * q2 - q1 * q1;
        if spread <= 0.0 {
            return (f32::INFINITY, from_scale, from_offset);
        }
        let (mut scale, mut offset) = ((count * xq - sum * q1) / spread, (q2 * sum - q1 * xq) / spread);
        if offset > ceiling {
            offset = ceiling;
            scale = (xq - ceiling * q1) / q2;
        }
        // Without the sum of squares, which is the same for all.
        let error = scale * (scale * q2 + 2.0 * (offset * q1 - xq)) + offset * (offset * count - 2.0 * sum);
        (error, scale, offset)
    };

    let mut best = (f32::INFINITY, range / top, low - middle);
    for from_low in -1..=steps {
        for from_high in -1..=steps {
            let (below, above) = (range * step * from_low as f32, range * step * from_high as f32);
            let found = refit((range - below - above) / top, low - middle + below);
            if found.0 < best.0 {
                best = found;
            }
        }
    }
    for _ in 0..2 {
        let found = refit(best.1, best.2);
        if found.0 < best.0 {
            best = found;
        }
    }
    (best.1.max(0.0), best.2 + middle)
}
