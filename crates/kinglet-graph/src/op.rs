use std::{fmt, ops::Range};

use crate::graph::WeightId;

/// What a node computes. The set is closed and small: each pass has one exhaustive `match` over it.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// A row of a table for each token of the step.
    Embed(Embed),
    /// A matrix product with what follows it. Inputs: the vector, then the residual where there is one.
    Linear(Linear),
    /// A norm. Inputs: the vector, then the residual where there is one.
    Norm(Norm),
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
    /// For each row that the step wants, one made of all rows of its sequence up to it.
    Pool(Pool),
    /// Each row between those of the next token and of the one before: three times as many columns. Where a sequence
    /// begins or ends, there are zeros.
    Neighbours,
}

/// What becomes of the rows of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pool {
    /// Their mean.
    Mean,
    /// The first of them.
    First,
}

/// A table of vectors.
#[derive(Clone, Debug, PartialEq)]
pub struct Embed {
    /// `[rows, hidden]`.
    pub table: WeightId,
    /// Which row a token gets.
    pub by: By,
    /// Factor of the rows.
    pub scale: f32,
}

/// What chooses the row of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// The token's id.
    Token,
    /// The token's position, counted from a row of the table.
    Position {
        /// The row of position 0.
        first: usize,
        /// A token that has the row before that, and that positions do not count.
        padding: Option<u32>,
    },
    /// The segment that it belongs to, as where two texts are compared.
    Segment,
}

/// A norm of each row, or of each run of as many columns as a gain has.
#[derive(Clone, Debug, PartialEq)]
pub struct Norm {
    /// What is made 0 or 1.
    pub kind: NormKind,
    /// The runs, in order: all are of one length.
    pub gains: Vec<Gain>,
    /// Columns behind them that stay as they are.
    pub copied: usize,
    /// Added to the gains.
    pub gain_offset: f32,
    /// Added to the mean of squares.
    pub eps: f32,
    /// The second input is added at the end.
    pub residual: bool,
}

/// Runs of columns with the same factors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gain {
    /// Factor of each column, `[columns of a run]`.
    pub weight: WeightId,
    /// Added at the end, `[columns of a run]`.
    pub bias: Option<WeightId>,
    /// How many runs there are.
    pub runs: usize,
}

/// What a [`Norm`] divides by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NormKind {
    /// The root of the mean of squares.
    Rms,
    /// The standard deviation, after the mean was subtracted.
    Layer,
    /// Nothing: only gain and bias are applied.
    Affine,
}

/// One or more matrices that share their input.
#[derive(Clone, Debug, PartialEq)]
pub struct Linear {
    /// The matrices. Their outputs lie side by side, or alternate under [`Activation::Gated`].
    pub parts: Vec<Part>,
    /// Factor of the product and its bias.
    pub scale: f32,
    /// What happens to the scaled product.
    pub activation: Activation,
    /// The second input is added at the end.
    pub residual: bool,
}

impl Linear {
    /// A plain product.
    pub fn of(part: Part) -> Linear {
        Linear { parts: vec![part], scale: 1.0, activation: Activation::None, residual: false }
    }
}

/// A run of rows of a matrix.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// `[rows or more, width of the input]`.
    pub weight: WeightId,
    /// As many elements as the matrix has rows.
    pub bias: Option<WeightId>,
    /// The first row: models keep several matrices in one.
    pub first: usize,
    /// Rows: columns of the output.
    pub rows: usize,
}

/// What a [`Linear`] applies to its product.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Activation {
    /// Nothing.
    None,
    /// A function.
    Of(Unary),
    /// `f(first part) * second part`.
    Gated(Unary),
}

/// What a token sees of its sequence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sees {
    /// Itself and the tokens before it: what follows can be computed later.
    #[default]
    Past,
    /// All tokens: a sequence is computed whole.
    All,
}

/// Grouped-query attention.
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
    /// Scores are bent to lie within this distance of 0.
    pub softcap: Option<f32>,
    /// Which way it looks.
    pub sees: Sees,
    /// Tokens at least this far away are not seen; without, all of them are.
    pub window: Option<usize>,
    /// Rotation of queries and keys.
    pub rope: Option<RopeId>,
    /// Which of the graph's caches.
    pub cache: usize,
}

impl Attention {
    /// Attention to everything before a token, without rotation; scores are divided by the root of `head_dim`.
    pub fn new(heads: usize, kv_heads: usize, head_dim: usize) -> Attention {
        let scale = 1.0 / (head_dim as f32).sqrt();
        Attention {
            heads,
            kv_heads,
            head_dim,
            scale,
            softcap: None,
            sees: Sees::Past,
            window: None,
            rope: None,
            cache: 0,
        }
    }

    /// The positions that a token of a sequence of this length sees.
    pub fn seen(&self, position: usize, length: usize) -> Range<usize> {
        let end = match self.sees {
            Sees::Past => position + 1,
            Sees::All => length,
        };
        match self.window {
            Some(window) => (position + 1).saturating_sub(window)..end.min(position + window),
            None => 0..end,
        }
    }

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

/// What one attention layer keeps of each token. Layers that see whole sequences keep nothing, and share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cache {
    /// Key and value heads.
    pub kv_heads: usize,
    /// Columns of a head.
    pub head_dim: usize,
    /// How many of the last tokens are needed; all of them without.
    pub window: Option<usize>,
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
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unary {
    /// `x / (1 + exp(-x))`.
    Silu,
    /// `x · Φ(x)`, Φ being the normal distribution.
    Gelu,
    /// [`Unary::Gelu`] as many models approximate it: `x / 2 · (1 + tanh(√(2/π) · (x + 0.044715 x³)))`.
    GeluTanh,
    /// `max(x, 0)`.
    Relu,
    /// The hyperbolic tangent.
    Tanh,
    /// `cap · tanh(x / cap)`.
    Softcap(f32),
    /// `x` times a factor.
    Scale(f32),
}

impl fmt::Display for Unary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unary::Silu => f.write_str("silu"),
            Unary::Gelu => f.write_str("gelu"),
            Unary::GeluTanh => f.write_str("gelu_tanh"),
            Unary::Relu => f.write_str("relu"),
            Unary::Tanh => f.write_str("tanh"),
            Unary::Softcap(cap) => write!(f, "softcap={cap}"),
            Unary::Scale(factor) => write!(f, "scale={factor}"),
        }
    }
}
