use std::{ops::Range, sync::Arc};

use kinglet_tensor::{Bytes, DType, Shape, Tensor};

use crate::{FormatError, Source, int4, number::wide, shown::shown};

/// A tensor of a file, whose rows are read when they are wanted.
#[derive(Clone, Debug)]
pub struct TensorView {
    source: Source,
    data: Data,
    name: String,
    dtype: DType,
    shape: Shape,
    /// The order to put rows in, and the heads within which that is done.
    order: Option<(Order, usize)>,
}

/// Where the rows of a tensor come from.
#[derive(Clone, Debug)]
pub(crate) enum Data {
    /// They lie in a file as they are.
    Plain(Place),
    /// They are made from the tensors of a matrix in 4 bits.
    Int4(Arc<int4::Matrix>),
}

/// A part of a file.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) file: Arc<str>,
    pub(crate) range: Range<u64>,
}

/// An order of the rows of a head.
#[derive(Clone, Copy, Debug)]
enum Order {
    /// One half after the other.
    Halves,
    /// A row of one half, then its pair of the other.
    Pairs,
}

impl TensorView {
    /// A tensor of this type and shape, which its data have.
    pub(crate) fn new(source: Source, data: Data, name: &str, dtype: DType, shape: Shape) -> TensorView {
        TensorView { source, data, name: name.to_owned(), dtype, shape, order: None }
    }

    /// The tensor's name in the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The type of its elements.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// Its dimensions.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// Whether reading rows in their order costs nothing, as they are in memory or mapped.
    pub fn in_memory(&self) -> bool {
        self.source.in_memory() && self.order.is_none() && matches!(self.data, Data::Plain(_))
    }

    /// Puts the rows of queries or keys in Hugging Face's order.
    ///
    /// Files of the llama family interleave the two halves of each head, so that those who rotate neighbours find pairs
    /// side by side: of a head of `d` rows, Hugging Face's row `p * d / 2 + i` is the file's row `2 * i + p`. Of a
    /// vector, a bias, the elements are put in order.
    pub fn with_permuted_rows(self, heads: usize) -> Result<TensorView, FormatError> {
        self.with_order(Order::Halves, heads)
    }

    /// Puts the rows of queries or keys in the order that files of the llama family have: the other way round.
    pub fn with_paired_rows(self, heads: usize) -> Result<TensorView, FormatError> {
        self.with_order(Order::Pairs, heads)
    }

    fn with_order(self, order: Order, heads: usize) -> Result<TensorView, FormatError> {
        let (rows, _) = self.units();
        let whole = rows.checked_rem(heads) == Some(0) && (rows / heads).is_multiple_of(2);
        if !whole || self.shape.dims().len() > 2 || self.dtype.block_elements() > 1 && self.shape.dims().len() < 2 {
            return Err(self.rows_error(format!("its rows are not those of {heads} heads with two halves each")));
        }
        Ok(TensorView { order: Some((order, heads)), ..self })
    }

    /// The bytes of these rows, whose scales are finite: runs of the last dimension; a vector is one row. A slice of the file where that is in
    /// memory and its rows are in order.
    pub async fn read_rows(&self, rows: Range<usize>) -> Result<Bytes, FormatError> {
        let (count, width) = self.shape.rows_and_width();
        if rows.start > rows.end || rows.end > count {
            return Err(self.rows_error(format!("rows {} to {} are not among its {count}", rows.start, rows.end)));
        }
        let Some((order, heads)) = self.order else { return self.read_units(rows, self.row_bytes(width)?).await };
        let (units, width) = self.units();
        let wanted = match rows {
            rows if !self.is_vector() => rows,
            rows if rows.is_empty() => 0..0,
            _ => 0..units,
        };
        let unit_bytes = self.row_bytes(width)?;
        let head = (units / heads.max(1)).max(1);
        let enclosing = wanted.start / head * head..wanted.end.div_ceil(head) * head;
        let first = enclosing.start;
        let bytes = self.read_units(enclosing, unit_bytes).await?;
        let mut gathered = Vec::with_capacity(wanted.len() * unit_bytes);
        for row in wanted {
            let (start, within) = (row / head * head, row % head);
            let half = head / 2;
            let from = match order {
                Order::Halves => 2 * (within % half) + within / half,
                Order::Pairs => within % 2 * half + within / 2,
            };
            let at = (start + from - first) * unit_bytes;
            gathered.extend_from_slice(bytes.get(at..at + unit_bytes).unwrap_or_default());
        }
        Ok(gathered.into())
    }

    /// The whole tensor; its bytes stay where they are if they are in memory and in order.
    pub async fn read(&self) -> Result<Tensor, FormatError> {
        let bytes = self.read_rows(0..self.shape.rows_and_width().0).await?;
        Tensor::new(self.dtype, self.shape.clone(), bytes).map_err(|error| self.rows_error(error.to_string()))
    }

    async fn read_units(&self, units: Range<usize>, unit_bytes: usize) -> Result<Bytes, FormatError> {
        let bytes = match &self.data {
            Data::Plain(Place { file, range }) => {
                let place = |unit: usize| wide(unit).saturating_mul(wide(unit_bytes)).saturating_add(range.start);
                self.source.read(file, place(units.start)..place(units.end)).await?
            }
            Data::Int4(matrix) => matrix.read_rows(&self.source, units.clone()).await?,
        };
        match self.dtype.bad_block(&bytes) {
            Some(block) => {
                let row = units.start + block * self.dtype.block_bytes() / unit_bytes.max(1);
                Err(FormatError::Scale { name: shown(&self.name), dtype: self.dtype, row })
            }
            None => Ok(bytes),
        }
    }

    fn is_vector(&self) -> bool {
        self.shape.dims().len() < 2
    }

    /// What heads are made of, and their width: the rows of a matrix, the elements of a vector.
    fn units(&self) -> (usize, usize) {
        match self.shape.rows_and_width() {
            (_, width) if self.is_vector() => (width, 1),
            matrix => matrix,
        }
    }

    fn row_bytes(&self, width: usize) -> Result<usize, FormatError> {
        self.dtype.row_bytes(width).ok_or_else(|| self.rows_error("its rows are too long".to_owned()))
    }

    fn rows_error(&self, why: String) -> FormatError {
        FormatError::Rows { name: self.name.clone(), shape: self.shape.to_string(), why }
    }
}
