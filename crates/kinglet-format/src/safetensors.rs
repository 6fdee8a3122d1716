//! The table of a safetensors file. Only the table is read, and its offsets are those of files: a browser's memory is
//! smaller than the files it may open.

use std::{collections::BTreeMap, fmt, ops::Range};

use kinglet_tensor::{DType, Shape};
use serde::de::{Deserialize, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::{
    FormatError, Source,
    shown::{quoted, shown},
};

/// The length of the table stands in the first 8 bytes.
const LENGTH: u64 = 8;

/// The longest table. The largest models, in one file, have a tenth of it.
const LONGEST_TABLE: u64 = 16 << 20;

const MOST_DIMS: usize = 16;

/// One entry of the table.
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) dtype: Option<DType>,
    pub(crate) dtype_name: String,
    pub(crate) shape: Shape,
    /// Where it lies in the file.
    pub(crate) range: Range<u64>,
}

/// The entries of a file in order of their names, every range checked against its length.
pub(crate) async fn read_table(source: &Source, file: &str) -> Result<Vec<Entry>, FormatError> {
    let size = source.size(file).await?.ok_or_else(|| source.missing(file))?;
    let wrong = |why: String| FormatError::Weights { file: file.to_owned(), why };
    if size < LENGTH {
        return Err(wrong(format!("not a safetensors file: {size} bytes are too few")));
    }
    let length = source.read(file, 0..LENGTH).await?;
    let length = u64::from_le_bytes(length.first_chunk().copied().unwrap_or_default());
    let data = LENGTH.saturating_add(length);
    if length > LONGEST_TABLE || data > size {
        let why = "not a safetensors file: its header is longer than the file, or malformed";
        return Err(wrong(why.to_owned()));
    }
    let table = source.read(file, LENGTH..data).await?;
    let invalid = |why: String| wrong(format!("not a valid safetensors file: {why}"));
    let table: Table = serde_json::from_slice(&table).map_err(|error| invalid(quoted(error)))?;
    check(&table, size - data).map_err(|fault| match fault {
        Fault::Entry(why) => invalid(why),
        Fault::Length => wrong(format!("truncated or padded: {size} bytes do not match its header")),
    })?;
    let entry = |(name, info): (String, Info)| {
        let [start, end] = info.data_offsets;
        let dims: Option<Vec<usize>> = info.shape.0.iter().map(|&dim| usize::try_from(dim).ok()).collect();
        let shape = dims.map(|dims| Shape::from(dims.as_slice())).filter(|shape| shape.elements().is_some());
        let shape = shape.ok_or_else(|| invalid(format!("tensor {} is too large", shown(&name))))?;
        // Quantized types have these names in no safetensors file.
        let dtype = [DType::F32, DType::F16, DType::BF16].into_iter().find(|dtype| dtype.name() == info.dtype);
        let dtype_name = shown(info.dtype);
        Ok(Entry { name, dtype, dtype_name, shape, range: data + start..data + end })
    };
    table.0.into_iter().map(entry).collect()
}

enum Fault {
    Entry(String),
    Length,
}

/// Checks that the tensors fill the data without gaps and overlaps, each with as many bytes as type and shape ask for.
fn check(table: &Table, data: u64) -> Result<(), Fault> {
    let mut order: Vec<(&String, &Info)> = table.0.iter().collect();
    order.sort_by_key(|(_, info)| info.data_offsets);
    let mut next = 0;
    for (name, info) in order {
        let [start, end] = info.data_offsets;
        let bytes = end.checked_sub(start).filter(|_| start == next);
        let bytes =
            bytes.ok_or_else(|| Fault::Entry(format!("tensor {} has offsets {start} to {end}", shown(name))))?;
        let elements = info.shape.0.iter().try_fold(1_u64, |product, &dim| product.checked_mul(dim));
        let fits = elements.is_some_and(|elements| match bits(&info.dtype) {
            Some(bits) => elements.checked_mul(bits) == bytes.checked_mul(8),
            None => true,
        });
        if !fits {
            let (dtype, shape) = (&info.dtype, &info.shape.0);
            let (name, dtype) = (shown(name), shown(dtype));
            return Err(Fault::Entry(format!("tensor {name} of type {dtype} and shape {shape:?} has {bytes} bytes")));
        }
        next = end;
    }
    if next == data { Ok(()) } else { Err(Fault::Length) }
}

