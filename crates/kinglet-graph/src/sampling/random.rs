//! Random numbers that depend on their place alone: seed, sequence, position, token. `shaders/lib/random.wgsl` has the
//! same.

use super::arithmetic::exponential;

/// The random numbers of one position of one sequence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stream {
    keys: [u32; 2],
}

/// A permutation of u32 in which each bit of the argument flips each bit of the result half of the time.
fn mix(x: u32) -> u32 {
    let x = (x ^ (x >> 16)).wrapping_mul(0x7feb_352d);
    let x = (x ^ (x >> 15)).wrapping_mul(0x846c_a68b);
    x ^ (x >> 16)
}

impl Stream {
    pub(crate) fn new(seed: u64, sequence: u32, position: u32) -> Stream {
        let words = [seed as u32, (seed >> 32) as u32, sequence, position];
        let key = |start: u32| words.iter().fold(start, |key, word| mix(key.wrapping_add(0x9e37_79b9) ^ word));
        Stream { keys: [key(0x243f_6a88), key(0x85a3_08d3)] }
    }

    /// An exponential variable of mean 1. Next to 0 it has the relative precision of f32, because there the unlikely
    /// tokens win.
    pub(crate) fn exponential(self, token: u32) -> f32 {
        let [first, second] = self.keys;
        let high = mix(mix(token ^ first).wrapping_add(second));
        let low = mix(high ^ second.rotate_left(16));
        let w = (high as f32 + (low as f32 + 0.5) * 2f32.powi(-32)) * 2f32.powi(-32);
        exponential(w.min(1.0 - f32::EPSILON / 2.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_every_direction_are_independent() {
        let place = |axis: usize, i: u32| {
            let mut words = [3, 0, 5, 7, 11];
            words[axis] = i;
            let [low, high, sequence, position, token] = words;
            Stream::new(u64::from(high) << 32 | u64::from(low), sequence, position).exponential(token)
        };
        for axis in 0..5 {
            // Mean 1, variance 1, and no correlation with the next: each within five standard errors.
            let count = 40_000;
            let values: Vec<f64> = (0..count).map(|i| f64::from(place(axis, i))).collect();
            let mean = values.iter().sum::<f64>() / f64::from(count);
            let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / f64::from(count);
            let together = values.windows(2).map(|pair| (pair[0] - mean) * (pair[1] - mean)).sum::<f64>();
            assert!((mean - 1.0).abs() < 0.025, "axis {axis}: mean {mean}");
            assert!((variance - 1.0).abs() < 0.071, "axis {axis}: variance {variance}");
            assert!((together / f64::from(count)).abs() < 0.025, "axis {axis}: {together}");
            // How often E < 2^-k: a plain 24-bit number would have none of the smallest.
            for power in [1, 4, 8] {
                let below = values.iter().filter(|value| **value < 0.5f64.powi(power)).count() as f64;
                let expected = f64::from(count) * (1.0 - (-(0.5f64.powi(power))).exp());
                assert!((below - expected).abs() < 5.0 * expected.sqrt(), "axis {axis}: {below} below 2^-{power}");
            }
        }
    }
}
