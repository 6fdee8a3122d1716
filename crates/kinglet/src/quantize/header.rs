//! What the file says of the model.

use std::collections::HashSet;

use kinglet_format::{
    Metadata, SentencePooling, SentenceSettings, TensorView,
    gguf::{GgufWriter, Vocabulary},
};
use kinglet_models::{Head, Setting};
use kinglet_tensor::DType;

use super::{Data, Mixture, QuantizeOptions, Target};
use crate::{Error, files::ModelFiles};

const ALIGNMENT_KEY: &str = "general.alignment";
const FILE_TYPE: &str = "general.file_type";
const VERSION: &str = "general.quantization_version";

/// Where each tensor begins.
const ALIGNMENT: u32 = 32;

/// The numbers that `general.file_type` has for files whose matrices are mostly of one type, or mixed.
const FILE_TYPES: &[(Mixture, u32)] = &[
    (Mixture::Of(DType::F32), 0),
    (Mixture::Of(DType::F16), 1),
    (Mixture::Of(DType::Q4_0), 2),
    (Mixture::Of(DType::Q4_1), 3),
    (Mixture::Of(DType::Q8_0), 7),
    (Mixture::Of(DType::Q5_0), 8),
    (Mixture::Of(DType::Q5_1), 9),
    (Mixture::Of(DType::Q2_K), 10),
    (Mixture::Of(DType::Q3_K), 11),
    (Mixture::Of(DType::Q4_K), 14),
    (Mixture::Of(DType::Q5_K), 16),
    (Mixture::Of(DType::Q6_K), 18),
    (Mixture::Of(DType::IQ4_NL), 25),
    (Mixture::Of(DType::IQ4_XS), 30),
    (Mixture::Of(DType::BF16), 32),
    (Mixture::Q3KS, 11),
    (Mixture::Q3KM, 12),
    (Mixture::Q3KL, 13),
    (Mixture::Q4KS, 14),
    (Mixture::Q4KM, 15),
    (Mixture::Q5KS, 16),
    (Mixture::Q5KM, 17),
];

/// The header of a GGUF file stays, but for what quantization changes and where the file is no longer split.
pub(super) fn of_gguf(metadata: &Metadata, options: &QuantizeOptions) -> GgufWriter {
    let mut writer = GgufWriter::with_alignment(ALIGNMENT);
    let stays = |key: &str| ![ALIGNMENT_KEY, FILE_TYPE, VERSION].contains(&key) && !key.starts_with("split.");
    for (key, value) in metadata.iter().filter(|(key, _)| stays(key)) {
        writer.value(key, value);
    }
    finish(writer, options)
}

/// The header of a model that has none: from its configuration and its tokenizer. Adds the tensors that a GGUF file has
/// instead of a setting.
pub(super) async fn of_config(
    files: &ModelFiles,
    options: &QuantizeOptions,
    tensors: &mut Vec<Target>,
    warnings: &mut Vec<String>,
) -> Result<GgufWriter, Error> {
    let settings = files.described.written_settings(&files.blueprint)?;
    let mut writer = GgufWriter::with_alignment(ALIGNMENT);
    writer.value("general.architecture", settings.architecture).value("general.type", "model");
    if let Some(name) = &options.name {
        writer.value("general.name", name.as_str());
    }
    for (key, setting) in &settings.keys {
        match setting {
            // The bounds of the configuration are far below.
            Setting::Count(count) => drop(writer.value(key, u32::try_from(*count).unwrap_or(u32::MAX))),
            Setting::Number(number) => drop(writer.value(key, *number as f32)),
            Setting::Flag(flag) => drop(writer.value(key, *flag)),
            Setting::Text(text) => drop(writer.value(key, text.as_str())),
            Setting::Texts(texts) => drop(writer.texts(key, texts.iter().map(String::as_str))),
            Setting::Pooling(pooling) => drop(writer.value(key, u32::from(pooling.number()))),
            Setting::Numbers(_) => {}
        }
    }
    let sentences = SentenceSettings::open(files.checkpoint.source()).await?;
    if let Some(number) = pooling(files.blueprint.head, &sentences) {
        writer.value(&format!("{}.{}", settings.architecture, SentencePooling::KEY), u32::from(number));
    }
    warnings.extend(unsaid(files, &sentences));
    for (name, factors) in settings.tensors {
        tensors.push(Target { name: name.to_owned(), data: Data::Made(factors.to_vec()), to: DType::F32 });
    }
    let vocabulary = Vocabulary::read(&files.checkpoint, files.blueprint.vocab).await?;
    vocabulary.write(&mut writer);
    warnings.extend(vocabulary.warnings().iter().cloned());
    warnings.extend(left_out(files));
    Ok(finish(writer, options))
}

/// The number that says what becomes of the rows of an encoder.
fn pooling(head: Head, sentences: &SentenceSettings) -> Option<u8> {
    match head {
        Head::Base => sentences.pooling.map(SentencePooling::number),
        Head::Tag => Some(SentencePooling::NONE),
        Head::Classify => Some(SentencePooling::RANK),
        Head::Generate | Head::Answer | Head::Fill => None,
    }
}

/// Says what the file cannot of how an encoder wants texts.
fn unsaid(files: &ModelFiles, sentences: &SentenceSettings) -> Option<String> {
    if files.blueprint.head == Head::Generate {
        return None;
    }
    let limit = sentences.max_tokens.filter(|limit| *limit < files.blueprint.context);
    let limit = limit.map(|limit| format!("texts are cut to {limit} tokens"));
    let lost: Vec<String> = limit
        .into_iter()
        .chain(sentences.lower_case.then(|| "texts are lower-cased".to_owned()))
        .chain(sentences.normalize.then(|| "vectors have the length 1".to_owned()))
        .chain((!sentences.prompts.is_empty()).then(|| "there are prompts".to_owned()))
        .collect();
    (!lost.is_empty()).then(|| format!("the file does not say that {}", lost.join(", that ")))
}

fn finish(mut writer: GgufWriter, options: &QuantizeOptions) -> GgufWriter {
    if let Some((_, id)) = FILE_TYPES.iter().find(|(types, _)| *types == options.types) {
        writer.value(FILE_TYPE, *id);
    }
    writer.value(VERSION, 2_u32);
    writer
}

/// Says which tensors have no place in the file.
fn left_out(files: &ModelFiles) -> Option<String> {
    const SHOWN: usize = 3;
    let used: HashSet<&str> = files.weights.iter().map(TensorView::name).collect();
    let others: Vec<&str> =
        files.checkpoint.tensors().map(|(name, _)| name).filter(|name| !used.contains(name)).collect();
    let (first, more) = (others.first()?, others.len().saturating_sub(SHOWN));
    let shown = others.iter().skip(1).take(SHOWN - 1).fold((*first).to_owned(), |all, name| format!("{all}, {name}"));
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Some(format!("left out, as the architecture does not use it: {shown}{more}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_has_a_number() {
        assert!(Mixture::all().all(|types| FILE_TYPES.iter().any(|(known, _)| *known == types)));
    }
}
