//! What a model has for text: its tokenizer, its chat templates, what grammars know of its tokens. Each is opened when
//! it is first wanted: who works with tokens alone never pays for it.

use std::sync::OnceLock;

use kinglet_format::{SentenceSettings, Source};
use kinglet_text::{GrammarTokens, Tokenizer};

use crate::{ChatTemplates, Error, ModelInfo, open_tokenizer};

#[derive(Debug)]
pub(crate) struct Texts {
    source: Source,
    tokenizer: OnceLock<Tokenizer>,
    templates: OnceLock<ChatTemplates>,
    grammar_tokens: OnceLock<GrammarTokens>,
    sentences: OnceLock<SentenceSettings>,
}

impl Texts {
    pub(crate) fn new(source: Source) -> Texts {
        let (tokenizer, templates) = (OnceLock::new(), OnceLock::new());
        Texts { source, tokenizer, templates, grammar_tokens: OnceLock::new(), sentences: OnceLock::new() }
    }

    pub(crate) async fn tokenizer(&self) -> Result<&Tokenizer, Error> {
        if let Some(tokenizer) = self.tokenizer.get() {
            return Ok(tokenizer);
        }
        let opened = open_tokenizer(&self.source).await?;
        Ok(self.tokenizer.get_or_init(|| opened))
    }

    pub(crate) async fn templates(&self) -> Result<&ChatTemplates, Error> {
        if let Some(templates) = self.templates.get() {
            return Ok(templates);
        }
        let opened = ChatTemplates::open(&self.source).await?;
        Ok(self.templates.get_or_init(|| opened))
    }

    /// How the model wants texts encoded.
    pub(crate) async fn sentences(&self) -> Result<&SentenceSettings, Error> {
        if let Some(settings) = self.sentences.get() {
            return Ok(settings);
        }
        let opened = SentenceSettings::open(&self.source).await?;
        Ok(self.sentences.get_or_init(|| opened))
    }

    pub(crate) async fn grammar_tokens(&self, info: &ModelInfo) -> Result<&GrammarTokens, Error> {
        if let Some(tokens) = self.grammar_tokens.get() {
            return Ok(tokens);
        }
        let made = GrammarTokens::new(self.tokenizer().await?, info.vocab, &info.end_tokens)?;
        Ok(self.grammar_tokens.get_or_init(|| made))
    }
}
