/// Why a graph cannot be built.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GraphError {
    /// Two inputs of a node do not fit together.
    #[error("{node}: {left} and {right} do not fit together")]
    Mismatch {
        /// The node's name.
        node: String,
        /// What one side is.
        left: String,
        /// What the other side is.
        right: String,
    },
    /// A node has the wrong number of inputs.
    #[error("{node}: takes {expected} inputs, not {found}")]
    Inputs {
        /// The node's name.
        node: String,
        /// The number it takes.
        expected: String,
        /// The number it has.
        found: usize,
    },
    /// A dimension is zero, odd or otherwise impossible.
    #[error("{node}: {why}")]
    Dimension {
        /// The node's name.
        node: String,
        /// What is wrong with it.
        why: String,
    },
    /// One weight name is used with two shapes.
    #[error("weight {name} is used as {first} and as {second}")]
    WeightShape {
        /// The weight's name.
        name: String,
        /// The shape of its first use.
        first: String,
        /// The shape of a later use.
        second: String,
    },
    /// A weight that was given for the graph has another shape, or is missing.
    #[error("weight {name} has shape {found}, and the graph says {expected}")]
    GivenWeight {
        /// The weight's name.
        name: String,
        /// What was given for it.
        found: String,
        /// What the graph says.
        expected: String,
    },
}
