//! Reads the table of a GGUF file from as much of the file as there is.

use kinglet_tensor::Shape;

use super::{
    GgufError,
    cursor::{Cursor, DEEPEST, Stop},
    metadata::Entry,
    types::ElementType,
    value::{Value, ValueType},
};
use crate::{number::wide, shown::shown};

const MAGIC: [u8; 4] = *b"GGUF";

/// What no model comes near, and what keeps a file that lies from filling memory: the largest vocabularies with their
/// merges have 16 MiB, the largest models a few thousand tensors and a few hundred keys.
pub(crate) const LONGEST_HEADER: u64 = 48 << 20;
const MOST_KEYS: u64 = 1 << 16;
const MOST_TENSORS: u64 = 1 << 15;
const LONGEST_KEY: u64 = (1 << 16) - 1;
/// llama.cpp stops at 63.
const LONGEST_NAME: u64 = 255;

pub(crate) const ALIGNMENT_KEY: &str = "general.alignment";
pub(crate) const DEFAULT_ALIGNMENT: u64 = 32;
const LARGEST_ALIGNMENT: u64 = 1 << 20;

/// The table of one file. [`advance`](Header::advance) fills it as more of the file comes in, and begins where it
/// stopped: at the last key or tensor that was not complete.
#[derive(Debug, Default)]
pub(crate) struct Header {
    stage: Stage,
    /// Up to here it is read.
    at: usize,
    keys_left: u64,
    tensors_left: u64,
    pub(crate) entries: Vec<Entry>,
    pub(crate) tensors: Vec<Listed>,
    pub(crate) alignment: u64,
}

#[derive(Clone, Copy, Debug, Default)]
enum Stage {
    #[default]
    Start,
    Keys,
    Tensors,
    Done,
}

/// A tensor of the table.
#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) element: ElementType,
    pub(crate) shape: Shape,
    /// Where it lies: in the data while the table is read, in the file when all is.
    pub(crate) offset: u64,
    /// Its length. Where the type is unknown, all up to the next tensor.
    pub(crate) bytes: u64,
}

/// Why the table is not read yet.
pub(crate) enum Pause {
    /// So many bytes of the file are needed.
    Need(u64),
    Error(GgufError),
}

impl From<GgufError> for Pause {
    fn from(error: GgufError) -> Pause {
        Pause::Error(error)
    }
}

impl Header {
    /// The bytes that metadata and tensor table take.
    pub(crate) fn length(&self) -> usize {
        self.at
    }

    /// Goes on with `bytes`, the beginning of a file of `size` bytes.
    pub(crate) fn advance(&mut self, bytes: &[u8], size: u64) -> Result<(), Pause> {
        loop {
            let mut cursor = Cursor::new(bytes, self.at, size);
            match self.stage {
                Stage::Start => self.start(&mut cursor, size)?,
                Stage::Keys if self.keys_left > 0 => self.key(&mut cursor, size)?,
                Stage::Keys => self.close_keys(bytes)?,
                Stage::Tensors if self.tensors_left > 0 => self.tensor(&mut cursor, size)?,
                Stage::Tensors => self.close_tensors(size)?,
                Stage::Done => return Ok(()),
            }
            self.at = cursor.at();
        }
    }

    fn start(&mut self, cursor: &mut Cursor<'_>, size: u64) -> Result<(), Pause> {
        let stopped = |stop| paused(stop, size, || "the beginning".to_owned());
        let magic: [u8; 4] = cursor.clone().take(size.min(4)).map_err(stopped)?.try_into().unwrap_or_default();
        if magic != MAGIC {
            let found = cursor.take(size.min(4)).map_err(stopped)?;
            let found = if found.is_empty() { "nothing".to_owned() } else { found.escape_ascii().to_string() };
            return Err(GgufError::Magic { found }.into());
        }
        cursor.take(4).map_err(stopped)?;
        match cursor.u32().map_err(stopped)? {
            2 | 3 => {}
            version if (1..=3).contains(&version.swap_bytes()) => return Err(GgufError::BigEndian.into()),
            version => return Err(GgufError::Version { version }.into()),
        }
        let tensors = cursor.u64().map_err(stopped)?;
        let keys = cursor.u64().map_err(stopped)?;
        let left = size.saturating_sub(wide(cursor.at()));
        // The shortest key has a letter and a byte as its value, the shortest tensor a letter and one dimension.
        self.keys_left = counted("keys", keys, MOST_KEYS.min(left / 14))?;
        self.tensors_left = counted("tensors", tensors, MOST_TENSORS.min(left / 33))?;
        self.stage = Stage::Keys;
        Ok(())
    }

