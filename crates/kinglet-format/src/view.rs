use std::{
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

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
    /// The order to put rows in.
    order: Option<RowOrder>,
    /// All rows, where each is made of many of the file's: from the first that is read to the last.
    whole: Arc<Mutex<Option<Bytes>>>,
}

/// An order in which a file has rows, other than that in which they are computed with. Of a vector, a bias, the elements
/// are put in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowOrder {
    /// Files of the llama family interleave the two halves of each head, so that those who rotate neighbours find pairs
    /// side by side: of a head of `d` rows, row `p * d / 2 + i` is the file's row `2 * i + p`.
    Halves {
        /// The heads of these rows.
        heads: usize,
    },
    /// The other way round: how such a file is written.
    Pairs {
        /// The heads of these rows.
        heads: usize,
    },
    /// Each head has its rows of queries, of keys and of values together; they are to be those of all heads, one after
    /// the other.
    Threes {
        /// The heads of these rows.
        heads: usize,
    },
    /// Rows and columns have changed places. The shape is that which is computed with.
    Transposed,
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

impl RowOrder {
    /// Which of the file's `rows` becomes this one.
    fn source(self, row: usize, rows: usize) -> usize {
        match self {
            RowOrder::Halves { heads } | RowOrder::Pairs { heads } => {
                let head = (rows / heads.max(1)).max(1);
                let (start, within, half) = (row / head * head, row % head, (head / 2).max(1));
                start
                    + match self {
                        RowOrder::Halves { .. } => 2 * (within % half) + within / half,
                        _ => within % 2 * half + within / 2,
                    }
            }
            RowOrder::Threes { heads } => {
                let part = (rows / 3).max(1);
                let head = (part / heads.max(1)).max(1);
                let (third, within) = (row / part, row % part);
                (within / head * 3 + third) * head + within % head
            }
            RowOrder::Transposed => row,
        }
    }
}

impl TensorView {
    /// A tensor of this type and shape, which its data have.
    pub(crate) fn new(source: Source, data: Data, name: &str, dtype: DType, shape: Shape) -> TensorView {
        TensorView { source, data, name: name.to_owned(), dtype, shape, order: None, whole: Arc::default() }
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

    /// The same bytes as a tensor of another shape.
    pub(crate) fn reshaped(self, shape: Shape) -> TensorView {
        TensorView { shape, ..self }
    }

    /// Puts rows in order.
    pub fn with_order(self, order: RowOrder) -> Result<TensorView, FormatError> {
        let (rows, _) = self.units();
        let dims = self.shape.dims().len();
        let (runs, what) = match order {
            RowOrder::Halves { heads } | RowOrder::Pairs { heads } => (heads.checked_mul(2), "two halves each"),
            RowOrder::Threes { heads } => (heads.checked_mul(3), "queries, keys and values each"),
            RowOrder::Transposed if dims == 2 && self.dtype.block_elements() == 1 => (Some(1), ""),
            RowOrder::Transposed => {
                return Err(self.rows_error(format!("a matrix in {} cannot be transposed", self.dtype)));
            }
        };
        let runs = runs.unwrap_or(0);
        if rows.checked_rem(runs) != Some(0) || dims > 2 || self.dtype.block_elements() > 1 && dims < 2 {
            let heads = runs / if matches!(order, RowOrder::Threes { .. }) { 3 } else { 2 };
            return Err(self.rows_error(format!("its rows are not those of {heads} heads with {what}")));
        }
        Ok(TensorView { order: Some(order), ..self })
    }

    /// The bytes of these rows, whose scales are finite: runs of the last dimension; a vector is one row. A slice of the file where that is in
    /// memory and its rows are in order.
    pub async fn read_rows(&self, rows: Range<usize>) -> Result<Bytes, FormatError> {
        let (count, width) = self.shape.rows_and_width();
        if rows.start > rows.end || rows.end > count {
            return Err(self.rows_error(format!("rows {} to {} are not among its {count}", rows.start, rows.end)));
        }
        let Some(order) = self.order else { return self.read_units(rows, self.row_bytes(width)?).await };
        let (units, width) = self.units();
        let wanted = match rows {
            rows if !self.is_vector() => rows,
            rows if rows.is_empty() => 0..0,
            _ => 0..units,
        };
        let unit_bytes = self.row_bytes(width)?;
        let (bytes, first) = match order {
            RowOrder::Halves { heads } | RowOrder::Pairs { heads } => {
                let head = (units / heads.max(1)).max(1);
                let enclosing = wanted.start / head * head..wanted.end.div_ceil(head) * head;
                (self.read_units(enclosing.clone(), unit_bytes).await?, enclosing.start)
            }
            RowOrder::Threes { .. } | RowOrder::Transposed => (self.whole(units, unit_bytes).await?, 0),
        };
        let mut gathered = Vec::with_capacity(wanted.len() * unit_bytes);
        if order == RowOrder::Transposed {
            let element = self.row_bytes(1)?;
            for row in wanted.clone() {
                let column = |at: usize| (at * units + row) * element;
                let elements = (0..width).map(column).map(|at| bytes.get(at..at + element).unwrap_or_default());
                elements.for_each(|element| gathered.extend_from_slice(element));
            }
        } else {
            for row in wanted.clone() {
                let at = (order.source(row, units) - first) * unit_bytes;
                gathered.extend_from_slice(bytes.get(at..at + unit_bytes).unwrap_or_default());
            }
        }
        if wanted.end == units {
            *self.whole.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
        Ok(gathered.into())
    }

    /// Every row as the file has it. It is kept until the last one was put in order, so that a server is asked once.
    async fn whole(&self, units: usize, unit_bytes: usize) -> Result<Bytes, FormatError> {
        let kept = || self.whole.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bytes) = kept().clone() {
            return Ok(bytes);
        }
        let bytes = self.read_units(0..units, unit_bytes).await?;
        *kept() = Some(bytes.clone());
        Ok(bytes)
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
