//! The kernels and their variants.

use std::fmt;

use crate::choice::{Dialect, Elementwise, Epilogue, Kernel, KvFormat, WeightFormat};
use crate::descriptor::Descriptor;
use crate::files::FILES;
use crate::preprocess::{Definitions, ShaderError, expand};

/// A kernel with its definitions filled in. With the values of its overrides it is the key of a pipeline.
///
/// `rows`: the columns are the step's wanted rows instead of its tokens. `subgroups`: reductions use subgroups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each field is explained above or by its type")]
pub enum Variant {
    /// Rows of an embedding table.
    Embed { weights: WeightFormat },
    /// RMS or layer norm; `rows` gathers.
    Norm { rows: bool, subgroups: bool },
    /// A linear layer for at most `columns` (see [`MATVEC_COLUMNS`]) columns.
    Matvec { weights: WeightFormat, epilogue: Epilogue, columns: u32, subgroups: bool },
    /// A linear layer for any number of columns.
    Matmul { weights: WeightFormat, epilogue: Epilogue },
    /// New rows of the KV cache.
    RopeKv { kv: KvFormat },
    /// Attention over the KV cache; `split` shares out a context and leaves partial results.
    Attention { kv: KvFormat, split: bool, subgroups: bool },
    /// Merges the partial results of attention.
    AttentionReduce,
    /// An operation on each element; `Copy` with `rows` gathers.
    Elementwise { op: Elementwise, rows: bool },
    /// One column of each sequence.
    Pool,
    /// Columns side by side with those of the tokens around them.
    Neighbours,
    /// The best logit of each chunk.
    ArgMax { subgroups: bool },
    /// Ends a greedy step.
    Feed { subgroups: bool },
    /// Ends a step that samples.
    Sample { subgroups: bool },
}

/// The numbers of columns that matvec is compiled for.
pub const MATVEC_COLUMNS: &[u32] = &[1, 2, 4, 8];

const BOTH: [bool; 2] = [false, true];

/// The value of a variant's field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Field {
    Flag(bool),
    Number(u32),
    /// A choice's name, and how Rust spells it.
    Choice {
        name: &'static str,
        rust: &'static str,
    },
}

impl Variant {
    /// Every variant there is.
    pub fn all() -> impl Iterator<Item = Self> {
        let mut all = Vec::new();
        for &weights in WeightFormat::ALL {
            all.push(Self::Embed { weights });
            for &epilogue in Epilogue::ALL {
                all.push(Self::Matmul { weights, epilogue });
                for &columns in MATVEC_COLUMNS {
                    all.extend(BOTH.map(|subgroups| Self::Matvec { weights, epilogue, columns, subgroups }));
                }
            }
        }
        for &kv in KvFormat::ALL {
            all.push(Self::RopeKv { kv });
            for split in BOTH {
                all.extend(BOTH.map(|subgroups| Self::Attention { kv, split, subgroups }));
            }
        }
        all.extend([Self::AttentionReduce, Self::Pool, Self::Neighbours]);
        for rows in BOTH {
            all.extend(BOTH.map(|subgroups| Self::Norm { rows, subgroups }));
            all.extend(Elementwise::ALL.iter().map(|&op| Self::Elementwise { op, rows }));
        }
        all.extend(BOTH.map(|subgroups| Self::ArgMax { subgroups }));
        all.extend(BOTH.map(|subgroups| Self::Feed { subgroups }));
        all.extend(BOTH.map(|subgroups| Self::Sample { subgroups }));
        all.sort_unstable();
        all.into_iter()
    }

    /// The kernel it is made from.
    pub const fn kernel(self) -> Kernel {
        match self {
            Self::Embed { .. } => Kernel::Embed,
            Self::Norm { .. } => Kernel::Norm,
            Self::Matvec { .. } => Kernel::Matvec,
            Self::Matmul { .. } => Kernel::Matmul,
            Self::RopeKv { .. } => Kernel::RopeKv,
            Self::Attention { .. } => Kernel::Attention,
            Self::Pool => Kernel::Pool,
            Self::Neighbours => Kernel::Neighbours,
            Self::AttentionReduce => Kernel::AttentionReduce,
            Self::Elementwise { .. } => Kernel::Elementwise,
            Self::ArgMax { .. } => Kernel::ArgMax,
            Self::Feed { .. } => Kernel::Feed,
            Self::Sample { .. } => Kernel::Sample,
        }
    }

