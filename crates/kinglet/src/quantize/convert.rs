//! Rows of one type made into rows of another, and what that costs.

use kinglet_cpu::map_each;
use kinglet_tensor::DType;

/// Bytes of f32 that are converted at a time.
pub(super) const PIECE_BYTES: usize = 8 << 20;

/// Values that one thread converts at a time. Sums are made of these, in order, whatever the number of threads.
const PART_VALUES: usize = 64 << 10;

/// How well values are kept.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fidelity {
    /// The sum of squared errors.
    error: f64,
    /// The sum of squares.
    power: f64,
    /// Values that have no place in the type.
    pub(super) lost: u64,
}

impl Fidelity {
    pub(super) fn add(&mut self, other: &Fidelity) {
        self.error += other.error;
        self.power += other.power;
        self.lost += other.lost;
    }

    pub(super) fn nmse(&self) -> Option<f64> {
        match self.lost {
            0 if self.error == 0.0 => Some(0.0),
            0 => Some(self.error / self.power.max(f64::MIN_POSITIVE)),
            _ => None,
        }
    }

    fn compare(before: &[f32], after: &[f32]) -> Fidelity {
        let mut fidelity = Fidelity::default();
        for (&before, &after) in before.iter().zip(after) {
            if before.is_finite() && after.is_finite() {
                let (before, after) = (f64::from(before), f64::from(after));
                fidelity.error += (before - after) * (before - after);
                fidelity.power += before * before;
            } else if before != after && !(before.is_nan() && after.is_nan()) {
                fidelity.lost += 1;
            }
        }
        fidelity
    }
}

/// Converts whole rows, on all threads where there are any. The parts of the result come in order.
pub(super) fn parts(rows: &[u8], width: usize, from: DType, to: DType) -> Vec<(Vec<u8>, Fidelity)> {
    let row_bytes = from.row_bytes(width).unwrap_or(0).max(1);
    let rows_at_once = (PART_VALUES / width.max(1)).max(1);
    let parts: Vec<&[u8]> = rows.chunks(row_bytes.saturating_mul(rows_at_once)).collect();
    map_each(parts, |part| {
        let mut bytes = Vec::new();
        let mut fidelity = Fidelity::default();
        let (mut before, mut after) = (vec![0.0; width], vec![0.0; width]);
        for row in part.chunks_exact(row_bytes) {
            from.decode(row, &mut before);
            let start = bytes.len();
            to.encode(&before, &mut bytes);
            to.decode(bytes.get(start..).unwrap_or_default(), &mut after);
            fidelity.add(&Fidelity::compare(&before, &after));
        }
        (bytes, fidelity)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_the_rows_in_order() {
        let values: Vec<f32> = (0..5 * 40_000).map(|x| (x as f32).sin()).collect();
        let mut bytes = Vec::new();
        DType::F32.encode(&values, &mut bytes);
        let parts = parts(&bytes, 40_000, DType::F32, DType::Q8_0);
        assert_eq!(parts.len(), 5);
        let mut expected = Vec::new();
        values.chunks(40_000).for_each(|row| DType::Q8_0.encode(row, &mut expected));
        assert_eq!(parts.iter().flat_map(|(bytes, _)| bytes.clone()).collect::<Vec<u8>>(), expected);
        let mut fidelity = Fidelity::default();
        parts.iter().for_each(|(_, part)| fidelity.add(part));
        assert!(fidelity.nmse().is_some_and(|nmse| nmse > 1e-6 && nmse < 1e-4), "{fidelity:?}");
    }

    #[test]
    fn what_has_no_place_is_counted() {
        let values = [1.0, f32::NAN, f32::INFINITY, 1e38];
        let mut bytes = Vec::new();
        DType::F32.encode(&values, &mut bytes);
        let lost = |to| parts(&bytes, 4, DType::F32, to).iter().map(|(_, part)| part.lost).sum::<u64>();
        assert_eq!((lost(DType::F16), lost(DType::BF16), lost(DType::Q8_0)), (1, 0, 2));
        assert_eq!(parts(&bytes, 4, DType::F32, DType::F16)[0].1.nmse(), None);
    }
}
