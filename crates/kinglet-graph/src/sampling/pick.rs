use std::borrow::Cow;

use super::{
    Edit, Sampling,
    arithmetic::exp,
    random::Stream,
    survivors::{candidates, nearest, truncate, weight},
};

/// A token that was picked.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pick {
    /// Its id.
    pub id: u32,
    /// How likely it was, where asked for.
    pub logprobs: Option<Logprobs>,
}

/// Logarithms of probabilities, as the model gave them: before edits, truncation and temperature.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Logprobs {
    /// Of the token that was picked.
    pub picked: f32,
    /// The likeliest tokens, the likeliest first.
    pub top: Vec<(u32, f32)>,
}

impl Logprobs {
    /// Logits made logarithms of probabilities. `total` is the sum of e^(logit - best) in units of 2^-31.
    pub fn new(picked: f32, top: impl Iterator<Item = (u32, f32)>, best: f32, total: u64) -> Logprobs {
        let log_total = (total as f64 / 2_147_483_648.0).ln();
        let logprob = |logit: f32| (f64::from(logit) - f64::from(best) - log_total) as f32;
        Logprobs { picked: logprob(picked), top: top.map(|(id, logit)| (id, logprob(logit))).collect() }
    }
}

/// Picks a token from the logits of a position. Edits and options are as [`Edit::check_all`] and [`Sampling::check`]
/// want them.
pub fn pick(logits: &[f32], sampling: &Sampling, edits: &[Edit], position: u32) -> Pick {
    pick_changed(logits, logits, sampling, edits, position)
}

/// As [`pick`], from logits that the caller changed before all else; what is NaN is not picked. What is said of
/// probabilities is about those that the model gave.
pub fn pick_changed(given: &[f32], changed: &[f32], sampling: &Sampling, edits: &[Edit], position: u32) -> Pick {
    let edited = edited(changed, edits);
    let id = if sampling.temperature == 0.0 { largest(&edited) } else { draw(&edited, sampling, position) };
    Pick { id, logprobs: sampling.logprobs.map(|count| logprobs(given, id, count)) }
}

/// The index of the largest value, the first of equals; NaN never wins over a number, and where all are NaN the index is
/// still valid.
pub fn largest(values: &[f32]) -> u32 {
    let mut best = (f32::NAN, 0);
    for (index, &value) in values.iter().enumerate() {
        if value > best.0 || (best.0.is_nan() && !value.is_nan()) {
            best = (value, index);
        }
    }
    best.1 as u32
}

fn edited<'a>(logits: &'a [f32], edits: &[Edit]) -> Cow<'a, [f32]> {
    let mut edited = Cow::Borrowed(logits);
    for edit in edits {
        if let Some(logit) = logits.get(edit.token as usize) {
            edited.to_mut()[edit.token as usize] = edit.apply(logit.clamp(-1e30, 1e30));
        }
    }
    edited
}

/// The token with the least E/p, where E is an exponential variable of its own: each wins as often as its p says.
fn draw(logits: &[f32], sampling: &Sampling, position: u32) -> u32 {
    let mut left = candidates(logits);
    truncate(&mut left, sampling);
    let nearest = nearest(&left);
    let cold = sampling.inverse_temperature();
    let stream = Stream::new(sampling.seed, sampling.sequence, position);
    let mut best = (f32::MAX, largest(logits));
    for one in left {
        let score = stream.exponential(one.token) * exp((one.distance - nearest) * cold);
        if score < best.0 {
            best = (score, one.token);
        }
    }
    best.1
}

fn logprobs(logits: &[f32], picked: u32, count: u32) -> Logprobs {
    let bounded = |logit: f32| logit.clamp(-1e30, 1e30);
    let best = bounded(logits.get(largest(logits) as usize).copied().unwrap_or(0.0));
    let candidates = candidates(logits);
    let total = candidates.iter().map(|one| u64::from(weight(one.distance))).sum();
    let mut order: Vec<u32> = candidates.iter().map(|one| one.token).collect();
    let by_logit = |a: &u32, b: &u32| {
        let [a_logit, b_logit] = [a, b].map(|token| logits[*token as usize]);
        b_logit.partial_cmp(&a_logit).unwrap_or(std::cmp::Ordering::Equal).then(a.cmp(b))
    };
    let count = (count as usize).min(order.len());
    if count > 0 && count < order.len() {
        order.select_nth_unstable_by(count - 1, by_logit);
    }
    order.truncate(count);
    order.sort_unstable_by(by_logit);
    let logit = |token: u32| bounded(logits.get(token as usize).copied().unwrap_or(0.0));
    Logprobs::new(logit(picked), order.iter().map(|&token| (token, logit(token))), best, total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn greedy_takes_the_largest_edited_logit() {
        let logits = [1.0, 5.0, 4.0, f32::NAN];
        let greedy = Sampling::default();
        assert_eq!(pick(&logits, &greedy, &[], 0).id, 1);
        assert_eq!(pick(&logits, &greedy, &[Edit { repeat: 2.0, ..Edit::none(1) }], 0).id, 2);
        assert_eq!(pick(&logits, &greedy, &[Edit { bias: 100.0, ..Edit::none(3) }], 0).id, 1, "NaN stays NaN");
        assert_eq!(pick(&[f32::NAN; 3], &Sampling { temperature: 1.0, ..greedy }, &[], 0).id, 0);
    }

    #[test]
    fn logprobs_are_the_models_own() {
        let logits = [0.125f32, 0.5, 0.25, 0.125].map(|p| p.ln() + 3.0);
        let sampling = Sampling { logprobs: Some(3), ..Sampling::default() };
        let picked = pick(&logits, &sampling, &[Edit { bias: 9.0, ..Edit::none(2) }], 0);
        assert_eq!(picked.id, 2);
        let found = picked.logprobs.unwrap();
        assert!((found.picked - 0.25f32.ln()).abs() < 1e-6);
        assert_eq!(found.top.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [1, 2, 0]);
        assert!((found.top[0].1 - 0.5f32.ln()).abs() < 1e-6);
        let none = Sampling { logprobs: Some(0), ..Sampling::default() };
        assert_eq!(pick(&logits, &none, &[], 0).logprobs.unwrap().top, []);
    }

    #[test]
    fn changed_logits_decide_and_the_given_ones_say_how_likely_it_was() {
        let given = [0.5f32, 0.25, 0.25].map(f32::ln);
        let changed = [f32::NAN, given[1], f32::NAN];
        for temperature in [0.0, 1.0, 1e6] {
            let sampling = Sampling { temperature, logprobs: Some(1), ..Sampling::default() };
            for position in 0..50 {
                let pick = pick_changed(&given, &changed, &sampling, &[], position);
                let logprobs = pick.logprobs.unwrap();
                assert_eq!((pick.id, logprobs.top[0].0), (1, 0));
                assert!((logprobs.picked - 0.25f32.ln()).abs() < 1e-6);
            }
        }
    }

    #[test]
    fn draws_depend_on_seed_sequence_and_position() {
        let logits = vec![0.0; 1000];
        let id = |seed, sequence, position| {
            let sampling = Sampling { temperature: 1.0, seed, sequence, ..Sampling::default() };
            pick(&logits, &sampling, &[], position).id
        };
        let base = id(1, 0, 0);
        assert_eq!(id(1, 0, 0), base);
        let others = [id(2, 0, 0), id(1 << 32 | 1, 0, 0), id(1, 1, 0), id(1, 0, 1)];
        assert!(others.iter().all(|other| *other != base), "{others:?}, {base}");
    }
}
