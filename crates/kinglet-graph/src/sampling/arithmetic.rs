//! Functions made of additions, multiplications and divisions alone, so that every device computes them alike: WGSL
//! promises of its own `log` no more than 2^-21, and of `exp` less the larger its argument. `shaders/lib/exact.wgsl`
//! has the same.

use std::f32::consts::{LN_2, LOG2_E};

/// The largest argument of [`exp`], either way.
const REACH: f32 = 80.0;
/// Logarithm of 2 in two parts; products of the first with whole numbers below 2^14 are exact.
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;

/// e^x for x from -80 to 80; beyond, that of the nearest.
pub(crate) fn exp(x: f32) -> f32 {
    let x = x.clamp(-REACH, REACH);
    let n = (x * LOG2_E + 0.5).floor();
    let r = (x - n * LN_2_HIGH) - n * LN_2_LOW;
    let series = 1.0 / 5040.0;
    let series = series * r + 1.0 / 720.0;
    let series = series * r + 1.0 / 120.0;
    let series = series * r + 1.0 / 24.0;
    let series = series * r + 1.0 / 6.0;
    let series = series * r + 0.5;
    let series = series * r * r + r + 1.0;
    series * f32::from_bits(((n as i32 + 127) as u32) << 23)
}

/// -ln(1 - w) for w from 0 to just below 1, with the relative precision of f32 also where w is next to 0.
pub(crate) fn exponential(w: f32) -> f32 {
    // 1 - w is exact where w is a half or more, and 2^-halvings times m, which is above a half and at most 1.
    let rest = (1.0 - w).to_bits();
    let large = w > 0.5;
    let m = f32::from_bits((rest & 0x007f_ffff) | 0x3f00_0000);
    let (halvings, w) = if large { (126 - (rest >> 23), 1.0 - m) } else { (0, w) };
    // ln((1 + s) / (1 - s)) of s = w / (2 - w), which is at most a third.
    let s = w / (2.0 - w);
    let square = s * s;
    let series = 1.0 / 17.0;
    let series = series * square + 1.0 / 15.0;
    let series = series * square + 1.0 / 13.0;
    let series = series * square + 1.0 / 11.0;
    let series = series * square + 1.0 / 9.0;
    let series = series * square + 1.0 / 7.0;
    let series = series * square + 0.2;
    let series = series * square + 1.0 / 3.0;
    let series = series * square + 1.0;
    halvings as f32 * LN_2 + 2.0 * s * series
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(found: f32, exact: f64) -> f64 {
        (f64::from(found) - exact).abs() / exact
    }

    #[test]
    fn exp_is_exact_to_the_last_bits() {
        let worst = (-8000..=8000).map(|i| i as f32 / 100.0).map(|x| error(exp(x), f64::from(x).exp()));
        let worst = worst.fold(0.0, f64::max);
        assert!(worst < 3e-7, "{worst:e}");
        assert_eq!((exp(0.0), exp(-1e30)), (1.0, exp(-80.0)));
    }

    #[test]
    fn exponential_is_exact_also_next_to_zero_and_one() {
        let small = (1..64).map(|power| 2f32.powi(-power) * 0.77);
        let all = (1..4096).map(|i| i as f32 / 4096.0).chain(small).chain([1.0 - f32::EPSILON / 2.0]);
        let worst = all.map(|w| error(exponential(w), -f64::from(-w).ln_1p())).fold(0.0, f64::max);
        assert!(worst < 3e-7, "{worst:e}");
        assert_eq!(exponential(0.0), 0.0);
    }
}
