use kinglet_tensor::Bytes;
use serde_json::Value;

use crate::{FormatError, Metadata, Source, choice::only_model, gguf, hugging_face, shown::shown};

/// As much of a model's files as a tokenizer is made of. There need be no weights.
#[derive(Clone, Debug)]
pub enum TokenizerFiles {
    /// `tokenizer.json`, and what `tokenizer_config.json` says.
    HuggingFace {
        /// The bytes of the former.
        tokenizer: Bytes,
        /// The latter, where it is there.
        config: Option<Value>,
    },
    /// The metadata of a GGUF file.
    Gguf(Metadata),
}

/// What can be done about a `tokenizer.model` without a `tokenizer.json` beside it.
const SENTENCE_PIECE: &str = "is SentencePiece's own format, which is not read; save the tokenizer as tokenizer.json";

impl TokenizerFiles {
    /// Finds them where [`Checkpoint::open`](crate::Checkpoint::open) would; a `tokenizer.json` may be alone, too.
    pub async fn open(source: &Source) -> Result<TokenizerFiles, FormatError> {
        if let Some(file) = gguf_file(source).await? {
            let (metadata, _) = gguf::open(source, &file).await?;
            return match metadata.lacks_vocabulary()? {
                true => Err(FormatError::NoTokenizer { file: shown(file) }),
                false => Ok(TokenizerFiles::Gguf(metadata)),
            };
        }
        let Some(tokenizer) = hugging_face::tokenizer(source).await? else {
            let file = hugging_face::SENTENCE_PIECE;
            return Err(match source.size(file).await? {
                Some(_) => FormatError::Weights { file: file.to_owned(), why: SENTENCE_PIECE.to_owned() },
                None => source.missing(hugging_face::TOKENIZER),
            });
        };
        Ok(TokenizerFiles::HuggingFace { tokenizer, config: hugging_face::tokenizer_config(source).await? })
    }
}

/// The GGUF file of a source, unless its model is of other files.
pub(crate) async fn gguf_file(source: &Source) -> Result<Option<String>, FormatError> {
    match source.weights() {
        Some(file) if file.ends_with(".safetensors") || file == hugging_face::TOKENIZER => Ok(None),
        Some(file) => Ok(Some(file.to_owned())),
        None if hugging_face::is_here(source).await? => Ok(None),
        None => only_model(&source.list().await?.unwrap_or_default(), &source.place()),
    }
}
