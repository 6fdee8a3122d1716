/// A rotation of pairs of columns `(d, d + pairs)` by an angle that grows with the position.
#[derive(Clone, Debug, PartialEq)]
pub struct Rope {
    /// The angle that one position adds, for each pair.
    pub frequencies: Vec<f32>,
    /// Factor of cosine and sine.
    pub scale: f32,
}

impl Rope {
    /// Frequencies `base^(-2i / rotary)`, rounded to f32 where `transformers` rounds them.
    pub fn new(base: f64, rotary: usize) -> Rope {
        let frequency = |i: usize| {
            let exponent = (2 * i) as f32 / rotary as f32;
            1.0 / base.powf(f64::from(exponent)) as f32
        };
        Rope { frequencies: (0..rotary / 2).map(frequency).collect(), scale: 1.0 }
    }

    /// The number of pairs that are rotated.
    pub fn pairs(&self) -> usize {
        self.frequencies.len()
    }

    /// Cosine and sine of each pair at a position. The angle is an f32 product, as in `transformers`.
    pub fn row(&self, position: usize) -> impl Iterator<Item = [f32; 2]> {
        self.frequencies.iter().map(move |&frequency| {
            let (sin, cos) = f64::from(frequency * position as f32).sin_cos();
            [cos as f32 * self.scale, sin as f32 * self.scale]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_rotates_by_frequency_times_position() {
        let rope = Rope::new(10_000.0, 4);
        assert_eq!(rope.frequencies, [1.0, 0.01]);
        let row: Vec<_> = rope.row(2).collect();
        assert_eq!(row, [[2f32.cos(), 2f32.sin()], [0.02f32.cos(), 0.02f32.sin()]]);
        assert_eq!(rope.row(0).collect::<Vec<_>>(), [[1.0, 0.0], [1.0, 0.0]]);
    }
}
