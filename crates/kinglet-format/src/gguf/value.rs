//! Values of the metadata, as they lie in the file.

use serde_json::json;

use super::cursor::Cursor;
use crate::number::wide;

/// Declares the types in one table: name, number in files, fewest bytes of a value.
macro_rules! types {
    ($($(#[$meta:meta])* $name:ident = $id:literal, $bytes:literal bytes;)*) => {
        /// The type of a value of the metadata.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum ValueType {
            $($(#[$meta])* $name,)*
        }

        impl ValueType {
            /// The number that stands for it in files.
            pub(crate) fn id(self) -> u32 {
                match self {
                    $(ValueType::$name => $id,)*
                }
            }

            pub(crate) fn from_id(id: u32) -> Option<ValueType> {
                match id {
                    $($id => Some(ValueType::$name),)*
                    _ => None,
                }
            }

            /// Bytes of a value; of a text or an array, those of an empty one.
            pub(crate) fn least_bytes(self) -> usize {
                match self {
                    $(ValueType::$name => $bytes,)*
                }
            }
        }
    };
}

types! {
    /// 8 bits without sign.
    U8 = 0, 1 bytes;
    /// 8 bits with sign.
    I8 = 1, 1 bytes;
    /// 16 bits without sign.
    U16 = 2, 2 bytes;
    /// 16 bits with sign.
    I16 = 3, 2 bytes;
    /// 32 bits without sign.
    U32 = 4, 4 bytes;
    /// 32 bits with sign.
    I32 = 5, 4 bytes;
    /// 32-bit float.
    F32 = 6, 4 bytes;
    /// True or false.
    Flag = 7, 1 bytes;
    /// UTF-8.
    Text = 8, 8 bytes;
    /// Values of one type.
    Array = 9, 12 bytes;
    /// 64 bits without sign.
    U64 = 10, 8 bytes;
    /// 64 bits with sign.
    I64 = 11, 8 bytes;
    /// 64-bit float.
    F64 = 12, 8 bytes;
}

/// A value of the metadata. Text and arrays stay where the file's bytes are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// 8 bits without sign.
    U8(u8),
    /// 8 bits with sign.
    I8(i8),
    /// 16 bits without sign.
    U16(u16),
    /// 16 bits with sign.
    I16(i16),
    /// 32 bits without sign.
    U32(u32),
    /// 32 bits with sign.
    I32(i32),
    /// 32-bit float.
    F32(f32),
    /// True or false.
    Flag(bool),
    /// Text. Empty where an array holds bytes that are not UTF-8; [`Metadata::texts`](super::Metadata::texts) tells.
    Text(&'a str),
    /// Values of one type.
    Array(Array<'a>),
    /// 64 bits without sign.
    U64(u64),
    /// 64 bits with sign.
    I64(i64),
    /// 64-bit float.
    F64(f64),
}

impl<'a> Value<'a> {
    /// The next value of this type; `None` where the bytes end.
    pub(crate) fn read(cursor: &mut Cursor<'a>, kind: ValueType) -> Option<Value<'a>> {
        let value = match kind {
            ValueType::U8 => cursor.array().map(|bytes| Value::U8(u8::from_le_bytes(bytes))),
            ValueType::I8 => cursor.array().map(|bytes| Value::I8(i8::from_le_bytes(bytes))),
            ValueType::U16 => cursor.array().map(|bytes| Value::U16(u16::from_le_bytes(bytes))),
            ValueType::I16 => cursor.array().map(|bytes| Value::I16(i16::from_le_bytes(bytes))),
            ValueType::U32 => cursor.u32().map(Value::U32),
            ValueType::I32 => cursor.array().map(|bytes| Value::I32(i32::from_le_bytes(bytes))),
            ValueType::F32 => cursor.array().map(|bytes| Value::F32(f32::from_le_bytes(bytes))),
            ValueType::Flag => cursor.array().map(|[byte]| Value::Flag(byte != 0)),
            ValueType::Text => cursor.text().map(|bytes| Value::Text(str::from_utf8(bytes).unwrap_or_default())),
            ValueType::U64 => cursor.u64().map(Value::U64),
            ValueType::I64 => cursor.array().map(|bytes| Value::I64(i64::from_le_bytes(bytes))),
            ValueType::F64 => cursor.array().map(|bytes| Value::F64(f64::from_le_bytes(bytes))),
            ValueType::Array => return Some(Value::Array(Array::read(cursor)?)),
        };
        value.ok()
    }

    /// Its type.
    pub fn value_type(&self) -> ValueType {
        match self {
            Value::U8(_) => ValueType::U8,
            Value::I8(_) => ValueType::I8,
            Value::U16(_) => ValueType::U16,
            Value::I16(_) => ValueType::I16,
            Value::U32(_) => ValueType::U32,
            Value::I32(_) => ValueType::I32,
            Value::F32(_) => ValueType::F32,
            Value::Flag(_) => ValueType::Flag,
            Value::Text(_) => ValueType::Text,
            Value::Array(_) => ValueType::Array,
            Value::U64(_) => ValueType::U64,
            Value::I64(_) => ValueType::I64,
            Value::F64(_) => ValueType::F64,
        }
    }

    /// The value of a whole number that is not negative.
    pub fn as_u64(&self) -> Option<u64> {
        match *self {
            Value::U8(x) => Some(x.into()),
            Value::U16(x) => Some(x.into()),
            Value::U32(x) => Some(x.into()),
            Value::U64(x) => Some(x),
            _ => u64::try_from(self.as_i64()?).ok(),
        }
    }

    /// The value of a whole number.
    pub fn as_i64(&self) -> Option<i64> {
        match *self {
            Value::U8(x) => Some(x.into()),
            Value::I8(x) => Some(x.into()),
            Value::U16(x) => Some(x.into()),
            Value::I16(x) => Some(x.into()),
            Value::U32(x) => Some(x.into()),
            Value::I32(x) => Some(x.into()),
            Value::U64(x) => x.try_into().ok(),
            Value::I64(x) => Some(x),
            _ => None,
        }
    }

    /// The value of a number; one of 32 bits as the shortest decimal fraction that means it, which is what the model's
    /// makers wrote: 1e-5, not 9.99999974738e-6.
    pub fn as_f64(&self) -> Option<f64> {
        match *self {
            Value::F32(x) => x.to_string().parse().ok(),
            Value::F64(x) => Some(x),
            // A decimal number of 20 digits and the integer that it stands for round alike.
            _ => self.as_i64().map(|x| x.to_string()).or(self.as_u64().map(|x| x.to_string()))?.parse().ok(),
        }
    }

    /// The value in JSON. Numbers that JSON lacks become text, long arrays a word on them.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Value::F32(_) | Value::F64(_) => match self.as_f64() {
                Some(number) if number.is_finite() => json!(number),
                other => json!(format!("{}", other.unwrap_or(f64::NAN))),
            },
            Value::Flag(flag) => json!(flag),
            Value::Text(text) => json!(text),
            Value::Array(array) if array.len() <= Array::LONGEST_IN_JSON => {
                serde_json::Value::Array(array.iter().map(|value| value.to_json()).collect())
            }
            Value::Array(array) => json!(format!("an array of {} values", array.len())),
            whole => whole.as_i64().map_or_else(|| json!(whole.as_u64()), |number| json!(number)),
        }
    }
}

/// Values of one type, as they lie in the file.
#[derive(Clone, Copy, PartialEq)]
pub struct Array<'a> {
    kind: ValueType,
    len: usize,
    bytes: &'a [u8],
}

impl<'a> Array<'a> {
    /// An array per layer is short, one per token is not.
    const LONGEST_IN_JSON: usize = 4096;

    fn read(cursor: &mut Cursor<'a>) -> Option<Array<'a>> {
        let (kind, count) = (cursor.value_type().ok()?, cursor.u64().ok()?);
        let mut after = cursor.clone();
        match kind {
            ValueType::Text | ValueType::Array => {
                for _ in 0..count {
                    after.skip_value(kind).ok()?;
                }
            }
            fixed => drop(after.take(count.checked_mul(wide(fixed.least_bytes()))?).ok()?),
        }
        let length = after.at() - cursor.at();
        let bytes = cursor.take(wide(length)).ok()?;
        Some(Array { kind, len: usize::try_from(count).ok()?, bytes })
    }

    /// The type of its values.
    pub fn value_type(&self) -> ValueType {
        self.kind
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The values, one after another.
    pub fn iter(&self) -> impl Iterator<Item = Value<'a>> + use<'a> {
        let (mut cursor, kind) = (Cursor::over(self.bytes), self.kind);
        (0..self.len).map_while(move |_| Value::read(&mut cursor, kind))
    }

    /// The values as they lie in the file.
    pub(crate) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }
}

impl std::fmt::Debug for Array<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} values of type {:?}", self.len, self.kind)
    }
}

