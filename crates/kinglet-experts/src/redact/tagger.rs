use kinglet::{Tagger, TokenScores};

/// What says of each token of a text how likely it has which label.
///
/// [`kinglet::Tagger`] is one. Labels are `O` and `B-` and `I-` with the name of a [`Kind`](super::Kind).
///
/// ```
/// use kinglet::TokenScores;
/// use kinglet_experts::redact::{RedactOptions, Redactor, TokenTagger};
///
/// /// Takes each word with a capital for a name.
/// struct Capitals([String; 2]);
///
/// impl TokenTagger for Capitals {
///     fn labels(&self) -> &[String] {
///         &self.0
///     }
///
///     async fn tokens(&mut self, texts: &[&str]) -> Result<Vec<Vec<TokenScores>>, kinglet::Error> {
///         let token = |text: &str, word: &str| {
///             let start = word.as_ptr() as usize - text.as_ptr() as usize;
///             let name = f64::from(u8::from(word.starts_with(char::is_uppercase)));
///             TokenScores { bytes: start..start + word.len(), scores: vec![1.0 - name, name], unknown: false }
///         };
///         Ok(texts.iter().map(|text| text.split(' ').map(|word| token(text, word)).collect()).collect())
///     }
/// }
///
/// # pollster::block_on(async {
/// let tagger = Capitals(["O", "B-name"].map(str::to_owned));
/// let mut redactor = Redactor::with(tagger, RedactOptions::default())?;
/// let redaction = redactor.redact("mail Anna at anna@example.org").await?;
/// assert_eq!(redaction.text, "mail [NAME_1] at [EMAIL_1]");
/// # Ok::<(), kinglet_experts::redact::Error>(())
/// # }).unwrap();
/// ```
pub trait TokenTagger {
    /// The names of the labels, in the order of the scores.
    fn labels(&self) -> &[String];

    /// The tokens of each text, in their order.
    fn tokens(&mut self, texts: &[&str]) -> impl Future<Output = Result<Vec<Vec<TokenScores>>, kinglet::Error>>;
}

impl TokenTagger for Tagger {
    fn labels(&self) -> &[String] {
        Tagger::labels(self)
    }

    fn tokens(&mut self, texts: &[&str]) -> impl Future<Output = Result<Vec<Vec<TokenScores>>, kinglet::Error>> {
        Tagger::tokens(self, texts)
    }
}
