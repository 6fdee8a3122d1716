use std::borrow::Cow;

/// A rotation of pairs of columns `(d, d + pairs)` by an angle that grows with the position.
#[derive(Clone, Debug, PartialEq)]
pub struct Rope {
    /// The angle that one position adds, for each pair.
    pub frequencies: Vec<f32>,
    /// Factor of cosine and sine.
    pub scale: f32,
    /// What is otherwise in long sequences.
    pub longer: Option<Longer>,
}

/// How sequences beyond a length are rotated.
#[derive(Clone, Debug, PartialEq)]
pub struct Longer {
    /// The greatest length to which the plain frequencies apply.
    pub beyond: usize,
    /// Those beyond it.
    pub frequencies: LongFrequencies,
}

/// The frequencies of sequences beyond a length.
#[derive(Clone, Debug, PartialEq)]
pub enum LongFrequencies {
    /// Others, for all tokens: a sequence that becomes longer is computed again from its beginning.
    Fixed(Vec<f32>),
    /// Those of a base that grows with the length, for the tokens that are computed then; earlier ones stay as they are.
    Growing {
        /// The base up to there.
        base: f64,
        /// How much longer sequences may become.
        factor: f64,
    },
}

impl Rope {
    /// Frequencies `base^(-2i / rotary)`, rounded to f32 where `transformers` rounds them.
    pub fn new(base: f64, rotary: usize) -> Rope {
        Rope { frequencies: frequencies(base, rotary), scale: 1.0, longer: None }
    }

    /// What the frequencies are one over: `base^(2i / rotary)`.
    pub fn periods(base: f64, rotary: usize) -> impl Iterator<Item = f32> {
        (0..rotary / 2).map(move |i| {
            let exponent = (2 * i) as f32 / rotary as f32;
            base.powf(f64::from(exponent)) as f32
        })
    }

    /// The number of pairs that are rotated.
    pub fn pairs(&self) -> usize {
        self.frequencies.len()
    }

    /// The length beyond which a sequence must be computed again from its beginning.
    pub fn restarts_beyond(&self) -> Option<usize> {
        match &self.longer {
            Some(Longer { beyond, frequencies: LongFrequencies::Fixed(_) }) => Some(*beyond),
            _ => None,
        }
    }

    /// Cosine and sine of each pair at a position of a sequence that has this length when the token is computed. The
    /// angle is an f32 product, as in `transformers`.
    pub fn row(&self, position: usize, length: usize) -> impl Iterator<Item = [f32; 2]> {
        let frequencies = match &self.longer {
            Some(longer) if length > longer.beyond => match &longer.frequencies {
                LongFrequencies::Fixed(frequencies) => Cow::Borrowed(frequencies),
                LongFrequencies::Growing { base, factor } => {
                    let rotary = 2 * self.pairs();
                    let grown = factor * length as f64 / longer.beyond as f64 - (factor - 1.0);
                    let base = base * grown.powf(rotary as f64 / (rotary as f64 - 2.0));
                    Cow::Owned(frequencies(base, rotary))
                }
            },
            _ => Cow::Borrowed(&self.frequencies),
        };
        (0..self.pairs()).map(move |pair| {
            let (sin, cos) = f64::from(frequencies[pair] * position as f32).sin_cos();
            [cos as f32 * self.scale, sin as f32 * self.scale]
        })
    }
}

fn frequencies(base: f64, rotary: usize) -> Vec<f32> {
    Rope::periods(base, rotary).map(|period| 1.0 / period).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn row_rotates_by_frequency_times_position() {
        let rope = Rope::new(10_000.0, 4);
        assert_eq!(rope.frequencies, [1.0, 0.01]);
        let row: Vec<_> = rope.row(2, 3).collect();
        assert_eq!(row, [[2f32.cos(), 2f32.sin()], [0.02f32.cos(), 0.02f32.sin()]]);
        assert_eq!(rope.row(0, 1).collect::<Vec<_>>(), [[1.0, 0.0], [1.0, 0.0]]);
    }

    #[test]
    fn long_sequences_have_other_frequencies() {
        let longer = |frequencies| Some(Longer { beyond: 8, frequencies });
        let fixed = Rope { longer: longer(LongFrequencies::Fixed(vec![0.5, 0.25])), ..Rope::new(10_000.0, 4) };
        assert_eq!(fixed.restarts_beyond(), Some(8));
        assert_eq!(fixed.row(3, 8).collect::<Vec<_>>(), Rope::new(10_000.0, 4).row(3, 8).collect::<Vec<_>>());
        assert_eq!(fixed.row(2, 9).next(), Some([1f32.cos(), 1f32.sin()]));
        let growing = LongFrequencies::Growing { base: 10_000.0, factor: 2.0 };
        let growing = Rope { longer: longer(growing), ..Rope::new(10_000.0, 4) };
        assert_eq!(growing.restarts_beyond(), None);
        // 2 * 12 / 8 - 1 = 2, to the power of 4 / 2.
        let base: Vec<_> = Rope::new(40_000.0, 4).row(11, 12).collect();
        assert_eq!(growing.row(11, 12).collect::<Vec<_>>(), base);
    }
}
