/// Why a tokenizer cannot be used, or does not take what it is given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// A `tokenizer.json` breaks its format.
    #[error("tokenizer.json: {why}")]
    Json {
        /// What is wrong.
        why: String,
    },
    /// A `tokenizer.json` has a part that Kinglet does not know.
    #[error("tokenizer.json: its {part} {found} is not supported")]
    Part {
        /// The part: `model`, `decoder`.
        part: &'static str,
        /// What it is.
        found: String,
    },
    /// A GGUF file has a kind of vocabulary that Kinglet does not know.
    #[error("a vocabulary of the kind {found} is not supported; those that are: {supported}")]
    Kind {
        /// The kind by its name in the file.
        found: String,
        /// The kinds that are supported.
        supported: String,
    },
    /// A GGUF file names a way to split text that Kinglet does not know.
    #[error(
        "the pre-tokenizer {found} is not known; if text is split as by one of these, set tokenizer.ggml.pre to its name: {known}"
    )]
    PreTokenizer {
        /// The name in the file.
        found: String,
        /// The names that are known.
        known: String,
    },
    /// A vocabulary contradicts itself.
    #[error("the vocabulary {why}")]
    Vocabulary {
        /// What is wrong.
        why: String,
    },
    /// A token that the vocabulary lacks.
    #[error("token {id} is not in the vocabulary, which has {vocab} tokens")]
    Token {
        /// The token.
        id: u32,
        /// How many tokens there are.
        vocab: usize,
    },
    /// A text that the tokenizer has no tokens for.
    #[error("the text cannot be encoded: {why}")]
    Encode {
        /// What is wrong.
        why: String,
    },
    /// Two texts that the tokenizer does not make one input of.
    #[error("two texts cannot be joined by {by}: {why}")]
    Pair {
        /// What would say how.
        by: &'static str,
        /// What is wrong.
        why: String,
    },
    /// A conversation that is none.
    #[error("the chat {why}")]
    Chat {
        /// What is wrong.
        why: String,
    },
    /// A model without a chat template.
    #[error("the model has no chat template by default; those it has: {}", if names.is_empty() { "none" } else { names.as_str() })]
    NoTemplate {
        /// The names of others.
        names: String,
    },
    /// A chat template that cannot be read.
    #[error("chat template, line {line}: {why}")]
    TemplateSyntax {
        /// Where.
        line: u32,
        /// What is wrong.
        why: String,
    },
    /// A chat template that refuses a chat, in its own words.
    #[error("the chat template refuses the chat: {message}")]
    TemplateRaised {
        /// The words.
        message: String,
    },
    /// A chat template that does what cannot be done.
    #[error("chat template, line {line}: {why}")]
    TemplateFailed {
        /// Where.
        line: u32,
        /// What cannot be done, as Python would say it.
        why: String,
    },
    /// A chat template that goes on for too long, or makes too much.
    #[error("chat template, line {line}: it {why}")]
    TemplateLimit {
        /// Where.
        line: u32,
        /// What it does too much of.
        why: &'static str,
    },
    /// A build that leaves grammars out.
    #[error("this build has no grammars; build it with the cargo feature `grammar`")]
    NoGrammars,
    /// A grammar that cannot be read.
    #[error("the {kind}{} cannot be read: {why}", line.map(|line| format!(", line {line},")).unwrap_or_default())]
    Grammar {
        /// What it is written in.
        kind: &'static str,
        /// Where, if that is known.
        line: Option<u32>,
        /// What is wrong.
        why: String,
    },
    /// A JSON schema with a part that output cannot be held to.
    #[error("the JSON schema, at {at}: {keyword} {why}")]
    SchemaKeyword {
        /// Where, as a JSON pointer.
        at: String,
        /// The keyword.
        keyword: String,
        /// What is wrong with it.
        why: String,
    },
    /// A JSON schema that output cannot be held to as a whole.
    #[error("the JSON schema is not supported: {why}")]
    Schema {
        /// What is not.
        why: String,
    },
    /// A grammar that no text matches.
    #[error("no output can match the grammar: {why}")]
    GrammarUnmet {
        /// Why not.
        why: String,
    },
    /// A place in the output where the grammar wants what no token can write.
    #[error("the grammar has come to a dead end after {after:?}: no token of the vocabulary can go on there")]
    GrammarDeadEnd {
        /// The end of the output.
        after: String,
    },
    /// A token that the grammar does not allow where it is.
    #[error("the grammar does not allow token {id} after {after:?}")]
    GrammarToken {
        /// The token.
        id: u32,
        /// The end of the output.
        after: String,
    },
    /// A grammar that takes too much time or memory.
    #[error("the grammar is too complex: {why}")]
    GrammarLimit {
        /// What there is too much of.
        why: String,
    },
}

impl TextError {
    pub(crate) fn vocabulary(why: impl Into<String>) -> TextError {
        TextError::Vocabulary { why: why.into() }
    }
}

/// Words out of a file, fit for a message: on one line and not too long.
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 200;
    let printable = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    let mut line: String = text.chars().take(MOST).map(printable).collect();
    if text.chars().nth(MOST).is_some() {
        line.push('…');
    }
    line
}
