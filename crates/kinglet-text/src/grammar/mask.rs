/// Which tokens of a model may come next, one bit for each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenMask {
    words: Vec<u32>,
    len: usize,
}

#[cfg_attr(not(feature = "grammar"), allow(dead_code, reason = "there is nobody to make one"))]
impl TokenMask {
    /// None of so many tokens.
    pub(super) fn none(len: usize) -> TokenMask {
        TokenMask { words: vec![0; len.div_ceil(32)], len }
    }

    /// Takes over as many bits as there are tokens.
    pub(super) fn set_words(&mut self, words: &[u32]) {
        self.words.fill(0);
        for (to, from) in self.words.iter_mut().zip(words) {
            *to = *from;
        }
        if let (Some(last), rest @ 1..) = (self.words.last_mut(), self.len % 32) {
            *last &= (1 << rest) - 1;
        }
    }

    pub(super) fn set(&mut self, id: u32, allowed: bool) {
        if let Some((word, bit)) = self.place(id) {
            let Some(word) = self.words.get_mut(word) else { return };
            *word = if allowed { *word | bit } else { *word & !bit };
        }
    }

    fn place(&self, id: u32) -> Option<(usize, u32)> {
        let index = usize::try_from(id).ok().filter(|&index| index < self.len)?;
        Some((index / 32, 1 << (id % 32)))
    }

    /// Whether a token may come next.
    pub fn allows(&self, id: u32) -> bool {
        self.place(id).is_some_and(|(word, bit)| self.words.get(word).is_some_and(|word| word & bit != 0))
    }

    /// How many tokens there are, allowed or not: as many as the model has logits.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether no token may come next.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// How many tokens may come next.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| usize::try_from(word.count_ones()).unwrap_or_default()).sum()
    }

    /// The bits, 32 tokens to a word, the lowest first.
    pub fn words(&self) -> &[u32] {
        &self.words
    }

    /// The tokens that may come next, in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0u32..).step_by(32).zip(&self.words).flat_map(|(first, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(first + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_has_a_bit_for_each_token_and_no_more() {
        let mut mask = TokenMask::none(70);
        assert!(mask.is_empty() && mask.len() == 70 && mask.words().len() == 3);
        mask.set_words(&[1 << 31, 0, u32::MAX, u32::MAX]);
        assert_eq!(mask.iter().collect::<Vec<_>>(), [31, 64, 65, 66, 67, 68, 69]);
        assert_eq!(mask.count(), 7);
        mask.set(64, false);
        mask.set(3, true);
        mask.set(70, true);
        assert!(mask.allows(3) && mask.allows(69) && !mask.allows(64) && !mask.allows(70) && !mask.allows(u32::MAX));
    }
}