    fn key(&mut self, cursor: &mut Cursor<'_>, size: u64) -> Result<(), Pause> {
        let (key, start) = name(cursor, size, "a key", LONGEST_KEY)?;
        let stopped = |stop| paused(stop, size, || shown(key));
        let kind = cursor.value_type().map_err(stopped)?;
        let at = cursor.at();
        cursor.skip_value(kind).map_err(stopped)?;
        if kind == ValueType::Text {
            let text = cursor.back_at(at).text().map_err(stopped)?;
            str::from_utf8(text).map_err(|_| GgufError::Utf8 { what: shown(key) })?;
        }
        self.entries.push(Entry { key: start..start + key.len(), kind, value: at..cursor.at() });
        self.keys_left -= 1;
        Ok(())
    }

    /// All keys are there: none twice, and the alignment is one.
    fn close_keys(&mut self, bytes: &[u8]) -> Result<(), Pause> {
        let key = |entry: &Entry| bytes.get(entry.key.clone()).unwrap_or_default();
        self.entries.sort_by_key(key);
        if let Some([entry, _]) = self.entries.array_windows().find(|[a, b]| key(a) == key(b)) {
            return Err(GgufError::Twice { what: format!("key {}", shown(key(entry))) }.into());
        }
        self.alignment = DEFAULT_ALIGNMENT;
        if let Some(entry) = self.entries.iter().find(|entry| key(entry) == ALIGNMENT_KEY.as_bytes()) {
            let value = entry.value(bytes);
            let alignment = value.and_then(|value| value.as_u64());
            let alignment = alignment.filter(|x| x.is_power_of_two() && *x <= LARGEST_ALIGNMENT);
            let found = || value.map(|value| crate::config::describe(&value.to_json())).unwrap_or_default();
            self.alignment =
                alignment.ok_or_else(|| GgufError::Alignment { found: found(), most: LARGEST_ALIGNMENT })?;
        }
        self.stage = Stage::Tensors;
        Ok(())
    }

    fn tensor(&mut self, cursor: &mut Cursor<'_>, size: u64) -> Result<(), Pause> {
        let (name, _) = name(cursor, size, "a tensor's name", LONGEST_NAME)?;
        let stopped = |stop| paused(stop, size, || format!("the entry of tensor {}", shown(name)));
        let rank = cursor.u32().map_err(stopped)?;
        if !(1..=4).contains(&rank) {
            return Err(GgufError::Rank { name: shown(name), dims: rank }.into());
        }
        let dims: Vec<u64> = (0..rank).map(|_| cursor.u64()).collect::<Result<_, _>>().map_err(stopped)?;
        let element = ElementType::from_id(cursor.u32().map_err(stopped)?);
        let offset = cursor.u64().map_err(stopped)?;
        if dims.contains(&0) {
            return Err(GgufError::Empty { name: shown(name) }.into());
        }
        let large = || GgufError::TooLarge { name: shown(name), dims: dims.clone() };
        let elements = dims.iter().try_fold(1_u64, |product, &dim| product.checked_mul(dim)).ok_or_else(large)?;
        let mut bytes = 0;
        if let Some((dtype, block, block_bytes)) = element.block() {
            let width = dims.first().copied().unwrap_or(1);
            if !width.is_multiple_of(block) {
                return Err(GgufError::Block { name: shown(name), width, dtype, block }.into());
            }
            bytes = (elements / block).checked_mul(block_bytes).ok_or_else(large)?;
        }
        if !offset.is_multiple_of(self.alignment) {
            return Err(GgufError::Unaligned { name: shown(name), offset, alignment: self.alignment }.into());
        }
        // Files count dimensions from the innermost.
        let shape: Option<Vec<usize>> = dims.iter().rev().map(|&dim| usize::try_from(dim).ok()).collect();
        let shape = shape.map(|dims| Shape::from(dims.as_slice())).filter(|shape| shape.elements().is_some());
        let shape = shape.ok_or_else(large)?;
        self.tensors.push(Listed { name: name.to_owned(), element, shape, offset, bytes });
        self.tensors_left -= 1;
        Ok(())
    }