/// Bits of an element, where the type is known.
fn bits(dtype: &str) -> Option<u64> {
    Some(match dtype {
        "F4" => 4,
        "F6_E2M3" | "F6_E3M2" => 6,
        "BOOL" | "U8" | "I8" | "F8_E5M2" | "F8_E4M3" | "F8_E8M0" | "F8_E4M3FNUZ" | "F8_E5M2FNUZ" => 8,
        "U16" | "I16" | "F16" | "BF16" => 16,
        "U32" | "I32" | "F32" => 32,
        "U64" | "I64" | "F64" | "C64" => 64,
        _ => return None,
    })
}

/// The table as it stands in the file, less what is said about the whole.
struct Table(BTreeMap<String, Info>);

#[derive(serde::Deserialize)]
struct Info {
    dtype: String,
    shape: Dims,
    data_offsets: [u64; 2],
}

/// Dimensions, few of them.
struct Dims(Vec<u64>);

impl<'de> Deserialize<'de> for Table {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Table, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Table;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of tensors")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Table, A::Error> {
                let mut entries = BTreeMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    if name == "__metadata__" {
                        map.next_value::<IgnoredAny>()?;
                        continue;
                    }
                    let info = map.next_value()?;
                    if entries.contains_key(&name) {
                        return Err(A::Error::custom(format!("tensor {name:?} is there twice")));
                    }
                    entries.insert(name, info);
                }
                Ok(Table(entries))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

impl<'de> Deserialize<'de> for Dims {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Dims, D::Error> {
        struct Elements;

        impl<'de> Visitor<'de> for Elements {
            type Value = Dims;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "up to {MOST_DIMS} dimensions")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Dims, A::Error> {
                let mut dims = Vec::new();
                while let Some(dim) = seq.next_element()? {
                    if dims.len() == MOST_DIMS {
                        return Err(A::Error::invalid_length(dims.len() + 1, &self));
                    }
                    dims.push(dim);
                }
                Ok(Dims(dims))
            }
        }

        deserializer.deserialize_seq(Elements)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Result<Table, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn tables_are_bounded() {
        let twice = r#"{"a": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]}, "__metadata__": [[]],
            "a": {"dtype": "F32", "shape": [], "data_offsets": [0, 4]}}"#;
        assert!(table(twice).err().unwrap().starts_with("tensor \"a\" is there twice"));
        let deep = format!(r#"{{"a": {{"dtype": "F32", "shape": [{}1], "data_offsets": [0, 4]}}}}"#, "1,".repeat(999));
        assert!(table(&deep).err().unwrap().starts_with("invalid length 17, expected up to 16 dimensions"));
        assert!(table("[]").is_err());
    }

    #[test]
    fn bytes_are_those_of_type_and_shape() {
        let fault = |dtype: &str, shape: &str, offsets: &str| {
            let text = format!(r#"{{"a": {{"dtype": "{dtype}", "shape": {shape}, "data_offsets": {offsets}}}}}"#);
            check(&table(&text).unwrap(), 24).is_err()
        };
        assert!(!fault("F32", "[2, 3]", "[0, 24]"));
        assert!(!fault("F4", "[48]", "[0, 24]"));
        assert!(!fault("I3", "[48]", "[0, 24]"));
        assert!(fault("F32", "[2, 3]", "[0, 23]"));
        assert!(fault("F32", "[2, 2]", "[0, 16]"));
        assert!(fault("F32", "[2, 2]", "[8, 24]"));
        assert!(fault("F32", "[4294967296, 4294967296]", "[0, 24]"));
        assert!(fault("F64", "[2305843009213693952]", "[0, 0]"));
        assert!(fault("F32", "[0]", "[24, 0]"));
    }
}
