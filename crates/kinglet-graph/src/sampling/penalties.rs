use std::collections::BTreeMap;

use super::{Edit, SamplingError, check};

/// What makes tokens that have come before less likely, or any token more or less so.
///
/// ```
/// use kinglet_graph::Penalties;
///
/// let penalties = Penalties { repeat: 1.1, bias: vec![(7, -2.0)], ..Penalties::default() };
/// let edits = penalties.edits(&[3, 5, 3]);
/// assert_eq!(edits.iter().map(|edit| edit.token).collect::<Vec<_>>(), [3, 5, 7]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Penalties {
    /// Added to the logits of tokens. Negative infinity forbids a token.
    pub bias: Vec<(u32, f32)>,
    /// Divides the logits above 0 of tokens that have come before, and multiplies the others; 1 is off.
    pub repeat: f32,
    /// Subtracted from the logits of tokens that have come before; 0 is off.
    pub presence: f32,
    /// Subtracted from the logit of a token as often as it has come before; 0 is off.
    pub frequency: f32,
    /// How many of the last tokens, the prompt's included, these three look at; `None` for all.
    pub last_n: Option<usize>,
    /// Keeps sequences of tokens from repeating.
    pub dry: Dry,
}

/// "Don't repeat yourself": a token that would go on with what has come before is less likely the longer that is.
#[derive(Clone, Debug, PartialEq)]
pub struct Dry {
    /// What is subtracted for a repetition of `allowed_length` tokens; 0 is off.
    pub multiplier: f32,
    /// How many times more each token beyond makes it.
    pub base: f32,
    /// The longest repetition that costs nothing, but for one token.
    pub allowed_length: usize,
    /// How many of the last tokens it looks at; `None` for all.
    pub last_n: Option<usize>,
    /// Tokens that no repetition goes across.
    pub breakers: Vec<u32>,
}

impl Default for Dry {
    fn default() -> Dry {
        Dry { multiplier: 0.0, base: 1.75, allowed_length: 2, last_n: None, breakers: Vec::new() }
    }
}

impl Default for Penalties {
    fn default() -> Penalties {
        let (bias, last_n) = (Vec::new(), Some(64));
        Penalties { bias, repeat: 1.0, presence: 0.0, frequency: 0.0, last_n, dry: Dry::default() }
    }
}

impl Penalties {
    /// Checks that every number is one and in its range.
    pub fn check(&self) -> Result<(), SamplingError> {
        check("repeat_penalty", self.repeat, self.repeat > 0.0, "above 0")?;
        check("presence_penalty", self.presence, true, "a finite number")?;
        check("frequency_penalty", self.frequency, true, "a finite number")?;
        check("dry_multiplier", self.dry.multiplier, self.dry.multiplier >= 0.0, "0 or more")?;
        check("dry_base", self.dry.base, self.dry.base >= 1.0, "1 or more")?;
        let nan = self.bias.iter().find(|(_, bias)| bias.is_nan());
        nan.map_or(Ok(()), |(_, bias)| check("logit_bias", *bias, false, "a number"))
    }

    /// Whether edits depend on the tokens that have come before.
    pub fn look_back(&self) -> bool {
        self.looks_at_tokens() || self.dry.multiplier != 0.0
    }

    fn looks_at_tokens(&self) -> bool {
        self.repeat != 1.0 || self.presence != 0.0 || self.frequency != 0.0
    }

    /// The edits for the token that follows these.
    pub fn edits(&self, tokens: &[u32]) -> Vec<Edit> {
        let mut edits: BTreeMap<u32, Edit> = BTreeMap::new();
        for &(token, bias) in &self.bias {
            let edit = edits.entry(token).or_insert(Edit::none(token));
            edit.bias = (edit.bias + bias).clamp(-1e30, 1e30);
        }
        if self.looks_at_tokens() {
            let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
            for &token in last(tokens, self.last_n) {
                *counts.entry(token).or_default() += 1;
            }
            for (token, count) in counts {
                let edit = edits.entry(token).or_insert(Edit::none(token));
                edit.repeat = self.repeat;
                edit.add = (-self.presence - self.frequency * count as f32).clamp(-1e30, 1e30);
            }
        }
        for (token, length) in self.dry.repetitions(last(tokens, self.dry.last_n)) {
            let edit = edits.entry(token).or_insert(Edit::none(token));
            edit.add = (edit.add - self.dry.penalty(length)).max(-1e30);
        }
        edits.into_values().collect()
    }
}

fn last(tokens: &[u32], count: Option<usize>) -> &[u32] {
    &tokens[tokens.len() - count.unwrap_or(usize::MAX).min(tokens.len())..]
}

impl Dry {
    fn penalty(&self, length: usize) -> f32 {
        let beyond = (length - self.allowed_length).min(i32::MAX as usize) as i32;
        (self.multiplier * self.base.powi(beyond)).min(1e30)
    }

    /// Each token that would make the text repeat itself, and the length of what is repeated: the longest run of tokens
    /// before an earlier occurrence of it that the text ends with.
    fn repetitions(&self, tokens: &[u32]) -> BTreeMap<u32, usize> {
        let mut longest = BTreeMap::new();
        if self.multiplier == 0.0 || tokens.is_empty() {
            return longest;
        }
        let unbroken = tokens.iter().rev().take_while(|token| !self.breakers.contains(token)).count();
        let backwards: Vec<u32> = tokens.iter().rev().copied().collect();
        for (index, length) in prefix_lengths(&backwards).into_iter().enumerate().skip(1) {
            let length = length.min(unbroken);
            let next = backwards[index - 1];
            if length > 0 && length >= self.allowed_length && !self.breakers.contains(&next) {
                let known = longest.entry(next).or_insert(0);
                *known = length.max(*known);
            }
        }
        longest
    }
}

