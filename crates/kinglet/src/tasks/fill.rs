use kinglet_models::Head;
use kinglet_text::SpecialText;

use super::{TextEncoder, scores::softmax};
use crate::{Error, Model};

/// How much is said of each gap.
#[derive(Clone, Copy, Debug)]
pub struct FillOptions {
    /// Tokens for each gap, the likeliest first.
    pub top: usize,
}

impl Default for FillOptions {
    fn default() -> FillOptions {
        FillOptions { top: 5 }
    }
}

/// A token that may stand in a gap.
#[derive(Clone, Debug, PartialEq)]
pub struct Fill {
    /// The token.
    pub token: u32,
    /// Its text.
    pub text: String,
    /// How likely it is.
    pub score: f64,
}

/// Fills in what is missing in texts. The model's own mark, often `[MASK]` or `<mask>`, stands for a gap of one token.
///
/// ```no_run
/// # async fn example(model: kinglet::Model) -> Result<(), kinglet::Error> {
/// let mut filler = model.filler(kinglet::FillOptions::default()).await?;
/// let text = format!("Paris is the {} of France.", filler.mask());
/// for gap in filler.fill(&text).await? {
///     println!("{}", gap[0].text);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Filler {
    texts: TextEncoder,
    mask: u32,
    mask_text: String,
    options: FillOptions,
}

impl Filler {
    pub(super) async fn new(model: &Model, options: FillOptions) -> Result<Filler, Error> {
        let texts = TextEncoder::new(model, Head::Fill, None).await?;
        let mask = texts.tokenizer.special().mask.ok_or(Error::NoToken { what: "mask" })?;
        let mask_text = texts.tokenizer.decode(&[mask], SpecialText::Keep)?;
        Ok(Filler { texts, mask, mask_text, options })
    }

    /// What stands for a gap.
    pub fn mask(&self) -> &str {
        &self.mask_text
    }

    /// For each gap of a text the tokens that are likeliest there. Each gap is filled by itself.
    pub async fn fill(&mut self, text: &str) -> Result<Vec<Vec<Fill>>, Error> {
        let mut prepared = self.texts.one(text)?;
        // What is left out might hold a gap.
        if prepared.truncated {
            return Err(Error::TextTooLong { limit: self.texts.limit });
        }
        let gaps = (0..).zip(&prepared.input.tokens).filter(|(_, token)| **token == self.mask);
        prepared.input.rows = gaps.map(|(index, _)| index).collect();
        if prepared.input.rows.is_empty() {
            return Err(Error::NoMask { mask: self.mask_text.clone() });
        }
        let outputs = self.texts.run(&[prepared], |_| {}).await?;
        let rows = outputs.first().map(|outputs| outputs.logits()).unwrap_or_default();
        rows.iter().map(|logits| self.likeliest(logits)).collect()
    }

    fn likeliest(&self, logits: &[f32]) -> Result<Vec<Fill>, Error> {
        let scores = softmax(logits);
        let mut order: Vec<usize> = (0..scores.len()).collect();
        order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
        // A model may have rows for more tokens than there are.
        let known = order.into_iter().filter(|&id| id < self.texts.tokenizer.vocab());
        let fill = |id: usize| {
            let token = id as u32;
            let text = self.texts.tokenizer.decode(&[token], SpecialText::Keep)?;
            Ok(Fill { token, text, score: scores[id] })
        };
        known.take(self.options.top).map(fill).collect()
    }
}
