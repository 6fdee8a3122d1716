use super::{SamplingError, check};

/// What is done to the logit of one token before all else: `bias` is added, then the result is divided by `repeat` where
/// it is above 0 and multiplied with it elsewhere, then `add` is added.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edit {
    /// The token.
    pub token: u32,
    /// Added first.
    pub bias: f32,
    /// Divides what is above 0 and multiplies what is not; 1 changes nothing.
    pub repeat: f32,
    /// Added last.
    pub add: f32,
}

impl Edit {
    /// An edit of a token that changes nothing.
    pub fn none(token: u32) -> Edit {
        Edit { token, bias: 0.0, repeat: 1.0, add: 0.0 }
    }

    /// The edited logit.
    pub(crate) fn apply(&self, logit: f32) -> f32 {
        let biased = logit + self.bias;
        let repeated = if biased > 0.0 { biased / self.repeat } else { biased * self.repeat };
        repeated + self.add
    }

    /// Checks what kernels rely on: numbers that are finite, tokens of the vocabulary, each once.
    pub fn check_all(edits: &[Edit], vocab: usize) -> Result<(), SamplingError> {
        let mut tokens = Vec::with_capacity(edits.len());
        for edit in edits {
            if edit.token as usize >= vocab {
                return Err(SamplingError::Token { id: edit.token, vocab });
            }
            check("an edit's bias", edit.bias, true, "a finite number")?;
            check("an edit's repeat", edit.repeat, edit.repeat > 0.0, "above 0")?;
            check("an edit's add", edit.add, true, "a finite number")?;
            tokens.push(edit.token);
        }
        tokens.sort_unstable();
        match tokens.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(SamplingError::Twice { id: pair[0] }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_make_a_token_less_likely_on_both_sides_of_zero() {
        let edit = Edit { repeat: 2.0, ..Edit::none(0) };
        assert_eq!((edit.apply(3.0), edit.apply(-3.0)), (1.5, -6.0));
        assert_eq!(Edit { bias: -4.0, repeat: 2.0, add: 1.0, token: 0 }.apply(3.0), -1.0);
    }

    #[test]
    fn edits_that_kernels_cannot_take_are_refused() {
        assert_eq!(Edit::check_all(&[Edit::none(2), Edit::none(0)], 3), Ok(()));
        assert_eq!(Edit::check_all(&[Edit::none(3)], 3), Err(SamplingError::Token { id: 3, vocab: 3 }));
        assert_eq!(Edit::check_all(&[Edit::none(1), Edit::none(1)], 3), Err(SamplingError::Twice { id: 1 }));
        assert!(Edit::check_all(&[Edit { bias: f32::INFINITY, ..Edit::none(1) }], 3).is_err());
    }
}