/// For each index the length of the longest run from there that `tokens` begins with, in time linear in their number.
fn prefix_lengths(tokens: &[u32]) -> Vec<usize> {
    let mut lengths = vec![tokens.len(); tokens.len()];
    // The run that reaches farthest: what is inside of it is known from the beginning.
    let (mut start, mut end) = (0, 0);
    for index in 1..tokens.len() {
        let mut length = if index < end { lengths[index - start].min(end - index) } else { 0 };
        while index + length < tokens.len() && tokens[length] == tokens[index + length] {
            length += 1;
        }
        lengths[index] = length;
        if index + length > end {
            (start, end) = (index, index + length);
        }
    }
    lengths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(edits: &[Edit], token: u32) -> Edit {
        *edits.iter().find(|edit| edit.token == token).unwrap()
    }

    #[test]
    fn penalties_look_at_the_last_tokens() {
        let penalties =
            Penalties { repeat: 1.5, presence: 0.5, frequency: 0.25, last_n: Some(4), ..Penalties::default() };
        let edits = penalties.edits(&[9, 1, 2, 1, 1]);
        assert_eq!(edits.len(), 2, "9 is too far back");
        assert_eq!(edit(&edits, 1), Edit { token: 1, bias: 0.0, repeat: 1.5, add: -1.25 });
        assert_eq!(edit(&edits, 2), Edit { token: 2, bias: 0.0, repeat: 1.5, add: -0.75 });
        assert_eq!(Penalties { last_n: Some(0), ..penalties.clone() }.edits(&[1]), []);
        assert_eq!(Penalties { last_n: None, ..penalties }.edits(&[9; 300]).len(), 1);
        // Presence that is taken back by nothing else must count once.
        let presence = Penalties { presence: 1.0, ..Penalties::default() };
        assert_eq!(edit(&presence.edits(&[5, 5, 5]), 5).add, -1.0);
        let both = Penalties { presence: 1.0, frequency: -1.0, ..Penalties::default() };
        assert_eq!(edit(&both.edits(&[5, 5, 5]), 5).add, 2.0);
    }

    #[test]
    fn biases_of_one_token_add_up_and_stay_finite() {
        let penalties = Penalties { bias: vec![(3, 1.0), (3, 2.0), (4, f32::NEG_INFINITY)], ..Penalties::default() };
        assert!(!penalties.look_back());
        let edits = penalties.edits(&[]);
        assert_eq!((edit(&edits, 3).bias, edit(&edits, 4).bias), (3.0, -1e30));
        assert_eq!(Edit::check_all(&edits, 5), Ok(()));
        assert!(Penalties { bias: vec![(1, f32::NAN)], ..Penalties::default() }.check().is_err());
    }

    fn dry() -> Dry {
        Dry { multiplier: 1.0, base: 2.0, ..Dry::default() }
    }

    #[test]
    fn dry_finds_what_would_be_repeated() {
        // After 1 2 3 came 4, after 2 3 came 5, and the text ends with 1 2 3.
        let tokens = [1, 2, 3, 4, 0, 2, 3, 5, 1, 2, 3];
        let found = dry().repetitions(&tokens);
        assert_eq!(found, BTreeMap::from([(4, 3), (5, 2)]));
        let edits = Penalties { dry: dry(), ..Penalties::default() }.edits(&tokens);
        assert_eq!((edit(&edits, 4).add, edit(&edits, 5).add), (-2.0, -1.0));
        assert_eq!(Dry { allowed_length: 3, ..dry() }.repetitions(&tokens), BTreeMap::from([(4, 3)]));
        assert_eq!(Dry { breakers: vec![1], ..dry() }.repetitions(&tokens), BTreeMap::from([(4, 2), (5, 2)]));
        assert_eq!(Dry { breakers: vec![3], ..dry() }.repetitions(&tokens), BTreeMap::new());
        assert_eq!(Dry { breakers: vec![4], ..dry() }.repetitions(&tokens), BTreeMap::from([(5, 2)]));
        let recent = Penalties { dry: Dry { last_n: Some(6), ..dry() }, ..Penalties::default() };
        assert_eq!(recent.edits(&tokens).iter().map(|edit| edit.token).collect::<Vec<_>>(), [5]);
    }

    #[test]
    fn repetitions_may_overlap_and_penalties_stay_finite() {
        assert_eq!(dry().repetitions(&[7; 6]), BTreeMap::from([(7, 5)]));
        let edits = Penalties { dry: dry(), ..Penalties::default() }.edits(&[7; 500]);
        assert_eq!(edits[0].add, -1e30);
    }

    #[test]
    fn prefix_lengths_are_what_they_are_when_counted() {
        let mut rng = 1u32;
        for length in 0..60 {
            let next = |_| {
                rng = rng.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                rng >> 31
            };
            let tokens: Vec<u32> = (0..length).map(next).collect();
            let counted = |index: usize| tokens[index..].iter().zip(&tokens).take_while(|(a, b)| a == b).count();
            assert_eq!(prefix_lengths(&tokens), (0..length).map(counted).collect::<Vec<_>>());
        }
    }
}
