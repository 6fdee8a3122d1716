use kinglet_models::Head;

use super::{Prepared, TextEncoder, scores::sigmoid};
use crate::{Error, Model};

/// A text with how well it answers the query.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranked {
    /// Its place among the texts that were given.
    pub index: usize,
    /// How well it answers.
    pub score: f64,
    /// Query and text had more tokens than the model takes; the longer of the two was cut.
    pub truncated: bool,
}

/// Sorts texts by how well they answer a query: a cross-encoder reads the two together.
///
/// ```no_run
/// # async fn example(model: kinglet::Model) -> Result<(), kinglet::Error> {
/// let mut reranker = model.reranker().await?;
/// let documents = ["Kinglets weigh five grams.", "Swans are heavy."];
/// let best = reranker.rerank("What does a kinglet weigh?", &documents).await?;
/// println!("{}", documents[best[0].index]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Reranker {
    texts: TextEncoder,
    plain: bool,
}

impl Reranker {
    pub(super) async fn new(model: &Model) -> Result<Reranker, Error> {
        let texts = TextEncoder::new(model, Head::Classify, None).await?;
        let info = model.info();
        match info.labels.names.len() {
            1 => Ok(Reranker { texts, plain: info.labels.plain_scores }),
            found => Err(Error::RerankLabels { architecture: info.architecture, found }),
        }
    }

    /// The texts that answer the query best come first.
    pub async fn rerank(&mut self, query: &str, documents: &[&str]) -> Result<Vec<Ranked>, Error> {
        self.rerank_with(query, documents, |_| {}).await
    }

    /// As [`Reranker::rerank`]; says now and then how many texts are done.
    pub async fn rerank_with(
        &mut self,
        query: &str,
        documents: &[&str],
        on_done: impl FnMut(usize),
    ) -> Result<Vec<Ranked>, Error> {
        let pair = |document: &&str| self.texts.pair(query, document);
        let prepared: Vec<Prepared> = documents.iter().map(pair).collect::<Result<_, _>>()?;
        let outputs = self.texts.run(&prepared, on_done).await?;
        let ranked = prepared.iter().zip(outputs).enumerate().map(|(index, (prepared, outputs))| {
            let logit = outputs.logits().first().and_then(|row| row.first()).copied().unwrap_or(f32::NAN);
            let score = if self.plain { logit.into() } else { sigmoid(logit) };
            Ranked { index, score, truncated: prepared.truncated }
        });
        let mut ranked: Vec<Ranked> = ranked.collect();
        ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
        Ok(ranked)
    }
}
