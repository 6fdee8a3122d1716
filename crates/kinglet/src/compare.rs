use kinglet_graph::{StepError, largest};

use crate::{Error, Model, Session, Step};

/// How close a model's predictions are to a reference's, over the positions of a text.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Comparison {
    /// Predicted tokens.
    pub tokens: usize,
    /// How many tokens the model hesitates between, on average: e to the power of its mean surprise.
    pub perplexity: f64,
    /// The same of the reference.
    pub reference_perplexity: f64,
    /// The mean of the Kullback-Leibler divergence of the model's distribution from the reference's.
    pub kl_mean: f64,
    /// What 99 % of these divergences do not exceed.
    pub kl_p99: f64,
    /// The share of positions where both find the same token likeliest.
    pub top1_agreement: f64,
}

/// Positions that are computed at a time.
const AT_ONCE: usize = 64;

impl Model {
    /// Compares the predictions of this model with a reference's, token by token.
    ///
    /// The text is cut into windows of `window` tokens that know nothing of each other; the first token of each is not
    /// predicted. `on_progress` hears how many tokens of the text are done.
    pub async fn compare(
        &self,
        reference: &Model,
        tokens: &[u32],
        window: usize,
        mut on_progress: impl FnMut(usize),
    ) -> Result<Comparison, Error> {
        self.info().check_comparable(reference.info())?;
        let vocab = self.info().vocab;
        if tokens.len() < 2 || window < 2 {
            return Err(Error::EmptyPrompt);
        }
        // The last token of a window is predicted, and goes through no step that would check it.
        if let Some(&id) = tokens.iter().find(|id| **id as usize >= vocab) {
            return Err(StepError::Token { id, vocab }.into());
        }
        let (mut ours, mut theirs) = (self.session().await?, reference.session().await?);
        let mut sums = Sums::default();
        for (index, window_tokens) in tokens.chunks(window).enumerate() {
            let slots = [ours.open_slot()?, theirs.open_slot()?];
            for start in (0..window_tokens.len().saturating_sub(1)).step_by(AT_ONCE) {
                let end = (start + AT_ONCE).min(window_tokens.len() - 1);
                let given = &window_tokens[start..end];
                let found = predict(&mut ours, slots[0], start, given).await?;
                let expected = predict(&mut theirs, slots[1], start, given).await?;
                for (row, next) in window_tokens[start + 1..=end].iter().enumerate() {
                    sums.add(&found[row], &expected[row], *next as usize);
                }
                on_progress(index * window + end + 1);
            }
            ours.close_slot(slots[0]);
            theirs.close_slot(slots[1]);
        }
        Ok(sums.comparison())
    }
}

/// The logits after each of these tokens.
async fn predict(session: &mut Session, slot: u32, start: usize, tokens: &[u32]) -> Result<Vec<Vec<f32>>, Error> {
    let outputs = session.step(&Step::prefill(slot, start as u32, tokens)).await?;
    Ok(outputs.logits().to_vec())
}

#[derive(Debug, Default)]
struct Sums {
    surprise: f64,
    reference_surprise: f64,
    divergences: Vec<f64>,
    agreements: usize,
}

impl Sums {
    fn add(&mut self, found: &[f32], expected: &[f32], next: usize) {
        let (total, reference_total) = (log_total(found), log_total(expected));
        let log_share = |logits: &[f32], total: f64, index: usize| f64::from(logits[index]) - total;
        self.surprise -= log_share(found, total, next);
        self.reference_surprise -= log_share(expected, reference_total, next);
        let divergence = (0..found.len().min(expected.len())).map(|index| {
            let (ours, theirs) = (log_share(found, total, index), log_share(expected, reference_total, index));
            theirs.exp() * (theirs - ours)
        });
        // Rounding can leave a few millionths of a millionth below zero.
        self.divergences.push(divergence.sum::<f64>().max(0.0));
        self.agreements += usize::from(largest(found) == largest(expected));
    }

    fn comparison(mut self) -> Comparison {
        let tokens = self.divergences.len();
        let mean = |sum: f64| sum / tokens.max(1) as f64;
        self.divergences.sort_by(f64::total_cmp);
        let p99 = (tokens * 99).div_ceil(100).saturating_sub(1);
        Comparison {
            tokens,
            perplexity: mean(self.surprise).exp(),
            reference_perplexity: mean(self.reference_surprise).exp(),
            kl_mean: mean(self.divergences.iter().sum()),
            kl_p99: self.divergences.get(p99).copied().unwrap_or(0.0),
            top1_agreement: mean(self.agreements as f64),
        }
    }
}

/// The logarithm of the sum that turns logits into shares.
fn log_total(logits: &[f32]) -> f64 {
    let largest = logits.iter().copied().fold(f32::MIN, f32::max);
    let sum: f64 = logits.iter().map(|logit| f64::from(logit - largest).exp()).sum();
    f64::from(largest) + sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions_are_compared_as_the_formulas_say() {
        let mut sums = Sums::default();
        // Shares of 3/4 and 1/4, of 1/2 and 1/2.
        let (found, expected) = ([3f32.ln(), 0.0], [0.0, 0.0]);
        sums.add(&found, &expected, 0);
        let comparison = sums.comparison();
        assert!((comparison.perplexity - 4.0 / 3.0).abs() < 1e-6, "{comparison:?}");
        assert!((comparison.reference_perplexity - 2.0).abs() < 1e-12);
        let divergence = 0.5 * (2f64 / 3.0).ln() + 0.5 * 2f64.ln();
        assert!((comparison.kl_mean - divergence).abs() < 1e-6, "{comparison:?}");
        assert_eq!((comparison.tokens, comparison.top1_agreement), (1, 1.0));
    }

    #[test]
    fn the_99th_percentile_leaves_out_the_last_of_a_hundred() {
        let divergences = (0..100).map(f64::from).collect();
        assert_eq!(Sums { divergences, ..Sums::default() }.comparison().kl_p99, 98.0);
    }
}
