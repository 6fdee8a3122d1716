use std::ops::Range;

use kinglet_models::Head;
use kinglet_text::{CodePoints, windows};

use super::{Prepared, TextEncoder, scores::softmax, words::Words};
use crate::{Error, Model, Outputs, TokenizerKind};

/// Tokens that two windows of a long text have in common.
const OVERLAP: usize = 64;

/// How the labels of tokens become those of words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Aggregation {
    /// A word has the label of its first token.
    #[default]
    First,
    /// Each token has its own, also within a word.
    Simple,
}

impl Aggregation {
    /// All of them.
    pub const ALL: &[Aggregation] = &[Aggregation::First, Aggregation::Simple];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Aggregation::First => "first",
            Aggregation::Simple => "simple",
        }
    }
}

/// A part of a text with a label.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    /// Where it begins, in code points.
    pub start: usize,
    /// Where it ends, in code points.
    pub end: usize,
    /// What it is, without a mark of where it begins.
    pub label: String,
    /// How likely that is: the mean over its words or tokens.
    pub score: f64,
    /// The part itself.
    pub text: String,
}

/// A token of a text, with how likely each label is for it.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenScores {
    /// Where it stands in the text, in bytes. A token may begin with the space before its word.
    pub bytes: Range<usize>,
    /// A probability for each of [`Tagger::labels`].
    pub scores: Vec<f64>,
    /// Whether it stands for characters that the vocabulary lacks.
    pub unknown: bool,
}

/// Finds names and other parts of texts.
///
/// ```no_run
/// # async fn example(model: kinglet::Model) -> Result<(), kinglet::Error> {
/// let mut tagger = model.tagger(kinglet::Aggregation::default()).await?;
/// for entity in tagger.tag("Ada Lovelace lived in London.").await? {
///     println!("{}: {}", entity.label, entity.text);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Tagger {
    texts: TextEncoder,
    labels: Vec<String>,
    aggregation: Aggregation,
    words: Words,
}

/// A token, or a word, with the label that is likeliest.
#[derive(Clone, Debug)]
struct Tagged {
    bytes: Range<usize>,
    label: usize,
    score: f64,
    /// The vocabulary lacks it.
    unknown: bool,
}

impl Tagged {
    fn of(token: TokenScores) -> Tagged {
        let TokenScores { bytes, scores, unknown } = token;
        let best = (0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b]).then(b.cmp(&a)));
        let label = best.unwrap_or(0);
        Tagged { bytes, label, score: scores.get(label).copied().unwrap_or(0.0), unknown }
    }
}

impl Tagger {
    pub(super) async fn new(model: &Model, aggregation: Aggregation) -> Result<Tagger, Error> {
        let texts = TextEncoder::new(model, Head::Tag, None).await?;
        let word_pieces = match &model.info().tokenizer {
            Some(TokenizerKind::Json(kind)) => kind == "WordPiece",
            Some(TokenizerKind::Gguf(kind)) => kind == "bert",
            Some(TokenizerKind::SentencePiece) | None => false,
        };
        let words = if word_pieces { Words::Letters } else { Words::Spaces };
        Ok(Tagger { texts, labels: model.info().labels.names.clone(), aggregation, words })
    }

    /// The labelled parts of a text, in their order. A text longer than the model takes is read in windows.
    pub async fn tag(&mut self, text: &str) -> Result<Vec<Entity>, Error> {
        let tokens = self.tokens(&[text]).await?;
        let tokens = tokens.into_iter().flatten().map(Tagged::of).collect();
        let tagged = match self.aggregation {
            Aggregation::Simple => tokens,
            Aggregation::First => self.of_words(text, tokens),
        };
        Ok(self.entities(text, &tagged))
    }