    /// The kernel's name.
    pub const fn name(self) -> &'static str {
        self.kernel().name()
    }

    /// Whether it needs subgroup operations.
    pub const fn subgroups(self) -> bool {
        match self {
            Self::Norm { subgroups, .. }
            | Self::Matvec { subgroups, .. }
            | Self::Attention { subgroups, .. }
            | Self::ArgMax { subgroups }
            | Self::Feed { subgroups }
            | Self::Sample { subgroups } => subgroups,
            Self::Embed { .. }
            | Self::Matmul { .. }
            | Self::RopeKv { .. }
            | Self::AttentionReduce
            | Self::Pool
            | Self::Neighbours
            | Self::Elementwise { .. } => false,
        }
    }

    /// Its WGSL.
    ///
    /// # Errors
    ///
    /// None for the variants of [`Variant::all`], which the tests expand.
    pub fn expand(self, dialect: Dialect) -> Result<String, ShaderError> {
        expand(&format!("kernels/{}", self.name()), &self.definitions(), dialect, FILES)
    }

    /// What it binds and takes.
    pub fn descriptor(self) -> &'static Descriptor {
        crate::descriptors::descriptor(self)
    }

    /// The fields by name, in the order of declaration.
    pub(crate) fn fields(self) -> Vec<(&'static str, Field)> {
        let rows_field = |rows| ("rows", Field::Flag(rows));
        let subgroups_field = |subgroups| ("subgroups", Field::Flag(subgroups));
        let linear = |weights: WeightFormat, epilogue: Epilogue| {
            vec![("weights", weights.field()), ("epilogue", epilogue.field())]
        };
        match self {
            Self::Embed { weights } => vec![("weights", weights.field())],
            Self::Norm { rows, subgroups } => vec![rows_field(rows), subgroups_field(subgroups)],
            Self::Matvec { weights, epilogue, columns, subgroups } => {
                let mut fields = linear(weights, epilogue);
                fields.extend([("columns", Field::Number(columns)), subgroups_field(subgroups)]);
                fields
            }
            Self::Matmul { weights, epilogue } => linear(weights, epilogue),
            Self::RopeKv { kv } => vec![("kv", kv.field())],
            Self::Attention { kv, split, subgroups } => {
                vec![("kv", kv.field()), ("split", Field::Flag(split)), subgroups_field(subgroups)]
            }
            Self::AttentionReduce | Self::Pool | Self::Neighbours => Vec::new(),
            Self::Elementwise { op, rows } => vec![("op", op.field()), rows_field(rows)],
            Self::ArgMax { subgroups } | Self::Feed { subgroups } | Self::Sample { subgroups } => {
                vec![subgroups_field(subgroups)]
            }
        }
    }

    fn definitions(self) -> Definitions {
        let definitions = Definitions::default().flag("SUBGROUPS", self.subgroups());
        match self {
            Self::Embed { weights } => definitions.value("WEIGHTS", weights.name()).value("STATE_ACCESS", "read"),
            Self::Norm { rows, .. } => definitions.flag("ROWS", rows).flag("GATHER", rows),
            Self::Matvec { weights, epilogue, columns, .. } => {
                linear(definitions, weights, epilogue).value("COLUMNS", columns)
            }
            Self::Matmul { weights, epilogue } => linear(definitions, weights, epilogue),
            Self::RopeKv { kv } => {
                let kv = definitions.value("KV", kv.name()).value("KV_ACCESS", "read_write").flag("KV_STORE", true);
                kv.value("STATE_ACCESS", "read")
            }
            Self::Attention { kv, split, .. } => {
                let kv = definitions.value("KV", kv.name()).value("KV_ACCESS", "read").flag("SPLIT", split);
                kv.value("STATE_ACCESS", "read")
            }
            Self::AttentionReduce => definitions.value("STATE_ACCESS", "read"),
            Self::Pool => definitions.flag("ROWS", true),
            Self::Neighbours => definitions,
            Self::Elementwise { op, rows } => {
                let gather = rows && op == Elementwise::Copy;
                definitions.value("OP", op.name()).flag("ROWS", rows).flag("GATHER", gather)
            }
            Self::ArgMax { .. } => definitions.flag("ROWS", true),
            Self::Feed { .. } | Self::Sample { .. } => {
                definitions.flag("ROWS", true).value("STATE_ACCESS", "read_write")
            }
        }
    }
}

fn linear(definitions: Definitions, weights: WeightFormat, epilogue: Epilogue) -> Definitions {
    definitions.value("WEIGHTS", weights.name()).value("EPILOGUE", epilogue.name())
}

/// `matvec weights=f16 epilogue=gated columns=4 subgroups`: choices and numbers by name, flags that are set.
impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        for (name, field) in self.fields() {
            match field {
                Field::Flag(true) => write!(f, " {name}")?,
                Field::Flag(false) => {}
                Field::Number(number) => write!(f, " {name}={number}")?,
                Field::Choice { name: choice, .. } => write!(f, " {name}={choice}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variants_have_distinct_names() {
        let mut names: Vec<String> = Variant::all().map(|variant| variant.to_string()).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn names_say_what_is_set() {
        let (weights, epilogue) = (WeightFormat::F16, Epilogue::Gated);
        let variant = Variant::Matvec { weights, epilogue, columns: 4, subgroups: true };
        assert_eq!(variant.to_string(), "matvec weights=f16 epilogue=gated columns=4 subgroups");
        assert_eq!(Variant::AttentionReduce.to_string(), "attention_reduce");
    }
}