/// Makes values of what Rust has.
macro_rules! from {
    ($($from:ty => $name:ident,)*) => {
        $(impl<'a> From<$from> for Value<'a> {
            fn from(value: $from) -> Value<'a> {
                Value::$name(value)
            }
        })*
    };
}

from! {
    u8 => U8, i8 => I8, u16 => U16, i16 => I16, u32 => U32, i32 => I32, u64 => U64, i64 => I64, f32 => F32, f64 => F64,
    bool => Flag, &'a str => Text, Array<'a> => Array,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_width_are_numbers() {
        assert_eq!(Value::I8(-1).as_u64(), None);
        assert_eq!(Value::I32(7).as_u64(), Some(7));
        assert_eq!(Value::U64(u64::MAX).as_i64(), None);
        assert_eq!(Value::U64(u64::MAX).as_f64(), Some(18_446_744_073_709_551_615.0));
        assert_eq!(Value::F32(1e-5).as_f64(), Some(1e-5));
        assert_eq!(Value::F32(f32::MAX).as_f64(), Some(3.402_823_5e38));
        assert_eq!(Value::Flag(true).as_f64(), None);
    }

    #[test]
    fn json_says_what_it_cannot_hold() {
        assert_eq!(Value::F32(f32::NAN).to_json(), json!("NaN"));
        assert_eq!(Value::F64(f64::INFINITY).to_json(), json!("inf"));
        assert_eq!(Value::U64(u64::MAX).to_json(), json!(u64::MAX));
        let bytes = vec![1; 5000];
        assert_eq!(Value::Array(Array { kind: ValueType::U8, len: 2, bytes: &bytes[..2] }).to_json(), json!([1, 1]));
        assert_eq!(
            Value::Array(Array { kind: ValueType::U8, len: 5000, bytes: &bytes }).to_json(),
            json!("an array of 5000 values")
        );
    }
}
