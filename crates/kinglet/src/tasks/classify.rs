use kinglet_models::{Head, Labels};

use super::{Prepared, TextEncoder, scores::scores};
use crate::{Error, Model};

/// A label with its score.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// What the model calls it.
    pub label: String,
    /// How likely it is.
    pub score: f64,
}

/// What a classifier says of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Classification {
    /// Every label, the likeliest first.
    pub labels: Vec<Label>,
    /// The text had more tokens than the model takes; those behind were left out.
    pub truncated: bool,
}

/// Gives texts labels.
///
/// ```no_run
/// # async fn example(model: kinglet::Model) -> Result<(), kinglet::Error> {
/// let mut classifier = model.classifier().await?;
/// for classification in classifier.classify(&["What a lovely bird!"]).await? {
///     println!("{}", classification.labels[0].label);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Classifier {
    texts: TextEncoder,
    labels: Labels,
}

impl Classifier {
    pub(super) async fn new(model: &Model) -> Result<Classifier, Error> {
        let texts = TextEncoder::new(model, Head::Classify, None).await?;
        Ok(Classifier { texts, labels: model.info().labels.clone() })
    }

    /// What the model says of these texts, in their order.
    pub async fn classify(&mut self, texts: &[&str]) -> Result<Vec<Classification>, Error> {
        self.classify_with(texts, |_| {}).await
    }

    /// As [`Classifier::classify`]; says now and then how many texts are done.
    pub async fn classify_with(
        &mut self,
        texts: &[&str],
        on_done: impl FnMut(usize),
    ) -> Result<Vec<Classification>, Error> {
        let prepared: Vec<Prepared> = texts.iter().map(|text| self.texts.one(text)).collect::<Result<_, _>>()?;
        let outputs = self.texts.run(&prepared, on_done).await?;
        let classifications = prepared.iter().zip(outputs).map(|(prepared, outputs)| {
            let logits = outputs.logits().first().map_or(&[][..], Vec::as_slice);
            let scores = scores(logits, self.labels.kind);
            let label = |(name, score): (&String, f64)| Label { label: name.clone(), score };
            let mut labels: Vec<Label> = self.labels.names.iter().zip(scores).map(label).collect();
            labels.sort_by(|a, b| b.score.total_cmp(&a.score));
            Classification { labels, truncated: prepared.truncated }
        });
        Ok(classifications.collect())
    }
}