    /// All tensors are there: none twice, each within the file and apart from the others.
    fn close_tensors(&mut self, size: u64) -> Result<(), Pause> {
        let data = wide(self.at).next_multiple_of(self.alignment.max(1));
        for tensor in &mut self.tensors {
            tensor.offset = tensor.offset.saturating_add(data);
        }
        self.tensors.sort_by(|a, b| a.name.cmp(&b.name));
        if let Some([tensor, _]) = self.tensors.array_windows().find(|[a, b]| a.name == b.name) {
            return Err(GgufError::Twice { what: format!("tensor {}", shown(&tensor.name)) }.into());
        }
        self.tensors.sort_by_key(|tensor| tensor.offset);
        let mut next = size;
        for tensor in self.tensors.iter_mut().rev() {
            if tensor.bytes == 0 {
                tensor.bytes = next.saturating_sub(tensor.offset);
            }
            next = tensor.offset;
            let end = tensor.offset.saturating_add(tensor.bytes);
            if end > size || tensor.offset >= size {
                return Err(GgufError::Cut { what: format!("tensor {}", shown(&tensor.name)), end, size }.into());
            }
        }
        if let Some([first, second]) = self.tensors.array_windows().find(|[a, b]| a.offset + a.bytes > b.offset) {
            return Err(GgufError::Overlap { first: shown(&first.name), second: shown(&second.name) }.into());
        }
        self.stage = Stage::Done;
        Ok(())
    }
}

/// A count that the file can hold.
fn counted(what: &'static str, count: u64, most: u64) -> Result<u64, GgufError> {
    if count > most { Err(GgufError::TooMany { what, count, most }) } else { Ok(count) }
}

/// A key or a tensor's name, and where it begins.
fn name<'a>(cursor: &mut Cursor<'a>, size: u64, what: &'static str, most: u64) -> Result<(&'a str, usize), Pause> {
    let stopped = |stop| paused(stop, size, || what.to_owned());
    let length = cursor.u64().map_err(stopped)?;
    if !(1..=most).contains(&length) {
        return Err(GgufError::NameLength { what, length, most }.into());
    }
    let at = cursor.at();
    let bytes = cursor.take(length).map_err(stopped)?;
    let text = str::from_utf8(bytes).map_err(|_| GgufError::Utf8 { what: format!("{what}, {},", shown(bytes)) })?;
    Ok((text, at))
}

/// What a stop means while something of this name is read.
fn paused(stop: Stop, size: u64, what: impl Fn() -> String) -> Pause {
    Pause::Error(match stop {
        Stop::Need(end) if end <= LONGEST_HEADER => return Pause::Need(end),
        Stop::Need(end) => GgufError::HeaderLength { what: what(), end, most: LONGEST_HEADER },
        Stop::Cut(end) => GgufError::Cut { what: what(), end, size },
        Stop::Type(id) => GgufError::ValueType { key: what(), id },
        Stop::Deep => GgufError::Nested { key: what(), most: DEEPEST },
        Stop::Flag(found) => GgufError::Flag { key: what(), found },
    })
}

impl Entry {
    /// The value, where `bytes` are those of the file.
    pub(crate) fn value<'a>(&self, bytes: &'a [u8]) -> Option<Value<'a>> {
        Value::read(&mut Cursor::over(bytes.get(self.value.clone())?), self.kind)
    }
}
