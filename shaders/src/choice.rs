//! The choices a variant is made of; each has the name of its file.

use crate::variant::Field;

/// Who compiles the source. The dialects differ in `enable` lines alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// naga, in native builds: it rejects `enable subgroups;`.
    Naga,
    /// A browser's compiler, which requires it.
    Browser,
}

/// Declares an enum whose values have a name in sources and in text.
macro_rules! named {
    ($(#[$meta:meta])* $name:ident { $($(#[$value_meta:meta])* $value:ident = $text:literal,)* }) => {
        $(#[$meta])*
        #[allow(non_camel_case_types, reason = "the names that files and people use")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$value_meta])* $value,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$value,)*];

            /// The name, also that of its file.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$value => $text,)*
                }
            }

            #[allow(dead_code, reason = "a kernel is no field")]
            pub(crate) const fn field(self) -> Field {
                match self {
                    $(Self::$value => Field::Choice {
                        name: $text,
                        rust: concat!(stringify!($name), "::", stringify!($value)),
                    },)*
                }
            }
        }
    };
}

named! {
    /// How weights are stored: a file of `lib/weights`.
    WeightFormat {
        /// 32-bit floats.
        F32 = "f32",
        /// 16-bit floats.
        F16 = "f16",
        /// The upper halves of 32-bit floats.
        BF16 = "bf16",
        /// 8 bits and a scale.
        Q8_0 = "q8_0",
        /// 4 bits and a scale.
        Q4_0 = "q4_0",
        /// 4 bits, a scale and a minimum.
        Q4_1 = "q4_1",
        /// 5 bits and a scale.
        Q5_0 = "q5_0",
        /// 5 bits, a scale and a minimum.
        Q5_1 = "q5_1",
        /// 2 bits, with scales of scales and minima.
        Q2_K = "q2_k",
        /// 3 bits, with scales of scales.
        Q3_K = "q3_k",
        /// 4 bits, with scales of scales and minima.
        Q4_K = "q4_k",
        /// 5 bits, with scales of scales and minima.
        Q5_K = "q5_k",
        /// 6 bits, with scales of scales.
        Q6_K = "q6_k",
        /// An index into 16 values, and a scale.
        IQ4_NL = "iq4_nl",
        /// An index into 16 values, with scales of scales.
        IQ4_XS = "iq4_xs",
        /// 4 bits, a scale and a whole zero for 32 elements.
        I4_G32 = "i4_g32",
        /// 4 bits, a scale and a whole zero for 64 elements.
        I4_G64 = "i4_g64",
        /// 4 bits, a scale and a whole zero for 128 elements.
        I4_G128 = "i4_g128",
    }
}

impl WeightFormat {
    /// Elements of a block, the unit that kernels read.
    pub const fn block_elements(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F16 | Self::BF16 => 8,
            Self::Q8_0
            | Self::Q4_0
            | Self::Q4_1
            | Self::Q5_0
            | Self::Q5_1
            | Self::Q2_K
            | Self::Q3_K
            | Self::Q4_K
            | Self::Q5_K
            | Self::Q6_K
            | Self::IQ4_NL
            | Self::IQ4_XS
            | Self::I4_G32
            | Self::I4_G64
            | Self::I4_G128 => 32,
        }
    }

    /// Bytes of a block's elements, or of their codes, in the buffer `weights`.
    pub const fn block_bytes(self) -> usize {
        match self {
            Self::Q8_0 => 32,
            Self::Q2_K | Self::Q3_K => 8,
            Self::F32
            | Self::F16
            | Self::BF16
            | Self::Q4_0
            | Self::Q4_1
            | Self::Q5_0
            | Self::Q5_1
            | Self::Q4_K
            | Self::Q5_K
            | Self::Q6_K
            | Self::IQ4_NL
            | Self::IQ4_XS
            | Self::I4_G32
            | Self::I4_G64
            | Self::I4_G128 => 16,
        }
    }

    /// Blocks that share a record in the buffer `scales`, and the record's words; `None` where elements need no scales.
    pub const fn record(self) -> Option<(usize, usize)> {
        match self {
            Self::F32 | Self::F16 | Self::BF16 => None,
            Self::Q8_0 | Self::Q4_0 | Self::IQ4_NL => Some((2, 1)),
            Self::Q4_1 => Some((1, 1)),
            Self::Q5_0 => Some((2, 3)),
            Self::Q5_1 => Some((1, 2)),
            Self::Q2_K => Some((8, 5)),
            Self::Q3_K | Self::Q5_K => Some((8, 12)),
            Self::Q4_K => Some((8, 4)),
            Self::Q6_K => Some((8, 21)),
            Self::IQ4_XS => Some((8, 2)),
            Self::I4_G32 => Some((4, 3)),
            Self::I4_G64 => Some((8, 3)),
            Self::I4_G128 => Some((16, 3)),
        }
    }
}

named! {
    /// How the KV cache is stored: a file of `lib/kv`.
    KvFormat {
        /// 32-bit floats.
        F32 = "f32",
        /// 16-bit floats.
        F16 = "f16",
    }
}

impl KvFormat {
    /// Bytes of four elements, the unit of the cache's layout.
    pub const fn vec_bytes(self) -> usize {
        match self {
            Self::F32 => 16,
            Self::F16 => 8,
        }
    }
}

named! {
    /// What a linear layer does with its results: a file of `lib/epilogue`.
    Epilogue {
        /// Stores them.
        None = "none",
        /// Adds the residual stream.
        Residual = "residual",
        /// Applies a function, which is a parameter.
        Function = "function",
        /// Multiplies pairs of rows: function(even) * odd.
        Gated = "gated",
    }
}

named! {
    /// An elementwise operation: a file of `lib/elementwise`.
    Elementwise {
        /// left + right
        Add = "add",
        /// left * right
        Mul = "mul",
        /// function(left)
        Function = "function",
        /// left
        Copy = "copy",
    }
}

named! {
    /// A kernel: a file of `kernels`.
    Kernel {
        /// Rows of an embedding table.
        Embed = "embed",
        /// RMS or layer norm.
        Norm = "norm",
        /// A linear layer for few columns.
        Matvec = "matvec",
        /// A linear layer for many columns.
        Matmul = "matmul",
        /// New rows of the KV cache.
        RopeKv = "rope_kv",
        /// Attention over the KV cache.
        Attention = "attention",
        /// Merges the splits of attention.
        AttentionReduce = "attention_reduce",
        /// An operation on each element.
        Elementwise = "elementwise",
        /// One column of each sequence.
        Pool = "pool",
        /// Columns side by side with those of the tokens around them.
        Neighbours = "neighbours",
        /// The best logit of each chunk.
        ArgMax = "argmax",
        /// Ends a greedy step.
        Feed = "feed",
        /// Ends a step that samples.
        Sample = "sample",
    }
}
