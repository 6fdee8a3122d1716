//! Products of many rows with many rows: what [`dot`](super::dot) gives for each pair, bit for bit, so that a token's values
//! do not depend on how many others are in its step. The lanes of a vector are weight rows here, so that no sum goes across them.

use std::ops::Range;

use super::dot::LANES;

/// Weight rows that are multiplied side by side: two or four vector registers.
pub(crate) const PANEL: usize = 16;

/// Input rows that share what is loaded of the weights, as many as have their sums in the registers of AVX2.
const TOGETHER: usize = 4;

/// One column of a panel: an element of each of its rows.
pub(crate) type Column = [f32; PANEL];

/// Where `dot` adds each element of a row to: the elements of its first lane, those of the second, and so on, then the rest.
pub(crate) fn in_lanes(row: &[f32]) -> impl Iterator<Item = (usize, f32)> {
    let runs = row.len() / LANES;
    let place = move |k: usize| if k < runs * LANES { k % LANES * runs + k / LANES } else { k };
    row.iter().enumerate().map(move |(k, &value)| (place(k), value))
}

/// The products of each input row with all rows of a panel, both as [`in_lanes`] orders them.
pub(crate) fn panel_products(panel: &[Column], inputs: &[f32], out: &mut [Column]) {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        // SAFETY: the processor has just said that it has both.
        return unsafe { products_avx2(panel, inputs, out) };
    }
    products(panel, inputs, out, |a, b, sum| a * b + sum);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn products_avx2(panel: &[Column], inputs: &[f32], out: &mut [Column]) {
    products(panel, inputs, out, f32::mul_add);
}

#[inline(always)]
fn products(panel: &[Column], inputs: &[f32], out: &mut [Column], fused: impl Fn(f32, f32, f32) -> f32 + Copy) {
    let width = panel.len().max(1);
    let (groups, alone) = out.as_chunks_mut::<TOGETHER>();
    let (grouped, rest) = inputs.split_at(groups.len() * TOGETHER * width);
    for (out, inputs) in groups.iter_mut().zip(grouped.chunks_exact(TOGETHER * width)) {
        *out = together(panel, inputs, fused);
    }
    for (out, input) in alone.iter_mut().zip(rest.chunks_exact(width)) {
        [*out] = together(panel, input, fused);
    }
}

/// The same for `N` rows at once.
#[inline(always)]
fn together<const N: usize>(
    panel: &[Column],
    inputs: &[f32],
    fused: impl Fn(f32, f32, f32) -> f32 + Copy,
) -> [Column; N] {
    let runs = panel.len() / LANES;
    // The first lane meets the one in the middle, as in `dot`: in the order of reversed bits neighbours meet, then pairs of them.
    let mut met = [[[0.0; PANEL]; N]; LANES.ilog2() as usize + 1];
    for index in 0..LANES {
        let lane = index.reverse_bits() >> (usize::BITS - LANES.ilog2());
        let mut sums = sums_of(panel, inputs, lane * runs..(lane + 1) * runs, fused);
        let level = index.trailing_ones() as usize;
        for before in &met[..level] {
            sums = add(*before, sums);
        }
        met[level] = sums;
    }
    let [.., sums] = met;
    add(sums, sums_of(panel, inputs, runs * LANES..panel.len(), |a, b, sum| a * b + sum))
}

#[inline(always)]
fn add<const N: usize>(mut sums: [Column; N], others: [Column; N]) -> [Column; N] {
    for row in 0..N {
        for lane in 0..PANEL {
            sums[row][lane] += others[row][lane];
        }
    }
    sums
}

/// The sums of the products of some columns, one after the other.
#[inline(always)]
fn sums_of<const N: usize>(
    panel: &[Column],
    inputs: &[f32],
    columns: Range<usize>,
    fused: impl Fn(f32, f32, f32) -> f32,
) -> [Column; N] {
    // Of one length, so that no bound is looked at between products.
    let inputs: [&[f32]; N] = std::array::from_fn(|row| &inputs[row * panel.len()..][columns.clone()]);
    let mut sums = [[0.0; PANEL]; N];
    for (k, column) in panel[columns].iter().enumerate() {
        for row in 0..N {
            let input = inputs[row][k];
            for lane in 0..PANEL {
                sums[row][lane] = fused(input, column[lane], sums[row][lane]);
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Precision, dot},
        *,
    };

    #[test]
    fn products_are_those_of_dot() {
        let values = |count: usize, step: f32| (0..count).map(|i| (i as f32 * step).sin()).collect::<Vec<_>>();
        let ordered = |row: &[f32]| {
            let mut ordered = vec![0.0; row.len()];
            in_lanes(row).for_each(|(place, value)| ordered[place] = value);
            ordered
        };
        for width in [1, 2, 31, 32, 33, 64, 127, 300, 1024] {
            let weights = values(PANEL * width, 0.7);
            let mut panel = vec![[0.0; PANEL]; width];
            for (lane, row) in weights.chunks_exact(width).enumerate() {
                in_lanes(row).for_each(|(place, value)| panel[place][lane] = value);
            }
            for rows in 0..10 {
                let inputs = values(rows * width, 0.3);
                let places: Vec<f32> = inputs.chunks_exact(width).flat_map(ordered).collect();
                let mut products = vec![[0.0; PANEL]; rows];
                panel_products(&panel, &places, &mut products);
                for (input, products) in inputs.chunks_exact(width).zip(&products) {
                    let dots: Vec<f32> =
                        weights.chunks_exact(width).map(|row| dot(Precision::F32, row, input)).collect();
                    assert_eq!(products[..], dots[..], "{width} {rows}");
                }
            }
        }
    }
}
