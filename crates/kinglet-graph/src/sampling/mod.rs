//! How a token is picked from logits: what every backend does, defined once.
//!
//! [`pick`] is the definition. The CPU backend calls it, and the kernel `sample` computes the same in the same order
//! with the same arithmetic, so that both pick the same token unless a draw is within 1e-5 of a boundary.

mod arithmetic;
mod edits;
mod penalties;
mod pick;
mod random;
mod survivors;

pub use edits::Edit;
pub use penalties::{Dry, Penalties};
pub use pick::{Logprobs, Pick, largest, pick, pick_changed};

/// How to pick a token. By default the likeliest.
///
/// Logits are edited first ([`Edit`]: bias and penalties). Then come, in this order, `top_k`, `typical`, `top_p` and
/// `min_p`, each among the tokens that the one before left and by their probabilities at temperature 1, and the
/// temperature with the draw at last. Tokens that are equally likely stay or go together.
///
/// A draw depends on `seed`, `sequence` and the token's position alone.
///
/// ```
/// use kinglet_graph::{Sampling, pick};
///
/// let logits = [1.0, 3.0, 2.9, -4.0];
/// assert_eq!(pick(&logits, &Sampling::default(), &[], 0).id, 1);
/// let sampling = Sampling { temperature: 0.8, top_k: 2, seed: 7, ..Sampling::default() };
/// sampling.check()?;
/// assert!([1, 2].contains(&pick(&logits, &sampling, &[], 0).id));
/// # Ok::<(), kinglet_graph::SamplingError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Sampling {
    /// 0 takes the likeliest token; 1 draws from the model's own distribution.
    pub temperature: f32,
    /// Only so many of the likeliest tokens; 0 for all.
    pub top_k: u32,
    /// Only the tokens next to the expected surprise that have this share of the probability; 1 for all.
    pub typical: f32,
    /// Only the likeliest tokens that have this share of the probability; 1 for all.
    pub top_p: f32,
    /// Only tokens at least this likely, as a share of the likeliest's probability; 0 for all.
    pub min_p: f32,
    /// What draws begin with.
    pub seed: u64,
    /// Which of several sequences with one seed this is.
    pub sequence: u32,
    /// Say how likely the token was, and which so many were the likeliest; at most [`Sampling::MAX_TOP`].
    pub logprobs: Option<u32>,
}

impl Default for Sampling {
    fn default() -> Sampling {
        Sampling {
            temperature: 0.0,
            top_k: 0,
            typical: 1.0,
            top_p: 1.0,
            min_p: 0.0,
            seed: 0,
            sequence: 0,
            logprobs: None,
        }
    }
}

/// Why options of sampling make no sense.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SamplingError {
    /// A number that is out of range, or none.
    #[error("{option} is {value}; it must be {range}")]
    Range {
        /// The option's name.
        option: &'static str,
        /// What it is.
        value: f64,
        /// What it may be.
        range: &'static str,
    },
    /// An edit of a token that is not there.
    #[error("a bias or penalty is for token {id}, which is not in the vocabulary of {vocab}")]
    Token {
        /// The token.
        id: u32,
        /// The size of the vocabulary.
        vocab: usize,
    },
    /// Two edits of one token.
    #[error("token {id} has two biases")]
    Twice {
        /// The token.
        id: u32,
    },
}

impl Sampling {
    /// The likeliest tokens that can be asked for.
    pub const MAX_TOP: u32 = 20;

    /// Whether the likeliest token is taken, and nothing else asked for.
    pub fn is_greedy(&self) -> bool {
        self.temperature == 0.0 && self.logprobs.is_none()
    }

    /// Checks that every option is a number in its range.
    pub fn check(&self) -> Result<(), SamplingError> {
        let share = |value: f32| value > 0.0 && value <= 1.0;
        const SHARE: &str = "above 0 and at most 1";
        check("temperature", self.temperature, self.temperature >= 0.0, "0 or more")?;
        check("typical", self.typical, share(self.typical), SHARE)?;
        check("top_p", self.top_p, share(self.top_p), SHARE)?;
        check("min_p", self.min_p, (0.0..=1.0).contains(&self.min_p), "from 0 to 1")?;
        let top = self.logprobs.unwrap_or(0);
        check("logprobs", top as f32, top <= Sampling::MAX_TOP, "at most 20")
    }

    /// What distances from the best logit are multiplied by; 0 where the likeliest token is taken. Colder than one
    /// millionth is not told apart: it would be beyond what f32 can hold.
    pub fn inverse_temperature(&self) -> f32 {
        if self.temperature == 0.0 { 0.0 } else { self.temperature.recip().min(1e6) }
    }

    /// How far below the nearest logit `min_p` lets tokens be; beyond any distance where it is off.
    pub fn min_p_distance(&self) -> f32 {
        if self.min_p == 0.0 { 3e30 } else { -self.min_p.ln() }
    }
}

pub(crate) fn check(
    option: &'static str,
    value: f32,
    in_range: bool,
    range: &'static str,
) -> Result<(), SamplingError> {
    let ok = in_range && value.is_finite();
    if ok { Ok(()) } else { Err(SamplingError::Range { option, value: value.into(), range }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_out_of_range_are_named() {
        let message = |sampling: Sampling| sampling.check().unwrap_err().to_string();
        let plain = Sampling::default();
        assert_eq!(plain.check(), Ok(()));
        assert_eq!(
            message(Sampling { temperature: -0.5, ..plain.clone() }),
            "temperature is -0.5; it must be 0 or more"
        );
        assert_eq!(
            message(Sampling { temperature: f32::NAN, ..plain.clone() }),
            "temperature is NaN; it must be 0 or more"
        );
        assert!(Sampling { temperature: f32::INFINITY, ..plain.clone() }.check().is_err());
        assert_eq!(message(Sampling { top_p: 0.0, ..plain.clone() }), "top_p is 0; it must be above 0 and at most 1");
        assert_eq!(
            message(Sampling { typical: 1.5, ..plain.clone() }),
            "typical is 1.5; it must be above 0 and at most 1"
        );
        assert_eq!(message(Sampling { min_p: -1.0, ..plain.clone() }), "min_p is -1; it must be from 0 to 1");
        assert_eq!(message(Sampling { logprobs: Some(21), ..plain }), "logprobs is 21; it must be at most 20");
    }
}
