/// How a GGUF file breaks its format. Names in it are fit for a line: short, and without control characters.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GgufError {
    /// It is something else.
    #[error("not a GGUF file: it begins with {found}")]
    Magic {
        /// Its first bytes.
        found: String,
    },
    /// It is of a machine with the other order of bytes.
    #[error("a big-endian GGUF file, and only little-endian ones are supported")]
    BigEndian,
    /// A version with another layout.
    #[error("GGUF version {version}, and only 2 and 3 are supported")]
    Version {
        /// The version.
        version: u32,
    },
    /// Something reaches beyond the end of the file.
    #[error("truncated: {what} ends at byte {end} of {size}")]
    Cut {
        /// What it is.
        what: String,
        /// Where it would end.
        end: u64,
        /// The file's length.
        size: u64,
    },
    /// A count that no file of this size can hold, or that no model has.
    #[error("{count} {what}, and this file can hold no more than {most}")]
    TooMany {
        /// What is counted.
        what: &'static str,
        /// The count.
        count: u64,
        /// The highest it could be.
        most: u64,
    },
    /// A name that no model has.
    #[error("{what} has {length} bytes, expected 1 to {most}")]
    NameLength {
        /// What it is.
        what: &'static str,
        /// Its length.
        length: u64,
        /// The longest it may be.
        most: u64,
    },
    /// The metadata is longer than that of any model.
    #[error("{what} ends at byte {end}, and metadata and tensor table may have {most}")]
    HeaderLength {
        /// What it is.
        what: String,
        /// Where it ends.
        end: u64,
        /// The longest that metadata and tensor table may be.
        most: u64,
    },
    /// Text that is not UTF-8.
    #[error("{what} is not UTF-8")]
    Utf8 {
        /// Which text.
        what: String,
    },
    /// A key or tensor that is there twice.
    #[error("{what} is there twice")]
    Twice {
        /// Which.
        what: String,
    },
    /// A type of values that GGUF does not define.
    #[error("{key} has values of type {id}, which GGUF does not define")]
    ValueType {
        /// The key.
        key: String,
        /// The number that stands for the type.
        id: u32,
    },
    /// Arrays in arrays in arrays.
    #[error("{key} nests arrays more than {most} deep")]
    Nested {
        /// The key.
        key: String,
        /// How deep they may be.
        most: u32,
    },
    /// Neither true nor false.
    #[error("{key} holds {found} where only 0 and 1 stand for false and true")]
    Flag {
        /// The key.
        key: String,
        /// The byte.
        found: u8,
    },
    /// An alignment that is none.
    #[error("general.alignment is {found}, expected a power of two from 1 to {most}")]
    Alignment {
        /// The value.
        found: String,
        /// The largest that it may be.
        most: u64,
    },
    /// Too many or too few dimensions.
    #[error("tensor {name} has {dims} dimensions, expected 1 to 4")]
    Rank {
        /// The tensor.
        name: String,
        /// Their number.
        dims: u32,
    },
    /// A dimension of nothing.
    #[error("tensor {name} has a dimension of 0")]
    Empty {
        /// The tensor.
        name: String,
    },
    /// More elements or bytes than can be counted.
    #[error("tensor {name} is too large: its dimensions are {dims:?}")]
    TooLarge {
        /// The tensor.
        name: String,
        /// Its dimensions, innermost first as in the file.
        dims: Vec<u64>,
    },
    /// Rows that are not whole blocks.
    #[error("tensor {name} has rows of {width} elements, which are no whole blocks of {dtype}, of {block} elements")]
    Block {
        /// The tensor.
        name: String,
        /// Elements of a row.
        width: u64,
        /// Its type.
        dtype: &'static str,
        /// Elements of a block.
        block: u64,
    },
    /// Data that begin elsewhere than at a multiple of the alignment.
    #[error("tensor {name} begins at byte {offset} of the data, which is no multiple of {alignment}")]
    Unaligned {
        /// The tensor.
        name: String,
        /// Where it begins.
        offset: u64,
        /// The file's alignment.
        alignment: u64,
    },
    /// Two tensors that share bytes.
    #[error("tensors {first} and {second} overlap")]
    Overlap {
        /// The one that begins first.
        first: String,
        /// The other.
        second: String,
    },
    /// A part of a split model that does not fit the others.
    #[error("{why}")]
    Split {
        /// Why not.
        why: String,
    },
}
