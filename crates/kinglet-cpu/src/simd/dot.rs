/// What sums of products are accumulated in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// f32, many lanes at once.
    #[default]
    F32,
    /// f64, rounded once at the end: the reference that kernels are tested against.
    F64,
}

/// Partial sums that are kept apart, so that the compiler can use vector instructions.
pub(super) const LANES: usize = 32;

/// The sum of products of two slices of one length.
pub(crate) fn dot(precision: Precision, a: &[f32], b: &[f32]) -> f32 {
    match precision {
        Precision::F64 => a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum::<f64>() as f32,
        #[cfg(target_arch = "x86_64")]
        Precision::F32 if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") => {
            // SAFETY: the processor has just said that it has both.
            unsafe { dot_avx2(a, b) }
        }
        Precision::F32 => dot_lanes(a, b, |a, b, sum| a * b + sum),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn dot_avx2(a: &[f32], b: &[f32]) -> f32 {
    dot_lanes(a, b, f32::mul_add)
}

#[inline(always)]
fn dot_lanes(a: &[f32], b: &[f32], fused: impl Fn(f32, f32, f32) -> f32) -> f32 {
    let mut sums = [0.0; LANES];
    let (a_runs, a_rest) = a.as_chunks::<LANES>();
    let (b_runs, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a_runs.iter().zip(b_runs) {
        for lane in 0..LANES {
            sums[lane] = fused(a[lane], b[lane], sums[lane]);
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sum(&sums) + rest
}

/// The sum of all lanes: the second half is added to the first, until there is one. A function of its own, or the compiler
/// takes it for a reason to keep the lanes apart above.
#[inline(never)]
fn sum(lanes: &[f32; LANES]) -> f32 {
    let lanes: [f32; 16] = halved(lanes);
    let lanes: [f32; 8] = halved(&lanes);
    let lanes: [f32; 4] = halved(&lanes);
    let [a, b] = halved(&lanes);
    a + b
}

fn halved<const N: usize, const HALF: usize>(lanes: &[f32; N]) -> [f32; HALF] {
    std::array::from_fn(|lane| lanes[lane] + lanes[lane + HALF])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dot_agrees_with_f64_at_every_length() {
        let a: Vec<f32> = (0..200).map(|i| (i as f32 * 0.7).sin()).collect();
        let b: Vec<f32> = (0..200).map(|i| (i as f32 * 0.3).cos() * 100.0).collect();
        for length in 0..200 {
            let (a, b) = (&a[..length], &b[..length]);
            let exact = dot(Precision::F64, a, b);
            for fast in [dot(Precision::F32, a, b), dot_lanes(a, b, |a, b, sum| a * b + sum)] {
                assert!((fast - exact).abs() <= 1e-5 * 100.0 * length as f32, "{length}: {fast} {exact}");
            }
        }
    }
}
