/// Which positions' rows a forward pass returns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Rows {
    /// One for each token.
    #[default]
    All,
    /// The last token's.
    Last,
}

/// The outputs of a step by name: `logits`, then the taps.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outputs {
    /// Name, and rows of values.
    pub values: Vec<(String, Vec<Vec<f32>>)>,
}

impl Outputs {
    /// The rows of the output of this name.
    pub fn get(&self, name: &str) -> Option<&[Vec<f32>]> {
        self.values.iter().find(|(known, _)| known == name).map(|(_, rows)| rows.as_slice())
    }

    /// A row of logits for each wanted position; empty where the model has none.
    pub fn logits(&self) -> &[Vec<f32>] {
        self.get("logits").unwrap_or_default()
    }

    pub(crate) fn into_logits(self) -> Vec<Vec<f32>> {
        self.values.into_iter().find(|(known, _)| known == "logits").map(|(_, rows)| rows).unwrap_or_default()
    }
}
