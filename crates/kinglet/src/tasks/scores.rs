//! Logits as probabilities.

use kinglet_models::LabelKind;

/// Probabilities that add up to 1.
pub(super) fn softmax(logits: &[f32]) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f32::MIN, f32::max);
    let powers: Vec<f64> = logits.iter().map(|&logit| f64::from(logit - largest).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

pub(super) fn sigmoid(logit: f32) -> f64 {
    1.0 / (1.0 + (-f64::from(logit)).exp())
}

/// A score for each label.
pub(super) fn scores(logits: &[f32], kind: LabelKind) -> Vec<f64> {
    match kind {
        LabelKind::One => softmax(logits),
        LabelKind::Several => logits.iter().map(|&logit| sigmoid(logit)).collect(),
        LabelKind::Number => logits.iter().map(|&logit| logit.into()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_add_up() {
        let scores = softmax(&[1000.0, 1000.0, -1000.0]);
        assert_eq!(scores, [0.5, 0.5, 0.0]);
        assert_eq!((sigmoid(0.0), sigmoid(-1000.0), sigmoid(1000.0)), (0.5, 0.0, 1.0));
    }
}
