//! The table of a safetensors file.

use std::ops::Range;

use kinglet_tensor::{DType, Shape};
use safetensors::{Dtype, SafeTensors};

use crate::FormatError;

/// One entry of the table.
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) dtype: Result<DType, String>,
    pub(crate) shape: Shape,
    pub(crate) range: Range<usize>,
}

/// The entries of a file, every range checked against its length.
pub(crate) fn read_table(file: &str, bytes: &[u8]) -> Result<Vec<Entry>, FormatError> {
    let wrong = |why: String| FormatError::Weights { file: file.to_owned(), why };
    let (header, metadata) = SafeTensors::read_metadata(bytes).map_err(|error| wrong(explain(&error, bytes.len())))?;
    let data = header.checked_add(8).ok_or_else(|| wrong("the header's length overflows".to_owned()))?;
    let mut entries = Vec::new();
    for (name, info) in metadata.tensors() {
        let (start, end) = info.data_offsets;
        let range = match (data.checked_add(start), data.checked_add(end)) {
            (Some(start), Some(end)) if start <= end && end <= bytes.len() => start..end,
            _ => {
                let have = bytes.len().saturating_sub(data);
                return Err(wrong(format!("truncated: tensor {name} ends at byte {end} of {have}")));
            }
        };
        let dtype = match info.dtype {
            Dtype::F32 => Ok(DType::F32),
            Dtype::F16 => Ok(DType::F16),
            Dtype::BF16 => Ok(DType::BF16),
            other => Err(format!("{other:?}")),
        };
        entries.push(Entry { name, dtype, shape: Shape::from(info.shape.as_slice()), range });
    }
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(entries)
}

fn explain(error: &safetensors::SafeTensorError, length: usize) -> String {
    use safetensors::SafeTensorError as E;
    match error {
        E::HeaderTooSmall => format!("not a safetensors file: {length} bytes are too few"),
        E::HeaderTooLarge | E::InvalidHeaderLength => {
            "not a safetensors file: its header is longer than the file, or malformed".to_owned()
        }
        E::MetadataIncompleteBuffer => format!("truncated or padded: {length} bytes do not match its header"),
        other => format!("not a valid safetensors file: {other}"),
    }
}
