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
    }
}

impl WeightFormat {
    /// Elements of a block, the unit that kernels read: one `vec4<u32>`.
    pub const fn block_elements(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F16 | Self::BF16 => 8,
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
        /// Multiplies pairs of rows: silu(even) * odd.
        SwiGlu = "swiglu",
    }
}

named! {
    /// An elementwise operation: a file of `lib/elementwise`.
    Elementwise {
        /// left + right
        Add = "add",
        /// left * right
        Mul = "mul",
        /// silu(left)
        Silu = "silu",
        /// left
        Copy = "copy",
    }
}

named! {
    /// A kernel: a file of `kernels`.
    Kernel {
        /// Rows of an embedding table.
        Embed = "embed",
        /// RMS norm.
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
        /// The best logit of each chunk.
        ArgMax = "argmax",
        /// Ends a greedy step.
        Feed = "feed",
    }
}