    /// The names of the labels, in the order of [`TokenScores::scores`].
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// How likely each label is for each token of each text, before anything is joined or decided.
    ///
    /// Short texts go through the model together; one longer than the model takes is read in windows.
    pub async fn tokens(&mut self, texts: &[&str]) -> Result<Vec<Vec<TokenScores>>, Error> {
        let room = self.texts.room(false)?;
        let overlap = OVERLAP.min(room / 4);
        let (mut prepared, mut runs) = (Vec::new(), Vec::new());
        for (index, text) in texts.iter().enumerate() {
            let encoding = self.texts.plain(text)?;
            for run in windows(encoding.ids.len(), room, overlap) {
                let joined = self.texts.joined(&encoding.cut(run.clone()), None, false)?;
                // Where nothing is added to a text, nothing may be left of it.
                if !joined.input.tokens.is_empty() {
                    prepared.push(joined);
                    runs.push((index, run.start));
                }
            }
        }
        let outputs = self.texts.run(&prepared, |_| {}).await?;
        let mut all: Vec<Vec<TokenScores>> = vec![Vec::new(); texts.len()];
        for (((index, start), prepared), outputs) in runs.into_iter().zip(&prepared).zip(outputs) {
            self.add_window(&mut all[index], start, overlap, prepared, &outputs);
        }
        Ok(all)
    }

    /// Adds the tokens of a window that begins with the token `start` of its text.
    fn add_window(
        &self,
        known: &mut Vec<TokenScores>,
        start: usize,
        overlap: usize,
        prepared: &Prepared,
        outputs: &Outputs,
    ) {
        let shared = known.len().saturating_sub(start);
        let tokens = prepared.places.iter().zip(&prepared.input.tokens).zip(outputs.logits());
        let placed = tokens.filter_map(|((place, token), logits)| Some((place.as_ref()?, *token, logits)));
        for (index, (place, token, logits)) in placed.enumerate() {
            // Of two windows the one in which a token is farther from the edge knows more.
            if index < shared && index < overlap / 2 {
                continue;
            }
            let unknown = self.texts.tokenizer.special().unknown == Some(token);
            let scores = TokenScores { bytes: place.range.clone(), scores: softmax(logits), unknown };
            match known.get_mut(start + index) {
                Some(known) => *known = scores,
                None => known.push(scores),
            }
        }
    }

    /// Joins tokens that go on with a word; it has the label and the score of the first of them.
    fn of_words(&self, text: &str, tokens: Vec<Tagged>) -> Vec<Tagged> {
        let mut tagged: Vec<Tagged> = Vec::new();
        for token in tokens {
            // Of what the vocabulary lacks nobody knows what it is a part of.
            let goes_on = !token.unknown && self.words.continues(text, token.bytes.start);
            match tagged.last_mut().filter(|_| goes_on) {
                Some(word) => word.bytes.end = token.bytes.end,
                None => tagged.push(token),
            }
        }
        tagged
    }

    /// Joins neighbours of one label, unless the later one begins anew.
    fn entities(&self, text: &str, tagged: &[Tagged]) -> Vec<Entity> {
        let mut groups: Vec<(&str, Vec<&Tagged>)> = Vec::new();
        for tag in tagged {
            let name = self.labels.get(tag.label).map_or("", String::as_str);
            let (begins, name) = match (name.strip_prefix("B-"), name.strip_prefix("I-")) {
                (Some(name), _) => (true, name),
                (None, Some(name)) => (false, name),
                // Other schemes have other letters before the first dash.
                (None, None) => (false, name.split_once('-').map_or(name, |(_, name)| name)),
            };
            match groups.last_mut().filter(|(known, _)| *known == name && !begins) {
                Some((_, group)) => group.push(tag),
                None => groups.push((name, vec![tag])),
            }
        }
        let points = CodePoints::of(text);
        let entity = |(name, group): (&str, Vec<&Tagged>)| {
            let bytes = group.first()?.bytes.start..group.last()?.bytes.end;
            let place = points.range(&bytes);
            let score = group.iter().map(|tag| tag.score).sum::<f64>() / group.len() as f64;
            let text = text.get(bytes).unwrap_or_default().to_owned();
            Some(Entity { start: place.start, end: place.end, label: name.to_owned(), score, text })
        };
        groups.into_iter().filter(|(name, _)| *name != "O").filter_map(entity).collect()
    }
}
