use kinglet_tensor::{DType, Shape};

use super::{
    GgufError,
    header::{ALIGNMENT_KEY, DEFAULT_ALIGNMENT, Header, Pause},
    types::id_of,
    value::{Value, ValueType},
};
use crate::{FormatError, number::wide};

/// Writes GGUF files of version 3: first the metadata and the table of tensors, then the data of each tensor in the
/// order of the table, filled up with zeros to the alignment.
///
/// ```
/// use kinglet_format::gguf::GgufWriter;
/// use kinglet_tensor::{DType, Shape};
///
/// let mut writer = GgufWriter::new();
/// writer.value("general.architecture", "llama");
/// writer.value("llama.block_count", 2_u32);
/// writer.texts("tokenizer.ggml.tokens", ["<s>", "</s>"]);
/// writer.tensor("output_norm.weight", DType::F32, &Shape::from([3]));
/// let mut file = writer.header("model.gguf")?;
/// let data = [1.0_f32, 2.0, 3.0].map(f32::to_le_bytes).concat();
/// file.extend_from_slice(&data);
/// file.extend(writer.padding(data.len() as u64));
/// # Ok::<(), kinglet_format::FormatError>(())
/// ```
#[derive(Clone, Debug)]
pub struct GgufWriter {
    keys: u64,
    metadata: Vec<u8>,
    tensors: u64,
    table: Vec<u8>,
    alignment: u64,
    /// Where the next tensor begins in the data.
    next: u64,
}

impl Default for GgufWriter {
    fn default() -> GgufWriter {
        GgufWriter::new()
    }
}

impl GgufWriter {
    /// A file of nothing yet, with an alignment of 32.
    pub fn new() -> GgufWriter {
        let (metadata, table) = (Vec::new(), Vec::new());
        GgufWriter { keys: 0, metadata, tensors: 0, table, alignment: DEFAULT_ALIGNMENT, next: 0 }
    }

    /// A file of nothing yet, whose tensors begin at multiples of this power of two.
    pub fn with_alignment(alignment: u32) -> GgufWriter {
        let mut writer = GgufWriter::new();
        writer.value(ALIGNMENT_KEY, alignment);
        // One that is no power of two is refused with the header.
        writer.alignment = u64::from(alignment).max(1);
        writer
    }

    /// Adds a key. Values of another file's metadata may be given as they are; but its alignment is not this file's.
    pub fn value<'a>(&mut self, key: &str, value: impl Into<Value<'a>>) -> &mut GgufWriter {
        let value = value.into();
        self.key(key, value.value_type());
        put_value(&mut self.metadata, value);
        self
    }

    /// Adds an array of text.
    pub fn texts<'a>(&mut self, key: &str, texts: impl IntoIterator<Item = &'a str>) -> &mut GgufWriter {
        self.array(key, ValueType::Text, texts.into_iter().map(Value::Text))
    }

    /// Adds an array of values of one type. Those of another type are left out.
    pub fn array<'a>(
        &mut self,
        key: &str,
        kind: ValueType,
        values: impl IntoIterator<Item = Value<'a>>,
    ) -> &mut GgufWriter {
        self.key(key, ValueType::Array);
        self.metadata.extend(kind.id().to_le_bytes());
        let place = self.metadata.len();
        self.metadata.extend([0; 8]);
        let mut count = 0_u64;
        for value in values.into_iter().filter(|value| value.value_type() == kind) {
            put_value(&mut self.metadata, value);
            count += 1;
        }
        if let Some(bytes) = self.metadata.get_mut(place..place + 8) {
            bytes.copy_from_slice(&count.to_le_bytes());
        }
        self
    }

    /// Adds a tensor. Its data follow those of the tensor before.
    pub fn tensor(&mut self, name: &str, dtype: DType, shape: &Shape) -> &mut GgufWriter {
        self.tensors += 1;
        put_text(&mut self.table, name);
        let dims = shape.dims();
        self.table.extend(u32::try_from(dims.len()).unwrap_or(u32::MAX).to_le_bytes());
        self.table.extend(dims.iter().rev().flat_map(|&dim| wide(dim).to_le_bytes()));
        self.table.extend(id_of(dtype).unwrap_or(u32::MAX).to_le_bytes());
        self.table.extend(self.next.to_le_bytes());
        // What overflows is refused with the header.
        let bytes = shape.bytes(dtype).map_or(u64::MAX, wide);
        let end = self.next.saturating_add(bytes);
        self.next = end.checked_next_multiple_of(self.alignment).unwrap_or(u64::MAX);
        self
    }

    /// Metadata and table, filled up to where the data begin. What no reader would take is refused: a name that is
    /// there twice or is too long, an impossible shape. The error calls the file by the name given.
    pub fn header(&self, file: &str) -> Result<Vec<u8>, FormatError> {
        let mut bytes = Vec::with_capacity(self.metadata.len() + self.table.len() + 64);
        bytes.extend(*b"GGUF");
        bytes.extend(3_u32.to_le_bytes());
        bytes.extend(self.tensors.to_le_bytes());
        bytes.extend(self.keys.to_le_bytes());
        bytes.extend(&self.metadata);
        bytes.extend(&self.table);
        bytes.extend(self.padding(wide(bytes.len())));
        let size = wide(bytes.len()).saturating_add(self.next);
        let broken = |why| FormatError::Gguf { file: file.to_owned(), why };
        match Header::default().advance(&bytes, size) {
            Ok(()) => Ok(bytes),
            Err(Pause::Error(why)) => Err(broken(why)),
            // A length in it is wrong, which nothing above writes.
            Err(Pause::Need(end)) => Err(broken(GgufError::Cut { what: "the table".to_owned(), end, size })),
        }
    }

    /// The zeros that fill up a tensor of this many bytes.
    pub fn padding(&self, bytes: u64) -> impl Iterator<Item = u8> + use<> {
        let missing = bytes.checked_next_multiple_of(self.alignment).map_or(0, |end| end - bytes);
        (0..missing).map(|_| 0)
    }

    fn key(&mut self, key: &str, kind: ValueType) {
        self.keys += 1;
        put_text(&mut self.metadata, key);
        self.metadata.extend(kind.id().to_le_bytes());
    }
}

fn put_text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend(wide(text.len()).to_le_bytes());
    bytes.extend(text.as_bytes());
}

fn put_value(bytes: &mut Vec<u8>, value: Value<'_>) {
    match value {
        Value::U8(x) => bytes.extend(x.to_le_bytes()),
        Value::I8(x) => bytes.extend(x.to_le_bytes()),
        Value::U16(x) => bytes.extend(x.to_le_bytes()),
        Value::I16(x) => bytes.extend(x.to_le_bytes()),
        Value::U32(x) => bytes.extend(x.to_le_bytes()),
        Value::I32(x) => bytes.extend(x.to_le_bytes()),
        Value::F32(x) => bytes.extend(x.to_le_bytes()),
        Value::Flag(x) => bytes.push(u8::from(x)),
        Value::Text(text) => put_text(bytes, text),
        Value::U64(x) => bytes.extend(x.to_le_bytes()),
        Value::I64(x) => bytes.extend(x.to_le_bytes()),
        Value::F64(x) => bytes.extend(x.to_le_bytes()),
        Value::Array(array) => {
            bytes.extend(array.value_type().id().to_le_bytes());
            bytes.extend(wide(array.len()).to_le_bytes());
            bytes.extend(array.bytes());
        }
    }
}
