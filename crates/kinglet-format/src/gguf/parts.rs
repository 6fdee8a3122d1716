//! GGUF files of a source: the parts of a split one, and as much of each as its table takes.

use kinglet_tensor::Bytes;

use super::{
    GgufError, Metadata,
    header::{Header, Listed, Pause},
};
use crate::{FormatError, Source, number::wide};

/// What is read at first. It holds the metadata of models without a vocabulary; with one, the length doubles until it
/// suffices.
const FIRST_READ: u64 = 64 << 10;

/// Beyond this the length grows by steps: few tables are longer, and more would be data.
const LARGEST_STEP: u64 = 4 << 20;

/// The number of a split model's part and of its parts may be this high.
const MOST_PARTS: usize = 4096;

/// The table of one file.
pub(crate) struct Part {
    pub(crate) file: String,
    pub(crate) tensors: Vec<Listed>,
}

/// Reads the tables of a model: the metadata, and its files in order.
pub(crate) async fn open(source: &Source, file: &str) -> Result<(Metadata, Vec<Part>), FormatError> {
    let named = Split::of_name(file);
    let first = named.as_ref().map_or_else(|| file.to_owned(), |split| split.file(1));
    let (metadata, tensors) = open_file(source, &first).await?;
    let count = metadata.optional_count("split.count", 0..=MOST_PARTS)?.unwrap_or(1).max(1);
    let wrong = |file: &str, why: String| FormatError::Gguf { file: file.to_owned(), why: GgufError::Split { why } };
    let split = match named {
        Some(split) if split.count == count => split,
        Some(split) => {
            let why = format!("by its name it has {} parts, and its metadata count {count}", split.count);
            return Err(wrong(&first, why));
        }
        None if count == 1 => return Ok((metadata, vec![Part { file: first, tensors }])),
        None => {
            let why = format!("it is one of {count} parts, and its name does not end in -00001-of-{count:05}.gguf");
            return Err(wrong(&first, why));
        }
    };
    let mut total = tensors.len();
    let mut parts = Vec::new();
    check_part(&metadata, &split, 1)?;
    parts.push(Part { file: first.clone(), tensors });
    for number in 2..=count {
        let file = split.file(number);
        let (metadata, tensors) = open_file(source, &file).await?;
        check_part(&metadata, &split, number)?;
        total += tensors.len();
        parts.push(Part { file, tensors });
    }
    match metadata.optional_count("split.tensors.count", 0..=usize::MAX)? {
        Some(expected) if expected != total => {
            Err(wrong(&first, format!("its parts have {total} tensors, and its metadata count {expected}")))
        }
        _ => Ok((metadata, parts)),
    }
}

/// A part says of itself which one it is.
fn check_part(metadata: &Metadata, split: &Split, number: usize) -> Result<(), FormatError> {
    if split.count == 1 {
        return Ok(());
    }
    let (place, count) = (metadata.count("split.no", 0..=MOST_PARTS)?, metadata.count("split.count", 0..=MOST_PARTS)?);
    if (place + 1, count) == (number, split.count) {
        return Ok(());
    }
    let (place, expected) = (place + 1, split.count);
    let why =
        format!("it says that it is part {place} of {count}, and its name that it is part {number} of {expected}");
    Err(FormatError::Gguf { file: metadata.file().to_owned(), why: GgufError::Split { why } })
}

async fn open_file(source: &Source, file: &str) -> Result<(Metadata, Vec<Listed>), FormatError> {
    let size = source.size(file).await?.ok_or_else(|| source.missing(file))?;
    let broken = |why| FormatError::Gguf { file: file.to_owned(), why };
    let mut header = Header::default();
    if source.in_memory() {
        let bytes = source.read(file, 0..size).await?;
        return match header.advance(&bytes, size) {
            Ok(()) => {
                let start = bytes.slice(0..header.length()).unwrap_or(bytes);
                Ok((Metadata::new(file, start, header.entries), header.tensors))
            }
            Err(Pause::Error(why)) => Err(broken(why)),
            // A source that holds less than it said.
            Err(Pause::Need(end)) => Err(FormatError::Short { file: file.to_owned(), size: wide(bytes.len()), end }),
        };
    }
    let mut prefix: Vec<u8> = Vec::new();
    let mut target = FIRST_READ.min(size);
    loop {
        let more = source.read(file, wide(prefix.len())..target).await?;
        prefix.reserve_exact(more.len());
        prefix.extend_from_slice(&more);
        match header.advance(&prefix, size) {
            Ok(()) => break,
            Err(Pause::Error(why)) => return Err(broken(why)),
            Err(Pause::Need(end)) => target = end.max(target + target.min(LARGEST_STEP)).min(size),
        }
    }
    prefix.truncate(header.length());
    prefix.shrink_to_fit();
    Ok((Metadata::new(file, Bytes::from(prefix), header.entries), header.tensors))
}

/// The first part of the model that a file belongs to: the file itself where the model is not split.
pub(crate) fn first_part(file: &str) -> String {
    Split::of_name(file).map_or_else(|| file.to_owned(), |split| split.file(1))
}

/// The name of a part: `model-00002-of-00003.gguf`.
#[derive(Debug, PartialEq, Eq)]
struct Split {
    model: String,
    count: usize,
}

impl Split {
    fn of_name(file: &str) -> Option<Split> {
        let digits = |text: &str| {
            let digits = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse::<usize>().ok())?
        };
        let (rest, count) = file.strip_suffix(".gguf")?.rsplit_once("-of-")?;
        let (model, number) = rest.rsplit_once('-')?;
        let (number, count) = (digits(number)?, digits(count)?);
        let split = Split { model: model.to_owned(), count };
        ((1..=count).contains(&number) && count <= MOST_PARTS).then_some(split)
    }

    fn file(&self, number: usize) -> String {
        format!("{}-{number:05}-of-{:05}.gguf", self.model, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_parts() {
        let split = Split::of_name("a-b-00002-of-00003.gguf").unwrap();
        assert_eq!(split, Split { model: "a-b".to_owned(), count: 3 });
        assert_eq!(split.file(1), "a-b-00001-of-00003.gguf");
        for other in [
            "a.gguf",
            "a-00004-of-00003.gguf",
            "a-00000-of-00003.gguf",
            "a-2-of-3.gguf",
            "a-00001-of-99999.gguf",
            "a-0000x-of-00003.gguf",
            "a-00001-of-00003",
            "-of-.gguf",
        ] {
            assert_eq!(Split::of_name(other), None, "{other}");
        }
    }
}
