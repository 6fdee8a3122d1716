use kinglet_format::{
    FormatError, Metadata, Source, TokenizerFiles,
    gguf::{Array, Value},
};
use kinglet_text::{SpecialIds, Tokenizer, Vocabulary};

use crate::Error;

/// Opens the tokenizer of a model, and nothing else of it: a folder with a `tokenizer.json`, or a GGUF file, which may
/// hold a vocabulary alone.
///
/// ```no_run
/// # async fn example() -> Result<(), kinglet::Error> {
/// use kinglet::{EncodeOptions, Source};
///
/// let tokenizer = kinglet::open_tokenizer(&Source::path("Llama-3.2-1B-Q4_K_M.gguf")?).await?;
/// println!("{:?}", tokenizer.encode("A small bird", EncodeOptions::default())?.ids);
/// # Ok(())
/// # }
/// ```
pub async fn open_tokenizer(source: &Source) -> Result<Tokenizer, Error> {
    match TokenizerFiles::open(source).await? {
        TokenizerFiles::HuggingFace { tokenizer, config } => Ok(Tokenizer::from_json(&tokenizer, config.as_ref())?),
        TokenizerFiles::Gguf(metadata) => Ok(Tokenizer::from_vocabulary(&vocabulary(&metadata)?)?),
    }
}

/// What a GGUF file says of its tokens.
fn vocabulary(metadata: &Metadata) -> Result<Vocabulary<'_>, FormatError> {
    let key = |name: &str| format!("tokenizer.ggml.{name}");
    let flag = |name: &str| metadata.flag(&key(name));
    let texts =
        |name: &str| metadata.texts(&key(name)).map(|texts| texts.map(|texts| texts.iter().collect::<Vec<_>>()));
    let model = metadata.text(&key("model"))?;
    let missing = |name: &str, expected| metadata.wrong(&key(name), "missing", expected);
    Ok(Vocabulary {
        model: model.ok_or_else(|| missing("model", "the kind of tokenizer"))?,
        pre: metadata.text(&key("pre"))?,
        tokens: texts("tokens")?.ok_or_else(|| missing("tokens", "the texts of the tokens"))?,
        scores: numbers(metadata, &key("scores"), "an array of numbers", |value| match value {
            Value::F32(score) => Some(score),
            // Scores of early files are whole; all of them fit.
            whole => i16::try_from(whole.as_i64()?).ok().map(f32::from),
        })?,
        token_type: numbers(metadata, &key("token_type"), "an array of whole numbers", |value| {
            i32::try_from(value.as_i64()?).ok()
        })?,
        merges: texts("merges")?.unwrap_or_default(),
        special: special(metadata)?,
        add_bos_token: flag("add_bos_token")?,
        add_eos_token: flag("add_eos_token")?,
        add_sep_token: flag("add_sep_token")?,
        add_space_prefix: flag("add_space_prefix")?,
        remove_extra_whitespaces: flag("remove_extra_whitespaces")?,
        precompiled_charsmap: numbers(
            metadata,
            &key("precompiled_charsmap"),
            "an array of bytes",
            |value| match value {
                Value::U8(byte) => Some(byte),
                Value::I8(byte) => Some(byte.cast_unsigned()),
                _ => None,
            },
        )?,
        lowercase: flag("normalizer.lowercase")?,
        strip_accents: flag("normalizer.strip_accents")?,
        name: metadata.text("general.name")?.unwrap_or_default(),
        architecture: metadata.text("general.architecture")?.unwrap_or_default(),
    })
}

/// An array that may be missing.
fn numbers<T>(
    metadata: &Metadata,
    key: &str,
    expected: &str,
    convert: impl Fn(Value<'_>) -> Option<T>,
) -> Result<Vec<T>, FormatError> {
    let array = metadata.array(key)?;
    let numbers: Option<Vec<T>> = array.iter().flat_map(Array::iter).map(convert).collect();
    numbers.ok_or_else(|| metadata.wrong(key, "an array of other values", expected))
}

fn special(metadata: &Metadata) -> Result<SpecialIds, FormatError> {
    let id = |name: &str| metadata.token(&format!("tokenizer.ggml.{name}_token_id"));
    Ok(SpecialIds {
        bos: id("bos")?,
        eos: id("eos")?,
        unknown: id("unknown")?,
        // Files misspell it.
        separator: id("seperator")?.or(id("separator")?),
        class: id("cls")?,
        mask: id("mask")?,
        padding: id("padding")?,
    })
}
