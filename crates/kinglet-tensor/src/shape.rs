use std::fmt;

use crate::DType;

/// The dimensions of a tensor, outermost first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Shape(Vec<usize>);

impl Shape {
    /// The dimensions.
    pub fn dims(&self) -> &[usize] {
        &self.0
    }

    /// The number of elements, or `None` where it overflows.
    pub fn elements(&self) -> Option<usize> {
        self.0.iter().try_fold(1usize, |product, &dim| product.checked_mul(dim))
    }

    /// Bytes of a tensor of this shape and type, or `None` where that number overflows.
    pub fn bytes(&self, dtype: DType) -> Option<usize> {
        self.elements()?;
        let (rows, width) = self.rows_and_width();
        dtype.row_bytes(width)?.checked_mul(rows)
    }

    /// The tensor seen as a matrix: all but the last dimension as rows. A vector is one row.
    pub fn rows_and_width(&self) -> (usize, usize) {
        match self.0.split_last() {
            Some((&width, outer)) => (outer.iter().product(), width),
            None => (1, 1),
        }
    }
}

impl From<&[usize]> for Shape {
    fn from(dims: &[usize]) -> Shape {
        Shape(dims.to_vec())
    }
}

impl<const N: usize> From<[usize; N]> for Shape {
    fn from(dims: [usize; N]) -> Shape {
        Shape(dims.to_vec())
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}
