/// What is wrong with a matrix of a GPTQ or AWQ folder.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Int4Error {
    /// One of its tensors is not there.
    #[error("has qweight and no {part}")]
    Missing {
        /// The tensor's last name.
        part: &'static str,
    },
    /// It is there in 4 bits and as a plain tensor.
    #[error("has both weight and qweight")]
    Twice,
    /// One of its tensors has another element type.
    #[error("{part} has type {found}, expected {expected}")]
    Type {
        /// The tensor's last name.
        part: &'static str,
        /// Its type.
        found: String,
        /// The types that it may have.
        expected: &'static str,
    },
    /// One of its tensors has another shape than the others and the settings ask for.
    #[error("{part} has shape {found}, expected {expected}")]
    Shape {
        /// The tensor's last name.
        part: &'static str,
        /// Its shape.
        found: String,
        /// What it should be.
        expected: String,
    },
    /// `g_idx` names a group that is not there.
    #[error("g_idx puts column {column} into group {group}, and its groups are 0 to {last}")]
    Group {
        /// The place in `g_idx`.
        column: usize,
        /// What stands there.
        group: i32,
        /// The last group.
        last: usize,
    },
    /// A scale has no place in the f16 that it is kept in.
    #[error("scales holds {value:e}, expected finite numbers up to 65504")]
    Scale {
        /// The scale.
        value: f32,
    },
}
