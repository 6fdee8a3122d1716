//! Products of many rows with many rows, without a sum across the lanes of a vector for each of them.

/// Weight rows that are multiplied side by side: two or four vector registers.
pub(crate) const PANEL: usize = 16;

/// Input rows that share what is loaded of the weights, as many as have their sums in the registers of AVX2.
const TOGETHER: usize = 4;

/// Products that are added up in a row, before their sum is added to those before: errors of long rows stay small.
const RUN: usize = 128;

/// One column of a panel: an element of each of its rows.
pub(crate) type Column = [f32; PANEL];

/// For each input row of `width` the sums of products with all rows of a panel, given column after column.
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
        add_products(panel, inputs, out, fused);
    }
    for (out, input) in alone.iter_mut().zip(rest.chunks_exact(width)) {
        add_products(panel, input, std::array::from_mut(out), fused);
    }
}

/// The same for `N` rows at once.
#[inline(always)]
fn add_products<const N: usize>(
    panel: &[Column],
    inputs: &[f32],
    out: &mut [Column; N],
    fused: impl Fn(f32, f32, f32) -> f32,
) {
    *out = [[0.0; PANEL]; N];
    for (start, columns) in (0..).step_by(RUN).zip(panel.chunks(RUN)) {
        // Of one length, so that no bound is looked at between products.
        let inputs: [&[f32]; N] = std::array::from_fn(|row| &inputs[row * panel.len() + start..][..columns.len()]);
        let mut sums = [[0.0; PANEL]; N];
        for (k, column) in columns.iter().enumerate() {
            for row in 0..N {
                let input = inputs[row][k];
                for lane in 0..PANEL {
                    sums[row][lane] = fused(input, column[lane], sums[row][lane]);
                }
            }
        }
        for (out, sums) in out.iter_mut().zip(sums) {
            out.iter_mut().zip(sums).for_each(|(out, sum)| *out += sum);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_agree_with_f64_at_every_size() {
        let value = |i: usize, step: f32| (i as f32 * step).sin();
        for width in [1, 2, 31, 127, 128, 129, 300] {
            let panel: Vec<Column> =
                (0..width).map(|k| std::array::from_fn(|lane| value(k * PANEL + lane, 0.7))).collect();
            for rows in 0..10 {
                let inputs: Vec<f32> = (0..rows * width).map(|i| 100.0 * value(i, 0.3)).collect();
                let (mut fast, mut plain) = (vec![[0.0; PANEL]; rows], vec![[0.0; PANEL]; rows]);
                panel_products(&panel, &inputs, &mut fast);
                products(&panel, &inputs, &mut plain, |a, b, sum| a * b + sum);
                for (row, (fast, plain)) in fast.iter().zip(&plain).enumerate() {
                    for lane in 0..PANEL {
                        let input = &inputs[row * width..][..width];
                        let exact: f64 =
                            panel.iter().zip(input).map(|(column, &x)| f64::from(column[lane]) * f64::from(x)).sum();
                        for sum in [fast[lane], plain[lane]] {
                            let error = (f64::from(sum) - exact).abs();
                            assert!(error <= 1e-5 * 100.0 * width as f64, "{width} {row} {lane}: {sum} {exact}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn sums_of_long_rows_stay_exact() {
        let width = 1 << 16;
        let mut out = [[0.0; PANEL]];
        panel_products(&vec![[0.1; PANEL]; width], &vec![0.1; width], &mut out);
        let exact = f64::from(0.1f32) * f64::from(0.1f32) * width as f64;
        assert!((f64::from(out[0][0]) / exact - 1.0).abs() < 1e-5, "{} {exact}", out[0][0]);
    }
}
