use crate::graph::WeightId;

/// What a node computes. The set is closed and small: each pass has one exhaustive `match` over it.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// The table's row for each token of the step.
    Embed {
        /// `[vocab, hidden]`.
        table: WeightId,
    },
    /// A matrix product with what follows it. Inputs: the vector, then the residual where there is one.
    Linear(Linear),
    /// `x / rms(x) * gain`.
    Norm {
        /// `[width]`.
        gain: WeightId,
        /// Added to the mean of squares.
        eps: f32,
    },
    /// Attention over the slot's cache, after writing this step's keys and values to it.
    /// Inputs: queries, keys and values, or one value that holds the three side by side.
    Attention(Attention),
    /// Two values, element by element.
    Binary(Binary),
    /// One value, element by element.
    Unary(Unary),
    /// A run of each row.
    Slice {
        /// The first column.
        start: usize,
        /// The number of columns.
        width: usize,
    },
    /// The rows that the step wants, out of all its tokens.
    Rows,
}

/// One or more matrices that share their input.
#[derive(Clone, Debug, PartialEq)]
pub struct Linear {
    /// The matrices. Their outputs lie side by side, or alternate under [`Activation::SwiGlu`].
    pub parts: Vec<Part>,
    /// What happens to the product and its bias.
    pub activation: Activation,
    /// The second input is added at the end.
    pub residual: bool,
}

/// One matrix of a [`Linear`].
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// `[rows, width of the input]`.
    pub weight: WeightId,
    /// `[rows]`.
    pub bias: Option<WeightId>,
    /// Rows of the matrix: columns of its output.
    pub rows: usize,
}

/// What a [`Linear`] applies to its product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Activation {
    /// Nothing.
    None,
    /// `silu(first part) * second part`.
    SwiGlu,
}

/// Grouped-query attention with causal mask.
#[derive(Clone, Debug, PartialEq)]
pub struct Attention {
    /// Query heads.
    pub heads: usize,
    /// Key and value heads; each serves `heads / kv_heads` query heads.
    pub kv_heads: usize,
    /// Columns of a head.
    pub head_dim: usize,
    /// Factor of the scores.
    pub scale: f32,
    /// Rotation of queries and keys.
    pub rope: Option<RopeId>,
    /// Which of the graph's caches.
    pub cache: usize,
}

impl Attention {
    /// Columns of the queries.
    pub fn query_width(&self) -> usize {
        self.heads * self.head_dim
    }

    /// Columns of the keys, and of the values.
    pub fn kv_width(&self) -> usize {
        self.kv_heads * self.head_dim
    }
}

/// One of the graph's rotations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RopeId(pub usize);

/// What one attention layer keeps of each token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cache {
    /// Key and value heads.
    pub kv_heads: usize,
    /// Columns of a head.
    pub head_dim: usize,
}

/// An operation on two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Binary {
    /// The sum.
    Add,
    /// The product.
    Mul,
}

/// An operation on one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    /// `x / (1 + exp(-x))`.
    Silu,
}
